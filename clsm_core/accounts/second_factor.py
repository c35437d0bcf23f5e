"""One-time codes used once: the last accepted step stands with the authenticator (decision 11).

Two requests with one code: the UPDATE's condition lets one through. A cache would forget codes
when it is full.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm as BaseAuthenticate
from allauth.mfa.base.forms import ReauthenticateForm as BaseReauthenticate
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm as BaseActivate
from allauth.mfa.totp.internal import auth as totp
from django import forms
from django.db import connection

STEP_SECONDS = 30
INCORRECT = "Ce code n’est pas le bon, ou il a déjà servi. Attendez le code suivant et recommencez."


def accept_step(authenticator: Authenticator, code: str) -> bool:
    """Accept a one-time code whose step is later than every accepted one (T-50).

    Source: RFC 6238 §5.2 (a code is accepted once).
    """
    step = _step_of(totp.decrypt(authenticator.data["secret"]), code)
    return step is not None and _advance(authenticator, step)


def _step_of(secret: str, code: str) -> int | None:
    for step in totp.yield_hotp_counters_from_time():
        expected = totp.format_hotp_value(totp.hotp_value(secret, step))
        if totp.compare_user_code(actual=code, expected=expected):
            return int(step)
    return None


def remember_enrolment(request: Any, authenticator: Authenticator) -> None:
    """Count the code that proved a new application as used: it opens no login."""
    step = getattr(request, "clsm_enrolment_step", None)
    if step is not None and authenticator.type == Authenticator.Type.TOTP:
        _advance(authenticator, step)


def _advance(authenticator: Authenticator, step: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE mfa_authenticator"
            " SET data = jsonb_set(data, '{last_step}', to_jsonb(%s::bigint))"
            " WHERE id = %s AND COALESCE((data->>'last_step')::bigint, -1) < %s",
            [step, authenticator.pk, step],
        )
        accepted = cursor.rowcount == 1
    if accepted:
        authenticator.data["last_step"] = step
    return accepted


class _OnceMixin(forms.Form):
    """Check a code against one-time codes and recovery codes, each accepted once."""

    def clean_code(self) -> str:
        """Return the accepted code. Raises: ValidationError with a French message."""
        from allauth.mfa.base.internal.flows import check_rate_limit

        clear = check_rate_limit(self.user)
        code = str(self.cleaned_data["code"]).replace(" ", "")
        candidates = Authenticator.objects.filter(
            user=self.user,
            type__in=[Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES],
        )
        for authenticator in candidates:
            is_totp = authenticator.type == Authenticator.Type.TOTP
            if (
                accept_step(authenticator, code)
                if is_totp
                else authenticator.wrap().validate_code(code)
            ):
                authenticator.user = self.user
                self.authenticator = authenticator
                clear()
                return code
        if candidates:
            self._emit_authentication_failed(candidates[0])
        raise forms.ValidationError(INCORRECT, code="incorrect_code")


class AuthenticateForm(_OnceMixin, BaseAuthenticate):
    """The second step of a login."""


class ReauthenticateForm(_OnceMixin, BaseReauthenticate):
    """A code asked again before a sensitive act."""


class ActivateForm(BaseActivate):
    """The code that proves a new application, before its seed is stored."""

    def clean_code(self) -> str:
        """Return the accepted code, its step kept for ``remember_enrolment``."""
        code = str(super().clean_code())
        context.request.clsm_enrolment_step = _step_of(self.secret, code)
        return code


def current_code(secret: str, at: float | None = None) -> str:
    """Return the six digits of a seed at a time (seconds since 1970); the demo prints it."""
    step = int(at if at is not None else time.time()) // STEP_SECONDS
    value: Any = totp.hotp_value(secret, step)
    return str(totp.format_hotp_value(value))
