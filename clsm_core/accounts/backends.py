"""Check a passphrase against the accounts of this service's realm, and nothing else.

The database shows this service its own realm only; the realm is tested here as well, so that a
wrong privilege alone would not open a login.
"""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth import get_user_model


class RealmBackend(AuthenticationBackend):
    """Log in by e-mail and passphrase; grant no permission by user, group or superuser flag."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Tell whether an account may log in here by itself."""
        return (
            super().user_can_authenticate(user)
            and user.realm == settings.REALM
            and not user.is_ticket_only
        )

    def get_user(self, user_id: Any) -> Any:
        """Return the account of a session, when it still belongs here (tickets included)."""
        user = get_user_model()._default_manager.filter(pk=user_id).first()
        if user is None or not user.is_active or user.realm != settings.REALM:
            return None
        return user

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Grant nothing: rights are decided by permissions of the applications."""
        return False
