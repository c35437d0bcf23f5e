"""A lost telephone: two people reset a member's second factor, logged and mailed (decision 17).

It opens the login, where she enrols a new factor, and never the vault: her passphrase and her kit
stay what they were. One officer asks, the other confirms; for an officer's own telephone the other
officer asks and the depositary confirms. A request that SQL wrote or changed does nothing.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.crypto import salted_hmac

from cases.access import continuity, recording, sessions
from cases.domain.choice import Choice
from cases.domain.exceptions import DomainError, NotAllowed
from cases.models import JointAct, Mandate, MemberKey, VaultSlot
from cases.permissions import Refused, Role, Viewer

MAIL = "cases/email/factor_reset"
SALT = "clsm.joint-act"
# A request lapses: an old one that SQL puts back to wait opens no login.
LASTS = timedelta(days=7)


class ResetReason(Choice):
    """Why a second factor is reset."""

    LOST = "telephone_perdu", "téléphone perdu ou volé"
    REPLACED = "telephone_change", "téléphone changé ou en panne"
    PASSKEY = "cle_acces_perdue", "clé d’accès perdue"


class SamePerson(DomainError):
    """An act of two people takes two."""

    code = "same_person"
    message = "Vous avez fait cette demande : une autre personne doit la confirmer."


class Altered(DomainError):
    """The request is not what somebody asked on this service."""

    code = "joint_act_altered"
    message = "Cette demande a été altérée : elle ne fera rien. Prévenez le DPO."


def _id_of(act: JointAct) -> uuid.UUID:
    """Return the id that the service gives to exactly this request, by its own key.

    A row written or changed by SQL has another one.
    """
    said = "|".join(
        (
            act.kind,
            str(act.commission_id),
            str(act.subject),
            act.reason,
            str(act.asked_by_id),
            f"{act.asked_at.timestamp():.6f}",
        )
    )
    digest = salted_hmac(SALT, said, algorithm="sha256").digest()
    return uuid.UUID(bytes=digest[:16], version=4)


def ask(*, viewer: Viewer, mandate: Mandate, reason: str) -> JointAct:
    """Ask to reset a member's second factor. Raises: Refused; NotAllowed."""
    continuity.require_officer(viewer, mandate.commission)
    if mandate.user_id == viewer.user_id:
        raise NotAllowed(
            "Pour votre propre téléphone, l’autre officier fait la demande.", code="own_factor"
        )
    _require_seated(mandate.commission_id, mandate.user_id)
    if reason not in ResetReason.codes():
        raise NotAllowed("Choisissez un motif.", code="reason")
    if pending(mandate):
        raise NotAllowed("Une demande attend déjà pour cette personne.", code="pending")
    act = JointAct(
        commission=mandate.commission,
        kind=JointAct.Kind.FACTOR_RESET,
        subject=mandate.user_id,
        reason=reason,
        asked_by_id=viewer.user_id,
        asked_at=viewer.at,
    )
    act.pk = _id_of(act)
    act.save(force_insert=True)
    _record(viewer, act, "member.reset_asked")
    return act


def _require_seated(commission: uuid.UUID, user_id: uuid.UUID) -> None:
    """Require somebody whose account is this commission's affair.

    She has not left, and is no officer elsewhere: there the other officer and the depositary act.
    """
    mandates = Mandate.objects.filter(commission=commission, user_id=user_id)
    if not mandates.exclude(status=Mandate.Status.ENDED).exists():
        raise NotAllowed("Cette personne a quitté la commission.", code="departed")
    keys = MemberKey.objects.filter(user_id=user_id, is_officer=True, revoked_at__isnull=True)
    if keys.exclude(commission=commission).exists():
        raise NotAllowed(
            "Cette personne est officier d’une autre commission : la demande se fait là-bas.",
            code="officer_elsewhere",
        )


def _is_at_desk(act: JointAct, at: datetime) -> bool:
    """Tell whether the one who asked still holds her role: two people in office, not one."""
    return Mandate.objects.filter(
        commission=act.commission_id,
        user=act.asked_by_id,
        user__is_active=True,
        status=Mandate.Status.ACTIVE,
        role__in=continuity.DESKS,
        starts_on__lte=at.date(),
        ends_on__gte=at.date(),
    ).exists()


def pending(mandate: Mandate) -> JointAct | None:
    """Return the request that waits for a member, None without one."""
    return JointAct.objects.filter(
        kind=JointAct.Kind.FACTOR_RESET, subject=mandate.user_id, decided_at__isnull=True
    ).first()


