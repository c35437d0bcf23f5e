"""The commission's rules of a passphrase, wherever the account library asks for a new one."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from cases.actions.members import check
from cases.vault.errors import WeakPassphrase
from cases.vault.passphrases import check_passphrase

HELP = "Au moins 15 caractères : quatre ou cinq mots sans lien entre eux."


class PassphraseValidator:
    """Hold a passphrase to the vault's rules: chosen by a reset, it will open the vault too."""

    def validate(self, password: str, user: Any = None) -> None:
        """Accept, or say what to change. Raises: ValidationError."""
        try:
            CommonPasswordValidator().validate(password)
        except ValidationError:
            raise ValidationError(WeakPassphrase.default_message, code="common") from None
        try:
            if user is None:
                check_passphrase(password)
            else:
                check(user, password)
        except WeakPassphrase as weak:
            raise ValidationError(weak.message, code=weak.code) from None

    def get_help_text(self) -> str:
        """Return what the field says before one types."""
        return HELP
