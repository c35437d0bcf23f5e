"""Read sheets from a spreadsheet, say what would be written, write it all or nothing.

Promise: an import only adds proposals; it never changes a sheet that is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.directory.imports.reading import Table
from clsm_core.roadmap.actions.plans import require_open
from clsm_core.roadmap.actions.writing import check, write_sheet
from clsm_core.roadmap.content import SheetContent
from clsm_core.roadmap.exchange import MOST, NEEDED, Unread, by_head, content_of
from clsm_core.roadmap.models import ActionSheet, Roadmap
from clsm_core.ui.plain import plain


@dataclass
class Preview:
    """What an import would write, its rows, and each row refused with what to mend."""

    contents: list[SheetContent] = field(default_factory=list)
    rows: list[tuple[int, Sequence[str]]] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)


def preview(*, roadmap: Roadmap, table: Table) -> Preview:
    """Read the rows of a table against a roadmap; nothing is written.

    Raises:
        Refusal: a head that is needed is missing, or there are too many rows.
    """
    heads = {plain(head) for head in table.headers}
    missing = [head for head in NEEDED if plain(head) not in heads]
    if missing:
        raise Refusal(f"Il manque la colonne « {' » et « '.join(missing)} ».", field="file")
    if len(table.rows) > MOST:
        raise Refusal(f"{MOST} fiches au plus par fichier.", field="file")
    found = Preview()
    taken = _numbers(roadmap)
    for number, values in table.rows:
        try:
            content = content_of(by_head(table.headers, values))
            content = _numbered(content, taken)
        except Unread as error:
            found.errors.append((number, error.message))
            continue
        if message := _refused(content):
            found.errors.append((number, message))
            continue
        taken.setdefault(content.axis_number, set()).add(content.number)
        found.contents.append(content)
        found.rows.append((number, values))
    return found


@transaction.atomic
def write(*, roadmap: Roadmap, contents: Sequence[SheetContent], by: Any) -> list[ActionSheet]:
    """Write sheets as proposals. Raises: Refusal when there is none, or the roadmap is over."""
    require_open(roadmap)
    if not contents:
        raise Refusal("Aucune fiche ne peut être écrite.")
    return [
        write_sheet(council=roadmap.council, roadmap=roadmap, content=content, by=by)
        for content in contents
    ]


def _numbers(roadmap: Roadmap) -> dict[int, set[int]]:
    taken: dict[int, set[int]] = {}
    pairs = ActionSheet.objects.filter(axis__roadmap=roadmap)
    for axis, number in pairs.values_list("axis__number", "number"):
        taken.setdefault(axis, set()).add(number)
    return taken


def _numbered(content: SheetContent, taken: dict[int, set[int]]) -> SheetContent:
    """Give the next number of its axis to a sheet without one; refuse a number that is taken."""
    known = taken.get(content.axis_number, set())
    if not content.number:
        return replace(content, number=max(known, default=0) + 1)
    if content.number in known:
        raise Unread(f"Numéro : la fiche {content.axis_number}.{content.number} existe déjà")
    return content


def _refused(content: SheetContent) -> str:
    """Return why a sheet could not be written, nothing when it could."""
    try:
        check(content)
    except ValidationError as error:
        return " ; ".join(error.messages)
    return ""
