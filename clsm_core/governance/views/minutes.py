"""Pages of minutes, from the first word to the mail that carries them (D-06)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import HttpResponse

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import either, form_page
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.governance.actions import minutes as actions
from clsm_core.governance.forms import minutes as forms
from clsm_core.governance.models import Meeting
from clsm_core.governance.presenters import minutes as presenters
from clsm_core.governance.presenters import minutes_paper
from clsm_core.governance.presenters.stale import stale_rows
from clsm_core.governance.queries import meetings as queries
from clsm_core.governance.views.meeting_doors import inside_or_404, page_of, signed_off_or_404

MINUTES = "#compte-rendu"


@either
@council_page(Act.MANAGE)
def write(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Write the minutes, point by point."""
    found = inside_or_404(request, pk)
    form = forms.MinutesForm(
        request.POST or None,
        meeting=found,
        points=queries.points_of(found),
        known_names=presenters.known_names(found),
    )

    def act() -> str:
        actions.write(meeting=found, text=form.cleaned_data["minutes_text"], notes=form.notes())
        return page_of(council, found, MINUTES)

    return form_page(
        request,
        form,
        act,
        heading="Rédiger le compte rendu",
        cancel_url=page_of(council, found),
        row=found,
        done="Le compte rendu est enregistré.",
        template="governance/meeting_minutes.html",
        stale_rows=stale_rows(form, found),
        **presenters.write_page(council, found),
    )


@either
@council_page(Act.MANAGE)
def finish(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Say that minutes are written."""
    found = inside_or_404(request, pk)
    return _step(
        request,
        council,
        found,
        lambda: actions.finish(meeting=found),
        heading="Soumettre le compte rendu à la validation",
        lead="La présidence, la co-animation ou la coordination le relit et le valide.",
        submit="Soumettre à la validation",
        done="Le compte rendu attend sa validation.",
        remarks=presenters.remarks(found),
    )


@either
@council_page()
def validate(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Show the minutes whole, then validate them as they were read."""
    found = signed_off_or_404(request, pk)
    told = minutes_paper.content_of(found)
    form = django_forms.Form(request.POST or None)

    def act() -> str:
        actions.validate(
            meeting=found,
            seen=request.POST.get("seen", ""),
            draw=minutes_paper.draw,
            by=request.user,
            at=now(),
        )
        return page_of(council, found, MINUTES)

    # No version of the row: the fingerprint says more, decisions and names included.
    return form_page(
        request,
        form,
        act,
        heading="Valider le compte rendu",
        cancel_url=page_of(council, found),
        submit="Valider",
        done="Le compte rendu est validé. Il peut être diffusé.",
        template="governance/meeting_validate.html",
        council=council,
        meeting=found,
        told=told,
        hidden={"seen": told.fingerprint},
        remarks=presenters.remarks(found),
    )


@either
@council_page(Act.MANAGE)
def circulate(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Send validated minutes."""
    found = inside_or_404(request, pk)
    return _step(
        request,
        council,
        found,
        lambda: actions.circulate(meeting=found, by=request.user, at=now()),
        heading="Diffuser le compte rendu",
        lead=presenters.circulation(found),
        submit="Envoyer le compte rendu",
        done="Le compte rendu part. Cette page dit ce que devient chaque envoi.",
    )


@either
@council_page()
def reopen(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Reopen validated minutes."""
    found = signed_off_or_404(request, pk)
    form = forms.ReopenForm(request.POST or None)

    def act() -> str:
        reason = form.cleaned_data["reason"]
        actions.reopen(meeting=found, reason=reason, by=request.user, at=now())
        return page_of(council, found, MINUTES)

    return form_page(
        request,
        form,
        act,
        heading="Corriger le compte rendu validé",
        cancel_url=page_of(council, found),
        row=found,
        lead="Il redevient un brouillon, n’est plus publié, et devra être validé de nouveau.",
        submit="Rouvrir",
        submit_kind="danger",
        done="Le compte rendu est rouvert.",
    )


@either
@council_page()
def publish(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Show validated minutes to the public."""
    found = signed_off_or_404(request, pk)
    return _step(
        request,
        council,
        found,
        lambda: actions.publish(meeting=found, is_published=True),
        heading="Publier le compte rendu",
        lead="Le texte, les points et les décisions sont montrés au public, sans les noms des"
        " personnes présentes. Relisez-les : aucune situation individuelle ne doit s’y trouver.",
        submit="Publier",
        done="Le compte rendu est publié.",
    )


@either
@council_page()
def unpublish(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Stop showing minutes to the public."""
    found = signed_off_or_404(request, pk)
    return _step(
        request,
        council,
        found,
        lambda: actions.publish(meeting=found, is_published=False),
        heading="Retirer le compte rendu de la page publique",
        submit="Ne plus publier",
        done="Le compte rendu n’est plus publié.",
    )


def _step(
    request: Any,
    council: Council,
    meeting: Meeting,
    step: Callable[[], Any],
    *,
    remarks: list[str] | None = None,
    **words: Any,
) -> HttpResponse:
    """Answer a confirmation without a field."""
    form = django_forms.Form(request.POST or None)

    def act() -> str:
        step()
        return page_of(council, meeting, MINUTES)

    return form_page(
        request,
        form,
        act,
        cancel_url=page_of(council, meeting),
        row=meeting,
        template="governance/meeting_step.html",
        remarks=remarks or [],
        **words,
    )
