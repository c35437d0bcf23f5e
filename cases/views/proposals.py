"""One proposal: the person's answer, and where the work stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.access import situations
from cases.access.facts import OpenSituation, ProposalView
from cases.actions import proposals as actions
from cases.actions.sealing import StaleEdit
from cases.domain.vocabulary import AnswerOfPerson
from cases.forms.restitution import AnswerForm, ProgressForm
from cases.permissions import Refused, Viewer
from cases.presenters.situation import proposal_title
from cases.views.doors import page
from cases.views.submission import Explained, once, submit
from clsm_core.ui.templatetags.ui import day


def _open(viewer: Viewer, pk: UUID) -> tuple[OpenSituation, ProposalView]:
    _, situation = actions.find(viewer, pk)
    opened = situations.open_situation(viewer, situation.code)
    for proposal in opened.proposals:
        if proposal.id == pk and opened.acts & {"answer", "progress"}:
            return opened, proposal
    raise Refused("proposal", commission=situation.commission_id, objects=(situation.pk,))


@page("GET", "POST")
@once
def proposal(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Show a proposal; take the person's answer, or where the work stands."""
    opened, shown = _open(viewer, pk)
    today = viewer.at.date()
    posted = request.POST.get("action") if request.method == "POST" else ""
    answering = AnswerForm(
        request.POST if posted == "answer" else None,
        today=today,
        initial={"answer": shown.answer, "on": today},
        prefix="avis",
    )
    progressing = ProgressForm(
        request.POST if posted == "progress" else None,
        initial={"status": shown.status},
        prefix="etat",
    )
    here = reverse("cases:situation", args=[opened.situation.code])
    response = None
    if posted == "answer":
        response = _answer(request, viewer, pk, answering, here)
    elif posted == "progress":
        response = _progress(request, viewer, pk, progressing, here)
    elif posted:
        response = redirect(request.path)
    if response is not None:
        return response
    context = {
        "code": opened.situation.code,
        "proposal": shown,
        "title": proposal_title(shown),
        "facts": _facts(shown),
        "answering": answering if shown.readable and "answer" in opened.acts else None,
        "progressing": progressing if shown.readable and _may_progress(opened, shown) else None,
        "is_waiting": shown.answer == AnswerOfPerson.PENDING.value,
        "form": answering if posted == "answer" else progressing,
    }
    return render(request, "cases/proposal.html", context)


def _answer(
    request: Any, viewer: Viewer, pk: UUID, form: AnswerForm, here: str
) -> HttpResponse | None:
    def act() -> str:
        data = form.cleaned_data
        actions.answer(viewer=viewer, proposal_id=pk, answer=data["answer"], on=data["on"])
        return here

    return submit(request, form, act, done="L’avis de la personne est noté.")


def _progress(
    request: Any, viewer: Viewer, pk: UUID, form: ProgressForm, here: str
) -> HttpResponse | None:
    version = request.POST.get("version", "")

    def act() -> str:
        data = form.cleaned_data
        try:
            actions.progress(
                viewer=viewer,
                proposal_id=pk,
                status=data["status"],
                reason=data["reason"],
                version=int(version) if version.isdigit() else 0,
            )
        except StaleEdit as stale:
            form.add_error(
                None,
                "Quelqu’un a changé l’état de cette proposition entre-temps : l’état enregistré "
                "est affiché plus haut. Vérifiez, puis enregistrez de nouveau.",
            )
            raise Explained from stale
        return here

    response = submit(request, form, act)
    if response is not None:
        messages.success(request, "L’avancement est noté.")
    return response


def _may_progress(opened: OpenSituation, shown: ProposalView) -> bool:
    """Tell whether the work may be noted: nothing starts before the person answered."""
    return "progress" in opened.acts and shown.answer != AnswerOfPerson.PENDING.value


def _facts(shown: ProposalView) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = [
        ("Nature", shown.kind_label),
        ("Qui s’en charge", shown.holder),
        ("Échéance", day(shown.due_on)),
        ("Avis de la personne", shown.answer_label),
        ("Avis donné le", day(shown.answered_on)),
        ("État", shown.status_label),
    ]
    return [fact for fact in found if fact[1]]
