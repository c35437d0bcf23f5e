"""The plan of figures: read in plain French, prepared, compared, approved by two persons."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.access import recording
from cases.actions import plans as actions
from cases.disclosure.plan import Plan
from cases.disclosure.plan_file import load_plan
from cases.forms.plan import PlanFileForm, PlanForm
from cases.models import Commission, ReleasePlan
from cases.permissions import Refused, Role, Viewer
from cases.presenters import plan as presenter
from cases.presenters.plan_changes import changes
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import Explained, act_once, once, submit

ROLES = (Role.COORDINATOR, Role.DPO)
PREPARED = "La nouvelle version est enregistrée : deux personnes doivent l’approuver."


def _commission(request: Any, viewer: Viewer) -> Commission:
    """Return the commission of the address, the only one when there is one. Raises: Refused."""
    return lookup.commission(viewer, request.GET.get("commission"), *ROLES)


def _row(viewer: Viewer, pk: UUID) -> ReleasePlan:
    """Return a version of the viewer's commissions. Raises: Refused."""
    row = (
        ReleasePlan.objects.filter(pk=pk, commission__in=viewer.commissions_with(ROLES))
        .select_related("commission__council", "created_by", "approved_by", "activated_by")
        .first()
    )
    if row is None:
        raise Refused("plan")
    return row


def _query(viewer: Viewer, commission: Commission) -> str:
    """Return what keeps the commission in an address; nothing when there is only one."""
    return f"?commission={commission.pk}" if len(viewer.commissions_with(ROLES)) > 1 else ""


@page("GET")
def plan(request: Any, viewer: Viewer) -> HttpResponse:
    """Show the plan in force, and every version that was prepared."""
    commission = _commission(request, viewer)
    row = actions.active_row(commission)
    in_force = actions.active_plan(commission)
    versions = ReleasePlan.objects.filter(commission=commission)
    recording.shown(viewer, "plan.shown", commission=commission.pk)
    others = queries.commissions(viewer, ROLES).exclude(pk=commission.pk)
    context = {
        "page": presenter.page(in_force),
        "row": presenter.version(row) if row else None,
        "versions": presenter.version_rows(versions),
        "headers": presenter.VERSION_HEADERS,
        "commission": commission,
        "others": list(others),
        "query": _query(viewer, commission),
        "next_change": actions.next_change(commission),
    }
    return render(request, "cases/plan.html", context)


@page("GET")
def plan_version(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Show a version: what it changes, who approved it, what it says whole."""
    row = _row(viewer, pk)
    one = actions.read(row)
    recording.shown(viewer, "plan.shown", commission=row.commission_id, objects=(row.pk,))
    waits = row.state == ReleasePlan.State.DRAFT
    context = {
        "page": presenter.page(one),
        "version": presenter.version(row),
        "changes": changes(actions.active_plan(row.commission), one) if waits else None,
        "can_approve": waits and row.approved_by_id != viewer.user_id,
        "can_drop": waits,
        "query": _query(viewer, row.commission),
    }
    return render(request, "cases/plan_version.html", context)


def _base(request: Any, viewer: Viewer, commission: Commission) -> Plan:
    """Return the plan that a new version begins with: the one in force, or another version."""
    chosen = request.GET.get("depuis", "")
    try:
        pk = UUID(chosen)
    except ValueError:
        return actions.active_plan(commission)
    row = _row(viewer, pk)
    if row.commission_id != commission.pk:
        raise Refused("plan")
    return actions.read(row)


def _prepare(
    viewer: Viewer, commission: Commission, form: PlanForm | PlanFileForm, text: str
) -> str:
    """Keep what a form says; a refusal of the plan's reader goes beside its field."""
    try:
        row = actions.prepare(
            viewer=viewer, commission=commission, text=text, note=form.cleaned_data["note"]
        )
    except actions.PlanRefused as refused:
        recording.denied(viewer, "access.denied", commission=commission.pk, purpose=refused.code)
        form.refuse(refused.place, refused.message)
        raise Explained from refused
    return reverse("cases:plan_version", args=[row.pk])


@page("GET", "POST")
@once
def plan_new(request: Any, viewer: Viewer) -> HttpResponse:
    """Prepare a version from the one in force, by its tables, thresholds and groupings."""
    commission = _commission(request, viewer)
    base = _base(request, viewer, commission)
    form = PlanForm(
        request.POST if request.method == "POST" else None,
        base=base.data,
        installed=load_plan().data,
    )

    def act() -> str:
        return _prepare(viewer, commission, form, form.text)

    return _answer(request, viewer, commission, form, act, "cases/plan_new.html")


@page("GET", "POST")
@once
def plan_import(request: Any, viewer: Viewer) -> HttpResponse:
    """Prepare a version from a whole file."""
    commission = _commission(request, viewer)
    form = PlanFileForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        return _prepare(viewer, commission, form, form.cleaned_data["text"])

    return _answer(request, viewer, commission, form, act, "cases/plan_import.html")


def _answer(
    request: Any,
    viewer: Viewer,
    commission: Commission,
    form: Any,
    act: Callable[[], str],
    template: str,
) -> HttpResponse:
    if request.method == "POST":
        response = submit(request, form, act, done=PREPARED)
        if response is not None:
            return response
    recording.shown(viewer, "plan.shown", commission=commission.pk)
    context = {
        "form": form,
        "commission": commission,
        "query": _query(viewer, commission),
        "next_change": actions.next_change(commission),
    }
    return render(request, template, context)


@page("GET")
def plan_file(request: Any, viewer: Viewer) -> HttpResponse:
    """Give the file of the plan in force, as the command line reads it."""
    commission = _commission(request, viewer)
    recording.shown(viewer, "plan.shown", commission=commission.pk)
    return _download(actions.active_plan(commission))


@page("GET")
def plan_version_file(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Give the file of a version."""
    row = _row(viewer, pk)
    recording.shown(viewer, "plan.shown", commission=row.commission_id, objects=(row.pk,))
    return _download(actions.read(row))


def _download(one: Plan) -> HttpResponse:
    text = json.dumps(one.data, ensure_ascii=False, indent=2) + "\n"
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="plan-{one.version}.json"'
    return response


@page("POST", fresh="Approuver cette version du plan")
@once
def plan_approve(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Approve the very version that was shown; the second approval puts it in force."""
    row = _row(viewer, pk)
    here = reverse("cases:plan_version", args=[pk])

    def act() -> str:
        actions.approve(viewer=viewer, plan_id=row.pk, seen=request.POST.get("digest", ""))
        return here

    return act_once(request, act, done="Votre approbation est enregistrée.", back=here)


@page("POST")
@once
def plan_drop(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Give up a version that is not in force."""
    row = _row(viewer, pk)
    here = reverse("cases:plan_version", args=[pk])

    def act() -> str:
        actions.drop(viewer=viewer, plan_id=row.pk)
        return reverse("cases:plan") + _query(viewer, row.commission)

    return act_once(request, act, done="Cette version est abandonnée.", back=here)
