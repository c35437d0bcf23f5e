"""What the DPO's desk shows behind the ledger's opaque ids (decision 33).

The desk is the DPO's: every answer is limited to the commissions where the person is DPO today,
under the database's own lock, and holds no content of a situation (C-73).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from audit.describer import DeskReader, PersonLabel
from cases.access.entry import acting
from cases.domain.agreement import AgreementKind
from cases.domain.exceptional import (
    ControlConclusion,
    ControlReason,
    EmergencyConclusion,
    EmergencyReason,
)
from cases.domain.files import ExportReason
from cases.domain.openings import OpeningReason
from cases.domain.reasons import REASONS
from cases.domain.rights import DeclineReason, GrantReason, InterestReason, LeadReason
from cases.domain.sections import Section
from cases.domain.vocabulary import (
    ClosureReason,
    PostponementReason,
    RedirectionDestination,
    RefusalReason,
)
from cases.models import Grant, Mandate, Situation
from cases.permissions import Role, Viewer
from clsm_core.accounts.events import request_id, session_mark
from clsm_core.accounts.models import User

# Codes that events carry as role, section or purpose, with the words users know.
_LISTS = (
    Section,
    AgreementKind,
    RefusalReason,
    RedirectionDestination,
    ClosureReason,
    PostponementReason,
    OpeningReason,
    EmergencyReason,
    ControlReason,
    EmergencyConclusion,
    ControlConclusion,
    ExportReason,
    GrantReason,
    InterestReason,
    DeclineReason,
    LeadReason,
)
_LABELS: dict[str, str] = (
    REASONS
    | {code.lower(): label for closed_list in _LISTS for code, label in closed_list.choices()}
    | {str(code): str(label) for code, label in Mandate.Role.choices}
)


class Describer:
    """Answers for one request: made when the desk's page begins, forgotten with it."""

    def __init__(self) -> None:
        self._viewer: Viewer | None = None
        self._user: Any = None

    def gate(self, request: Any) -> DeskReader | None:
        """Return the reader when the account is DPO of a commission today, None otherwise."""
        if not request.user.is_authenticated:
            return None
        with acting(request.user) as viewer:
            commissions = frozenset(viewer.commissions_with([Role.DPO]))
        if not commissions:
            return None
        self._viewer, self._user = viewer, request.user
        return DeskReader(
            person=request.user.pk,
            role=Role.DPO.value,
            commissions=commissions,
            request_id=request_id(request),
            session_h8=session_mark(request),
        )

    def find(self, code: str, request: Any) -> UUID | None:
        """Return the id of the situation of this code in the reader's commissions."""
        with acting(request.user) as viewer:
            row = Situation.objects.filter(
                code=code, commission_id__in=viewer.commissions_with([Role.DPO])
            ).first()
        return row.pk if row is not None else None

    def describe_objects(self, ids: Iterable[UUID]) -> Mapping[UUID, str]:
        """Return the code of each situation of the reader's commissions."""
        if self._viewer is None:
            return {}
        with acting(self._user):
            rows = Situation.objects.filter(
                pk__in=list(ids), commission_id__in=self._viewer.commissions_with([Role.DPO])
            )
            return dict(rows.values_list("pk", "code"))

    def describe_people(self, ids: Iterable[UUID]) -> Mapping[UUID, PersonLabel]:
        """Return the name, function and structure of the service's accounts."""
        return {
            user.pk: PersonLabel(user.full_name, user.job_title, user.organisation)
            for user in User.objects.filter(pk__in=list(ids))
        }

    def describe_code(self, code: str) -> str:
        """Return the French words of a role, section or purpose; the code when it has none."""
        return _LABELS.get(code.lower(), code)

    def rights(self, situation: UUID, people: Iterable[UUID]) -> Mapping[UUID, tuple[str, ...]]:
        """Return each person's rights on a situation: sections, basis and dates, ended or not."""
        if self._viewer is None:
            return {}
        with acting(self._user):
            rows = list(
                Grant.objects.filter(
                    situation=situation,
                    recipient_id__in=list(people),
                    situation__commission_id__in=self._viewer.commissions_with([Role.DPO]),
                ).order_by("not_before", "section")
            )
        found: dict[UUID, dict[tuple[str, ...], set[str]]] = defaultdict(lambda: defaultdict(set))
        for row in rows:
            found[row.recipient_id][_terms(row)].add(row.section)
        return {
            person: tuple(
                f"{_in_order(sections)} : {' '.join(terms)}" for terms, sections in rights.items()
            )
            for person, rights in found.items()
        }


def _in_order(sections: set[str]) -> str:
    return ", ".join(section.label for section in Section if section.value in sections)


def _terms(grant: Grant) -> tuple[str, ...]:
    """Return the words of a grant's basis and dates, the same for all its sections."""
    words = [f"{grant.get_level_display()}, {grant.get_basis_display()}"]
    if grant.is_dormant:
        words.append("(en veille)")
    words.append(f"du {grant.not_before:%d/%m/%Y}")
    end = grant.revoked_at or grant.not_after
    words.append(f"au {end:%d/%m/%Y}" + (" (retirée)" if grant.revoked_at else ""))
    return tuple(words)
