"""Accounts as a Django application."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, memberships, charters, sessions of both services."""

    name = "clsm_core.accounts"
    label = "clsm_accounts"
    verbose_name = "comptes"

    def ready(self) -> None:
        """Connect the recording of logins."""
        from clsm_core.accounts import signals  # noqa: F401
