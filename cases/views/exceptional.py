"""Break-glass and the DPO's control: ask, confirm, close, follow up (security.md §2.4, C-73)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.access import exceptional_register as register
from cases.access import exceptional_words, recording, sleeping
from cases.actions import exceptional as actions
from cases.actions import exceptional_endings as endings
from cases.domain.exceptional import CONCLUSIONS
from cases.domain.sections import Section
from cases.forms.exceptional import ControlForm, EmergencyForm, FollowUpForm
from cases.permissions import Refused, Role, Viewer
from cases.presenters import exceptional as presenter
from cases.presenters import listing
from cases.views.doors import page
from cases.views.submission import act_once, once, submit

CONFIRM, DECLINE, END = "confirm", "decline", "end"
DONE = {
    CONFIRM: "L’accès est ouvert. La DPO et la personne référente en sont prévenues.",
    DECLINE: "La demande est écartée : rien n’a été ouvert.",
    END: "L’accès est refermé.",
}


@page("GET")
def exceptional(request: Any, viewer: Viewer) -> HttpResponse:
    """List the exceptional accesses that the viewer may know of."""
    number_asked = listing.page_asked(request.GET.dict())
    lines, number = register.register(viewer, number_asked)
    pages = Paginator(range(number), register.LINES_A_PAGE)
    context = {
        "rows": presenter.rows(lines),
        "headers": presenter.HEADERS,
        "page": pages.get_page(number_asked),
        "sleeps": bool(viewer.commissions_with([Role.DEPOSITARY])),
        "is_dpo": bool(viewer.commissions_with([Role.DPO])),
    }
    return render(request, "cases/exceptional.html", context)


@page("GET")
def sleeping_list(request: Any, viewer: Viewer) -> HttpResponse:
    """List the situations in which the depositary's right sleeps."""
    found = sleeping.situations(viewer)
    code = request.GET.get("code", "").strip().upper()
    if code:
        found = [one for one in found if code in one.code]
    pages = Paginator(found, register.LINES_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": presenter.sleeping_rows(pages),
        "headers": presenter.SLEEPING_HEADERS,
        "page": pages,
        "code": code,
        "query": urlencode({"code": code}) if code else "",
    }
    return render(request, "cases/sleeping.html", context)


@page("GET", "POST", fresh="Demander un accès d’urgence")
@once
def emergency_ask(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Ask to read in an emergency; what would open is shown first, and looking is recorded."""
    found = sleeping.situation(viewer, code)
    form = EmergencyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":

        def act() -> str:
            row = actions.ask_emergency(viewer=viewer, code=code, **form.cleaned_data)
            return reverse("cases:exceptional_access", args=[row.pk])

        response = submit(
            request,
            form,
            act,
            done="Demande enregistrée. Appelez une seconde personne : elle la confirme ici.",
        )
        if response is not None:
            return response
    opened = sleeping.preview(viewer, found)
    context = {
        "form": form,
        "code": code,
        "lead": found.lead_name,
        "opened": presenter.section_words(opened.sections),
        "refusal": opened.refusal,
    }
    return render(request, "cases/emergency_ask.html", context)


@page("GET", "POST", fresh="Demander à lire une situation pour un contrôle")
@once
def control_ask(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Ask, as the DPO, to read sections of a situation for a day."""
    situation = actions.controlled(viewer, code)
    form = ControlForm(
        request.POST if request.method == "POST" else None,
        sections=[(one, Section(one).label) for one in actions.CONTROLLABLE],
    )
    if request.method == "POST":

        def act() -> str:
            row = actions.ask_control(viewer=viewer, situation=situation, **form.cleaned_data)
            return reverse("cases:exceptional_access", args=[row.pk])

        response = submit(request, form, act, done="Demande enregistrée : l’animation y répond.")
        if response is not None:
            return response
    context = {
        "form": form,
        "code": code,
        "is_closed": situation.is_withdrawn or situation.is_limited,
    }
    return render(request, "cases/control_ask.html", context)


def _title(request: Any, *args: Any, **kwargs: Any) -> str:
    """Declining and closing give nothing away: only confirming asks for the secret."""
    return "Confirmer un accès" if request.POST.get("action") == CONFIRM else ""


@page("GET", "POST", fresh=_title)
@once
def exceptional_access(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Show an access and its reason, or confirm, decline, close it."""
    row, line = register.find(viewer, pk)
    commission = line.place.commission_id
    if request.method == "POST":
        chosen = request.POST.get("action", "")
        if chosen not in DONE:
            raise Refused("exceptional", commission=commission, objects=(line.place.id, pk))

        def act() -> str:
            decided = {CONFIRM: actions.confirm, DECLINE: actions.decline, END: endings.end}
            decided[chosen](viewer=viewer, pk=pk)
            messages.success(request, DONE[chosen])
            return reverse("cases:exceptional_access", args=[pk])

        return act_once(request, act, done="", back=reverse("cases:exceptional_access", args=[pk]))
    recording.shown(viewer, "exceptional.shown", commission=commission, objects=(line.place.id, pk))
    words = exceptional_words.opened(viewer, row, exceptional_words.WORDS, commission=commission)
    concluded = exceptional_words.opened(
        viewer, row, exceptional_words.CONCLUSION, commission=commission
    )
    is_dpo = viewer.holds(commission, Role.DPO)
    opened = register.opened_sections(row) if is_dpo else None
    context = {
        "line": line,
        "code": line.place.code or presenter.NO_CODE,
        "facts": presenter.facts(line, words),
        "review": presenter.review_facts(line, concluded, opened),
        "is_open": line.status is register.Status.OPEN,
        "is_waiting": line.status is register.Status.WAITING,
        "is_own": line.asked_by == viewer.user_id,
    }
    return render(request, "cases/exceptional_access.html", context)


@page("GET", "POST")
@once
def exceptional_follow_up(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Conclude on an access, as the DPO."""
    _, line = register.find(viewer, pk)
    if not viewer.holds(line.place.commission_id, Role.DPO) or line.follow_up_due_at is None:
        raise Refused(
            "exceptional", commission=line.place.commission_id, objects=(line.place.id, pk)
        )
    here = reverse("cases:exceptional_access", args=[pk])
    form = FollowUpForm(
        request.POST if request.method == "POST" else None, conclusions=CONCLUSIONS[line.kind]
    )
    if request.method == "POST":

        def act() -> str:
            endings.follow_up(viewer=viewer, pk=pk, **form.cleaned_data)
            return here

        response = submit(request, form, act, done="Conclusion enregistrée.")
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": f"Conclure — {line.place.code or presenter.NO_CODE}",
        "submit": "Enregistrer la conclusion",
        "cancel_url": here,
        "lead": "Comparez le motif à ce qui a été réellement ouvert. La personne référente et "
        "l’animation lisent la conclusion.",
    }
    return render(request, "ui/form_page.html", context)
