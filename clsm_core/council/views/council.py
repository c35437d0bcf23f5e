"""The home page of a council, and its sheet."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from clsm_core.accounts.posting import form_page, posted
from clsm_core.council.access import council_page
from clsm_core.council.actions import rows
from clsm_core.council.forms.profile import ProfileForm
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.council.presenters.home import home_page


@require_GET
@council_page()
def home(request: Any, council: Council) -> HttpResponse:
    """Show who the council is, over which territory, and to its coordinator what is missing."""
    return render(request, "council/home.html", home_page(council, request.member))


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def profile(request: Any, council: Council) -> HttpResponse:
    """Change the council's own sheet."""
    form = ProfileForm(posted(request), instance=council, today=request.member.today)
    url = reverse("council:home", args=[council.slug])

    def act() -> str:
        rows.change(row=form.save(commit=False))
        return url

    return form_page(
        request,
        form,
        act,
        heading="Fiche du conseil",
        cancel_url=url,
        row=council,
        done="La fiche est enregistrée.",
    )
