"""Record what the person agrees to, or that she stops everything (C-04…C-13)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.access import agreement_history
from cases.actions import agreements
from cases.domain.agreement import AgreementGiver
from cases.forms.agreement import AgreementForm, WithdrawForm, moment_of
from cases.models import Situation
from cases.permissions import Viewer
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import Explained, once, submit

LEAD = (
    "Chaque expression s’ajoute aux précédentes ; aucune n’est effacée. La personne peut "
    "restreindre ou retirer son accord à tout moment, par tout moyen."
)
LIMITS_KEPT = " Les limites qu’elle avait posées sont reprises plus bas : relisez-les avec elle."


@page("GET", "POST")
@once
def agreement(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Record an agreement, or a dated exception to it."""
    situation = lookup.situation_for(viewer, code, "record_agreement")
    here = reverse("cases:situation", args=[code])
    form = _form(request, viewer, situation)
    if request.method == "POST":

        def act() -> str:
            try:
                agreements.record(
                    viewer=viewer,
                    situation=situation,
                    expression=form.expression(),
                    person=form.person(),
                    presence=form.cleaned_data["presence"],
                    accompaniment=form.cleaned_data["accompaniment"],
                    words=form.sealed_words(),
                )
            except agreements.InvalidAgreement as invalid:
                form.refuse(invalid.errors)
                raise Explained from invalid
            return here

        response = submit(request, form, act, done="L’accord est enregistré.")
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": f"Accord de la personne — {code}",
        "submit": "Enregistrer l’accord",
        "cancel_url": here,
        "lead": LEAD + (LIMITS_KEPT if form.keeps_limits else ""),
    }
    return render(request, "cases/grouped_form_page.html", context)


def _form(request: Any, viewer: Viewer, situation: Situation) -> AgreementForm:
    """Return the form with what the commission and the agreement before make of it."""
    before = agreement_history.before(situation)
    return AgreementForm(
        request.POST if request.method == "POST" else None,
        members=queries.members(situation.commission, viewer.at),
        at=viewer.at,
        lead=situation.lead_id,
        authors=agreement_history.authors(situation),
        before=before,
        names=agreement_history.names_in(before),
        is_anonymous=situation.is_anonymous,
        initial={
            "notice_version": situation.commission.notice_version,
            "expressed_on": viewer.at.date(),
        },
    )


@page("GET", "POST")
@once
def withdraw(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Record a withdrawal or an objection: everything stops at once (C-04)."""
    situation = lookup.situation_for(viewer, code, "withdraw")
    is_lead = situation.lead_id == viewer.user_id
    form = WithdrawForm(
        request.POST if request.method == "POST" else None,
        initial={"giver": AgreementGiver.PERSON.value, "expressed_on": viewer.at.date()},
    )
    if request.method == "POST":

        def act() -> str:
            data = form.cleaned_data
            try:
                agreements.withdraw(
                    viewer=viewer,
                    situation=situation,
                    kind=data["kind"],
                    giver=AgreementGiver(data["giver"]),
                    expressed_at=moment_of(data["expressed_on"], viewer.at),
                    refuses_statistics=data["refuses_statistics"],
                )
            except agreements.InvalidAgreement as invalid:
                form.refuse(invalid.errors)
                raise Explained from invalid
            # Withdrawn, the situation is gone for all but its lead: the list is what is left.
            if is_lead:
                return reverse("cases:situation", args=[code])
            return reverse("cases:situations")

        response = submit(
            request, form, act, done="C’est enregistré : le partage de la situation a cessé."
        )
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": f"Retrait ou opposition — {code}",
        "submit": "Arrêter le partage",
        "submit_kind": "danger",
        "cancel_url": reverse("cases:situation", args=[code]),
        "lead": "Les habilitations prennent fin, la situation quitte les ordres du jour et les "
        "écrans. Le référent la clôt. Aucune explication n’est demandée à la personne.",
    }
    return render(request, "ui/form_page.html", context)
