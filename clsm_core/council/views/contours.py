"""Outlines of communes: imported from a file, forgotten."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clsm_core.accounts.posting import form_page, posted
from clsm_core.council import geojson
from clsm_core.council.access import council_page
from clsm_core.council.actions import perimeter
from clsm_core.council.forms.territory import ContoursForm
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.council.queries import territory
from clsm_core.council.uploads import upload_page


@upload_page(geojson.MAX_BYTES)
@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def load(request: Any, council: Council) -> HttpResponse:
    """Take the outlines of the council's communes out of a GeoJSON file."""
    known = territory.commune_codes(council)
    form = ContoursForm(
        posted(request), request.FILES if request.method == "POST" else None, known=known
    )
    url = reverse("council:territory", args=[council.slug])

    def act() -> str:
        assert form.outlines is not None
        perimeter.import_contours(
            council=council, outlines=form.outlines, source=form.cleaned_data["source"]
        )
        return url

    return form_page(
        request,
        form,
        act,
        heading="Importer les contours",
        cancel_url=url,
        row=council,
        submit="Importer",
        done="Les contours des communes du périmètre sont enregistrés ; le reste du fichier est"
        " laissé de côté.",
        template="council/contours.html",
        council=council,
        count=len(known),
        has_contours=territory.contours_of(council).exists(),
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def remove(request: Any, council: Council) -> HttpResponse:
    """Forget the outlines."""
    url = reverse("council:territory", args=[council.slug])

    def act() -> str:
        perimeter.remove_contours(council=council)
        return url

    return form_page(
        request,
        Form(posted(request)),
        act,
        heading="Retirer les contours",
        lead="La carte disparaît de la page du territoire et de la page publique. La liste des"
        " communes ne change pas.",
        cancel_url=url,
        row=council,
        submit="Retirer la carte",
        submit_kind="danger",
        done="Les contours sont retirés.",
    )
