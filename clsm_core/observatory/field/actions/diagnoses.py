"""Keep diagnoses and data series.

Promises: a diagnosis is validated by a decision of the steering committee of the same council; the
lines of a file are all written, or none.

Source: domain.md D.1 (diagnostic), 000-08, 000-21, 003-24, 004-10, 004-12.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Council
from clsm_core.governance.actions.decisions import stood_on
from clsm_core.observatory.field.series_file import Brought, compared, fingerprint
from clsm_core.observatory.models import Diagnosis, Series, SeriesValue


@transaction.atomic
def write(*, council: Council, diagnosis: Diagnosis | None, values: Mapping[str, Any]) -> Diagnosis:
    """Write a diagnosis, a new one without ``diagnosis``.

    Raises:
        Refusal: the decision is not one of the council's steering committee.
    """
    row = diagnosis or Diagnosis(council=council, version=0)
    for name, value in values.items():
        setattr(row, name, value)
    if row.decision:
        stood_on(council=council, decision=row.decision)
    row.version += 1
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def write_series(
    *,
    council: Council,
    series: Series | None,
    fields: Mapping[str, Any],
    values: Mapping[int, Decimal],
) -> Series:
    """Write a series and its values: what is not in ``values`` goes."""
    row = series or Series(council=council, version=0)
    for name, value in fields.items():
        setattr(row, name, value)
    row.version += 1
    row.full_clean()
    row.save()
    _set(row, values, are_all=True)
    return row


@transaction.atomic
def remove_series(*, series: Series) -> None:
    """Remove a series and its values; the history keeps what they were."""
    for value in series.values.all():
        value.delete()
    series.delete()


@transaction.atomic
def import_series(*, council: Council, brought: Sequence[Brought], seen: str) -> int:
    """Write what a file brings: series made, values added or changed; return how many values.

    Args:
        seen: the fingerprint of the preview that is confirmed.
    Raises:
        Refusal: there is nothing to write, or a series changed since the preview.
    """
    Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    # Whoever is writing a series is waited for: what she saves is compared, never written over.
    list(Series.objects.select_for_update().filter(council=council).order_by("pk"))
    changes = compared(council, brought)
    if fingerprint(changes) != seen:
        raise Refusal("Une série a changé depuis l’aperçu : relisez-le, puis confirmez de nouveau.")
    written = 0
    for one in changes:
        if not one.added and not one.changed and one.series is not None:
            continue
        row = one.series or Series(council=council, version=0)
        for name, value in one.brought.fields.items():
            # An empty cell says nothing: what was written stays.
            if value or one.series is None:
                setattr(row, name, value)
        row.version += 1
        row.full_clean()
        row.save()
        _set(row, one.brought.values, are_all=False)
        written += len(one.added) + len(one.changed)
    if not written:
        raise Refusal("Il n’y a rien à écrire : ces valeurs sont déjà enregistrées.")
    return written


def _set(series: Series, values: Mapping[int, Decimal], *, are_all: bool) -> None:
    kept = {one.year: one for one in SeriesValue.objects.filter(series=series)}
    for year, value in values.items():
        row = kept.get(year) or SeriesValue(series=series, year=year)
        if row.value != value:
            row.value = value
            row.full_clean()
            row.save()
    if are_all:
        for year, row in kept.items():
            if year not in values:
                row.delete()
