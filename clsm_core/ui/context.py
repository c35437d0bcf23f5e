"""Context processor: the frame's variables, for every page drawn with a request."""

from typing import Any

from django.http import HttpRequest

from clsm_core.ui.layout import build, context_of


def layout(request: HttpRequest) -> dict[str, Any]:
    """Return the variables of the frame: service, names, menu, vault, account."""
    return context_of(build(request))
