"""Papers of a meeting, handed over as PDF, and its appointment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from clsm_core.accounts.clock import now
from clsm_core.council.access import council_page
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.governance.actions.meetings import FROZEN
from clsm_core.governance.models import Meeting
from clsm_core.governance.presenters import appointment as calendar
from clsm_core.governance.presenters import convening, minutes_paper
from clsm_core.governance.presenters import letters as mails
from clsm_core.governance.presenters import meeting_papers as papers
from clsm_core.governance.queries import meetings as queries
from clsm_core.governance.views.meeting_doors import inside_or_404
from clsm_core.ui.attachment import attachment


def _paper(name: str, make: Callable[[Meeting, datetime], bytes], act: Act) -> Any:
    @require_safe
    @council_page(act)
    def view(request: Any, council: Council, pk: UUID) -> HttpResponse:
        found = inside_or_404(request, pk)
        return attachment(make(found, now()), name)

    return view


def _people(meeting: Meeting, at: datetime, *, only_unreached: bool) -> bytes:
    people = convening.called(meeting)
    wanted = [one for one in people if not (only_unreached and one.email)]
    if not wanted:
        raise Http404
    return papers.letter(meeting, wanted, at=at)


letters = _paper("lettres.pdf", lambda one, at: _people(one, at, only_unreached=False), Act.MANAGE)
unreached = _paper(
    "convocations-papier.pdf", lambda one, at: _people(one, at, only_unreached=True), Act.MANAGE
)
agenda = _paper("ordre-du-jour.pdf", lambda one, at: papers.agenda(one, at=at), Act.READ)
signatures = _paper("emargement.pdf", lambda one, at: papers.signatures(one, at=at), Act.MANAGE)
presences = _paper("presences.pdf", lambda one, at: papers.presence_list(one, at=at), Act.READ)


@require_safe
@council_page()
def minutes(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Give the minutes: the bytes kept at their validation.

    Before it, a draft, to the coordination and whoever validates.
    """
    found = inside_or_404(request, pk)
    if found.minutes_state not in FROZEN and not queries.reads_drafts(request.member, found):
        raise Http404
    return attachment(minutes_paper.minutes(found, at=now()), "compte-rendu.pdf")


@require_safe
@council_page()
def appointment(request: Any, council: Council, pk: UUID) -> HttpResponse:
    """Give the appointment for a calendar; who reads published minutes alone is not invited."""
    found = inside_or_404(request, pk)
    lines = "\n".join(one.title for one in queries.points_of(found))
    content = calendar.ics(found, at=now(), url=mails.page_url(found), agenda=lines)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="reunion.ics"'
    return response
