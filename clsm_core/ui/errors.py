"""Error pages: the same frame, calm words, and nothing taken from the request.

They are drawn without a context processor, hence without the database, and say what to do next.
If even the template cannot be drawn, a bare page is sent: an error never shows its cause.
"""

import logging

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from clsm_core.ui.layout import Layout, context_of

logger = logging.getLogger(__name__)

_BARE = (
    '<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Erreur</title></head>'
    "<body><main><h1>Le service ne répond pas comme prévu</h1>"
    "<p>Rien n’a été enregistré. Réessayez dans quelques minutes.</p></main></body></html>"
)


def error_page(status: int, template: str = "") -> HttpResponse:
    """Draw the page of one status, from ``ui/errors/<status>.html`` unless a template is named."""
    name = template or f"ui/errors/{status}.html"
    try:
        html: str = render_to_string(name, context_of(Layout()))
    except Exception as error:  # the last resort: any failure here must still give a page
        logger.error("error page %s not drawn: %s", status, type(error).__name__)
        html = _BARE
    return HttpResponse(html, status=status)


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read."""
    return error_page(400)


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an act that is refused on something already visible."""
    return error_page(403)


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what is absent or closed: the same page for both."""
    return error_page(404)


def handler500(request: HttpRequest) -> HttpResponse:
    """Answer a failure of the service."""
    return error_page(500)


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    """Answer an act sent with the wrong method."""
    return error_page(405)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer while the service is stopped for maintenance."""
    return error_page(503)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer somebody who tries too often."""
    return error_page(429)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose safety token is missing or too old; the reason is not shown."""
    return error_page(403, "ui/errors/csrf.html")
