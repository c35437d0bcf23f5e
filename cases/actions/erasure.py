"""Erase a situation: one asks, the DPO confirms, nothing of it is left (promise 8; C-51, C-55).

The same path serves the person's own request, a term that is reached and a refusal at admission.
The database erases by itself, in one function that checks again who asks and who confirms; what is
already frozen in anonymous statistics stays (C-54), and the ledger keeps that it happened.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from cases import storage
from cases.access import recording
from cases.domain import retention
from cases.domain.exceptions import DomainError
from cases.domain.lifecycle import (
    REFERRAL_ENDS,
    Fact,
    ReferralState,
    SituationAct,
    SituationState,
    next_situation,
)
from cases.domain.retention import RetentionPolicy
from cases.models import Erasure, JointAct, Mandate, Situation
from cases.permissions import Refused, Role, Viewer

REASONS: dict[str, tuple[SituationAct, Fact]] = {
    "accepted_request": (SituationAct.ERASE_ON_REQUEST, Fact.ACCEPTED_REQUEST),
    "term_reached": (SituationAct.ERASE_AT_TERM, Fact.TERM_REACHED),
    "refused_agreement": (SituationAct.ERASE_AFTER_REFUSAL, Fact.REFUSED_AGREEMENT),
}
LABELS = {
    "accepted_request": "la personne l’a demandé",
    "term_reached": "la durée de conservation est atteinte",
    "refused_agreement": "la personne a refusé l’examen de sa situation",
}
DESKS = (Role.COORDINATOR, Role.DPO)


class AlreadyAsked(DomainError):
    """The erasure of this situation waits for the DPO already."""

    code = "erasure_already_asked"
    message = "L’effacement de cette situation est déjà demandé : il attend la DPO."


@dataclass(frozen=True)
class Asked:
    """An erasure that waits: its act, the situation's code, who asked and why."""

    id: uuid.UUID
    code: str
    reason_label: str
    asked_by: str
    asked_at: datetime
    is_own: bool


@dataclass(frozen=True)
class Done:
    """An erasure that was made: its day, its reason, and when no backup holds it any more."""

    erased_on: date
    reason_label: str
    gone_on: date


def candidate(viewer: Viewer, code: str) -> Situation:
    """Return a situation or referral whose erasure the viewer may ask for.

    Its lead or the coordinator; withdrawn, its lead alone while she is in office (promise 5).

    Raises: Refused, alike when absent.
    """
    situation = (
        Situation.objects.filter(code=code)
        .exclude(state=SituationState.ERASED)
        .select_related("commission")
        .first()
    )
    if situation is None or not _may_ask(viewer, situation):
        raise Refused("erasure")
    return situation


def _may_ask(viewer: Viewer, situation: Situation) -> bool:
    if not viewer.charter_signed:
        return False
    if situation.lead_id == viewer.user_id and viewer.mandate_in(situation.commission_id):
        return True
    if not viewer.holds(situation.commission_id, Role.COORDINATOR):
        return False
    return not situation.is_withdrawn or not _is_in_office(situation, viewer.at)


def _is_in_office(situation: Situation, at: datetime) -> bool:
    today = at.date()
    return Mandate.objects.filter(
        commission_id=situation.commission_id,
        user_id=situation.lead_id,
        status=Mandate.Status.ACTIVE,
        starts_on__lte=today,
        ends_on__gte=today,
    ).exists()


def reasons(situation: Situation, at: datetime) -> list[tuple[str, str]]:
    """Return the reasons for which this situation may be erased now, with their words."""
    found = []
    for code, label in LABELS.items():
        try:
            _require(situation, code, at)
        except DomainError:
            continue
        found.append((code, label[0].upper() + label[1:]))
    return found


def _require(situation: Situation, reason: str, at: datetime) -> None:
    """Require what the life cycle asks (decision 29). Raises: NotAllowed, FactMissing."""
    act, fact = REASONS[reason]
    state = SituationState(situation.state) if situation.state else None
    is_given = {
        Fact.ACCEPTED_REQUEST: True,
        Fact.TERM_REACHED: _is_term_reached(situation, at),
        Fact.REFUSED_AGREEMENT: state is None or situation.is_withdrawn,
    }[fact]
    next_situation(state, act, [fact] if is_given else [])


def _is_term_reached(situation: Situation, at: datetime) -> bool:
    policy = RetentionPolicy()
    if situation.closed_on is not None:
        kept_until = retention.archived_until(situation.closed_on, policy)
    elif situation.state is None and ReferralState(situation.referral_state) in REFERRAL_ENDS:
        decided = timezone.localtime(situation.answered_at or situation.changed_at)
        kept_until = retention.referral_kept_until(decided.date(), policy)
    else:
        return False
    return retention.is_term_reached(kept_until, at.date())


