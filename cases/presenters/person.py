"""The identity by parts, what a search found, and both texts of a stale change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from cases.access.facts import SituationFacts
from cases.access.search import Found
from cases.domain.identity import CARERS, CONTACT, FIELDS, PERSON, PROTECTION, TRUSTED
from cases.presenters import words
from clsm_core.ui.components import Cell, Fact, StaleField

FOUND_HEADERS = ("Code", "État", "Référent")
PARTS = (
    ("La personne", PERSON),
    ("La joindre", tuple(name for name in CONTACT if name != "avoid")),
    ("Mesure de protection et représentant", PROTECTION),
    ("Personne de confiance", TRUSTED),
    ("Proches et aidants", CARERS),
)


@dataclass(frozen=True)
class IdentitySheet:
    """An identity once revealed: what not to do stands apart, before anything else."""

    avoid: str
    parts: list[tuple[str, list[Fact]]]


@dataclass(frozen=True)
class FoundPage:
    """What a comparison answers: codes to open, colleagues to ask, how many were compared."""

    rows: list[list[Cell | str]]
    ask: str
    compared: int


def identity(said: Mapping[str, Any]) -> IdentitySheet | None:
    """Return the identity by parts, empty ones left out; None when nothing is written."""
    parts = [(title, words.facts_of(said, names)) for title, names in PARTS]
    shown = [(title, facts) for title, facts in parts if facts]
    avoid = str(said.get("avoid") or "")
    return IdentitySheet(avoid, shown) if shown or avoid else None


def found(result: Found) -> FoundPage:
    """Return what was found; nothing here says whose name it was."""
    return FoundPage(
        rows=[found_row(one) for one in result.situations],
        ask=", ".join(result.ask),
        compared=result.compared,
    )


def found_row(one: SituationFacts) -> list[Cell | str]:
    """Return one line: a code that opens, a state, whom to ask."""
    name = "cases:situation" if one.state else "cases:referral"
    return [
        Cell(one.code, url=reverse(name, args=[one.code]), is_code=True),
        one.state_label,
        one.lead_name or "—",
    ]


def stale_fields(typed: Mapping[str, Any], stored: Mapping[str, Any]) -> list[StaleField]:
    """Return the fields that differ, in words: what was typed, what stands now."""
    differing = [
        name for name in FIELDS if str(typed.get(name) or "") != str(stored.get(name) or "")
    ]
    return [
        StaleField(words.label_of(name), words.words_of(name, typed), words.words_of(name, stored))
        for name in differing
    ]
