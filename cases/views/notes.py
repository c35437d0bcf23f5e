"""Notes for the steering committee, and what to do with offers that are missing (E-14)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.access import note_texts, recording
from cases.actions import notes as actions
from cases.domain.vocabulary import MissingOffer
from cases.forms.note import NoteForm, WithdrawNoteForm
from cases.models import ReleaseNote
from cases.permissions import Refused, Role, Viewer
from cases.presenters import notes as presenter
from cases.presenters.home import commission_choices
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import Explained, act_once, once, submit

ROLES = (Role.COORDINATOR, Role.DPO)
WRITTEN = "La note est enregistrée : deux personnes doivent l’approuver."


def _row(viewer: Viewer, pk: UUID) -> ReleaseNote:
    """Return a note of the viewer's commissions. Raises: Refused."""
    row = (
        ReleaseNote.objects.filter(pk=pk, commission__in=viewer.commissions_with(ROLES))
        .select_related("commission__council", "written_by", "approved_by", "published_by")
        .first()
    )
    if row is None:
        raise Refused("note")
    return row


@page("GET")
def notes(request: Any, viewer: Viewer) -> HttpResponse:
    """List the notes by their subjects; their words are not opened."""
    held = viewer.commissions_with(ROLES)
    if not held:
        raise Refused("role")
    recording.shown(viewer, "list.shown")
    found = ReleaseNote.objects.filter(commission__in=held).select_related("written_by")
    context = {"rows": presenter.rows(found), "headers": presenter.HEADERS}
    return render(request, "cases/notes.html", context)


@page("GET", "POST")
@once
def note_new(request: Any, viewer: Viewer) -> HttpResponse:
    """Write a note; the words that it must not hold are told under each field."""
    commissions = list(queries.commissions(viewer, ROLES))
    if not commissions:
        raise Refused("role")
    form = NoteForm(
        request.POST if request.method == "POST" else None,
        commissions=commission_choices(commissions),
        initial=_asked(request),
    )
    if request.method == "POST":

        def act() -> str:
            said = dict(form.cleaned_data)
            chosen = lookup.commission(viewer, said.pop("commission", None), *ROLES)
            try:
                row = actions.write(viewer=viewer, commission=chosen, **said)
            except actions.NoteWords as refused:
                recording.denied(
                    viewer, "access.denied", commission=chosen.pk, purpose=refused.code
                )
                may_confirm = isinstance(refused, actions.NoteToConfirm)
                form.refuse(refused.findings, may_confirm=may_confirm)
                raise Explained from refused
            return reverse("cases:note", args=[row.pk])

        response = submit(request, form, act, done=WRITTEN)
        if response is not None:
            return response
    recording.shown(viewer, "note.shown")
    return render(request, "cases/note_new.html", {"form": form})


def _asked(request: Any) -> dict[str, str]:
    """Return what a link from the missing offers fills in, when it is on the lists."""
    category, offer = request.GET.get("sujet", ""), request.GET.get("offre", "")
    asked = {"category": category} if category in ReleaseNote.Category.values else {}
    if offer in MissingOffer.codes():
        asked["missing_offer"] = offer
    return asked


@page("GET")
def note(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Show a note exactly as it would be published, and who approved it."""
    row = _row(viewer, pk)
    recording.shown(viewer, "note.shown", commission=row.commission_id, objects=(row.pk,))
    said = note_texts.opened(viewer, row)
    waits = row.state in actions.WAITING
    context = {
        "page": presenter.page(row, said, actions.harmless(said) if said and waits else ()),
        "digest": note_texts.digest(row, said) if said else "",
        "can_approve": waits and said is not None and row.approved_by_id != viewer.user_id,
        "can_drop": waits,
        "can_withdraw": row.state == ReleaseNote.State.PUBLISHED,
    }
    return render(request, "cases/note.html", context)


@page("POST", fresh="Approuver cette note")
@once
def note_approve(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Approve the very note that was shown; the second approval publishes it."""
    row = _row(viewer, pk)
    here = reverse("cases:note", args=[pk])

    def act() -> str:
        actions.approve(viewer=viewer, note_id=row.pk, seen=request.POST.get("digest", ""))
        return here

    return act_once(request, act, done="Votre approbation est enregistrée.", back=here)


@page("POST")
@once
def note_drop(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Give up a note that is not published."""
    row = _row(viewer, pk)
    here = reverse("cases:note", args=[pk])

    def act() -> str:
        actions.drop(viewer=viewer, note_id=row.pk)
        return reverse("cases:notes")

    return act_once(request, act, done="Cette note est abandonnée.", back=here)


@page("GET", "POST", fresh="Retirer cette note")
@once
def note_withdraw(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Withdraw a published note, with a reason that the council reads."""
    row = _row(viewer, pk)
    here = reverse("cases:note", args=[pk])
    if row.state != ReleaseNote.State.PUBLISHED:
        raise Refused("note")
    form = WithdrawNoteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":

        def act() -> str:
            try:
                actions.withdraw(viewer=viewer, note_id=row.pk, reason=form.cleaned_data["reason"])
            except actions.NoteWords as refused:
                recording.denied(
                    viewer, "access.denied", commission=row.commission_id, purpose=refused.code
                )
                form.refuse(refused.findings, may_confirm=False)
                raise Explained from refused
            return here

        response = submit(request, form, act, done="La note est retirée.")
        if response is not None:
            return response
    recording.shown(viewer, "note.shown", commission=row.commission_id, objects=(row.pk,))
    context = {
        "heading": "Retirer cette note",
        "lead": "Elle disparaît des pages du conseil, qui lira ce motif.",
        "form": form,
        "submit": "Retirer la note",
        "submit_kind": "danger",
        "cancel_url": here,
    }
    return render(request, "ui/form_page.html", context)


@page("GET")
def missing_offers(request: Any, viewer: Viewer) -> HttpResponse:
    """Explain how missing offers go up, and offer to write a note; nothing is counted here."""
    if not viewer.commissions_with(ROLES):
        raise Refused("role")
    recording.shown(viewer, "list.shown")
    return render(request, "cases/missing_offers.html", {"offers": presenter.offers()})
