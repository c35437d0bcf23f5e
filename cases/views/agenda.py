"""Points of an agenda: inscribe, take off with a reason, note who is present."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.actions import sittings as actions
from cases.domain.lifecycle import SituationState
from cases.domain.vocabulary import PostponementReason
from cases.forms.sitting import InscribeForm, PresenceForm, RemoveItemForm
from cases.models import AgendaItem, Sitting, Situation
from cases.permissions import Viewer, require_coordinator
from cases.presenters.dates import when
from cases.presenters.sittings import member_choices
from cases.views import lookup
from cases.views.convening import tell
from cases.views.doors import page
from cases.views.submission import once, submit


def _open_sittings(viewer: Viewer, situation: Situation) -> list[Sitting]:
    return list(
        queries.sittings(viewer)
        .filter(
            commission_id=situation.commission_id,
            state__in=[Sitting.State.DRAFT, Sitting.State.CONVENED],
        )
        .order_by("starts_at")
    )


def _gives(request: Any, code: str) -> str:
    """A point of a convened sitting gives its rights at once; one of a draft gives nothing yet."""
    chosen = request.POST.get("sitting", "")
    try:
        is_convened = Sitting.objects.filter(pk=UUID(chosen), state=Sitting.State.CONVENED).exists()
    except ValueError:
        return ""
    return "Inscrire et donner les accès de la séance" if is_convened else ""


@page("GET", "POST", fresh=_gives)
@once
def inscribe(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Put a situation on the agenda of a coming sitting (promise 5)."""
    situation = lookup.situation_for(viewer, code, "inscribe")
    coming = _open_sittings(viewer, situation)
    is_again = situation.state == SituationState.REVIEWED
    form = InscribeForm(
        request.POST if request.method == "POST" else None,
        sittings=[(str(one.pk), f"{when(one.starts_at)} — {one.place}") for one in coming],
        initial={
            "mode": AgendaItem.Mode.ANONYMOUS if situation.is_anonymous else AgendaItem.Mode.NAMED,
            "sitting": str(coming[0].pk) if coming else None,
        },
    )
    here = reverse("cases:situation", args=[code])
    if request.method == "POST":

        def act() -> str:
            data = form.cleaned_data
            chosen = lookup.sitting(viewer, UUID(data["sitting"]), coordinates=True)
            _, plan = actions.inscribe(
                viewer=viewer,
                sitting=chosen,
                situation=situation,
                mode=data["mode"],
                attested=data["attested"],
                reason=PostponementReason.RESTITUTION_POSTPONED.value if is_again else "",
            )
            if plan is not None:
                tell(request, [plan])
            return reverse("cases:sitting", args=[chosen.pk])

        response = submit(request, form, act, done="La situation est inscrite.")
        if response is not None:
            return response
    context = {
        "form": form,
        "code": code,
        "cancel_url": here,
        "has_sittings": bool(coming),
        "is_again": is_again,
        "convened": [one for one in coming if one.state == Sitting.State.CONVENED],
    }
    return render(request, "cases/inscribe.html", context)


@page("GET", "POST")
@once
def item_remove(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Take a situation off an agenda, with its reason."""
    item = lookup.item(viewer, pk)
    require_coordinator(viewer, item.sitting.commission_id)
    here = reverse("cases:sitting", args=[item.sitting_id])
    form = RemoveItemForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":

        def act() -> str:
            actions.remove_item(viewer=viewer, item=item, reason=form.cleaned_data["reason"])
            return here

        response = submit(request, form, act, done="La situation est ajournée.")
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": f"Ajourner — {item.situation.code}",
        "submit": "Ajourner",
        "submit_kind": "danger",
        "cancel_url": here,
        "lead": "La situation quitte cet ordre du jour et redevient « en préparation ». Les accès "
        "et les invitations donnés pour ce point prennent fin tout de suite.",
    }
    return render(request, "ui/form_page.html", context)


@page("GET", "POST")
@once
def item_presence(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Note who is present for one point: by situation, never for a whole sitting (BR-04)."""
    item = lookup.item(viewer, pk)
    require_coordinator(viewer, item.sitting.commission_id)
    here = reverse("cases:sitting", args=[item.sitting_id])
    form = PresenceForm(
        request.POST if request.method == "POST" else None,
        members=member_choices(queries.members(item.situation.commission, viewer.at)),
        initial={"present": [str(one.user_id) for one in item.attendance.all()]},
    )
    if request.method == "POST":

        def act() -> str:
            chosen = [UUID(user) for user in form.cleaned_data["present"]]
            actions.mark_present(viewer=viewer, item=item, user_ids=chosen)
            return here

        response = submit(request, form, act, done="Présences notées.")
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": f"Présences — {item.situation.code}",
        "submit": "Noter les présences",
        "cancel_url": here,
        "lead": "L’écran de séance ne montre que ce que toutes les personnes présentes pour ce "
        "point peuvent lire.",
    }
    return render(request, "ui/form_page.html", context)
