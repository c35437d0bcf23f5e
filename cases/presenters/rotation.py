"""How far the renewal of a situation's keys is, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from clsm_core.ui.components import Cell

HEADERS = ("Volet", "Clé", "Textes à refermer")


class Standing(Protocol):
    """Where a section stands; ``remaining`` counts texts under a former key."""

    remaining: int
    is_due: bool

    @property
    def label(self) -> str: ...

    @property
    def is_under_way(self) -> bool: ...


@dataclass(frozen=True)
class Sheet:
    """The table of sections, and the one button of the page."""

    headers: tuple[str, ...]
    rows: list[list[Cell | str]]
    button: str
    is_under_way: bool


def sheet(sections: Sequence[Standing]) -> Sheet:
    """Return the page of the renewal."""
    is_under_way = any(one.is_under_way for one in sections)
    return Sheet(
        headers=HEADERS,
        rows=[
            [one.label.capitalize(), _state(one), Cell(str(one.remaining), is_number=True)]
            for one in sections
        ],
        button="Continuer" if is_under_way else "Renouveler les clés",
        is_under_way=is_under_way,
    )


def _state(one: Standing) -> Cell | str:
    if one.is_due:
        return Cell("à renouveler", kind="attention")
    if one.is_under_way:
        return Cell("en cours", kind="attention")
    return "à jour"


def remaining(number: int) -> str:
    """Return what is left to do."""
    if number == 1:
        return "Il reste un texte ou une pièce sous une ancienne clé : continuez."
    return f"Il reste {number} textes ou pièces sous une ancienne clé : continuez."
