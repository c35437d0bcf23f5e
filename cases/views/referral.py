"""Refer a situation: gates, three screens that can be left and resumed, a word once it is sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cases import queries
from cases.access import recording
from cases.access.search import Found, asked_of, duplicates
from cases.actions import referrals
from cases.actions.drafts import DraftGone
from cases.domain.circuits import Advice, Circuit, Gate, advice, gates_of
from cases.domain.vocabulary import InformationOutcome, ReferrerCategory
from cases.forms.referral import STEPS, PersonStep, RequestStep, SituationStep, StepForm
from cases.forms.referral_person import CODED
from cases.forms.referral_start import GateForm, StartForm
from cases.models import Commission
from cases.permissions import MEMBER_ROLES, REFERRING_ROLES, Refused, Viewer, require_role
from cases.presenters import person
from cases.presenters.home import commission_choices
from cases.views import draft, lookup
from cases.views.doors import page
from cases.views.submission import once, submit
from clsm_core.accounts import receipts
from clsm_core.accounts.gate import has_second_factor
from clsm_core.ui.components import Step

NAMES = tuple(STEPS)
LATER, WITHOUT_NAME = "later", "without_name"


@page("GET", "POST")
@once
def referral_new(request: Any, viewer: Viewer) -> HttpResponse:
    """Ask about danger first: an emergency is never a referral (BR-08)."""
    commissions = list(queries.commissions(viewer, REFERRING_ROLES))
    if not commissions:
        raise Refused("role")
    form = StartForm(request.POST or None, commissions=commission_choices(commissions))
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["urgency"] == "oui":
            return render(request, "cases/referral_emergency.html", {"form": None})
        chosen = form.cleaned_data.get("commission")
        commission = lookup.commission(viewer, chosen, *REFERRING_ROLES)
        circuit = form.cleaned_data["circuit"] or Circuit.GENERAL.value
        held = draft.find(request, viewer)
        kept, draft_id = {"urgency": False}, None
        if held is not None and held[0].pk == commission.pk:
            _, draft_id, kept = held
        draft.keep(request, viewer, commission, {**kept, "circuit": circuit}, draft_id)
        if gates_of(Circuit(circuit)):
            return redirect("cases:referral_gate")
        return redirect("cases:referral_step", NAMES[0])
    context = {
        "form": form,
        "has_draft": draft.stands(request, viewer),
        "can_search": bool(viewer.commissions_with(MEMBER_ROLES)),
    }
    return render(request, "cases/referral_new.html", context)


@page("GET", "POST")
@once
def referral_gate(request: Any, viewer: Viewer) -> HttpResponse:
    """Ask a circuit's questions, and say who answers first before the form opens."""
    if not viewer.commissions_with(REFERRING_ROLES):
        raise Refused("role")
    held = draft.find(request, viewer)
    if held is None:
        return redirect("cases:referral_new")
    commission, draft_id, content = held
    circuit = circuit_of(content)
    if not gates_of(circuit):
        return redirect("cases:referral_step", NAMES[0])
    form = GateForm(request.POST if request.method == "POST" else None, circuit=circuit)
    said: tuple[Advice, ...] = ()
    if request.method == "POST" and form.is_valid():
        answers = form.answers()
        kept = {gate.value: answer.value for gate, answer in answers.items()}
        if Gate.VISITOR_RISK in answers:
            kept["visitor_risk"] = answers[Gate.VISITOR_RISK].value
        draft.keep(request, viewer, commission, {**content, **kept}, draft_id)
        said = advice(circuit, answers)
        if not said:
            return redirect("cases:referral_step", NAMES[0])
    context = {"form": form, "advice": said, "circuit": circuit.label}
    return render(request, "cases/referral_gate.html", context)


def circuit_of(content: dict[str, Any]) -> Circuit:
    """Return the circuit of a draft; one begun before circuits existed is general."""
    said = str(content.get("circuit") or "")
    return Circuit(said) if said in Circuit.codes() else Circuit.GENERAL


@page("GET", "POST")
@once
def referral_step(request: Any, viewer: Viewer, step: str) -> HttpResponse:
    """Show or keep one screen; the last one sends."""
    if step not in STEPS:
        raise Http404
    if not viewer.commissions_with(REFERRING_ROLES):
        raise Refused("role")
    held = draft.find(request, viewer)
    if held is None:
        if earlier := _earlier(request):
            return redirect(earlier)
        messages.warning(
            request,
            "Aucun brouillon ne peut être repris ici : un brouillon ne s’ouvre que dans le "
            "navigateur où il a été commencé, pendant quatorze jours.",
        )
        return redirect("cases:referral_new")
    commission, draft_id, content = held
    if request.method == "POST" and request.POST.get("action") == "drop":
        draft.forget(request, viewer, draft_id)
        messages.success(request, "Le brouillon est effacé.")
        return redirect("home")
    form = _form(request, viewer, commission, step, content)
    if request.POST.get("action") == WITHOUT_NAME and isinstance(form, PersonStep):
        form.is_valid()
        kept = {**content, **form.without_name()}
        draft.keep(request, viewer, commission, kept, draft_id)
        messages.info(request, "Le nom est resté avec vous : il n’est plus dans la saisine.")
        return redirect("cases:referral_step", step)
    known = Found()
    if request.method == "POST":
        try:
            known = _already_known(request, viewer, commission, form)
            response = _posted(request, viewer, commission, form, step, content, draft_id, known)
        except DraftGone as gone:
            # Two posts at once: this one waited for the other, which sent the referral.
            if earlier := _earlier(request):
                return redirect(earlier)
            recording.denied(viewer, "access.denied", commission=commission.pk, purpose=gone.code)
            messages.info(request, gone.message)
            return redirect("cases:my_referrals")
        if response is not None:
            return response
    recording.shown(
        viewer, "referral.shown", commission=commission.pk, objects=(draft_id,), purpose="draft"
    )
    context = {
        "form": form,
        "steps": _steps(step, content),
        "is_last": step == NAMES[-1],
        "known": person.found(known) if known else None,
        "known_headers": person.FOUND_HEADERS,
        "may_drop_name": isinstance(form, PersonStep) and form.may_drop_name,
    }
    return render(request, "cases/referral_step.html", context)


