"""Give and revoke the right to read a section: policy, agreement, key and signature together."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from cases.access import agreements, recording
from cases.access.directory import directory_of
from cases.access.keys import open_keys, situation_key
from cases.access.situations import live_grants
from cases.actions import wrapping
from cases.actions.milestones import note
from cases.domain.agreement import Member
from cases.domain.exceptions import DomainError
from cases.domain.sections import (
    SECTIONS_WITHOUT_CATEGORY,
    ProfessionCategory,
    Section,
)
from cases.models import Agreement, Grant, Mandate, Situation, Wrap
from cases.permissions import MEMBER_ROLES, Refused, Role, Viewer
from cases.policies import require_writable

LONGEST = timedelta(days=2 * 365)


class NotShareable(DomainError):
    """The agreement, the profession or the mandate forbids this right (C-07, C-08, C-22)."""

    code = "not_shareable"
    message = "Ce droit ne peut pas être donné."


def mandate_of(situation: Situation, user_id: uuid.UUID, at: datetime) -> Mandate:
    """Return a member's mandate in force. Raises: NotShareable."""
    today = at.date()
    found = (
        Mandate.objects.filter(
            commission_id=situation.commission_id,
            user_id=user_id,
            status=Mandate.Status.ACTIVE,
            role__in=MEMBER_ROLES,
            starts_on__lte=today,
            ends_on__gte=today,
        )
        .select_related("user")
        .first()
    )
    if found is None:
        raise NotShareable("Cette personne n’a pas de mandat en cours dans la commission.")
    return found


def _end(mandate: Mandate, at: datetime, until: date | None = None) -> datetime:
    last = min(filter(None, (mandate.ends_on, until)))
    return min(at + LONGEST, datetime.combine(last, time(23, 59, 59), at.tzinfo))


def allowed_sections(
    situation: Situation, mandate: Mandate, sections: Iterable[str], at: datetime
) -> list[str]:
    """Return the sections that agreement and profession let a member hold now.

    A section's key is wrapped when at least one of its categories is agreed (decision 20); health
    never leaves the list R1110-2, whatever is asked (C-22).
    """
    profession = ProfessionCategory(mandate.profession)
    opened = agreements.perimeter(situation, at)
    member = Member(profession, mandate.organisation, mandate.organisation_kind, id=mandate.user_id)
    anonymous = situation.is_anonymous
    if not anonymous and not opened.includes(member):
        return []
    found = []
    for code in sections:
        section = Section(code)
        if section is Section.HEALTH and not profession.reads_health:
            continue
        if anonymous:
            if section is not Section.IDENTITY:
                found.append(code)
        elif section in SECTIONS_WITHOUT_CATEGORY or section in opened.sections:
            found.append(code)
    return found


def give_lead(*, viewer: Viewer, situation: Situation, lead: uuid.UUID) -> None:
    """Give the lead every section her profession may read: she collects the agreement (C-04)."""
    mandate = mandate_of(situation, lead, viewer.at)
    profession = ProfessionCategory(mandate.profession)
    sections = [
        section.value
        for section in Section
        if section is not Section.HEALTH or profession.reads_health
    ]
    if lead != viewer.user_id:
        _give(
            viewer,
            situation,
            mandate,
            sections,
            level=Grant.Level.MANAGE,
            basis=Grant.Basis.LEAD,
            until=None,
        )


def share(
    *,
    viewer: Viewer,
    situation: Situation,
    recipients: list[uuid.UUID],
    sections: list[str],
    level: str,
    until: date | None = None,
) -> dict[uuid.UUID, list[str]]:
    """Give members a level on sections; return what each received.

    What the person did not agree to is left out, never given silently: an empty list says that
    nothing could be given to that member.

    Raises: Refused without a managing right; SituationLimited, AgreementWithdrawn, NotAllowed;
    NotShareable when nobody could receive anything; VaultLocked.
    """
    require_writable(situation)
    managed = {
        code
        for code, grant in live_grants(viewer, situation).items()
        if grant.level.rank == 2 and grant.is_current(viewer.at)
    }
    if not managed or not (
        situation.lead_id == viewer.user_id
        or viewer.holds(situation.commission_id, Role.COORDINATOR)
    ):
        raise Refused("share", commission=situation.commission_id, objects=(situation.pk,))
    given: dict[uuid.UUID, list[str]] = {}
    for user_id in recipients:
        mandate = mandate_of(situation, user_id, viewer.at)
        wanted = allowed_sections(situation, mandate, sections, viewer.at)
        wanted = [code for code in wanted if code in managed]
        basis = Grant.Basis.GUEST if mandate.role == Role.GUEST else Grant.Basis.PERMANENT
        given[user_id] = _give(
            viewer, situation, mandate, wanted, level=level, basis=basis, until=until
        )
    if not any(given.values()):
        raise NotShareable(
            "Aucun de ces volets ne peut être ouvert à ces membres : vérifiez l’accord de la "
            "personne et leur catégorie professionnelle."
        )
    note(viewer, situation, "shared")
    return given


