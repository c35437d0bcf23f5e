"""Guests of a point of an agenda: in the room, or with an access that opens and ends with it.

Promises (BR-04, C-24; decision 22): by default a guest comes into the room with a paper commitment
of confidentiality and no access; her name, function and structure are sealed in the core. Digital
access is a choice: her key signed by one officer at least, a window that is the point's, and
nothing that opens before she accepted. Nobody outside the person's agreement is invited (C-07).
Declined, cancelled or ended with its point, an invitation leaves no key behind.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.db import transaction

from cases.access import agreements, readers, recording
from cases.access.integrity import commission_of
from cases.access.keys import open_keys
from cases.access.situations import live_grants
from cases.actions import convening, grants, sealing, wrapping
from cases.domain.agreement import Member
from cases.domain.exceptions import DomainError, NotAllowed, UnknownCode
from cases.domain.reading import GrantBasis
from cases.domain.rights import DeclineReason, GrantReason
from cases.domain.sections import ProfessionCategory, Section
from cases.models import AgendaItem, Grant, Invitation, Mandate, Sitting, Situation
from cases.permissions import Refused, Role, Viewer

# A sealed document of this kind names a guest in the room.
GUEST = "guest"
MAIL = "cases/email/invitation"


class OutsideAgreement(DomainError):
    """The person's agreement does not count this guest (C-07)."""

    code = "outside_perimeter"
    message = (
        "L’accord de la personne ne compte pas cet invité parmi ceux qui peuvent savoir : "
        "recueillez d’abord son accord."
    )


def invite_in_room(
    *,
    viewer: Viewer,
    item: AgendaItem,
    name: str,
    function: str,
    organisation: str,
    kind: str,
    profession: str = ProfessionCategory.NONE.value,
    commitment_on: date | None = None,
) -> Invitation:
    """Invite somebody into the room, without an account; she is named in the core alone.

    ``kind`` is the category of her structure, ``profession`` hers: what the agreement speaks of.

    Raises: Refused; NotAllowed; OutsideAgreement; SectionSealed when the core cannot be written;
    VaultLocked.
    """
    _require_host(viewer, item)
    situation = item.situation
    if commitment_on is not None and commitment_on > viewer.at.date():
        raise NotAllowed("L’engagement est daté de l’avenir.", code="future_date")
    member = Member(ProfessionCategory(profession), organisation.strip(), kind)
    if not _may_hear(item, member, viewer):
        raise OutsideAgreement
    grant = live_grants(viewer, situation).get(Section.CORE.value)
    if grant is None or grant.level.rank < 1:
        raise sealing.SectionSealed
    document = sealing.write_document(
        viewer=viewer,
        situation=situation,
        keys=open_keys(viewer, situation),
        section=Section.CORE.value,
        kind=GUEST,
        payload={
            "name": name.strip(),
            "function": function.strip(),
            "organisation": organisation.strip(),
            "organisation_kind": kind,
            "profession": profession,
        },
    )
    row = Invitation(
        pk=uuid.uuid4(),
        situation=situation,
        item=item,
        document=document,
        commitment_on=commitment_on,
        invited_by_id=viewer.user_id,
        invited_at=viewer.at,
    )
    row.save(force_insert=True)
    _record(viewer, row, "invitation.sent")
    return row


def invite(
    *,
    viewer: Viewer,
    item: AgendaItem,
    user_id: uuid.UUID,
    sections: Collection[str],
    reason: str = GrantReason.EXAMINATION.value,
) -> Invitation:
    """Invite a member with a guest's mandate, with an access that waits for her answer.

    Her keys are wrapped now, for the point's window; the rule, the database and the pages keep
    them shut until she accepts.

    Raises: Refused; UnknownCode; NotAllowed when she is no guest or is invited already;
    OutsideAgreement; NotShareable when nothing can be opened to her; SteppedAside; BadSignature
    when her key is not signed; VaultLocked.
    """
    _require_host(viewer, item)
    situation = item.situation
    if reason not in GrantReason.codes():
        raise UnknownCode
    mandate = guest_mandate(item, user_id, viewer)
    if Invitation.objects.filter(
        item=item, user_id=user_id, state__in=grants.OPEN_INVITATIONS
    ).exists():
        raise NotAllowed("Cette personne est déjà invitée à ce point.", code="already_invited")
    opens, closes = convening.window(viewer, item)
    terms = wrapping.Terms(
        level=Grant.Level.READ,
        basis=Grant.Basis.GUEST,
        not_before=opens,
        not_after=grants.end_of(mandate, viewer.at, closes),
        reason=reason,
        item=item.pk,
    )
    if terms.not_after <= opens:
        raise NotAllowed("Son mandat prend fin avant la séance.", code="no_mandate")
    managed = grants.require_giver(viewer, situation)
    allowed = _allowed(viewer, item, mandate)
    if not allowed:
        raise OutsideAgreement
    given = grants.give(
        viewer, situation, mandate, sorted(set(sections) & allowed & managed), terms
    )
    if not given:
        raise grants.NotShareable(
            "Aucun de ces volets ne peut lui être ouvert : vérifiez l’accord, sa profession et "
            "votre coffre."
        )
    row = Invitation(
        pk=uuid.uuid4(),
        situation=situation,
        item=item,
        user_id=user_id,
        sections=given,
        opens_at=opens,
        closes_at=terms.not_after,
        invited_by_id=viewer.user_id,
        invited_at=viewer.at,
    )
    row.save(force_insert=True)
    _record(viewer, row, "invitation.sent")
    _mail(user_id)
    return row


