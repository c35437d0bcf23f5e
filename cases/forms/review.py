"""The review of a situation: analysis, proposals, and the text for the person (BR-10, BR-12)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from cases.domain.sections import InformationCategory, Section, categories_of
from cases.domain.vocabulary import PersonPresence, ProposalType
from cases.forms.anonymity import warn_of_clues
from cases.forms.fields import FACTS, Grouped, box, day, line, long_text, one_of

ANALYSIS_LINES = 4
PROPOSAL_LINES = 4


def categories(*, without: frozenset[Section] = frozenset()) -> list[tuple[str, Any]]:
    """List the categories of information under their sections."""
    return [
        (
            section.label.capitalize(),
            [(c.value, c.label) for c in InformationCategory if c in categories_of(section)],
        )
        for section in Section
        if categories_of(section) and section not in without
    ]


NOT_IDENTITY = frozenset({Section.IDENTITY})


class ReviewForm(Grouped):
    """What the sitting understood and what it proposes."""

    presence = one_of("La personne était", PersonPresence, required=True)
    shareable_text = long_text(
        "Ce qui pourra être remis à la personne",
        help_text="Écrivez-le pour elle, avec des mots simples. Tous ceux qui lisent le socle "
        "de la situation lisent ce texte : n’y mettez aucun fait de santé qu’elle n’ait "
        "accepté de partager.",
    )
    no_proposal = box("Aucune proposition pour l’instant")
    review_due_on = day("À revoir le", help_text="Obligatoire quand la séance ne propose rien.")

    def __init__(self, *args: Any, is_anonymous: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_anonymous = is_anonymous
        for number in range(1, ANALYSIS_LINES + 1):
            self._add_analysis(number)
        for number in range(1, PROPOSAL_LINES + 1):
            self._add_proposal(number)
        self.groups = (
            ("La séance", "", ("presence",)),
            *(
                (
                    f"Analyse {number}",
                    "Une ligne par sujet : sa catégorie décide qui pourra la lire."
                    if number == 1
                    else "",
                    (f"analysis_{number}_category", f"analysis_{number}_text"),
                )
                for number in range(1, ANALYSIS_LINES + 1)
            ),
            *(
                (
                    f"Proposition {number}",
                    "",
                    tuple(f"proposal_{number}_{part}" for part in PROPOSAL_PARTS),
                )
                for number in range(1, PROPOSAL_LINES + 1)
            ),
            ("S’il n’y a pas de proposition", "", ("no_proposal", "review_due_on")),
            ("Le texte pour la personne", "", ("shareable_text",)),
        )
        self.folded = frozenset(
            [f"Analyse {number}" for number in range(2, ANALYSIS_LINES + 1)]
            + [f"Proposition {number}" for number in range(2, PROPOSAL_LINES + 1)]
        )

    def _add_analysis(self, number: int) -> None:
        self.fields[f"analysis_{number}_category"] = one_of(
            "Sujet", categories(without=NOT_IDENTITY)
        )
        self.fields[f"analysis_{number}_text"] = long_text(
            "Analyse", help_text=FACTS if number == 1 else ""
        )

    def _add_proposal(self, number: int) -> None:
        prefix = f"proposal_{number}"
        self.fields[f"{prefix}_kind"] = one_of("Nature", ProposalType)
        self.fields[f"{prefix}_title"] = line("En une phrase")
        self.fields[f"{prefix}_category"] = one_of("Sujet", categories(without=NOT_IDENTITY))
        self.fields[f"{prefix}_holder"] = line("Qui s’en charge", help_text="Structure, fonction.")
        self.fields[f"{prefix}_due_on"] = day("Échéance")

    def clean(self) -> dict[str, Any]:
        """Require whole lines, and a conclusion (BR-10)."""
        data = super().clean() or {}
        for number in range(1, ANALYSIS_LINES + 1):
            self._whole(number, "analysis", ("category", "text"))
        for number in range(1, PROPOSAL_LINES + 1):
            self._whole(number, "proposal", ("kind", "title", "category", "holder"))
        has_some = any(self.lines("proposal", ("kind", "title")))
        if not has_some and not data.get("no_proposal"):
            self.add_error(
                "proposal_1_kind",
                "Écrivez au moins une proposition, ou cochez « aucune proposition ».",
            )
        if has_some and data.get("no_proposal"):
            self.add_error(
                "no_proposal", "Décochez cette case : des propositions sont écrites plus haut."
            )
        if data.get("no_proposal") and not data.get("review_due_on"):
            self.add_error("review_due_on", "Indiquez quand la situation sera revue.")
        if self.is_anonymous:
            written = [name for name in self.fields if name.endswith(("_text", "_title"))]
            warn_of_clues(self, written)
        return data

    def _whole(self, number: int, kind: str, parts: tuple[str, ...]) -> None:
        names = [f"{kind}_{number}_{part}" for part in parts]
        filled = [name for name in names if self.cleaned_data.get(name)]
        for name in names:
            if filled and name not in filled and name not in self.errors:
                self.add_error(name, "Complétez cette ligne, ou videz-la.")

    def lines(self, kind: str, parts: tuple[str, ...]) -> list[dict[str, Any]]:
        """Return the filled lines of a kind, in order."""
        count = ANALYSIS_LINES if kind == "analysis" else PROPOSAL_LINES
        found = []
        for number in range(1, count + 1):
            values = {part: self.cleaned_data.get(f"{kind}_{number}_{part}") for part in parts}
            if any(values.values()):
                found.append(values)
        return found

    def analysis(self) -> list[tuple[str, str]]:
        """Return (category, text) of each line of analysis."""
        lines = self.lines("analysis", ("category", "text"))
        return [(line["category"], line["text"]) for line in lines]

    def proposals(self) -> list[dict[str, Any]]:
        """Return the proposals; ``due_on`` is a date or None."""
        return self.lines("proposal", PROPOSAL_PARTS)


PROPOSAL_PARTS = ("kind", "title", "category", "holder", "due_on")


def not_after(value: date, today: date, message: str) -> date:
    """Refuse a day to come. Raises: ValidationError."""
    if value > today:
        raise forms.ValidationError(message)
    return value
