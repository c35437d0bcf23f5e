"""The account library's forms in our words: a passphrase, an e-mail address."""

from __future__ import annotations

from typing import Any

from allauth.account import forms

LABELS = {
    "login": "Adresse électronique",
    "email": "Adresse électronique",
    "password": "Phrase de passe",
    "oldpassword": "Phrase de passe actuelle",
    "password1": "Nouvelle phrase de passe",
    "password2": "Nouvelle phrase de passe, une seconde fois",
}
AUTOCOMPLETE = {"login": "username"}


class _OurWords:
    """Name the fields as the rest of the product does."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            if name in AUTOCOMPLETE:
                field.widget.attrs["autocomplete"] = AUTOCOMPLETE[name]


class LoginForm(_OurWords, forms.LoginForm):
    """E-mail and passphrase."""


class ReauthenticateForm(_OurWords, forms.ReauthenticateForm):
    """The passphrase, asked again before a sensitive act."""


class ChangePasswordForm(_OurWords, forms.ChangePasswordForm):
    """The present passphrase and the new one."""


class SetPasswordForm(_OurWords, forms.SetPasswordForm):
    """A first passphrase."""


class ResetPasswordForm(_OurWords, forms.ResetPasswordForm):
    """The address to which a reset link goes."""


class ResetPasswordKeyForm(_OurWords, forms.ResetPasswordKeyForm):
    """The passphrase chosen through a reset link; it opens the login, never the vault."""
