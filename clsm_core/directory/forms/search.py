"""Search forms: posted, so that no name ever stands in an address."""

from __future__ import annotations

from django import forms


class SearchForm(forms.Form):
    """A few words to look for."""

    words = forms.CharField(label="Rechercher", max_length=200, required=False)

    def __init__(self, *args: object, label: str = "Rechercher", **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label
        self.fields["words"].widget = forms.TextInput(
            attrs={"type": "search", "autocomplete": "off"}
        )


class NameForm(forms.Form):
    """A name to look for before it is entered."""

    look_for = forms.CharField(
        label="Nom", max_length=200, error_messages={"required": "Écrivez d’abord le nom."}
    )

    def __init__(self, *args: object, label: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["look_for"].label = label