def _earlier(request: Any) -> str | None:
    """Return where the same post led meanwhile."""
    if request.method != "POST":
        return None
    return receipts.earlier_location(user=request.user, key=receipts.posted_key(request.POST))


def _form(
    request: Any, viewer: Viewer, commission: Commission, step: str, content: dict[str, Any]
) -> StepForm:
    _, kind = STEPS[step]
    options: dict[str, Any] = {"initial": kind.flat(content)}
    options["is_coded"] = content.get("identification") == CODED
    if kind is SituationStep:
        options["circuit"] = circuit_of(content).value
    if kind is RequestStep:
        informed = content.get("person_informed")
        options["is_unreachable"] = bool(informed) and informed != InformationOutcome.INFORMED
        options["initial"] = {"referrer_category": _category(viewer, commission), **content}
    return kind(request.POST if request.method == "POST" else None, **options)


def _category(viewer: Viewer, commission: Commission) -> str:
    mandate = viewer.mandate_in(commission.pk)
    kind = mandate.organisation_kind if mandate else ""
    return kind if kind in ReferrerCategory.codes() else ""


def _already_known(request: Any, viewer: Viewer, commission: Commission, form: StepForm) -> Found:
    """Look once for the person whom a member is about to refer (decision 25).

    Nothing is looked for in the name of a mere referrer: her page is the same, whatever exists.
    """
    is_asked = request.POST.get("action") != LATER and not request.POST.get("known")
    if not (isinstance(form, PersonStep) and is_asked and form.is_valid()):
        return Found()
    said = form.content()["identity"]
    return duplicates(viewer, commission, asked_of(said)) if said else Found()


def _posted(
    request: Any,
    viewer: Viewer,
    commission: Commission,
    form: StepForm,
    step: str,
    content: dict[str, Any],
    draft_id: Any,
    known: Found,
) -> HttpResponse | None:
    done = set(content.get("done", []))
    if known or not form.is_valid():
        kept = {**content, **form.typed(), "done": sorted(done - {step})}
        draft.keep(request, viewer, commission, kept, draft_id)
        if request.POST.get("action") == LATER:
            return _later(request)
        return None
    content = {**content, **form.content(), "done": sorted(done | {step})}
    draft.keep(request, viewer, commission, content, draft_id)
    if request.POST.get("action") == LATER:
        return _later(request)
    missing = [name for name in NAMES if name not in content["done"]]
    if missing:
        return redirect("cases:referral_step", missing[0])
    if step != NAMES[-1]:
        return redirect("cases:referral_step", NAMES[NAMES.index(step) + 1])
    return _send(request, viewer, commission, form, content, draft_id)


def _send(
    request: Any,
    viewer: Viewer,
    commission: Commission,
    form: StepForm,
    content: dict[str, Any],
    draft_id: Any,
) -> HttpResponse | None:
    def act() -> str:
        situation = referrals.send(viewer=viewer, commission=commission, content=content)
        draft.forget(request, viewer, draft_id)
        return reverse("cases:referral_sent", args=[situation.code])

    return submit(request, form, act)


def _later(request: Any) -> HttpResponse:
    messages.success(
        request, "Brouillon gardé quatorze jours, scellé ; reprenez-le depuis ce navigateur."
    )
    return redirect("home")


def _steps(current: str, content: dict[str, Any]) -> list[Step]:
    done = set(content.get("done", []))
    return [
        Step(
            label,
            reverse("cases:referral_step", args=[name]),
            is_done=name in done and name != current,
            is_current=name == current,
        )
        for name, (label, _) in STEPS.items()
    ]


@page("GET")
def referral_sent(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Say that a referral arrived, what follows, and ask for the second factor before reading."""
    answer = queries.answers(viewer).filter(code=code).first()
    if answer is None:
        raise Refused("referral")
    require_role(viewer, answer.commission_id, *REFERRING_ROLES)
    context = {"code": answer.code, "needs_second_factor": not has_second_factor(request.user)}
    return render(request, "cases/referral_sent.html", context)
