"""Keep the priorities of the steering committee, from their decision to the reason of their end.

Promises: a priority rests on at least one need (D-05) and on a decision of kind « priorité » of
the steering committee; it is ended with a date and a reason, never removed (003-17).

Source: domain.md D-05, 001-08, 003-17.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Council
from clsm_core.governance.actions.decisions import stood_on
from clsm_core.governance.models import DecisionKind
from clsm_core.observatory.models import Need, NeedState, Priority

WITHOUT_NEED = (
    "Une priorité répond à au moins un besoin repéré : choisissez-le, ou repérez-le d’abord."
)


@transaction.atomic
def write(
    *,
    council: Council,
    priority: Priority | None,
    values: Mapping[str, Any],
    needs: Iterable[Need],
) -> Priority:
    """Keep a priority, a new one without ``priority``; its needs become kept.

    Raises:
        Refusal: no need (D-05), a need or a decision that is not the council's, or one that was
            ended.
    """
    row = priority or Priority(council=council, version=0)
    if _is_ended(row):
        raise Refusal("Cette priorité est terminée : elle ne change plus.")
    asked = [one.pk for one in needs]
    chosen = list(_locked(council, asked).exclude(state=NeedState.SET_ASIDE))
    if not chosen:
        raise Refusal(WITHOUT_NEED, field="chosen")
    for name, value in values.items():
        setattr(row, name, value)
    decision = row.decision if row.decision_id else None
    stood_on(council=council, decision=decision, kinds=[DecisionKind.PRIORITY])
    row.version += 1
    row.full_clean()
    row.save()
    before = list(row.needs.all())
    row.needs.set(chosen)
    for need in chosen:
        if need.state == NeedState.SEEN:
            _move(need, NeedState.KEPT)
    _release(council, (one for one in before if one not in chosen))
    return row


@transaction.atomic
def end(*, priority: Priority, on: date, reason: str, today: date) -> Priority:
    """End a priority with its reason; its needs wait again when no other priority keeps them.

    Raises:
        Refusal: it is ended already, the day is to come, or the reason is missing.
    """
    if _is_ended(priority):
        raise Refusal("Cette priorité est déjà terminée.")
    if on > today:
        raise Refusal("Une fin se note quand elle a eu lieu.", field="ends_on")
    if not reason.strip():
        raise Refusal("Dites pourquoi elle se termine.", field="end_reason")
    priority.ends_on, priority.end_reason = on, reason.strip()
    priority.version += 1
    priority.full_clean()
    priority.save()
    _release(priority.council, priority.needs.all())
    return priority


def _is_ended(priority: Priority) -> bool:
    """Tell whether a priority was ended, even when it was read before its end."""
    return Priority.objects.filter(pk=priority.pk, ends_on__isnull=False).exists()


def _release(council: Council, needs: Iterable[Need]) -> None:
    for need in _locked(council, [one.pk for one in needs]).filter(state=NeedState.KEPT):
        if not Priority.objects.filter(needs=need, ends_on__isnull=True).exists():
            _move(need, NeedState.SEEN)


def _locked(council: Council, ids: Iterable[UUID]) -> QuerySet[Need]:
    """Return needs as they stand once nobody is writing them, so that nothing of them is lost."""
    return Need.objects.select_for_update().filter(council=council, pk__in=ids).order_by("pk")


def _move(need: Need, state: NeedState) -> None:
    need.state = state
    need.version += 1
    need.save()