def waiting_for(viewer: Viewer) -> list[JointAct]:
    """Return the requests that the viewer may see, oldest first.

    All of them at the desks; a depositary, those alone that wait for her.
    """
    roles = (*continuity.DESKS, Role.DEPOSITARY)
    found = (
        JointAct.objects.filter(
            commission__in=viewer.commissions_with(roles),
            kind=JointAct.Kind.FACTOR_RESET,
            decided_at__isnull=True,
        )
        .select_related("commission", "asked_by")
        .order_by("asked_at")
    )
    return [
        one
        for one in found
        if viewer.holds(one.commission_id, *continuity.DESKS) or may_confirm(viewer, one)
    ]


def may_confirm(viewer: Viewer, act: JointAct) -> bool:
    """Tell whether the viewer is the second person: the other officer, or the depositary."""
    if viewer.user_id in (act.asked_by_id, act.subject):
        return False
    if continuity.is_bound(viewer, act.commission, act.subject):
        return viewer.holds(act.commission_id, Role.DEPOSITARY)
    return continuity.is_officer(viewer, act.commission)


def find(viewer: Viewer, pk: uuid.UUID) -> JointAct:
    """Return a request that waits. Raises: Refused."""
    act = next((one for one in waiting_for(viewer) if one.pk == pk), None)
    if act is None:
        raise Refused("joint_act")
    return act


def decline(*, viewer: Viewer, act: JointAct) -> None:
    """Decline a request, or take back one's own. Raises: Refused; NotAllowed."""
    if viewer.user_id != act.asked_by_id and not may_confirm(viewer, act):
        raise Refused("joint_act", commission=act.commission_id)
    _decide(viewer, act, is_confirmed=False)
    _record(viewer, act, "member.reset_declined")


def confirm(*, viewer: Viewer, act: JointAct) -> None:
    """Confirm a request: factors, passkeys, sessions and open vaults end; a mail leaves.

    Raises: SamePerson; Refused; Altered, recorded as an alert; NotAllowed.
    """
    if viewer.user_id == act.asked_by_id:
        raise SamePerson
    if not may_confirm(viewer, act):
        raise Refused("joint_act", commission=act.commission_id)
    asker_signs = act.asked_by_id in continuity.officers(viewer, act.commission)
    if act.pk != _id_of(act) or not asker_signs:
        recording.alert(
            viewer, "joint_act_altered", commission=act.commission_id, objects=(act.pk, act.subject)
        )
        raise Altered
    _require_seated(act.commission_id, act.subject)
    if viewer.at - act.asked_at > LASTS:
        raise NotAllowed(
            "Cette demande a plus de sept jours : écartez-la, puis refaites-la.", code="lapsed"
        )
    if not _is_at_desk(act, viewer.at):
        raise NotAllowed(
            "La personne qui l’a demandé n’est plus en fonction : écartez cette demande, puis "
            "refaites-la.",
            code="asker_left",
        )
    _decide(viewer, act, is_confirmed=True)
    Authenticator.objects.filter(user_id=act.subject).delete()
    VaultSlot.objects.filter(user_id=act.subject, kind=VaultSlot.Kind.PASSKEY).delete()
    sessions.end_all(act.subject, viewer.at)
    _record(viewer, act, "member.reset")
    _mail(act.subject)


def _decide(viewer: Viewer, act: JointAct, *, is_confirmed: bool) -> None:
    changed = JointAct.objects.filter(pk=act.pk, decided_at__isnull=True).update(
        decided_by_id=viewer.user_id, decided_at=viewer.at, is_confirmed=is_confirmed
    )
    if changed != 1:
        raise NotAllowed("Cette demande a déjà reçu sa réponse.", code="decided")


def _record(viewer: Viewer, act: JointAct, action: str) -> None:
    recording.done(
        viewer,
        action,
        commission=act.commission_id,
        objects=(act.pk, act.subject),
        purpose=act.reason,
    )


def _mail(user_id: uuid.UUID) -> None:
    """Tell the member once it is done; the mail names nobody and opens nothing."""
    address = EmailAddress.objects.filter(user_id=user_id, primary=True).first()
    if address is not None:
        to = address.email
        transaction.on_commit(lambda: get_adapter().send_mail(MAIL, to, {}), robust=True)
