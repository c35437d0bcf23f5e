"""The territory of a council: its page, its communes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from clsm_core.accounts.posting import form_page, posted
from clsm_core.council.access import council_page
from clsm_core.council.actions import perimeter
from clsm_core.council.forms.territory import AddCommunesForm, PerimeterForm
from clsm_core.council.models import Council, Epci
from clsm_core.council.permissions import Act
from clsm_core.council.presenters.territory import territory_page
from clsm_core.council.queries import territory
from clsm_core.council.words import plural

LONGEST_SEARCH = 80


@require_GET
@council_page()
def show(request: Any, council: Council) -> HttpResponse:
    """Show the communes with their populations, the map, the districts and the sectors."""
    page = territory_page(council, request.member)
    return render(request, "council/territory.html", page)


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def add(request: Any, council: Council) -> HttpResponse:
    """Search the official communes and add those that are ticked."""
    asked = request.GET.get("q", "").replace("\0", "")[:LONGEST_SEARCH].strip()
    present = territory.commune_codes(council)
    found = [one for one in territory.search_communes(asked) if one.code not in present]
    form = AddCommunesForm(posted(request), found=found)
    url = reverse("council:territory", args=[council.slug])

    def act() -> str:
        perimeter.add_communes(council=council, communes=form.cleaned_data["communes"])
        return url

    return form_page(
        request,
        form,
        act,
        heading="Ajouter des communes",
        cancel_url=url,
        row=council,
        submit="Ajouter au périmètre",
        done="Le périmètre est complété.",
        template="council/commune_add.html",
        council=council,
        asked=asked,
        query=urlencode({"q": asked}),
        found=found,
        epcis=territory.search_epcis(asked),
        known=[one for one in territory.search_communes(asked) if one.code in present],
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def add_epci(request: Any, council: Council, epci_id: UUID) -> HttpResponse:
    """Add every commune of an intercommunality at once."""
    epci = get_object_or_404(Epci, pk=epci_id)
    present = territory.commune_codes(council)
    missing = [one for one in epci.communes.order_by("name") if one.code not in present]
    url = reverse("council:territory", args=[council.slug])

    def act() -> str:
        perimeter.add_communes(council=council, communes=missing)
        return url

    return form_page(
        request,
        Form(posted(request)),
        act,
        heading=f"Ajouter {epci.name}",
        cancel_url=url,
        row=council,
        submit=f"Ajouter {plural(len(missing), 'commune')}",
        done="Le périmètre est complété.",
        template="council/epci_add.html",
        epci=epci,
        missing=missing,
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def change(request: Any, council: Council) -> HttpResponse:
    """Say which communes are covered in part, take others out."""
    form = PerimeterForm(posted(request), council=council)
    url = reverse("council:territory", args=[council.slug])

    def act() -> str:
        perimeter.change_communes(
            council=council,
            partial={one.pk for one in form.cleaned_data["partial"]},
            removed={one.pk for one in form.cleaned_data["removed"]},
        )
        return url

    return form_page(
        request,
        form,
        act,
        heading="Communes du périmètre",
        cancel_url=url,
        row=council,
        done="Le périmètre est enregistré.",
        template="council/perimeter.html",
    )
