"""Links with other schemes, articulation meetings, the articulation table."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import form_page, posted
from clsm_core.council.access import council_page
from clsm_core.council.actions import rows
from clsm_core.council.exports import articulation_pdf as pdf_of_articulation
from clsm_core.council.forms.profile import ArticulationForm
from clsm_core.council.forms.schemes import MeetingForm, SchemeForm
from clsm_core.council.models import ArticulationMeeting, Council, SchemeLink
from clsm_core.council.permissions import Act
from clsm_core.council.presenters.schemes import articulation_page, schemes_page
from clsm_core.council.queries import schemes as query
from clsm_core.council.views.found import gone
from clsm_core.ui.attachment import attachment


def _url(council: Council) -> str:
    return reverse("council:schemes", args=[council.slug])


@require_GET
@council_page()
def show(request: Any, council: Council) -> HttpResponse:
    """List the links, what they hold, and who was met."""
    return render(request, "council/schemes.html", schemes_page(council, request.member))


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def new(request: Any, council: Council) -> HttpResponse:
    """Add a link."""
    form = SchemeForm(posted(request), instance=SchemeLink(council=council))

    def act() -> str:
        rows.add(row=form.save(commit=False))
        return _url(council)

    return form_page(
        request,
        form,
        act,
        heading="Ajouter un dispositif lié",
        cancel_url=_url(council),
        done="Le dispositif est enregistré.",
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def edit(request: Any, council: Council, scheme_id: UUID) -> HttpResponse:
    """Change a link; a scheme that is over keeps its line, with its last day."""
    row = query.scheme_of(council, scheme_id)
    if row is None:
        return gone(request)
    form = SchemeForm(posted(request), instance=row)

    def act() -> str:
        rows.change(row=form.save(commit=False))
        return _url(council)

    return form_page(
        request,
        form,
        act,
        heading="Modifier un dispositif lié",
        cancel_url=_url(council),
        row=row,
        done="Le dispositif est enregistré.",
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def new_meeting(request: Any, council: Council, scheme_id: UUID) -> HttpResponse:
    """Add a meeting with those who run a scheme."""
    scheme = query.scheme_of(council, scheme_id)
    if scheme is None:
        return gone(request)
    form = MeetingForm(posted(request), instance=ArticulationMeeting(scheme=scheme))

    def act() -> str:
        rows.add(row=form.save(commit=False))
        return _url(council)

    return form_page(
        request,
        form,
        act,
        heading="Ajouter une réunion d’articulation",
        cancel_url=_url(council),
        done="La réunion est enregistrée.",
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def remove_meeting(request: Any, council: Council, meeting_id: UUID) -> HttpResponse:
    """Take a meeting out, after a confirmation."""
    row = query.meeting_of(council, meeting_id)
    if row is None:
        return gone(request)

    def act() -> str:
        rows.remove(row=row)
        return _url(council)

    return form_page(
        request,
        Form(posted(request)),
        act,
        heading="Retirer une réunion d’articulation",
        lead="Elle ne comptera plus dans le suivi de l’articulation.",
        cancel_url=_url(council),
        submit="Retirer",
        submit_kind="danger",
        done="La réunion est retirée.",
    )


@require_GET
@council_page()
def articulation(request: Any, council: Council) -> HttpResponse:
    """Show the table CLS / CLSM / PTSM."""
    return render(request, "council/articulation.html", articulation_page(council, request.member))


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def own_column(request: Any, council: Council) -> HttpResponse:
    """Write the council's own column of the table."""
    form = ArticulationForm(posted(request), instance=council)
    url = reverse("council:articulation", args=[council.slug])

    def act() -> str:
        rows.change(row=form.save(commit=False))
        return url

    return form_page(
        request,
        form,
        act,
        heading="Le conseil dans le tableau d’articulation",
        cancel_url=url,
        row=council,
        done="La colonne du conseil est enregistrée.",
    )


@require_GET
@council_page()
def articulation_pdf(request: Any, council: Council) -> HttpResponse:
    """Give the table to print."""
    return attachment(pdf_of_articulation(council, at=now()), "articulation.pdf")
