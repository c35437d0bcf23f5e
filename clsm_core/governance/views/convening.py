"""Pages by which a meeting is convened."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import HttpResponse

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import either, form_page
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.governance.actions import convening as actions
from clsm_core.governance.actions import letters
from clsm_core.governance.forms import people as forms
from clsm_core.governance.presenters import convening as presenters
from clsm_core.governance.queries.attendance import possible_guests
from clsm_core.governance.views.meeting_doors import inside_or_404, page_of


@either
@council_page(Act.MANAGE)
def convene(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Show who is called and the mail, then send it to each."""
    found = inside_or_404(request, pk)
    at = now()
    form = forms.ConveneForm(
        request.POST or None,
        initial={"message": found.message},
        contacts=possible_guests(found),
    )

    def act() -> str:
        actions.convene(
            meeting=found,
            guests=form.cleaned_data.get("guests", ()),
            message=form.cleaned_data["message"],
            by=request.user,
            at=now(),
        )
        return page_of(council, found)

    return form_page(
        request,
        form,
        act,
        heading="Convoquer de nouveau" if found.convened_at else "Convoquer",
        cancel_url=page_of(council, found),
        row=found,
        submit="Envoyer les convocations",
        done="Les convocations partent. Cette page dit ce que devient chacune.",
        template="governance/meeting_convene.html",
        has_guests="guests" in form.fields,
        **presenters.convene_page(council, found, at=at),
    )


@either
@council_page(Act.MANAGE)
def send_again(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Send again what failed or was interrupted."""
    found = inside_or_404(request, pk)
    form = django_forms.Form(request.POST or None)

    def act() -> str:
        letters.ask_again(meeting=found, by=request.user, at=now())
        return page_of(council, found, "#courriers")

    return form_page(
        request,
        form,
        act,
        heading="Renvoyer ce qui n’est pas parti",
        cancel_url=page_of(council, found),
        lead="Ce qui a échoué ou s’est interrompu est envoyé de nouveau. Un envoi interrompu a pu"
        " arriver : son destinataire le recevra alors deux fois.",
        submit="Renvoyer",
        done="L’envoi reprend.",
    )
