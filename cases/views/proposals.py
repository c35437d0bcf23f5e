"""One proposal: the person's answer, and where the work stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases.access import situations, summaries
from cases.access.facts import ProposalView
from cases.actions import proposals as actions
from cases.actions.sealing import StaleEdit
from cases.domain.vocabulary import AnswerOfPerson
from cases.forms.restitution import AnswerForm, ProgressForm
from cases.permissions import Refused, Viewer
from cases.presenters.situation import proposal_title
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import Explained, found_locked, once, say_locked, submit
from clsm_core.ui.templatetags.ui import day


@dataclass(frozen=True)
class _Opened:
    """A proposal on its page, and what the viewer may do with it."""

    code: str
    acts: frozenset[str]
    proposal: ProposalView


def _open(viewer: Viewer, pk: UUID, *, is_locked: bool) -> _Opened:
    """Open a proposal; without its words when the vault is closed. Raises: Refused, VaultLocked."""
    _, situation = actions.find(viewer, pk)
    if is_locked:
        acts = lookup.acts(viewer, situation)
        proposals, _ = summaries.proposals(situation, ())
    else:
        opened = situations.open_situation(viewer, situation.code)
        acts, proposals = opened.acts, opened.proposals
    for proposal in proposals:
        if proposal.id == pk and acts & {"answer", "progress"}:
            return _Opened(situation.code, acts, proposal)
    raise Refused("proposal", commission=situation.commission_id, objects=(situation.pk,))


@page("GET", "POST")
@once
def proposal(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Show a proposal; take the person's answer, or where the work stands."""
    is_locked = found_locked(request, viewer)
    opened = _open(viewer, pk, is_locked=is_locked)
    shown = opened.proposal
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
    here = reverse("cases:situation", args=[opened.code])
    response = None
    if is_locked and posted:
        say_locked(answering if posted == "answer" else progressing)
    elif posted == "answer":
        response = _answer(request, viewer, pk, answering, here)
    elif posted == "progress":
        response = _progress(request, viewer, pk, progressing, here)
    elif posted:
        response = redirect(request.path)
    if response is not None:
        return response
    # Without the vault, only the form that was posted comes back.
    can_answer = posted == "answer" if is_locked else shown.readable
    can_progress = posted == "progress" if is_locked else shown.readable
    context = {
        "code": opened.code,
        "proposal": shown,
        "title": proposal_title(shown),
        "facts": _facts(shown),
        "answering": answering if can_answer and "answer" in opened.acts else None,
        "progressing": progressing if can_progress and _may_progress(opened, shown) else None,
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


def _may_progress(opened: _Opened, shown: ProposalView) -> bool:
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
