"""Logins, failures and departures reach the ledger."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as allauth_signals
from allauth.mfa import signals as second_factor
from django.contrib.auth import signals
from django.dispatch import receiver

from clsm_core.accounts.events import account_event
from clsm_core.accounts.second_factor import remember_enrolment


@receiver(signals.user_logged_in)
def logged_in(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Record a login."""
    if request is not None:
        account_event(request, "auth.login", actor=user.pk)


@receiver(signals.user_login_failed)
def login_failed(sender: Any, credentials: Any, request: Any = None, **kwargs: Any) -> None:
    """Record a failure, without what was typed."""
    if request is not None:
        account_event(request, "auth.failed")


@receiver(signals.user_logged_out)
def logged_out(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Record a departure."""
    if request is not None and user is not None:
        account_event(request, "auth.logout", actor=user.pk)


@receiver(second_factor.authentication_failed)
def second_factor_failed(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Record a wrong code."""
    account_event(request, "auth.failed", actor=user.pk, purpose="second_factor")


@receiver(second_factor.authenticator_added)
def second_factor_added(
    sender: Any, request: Any, user: Any, authenticator: Any, **kwargs: Any
) -> None:
    """Record a new second factor, and the code that proved it as used."""
    remember_enrolment(request, authenticator)
    account_event(request, "auth.factor_added", actor=user.pk)


@receiver(second_factor.authenticator_removed)
def second_factor_removed(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Record the loss of a second factor."""
    account_event(request, "auth.factor_removed", actor=user.pk)


@receiver(allauth_signals.password_changed)
@receiver(allauth_signals.password_reset)
def passphrase_changed(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    """Record a new passphrase."""
    account_event(request, "auth.password_changed", actor=user.pk)
