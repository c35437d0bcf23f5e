"""Pages of the annual reports: list, one report, comments, validation, publication."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import either, form_page
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.reports.actions import reports as actions
from clsm_core.reports.forms import CommentForm, StartForm
from clsm_core.reports.models import AnnualReport, ReportPart
from clsm_core.reports.presenters import pages as presenters
from clsm_core.reports.presenters.papers import validated_pdfs
from clsm_core.reports.presenters.report import content_of
from clsm_core.reports.queries import reports as queries
from clsm_core.reports.views.doors import report_or_404, year_or_404
from clsm_core.roadmap.queries.counts.years import past_years


def _url(council: Council, report: AnnualReport) -> str:
    return reverse("reports:report", args=[council.slug, report.year])


@require_safe
@council_page()
def home(request: Any, council: Council) -> HttpResponse:
    """List the reports that one may read."""
    found = queries.listed(queries.visible_reports(request.member))
    return render(request, "reports/home.html", presenters.home_page(request.member, found))


@require_safe
@council_page()
def report(request: Any, council: Council, year: int) -> HttpResponse:
    """Show the report of a year, part by part."""
    found = report_or_404(request, year)
    page = presenters.report_page(request.member, found, year_or_404(request, year))
    return render(request, "reports/report.html", page)


@either
@council_page(Act.MANAGE)
def new(request: Any, council: Council) -> HttpResponse:
    """Start the report of a year."""
    taken = queries.years_taken(council)
    years = [one for one in past_years(request.member.today) if one not in taken]
    form = StartForm(request.POST or None, years=years)

    def act() -> str:
        return _url(council, actions.start(council=council, year=form.cleaned_data["year"]))

    return form_page(
        request,
        form,
        act,
        heading="Commencer un bilan",
        cancel_url=reverse("reports:home", args=[council.slug]),
        lead="Tableaux et graphiques se remplissent seuls. Vous ajoutez vos commentaires, puis la"
        " présidence, la co-animation ou vous-même validez.",
        submit="Commencer",
        done="Le bilan est commencé. Relisez chaque partie et commentez-la.",
    )


@either
@council_page(Act.MANAGE)
def comment(request: Any, council: Council, year: int, part: str) -> HttpResponse:
    """Write the comment of one part of a draft."""
    if part not in ReportPart.values:
        raise Http404
    found = report_or_404(request, year)
    if found.is_validated and request.method != "POST":
        raise Http404
    kind = ReportPart(part)
    form = CommentForm(request.POST or None, report=found, part=kind)

    def act() -> str:
        actions.comment(report=found, part=kind, text=form.text)
        return f"{_url(council, found)}#{kind.value}"

    return form_page(
        request,
        form,
        act,
        heading=f"Commenter : {kind.label}",
        cancel_url=f"{_url(council, found)}#{kind.value}",
        row=found,
        done="Le commentaire est enregistré.",
    )


@either
@council_page(Act.VALIDATE)
def validate(request: Any, council: Council, year: int) -> HttpResponse:
    """Freeze a report."""
    found = report_or_404(request, year)
    span = year_or_404(request, year)
    if found.is_validated and request.method != "POST":
        raise Http404
    unfinished = "" if span.is_over else " L’année n’est pas finie : ses chiffres s’arrêtent là."

    def act() -> str:
        at = now()
        content = content_of(council, span, found.comments)
        everybody, steering = validated_pdfs(content, at=at)
        actions.validate(
            report=found,
            content=content,
            document=everybody,
            steering_document=steering,
            by=request.user,
            on=timezone.localdate(at),
        )
        return _url(council, found)

    return form_page(
        request,
        Form(request.POST or None),
        act,
        heading=f"Valider le bilan {year}",
        cancel_url=_url(council, found),
        row=found,
        lead="Une fois validé, le bilan ne change plus : ses chiffres, ses commentaires et son"
        " document sont gardés tels quels, même si les données changent ensuite. Tous les membres"
        " du conseil pourront le lire, sans la partie sur la commission : elle reste au comité de"
        f" pilotage, dans une édition à part.{unfinished}",
        submit="Valider et figer",
        done="Le bilan est validé.",
    )


@either
@council_page(Act.VALIDATE)
def publish(request: Any, council: Council, year: int) -> HttpResponse:
    """Show a validated report to anybody."""
    found = report_or_404(request, year)
    if not found.is_validated:
        raise Http404
    closed = (
        ""
        if council.is_published
        else " La page publique du conseil est fermée : le bilan s’y lira dès qu’elle ouvrira."
    )
    return form_page(
        request,
        Form(request.POST or None),
        lambda: _url(council, actions.publish(report=found)),
        heading=f"Publier le bilan {year}",
        cancel_url=_url(council, found),
        row=found,
        lead="N’importe qui pourra lire et enregistrer son document, sans compte. La partie sur la"
        f" commission n’y est pas : elle reste au comité de pilotage.{closed}",
        submit="Publier",
        done="Le bilan est publié.",
    )


@either
@council_page(Act.VALIDATE)
def unpublish(request: Any, council: Council, year: int) -> HttpResponse:
    """Take a report away from the public page."""
    found = report_or_404(request, year)
    if not found.is_validated:
        raise Http404
    return form_page(
        request,
        Form(request.POST or None),
        lambda: _url(council, actions.unpublish(report=found)),
        heading=f"Retirer le bilan {year} de la page publique",
        cancel_url=_url(council, found),
        row=found,
        lead="Le bilan reste lisible par les membres du conseil. Qui l’a déjà enregistré le garde.",
        submit="Retirer",
        done="Le bilan n’est plus public.",
    )
