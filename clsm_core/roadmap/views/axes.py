"""Pages of the axes and objectives of a roadmap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpResponse
from django.urls import reverse

from clsm_core.accounts.posting import either, form_page, posted
from clsm_core.council.access import council_page, there
from clsm_core.council.models import Council
from clsm_core.governance.forms.bodies import values_of
from clsm_core.roadmap.actions import plans as actions
from clsm_core.roadmap.forms import plans as forms
from clsm_core.roadmap.models import Axis, Roadmap, SpecificObjective, StrategicObjective
from clsm_core.roadmap.permissions import MANAGE, is_open
from clsm_core.roadmap.queries import plans as queries
from clsm_core.roadmap.views.lookups import plan_of, plan_url


def _new(
    request: Any,
    roadmap: Roadmap,
    form: Any,
    add: Callable[[], Any],
    heading: str,
    lead: str = "",
) -> HttpResponse:
    """Answer the page that adds an axis or an objective to an open roadmap."""
    council = request.member.council
    there(roadmap if is_open(roadmap) or request.method == "POST" else None)
    url = plan_url(council, roadmap)

    def act() -> str:
        add()
        return url

    return form_page(
        request,
        form,
        act,
        heading=heading,
        cancel_url=url,
        lead=lead,
        submit="Ajouter",
        done="C’est ajouté.",
    )


def _edit(request: Any, row: Any, form: Any, heading: str, name: str) -> HttpResponse:
    """Answer the page that changes an axis or an objective."""
    council = request.member.council
    roadmap = actions.roadmap_of(row)
    there(roadmap if is_open(roadmap) or request.method == "POST" else None)
    url = plan_url(council, roadmap)

    def act() -> str:
        actions.change(row=row, values=values_of(form))
        return url

    return form_page(
        request,
        form,
        act,
        heading=heading,
        cancel_url=url,
        row=row,
        template="roadmap/removable.html",
        remove_url=reverse("roadmap:part_remove", args=[council.slug, name, row.pk]),
        done="C’est enregistré.",
    )


@either
@council_page(MANAGE)
def axis_new(request: Any, council: Council, roadmap_id: UUID) -> HttpResponse:
    """Add an axis."""
    roadmap = plan_of(council, roadmap_id)
    taken = roadmap.axes.order_by("-number").values_list("number", flat=True).first() or 0
    form = forms.AxisForm(
        posted(request),
        instance=Axis(roadmap=roadmap, council=council),
        initial={"number": taken + 1},
    )
    return _new(
        request,
        roadmap,
        form,
        lambda: actions.add_axis(roadmap=roadmap, values=values_of(form)),
        "Ajouter un axe",
    )


@either
@council_page(MANAGE)
def axis(request: Any, council: Council, axis_id: UUID) -> HttpResponse:
    """Change an axis."""
    row = there(queries.axis_of(council, axis_id))
    form = forms.AxisForm(posted(request), instance=row)
    return _edit(request, row, form, "Modifier l’axe", "axes")


@either
@council_page(MANAGE)
def strategic_new(request: Any, council: Council, axis_id: UUID) -> HttpResponse:
    """Add a strategic objective below an axis."""
    above = there(queries.axis_of(council, axis_id))
    form = forms.StrategicForm(posted(request), instance=StrategicObjective(axis=above))
    return _new(
        request,
        above.roadmap,
        form,
        lambda: actions.add_strategic(axis=above, values=values_of(form)),
        "Ajouter un objectif stratégique",
        f"Axe {above.number} — {above.title}",
    )


@either
@council_page(MANAGE)
def strategic(request: Any, council: Council, objective_id: UUID) -> HttpResponse:
    """Change a strategic objective."""
    row = there(queries.strategic_of(council, objective_id))
    form = forms.StrategicForm(posted(request), instance=row)
    return _edit(request, row, form, "Modifier l’objectif stratégique", "objectifs")


@either
@council_page(MANAGE)
def specific_new(request: Any, council: Council, objective_id: UUID) -> HttpResponse:
    """Add a specific objective below a strategic one."""
    above = there(queries.strategic_of(council, objective_id))
    form = forms.SpecificForm(posted(request), instance=SpecificObjective(strategic=above))
    return _new(
        request,
        above.axis.roadmap,
        form,
        lambda: actions.add_specific(strategic=above, values=values_of(form)),
        "Ajouter un objectif spécifique",
        above.text,
    )


@either
@council_page(MANAGE)
def specific(request: Any, council: Council, objective_id: UUID) -> HttpResponse:
    """Change a specific objective."""
    row = there(queries.specific_of(council, objective_id))
    form = forms.SpecificForm(posted(request), instance=row)
    return _edit(request, row, form, "Modifier l’objectif spécifique", "objectifs-specifiques")


_FINDERS: dict[str, tuple[Callable[[Council, UUID], Any], str]] = {
    "axes": (queries.axis_of, "l’axe"),
    "objectifs": (queries.strategic_of, "l’objectif stratégique"),
    "objectifs-specifiques": (queries.specific_of, "l’objectif spécifique"),
}


@either
@council_page(MANAGE)
def remove(request: Any, council: Council, name: str, row_id: UUID) -> HttpResponse:
    """Remove an axis or an objective that holds nothing, once confirmed."""
    if name not in _FINDERS:
        raise Http404
    find, what = _FINDERS[name]
    row = there(find(council, row_id))
    roadmap = actions.roadmap_of(row)
    there(roadmap if is_open(roadmap) or request.method == "POST" else None)
    url = plan_url(council, roadmap)

    def act() -> str:
        actions.remove(row=row)
        return url

    return form_page(
        request,
        Form(posted(request)),
        act,
        heading=f"Retirer {what}",
        cancel_url=url,
        row=row,
        lead=f"« {getattr(row, 'title', None) or row.text} » sera retiré s’il ne porte plus rien.",
        submit="Retirer",
        submit_kind="danger",
        done="C’est retiré.",
    )
