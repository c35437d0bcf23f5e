"""Priority districts: one by one, or from a file in two looks."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clsm_core.accounts.posting import form_page, posted
from clsm_core.council import districts_csv
from clsm_core.council.access import council_page
from clsm_core.council.actions import perimeter, rows
from clsm_core.council.forms.territory import (
    DistrictForm,
    DistrictsConfirmForm,
    DistrictsFileForm,
)
from clsm_core.council.models import Council, PriorityDistrict
from clsm_core.council.permissions import Act
from clsm_core.council.presenters.districts import preview_page
from clsm_core.council.queries import territory
from clsm_core.council.uploads import upload_page
from clsm_core.council.views.found import gone


def _url(council: Council) -> str:
    return reverse("council:territory", args=[council.slug]) + "#quartiers"


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def new(request: Any, council: Council) -> HttpResponse:
    """Add a district."""
    row = PriorityDistrict(council=council)
    form = DistrictForm(posted(request), instance=row, council=council)

    def act() -> str:
        rows.add(row=form.save(commit=False))
        return _url(council)

    return form_page(
        request,
        form,
        act,
        heading="Ajouter un quartier prioritaire",
        cancel_url=_url(council),
        done="Le quartier est enregistré.",
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def edit(request: Any, council: Council, district_id: UUID) -> HttpResponse:
    """Change a district."""
    row = territory.district_of(council, district_id)
    if row is None:
        return gone(request)
    form = DistrictForm(posted(request), instance=row, council=council)

    def act() -> str:
        rows.change(row=form.save(commit=False))
        return _url(council)

    return form_page(
        request,
        form,
        act,
        heading="Modifier un quartier prioritaire",
        cancel_url=_url(council),
        row=row,
        done="Le quartier est enregistré.",
        template="council/form_with_removal.html",
        remove_url=reverse("council:district_remove", args=[council.slug, row.pk]),
        remove_label="Retirer ce quartier",
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def remove(request: Any, council: Council, district_id: UUID) -> HttpResponse:
    """Take a district out, after a confirmation."""
    row = territory.district_of(council, district_id)
    if row is None:
        return gone(request)

    def act() -> str:
        rows.remove(row=row)
        return _url(council)

    return form_page(
        request,
        Form(posted(request)),
        act,
        heading="Retirer un quartier prioritaire",
        lead=f"{row.name} ({row.code}) ne sera plus dans la liste ni dans les totaux.",
        cancel_url=_url(council),
        row=row,
        submit="Retirer",
        submit_kind="danger",
        done="Le quartier est retiré.",
    )


@upload_page(districts_csv.MAX_BYTES)
@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def check_file(request: Any, council: Council) -> HttpResponse:
    """Read a CSV of districts and show what it would write; writes nothing."""
    known = territory.commune_codes(council)
    form = DistrictsFileForm(
        posted(request), request.FILES if request.method == "POST" else None, known=known
    )
    if request.method == "POST" and form.is_valid():
        return render(request, "council/districts_preview.html", preview_page(council, form))
    return render(
        request,
        "council/districts_import.html",
        {"council": council, "form": form, "cancel_url": _url(council)},
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def import_file(request: Any, council: Council) -> HttpResponse:
    """Write every district of the file that was shown; all of them or none."""
    known = territory.commune_codes(council)
    form = DistrictsConfirmForm(posted(request), known=known)

    def act() -> str:
        perimeter.import_districts(
            council=council,
            lines=form.cleaned_data["lines"],
            source=form.cleaned_data["source"],
        )
        return _url(council)

    return form_page(
        request,
        form,
        act,
        heading="Importer des quartiers prioritaires",
        lead="Rien n’est encore enregistré : reprenez le fichier depuis le début si cette page"
        " montre une erreur.",
        cancel_url=reverse("council:districts_import", args=[council.slug]),
        submit="Enregistrer ces quartiers",
        done="Les quartiers sont enregistrés.",
    )
