"""Figures for the steering committee: frozen, approved by two persons, published (R19)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.access import recording
from cases.actions import releases as actions
from cases.forms.release import FreezeForm
from cases.models import ReleaseApproval, ReleaseDraft
from cases.permissions import Refused, Role, Viewer
from cases.presenters import releases as presenter
from cases.presenters.home import commission_choices
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import act_once, once, submit

ROLES = (Role.COORDINATOR, Role.DPO)
WAITING = (ReleaseDraft.State.FROZEN, ReleaseDraft.State.APPROVED_ONCE)


@page("GET", "POST")
@once
def releases(request: Any, viewer: Viewer) -> HttpResponse:
    """List the releases, and freeze a new one."""
    commissions = list(queries.commissions(viewer, ROLES))
    if not commissions:
        raise Refused("role")
    form = FreezeForm(
        request.POST if request.method == "POST" else None,
        commissions=commission_choices(commissions),
        today=viewer.at.date(),
    )
    if request.method == "POST":

        def act() -> str:
            data = form.cleaned_data
            start, end = form.bounds()
            draft = actions.freeze(
                viewer=viewer,
                commission=lookup.commission(viewer, data.get("commission"), *ROLES),
                population=data["population"],
                start=start,
                end=end,
            )
            return reverse("cases:release", args=[draft.pk])

        response = submit(request, form, act, done="Les chiffres sont arrêtés : relisez-les.")
        if response is not None:
            return response
    recording.shown(viewer, "list.shown")
    drafts = ReleaseDraft.objects.filter(commission__in=commissions).order_by("-frozen_at")
    context = {"rows": presenter.rows(drafts), "headers": presenter.HEADERS, "form": form}
    return render(request, "cases/releases.html", context)


@page("GET")
def release(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Show a release exactly as it would be published, and who approved it."""
    draft = lookup.release(viewer, pk)
    approvals = list(ReleaseApproval.objects.filter(draft=draft).select_related("user"))
    recording.shown(viewer, "release.shown", commission=draft.commission_id, objects=(draft.pk,))
    waits = draft.state in WAITING
    can_approve = waits and all(one.user_id != viewer.user_id for one in approvals)
    context = {
        "page": presenter.page(draft, approvals, can_approve=can_approve),
        "digest": actions.digest(draft),
        "can_drop": waits,
    }
    return render(request, "cases/release.html", context)


@page("POST", fresh="Approuver ces chiffres")
@once
def release_approve(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Approve the very figures that were shown; the second approval publishes them."""
    draft = lookup.release(viewer, pk)
    here = reverse("cases:release", args=[pk])

    def act() -> str:
        actions.approve(viewer=viewer, draft_id=draft.pk, seen=request.POST.get("digest", ""))
        return here

    return act_once(request, act, done="Votre approbation est enregistrée.", back=here)


@page("POST")
@once
def release_drop(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Give up figures that are not published."""
    draft = lookup.release(viewer, pk)
    here = reverse("cases:release", args=[pk])

    def act() -> str:
        actions.drop(viewer=viewer, draft_id=draft.pk)
        return reverse("cases:releases")

    return act_once(request, act, done="Cette publication est abandonnée.", back=here)
