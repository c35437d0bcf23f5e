"""Forms of an import of sheets: a file, then the confirmation of what was read."""

from __future__ import annotations

from typing import Any

from django import forms

from clsm_core.directory.imports.reading import MAX_BYTES, UnreadableFile, tables_of


class FileForm(forms.Form):
    """A spreadsheet."""

    file = forms.FileField(
        label="Fichier ODS ou CSV",
        help_text="2 Mo au plus, une fiche par ligne, avec les titres de colonnes du modèle.",
    )

    def clean_file(self) -> Any:
        """Read the first table of the file. Raises: ValidationError with what to do."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError("Ce fichier dépasse 2 Mo. Coupez-le en plusieurs fichiers.")
        try:
            tables = tables_of(file.read())
        except UnreadableFile as error:
            raise forms.ValidationError(error.message) from error
        table = next((one for one in tables if one.rows), None)
        if table is None:
            raise forms.ValidationError("Ce fichier ne contient aucune fiche.")
        # A spreadsheet repeats a row in a few signs; a preview must hold in a page sent back.
        rows = [table.headers, *(values for _, values in table.rows)]
        if sum(len(value) for values in rows for value in values) > MAX_BYTES:
            raise forms.ValidationError(
                "Ce fichier contient trop de texte. Coupez-le en plusieurs fichiers."
            )
        return table


class ConfirmForm(forms.Form):
    """What was read, signed by the service."""

    kept = forms.CharField(widget=forms.HiddenInput)
