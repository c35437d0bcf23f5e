"""What a commission account owes before its first page (decisions 17, 19).

A member owes a second factor before anything; a referrer may write and send a first referral, and
owes it before anything is read back.
"""

from __future__ import annotations

from typing import Any

from cases.models import Mandate
from clsm_core.accounts.gate import remember

# What a referrer may do before her second factor is enrolled: write, send, be told it is sent.
BEFORE_SECOND_FACTOR = ("cases:referral_new", "cases:referral_step", "cases:referral_sent", "home")


def gate(request: Any, view_name: str) -> str | None:
    """Return the page that the account owes first, None when it owes nothing."""
    held = remember(request.user)
    if not held.charter_accepted:
        return "accounts:charter"
    if held.second_factor:
        return None
    is_member = Mandate.objects.filter(user=request.user).exclude(role=Mandate.Role.REFERRER)
    if is_member.exists() or view_name not in BEFORE_SECOND_FACTOR:
        return "mfa_activate_totp"
    return None
