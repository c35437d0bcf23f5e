"""Both texts of a stale edit, for forms whose fields are not those of one row."""

from __future__ import annotations

from typing import Any

from clsm_core.ui.components import StaleField


def stale_rows(form: Any, row: Any) -> list[StaleField]:
    """Return the fields whose posted text is not what is stored, when the row changed meanwhile.

    Args:
        form: its fields' initial values are what is stored.
        row: read again at this request, with its ``version``.
    """
    if not form.is_bound or form.data.get("version", "") == str(row.version):
        return []
    found = []
    for name, field in form.fields.items():
        typed = form.data.get(form.add_prefix(name), "").replace("\r\n", "\n").strip()
        kept = str(field.initial or "").strip()
        if name in form.data and typed != kept:
            found.append(StaleField(str(field.label), _words(field, typed), _words(field, kept)))
    return found


def _words(field: Any, value: str) -> str:
    labels = dict(getattr(field, "choices", None) or ())
    return str(labels.get(value, value)) or "—"
