"""Give and revoke the right to read a section: policy, agreement, key and signature together."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from cases.access import agreements, recording
from cases.access.directory import directory_of
from cases.access.keys import OpenKeys, open_keys, situation_key
from cases.access.situations import live_grants
from cases.actions import wrapping
from cases.actions.milestones import note
from cases.domain.agreement import Member
from cases.domain.exceptions import DomainError, UnknownCode
from cases.domain.reading import GrantLevel
from cases.domain.rights import GrantReason
from cases.domain.sections import (
    SECTIONS_WITHOUT_CATEGORY,
    ProfessionCategory,
    Section,
)
from cases.models import Agreement, Grant, Invitation, Mandate, Situation, Wrap
from cases.permissions import MEMBER_ROLES, Refused, Role, Viewer
from cases.policies import require_writable

LONGEST = timedelta(days=2 * 365)


class NotShareable(DomainError):
    """The agreement, the profession or the mandate forbids this right (C-07, C-08, C-22)."""

    code = "not_shareable"
    message = "Ce droit ne peut pas être donné."


class SteppedAside(DomainError):
    """Nobody gives a right to whoever stands aside from a situation."""

    code = "stepped_aside"
    message = "Cette personne s’est déportée de la situation : aucun droit ne peut lui être donné."


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


def end_of(mandate: Mandate, at: datetime, until: date | datetime | None = None) -> datetime:
    """Return when a right ends at the latest: its own date, the mandate's, two years."""
    last = datetime.combine(mandate.ends_on, time(23, 59, 59), at.tzinfo)
    if until is not None and not isinstance(until, datetime):
        until = datetime.combine(until, time(23, 59, 59), at.tzinfo)
    return min(filter(None, (last, until, at + LONGEST)))


def allowed_sections(
    situation: Situation, mandate: Mandate, sections: Iterable[str], at: datetime
) -> list[str]:
    """Return the sections that agreement and profession let a member hold now.

    A section's key is wrapped when at least one of its categories is agreed (decision 20); health
    never leaves the list R1110-2, whatever is asked (C-22).
    """
    profession = ProfessionCategory(mandate.profession)
    agreed = agreements.standing(situation, at)
    opened, member = agreed.perimeter, member_of(mandate)
    anonymous = situation.is_anonymous
    # Refused by name, she reads no evocation at all, a coded one included (C-07).
    if agreed.limits.excludes(member) or (not anonymous and not opened.includes(member)):
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


def give_lead(*, viewer: Viewer, situation: Situation, lead: uuid.UUID) -> list[str]:
    """Give the lead every section her profession may read: she collects the agreement (C-04).

    Return what she received. Raises: SteppedAside and what giving a right raises.
    """
    mandate = mandate_of(situation, lead, viewer.at)
    if wrapping.is_aside(situation, lead):
        raise SteppedAside
    if agreements.standing(situation, viewer.at).limits.excludes(member_of(mandate)):
        raise NotShareable("La personne a refusé ce professionnel, ou sa structure, par son nom.")
    if lead == viewer.user_id:
        return []
    terms = wrapping.Terms(
        level=Grant.Level.MANAGE,
        basis=Grant.Basis.LEAD,
        not_before=viewer.at,
        not_after=end_of(mandate, viewer.at),
        reason=GrantReason.LEADING.value,
    )
    return give(viewer, situation, mandate, lead_sections(mandate), terms)


def member_of(mandate: Mandate) -> Member:
    """Return what the perimeter needs to know of a member."""
    return Member(
        ProfessionCategory(mandate.profession),
        mandate.organisation,
        mandate.organisation_kind,
        id=mandate.user_id,
    )


def lead_sections(mandate: Mandate) -> list[str]:
    """Return the sections that a lead of this profession may hold (C-22)."""
    reads_health = ProfessionCategory(mandate.profession).reads_health
    return [one.value for one in Section if one is not Section.HEALTH or reads_health]


def require_giver(viewer: Viewer, situation: Situation) -> set[str]:
    """Return the sections in which the viewer may give rights: lead or coordinator, and manager.

    Raises: Refused; SituationLimited, AgreementWithdrawn, NotAllowed.
    """
    require_writable(situation)
    managed = {
        code
        for code, grant in live_grants(viewer, situation).items()
        if grant.level.rank == 2 and grant.is_current(viewer.at) and not grant.is_dormant
    }
    if not managed or not (
        situation.lead_id == viewer.user_id
        or viewer.holds(situation.commission_id, Role.COORDINATOR)
    ):
        raise Refused("share", commission=situation.commission_id, objects=(situation.pk,))
    return managed


