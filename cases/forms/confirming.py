"""A secret presented again before an act that gives something away (decision 23)."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.forms.vault import SecretInput

# Names of their own: the fields of the page that is confirmed travel beside them.
PASSPHRASE, KIT = "confirm_passphrase", "confirm_kit"


class ConfirmForm(forms.Form):
    """The passphrase, or the emergency kit's code."""

    confirm_passphrase = forms.CharField(
        label="Phrase de passe",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    confirm_kit = forms.CharField(
        label="Ou code du kit de secours",
        required=False,
        widget=SecretInput(),
    )

    def clean(self) -> dict[str, Any]:
        """Require one of the two."""
        cleaned = super().clean() or {}
        if not cleaned.get(PASSPHRASE) and not cleaned.get(KIT):
            raise forms.ValidationError("Saisissez votre phrase de passe ou le code du kit.")
        return cleaned
