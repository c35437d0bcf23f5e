"""Which connection each table takes: rate limits apart, migrations by the owner only."""

from typing import Any


class ServiceRouter:
    """Send the cache's rows to their own autocommit connection (decision 11)."""

    def _route(self, model: Any) -> str:
        return "cache" if model._meta.app_label == "django_cache" else "default"

    def db_for_read(self, model: Any, **hints: Any) -> str:
        """Return the alias that reads a model."""
        return self._route(model)

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Return the alias that writes a model."""
        return self._route(model)

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        """Allow relations: all aliases reach one database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Let the owner alone migrate."""
        return db == "owner"
