"""Sittings: convened in codes, opened, closed; agendas follow the agreements (BR-04, BR-09).

Convening gives the rights of each point, and a point added later gives its own (C-21, C-24).
"""

from __future__ import annotations

import uuid
from datetime import datetime

from cases import queries
from cases.access import agreements, recording
from cases.actions import convening
from cases.actions.convening import ItemPlan
from cases.actions.milestones import change, note
from cases.domain.exceptions import DomainError, NotAllowed
from cases.domain.lifecycle import Fact, SituationAct, SituationState
from cases.models import AgendaItem, Commission, ItemAttendance, Mandate, Review, Sitting, Situation
from cases.permissions import MEMBER_ROLES, Viewer, require_coordinator
from cases.policies import (
    require_evocable,
    require_sitting_open_to_items,
    sitting_after,
    situation_after,
)


def _record(viewer: Viewer, sitting: Sitting, action: str, *situations: uuid.UUID) -> None:
    recording.done(
        viewer, action, commission=sitting.commission_id, objects=(sitting.pk, *situations)
    )


def create(*, viewer: Viewer, commission: Commission, starts_at: datetime, place: str) -> Sitting:
    """Prepare a sitting. Raises: Refused; NotAllowed when its date is past."""
    require_coordinator(viewer, commission)
    if starts_at < viewer.at:
        raise NotAllowed("La date de la séance est passée.", code="past_date")
    sitting = Sitting(
        pk=uuid.uuid4(),
        commission=commission,
        starts_at=starts_at,
        place=place.strip(),
        created_by_id=viewer.user_id,
    )
    sitting.save(force_insert=True)
    _record(viewer, sitting, "sitting.created")
    return sitting


KIND_BY_STATE = {
    SituationState.PREPARING: AgendaItem.Kind.FIRST,
    SituationState.RESTITUTED: AgendaItem.Kind.FEEDBACK,
    SituationState.FOLLOW_UP: AgendaItem.Kind.FEEDBACK,
    SituationState.REVIEWED: AgendaItem.Kind.POSTPONED,
}


def add_item(
    *,
    viewer: Viewer,
    sitting: Sitting,
    situation: Situation,
    mode: str = AgendaItem.Mode.NAMED,
    attested: bool = False,
    reason: str = "",
) -> AgendaItem:
    """Put a situation on an agenda, by its code; see ``inscribe``."""
    item, _ = inscribe(
        viewer=viewer,
        sitting=sitting,
        situation=situation,
        mode=mode,
        attested=attested,
        reason=reason,
    )
    return item


def inscribe(
    *,
    viewer: Viewer,
    sitting: Sitting,
    situation: Situation,
    mode: str = AgendaItem.Mode.NAMED,
    attested: bool = False,
    reason: str = "",
) -> tuple[AgendaItem, ItemPlan | None]:
    """Put a situation on an agenda, by its code (promise 5; C-01, C-02, C-03).

    On a sitting that is convened already, its rights are given in the same act: what was given
    comes back beside the point.

    Raises: Refused; AgreementMissing, AgreementExpired, AgreementWithdrawn; NotAllowed,
    FactMissing; VaultLocked on a convened sitting.
    """
    require_coordinator(viewer, sitting.commission_id)
    if situation.commission_id != sitting.commission_id:
        raise NotAllowed("Cette situation relève d’une autre commission.", code="other_commission")
    require_sitting_open_to_items(sitting, viewer.at)
    status = agreements.status(situation, viewer.at)
    if situation.is_anonymous:
        mode = AgendaItem.Mode.ANONYMOUS
    uses = agreements.uses(situation, viewer.at)
    require_evocable(situation.commission, status, uses, mode=mode, attested=attested)
    before = SituationState(situation.state or SituationState.PREPARING)
    facts = [Fact.AGREEMENT, Fact.SITTING]
    act = SituationAct.INSCRIBE
    if before is SituationState.REVIEWED:
        act = SituationAct.INSCRIBE_BEFORE_RESTITUTION
        facts += [Fact.REASON] if reason else []
    state = situation_after(situation, act, *facts)
    item = AgendaItem(
        pk=uuid.uuid4(),
        sitting=sitting,
        situation=situation,
        rank=sitting.items.count() + 1,
        kind=KIND_BY_STATE.get(before, AgendaItem.Kind.FIRST),
        mode=mode,
        anonymity_attested_by_id=viewer.user_id if mode == AgendaItem.Mode.ANONYMOUS else None,
    )
    item.save(force_insert=True)
    change(viewer, situation, state=state.value)
    note(viewer, situation, "inscribed", reason)
    _record(viewer, sitting, "agenda.item_added", situation.pk)
    if sitting.state != Sitting.State.CONVENED:
        return item, None
    (plan,) = convening.give(viewer, sitting, only=item.pk)
    return item, plan


def remove_item(*, viewer: Viewer, item: AgendaItem, reason: str) -> None:
    """Take a situation off an agenda with its reason; what the point gave ends at once.

    Raises: Refused; NotAllowed, FactMissing.
    """
    require_coordinator(viewer, item.sitting.commission_id)
    if item.sitting.state == Sitting.State.CLOSED:
        raise NotAllowed("Cette séance est close.", code="sitting_closed")
    if Review.objects.filter(item=item).exists() or item.removed_at is not None:
        raise NotAllowed("Ce point est déjà examiné ou retiré.", code="item_ended")
    facts = (Fact.REASON,) if reason else ()
    state = situation_after(item.situation, SituationAct.POSTPONE, *facts)
    AgendaItem.objects.filter(pk=item.pk).update(removed_at=viewer.at)
    convening.end_items(viewer=viewer, situation=item.situation, ids=[item.pk])
    change(viewer, item.situation, state=state.value)
    note(viewer, item.situation, "postponed", reason)
    _record(viewer, item.sitting, "agenda.item_removed", item.situation_id)


