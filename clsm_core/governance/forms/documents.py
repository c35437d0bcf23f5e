"""A file to add to a meeting or to a framework document."""

from __future__ import annotations

from typing import Any

from django import forms

from clsm_core.governance.filetypes import EXTENSIONS, FileKind, FileRefused, kind_of


class DocumentForm(forms.Form):
    """A title and a file, whose type is checked by its name and by its content."""

    title = forms.CharField(
        label="Intitulé", max_length=160, help_text="Ce que les membres liront dans la liste."
    )
    file = forms.FileField(
        label="Fichier",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": EXTENSIONS}),
        help_text="PDF, document (ODT, DOCX), tableau (ODS, XLSX, CSV), présentation (ODP, PPTX),"
        " image (PNG, JPEG) ou texte (TXT), 10 Mo au plus, sans macro. Il est remis tel quel :"
        " vérifiez qu’il ne décrit aucune situation individuelle.",
    )
    kind: FileKind
    content: bytes

    def clean_file(self) -> Any:
        """Check the type. Raises: ValidationError that says what to do."""
        file = self.cleaned_data["file"]
        self.content = file.read()
        try:
            self.kind = kind_of(file.name, self.content, file.size)
        except FileRefused as refused:
            raise forms.ValidationError(refused.message, code=refused.code) from None
        return file
