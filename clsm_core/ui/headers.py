"""Security headers of every response, the content security policy first.

Nothing runs or is drawn that did not come from this service: no inline script or style, no third
party, no frame, no string turned into markup. A view may only widen two things, on its own
response: ``response.csp_form_action`` (a list of origins a form may reach) and the header
``Referrer-Policy``. It may close one: ``response.csp_sandbox`` for a file that somebody sent, which
then does nothing at all, opened where it may be. Source: decision 6; T-15; security.md §3.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers

from clsm_core.ui.layout import COMMISSION, service

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action {form_action}; "
    "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_CLOSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS_POLICY = ", ".join(
    [
        *(f"{feature}=()" for feature in _CLOSED_FEATURES),
        "publickey-credentials-get=(self)",
        "publickey-credentials-create=(self)",
    ]
)
NO_STORE = "no-store, private"


def content_security_policy(form_action: list[str] | None = None) -> str:
    """Write the policy; ``form_action`` replaces the configured origins beside the service."""
    origins = getattr(settings, "CSP_FORM_ACTION", []) if form_action is None else form_action
    return _POLICY.format(form_action=" ".join(["'self'", *origins]))


class SecurityHeadersMiddleware:
    """Set the headers, and keep confidential pages out of every cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add to the response what it does not say already."""
        response = self.get_response(request)
        form_action: list[str] | None = getattr(response, "csp_form_action", None)
        is_closed = getattr(response, "csp_sandbox", False)
        policy = SANDBOX if is_closed else content_security_policy(form_action)
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = PERMISSIONS_POLICY
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if _is_private(request, response):
            response.headers["Cache-Control"] = NO_STORE
            patch_vary_headers(response, ["Cookie"])
        return response


def _is_private(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Tell whether a response may stay nowhere: all but style sheets, scripts and open pages.

    The cookie answers, not the user: the page of a failed database must not ask the database.
    """
    if request.path.startswith(settings.STATIC_URL):
        return False
    if service() == COMMISSION:
        return True
    cookie = settings.SESSION_COOKIE_NAME
    return cookie in request.COOKIES or cookie in response.cookies