def guest_mandate(item: AgendaItem, user_id: uuid.UUID, viewer: Viewer) -> Mandate:
    """Return a guest's mandate in force. Raises: NotAllowed for whoever sits otherwise."""
    today = viewer.at.date()
    rows = list(
        Mandate.objects.filter(
            commission_id=item.sitting.commission_id,
            user_id=user_id,
            status=Mandate.Status.ACTIVE,
            starts_on__lte=today,
            ends_on__gte=today,
        ).select_related("user")
    )
    if not rows or any(row.role != Role.GUEST for row in rows):
        raise NotAllowed("Cette personne n’a pas de mandat d’invité.", code="no_guest")
    return max(rows, key=lambda row: row.ends_on)


def accept(*, viewer: Viewer, invitation_id: uuid.UUID) -> Invitation:
    """Accept one's own invitation: what it gives opens in its window.

    Raises: Refused for anybody else's; NotAllowed once answered, cancelled or past.
    """
    row = _own(viewer, invitation_id)
    if row.closes_at is None or row.closes_at <= viewer.at:
        raise NotAllowed("Cette invitation est passée.", code="invitation_past")
    _answer(viewer, row, Invitation.State.ACCEPTED)
    return row


def decline(*, viewer: Viewer, invitation_id: uuid.UUID, reason: str) -> Invitation:
    """Decline one's own invitation, accepted or not: her keys go at once.

    Raises: Refused for anybody else's; UnknownCode; NotAllowed once declined or cancelled.
    """
    row = _own(viewer, invitation_id)
    if reason not in DeclineReason.codes():
        raise UnknownCode
    _answer(viewer, row, Invitation.State.DECLINED, reason)
    _end_rights(viewer, row)
    return row


def answer_for(*, viewer: Viewer, invitation: Invitation, accepted: bool, reason: str = "") -> None:
    """Note the answer of a guest in the room, who has no account.

    Raises: Refused; UnknownCode; NotAllowed for a guest who answers herself.
    """
    _require_host(viewer, invitation.item)
    _require_in_room(invitation)
    if not accepted and reason not in DeclineReason.codes():
        raise UnknownCode
    state = Invitation.State.ACCEPTED if accepted else Invitation.State.DECLINED
    _answer(viewer, invitation, state, "" if accepted else reason)


def note_commitment(*, viewer: Viewer, invitation: Invitation, on: date) -> None:
    """Note the day a guest in the room signed her commitment. Raises: Refused; NotAllowed."""
    _require_host(viewer, invitation.item)
    _require_in_room(invitation)
    if on > viewer.at.date():
        raise NotAllowed("L’engagement est daté de l’avenir.", code="future_date")
    Invitation.objects.filter(pk=invitation.pk).update(commitment_on=on)
    _record(viewer, invitation, "invitation.answered", "commitment")


def note_presence(*, viewer: Viewer, invitation: Invitation, is_present: bool) -> None:
    """Note that a guest in the room is there for her point: her commitment comes first.

    Raises: Refused; NotAllowed without a signed commitment, or once declined or cancelled.
    """
    _require_host(viewer, invitation.item)
    _require_in_room(invitation)
    if is_present and invitation.commitment_on is None:
        raise NotAllowed(
            "Faites d’abord signer l’engagement de confidentialité, et notez sa date.",
            code="commitment_missing",
        )
    if is_present and invitation.state not in grants.OPEN_INVITATIONS:
        raise NotAllowed("Cette invitation n’est plus en cours.", code="not_pending")
    Invitation.objects.filter(pk=invitation.pk).update(
        attended_at=viewer.at if is_present else None
    )
    recording.done(
        viewer,
        "attendance.recorded",
        commission=invitation.situation.commission_id,
        objects=(invitation.item.sitting_id, invitation.situation_id, invitation.pk),
    )


