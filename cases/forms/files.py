"""A file to deposit: where it goes decides who reads it; what waits already is offered first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from cases.domain.files import FileSort
from cases.domain.sections import InformationCategory, Section
from cases.files.kinds import KINDS
from cases.forms.document import places
from cases.forms.fields import NO_OPINIONS, line, one_of

FILE_HELP = (
    "PDF, image (JPG, PNG, WebP), document (DOCX, ODT), tableau (XLSX, ODS) ou texte (TXT), 25 Mo "
    "au plus. L’auteur, le lieu et l’appareil inscrits dans le fichier sont effacés."
)
ANOTHER = "Aucune : j’envoie un autre fichier"
EXTENSIONS = ",".join(f".{extension}" for extension in ("jpeg", *KINDS))
CHOOSE = "Choisissez un fichier sur votre appareil."


def file_places(writable: frozenset[str]) -> list[tuple[str, Any]]:
    """List where a file may be put: as a text, and beside the identity."""
    found = places(writable)
    if Section.IDENTITY.value in writable:
        category = InformationCategory.IDENTITY
        found.insert(0, (Section.IDENTITY.label.capitalize(), [(category.value, category.label)]))
    return found


class DepositForm(forms.Form):
    """Deposit a file; as the proof of an agreement, its place is known."""

    file = forms.FileField(
        label="Fichier",
        help_text=FILE_HELP,
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": EXTENSIONS}),
    )
    title = line(
        "Titre",
        help_text="Ce qui la fera reconnaître : « Bail signé ». Il est scellé avec la pièce. "
        f"{NO_OPINIONS}",
        required=True,
        limit=120,
    )

    def __init__(
        self, *args: Any, writable: frozenset[str], is_proof: bool, waiting: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sort"] = one_of("Nature de la pièce", FileSort, required=True)
        if is_proof:
            self.fields["sort"].initial = FileSort.AGREEMENT.value
        else:
            self.fields["place"] = one_of(
                "Sujet",
                file_places(writable),
                help_text="Le sujet décide qui pourra l’ouvrir, comme pour un texte.",
                required=True,
            )
        self.offer(waiting)

    def offer(self, waiting: Iterable[tuple[str, str]], chosen: str = "") -> None:
        """Offer the files that wait, as (id, words); ``chosen`` is the one just kept."""
        choices = list(waiting)
        if choices:
            self.fields["draft"] = forms.ChoiceField(
                label="Pièce déjà envoyée, en attente",
                required=False,
                choices=[*choices, ("", ANOTHER)],
                widget=forms.RadioSelect,
                initial=choices[-1][0],
            )
        self.order_fields(["draft", "file", "place", "sort", "title"])
        if chosen and self.is_bound:
            self.data = self.data.copy()
            self.data["draft"] = chosen
