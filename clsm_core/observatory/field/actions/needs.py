"""Keep what is missing or frequent, and where the council learnt of it.

Promises: a need drawn from a release is drawn from a line of it that is proved, published and
not withdrawn; only its table and its row are kept. Nothing is deleted: what does not hold is set
aside.

Source: domain.md D.1 (besoin repéré), 001-08, 003-21, 003-24, E-14.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Council
from clsm_core.observatory.field.lines import PublishedTable, table_of
from clsm_core.observatory.field.queries.needs import by_line
from clsm_core.observatory.models import Need, NeedState, Note, Origin, Priority
from clsm_core.observatory.queries import shown_reading

TITLE = 200


@transaction.atomic
def propose(*, council: Council, values: Mapping[str, Any], by: Any) -> Need:
    """Write a need that somebody told of; the commission's figures have acts of their own."""
    need = Need(council=council, proposed_by=by)
    for name, value in values.items():
        setattr(need, name, value)
    need.full_clean()
    need.save()
    return need


@transaction.atomic
def from_line(
    *, council: Council, release_id: UUID, table_id: str, row: str, by: Any, on: date
) -> Need:
    """Make a need of a published line of a release.

    Raises:
        Refusal: the release is not proved, is withdrawn or on paper, the line is not published,
            or a need stands for it already.
    """
    table = _published(council, release_id, table_id)
    line = next((one for one in table.lines if one.code == row), None)
    if line is None:
        raise Refusal("Cette ligne n’est pas publiée : choisissez-en une autre.")
    # Two members who choose the same line at once: the second waits here, then sees the first.
    Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    if row in by_line(council, release_id, table_id):
        raise Refusal("Cette ligne est déjà un besoin repéré.")
    need = Need(
        council=council,
        title=f"{line.label} ({table.title.lower()})"[:TITLE],
        origin=Origin.RELEASE,
        release_id=release_id,
        table=table_id,
        row=row,
        seen_on=on,
        proposed_by=by,
    )
    need.full_clean()
    need.save()
    return need


@transaction.atomic
def from_note(*, council: Council, note: Note, values: Mapping[str, Any], by: Any) -> Need:
    """Make a need of a note that the commission approved.

    Raises:
        Refusal: the note is withdrawn, or is another council's.
    """
    there = Note.objects.filter(pk=note.pk, council=council, withdrawal__isnull=True)
    if not there.exists():
        raise Refusal("La commission a retiré cette note.")
    need = Need(council=council, origin=Origin.NOTE, note=note, proposed_by=by)
    for name, value in values.items():
        setattr(need, name, value)
    need.full_clean()
    need.save()
    return need


@transaction.atomic
def correct(*, need: Need, values: Mapping[str, Any]) -> Need:
    """Change a need.

    Raises:
        Refusal: it is set aside while a priority that runs rests on it.
    """
    for name, value in values.items():
        setattr(need, name, value)
    if need.state == NeedState.SET_ASIDE and _is_kept(need):
        raise Refusal(
            "Une priorité en cours repose sur ce besoin : terminez-la d’abord.", field="state"
        )
    need.version += 1
    need.full_clean()
    need.save()
    return need


def _is_kept(need: Need) -> bool:
    return Priority.objects.filter(needs=need, ends_on__isnull=True).exists()


def _published(council: Council, release_id: UUID, table_id: str) -> PublishedTable:
    reading = shown_reading(council, release_id)
    table = table_of(reading, table_id) if reading else None
    if table is None:
        raise Refusal("Cette publication n’est pas affichée : aucun besoin ne s’en tire.")
    return table
