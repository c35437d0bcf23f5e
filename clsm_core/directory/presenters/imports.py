"""Turn an import into its preview: counts, refused lines, what would change, before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from clsm_core.accounts.models import User
from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.directory.actions.imports import MODELS, is_undoable
from clsm_core.directory.imports.columns import COLUMNS, VOCABULARIES
from clsm_core.directory.imports.comparison import CHANGED, NEW, SAME
from clsm_core.directory.models import Batch, BatchKind, Contact, Organisation
from clsm_core.directory.presenters.frame import name_of, tabs_of
from clsm_core.directory.presenters.values import field_labels, text_of
from clsm_core.ui.components import Cell, Fact
from clsm_core.ui.templatetags.ui import moment

SAMPLE = 8
MAX_ERRORS = 300
_SHOWN_NEW = {
    BatchKind.ORGANISATIONS: ("name", "category", "postcode", "city"),
    BatchKind.CONTACTS: ("last_name", "first_name", "job_title", "college", "organisation"),
}
_CUT = 160


def imports_page(council: Council, member: Member, batches: Sequence[Batch]) -> dict[str, Any]:
    """Give the values of the page that receives files."""
    return {
        "council": council,
        "tabs": tabs_of(council, member, "directory:imports"),
        "batch_headers": ("Déposé le", "Contenu", "Par", "État"),
        "batch_rows": [
            [
                Cell(
                    moment(one.received_at),
                    url=reverse("directory:import", args=[council.slug, one.pk]),
                ),
                one.get_kind_display(),
                one.made_by.full_name,
                Cell(*_state(one)[:1], kind=_state(one)[1]),
            ]
            for one in batches
        ],
        "guides": [
            {
                "title": title,
                "slug": slug,
                "rows": [
                    [
                        column.label,
                        "obligatoire" if column.is_required else "facultative",
                        column.accepts,
                    ]
                    for column in COLUMNS[kind]
                ],
                "vocabulary": VOCABULARIES[kind][0],
                "words": [label for _, label in VOCABULARIES[kind][1]],
            }
            for kind, title, slug in (
                (BatchKind.ORGANISATIONS, "Colonnes d’un fichier de structures", "structures"),
                (BatchKind.CONTACTS, "Colonnes d’un fichier de contacts", "contacts"),
            )
        ],
        "guide_headers": ("Colonne", "Obligatoire ?", "Ce qui est accepté"),
    }


def batch_page(council: Council, batch: Batch) -> dict[str, Any]:
    """Give the values of one import, whatever its state."""
    kinds = Counter(line["kind"] for line in batch.lines)
    refused = len({error["n"] for error in batch.errors})
    label, kind = _state(batch)
    is_waiting = not batch.confirmed_at and not batch.given_up_at
    names = _organisation_names(council, batch)
    return {
        "council": council,
        "batch": batch,
        "state_label": label,
        "state_kind": kind,
        "is_waiting": is_waiting,
        "is_undoable": is_undoable(batch),
        "counts": [
            (kinds[NEW], "nouvelles", ""),
            (kinds[CHANGED], "modifiées", ""),
            *([(kinds[SAME], "inchangées", "")] if is_waiting else []),
            *([] if batch.undone_at else [(refused, "refusées", "attention" if refused else "")]),
        ],
        "to_write": kinds[NEW] + kinds[CHANGED],
        "has_form": bool(is_waiting and (kinds[NEW] or kinds[CHANGED])),
        "refused": refused,
        "error_headers": ("Où", "Colonne", "Que faire"),
        "error_rows": [
            [_line(error["n"]), error["column"] or "—", error["message"]]
            for error in batch.errors[:MAX_ERRORS]
        ],
        "more_errors": max(len(batch.errors) - MAX_ERRORS, 0),
        "new_headers": ("Où", *(_heads(batch.kind)[name] for name in _SHOWN_NEW[batch.kind])),
        "new_rows": _new_rows(batch, names),
        "more_new": max(kinds[NEW] - SAMPLE, 0),
        "changed_headers": ("Où", "Fiche", "Colonne", "Avant", "Après"),
        "changed_rows": _changed_rows(council, batch, names),
        "more_changed": max(kinds[CHANGED] - SAMPLE, 0),
        "facts": [
            Fact("Contenu", batch.get_kind_display()),
            Fact("Déposé", f"{moment(batch.received_at)}, {_author(batch.made_by)}"),
            *([Fact("Confirmé", moment(batch.confirmed_at))] if batch.confirmed_at else []),
            *([Fact("Annulé", moment(batch.undone_at))] if batch.undone_at else []),
            *([Fact("Abandonné", moment(batch.given_up_at))] if batch.given_up_at else []),
        ],
    }


def _line(number: int) -> str:
    return f"ligne {number}"


def _author(user: User) -> str:
    return f"par {user.full_name}"


def _state(batch: Batch) -> tuple[str, str]:
    if batch.given_up_at:
        return "abandonné", ""
    if batch.undone_at:
        return "annulé", ""
    if batch.confirmed_at:
        return "écrit dans l’annuaire", "done"
    return "à confirmer", "attention"


def _heads(kind: str) -> dict[str, str]:
    return field_labels(kind)


def _new_rows(batch: Batch, names: dict[UUID, str]) -> list[list[Any]]:
    new = [line for line in batch.lines if line["kind"] == NEW][:SAMPLE]
    return [
        [
            _line(line["n"]),
            *(
                text_of(name, line["values"].get(name), names=names) or "—"
                for name in _SHOWN_NEW[batch.kind]
            ),
        ]
        for line in new
    ]


def _changed_rows(council: Council, batch: Batch, names: dict[UUID, str]) -> list[list[Any]]:
    changed = [line for line in batch.lines if line["kind"] == CHANGED][:SAMPLE]
    rows = MODELS[batch.kind]._default_manager.filter(
        council=council, pk__in=[line["id"] for line in changed]
    )
    titles = {str(row.pk): _title(row) for row in rows}
    heads = _heads(batch.kind)
    return [
        [
            _line(line["n"]),
            titles.get(line["id"], "—"),
            heads.get(name, name),
            _cut(text_of(name, line["before"][name], names=names)) or "(vide)",
            _cut(text_of(name, value, names=names)) or "(vide)",
        ]
        for line in changed
        for name, value in line["values"].items()
    ]


def _organisation_names(council: Council, batch: Batch) -> dict[UUID, str]:
    if batch.kind != BatchKind.CONTACTS:
        return {}
    wanted = {
        UUID(key)
        for line in batch.lines
        for part in ("values", "before")
        if (key := line.get(part, {}).get("organisation"))
    }
    found = Organisation.objects.filter(council=council, pk__in=wanted)
    return dict(found.values_list("pk", "name"))


def _title(row: Any) -> str:
    return name_of(row) if isinstance(row, Contact) else row.name


def _cut(text: str) -> str:
    return text if len(text) <= _CUT else f"{text[: _CUT - 1]}…"
