"""Pages of attendance: one form for all, and guests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import HttpResponse
from django.urls import reverse

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import either, form_page
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.council.views.found import gone
from clsm_core.governance.actions import attendance as actions
from clsm_core.governance.forms import people as forms
from clsm_core.governance.models import Attendance
from clsm_core.governance.presenters import attendance as presenters
from clsm_core.governance.presenters.names import name_of
from clsm_core.governance.presenters.stale import stale_rows
from clsm_core.governance.queries.attendance import possible_guests
from clsm_core.governance.views.meeting_doors import inside_or_404, page_of

PRESENCES = "#presences"


@either
@council_page(Act.MANAGE)
def record(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Note who came."""
    found = inside_or_404(request, pk)
    rows = presenters.expected(found)
    form = forms.AttendanceForm(request.POST or None, rows=rows)

    def act() -> str:
        at = now()
        actions.require_recordable(found, at)
        actions.record(meeting=found, lines=form.lines(), at=at)
        return page_of(council, found, PRESENCES)

    return form_page(
        request,
        form,
        act,
        heading="Présences",
        cancel_url=page_of(council, found),
        row=found,
        submit="Enregistrer les présences",
        done="Les présences sont enregistrées.",
        template="governance/meeting_attendance.html",
        stale_rows=stale_rows(form, found),
        **presenters.attendance_page(council, found, rows, form, at=now()),
    )


@either
@council_page(Act.MANAGE)
def guests(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Add guests on the spot."""
    found = inside_or_404(request, pk)
    form = forms.GuestsForm(request.POST or None, contacts=possible_guests(found))

    def act() -> str:
        actions.add_guests(meeting=found, contacts=form.cleaned_data["guests"])
        return page_of(council, found, PRESENCES)

    return form_page(
        request,
        form,
        act,
        heading="Ajouter des invités",
        cancel_url=page_of(council, found),
        lead="Une personne qui n’est pas dans l’annuaire s’y inscrit d’abord.",
        submit="Ajouter",
        **_nobody_to_invite(council, form),
    )


@either
@council_page(Act.MANAGE)
def remove(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Take a guest away."""
    row = Attendance.objects.filter(pk=pk, meeting__body__council=council, is_guest=True).first()
    if row is None:
        return gone(request)
    found = inside_or_404(request, row.meeting_id)
    row.meeting = found
    form = django_forms.Form(request.POST or None)

    def act() -> str:
        actions.remove_guest(row=row)
        return page_of(council, found, PRESENCES)

    return form_page(
        request,
        form,
        act,
        heading="Retirer un invité",
        cancel_url=page_of(council, found),
        lead=name_of(row.contact),
        submit="Retirer",
    )


def _nobody_to_invite(council: Council, form: Any) -> dict[str, Any]:
    """Say what to do first when everybody of the directory is on the list."""
    if form.is_bound or form.fields["guests"].queryset.exists():
        return {}
    return {
        "template": "governance/meeting_no_guests.html",
        "contact_url": reverse("directory:contact_create", args=[council.slug]),
    }
