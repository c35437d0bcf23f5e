"""What is owed before the first page, as functions that each service combines.

A request's account is asked once: ``remember`` keeps the answer on the account object that the
session made for this request, which nothing keeps after it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from clsm_core.accounts.models import Charter, CharterAcceptance

BY_TICKET = "came_by_ticket"
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class Standing(NamedTuple):
    """What an account has of what is owed."""

    charter_accepted: bool
    second_factor: bool


def standing(user: Any) -> Standing:
    """Return what an account has, in one question; what its request remembers when it does."""
    memory = remembered(user)
    if "standing" in memory:
        return memory["standing"]
    factors = Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS)
    accepted = CharterAcceptance.objects.filter(user=user, charter=OuterRef("pk"))
    found = (
        Charter.objects.filter(realm=user.realm)
        .order_by("-version")
        .values_list(Exists(accepted), Exists(factors))
        .first()
    )
    # No charter is published: nothing is owed of it.
    return Standing(*found) if found else Standing(True, factors.exists())


def remembered(user: Any) -> dict[str, Any]:
    """Return what a request keeps of its account; empty, and forgotten, outside a request."""
    memory: dict[str, Any] | None = getattr(user, "clsm_memory", None)
    return {} if memory is None else memory


def remember(user: Any) -> Standing:
    """Open the memory of a request with what its account has."""
    user.clsm_memory = {}
    found = user.clsm_memory["standing"] = standing(user)
    return found


def has_second_factor(user: Any) -> bool:
    """Tell whether an account has a one-time code or a passkey."""
    return standing(user).second_factor


def charter_in_force(realm: str) -> Charter | None:
    """Return the last published charter of a realm, None when there is none."""
    return Charter.objects.filter(realm=realm).order_by("-version").first()


def charter_is_accepted(user: Any) -> bool:
    """Tell whether an account accepted the charter in force (BR-02)."""
    return standing(user).charter_accepted


def council_gate(request: Any, view_name: str) -> str | None:
    """Return the page a council account owes first.

    A person who came by ticket gave her second factor at the commission.
    """
    held = remember(request.user)
    if not request.session.get(BY_TICKET) and not held.second_factor:
        return "mfa_activate_totp"
    return None if held.charter_accepted else "accounts:charter"
