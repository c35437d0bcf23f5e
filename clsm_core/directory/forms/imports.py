"""Form of a file brought to the directory: read and compared, nothing written."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from clsm_core.council.models import Council
from clsm_core.directory.imports.columns import Heads, heads_of
from clsm_core.directory.imports.comparison import Comparison, compare
from clsm_core.directory.imports.reading import MAX_BYTES, Table, UnreadableFile, tables_of
from clsm_core.directory.models import BatchKind

ACCEPTED = ".csv,.ods,.txt"


class ImportForm(forms.Form):
    """A CSV or ODS file of organisations or of contacts."""

    kind = forms.ChoiceField(
        label="Que contient le fichier ?",
        widget=forms.RadioSelect,
        choices=[
            (BatchKind.ORGANISATIONS, "des structures"),
            (BatchKind.CONTACTS, "des contacts"),
        ],
        initial=BatchKind.ORGANISATIONS,
        help_text="Importez les structures d’abord : les contacts s’y rattachent par leur nom.",
    )
    file = forms.FileField(
        label="Fichier CSV ou ODS",
        help_text="2 Mo et 5 000 lignes au plus. La première ligne porte les titres des colonnes.",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "required": "Choisissez un fichier CSV ou ODS de 2 Mo au plus.",
            "empty": "Ce fichier est vide.",
        },
    )

    def __init__(self, *args: Any, council: Council, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._council, self._today = council, today
        self.heads: Heads | None = None
        self.comparison: Comparison | None = None

    def clean(self) -> dict[str, Any]:
        """Read the file and compare it with the directory."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "file" not in cleaned or "kind" not in cleaned:
            return cleaned
        try:
            if cleaned["file"].size > MAX_BYTES:
                raise UnreadableFile("Ce fichier dépasse 2 Mo. Coupez-le en plusieurs fichiers.")
            table, heads = self._table(tables_of(cleaned["file"].read()), cleaned["kind"])
        except UnreadableFile as error:
            self.add_error("file", error.message)
            return cleaned
        self.heads = heads
        self.comparison = compare(
            council=self._council,
            kind=cleaned["kind"],
            table=table,
            heads=heads,
            today=self._today,
        )
        return cleaned

    @staticmethod
    def _table(tables: list[Table], kind: str) -> tuple[Table, Heads]:
        """Return the first table that has the columns wanted."""
        found = [(table, heads_of(table.headers, kind)) for table in tables if table.headers]
        if not found:
            raise UnreadableFile("Ce fichier est vide.")
        whole = [pair for pair in found if not pair[1].missing]
        table, heads = (whole or found)[0]
        if heads.missing:
            missing = ", ".join(f"« {one} »" for one in heads.missing)
            raise UnreadableFile(
                f"Il manque la colonne {missing}. Écrivez ce titre en première ligne, ou partez"
                " du modèle."
            )
        if heads.doubled:
            doubled = ", ".join(f"« {one} »" for one in heads.doubled)
            raise UnreadableFile(f"Deux colonnes disent la même chose : {doubled}. Gardez-en une.")
        if not table.rows:
            raise UnreadableFile("Ce fichier n’a que des titres : ajoutez au moins une ligne.")
        return table, heads
