"""Save and delete a row with its checks and its version, so that a stale edit is seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def fill(row: Any, values: Mapping[str, Any]) -> Any:
    """Set the fields of a row."""
    for name, value in values.items():
        setattr(row, name, value)
    return row


def keep(row: Any) -> Any:
    """Check a row, raise its version and save it.

    Raises:
        ValidationError: a field or a constraint refuses it.
    """
    if row._state.adding:
        row.full_clean()
        row.save(force_insert=True)
        return row
    if hasattr(row, "version"):
        row.version += 1
    row.full_clean()
    row.save()
    return row
