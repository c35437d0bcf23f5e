"""Refuse settings under which the ledger would not keep its promises."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register

from audit.ledger import MINIMUM_KEY_BYTES


@register()
def check_ledger_settings(app_configs: Any, **kwargs: Any) -> list[Error]:
    """Check the MAC key and the ledger's own connection."""
    errors = []
    key = getattr(settings, "AUDIT_MAC_KEY", None)
    if not isinstance(key, bytes) or len(key) < MINIMUM_KEY_BYTES:
        errors.append(
            Error(f"AUDIT_MAC_KEY must be {MINIMUM_KEY_BYTES} bytes at least.", id="audit.E001")
        )
    alias = getattr(settings, "LEDGER_ALIAS", None)
    database = settings.DATABASES.get(alias)
    if database is None or alias == "default":
        errors.append(Error("LEDGER_ALIAS must name a connection of its own.", id="audit.E002"))
    elif database.get("ATOMIC_REQUESTS"):
        errors.append(
            Error(
                "The ledger's connection must not use ATOMIC_REQUESTS: "
                "a rollback would take the denials away.",
                id="audit.E003",
            )
        )
    return errors
