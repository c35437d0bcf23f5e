"""Sessions in the database, in the table of their service, sealed and bound to their key.

A session can hold a pending one-time-code seed or half of a vault opening: a dump of the table
gives neither.
"""

from __future__ import annotations

import logging
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from clsm_core.accounts.sealing import SealBroken, open_sealed, seal

logger = logging.getLogger(__name__)
MODELS = {"commission": "CommissionSession", "governance": "CouncilSession"}


class SessionStore(DatabaseStore):
    """Django's database store over the service's own table, with sealed data."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Return the session model of the running service."""
        return apps.get_model("clsm_accounts", MODELS[settings.SERVICE])

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Return the sealed form of a session's data."""
        plain = self.serializer().dumps(session_dict)
        return seal(plain, f"session:{self._get_or_create_session_key()}")

    def decode(self, session_data: str) -> dict[str, Any]:
        """Return a session's data; one that does not open is an empty session."""
        try:
            plain = open_sealed(session_data, f"session:{self.session_key}")
        except SealBroken:
            logger.warning("a stored session did not open")
            return {}
        loaded: dict[str, Any] = self.serializer().loads(plain)
        return loaded