def cancel(*, viewer: Viewer, invitation: Invitation) -> None:
    """Cancel an invitation, as the animation: rights and keys end at once; no vault is asked.

    Raises: Refused; NotAllowed once declined or cancelled.
    """
    if not viewer.holds(invitation.situation.commission_id, Role.COORDINATOR):
        raise Refused("invitation", commission=invitation.situation.commission_id)
    changed = Invitation.objects.filter(pk=invitation.pk, state__in=grants.OPEN_INVITATIONS).update(
        state=Invitation.State.CANCELLED, answered_at=viewer.at
    )
    if changed != 1:
        raise NotAllowed("Cette invitation n’est plus en cours.", code="not_pending")
    _record(viewer, invitation, "invitation.cancelled")
    _end_rights(viewer, invitation)


def _require_host(viewer: Viewer, item: AgendaItem) -> None:
    """Require the animation, and a point that may still have guests. Raises: Refused; NotAllowed"""
    commission = item.sitting.commission_id
    if not viewer.holds(commission, Role.COORDINATOR):
        raise Refused("invitation", commission=commission, objects=(item.situation_id,))
    if item.removed_at is not None or item.sitting.state == Sitting.State.CLOSED:
        raise NotAllowed("Ce point n’attend plus d’invité.", code="item_ended")


def _require_in_room(invitation: Invitation) -> None:
    if invitation.user_id is not None:
        raise NotAllowed("Cette personne répond elle-même.", code="not_in_room")


def _may_hear(item: AgendaItem, member: Member, viewer: Viewer) -> bool:
    agreed = agreements.standing(item.situation, viewer.at)
    if item.situation.is_anonymous:
        # Refused by name, she hears nothing, even told without a name.
        return not agreed.limits.excludes(member)
    return agreed.perimeter.includes(member)


def _allowed(viewer: Viewer, item: AgendaItem, mandate: Mandate) -> set[str]:
    """Return what the one rule would open to a guest in a sitting."""
    situation = item.situation
    agreed = readers.standing_of(situation, viewer.at)
    seat = readers.seats(situation.commission, viewer.at)[mandate.user_id]
    aside = wrapping.is_aside(situation, mandate.user_id)
    return {
        section.value
        for section in Section
        if readers.would_read(
            seat, situation, section, agreed, basis=GrantBasis.GUEST, is_aside=aside
        ).allow
        and not (section is Section.IDENTITY and item.mode == AgendaItem.Mode.ANONYMOUS)
    }


def _own(viewer: Viewer, invitation_id: uuid.UUID) -> Invitation:
    """Return one's own invitation; its situation and point may still be closed to her."""
    row = Invitation.objects.filter(pk=invitation_id, user_id=viewer.user_id).first()
    if row is None or not viewer.commissions_with([Role.GUEST]):
        raise Refused("invitation")
    return row


def _answer(viewer: Viewer, row: Invitation, state: str, reason: str = "") -> None:
    """Write an answer, from a state that waits for one. Raises: NotAllowed."""
    start = [Invitation.State.PROPOSED]
    if state == Invitation.State.DECLINED:
        start.append(Invitation.State.ACCEPTED)
    changed = Invitation.objects.filter(pk=row.pk, state__in=start).update(
        state=state, decline_reason=reason, answered_at=viewer.at
    )
    if changed != 1:
        raise NotAllowed("Cette invitation n’attend plus de réponse.", code="decided")
    row.state = state
    _record(viewer, row, "invitation.answered", reason or state)


def _end_rights(viewer: Viewer, row: Invitation) -> None:
    """End what an invitation gave; its guest may do it herself, vault closed."""
    if row.user_id is None:
        return
    held = Grant.objects.filter(
        item_id=row.item_id,
        recipient_id=row.user_id,
        basis=Grant.Basis.GUEST,
        revoked_at__isnull=True,
    )
    ended = grants.settled(held)
    if not ended:
        return
    # A guest who declines may not see the situation: its id and its commission are enough.
    stub = Situation(pk=row.situation_id, commission_id=commission_of(row.situation_id))
    grants.revoke_all(viewer=viewer, situation=stub, grants=ended)


def _record(viewer: Viewer, row: Invitation, action: str, purpose: str = "") -> None:
    who = (row.user_id,) if row.user_id else ()
    recording.done(
        viewer,
        action,
        commission=commission_of(row.situation_id),
        objects=(row.situation_id, row.pk, *who),
        sections=row.sections,
        purpose=purpose,
    )


def _mail(user_id: uuid.UUID) -> None:
    """Say that an invitation waits, once it is written: no date, no place, no code."""
    address = EmailAddress.objects.filter(user_id=user_id, primary=True).first()
    if address is not None:
        to = address.email
        transaction.on_commit(lambda: get_adapter().send_mail(MAIL, to, {}), robust=True)
