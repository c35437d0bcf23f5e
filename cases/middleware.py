"""The vault's cookie, read at the door and written on the way out (decision 6); and outages."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from audit.recorder import LedgerUnavailable
from clsm_core.ui.errors import unavailable

logger = logging.getLogger(__name__)


def cookie_key(request: Any, name: str) -> bytes:
    """Return the key that a cookie holds, empty when it has none."""
    try:
        return base64.urlsafe_b64decode(request.COOKIES.get(name, ""))
    except (binascii.Error, ValueError):
        return b""


class VaultMiddleware:
    """Carry out what a view asked of the vault's cookies: ``request.clsm_cookies``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        """Pass on; then set (name → (key, seconds)) or remove (name → None) cookies."""
        request.clsm_cookies = {}
        response = self.get_response(request)
        for name, order in request.clsm_cookies.items():
            if order is None:
                response.delete_cookie(name, path="/", samesite="Strict")
                continue
            key, seconds = order
            response.set_cookie(
                name,
                base64.urlsafe_b64encode(key).decode(),
                max_age=seconds,
                path="/",
                secure=settings.HTTPS,
                httponly=True,
                samesite="Strict",
            )
        return response

    def process_exception(self, request: Any, error: Exception) -> HttpResponse | None:
        """Answer 503 on the pages that have no door when the ledger or the keys are down (T-33).

        The view's transaction is undone: neither its session nor its cookies may outlive it.
        """
        if not isinstance(error, (LedgerUnavailable, settings.KEYS_DOWN)):
            return None
        logger.error("an account page stopped: %s", type(error).__name__)
        request.clsm_cookies.clear()
        request.session.modified = False
        return unavailable(request)
