"""Sittings: the list, a new one, the page with its one button, the projector."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.access import recording, situations
from cases.actions import sittings as actions
from cases.domain.sections import Section
from cases.forms.sitting import SittingForm
from cases.models import AgendaItem, Sitting
from cases.permissions import MEMBER_ROLES, Refused, Role, VaultLocked, Viewer
from cases.presenters import invitations
from cases.presenters import sittings as presenter
from cases.presenters.home import commission_choices
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import act_once, once, submit

ROWS_A_PAGE = 30
STEPS = {
    Sitting.State.CONVENED.value: (actions.open_sitting, "La séance est ouverte."),
    Sitting.State.OPEN.value: (actions.close_sitting, "La séance est close."),
}


@page("GET")
def sittings(request: Any, viewer: Viewer) -> HttpResponse:
    """List the sittings of the viewer's commissions, newest first."""
    if not viewer.commissions_with(MEMBER_ROLES):
        raise Refused("role")
    recording.shown(viewer, "list.shown")
    found = Paginator(queries.sittings(viewer), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": presenter.list_rows(found),
        "headers": presenter.HEADERS,
        "page": found,
        "can_create": bool(viewer.commissions_with([Role.COORDINATOR])),
    }
    return render(request, "cases/sittings.html", context)


@page("GET", "POST")
@once
def sitting_new(request: Any, viewer: Viewer) -> HttpResponse:
    """Prepare a sitting."""
    commissions = list(queries.commissions(viewer, [Role.COORDINATOR]))
    if not commissions:
        raise Refused("role")
    form = SittingForm(
        request.POST if request.method == "POST" else None,
        commissions=commission_choices(commissions),
        at=viewer.at,
    )
    if request.method == "POST":

        def act() -> str:
            data = form.cleaned_data
            chosen = lookup.commission(viewer, data.get("commission"), Role.COORDINATOR)
            made = actions.create(
                viewer=viewer,
                commission=chosen,
                starts_at=data["starts_at"],
                place=data["place"],
            )
            return reverse("cases:sitting", args=[made.pk])

        response = submit(
            request, form, act, done="Séance préparée. Inscrivez-y les situations depuis leur page."
        )
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": "Préparer une séance",
        "submit": "Préparer la séance",
        "cancel_url": reverse("cases:sittings"),
    }
    return render(request, "ui/form_page.html", context)


@page("GET")
def sitting(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Show a sitting: its agenda in codes, its state, its one button (BR-09)."""
    found = lookup.sitting(viewer, pk)
    coordinates = viewer.holds(found.commission_id, Role.COORDINATOR)
    recording.shown(viewer, "sitting.shown", commission=found.commission_id, objects=(found.pk,))
    shown = presenter.page(viewer, found, coordinates=coordinates)
    return render(request, "cases/sitting.html", {"page": shown})


@page("POST")
@once
def sitting_advance(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Press the sitting's one button: open, close. Convening has a page of its own."""
    found = lookup.sitting(viewer, pk, coordinates=True)
    here = reverse("cases:sitting", args=[pk])
    if request.POST.get("state") != found.state or found.state not in STEPS:
        raise Refused("sitting_step", commission=found.commission_id)
    step, done = STEPS[found.state]

    def act() -> str:
        step(viewer=viewer, sitting=found)
        return here

    return act_once(request, act, done=done, back=here)


@page("GET")
def sitting_live(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Show one item on the projector: only what everyone present may read (decision 54)."""
    found = lookup.sitting(viewer, pk, coordinates=True)
    shown = presenter.page(viewer, found, coordinates=True)
    number = _number(request.GET.get("point"), len(shown.items))
    screen, is_locked = None, False
    if shown.items:
        item = next(
            one for one in presenter.items(viewer, found) if one.pk == shown.items[number - 1].id
        )
        try:
            screen = _screen(viewer, found, item)
        except VaultLocked:
            # No passphrase is ever typed in front of the room (decision 23).
            is_locked = True
    context = {
        "is_locked": is_locked,
        "page": shown,
        "screen": screen,
        "current": shown.items[number - 1] if shown.items else None,
        "number": number,
        "at": viewer.at,
    }
    return render(request, "cases/sitting_live.html", context)


def _screen(viewer: Viewer, sitting: Sitting, item: AgendaItem) -> presenter.Screen:
    """Open an item for the projector; the showing is recorded. Raises: Refused, VaultLocked."""
    opened = situations.open_situation(viewer, item.situation.code)
    screen = presenter.screen(
        opened,
        item,
        presenter.readable_by_all(viewer, item),
        invitations.counted(item, opened, viewer.at),
    )
    recording.shown(
        viewer,
        "sitting.projected",
        commission=sitting.commission_id,
        objects=(sitting.pk, item.situation_id),
        sections=[Section.CORE.value] if screen.question else [],
    )
    return screen


def _number(asked: str | None, total: int) -> int:
    """Return the item asked for, the first one when the address names none."""
    number = int(asked) if asked and asked.isdigit() and len(asked) < 4 else 1
    return max(1, min(number, total))
