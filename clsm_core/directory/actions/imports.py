"""Imports of the directory: kept as read, written once and whole, undone while nothing moved.

Promises: nothing reaches the directory before a confirmation, which writes every line or none;
the lines of an import go when it is undone, given up, followed by another, or too old.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from auditlog.context import disable_auditlog
from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Council
from clsm_core.directory.imports.comparison import CHANGED, NEW, SAME, Comparison, Line
from clsm_core.directory.models import Batch, BatchKind, Contact, Organisation
from clsm_core.directory.naming import set_contact_keys, set_organisation_keys
from clsm_core.directory.queries.citations import cited_contacts

MODELS: dict[str, type[Organisation] | type[Contact]] = {
    BatchKind.ORGANISATIONS: Organisation,
    BatchKind.CONTACTS: Contact,
}
# What nobody confirmed is given up after a week; what was written is undone within a month.
KEPT_WAITING, KEPT_UNDOABLE = timedelta(days=7), timedelta(days=30)
_SHOWN_NUMBERS = 8
_CHUNK = 500


def receive(*, council: Council, kind: str, by: Any, comparison: Comparison, at: datetime) -> Batch:
    """Keep what a file would write, in place of what waited of the same kind."""
    waiting = Batch.objects.filter(
        council=council, kind=kind, confirmed_at__isnull=True, given_up_at__isnull=True
    )
    with transaction.atomic():
        for one in waiting.select_for_update():
            _close(one, given_up_at=at)
        return Batch.objects.create(
            council=council,
            kind=kind,
            made_by=by,
            received_at=at,
            lines=comparison.lines,
            errors=[error._asdict() for error in comparison.errors],
        )


def give_up(*, batch: Batch, at: datetime) -> None:
    """Drop an import that was not confirmed.

    Raises:
        Refusal: it is confirmed, or was dropped already.
    """
    with transaction.atomic():
        batch = _waiting(batch)
        _close(batch, given_up_at=at)


def confirm(*, batch: Batch, at: datetime) -> None:
    """Write the lines of an import, all or none.

    The import of the same kind that could still be undone cannot be any more.

    Raises:
        Refusal: it is no longer waiting, has nothing to write, or the directory moved since the
            preview.
    """
    with transaction.atomic():
        batch = _waiting(batch)
        model = MODELS[batch.kind]
        new = [line for line in batch.lines if line["kind"] == NEW]
        changed = [line for line in batch.lines if line["kind"] == CHANGED]
        if not new and not changed:
            raise Refusal("Il n’y a rien à écrire dans cet import.")
        rows = _still_as_read(model, batch, changed)
        _require_organisations(batch, [*new, *changed])
        made = [_filled(model(pk=UUID(line["id"]), council=batch.council), line) for line in new]
        _require_free_names(batch, model, made)
        model._default_manager.bulk_create(made, batch_size=_CHUNK)
        edited = [_filled(rows[line["id"]], line) for line in changed]
        _rewrite(model, edited, _fields_of(changed))
        for earlier in _undoable(batch):
            earlier.lines = []
            earlier.save(update_fields=["lines"])
        # What did not change needs no trace, and what is kept serves to undo.
        batch.lines = [line for line in batch.lines if line["kind"] != SAME]
        batch.confirmed_at = at
        batch.save(update_fields=["lines", "confirmed_at"])


def undo(*, batch: Batch, at: datetime) -> list[dict[str, Any]]:
    """Take back what an import wrote, but for what was edited or cited since.

    Returns: the lines kept, each with its number and its reason; the batch keeps them too.

    Raises:
        Refusal: it was not confirmed, or its lines are gone.
    """
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        if not is_undoable(batch):
            raise Refusal("Cet import ne peut plus être annulé.")
        model = MODELS[batch.kind]
        rows = _rows(model, batch.council, [line["id"] for line in batch.lines])
        kept = _take_back(model, batch, rows)
        batch.lines, batch.undone_at = [], at
        batch.errors = [{"n": n, "column": "", "message": message} for n, message in kept]
        batch.save(update_fields=["lines", "errors", "undone_at"])
    return list(batch.errors)


def forget_old(*, at: datetime) -> list[Batch]:
    """Empty what waits since a week and what was written a month ago; return these imports."""
    rows = Batch.objects.select_for_update(skip_locked=True)
    with transaction.atomic():
        waiting = rows.filter(
            confirmed_at__isnull=True, given_up_at__isnull=True, received_at__lte=at - KEPT_WAITING
        )
        written = rows.filter(confirmed_at__lte=at - KEPT_UNDOABLE).exclude(lines=[], errors=[])
        found = [*waiting, *written]
        for one in found:
            _close(one, given_up_at=None if one.confirmed_at else at)
    return found


def is_undoable(batch: Batch) -> bool:
    """Tell whether an import still holds what it replaced."""
    return bool(batch.confirmed_at and not batch.undone_at and batch.lines)


def _waiting(batch: Batch) -> Batch:
    found = Batch.objects.select_for_update().get(pk=batch.pk)
    if found.confirmed_at or found.given_up_at:
        raise Refusal("Cet import est déjà terminé.")
    return found


def _close(batch: Batch, *, given_up_at: datetime | None) -> None:
    batch.lines, batch.errors, batch.given_up_at = [], [], given_up_at
    batch.save(update_fields=["lines", "errors", "given_up_at"])


def _undoable(batch: Batch) -> Iterable[Batch]:
    return (
        Batch.objects.select_for_update()
        .filter(council=batch.council, kind=batch.kind, confirmed_at__isnull=False)
        .exclude(lines=[])
    )


def _rows(model: Any, council: Council, ids: Sequence[str]) -> dict[str, Any]:
    found = model._default_manager.select_for_update().filter(council=council, pk__in=ids)
    return {str(row.pk): row for row in found}


def _still_as_read(model: Any, batch: Batch, changed: Sequence[Line]) -> dict[str, Any]:
    rows = _rows(model, batch.council, [line["id"] for line in changed])
    moved = [
        line["n"]
        for line in changed
        if line["id"] not in rows or rows[line["id"]].version != line["version"]
    ]
    if moved:
        raise Refusal(
            f"L’annuaire a changé depuis l’aperçu ({_numbers(moved)}). Rien n’a été écrit :"
            " déposez de nouveau le fichier."
        )
    return rows


def _require_organisations(batch: Batch, lines: Sequence[Line]) -> None:
    """Refuse contacts whose organisation was set aside since the preview."""
    wanted = {line["values"].get("organisation") for line in lines} - {None}
    if batch.kind != BatchKind.CONTACTS or not wanted:
        return
    there = Organisation.objects.filter(council=batch.council, is_active=True, pk__in=wanted)
    if there.count() != len(wanted):
        raise Refusal(
            "Une structure de ce fichier a quitté l’annuaire depuis l’aperçu. Rien n’a été"
            " écrit : déposez de nouveau le fichier."
        )


def _require_free_names(batch: Batch, model: Any, made: Sequence[Any]) -> None:
    if model is not Organisation:
        return
    keys = [row.sort_key for row in made]
    taken = Organisation.objects.filter(council=batch.council, is_active=True, sort_key__in=keys)
    if taken.exists():
        raise Refusal(
            "Une structure de ce fichier a été ajoutée à l’annuaire depuis l’aperçu. Rien n’a été"
            " écrit : déposez de nouveau le fichier."
        )


def _filled(row: Any, line: Line, values: str = "values") -> Any:
    """Put the values of a line into a row, and compute its keys."""
    for name, value in line[values].items():
        if name == "organisation":
            row.organisation_id = UUID(value) if value else None
        elif name in ("verified_on", "accepts_mail_since"):
            setattr(row, name, date.fromisoformat(value) if value else None)
        else:
            setattr(row, name, value)
    if isinstance(row, Organisation):
        set_organisation_keys(row)
    else:
        set_contact_keys(row)
    return row


def _fields_of(lines: Sequence[Line]) -> set[str]:
    return {name for line in lines for name in line["values"]}


def _rewrite(model: Any, rows: Sequence[Any], fields: set[str]) -> None:
    if not rows:
        return
    for row in rows:
        row.version += 1
    keys = {"sort_key", "search_key"} if model is Organisation else {"sort_key"}
    model._default_manager.bulk_update(rows, sorted(fields | keys | {"version"}), batch_size=_CHUNK)


def _take_back(model: Any, batch: Batch, rows: dict[str, Any]) -> list[tuple[int, str]]:
    kept: list[tuple[int, str]] = []
    created, restored = [], []
    for line in batch.lines:
        row = rows.get(line["id"])
        if row is None:
            kept.append((line["n"], "la fiche n’existe plus."))
        elif row.version != (1 if line["kind"] == NEW else line["version"] + 1):
            kept.append((line["n"], "la fiche a été modifiée depuis : elle reste telle quelle."))
        else:
            (created if line["kind"] == NEW else restored).append((line, row))
    kept += _remove(model, batch.council, created)
    kept += _restore(model, batch, restored)
    return sorted(kept)


def _remove(
    model: Any, council: Council, created: Sequence[tuple[Line, Any]]
) -> list[tuple[int, str]]:
    """Delete contacts whom nothing cites; set organisations aside."""
    if model is Organisation:
        for _, row in created:
            row.is_active = False
        _rewrite(model, [row for _, row in created], {"is_active"})
        return []
    cited = cited_contacts([row.pk for _, row in created])
    gone = [row.pk for _, row in created if row.pk not in cited]
    # The event of the undoing stands for them all.
    with disable_auditlog():
        Contact.objects.filter(council=council, pk__in=gone).delete()
    return [
        (line["n"], "ce contact est cité par une instance ou une réunion : il reste.")
        for line, row in created
        if row.pk in cited
    ]


def _restore(
    model: Any, batch: Batch, restored: Sequence[tuple[Line, Any]]
) -> list[tuple[int, str]]:
    rows = [_filled(row, line, "before") for line, row in restored]
    taken: set[str] = set()
    if model is Organisation:
        others = Organisation.objects.filter(council=batch.council, is_active=True)
        others = others.exclude(pk__in=[row.pk for row in rows])
        keys = [row.sort_key for row in rows]
        taken = set(others.filter(sort_key__in=keys).values_list("sort_key", flat=True))
    free = [row for row in rows if row.sort_key not in taken]
    _rewrite(model, free, _fields_of([line for line, _ in restored]))
    return [
        (line["n"], "une autre structure porte maintenant son ancien nom : elle reste.")
        for line, row in restored
        if row.sort_key in taken
    ]


def _numbers(numbers: Sequence[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:_SHOWN_NUMBERS])
    more = "…" if len(numbers) > _SHOWN_NUMBERS else ""
    return f"ligne{'s' if len(numbers) > 1 else ''} {shown}{more}"
