"""Rights go on before they end, in bulk, so that none ends without anybody having seen it.

Promises: what is extended is the same right to the same member: section, level, basis and reason,
for two years or to the end of her mandate. The signed statement names the one that it replaces,
which ends in the same transaction. The rights of a point of an agenda are never extended (C-24).
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from cases import queries
from cases.access import continuity, recording
from cases.actions import grants, regrants
from cases.domain.exceptions import DomainError, NotAllowed
from cases.domain.sections import Section
from cases.models import Commission, Grant, Mandate, Situation
from cases.permissions import Role, Viewer
from cases.vault.errors import VaultError

NOTICE = timedelta(days=60)
BATCH = 50
EXTENDED = (
    Grant.Basis.LEAD,
    Grant.Basis.PERMANENT,
    Grant.Basis.INTAKE,
    Grant.Basis.DEPOSITARY,
)


@dataclass(frozen=True)
class Ending:
    """What a member holds in a situation that ends soon; ``refusal`` says why it cannot go on."""

    situation: uuid.UUID
    user_id: uuid.UUID
    code: str
    name: str
    basis: str
    sections: tuple[str, ...]
    ends: datetime
    until: datetime | None
    refusal: str = ""

    @property
    def key(self) -> str:
        """Return how a form names it: two opaque ids."""
        return f"{self.situation}.{self.user_id}"


def ending(viewer: Viewer, commission: Commission) -> list[Ending]:
    """Return the lasting rights that end within sixty days, soonest first.

    All of a commission for its animation; for a lead, those of the situations that she leads.
    """
    return [line for line, _, _ in _lines(viewer, commission)]


def ending_soon(viewer: Viewer) -> int:
    """Count the situations in which a lasting right ends within sixty days, for who may extend."""
    rows = Grant.objects.filter(
        situation__state__in=queries.WORKING_STATES,
        situation__is_limited=False,
        situation__is_withdrawn=False,
        item__isnull=True,
        basis__in=EXTENDED,
        revoked_at__isnull=True,
        not_after__gt=viewer.at,
        not_after__lte=viewer.at + NOTICE,
    )
    coordinated = viewer.commissions_with([Role.COORDINATOR])
    rows = rows.filter(
        Q(situation__commission__in=coordinated) | Q(situation__lead_id=viewer.user_id)
    )
    return rows.values("situation").distinct().count()


def extend(*, viewer: Viewer, commission: Commission, keys: Iterable[str]) -> list[Ending]:
    """Extend the rights that were shown, fifty lines at most; return what became of each.

    Raises: VaultLocked; NotAllowed when nothing could be extended.
    """
    viewer.open_identity()
    wanted = set(keys)
    done = []
    for line, mandates, rows in _lines(viewer, commission):
        if line.key in wanted and len(done) < BATCH:
            done.append(_one(viewer, line, mandates, rows))
    if not any(not line.refusal for line in done):
        raise NotAllowed("Aucune habilitation n’a pu être prolongée.", code="nothing_given")
    return done


def _lines(
    viewer: Viewer, commission: Commission
) -> list[tuple[Ending, list[Mandate], list[Grant]]]:
    """Return, soonest first, what ends: the line shown, whose mandates, which grants."""
    seated: dict[uuid.UUID, list[Mandate]] = defaultdict(list)
    for mandate in continuity.in_office(commission, viewer.at):
        seated[mandate.user_id].append(mandate)
    rows = Grant.objects.filter(
        situation__commission=commission,
        situation__state__in=queries.WORKING_STATES,
        situation__is_limited=False,
        situation__is_withdrawn=False,
        item__isnull=True,
        basis__in=EXTENDED,
        revoked_at__isnull=True,
        not_after__gt=viewer.at,
    ).select_related("situation", "recipient")
    if not viewer.holds(commission.pk, Role.COORDINATOR):
        rows = rows.filter(situation__lead_id=viewer.user_id)
    lasting: dict[tuple[object, ...], datetime] = {}
    for row in rows:
        right = _right(row)
        lasting[right] = max(lasting.get(right, row.not_after), row.not_after)
    found: dict[tuple[uuid.UUID, uuid.UUID], list[Grant]] = defaultdict(list)
    for row in rows:
        if lasting[_right(row)] == row.not_after <= viewer.at + NOTICE:
            found[row.situation_id, row.recipient_id].append(row)
    lines = [
        (_line(viewer, held, seated.get(user, [])), seated.get(user, []), held)
        for (_, user), held in found.items()
    ]
    return sorted(lines, key=lambda one: (one[0].ends, one[0].code, one[0].name))


def _right(row: Grant) -> tuple[object, ...]:
    return (row.situation_id, row.recipient_id, row.section, row.level, row.basis, row.key_version)


def _line(viewer: Viewer, held: list[Grant], mandates: list[Mandate]) -> Ending:
    first = held[0]
    sections = {row.section for row in held}
    mandate = max(mandates, key=lambda one: one.ends_on, default=None)
    ends = min(row.not_after for row in held)
    until = grants.end_of(mandate, viewer.at) if mandate else None
    refusal = ""
    if mandate is None:
        refusal = "mandat terminé"
    elif first.recipient_id == viewer.user_id:
        refusal = "ce sont vos propres accès : demandez au référent ou à une autre personne"
    elif until is not None and until <= ends:
        refusal = "le mandat finit avant : prolongez-le d’abord"
        until = None
    return Ending(
        situation=first.situation_id,
        user_id=first.recipient_id,
        code=first.situation.code,
        name=first.recipient.full_name,
        basis=Grant.Basis(first.basis).label,
        sections=tuple(one.value for one in Section if one.value in sections),
        ends=ends,
        until=until if not refusal else None,
        refusal=refusal,
    )


def _one(viewer: Viewer, line: Ending, mandates: list[Mandate], rows: list[Grant]) -> Ending:
    if line.refusal or not mandates or line.until is None:
        return line
    try:
        with transaction.atomic():
            situation = Situation.objects.select_related("commission").get(pk=line.situation)
            given = regrants.extend(
                viewer=viewer, situation=situation, mandates=mandates, rows=rows, until=line.until
            )
            if not given:
                raise NotAllowed(
                    "Votre coffre n’ouvre pas ces volets, ou la règle ne les donne plus.",
                    code="keys_not_held",
                )
            recording.done(
                viewer,
                "grant.extended",
                commission=situation.commission_id,
                objects=(situation.pk, line.user_id),
                sections=given,
            )
    except (DomainError, VaultError) as refused:
        viewer.keys.pop(line.situation, None)
        return Ending(**{**line.__dict__, "refusal": refused.message, "until": None})
    return line
