"""Write one row whole: checked with its constraints, its version raised."""

from __future__ import annotations

from typing import Any


def add(*, row: Any) -> None:
    """Write a new row.

    Raises:
        ValidationError: a field or a constraint refuses it, in French.
    """
    row.full_clean()
    row.save(force_insert=True)


def change(*, row: Any) -> None:
    """Write a changed row under its next version.

    Raises:
        ValidationError: a field or a constraint refuses it, in French.
    """
    row.version += 1
    row.full_clean()
    row.save(force_update=True)


def remove(*, row: Any) -> None:
    """Remove a row; its history stays."""
    row.delete()
