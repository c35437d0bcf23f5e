"""The commission as a Django application."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Situations, agreements, sittings, reviews: in the commission service only."""

    name = "cases"
    label = "cases"
    verbose_name = "commission"

    def ready(self) -> None:
        """Prove the primitives by their fixed vectors, and connect the vault to logins."""
        from cases import signals  # noqa: F401
        from cases.vault.selftest import run

        run()
