"""What is owed before the first page, as functions that each service combines."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from clsm_core.accounts.models import Charter, CharterAcceptance

BY_TICKET = "came_by_ticket"


def has_second_factor(user: Any) -> bool:
    """Tell whether an account has a one-time code or a passkey."""
    types = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(get_adapter().is_mfa_enabled(user, types))


def charter_in_force(realm: str) -> Charter | None:
    """Return the last published charter of a realm, None when there is none."""
    return Charter.objects.filter(realm=realm).order_by("-version").first()


def charter_is_accepted(user: Any) -> bool:
    """Tell whether an account accepted the charter in force (BR-02)."""
    charter = charter_in_force(user.realm)
    return charter is None or CharterAcceptance.objects.filter(user=user, charter=charter).exists()


def council_gate(request: Any, view_name: str) -> str | None:
    """Return the page a council account owes first.

    A person who came by ticket gave her second factor at the commission.
    """
    if not request.session.get(BY_TICKET) and not has_second_factor(request.user):
        return "mfa_activate_totp"
    return None if charter_is_accepted(request.user) else "accounts:charter"
