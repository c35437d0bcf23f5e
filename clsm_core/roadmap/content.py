"""The content of a sheet as plain values, so that a document can be written out as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class SheetContent:
    """What a sheet says; parts are lists of the fields of the same-named models."""

    axis_number: int
    axis_title: str
    number: int
    title: str
    fields: dict[str, Any] = field(default_factory=dict)
    objectives: Sequence[dict[str, Any]] = ()
    activities: Sequence[dict[str, Any]] = ()
    partners: Sequence[dict[str, Any]] = ()
    audiences: Sequence[dict[str, Any]] = ()
    steps: Sequence[dict[str, Any]] = ()
    indicators: Sequence[dict[str, Any]] = ()
    budget: Sequence[dict[str, Any]] = ()
    fundings: Sequence[dict[str, Any]] = ()
