"""Sectors of public psychiatry that serve the council's territory."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clsm_core.accounts.posting import form_page, posted
from clsm_core.council.access import council_page
from clsm_core.council.actions import rows
from clsm_core.council.forms.territory import SectorForm
from clsm_core.council.models import Council, PsychiatricSector
from clsm_core.council.permissions import Act
from clsm_core.council.queries import territory
from clsm_core.council.views.found import gone


def _url(council: Council) -> str:
    return reverse("council:territory", args=[council.slug]) + "#secteurs"


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def new(request: Any, council: Council) -> HttpResponse:
    """Add a sector."""
    form = SectorForm(posted(request), instance=PsychiatricSector(council=council))

    def act() -> str:
        rows.add(row=form.save(commit=False))
        return _url(council)

    return form_page(
        request,
        form,
        act,
        heading="Ajouter un secteur de psychiatrie",
        cancel_url=_url(council),
        done="Le secteur est enregistré.",
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def edit(request: Any, council: Council, sector_id: UUID) -> HttpResponse:
    """Change a sector."""
    row = territory.sector_of(council, sector_id)
    if row is None:
        return gone(request)
    form = SectorForm(posted(request), instance=row)

    def act() -> str:
        rows.change(row=form.save(commit=False))
        return _url(council)

    return form_page(
        request,
        form,
        act,
        heading="Modifier un secteur de psychiatrie",
        cancel_url=_url(council),
        row=row,
        done="Le secteur est enregistré.",
        template="council/form_with_removal.html",
        remove_url=reverse("council:sector_remove", args=[council.slug, row.pk]),
        remove_label="Retirer ce secteur",
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def remove(request: Any, council: Council, sector_id: UUID) -> HttpResponse:
    """Take a sector out, after a confirmation."""
    row = territory.sector_of(council, sector_id)
    if row is None:
        return gone(request)

    def act() -> str:
        rows.remove(row=row)
        return _url(council)

    return form_page(
        request,
        Form(posted(request)),
        act,
        heading="Retirer un secteur de psychiatrie",
        lead=f"Le secteur {row.code} ({row.hospital}) ne sera plus dans la liste.",
        cancel_url=_url(council),
        row=row,
        submit="Retirer",
        submit_kind="danger",
        done="Le secteur est retiré.",
    )