def share(
    *,
    viewer: Viewer,
    situation: Situation,
    recipients: list[uuid.UUID],
    sections: list[str],
    level: str,
    until: date | None = None,
    start: date | None = None,
    reason: str = GrantReason.FOLLOW_UP.value,
) -> dict[uuid.UUID, list[str]]:
    """Give members a level on sections, for a coded reason; return what each received.

    What the person did not agree to is left out, never given silently: an empty list says that
    nothing could be given to that member. A guest is invited to a point, and shared nothing.

    Raises: Refused without a managing right; SituationLimited, AgreementWithdrawn, NotAllowed;
    NotShareable when nobody could receive anything, or for a guest; SteppedAside; UnknownCode;
    VaultLocked.
    """
    managed = require_giver(viewer, situation)
    if reason not in GrantReason.codes():
        raise UnknownCode
    begins = viewer.at
    if start is not None:
        begins = max(begins, datetime.combine(start, time(0), viewer.at.tzinfo))
    given: dict[uuid.UUID, list[str]] = {}
    for user_id in recipients:
        mandate = mandate_of(situation, user_id, viewer.at)
        if mandate.role == Role.GUEST:
            raise NotShareable(
                "Une personne invitée reçoit ses droits par une invitation à un point, pas par un "
                "partage."
            )
        wanted = allowed_sections(situation, mandate, sections, viewer.at)
        terms = wrapping.Terms(
            level=level,
            basis=Grant.Basis.PERMANENT,
            not_before=begins,
            not_after=end_of(mandate, viewer.at, until),
            reason=reason,
        )
        if terms.not_after <= begins:
            raise NotShareable("Le mandat de cette personne prend fin avant le début de ce droit.")
        given[user_id] = give(
            viewer, situation, mandate, [code for code in wanted if code in managed], terms
        )
    if not any(given.values()):
        raise NotShareable(
            "Aucun de ces volets ne peut être ouvert à ces membres : vérifiez l’accord de la "
            "personne et leur catégorie professionnelle."
        )
    note(viewer, situation, "shared")
    return given


def give(
    viewer: Viewer,
    situation: Situation,
    mandate: Mandate,
    sections: Iterable[str],
    terms: wrapping.Terms,
) -> list[str]:
    """Wrap the keys of sections to a member on these terms; return the sections given.

    What she holds already, as much and as long, is not given twice. Nothing here looks at the
    agreement: ``allowed_sections`` has.

    Raises: SteppedAside; NotShareable when the viewer's vault opens nothing; BadSignature, Expired
    when her key is not attested; VaultLocked; StaleSituation.
    """
    wanted = set(sections)
    if not wanted:
        return []
    if wrapping.is_aside(situation, mandate.user_id):
        raise SteppedAside
    register = directory_of(viewer, situation.commission)
    (holder,) = wrapping.holders(register, [mandate.user_id], viewer.at, basis=terms.basis)
    keys = openable(viewer, situation)
    _, server_key = situation_key(situation.pk)
    agreement = Agreement.objects.filter(situation=situation).order_by("recorded_at").last()
    terms = replace(terms, agreement=agreement.pk if agreement else None)
    held = held_already(situation, mandate.user_id, terms)
    given = []
    for (section, version), dek in sorted(keys.deks.items()):
        if section not in wanted or (section, version) in held:
            continue
        wrapping.give(
            viewer=viewer,
            situation=situation,
            holder=holder,
            section=section,
            version=version,
            dek=dek,
            server_key=server_key,
            terms=terms,
        )
        given.append(section)
    if given:
        recording.done(
            viewer,
            "grant.given",
            commission=situation.commission_id,
            objects=(situation.pk, mandate.user_id),
            sections=given,
            purpose=terms.reason,
        )
    return sorted(set(given))


def openable(viewer: Viewer, situation: Situation) -> OpenKeys:
    """Return the keys that the viewer can hand on. Raises: NotShareable for none; VaultLocked."""
    keys = open_keys(viewer, situation)
    if not keys.deks:
        raise NotShareable(
            "Vous n’ouvrez aucun volet de cette situation : demandez à un membre qui la gère."
        )
    return keys


def held_already(
    situation: Situation, user_id: uuid.UUID, terms: wrapping.Terms
) -> set[tuple[str, int]]:
    """Return the (section, version) that a member holds as much, and as long, as these terms."""
    rank = GrantLevel(terms.level).rank
    levels = [level.value for level in GrantLevel if level.rank >= rank]
    rows = Grant.objects.filter(
        situation=situation,
        recipient_id=user_id,
        level__in=levels,
        revoked_at__isnull=True,
        not_before__lte=terms.not_before,
        not_after__gte=terms.not_after,
        is_dormant=False,
    )
    if terms.basis == Grant.Basis.GUEST:
        rows = rows.filter(item_id=terms.item)
    else:
        rows = rows.exclude(basis=Grant.Basis.GUEST)
    return set(rows.values_list("section", "key_version"))


def revoke(*, viewer: Viewer, grant_id: uuid.UUID) -> None:
    """End a right now: its keys, its projection, its date (T-24). Raises: Refused.

    A renewal of keys repeats a grant under its new version: whatever says the same ends with it,
    even when the page that named the grant is older than the renewal. A guest's invitation is
    cancelled with it. Never delayed: an urgent revocation asks for no vault (security.md §2.4).
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
        item=grant.item_id,
        is_dormant=grant.is_dormant,
        revoked_at__isnull=True,
    )
    revoke_all(viewer=viewer, situation=grant.situation, grants=settled(same) or [grant])
    is_left = Grant.objects.filter(
        item=grant.item_id, recipient_id=grant.recipient_id, revoked_at__isnull=True
    ).exists()
    if grant.basis == Grant.Basis.GUEST and not is_left:
        Invitation.objects.filter(
            item=grant.item_id, user_id=grant.recipient_id, state__in=OPEN_INVITATIONS
        ).update(state=Invitation.State.CANCELLED, answered_at=viewer.at)


OPEN_INVITATIONS = (Invitation.State.PROPOSED, Invitation.State.ACCEPTED)


def settled(rows: QuerySet[Grant]) -> list[Grant]:
    """Return grants that are about to end, once no renewal of keys is repeating them.

    What it repeated meanwhile is among them; nobody repeats them before this transaction ends.
    """
    list(rows.select_for_update().order_by("pk").values_list("pk"))
    return list(rows)


def revoke_all(*, viewer: Viewer, situation: Situation, grants: list[Grant]) -> None:
    """End grants of a situation: wraps and projections go, the signed rows stay with their date."""
    if not grants:
        return
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
