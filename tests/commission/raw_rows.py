"""Raw SQL as the application's role, under a context signed as the service signs it (T-25)."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from django.conf import settings

from tests import people


def signed_context(connection: Any, person: people.Person) -> str:
    """Return a signed context for a raw connection, as the service makes them."""
    mandate = person.mandate
    said = {
        "user": str(person.user.pk),
        "roles": [[mandate.role, str(mandate.commission_id)]] if mandate else [],
        "exp": int(time.time()) + 600,
        "pid": connection.info.backend_pid,
    }
    body = base64.b64encode(json.dumps(said, separators=(",", ":")).encode()).decode()
    return f"{body}~{settings.KEYS.hmac('viewer-context', body.encode()).hex()}"
