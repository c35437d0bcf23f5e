"""The vault's cookie: read at the door, written and removed on the way out (decision 6)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse


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
