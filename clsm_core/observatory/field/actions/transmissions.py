"""Tell the ARS of the needs, and keep what it answered.

Source: domain.md D-08, 001-09.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Council
from clsm_core.observatory.models import Need, NeedState, Transmission


@transaction.atomic
def send(
    *,
    council: Council,
    transmission: Transmission | None,
    on: date,
    message: str,
    needs: Iterable[Need],
    today: date,
) -> Transmission:
    """Keep that needs were sent on a day, in one note; correct it until the ARS has answered.

    Raises:
        Refusal: no need, a day to come, or the ARS has answered.
    """
    row = transmission or Transmission(council=council, version=0)
    # Even when it was read before the answer.
    if Transmission.objects.filter(pk=row.pk, answered_on__isnull=False).exists():
        raise Refusal("L’ARS a répondu : cette transmission ne change plus.")
    if on > today:
        raise Refusal("Notez la transmission le jour où elle est faite.", field="on")
    there = [] if transmission is None else list(row.needs.values_list("pk", flat=True))
    chosen = [
        need
        for need in Need.objects.filter(council=council, pk__in=[one.pk for one in needs])
        # What was sent stays sent, even when it was set aside since.
        if need.state != NeedState.SET_ASIDE or need.pk in there
    ]
    if not chosen:
        raise Refusal("Choisissez au moins un besoin à transmettre.", field="chosen")
    row.on, row.message = on, message
    row.version += 1
    row.full_clean()
    row.save()
    row.needs.set(chosen)
    return row


@transaction.atomic
def answer(*, transmission: Transmission, text: str, on: date, today: date) -> Transmission:
    """Keep what the ARS answered, and when.

    Raises:
        Refusal: the text is missing, or the day is before the note or to come.
    """
    if on > today:
        raise Refusal("Cette date est à venir.", field="answered_on")
    if on < transmission.on:
        raise Refusal("La réponse suit la transmission.", field="answered_on")
    if not text.strip():
        raise Refusal("Écrivez ce que l’ARS a répondu.", field="answer")
    transmission.answer, transmission.answered_on = text.strip(), on
    transmission.version += 1
    transmission.full_clean()
    transmission.save()
    return transmission
