"""Write a note for the steering committee, or withdraw one (decision 35, C-98)."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.domain.note_words import Finding
from cases.domain.vocabulary import MissingOffer
from cases.forms.fields import box, line, one_of, one_shown
from cases.models import ReleaseNote

LONGEST_TITLE = 120
LONGEST_TEXT = 1000
TEXT_HELP = (
    "Ce qui manque, ce qui revient, ce qui marche, en général. Aucun nombre, aucun âge, aucun nom, "
    "aucun lieu plus petit que la commune. Écrivez « plusieurs », « souvent »."
)
CONFIRM = "Ces mots ne disent ni un nombre ni une personne"


class NoteForm(forms.Form):
    """A note, hand-written; what it must not say is told under each field."""

    category = one_shown("De quoi parle cette note", ReleaseNote.Category.choices)
    missing_offer = one_of(
        "Offre qui manque",
        MissingOffer,
        help_text="Seulement pour un manque d’offre, quand il est dans cette liste.",
    )
    basis = one_shown(
        "D’où vient ce constat",
        ReleaseNote.Basis.choices,
        help_text="Jamais des chiffres d’une seule année.",
    )
    title = line("Titre", required=True, limit=LONGEST_TITLE)
    text = forms.CharField(
        label="Texte",
        help_text=TEXT_HELP,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, commissions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(commissions) > 1:
            self.fields["commission"] = one_shown("Commission", commissions)
        if self.data.get("is_confirmed"):
            self.ask_to_confirm()

    def clean(self) -> dict[str, Any]:
        """Refuse a missing offer beside another subject."""
        said: dict[str, Any] = super().clean() or {}
        is_missing = said.get("category") == ReleaseNote.Category.MISSING_OFFER
        if said.get("missing_offer") and not is_missing:
            self.add_error(
                "missing_offer", "Choisissez « Un manque d’offre », ou laissez cette liste vide."
            )
        return said

    def ask_to_confirm(self) -> None:
        """Add the box by which the author confirms harmless words."""
        self.fields["is_confirmed"] = box(CONFIRM)

    def refuse(self, findings: dict[str, list[Finding]], *, may_confirm: bool) -> None:
        """Put under each field the words it must not hold, as the author typed them."""
        if may_confirm:
            self.ask_to_confirm()
        for name, words in findings.items():
            for one in words:
                self.add_error(name, f"« {one.word} » : {one.kind.label}.")
        if may_confirm:
            self.add_error("is_confirmed", "Relisez les mots signalés, puis cochez cette case.")


class WithdrawNoteForm(forms.Form):
    """Why a published note is withdrawn: the council reads it."""

    reason = line(
        "Motif du retrait",
        help_text="Le comité de pilotage le lira : ni nombre, ni nom.",
        required=True,
        limit=300,
    )

    def refuse(self, findings: dict[str, list[Finding]], *, may_confirm: bool) -> None:
        """Put under the reason the words it must not hold."""
        for words in findings.values():
            for one in words:
                self.add_error("reason", f"« {one.word} » : {one.kind.label}.")