def require_still_evocable(viewer: Viewer, item: AgendaItem) -> None:
    """Require of an item, again at each step, what its inscription required (promise 5).

    Raises: AgreementMissing, AgreementExpired, AgreementWithdrawn; NotAllowed.
    """
    require_evocable(
        item.situation.commission,
        agreements.status(item.situation, viewer.at),
        agreements.uses(item.situation, viewer.at),
        mode=item.mode,
        attested=item.anonymity_attested_by_id is not None,
    )


def _require_whole_agenda(viewer: Viewer, sitting: Sitting) -> None:
    """Name the code of the first item whose agreement no longer holds. Raises: NotAllowed."""
    items = sitting.items.filter(removed_at__isnull=True).select_related("situation__commission")
    for item in items:
        try:
            require_still_evocable(viewer, item)
        except DomainError as refused:
            raise NotAllowed(
                f"{item.situation.code} : {refused.message} Ajournez ce point.", code=refused.code
            ) from refused


def _advance(
    viewer: Viewer, sitting: Sitting, expected: str, stamp: str, action: str, **more: uuid.UUID
) -> None:
    require_coordinator(viewer, sitting.commission_id)
    following = sitting_after(sitting)
    if following != expected:
        raise NotAllowed("Cette étape de la séance n’est pas la suivante.", code="sitting_step")
    changed = Sitting.objects.filter(pk=sitting.pk, state=sitting.state).update(
        state=following, **{stamp: viewer.at}, **more
    )
    if changed != 1:
        raise NotAllowed("La séance a changé entre-temps : relisez la page.", code="stale")
    sitting.state = following
    _record(viewer, sitting, action)


def convene(*, viewer: Viewer, sitting: Sitting) -> list[ItemPlan]:
    """Convene: the agenda is known, in codes, and opens to whom the rule lets; return what it gave.

    Raises: Refused; NotAllowed without any item; VaultLocked.
    """
    require_coordinator(viewer, sitting.commission_id)
    if not sitting.items.filter(removed_at__isnull=True).exists():
        raise NotAllowed(
            "Inscrivez au moins une situation avant de convoquer.", code="empty_agenda"
        )
    _require_whole_agenda(viewer, sitting)
    _advance(viewer, sitting, Sitting.State.CONVENED, "convened_at", "sitting.convened")
    return convening.give(viewer, sitting)


def complete(*, viewer: Viewer, sitting: Sitting) -> list[ItemPlan]:
    """Give again what a convened sitting could not give then: a key signed since, a vault mended.

    Raises: Refused; NotAllowed when the sitting is not convened or under way; VaultLocked.
    """
    require_coordinator(viewer, sitting.commission_id)
    if sitting.state not in (Sitting.State.CONVENED, Sitting.State.OPEN):
        raise NotAllowed("Cette étape de la séance n’est pas la suivante.", code="sitting_step")
    return convening.give(viewer, sitting)


def open_sitting(*, viewer: Viewer, sitting: Sitting) -> None:
    """Open the sitting; who opens it presents it, vault open meanwhile (decision 23).

    Raises: Refused; NotAllowed.
    """
    _require_whole_agenda(viewer, sitting)
    _advance(
        viewer,
        sitting,
        Sitting.State.OPEN,
        "opened_at",
        "sitting.opened",
        presented_by_id=viewer.user_id,
    )


def close_sitting(*, viewer: Viewer, sitting: Sitting) -> None:
    """Close the sitting once every item was examined or postponed. Raises: Refused; NotAllowed."""
    waiting = sitting.items.filter(removed_at__isnull=True, review__isnull=True).count()
    if waiting:
        raise NotAllowed(
            f"Il reste {waiting} situation(s) à examiner ou à ajourner.", code="items_waiting"
        )
    _advance(viewer, sitting, Sitting.State.CLOSED, "closed_at", "sitting.closed")


def mark_present(*, viewer: Viewer, item: AgendaItem, user_ids: list[uuid.UUID]) -> None:
    """Record who is present for one item (BR-04); who stands aside is not there.

    Raises: Refused; NotAllowed.
    """
    require_coordinator(viewer, item.sitting.commission_id)
    if item.sitting.state == Sitting.State.CLOSED:
        raise NotAllowed("Cette séance est close.", code="sitting_closed")
    known = set(
        Mandate.objects.filter(
            commission_id=item.sitting.commission_id, role__in=MEMBER_ROLES, user__in=user_ids
        ).values_list("user_id", flat=True)
    )
    known -= set(queries.standing_recusals(item.situation_id).values_list("user_id", flat=True))
    ItemAttendance.objects.filter(item=item).exclude(user__in=known).delete()
    present = set(ItemAttendance.objects.filter(item=item).values_list("user_id", flat=True))
    for user_id in known - present:
        ItemAttendance(pk=uuid.uuid4(), item=item, user_id=user_id, recorded_at=viewer.at).save(
            force_insert=True
        )
    _record(viewer, item.sitting, "attendance.recorded", item.situation_id)