def _give(
    viewer: Viewer,
    situation: Situation,
    mandate: Mandate,
    sections: list[str],
    *,
    level: str,
    basis: str,
    until: date | None,
) -> list[str]:
    register = directory_of(viewer, situation.commission)
    (holder,) = wrapping.holders(register, [mandate.user_id], viewer.at)
    keys = open_keys(viewer, situation)
    if not keys.deks:
        raise NotShareable(
            "Vous n’ouvrez aucun volet de cette situation : demandez à un membre qui la gère."
        )
    _, server_key = situation_key(situation.pk)
    agreement = Agreement.objects.filter(situation=situation).order_by("recorded_at").last()
    held = set(
        Grant.objects.filter(
            situation=situation,
            recipient_id=mandate.user_id,
            level=level,
            revoked_at__isnull=True,
            not_after__gt=viewer.at,
            is_dormant=False,
        ).values_list("section", "key_version")
    )
    given = []
    for (section, version), dek in sorted(keys.deks.items()):
        if section not in sections or (section, version) in held:
            continue
        wrapping.give(
            viewer=viewer,
            situation=situation,
            holder=holder,
            section=section,
            version=version,
            dek=dek,
            server_key=server_key,
            terms=wrapping.Terms(
                level=level,
                basis=basis,
                not_before=viewer.at,
                not_after=_end(mandate, viewer.at, until),
                agreement=agreement.pk if agreement else None,
            ),
        )
        given.append(section)
    if given:
        recording.done(
            viewer,
            "grant.given",
            commission=situation.commission_id,
            objects=(situation.pk, mandate.user_id),
            sections=given,
        )
    return sorted(set(given))


def revoke(*, viewer: Viewer, grant_id: uuid.UUID) -> None:
    """End a right now: its keys, its projection, its date (T-24). Raises: Refused.

    A renewal of keys repeats a grant under its new version: whatever says the same ends with it,
    even when the page that named the grant is older than the renewal. Never delayed: an urgent
    revocation asks for no vault (security.md §2.4).
    """
    grant = Grant.objects.filter(pk=grant_id).select_related("situation").first()
    if grant is None or not (
        grant.situation.lead_id == viewer.user_id
        or viewer.holds(grant.situation.commission_id, Role.COORDINATOR, Role.DPO)
    ):
        raise Refused("grant")
    same = Grant.objects.filter(
        situation=grant.situation,
        recipient_id=grant.recipient_id,
        section=grant.section,
        level=grant.level,
        basis=grant.basis,
        is_dormant=grant.is_dormant,
        revoked_at__isnull=True,
    )
    revoke_all(viewer=viewer, situation=grant.situation, grants=settled(same) or [grant])


def settled(rows: QuerySet[Grant]) -> list[Grant]:
    """Return grants that are about to end, once no renewal of keys is repeating them.

    What it repeated meanwhile is among them; nobody repeats them before this transaction ends.
    """
    list(rows.select_for_update().order_by("pk").values_list("pk"))
    return list(rows)


def revoke_all(*, viewer: Viewer, situation: Situation, grants: list[Grant]) -> None:
    """End grants of a situation: wraps and projections go, the signed rows stay with their date."""
    for grant in grants:
        Wrap.objects.filter(grant=grant).delete()
        Grant.objects.filter(pk=grant.pk, revoked_at__isnull=True).update(
            revoked_at=viewer.at, revoked_by_id=viewer.user_id
        )
    for user_id, level, section in {
        (grant.recipient_id, grant.level, grant.section) for grant in grants
    }:
        wrapping.unproject(situation=situation, user_id=user_id, section=section, level=level)
    recording.grants_revoked(viewer, situation.commission_id, situation.pk, grants)
