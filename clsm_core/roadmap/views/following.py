"""Pages of what becomes of an action: its state, its indicators, its yearly reviews."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse

from clsm_core.accounts.posting import either, form_page, posted
from clsm_core.council.access import council_page, there
from clsm_core.council.models import Council
from clsm_core.governance.forms.bodies import values_of
from clsm_core.roadmap.actions import sheets as actions
from clsm_core.roadmap.actions import states
from clsm_core.roadmap.forms import following as forms
from clsm_core.roadmap.models import YearReview
from clsm_core.roadmap.permissions import MANAGE, PROPOSE, READ
from clsm_core.roadmap.presenters import indicator as presenters
from clsm_core.roadmap.queries import sheets as queries
from clsm_core.roadmap.views.lookups import followed, sheet_url


@either
@council_page(MANAGE)
def state(request: Any, council: Council, sheet_id: UUID) -> HttpResponse:
    """Give an action its next state."""
    found = there(queries.bare_sheet_of(council, sheet_id))
    form = forms.StateForm(posted(request), sheet=found)
    url = sheet_url(council, found)

    def act() -> str:
        asked = form.cleaned_data
        states.move(
            sheet=found,
            to=asked["status"],
            decision=asked.get("decision"),
            progress=asked["progress"],
        )
        return url

    return form_page(
        request,
        form,
        act,
        heading="Changer l’état de l’action",
        cancel_url=url,
        row=found,
        lead=f"Fiche {found.code} — {found.title}, aujourd’hui {found.get_status_display()}.",
        submit="Changer l’état",
        done="L’état de l’action est à jour.",
    )


@either
@council_page(READ)
def indicator(request: Any, council: Council, sheet_id: UUID, indicator_id: UUID) -> HttpResponse:
    """Show an indicator over the years; write the figure of one."""
    found = there(queries.bare_sheet_of(council, sheet_id))
    one = there(queries.indicator_of(found, indicator_id))
    page = presenters.indicator_page(council, request.member, found, one)
    if request.method == "POST":
        there(found if page["may_enter"] else None)
    form = forms.ValueForm(
        posted(request), indicator=one, initial={"year": request.member.today.year}
    )
    url = reverse("roadmap:indicator", args=[council.slug, found.pk, one.pk])

    def act() -> str:
        actions.write_value(indicator=one, **values_of(form))
        return url

    return form_page(
        request,
        form,
        act,
        heading=one.label,
        cancel_url="",
        row=found,
        submit="Enregistrer l’année",
        template="roadmap/indicator.html",
        done="La valeur est enregistrée.",
        **page,
    )


@either
@council_page(PROPOSE)
def review_new(request: Any, council: Council, sheet_id: UUID) -> HttpResponse:
    """Write what became of an action in a year."""
    found = followed(request, council, sheet_id)
    return _review(request, council, YearReview(sheet=found), "Écrire le bilan d’une année")


@either
@council_page(PROPOSE)
def review(request: Any, council: Council, sheet_id: UUID, review_id: UUID) -> HttpResponse:
    """Change the review of a year."""
    found = followed(request, council, sheet_id)
    row = there(queries.review_of(found, review_id))
    return _review(request, council, row, f"Bilan {row.year}")


def _review(request: Any, council: Council, row: YearReview, heading: str) -> HttpResponse:
    is_new = row._state.adding
    form = forms.ReviewForm(
        posted(request),
        instance=row,
        initial={"year": request.member.today.year} if is_new else None,
    )
    url = sheet_url(council, row.sheet)

    def act() -> str:
        actions.write_review(review=row, values=values_of(form))
        return f"{url}#bilans"

    return form_page(
        request,
        form,
        act,
        heading=heading,
        cancel_url=url,
        row=None if is_new else row,
        lead=f"Fiche {row.sheet.code} — {row.sheet.title}",
        done="Le bilan est enregistré.",
    )
