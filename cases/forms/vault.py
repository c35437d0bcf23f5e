"""What a member types to open, make, mend or renew her vault. No form writes a secret back."""

from __future__ import annotations

from typing import Any

from django import forms


class SecretInput(forms.TextInput):
    """A code that is read while it is typed, and never written back in a page."""

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false"})

    def get_context(self, name: str, value: Any, attrs: Any) -> Any:
        """Draw the field empty, whatever was posted."""
        return super().get_context(name, None, attrs)


def passphrase_field(label: str = "Phrase de passe", **options: Any) -> forms.CharField:
    """Return a passphrase as it was typed, spaces included."""
    widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
    return forms.CharField(label=label, strip=False, widget=widget, **options)


class OpenForm(forms.Form):
    """The passphrase, or the emergency kit's code."""

    passphrase = passphrase_field(required=False)
    kit = forms.CharField(
        label="Ou code du kit de secours",
        required=False,
        help_text="Le code imprimé à la création du coffre, si vous avez oublié la phrase.",
        widget=SecretInput(),
    )

    def clean(self) -> dict[str, Any]:
        """Require one of the two."""
        cleaned = super().clean() or {}
        if not cleaned.get("passphrase") and not cleaned.get("kit"):
            raise forms.ValidationError("Saisissez votre phrase de passe ou le code du kit.")
        return cleaned


class NewForm(forms.Form):
    """The login's passphrase, for a new vault."""

    passphrase = passphrase_field(
        help_text="Au moins 15 caractères : quatre ou cinq mots sans lien entre eux. "
        "C’est celle de votre connexion : une seule phrase ouvre les deux.",
    )


class RenewKitForm(forms.Form):
    """The passphrase again: it alone gives the key that a new kit must close."""

    passphrase = passphrase_field()


class KitForm(forms.Form):
    """The kit's code typed back, which proves that it was kept."""

    code = forms.CharField(label="Recopiez le code du kit de secours", widget=SecretInput())


class PresentForm(forms.Form):
    """The login's passphrase of today, which will open the vault as well."""

    passphrase = passphrase_field("Phrase de passe de votre connexion, celle d’aujourd’hui")


class ByKitForm(PresentForm):
    """A way back by the kit."""

    kit = forms.CharField(
        label="Code du kit de secours",
        help_text="Neuf groupes de quatre signes, imprimés à la création du coffre.",
        widget=SecretInput(),
    )
    field_order = ("kit", "passphrase")


class ByFormerForm(PresentForm):
    """A way back by the passphrase of before."""

    former = passphrase_field("Ancienne phrase de passe")
    field_order = ("former", "passphrase")


class RenewKeysForm(PresentForm):
    """New keys, knowing that colleagues must give the accesses back."""

    understood = forms.BooleanField(
        label="J’ai compris que je ne lirai plus aucune situation avant que mes collègues me "
        "rendent mes accès.",
    )
