"""The home page of a council."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.presenters import home_page


@require_GET
@council_page()
def home(request: HttpRequest, council: Council) -> HttpResponse:
    """Show who the council is, over which territory."""
    return render(request, "council/home.html", home_page(council))
