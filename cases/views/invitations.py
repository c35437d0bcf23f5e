"""Guests of a point: invited by the animation, answered by the guest (BR-04, decision 22)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.access import invitations as access
from cases.access import recording, situations
from cases.actions import invitations as actions
from cases.domain.sections import Section
from cases.forms.invitation import CommitmentForm, DeclineForm, DigitalGuestForm, RoomGuestForm
from cases.models import AgendaItem, Invitation, Sitting
from cases.permissions import Refused, Role, Viewer, require_coordinator
from cases.presenters import invitations as presenter
from cases.presenters.sittings import member_choices
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import act_once, once, submit


def _item(viewer: Viewer, pk: UUID) -> AgendaItem:
    item = lookup.item(viewer, pk)
    require_coordinator(viewer, item.sitting.commission_id)
    return item


def _invitation(viewer: Viewer, pk: UUID) -> Invitation:
    """Return an invitation to a point that the viewer keeps. Raises: Refused."""
    row = (
        Invitation.objects.filter(pk=pk)
        .select_related("item__sitting", "situation__commission")
        .first()
    )
    if row is None:
        raise Refused("invitation")
    _item(viewer, row.item_id)
    return row


@page("GET")
def invitations(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Show who is invited to a point, what each answered, and what is still to note."""
    item = _item(viewer, pk)
    opened = situations.open_situation(viewer, item.situation.code, wanted=[Section.CORE.value])
    context = {
        "item": item,
        "code": item.situation.code,
        "guests": presenter.guests(item, opened),
        "is_closed": item.sitting.state == Sitting.State.CLOSED,
        "sitting_url": reverse("cases:sitting", args=[item.sitting_id]),
    }
    return render(request, "cases/invitations.html", context)


@page("GET", "POST")
@once
def invite_in_room(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Invite somebody into the room; her name is sealed in the core."""
    item = _item(viewer, pk)
    here = reverse("cases:invitations", args=[pk])
    situations.require_vault(viewer) if request.method == "GET" else None
    form = RoomGuestForm(
        request.POST if request.method == "POST" else None,
        today=viewer.at.date(),
        initial={"profession": "none"},
    )
    if request.method == "POST":

        def act() -> str:
            actions.invite_in_room(viewer=viewer, item=item, **form.cleaned_data)
            return here

        response = submit(request, form, act, done="Invitation notée.")
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": f"Inviter en salle — {item.situation.code}",
        "submit": "Inviter",
        "cancel_url": here,
        "lead": "Sans compte ni accès numérique. Le nom est scellé dans le socle : qui lit le "
        "socle le voit.",
    }
    return render(request, "ui/form_page.html", context)


@page("GET", "POST", fresh="Inviter et préparer un accès")
@once
def invite(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Invite a member with a guest's mandate; her access waits for her answer."""
    item = _item(viewer, pk)
    here = reverse("cases:invitations", args=[pk])
    aside = set(queries.standing_recusals(item.situation_id).values_list("user_id", flat=True))
    guests = member_choices(
        one
        for one in queries.members(item.situation.commission, viewer.at)
        if one.role == Role.GUEST and one.user_id not in aside
    )
    form = DigitalGuestForm(request.POST if request.method == "POST" else None, guests=guests)
    if request.method == "POST":

        def act() -> str:
            data = form.cleaned_data
            actions.invite(
                viewer=viewer,
                item=item,
                user_id=UUID(data["guest"]),
                sections=data["sections"],
                reason=data["reason"],
            )
            return here

        response = submit(
            request, form, act, done="Invitation envoyée. Rien ne s’ouvre avant sa réponse."
        )
        if response is not None:
            return response
    context = {
        "form": form,
        "code": item.situation.code,
        "has_guests": bool(guests),
        "cancel_url": here,
    }
    return render(request, "cases/invite.html", context)


@page("POST")
@once
def invitation_cancel(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Cancel an invitation: what it gave ends at once."""
    row = _invitation(viewer, pk)
    here = reverse("cases:invitations", args=[row.item_id])

    def act() -> str:
        actions.cancel(viewer=viewer, invitation=row)
        return here

    return act_once(request, act, done="Invitation annulée.", back=here)


@page("POST")
@once
def invitation_note(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Note the answer or the presence of a guest in the room."""
    row = _invitation(viewer, pk)
    here = reverse("cases:invitations", args=[row.item_id])
    noted = request.POST.get("action")
    if noted not in ("accepted", "present", "absent"):
        raise Refused("invitation", commission=row.situation.commission_id)

    def act() -> str:
        if noted == "accepted":
            actions.answer_for(viewer=viewer, invitation=row, accepted=True)
        else:
            actions.note_presence(viewer=viewer, invitation=row, is_present=noted == "present")
        return here

    return act_once(request, act, done="C’est noté.", back=here)


@page("GET", "POST")
@once
def invitation_commitment(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Note the day a guest in the room signed her commitment."""
    row = _invitation(viewer, pk)
    here = reverse("cases:invitations", args=[row.item_id])
    form = CommitmentForm(
        request.POST if request.method == "POST" else None, today=viewer.at.date()
    )
    if request.method == "POST":

        def act() -> str:
            actions.note_commitment(viewer=viewer, invitation=row, on=form.cleaned_data["on"])
            return here

        response = submit(request, form, act, done="Engagement noté.")
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": "Engagement de confidentialité",
        "submit": "Noter l’engagement",
        "cancel_url": here,
        "lead": "Signé sur papier et conservé par la commission.",
    }
    return render(request, "ui/form_page.html", context)


@page("GET")
def my_invitations(request: Any, viewer: Viewer) -> HttpResponse:
    """Show a guest her invitations: date, place, commission; no more before she accepts."""
    if not viewer.commissions_with([Role.GUEST]):
        raise Refused("role")
    recording.shown(viewer, "list.shown")
    return render(request, "cases/my_invitations.html", {"invitations": access.own(viewer)})


def _own(viewer: Viewer, pk: UUID) -> access.OwnInvitation:
    found = next((one for one in access.own(viewer) if one.id == pk), None)
    if found is None:
        raise Refused("invitation")
    return found


@page("POST")
@once
def invitation_accept(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Accept one's own invitation."""
    _own(viewer, pk)
    here = reverse("cases:my_invitations")

    def act() -> str:
        actions.accept(viewer=viewer, invitation_id=pk)
        return here

    return act_once(request, act, done="Invitation acceptée.", back=here)


@page("GET", "POST")
@once
def invitation_decline(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Decline one's own invitation, accepted or not."""
    found = _own(viewer, pk)
    here = reverse("cases:my_invitations")
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":

        def act() -> str:
            actions.decline(viewer=viewer, invitation_id=pk, reason=form.cleaned_data["reason"])
            return here

        response = submit(request, form, act, done="Invitation déclinée. Rien ne vous est ouvert.")
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": "Décliner l’invitation",
        "submit": "Décliner",
        "cancel_url": here,
        "lead": f"{found.commission}, le {presenter.on(found.starts_at)}. Un motif codé suffit.",
    }
    return render(request, "ui/form_page.html", context)
