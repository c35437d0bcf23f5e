"""The erasures that were made, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from clsm_core.ui.templatetags.ui import short_day

HEADERS = ("Le", "Motif", "Absente des sauvegardes le")


class Done(Protocol):
    """An erasure: its day, its reason, and when no backup holds the situation any more."""

    erased_on: date
    reason_label: str
    gone_on: date


def rows(made: Iterable[Done]) -> list[list[str]]:
    """Return the lines of the list."""
    return [
        [
            short_day(one.erased_on),
            one.reason_label[0].upper() + one.reason_label[1:],
            short_day(one.gone_on),
        ]
        for one in made
    ]
