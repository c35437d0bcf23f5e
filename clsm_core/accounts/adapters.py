"""How the account library behaves here: no sign-up, no name in mails, sealed second factors."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import unstash_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings

from clsm_core.accounts.sealing import open_sealed, seal

_owner: ContextVar[str | None] = ContextVar("second_factor_owner", default=None)


@contextmanager
def owner_of_second_factor(user: Any) -> Iterator[None]:
    """Seal and open the second factors of ``user`` in this block (commands, demo)."""
    token = _owner.set(str(user.pk))
    try:
        yield
    finally:
        _owner.reset(token)


def _bound_user() -> str:
    """Return the id of the account that the running request is about.

    Logged in, it is that account; between passphrase and second factor, the pending one. A seed
    copied by SQL under another account then opens for nobody.
    """
    if (chosen := _owner.get()) is not None:
        return chosen
    request = context.request
    if request is not None and request.user.is_authenticated:
        return str(request.user.pk)
    login = unstash_login(request, peek=True) if request is not None else None
    if login is None or login.user is None:
        raise LookupError("no account to bind a second factor to")
    return str(login.user.pk)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the council's people, never by a visitor."""

    def is_open_for_signup(self, request: Any) -> bool:
        """Refuse sign-up."""
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask nothing again of somebody who installs her first second factor at login."""
        request = self.request
        if app == "allauth.mfa" and not Authenticator.objects.filter(user=request.user).exists():
            records = get_authentication_records(request, request.user)
            age = time.time() - records[-1]["at"] if records else None
            if age is not None and age < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
                return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def format_email_subject(self, subject: str) -> str:
        """Return the subject alone: no site name, no person's name."""
        return str(subject)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail that holds a link at most: the account's names never enter its context."""
        allowed = {"password_reset_url", "code", "activate_url"}
        safe = {name: value for name, value in context.items() if name in allowed}
        safe["service_origin"] = settings.SERVICE_ORIGIN
        msg = self.render_mail(template_prefix, email, safe)
        msg.send()

    def get_client_ip(self, request: Any) -> str:
        """Return the peer's address, or the one a declared proxy vouches for."""
        return str(super().get_client_ip(request) or "127.0.0.1")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Seal every second-factor secret under the accounts key, bound to its account."""

    def encrypt(self, text: str) -> str:
        """Return the sealed form of a seed."""
        return seal(text.encode(), f"second-factor:{_bound_user()}")

    def decrypt(self, encrypted_text: str) -> str:
        """Return a seed. Raises: SealBroken when it belongs to another account."""
        return open_sealed(encrypted_text, f"second-factor:{_bound_user()}").decode()

    def get_totp_label(self, user: Any) -> str:
        """Return what the telephone's application shows: the account's e-mail."""
        return str(user.email or user.reference)

    def get_totp_issuer(self) -> str:
        """Return the service's name on the telephone."""
        return "CLSM commission" if settings.SERVICE == "commission" else "CLSM conseil"
