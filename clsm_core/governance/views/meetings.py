"""Pages of meetings: their list, one of them, planning, changing, cancelling."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import either, form_page
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.governance.actions import cancelling
from clsm_core.governance.actions import meetings as actions
from clsm_core.governance.forms import meetings as forms
from clsm_core.governance.models import Meeting
from clsm_core.governance.presenters import meeting_list, meeting_year
from clsm_core.governance.presenters import meetings as presenters
from clsm_core.governance.queries import backlog
from clsm_core.governance.queries import meetings as queries
from clsm_core.governance.recurrence import Rhythm
from clsm_core.governance.times import when
from clsm_core.governance.views.meeting_doors import inside_or_404, meeting_or_404, page_of
from clsm_core.ui.attachment import attachment


@require_safe
@council_page()
def meetings(request: Any, council: Council) -> HttpResponse:
    """List the meetings: the next ones, then a year of past ones."""
    page = meeting_list.list_page(
        request.member,
        at=now(),
        body=request.GET.get("instance", ""),
        year=request.GET.get("annee", ""),
    )
    return render(request, "governance/meetings.html", page)


@require_safe
@council_page()
def year(request: Any, council: Council, year: int) -> HttpResponse:
    """Count the meetings of a year and who came."""
    _require_year(year)
    page = meeting_year.year_page(request.member, year)
    return render(request, "governance/meetings_year.html", page)


@require_safe
@council_page()
def year_csv(request: Any, council: Council, year: int) -> HttpResponse:
    """Give the figures of a year as a table."""
    _require_year(year)
    content = meeting_year.year_table(request.member, year, at=now())
    return attachment(content, f"reunions-{year}.csv")


def _require_year(year: int) -> None:
    """Demand a year that the calendar knows. Raises: Http404."""
    if not 1900 <= year <= 2999:
        raise Http404


@require_safe
@council_page()
def meeting(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Show one meeting: where it stands, what is expected."""
    found = meeting_or_404(request, pk)
    if queries.is_inside(request.member, found):
        page = presenters.meeting_page(request.member, found, at=now())
        return render(request, "governance/meeting.html", page)
    page = presenters.published_page(council, found)
    return render(request, "governance/meeting_published.html", page)


@either
@council_page(Act.MANAGE)
def new(request: Any, council: Council) -> HttpResponse:
    """Plan one meeting."""
    form = forms.NewMeetingForm(
        request.POST or None,
        initial={"body": request.GET.get("instance")},
        bodies=queries.open_bodies(council, request.member.today),
        templates=backlog.templates_of(council),
    )

    def act() -> str:
        fields = dict(form.cleaned_data)
        made = actions.plan(
            body=fields.pop("body"), template=fields.pop("template", None), fields=_kept(fields)
        )
        return page_of(council, made)

    return form_page(
        request,
        form,
        act,
        heading="Planifier une réunion",
        cancel_url=reverse("governance:meetings", args=[council.slug]),
        lead="Personne n’est prévenu pour l’instant : la convocation part quand vous le décidez.",
        submit="Planifier",
        done="La réunion est planifiée. Préparez son ordre du jour, puis convoquez.",
        **_no_body(council, form),
    )


@either
@council_page(Act.MANAGE)
def series(request: Any, council: Council) -> HttpResponse:
    """Plan meetings that come back."""
    form = forms.SeriesForm(
        request.POST or None,
        initial={"body": request.GET.get("instance")},
        bodies=queries.open_bodies(council, request.member.today),
        templates=backlog.templates_of(council),
    )
    list_url = reverse("governance:meetings", args=[council.slug])

    def act() -> str:
        fields = dict(form.cleaned_data)
        made = actions.plan_series(
            body=fields.pop("body"),
            template=fields.pop("template", None),
            first=fields.pop("starts_at"),
            every_months=fields.pop("every_months"),
            count=fields.pop("count"),
            rhythm=Rhythm(fields.pop("rhythm")),
            fields=_kept(fields),
        )
        return f"{list_url}?instance={made.body_id}"

    return form_page(
        request,
        form,
        act,
        heading="Planifier une série",
        cancel_url=list_url,
        lead="Des réunions à la même heure et au même lieu. Chacune se modifie ensuite.",
        submit="Planifier la série",
        done="La série est planifiée. Vérifiez les dates : les jours fériés ne sont pas connus.",
        **_no_body(council, form),
    )


@either
@council_page(Act.MANAGE)
def edit(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Change a meeting."""
    found = inside_or_404(request, pk)
    form = forms.MeetingForm(request.POST or None, instance=_copy(found))

    def act() -> str:
        actions.change(meeting=found, fields=_kept(form.cleaned_data))
        return page_of(council, found)

    return form_page(
        request,
        form,
        act,
        heading="Modifier la réunion",
        cancel_url=page_of(council, found),
        row=found,
        lead=when(found),
        done="La réunion est modifiée.",
    )


@either
@council_page(Act.MANAGE)
def cancel(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Cancel a meeting."""
    found = inside_or_404(request, pk)
    form = forms.CancelForm(request.POST or None)

    def act() -> str:
        at = now()
        cancelling.cancel(meeting=found, reason=form.cleaned_data["reason"], by=request.user, at=at)
        return page_of(council, found)

    told = "Les personnes convoquées en sont averties par message. " if found.convened_at else ""
    return form_page(
        request,
        form,
        act,
        heading="Annuler la réunion",
        cancel_url=page_of(council, found),
        row=found,
        lead=f"{found.body.name}, {when(found)}. {told}Ses points retournent parmi les sujets en"
        " attente.",
        submit="Annuler la réunion",
        submit_kind="danger",
        done="La réunion est annulée.",
    )


def _kept(fields: dict[str, Any]) -> dict[str, Any]:
    """Leave out the answers that belong to the form alone."""
    return {name: value for name, value in fields.items() if name != "is_general"}


def _copy(meeting: Meeting) -> Meeting:
    """Return the same row for a form to write on, so that the action still sees what was."""
    return Meeting.objects.select_related("body").get(pk=meeting.pk)


def _no_body(council: Council, form: Any) -> dict[str, Any]:
    """Say what to do first when the council has no body that meets."""
    if form.fields["body"].queryset.exists():
        return {}
    return {
        "template": "governance/meeting_no_body.html",
        "bodies_url": reverse("governance:home", args=[council.slug]),
    }
