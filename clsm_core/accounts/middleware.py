"""What an account owes before its first page, and what the history says of who asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from auditlog.middleware import AuditlogMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.module_loading import import_string

# Pages that lead out of the gate, or that it leads to.
FREE_PREFIXES = (
    "mfa_",
    "account_",
    "accounts:charter",
    "accounts_council:ticket",
    "public_",
    "ui:",
    "alive",
)


class GateMiddleware:
    """Ask ``settings.ACCOUNT_GATE`` where to send an account that owes something."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.gate: Callable[[Any, str], str | None] = import_string(settings.ACCOUNT_GATE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Redirect to what is owed, unless the page asked for is that very thing."""
        if not request.user.is_authenticated:
            return None
        name = request.resolver_match.view_name or ""
        if name.startswith(FREE_PREFIXES):
            return None
        owed = self.gate(request, name)
        return redirect(owed) if owed else None


class HistoryMiddleware(AuditlogMiddleware):
    """Name the author of a change by the account's id: it outlives a purge, an address does not.

    Source: decisions 5, 31 (a history is never changed).
    """

    def get_extra_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return what each entry holds beside its change."""
        actor = super().get_extra_data(request)["actor"]
        return {"actor": actor, "actor_email": None}
