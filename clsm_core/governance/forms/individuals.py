"""Forms whose free texts never tell of somebody: a reminder, then a question asked once (D-10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from clsm_core.governance.individuals import pointed_at

REMINDER = (
    "Ne décrivez ici aucune situation individuelle : ni nom, ni détail qui désigne quelqu’un."
)
CONFIRM = "J’ai relu : ce texte ne décrit la situation de personne."


class WithoutIndividuals(forms.BaseForm):
    """Ask the author to read again when a text seems to tell of somebody; never refuse it twice.

    ``free_text`` names the fields that are read; ``known_names`` are those of members.
    """

    free_text: tuple[str, ...] = ()
    known_names: Iterable[str] = ()

    def __init__(self, *args: Any, known_names: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known_names = list(known_names)
        self.ask_to_read_again()

    def ask_to_read_again(self) -> None:
        """Add the question when the posted texts call for it; once all fields are there."""
        if self.is_bound and "is_general" not in self.fields and self._pointed():
            self.fields["is_general"] = forms.BooleanField(label=CONFIRM, required=False)

    def clean(self) -> Any:
        """Ask for a confirmation of the words found."""
        cleaned = super().clean()
        found = self._pointed()
        if found and not self.cleaned_data.get("is_general"):
            words = ", ".join(f"« {one} »" for one in found[:5])
            self.add_error(
                "is_general",
                f"Le texte semble désigner quelqu’un : {words}. Aucune situation individuelle ne"
                " s’écrit ici. Reprenez le texte, ou cochez cette case s’il ne décrit la situation"
                " de personne.",
            )
        return cleaned

    def _pointed(self) -> list[str]:
        """Return the words found in what was posted."""
        found: list[str] = []
        for name in self.free_text:
            if name in self.fields:
                posted = str(self.data.get(self.add_prefix(name), "") or "")
                found += pointed_at(posted, known=self.known_names)
        return list(dict.fromkeys(found))
