"""Hand over a copy of a situation on paper: numbered, marked on every page, made in memory."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases.access import agreements
from cases.access import situations as access
from cases.access.situations import require_vault
from cases.actions import exports
from cases.domain.exceptions import DomainError
from cases.domain.sections import Section
from cases.forms.exports import ExportForm
from cases.permissions import Viewer
from cases.policies import require_exportable
from cases.presenters import exports as presenter
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import once, submit
from clsm_core.ui.pdf import compile_pdf


@page("GET", "POST", fresh="Remettre une copie de la situation")
@once
def export(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Choose what a copy holds, then hand it over as a PDF."""
    situation = lookup.situation_for(viewer, code, exports.EXPORT)
    if request.method == "GET":
        require_vault(viewer)
    form = ExportForm(
        request.POST if request.method == "POST" else None,
        readable=exports.sections(viewer, situation),
    )
    here = reverse("cases:situation", args=[code])
    made: list[bytes] = []
    if request.method == "POST":

        def act() -> str:
            said, wanted = form.cleaned_data, form.wanted()
            copy = exports.hand_over(
                viewer=viewer, situation=situation, wanted=wanted, reason=said["reason"]
            )
            identity = (
                access.reveal_identity(viewer, code) if Section.IDENTITY.value in wanted else None
            )
            content = presenter.content(
                access.open_situation(viewer, code, wanted=wanted),
                wanted,
                copy,
                reason=said["reason"],
                holder=_holder(viewer, situation.commission_id),
                identity=identity,
            )
            title = f"Situation {code}, exemplaire {copy.number}"
            made.append(compile_pdf(presenter.TEMPLATE, content, at=copy.at, title=title))
            return here

        if submit(request, form, act) is not None:
            response = HttpResponse(made[0], content_type="application/pdf")
            response.headers["Content-Disposition"] = f'attachment; filename="copie-{code}.pdf"'
            response.csp_sandbox = True
            return response
    context = {
        "form": form,
        "code": code,
        "here": here,
        "refusal": _refusal(viewer, situation),
    }
    return render(request, "cases/export.html", context)


def _refusal(viewer: Viewer, situation: Any) -> str:
    """Say why no copy may be made now, nothing when one may."""
    try:
        require_exportable(situation, agreements.status(situation, viewer.at))
    except DomainError as refused:
        return refused.message
    return ""


def _holder(viewer: Viewer, commission: Any) -> str:
    mandate = viewer.mandate_in(commission)
    structure = mandate.organisation if mandate else ""
    return ", ".join(filter(None, (viewer.user.full_name, structure)))
