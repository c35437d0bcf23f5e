"""Pages of a roadmap: by axis, filtered, calendar, budget; prepared, in force, renewed, over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clsm_core.accounts.posting import either, form_page, posted
from clsm_core.council.access import council_page, there
from clsm_core.council.models import Council, PostFunding
from clsm_core.governance.forms.bodies import values_of
from clsm_core.roadmap.actions import copying
from clsm_core.roadmap.actions import plans as actions
from clsm_core.roadmap.forms import plans as forms
from clsm_core.roadmap.forms.search import FilterForm
from clsm_core.roadmap.models import Roadmap, RoadmapState, SheetStatus
from clsm_core.roadmap.permissions import MANAGE, READ, is_open
from clsm_core.roadmap.presenters import plan as presenters
from clsm_core.roadmap.queries import plans as queries
from clsm_core.roadmap.queries import sheets as sheet_queries
from clsm_core.roadmap.views.lookups import plan_of, plan_url


@require_safe
@council_page(READ)
def home(request: Any, council: Council) -> HttpResponse:
    """Show the roadmap in force, else the one in preparation, else what a roadmap is for."""
    roadmaps = list(queries.roadmaps_of(council))
    if not roadmaps:
        page = presenters.empty_page(council, request.member)
        return render(request, "roadmap/empty.html", page)
    return _plan(request, council, roadmaps[0], roadmaps)


@require_safe
@council_page(READ)
def plan(request: Any, council: Council, roadmap_id: UUID) -> HttpResponse:
    """Show one roadmap, axis by axis."""
    roadmaps = list(queries.roadmaps_of(council))
    found = there(next((one for one in roadmaps if one.pk == roadmap_id), None))
    return _plan(request, council, found, roadmaps)


def _plan(
    request: Any, council: Council, roadmap: Roadmap, roadmaps: list[Roadmap]
) -> HttpResponse:
    axes = list(queries.axes_of(roadmap))
    page = presenters.plan_page(council, request.member, roadmap, axes, roadmaps)
    return render(request, "roadmap/plan.html", page)


@require_safe
@council_page(READ)
def sheets(request: Any, council: Council, roadmap_id: UUID) -> HttpResponse:
    """List the sheets of a roadmap, filtered and counted."""
    roadmap = plan_of(council, roadmap_id)
    kept = list(sheet_queries.sheets_in(roadmap))
    form = FilterForm(request.GET, pilots=sheet_queries.pilots_of(kept))
    state = request.GET.get("etat", "")
    filters = form.filters(state if state in SheetStatus.values else "")
    found = sheet_queries.narrowed(kept, filters)
    page = presenters.list_page(
        council, request.member, roadmap, found=found, filters=filters, form=form
    )
    return render(request, "roadmap/sheets.html", page)


@require_safe
@council_page(READ)
def calendar(request: Any, council: Council, roadmap_id: UUID) -> HttpResponse:
    """Show when actions take place, and their steps."""
    roadmap = plan_of(council, roadmap_id)
    kept = list(sheet_queries.sheets_in(roadmap))
    page = presenters.calendar_page(council, request.member, roadmap, kept)
    return render(request, "roadmap/calendar.html", page)


@require_safe
@council_page(READ)
def budget(request: Any, council: Council, roadmap_id: UUID) -> HttpResponse:
    """Show what the roadmap costs and who pays, year by year."""
    roadmap = plan_of(council, roadmap_id)
    funders: dict[int, list[PostFunding]] = {}
    for one in PostFunding.objects.filter(post__council=council).order_by("funder"):
        funders.setdefault(one.year, []).append(one)
    page = presenters.budget_page(council, request.member, roadmap, funders)
    return render(request, "roadmap/budget.html", page)


@either
@council_page(MANAGE)
def new(request: Any, council: Council) -> HttpResponse:
    """Prepare a roadmap."""
    form = forms.RoadmapForm(posted(request), instance=Roadmap(council=council))

    def act() -> str:
        return plan_url(council, actions.create(council=council, values=values_of(form)))

    return form_page(
        request,
        form,
        act,
        heading="Préparer une feuille de route",
        cancel_url=reverse("roadmap:list", args=[council.slug]),
        submit="Créer",
        done="La feuille de route est en préparation : ajoutez ses axes.",
    )


@either
@council_page(MANAGE)
def edit(request: Any, council: Council, roadmap_id: UUID) -> HttpResponse:
    """Change the title or the period of a roadmap."""
    found = plan_of(council, roadmap_id)
    there(found if is_open(found) or request.method == "POST" else None)
    form = forms.RoadmapForm(posted(request), instance=found)

    def act() -> str:
        return plan_url(council, actions.edit(roadmap=found, values=values_of(form)))

    return form_page(
        request,
        form,
        act,
        heading="Modifier la feuille de route",
        cancel_url=plan_url(council, found),
        row=found,
        done="C’est enregistré.",
    )


@either
@council_page(MANAGE)
def put_in_force(request: Any, council: Council, roadmap_id: UUID) -> HttpResponse:
    """Put a roadmap in force by a decision of the steering committee."""
    found = plan_of(council, roadmap_id)
    there(found if found.state == RoadmapState.DRAFT or request.method == "POST" else None)
    form = forms.InForceForm(posted(request), council=council)

    def act() -> str:
        actions.put_in_force(roadmap=found, **form.cleaned_data)
        return plan_url(council, found)

    lead = "La feuille de route devient celle du conseil."
    if found.renews is not None:
        lead += f" « {found.renews.title} » se termine le même jour si elle est encore en vigueur."
    return form_page(
        request,
        form,
        act,
        heading="Mettre en vigueur",
        cancel_url=plan_url(council, found),
        row=found,
        lead=lead,
        submit="Mettre en vigueur",
        done="La feuille de route est en vigueur.",
    )


@either
@council_page(MANAGE)
def close(request: Any, council: Council, roadmap_id: UUID) -> HttpResponse:
    """End a roadmap."""
    found = plan_of(council, roadmap_id)
    there(found if found.state == RoadmapState.CURRENT or request.method == "POST" else None)

    def act() -> str:
        return plan_url(council, actions.close(roadmap=found))

    return form_page(
        request,
        Form(posted(request)),
        act,
        heading="Terminer la feuille de route",
        cancel_url=plan_url(council, found),
        row=found,
        lead=f"« {found.title} » ne changera plus. Ses fiches restent lisibles ; leurs étapes, leur"
        " budget, leurs chiffres et leurs bilans peuvent encore être complétés.",
        submit="Terminer",
        submit_kind="danger",
        done="La feuille de route est terminée.",
    )


@either
@council_page(MANAGE)
def renew(request: Any, council: Council, roadmap_id: UUID) -> HttpResponse:
    """Prepare the next roadmap from this one."""
    found = plan_of(council, roadmap_id)
    there(found if found.state != RoadmapState.DRAFT or request.method == "POST" else None)
    form = forms.RoadmapForm(posted(request), instance=Roadmap(council=council))

    def act() -> str:
        return plan_url(council, copying.renew(roadmap=found, values=values_of(form)))

    return form_page(
        request,
        form,
        act,
        heading="Renouveler la feuille de route",
        cancel_url=plan_url(council, found),
        row=found,
        lead="Les axes, les objectifs et les fiches qui ne sont ni réalisées ni abandonnées sont"
        " repris. Les fiches redeviennent des propositions, chaînées avec les précédentes.",
        submit="Préparer la suite",
        done="La suite est en préparation.",
    )