def ask(*, viewer: Viewer, situation: Situation, reason: str) -> JointAct:
    """Ask for an erasure; it waits for the DPO.

    Raises: Refused; NotAllowed, FactMissing when the reason does not hold; AlreadyAsked.
    """
    if not _may_ask(viewer, situation) or reason not in REASONS:
        raise Refused("erasure", commission=situation.commission_id, objects=(situation.pk,))
    _require(situation, reason, viewer.at)
    waiting = JointAct.objects.filter(
        kind=JointAct.Kind.ERASURE, subject=situation.pk, decided_at__isnull=True
    )
    if waiting.exists():
        raise AlreadyAsked
    act = JointAct(
        pk=uuid.uuid4(),
        commission_id=situation.commission_id,
        kind=JointAct.Kind.ERASURE,
        subject=situation.pk,
        reason=reason,
        asked_by_id=viewer.user_id,
        asked_at=viewer.at,
    )
    act.save(force_insert=True)
    recording.done(
        viewer,
        "erasure.asked",
        commission=situation.commission_id,
        objects=(situation.pk,),
        purpose=reason,
    )
    return act


def decidable(viewer: Viewer, pk: uuid.UUID) -> tuple[JointAct, Situation]:
    """Return an erasure that waits for the viewer's decision. Raises: Refused."""
    act = (
        JointAct.objects.filter(pk=pk, kind=JointAct.Kind.ERASURE, decided_at__isnull=True)
        .select_related("asked_by")
        .first()
    )
    if act is None or act.asked_by_id == viewer.user_id:
        raise Refused("erasure")
    situation = (
        Situation.objects.filter(pk=act.subject)
        .exclude(state=SituationState.ERASED)
        .select_related("commission")
        .first()
    )
    if situation is None or not viewer.holds(act.commission_id, Role.DPO):
        raise Refused("erasure", commission=act.commission_id)
    return act, situation


def confirm(*, viewer: Viewer, act: JointAct) -> None:
    """Erase now. Raises: Refused; NotAllowed, FactMissing when the reason holds no more."""
    act, situation = decidable(viewer, act.pk)
    _require(situation, act.reason, viewer.at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clsm_shred(%s)", [act.pk])
        if not cursor.fetchone()[0]:
            raise Refused("erasure", commission=act.commission_id)
        left = objects_left(cursor)
    transaction.on_commit(lambda: storage.remove(*left))
    viewer.keys.pop(situation.pk, None)
    recording.done(
        viewer,
        "situation.erased",
        commission=act.commission_id,
        objects=(act.subject,),
        purpose=act.reason,
    )


def objects_left(cursor: Any) -> list[uuid.UUID]:
    """Return the names of the stored objects whose rows an erasure has just deleted."""
    cursor.execute("SELECT current_setting('clsm.objects_left', true)")
    told = cursor.fetchone()[0] or ""
    return [uuid.UUID(name) for name in told.split(",") if name]


def decline(*, viewer: Viewer, act: JointAct) -> None:
    """Refuse an erasure that was asked; the situation stays as it is. Raises: Refused."""
    act, situation = decidable(viewer, act.pk)
    changed = JointAct.objects.filter(pk=act.pk, decided_at__isnull=True).update(
        decided_by_id=viewer.user_id, decided_at=viewer.at, is_confirmed=False
    )
    if changed != 1:
        raise Refused("erasure", commission=act.commission_id)
    recording.done(
        viewer,
        "erasure.declined",
        commission=act.commission_id,
        objects=(situation.pk,),
        purpose=act.reason,
    )


def waiting(viewer: Viewer) -> list[Asked]:
    """Return the erasures that wait in the viewer's commissions, oldest first. Raises: Refused."""
    desks = _desks(viewer)
    acts = list(
        JointAct.objects.filter(
            kind=JointAct.Kind.ERASURE, decided_at__isnull=True, commission__in=desks
        )
        .select_related("asked_by")
        .order_by("asked_at")
    )
    rows = Situation.objects.filter(pk__in=[act.subject for act in acts])
    # Withdrawn, it is gone from every screen but its lead's; the DPO must know what she decides.
    shown = rows.filter(
        Q(is_withdrawn=False)
        | Q(lead=viewer.user_id)
        | Q(commission__in=viewer.commissions_with([Role.DPO]))
    )
    codes = dict(shown.values_list("pk", "code"))
    recording.shown(viewer, "list.shown")
    return [
        Asked(
            id=act.pk,
            code=codes.get(act.subject, ""),
            reason_label=LABELS.get(act.reason, act.reason),
            asked_by=act.asked_by.full_name,
            asked_at=act.asked_at,
            is_own=act.asked_by_id == viewer.user_id,
        )
        for act in acts
    ]


def made(viewer: Viewer) -> list[Done]:
    """Return the erasures made in the viewer's commissions, newest first. Raises: Refused."""
    rows = Erasure.objects.filter(commission__in=_desks(viewer)).order_by("-erased_at")[:200]
    found = []
    for row in rows:
        day = timezone.localdate(row.erased_at)
        found.append(
            Done(day, LABELS.get(row.reason, row.reason), retention.gone_from_backups_on(day))
        )
    return found


def _desks(viewer: Viewer) -> list[uuid.UUID]:
    desks = viewer.commissions_with(DESKS)
    if not desks:
        raise Refused("role")
    return desks
