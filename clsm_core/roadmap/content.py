"""The content of a sheet as plain values, so that a document can be written out as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class SheetContent:
    """What a sheet says; parts are lists of the fields of the same-named models."""

    axis_number: int
    axis_title: str
    number: int
    title: str
    fields: dict[str, str | bool | int | date | None] = field(default_factory=dict)
    objectives: Sequence[dict[str, str]] = ()
    activities: Sequence[dict[str, str]] = ()
    partners: Sequence[dict[str, str]] = ()
    audiences: Sequence[dict[str, str]] = ()
    indicators: Sequence[dict[str, str]] = ()
    budget: Sequence[dict[str, str]] = ()
    fundings: Sequence[dict[str, str]] = ()
