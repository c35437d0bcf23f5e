"""A text of a situation: its category decides its section, hence who reads it (decision 20)."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.domain.sections import InformationCategory, Section, categories_of
from cases.forms.anonymity import warn_of_clues
from cases.forms.fields import FACTS, NO_OPINIONS, long_text, one_of

WHOLE = {
    Section.CORE: "Socle : dates, question posée. Aucun fait de santé ni de justice",
    Section.SHAREABLE: "À restituer : texte écrit pour être remis à la personne",
}


def places(writable: frozenset[str]) -> list[tuple[str, Any]]:
    """List where a text may be put, under the sections that may be written."""
    groups: list[tuple[str, Any]] = []
    for section in Section:
        if section is Section.IDENTITY or section.value not in writable:
            continue
        if section in WHOLE:
            groups.append((section.label.capitalize(), [(section.value, WHOLE[section])]))
            continue
        held = [c for c in InformationCategory if c in categories_of(section)]
        groups.append((section.label.capitalize(), [(c.value, c.label) for c in held]))
    return groups


def place_of(code: str) -> tuple[str, str]:
    """Return (section, category) of a chosen place; the core and the synthesis have no category."""
    if code in {section.value for section in WHOLE}:
        return code, ""
    return InformationCategory(code).section.value, code


class DocumentForm(forms.Form):
    """Write a text in a section."""

    text = long_text("Texte", help_text=f"{FACTS} {NO_OPINIONS}", required=True)

    def __init__(
        self, *args: Any, writable: frozenset[str], is_anonymous: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.is_anonymous = is_anonymous
        self.fields["place"] = one_of(
            "Sujet",
            places(writable),
            help_text="Le sujet décide qui pourra lire ce texte. La synthèse à restituer est "
            "lue par tous ceux qui lisent le socle.",
            required=True,
        )
        self.order_fields(["place", "text"])

    def clean(self) -> dict[str, Any]:
        """Read again what is written of somebody who is not named (C-03)."""
        data = super().clean() or {}
        if self.is_anonymous:
            warn_of_clues(self, ["text"])
        return data


class EditForm(forms.Form):
    """Change a text; the version refuses to overwrite somebody else's."""

    text = long_text("Texte", help_text=f"{FACTS} {NO_OPINIONS}", required=True)

    def __init__(self, *args: Any, is_anonymous: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_anonymous = is_anonymous

    def clean(self) -> dict[str, Any]:
        """Read again what is written of somebody who is not named (C-03)."""
        data = super().clean() or {}
        if self.is_anonymous:
            warn_of_clues(self, ["text"])
        return data
