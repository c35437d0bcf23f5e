"""The DPO's first page: who saw this situation, and with what right.

It holds no content of a situation. Reading it is itself written in the ledger, before the
page is produced.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit import queries, recorder
from audit.describer import Describer, DeskReader, PersonLabel, load
from audit.events import Event, Outcome, label_of
from audit.models import AuditProjection

ROWS_A_PAGE = 100
ALERT_ROWS = 60


@dataclass(frozen=True)
class Line:
    """One showing or refusal, in the DPO's words."""

    number: int
    at: datetime
    person: PersonLabel | None
    role: str
    action: str
    sections: tuple[str, ...]
    rights: tuple[str, ...]
    is_refused: bool
    outcome: str


@dataclass(frozen=True)
class AlertLine:
    """One alert: when, in whose request, what was changed, where."""

    number: int
    at: datetime
    person: PersonLabel | None
    what: str
    sections: tuple[str, ...]
    where: tuple[str, ...]


@require_safe
def situation_accesses(request: HttpRequest) -> HttpResponse:
    """Show who saw one situation, and where the ledger stands."""
    describer = load()
    reader = describer.gate(request) if describer else None
    if describer is None or reader is None:
        actor = getattr(getattr(request, "user", None), "pk", None)
        recorder.denied(Event(action="ledger.denied", outcome=Outcome.DENIED, actor=actor))
        raise Http404
    code = request.GET.get("situation", "").strip().upper()[:32]
    situation = describer.find(code, request) if code else None
    recorder.shown(_reading(reader, situation))
    context = {
        "frame": settings.AUDIT_LAYOUT,
        "code": code,
        "is_found": situation is not None,
        "lanes": queries.ledger_state(),
        "verification": queries.last_verification(),
        "alerts": _alerts(reader, describer),
    }
    if situation is not None:
        context |= _accesses(situation, describer, request.GET.get("page"))
    response = render(request, "audit/desk.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _alerts(reader: DeskReader, describer: Describer) -> list[AlertLine]:
    """Put words on the last alerts, one line an alert whatever its objects."""
    rows = queries.alerts(reader.commissions, most=ALERT_ROWS)
    people = describer.describe_people({row.actor for row in rows if row.actor is not None})
    known = describer.describe_objects({row.object for row in rows if row.object is not None})
    grouped: dict[tuple[str, int], list[AuditProjection]] = {}
    for row in rows:
        grouped.setdefault((row.lane, row.seq), []).append(row)
    return [
        AlertLine(
            number=first.seq,
            at=first.at,
            person=people.get(first.actor),
            what=describer.describe_code(first.purpose),
            sections=tuple(describer.describe_code(section) for section in first.sections),
            where=tuple(known[row.object] for row in of_one if row.object in known),
        )
        for (first, *_), of_one in ((rows, rows) for rows in grouped.values())
    ]


def _reading(reader: DeskReader, situation: UUID | None) -> Event:
    """Write down that the DPO reads the ledger, about which situation."""
    return Event(
        action="ledger.read",
        actor=reader.person,
        role=reader.role,
        objects=() if situation is None else (situation,),
        request_id=reader.request_id,
        session_h8=reader.session_h8,
    )


def _accesses(situation: UUID, describer: Describer, page: str | None) -> dict[str, object]:
    """Gather one page of showings and refusals, and the counts above it."""
    events = queries.who_saw(situation).exclude(action="ledger.read")
    refused = events.filter(outcome=Outcome.DENIED.value).count()
    total = events.count()
    people = events.exclude(actor=None).order_by().values("actor").distinct().count()
    rows: Page[AuditProjection] = Paginator(events, ROWS_A_PAGE).get_page(page)
    return {
        "lines": _lines(situation, list(rows), describer),
        "rows": rows,
        "shown_count": total - refused,
        "refused_count": refused,
        "people_count": people,
    }


def _lines(situation: UUID, rows: list[AuditProjection], describer: Describer) -> list[Line]:
    """Put words on a page of events, with a constant number of questions."""
    actors = {row.actor for row in rows if row.actor is not None}
    people = describer.describe_people(actors)
    rights = describer.rights(situation, actors)
    return [
        Line(
            number=row.seq,
            at=row.at,
            person=people.get(row.actor),
            role=describer.describe_code(row.role) if row.role else "",
            action=label_of(row.action),
            sections=tuple(describer.describe_code(section) for section in row.sections),
            rights=tuple(rights.get(row.actor, ())),
            is_refused=row.outcome == Outcome.DENIED.value,
            outcome=Outcome(row.outcome).label,
        )
        for row in rows
    ]
