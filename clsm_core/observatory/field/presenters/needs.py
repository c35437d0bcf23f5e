"""What the pages of the needs show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page
from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.governance.permissions import visible_meetings
from clsm_core.governance.queries.bodies import day_of
from clsm_core.observatory.field.lines import PublishedTable, citations
from clsm_core.observatory.field.permissions import may_correct
from clsm_core.observatory.field.presenters.frame import (
    decision_words,
    new_sheet_url,
    page_url,
    sections,
)
from clsm_core.observatory.field.queries import needs as queries
from clsm_core.observatory.models import Need, NeedState, Origin, Urgency
from clsm_core.observatory.vocabulary import Public, Theme
from clsm_core.ui.components import Cell, Fact, Moment, Tile
from clsm_core.ui.templatetags.ui import day, short_day

HEADERS = ("Besoin", "Origine", "Thématique", "Urgence", "État", "Repéré le")
THEMES, PUBLICS = dict(Theme.choices), dict(Public.choices)
STATE_KINDS = {NeedState.ANSWERED: "done"}


def list_page(
    council: Council,
    member: Member,
    page: Page[Need],
    *,
    counts: Mapping[str, int],
    filters: queries.Filters,
    form: Any,
    asked: Mapping[str, str],
) -> dict[str, Any]:
    """Give the values of the list of needs.

    Args:
        counts: by state, under the same filters.
        asked: the filters as the address carries them, the state aside.
    """
    url = page_url(council, "needs")

    def tile(label: str, number: int, state: str) -> Tile:
        kept = urlencode({**asked, **({"etat": state} if state else {})})
        kind = STATE_KINDS.get(NeedState(state), "") if state and number else ""
        return Tile(label, number, f"{url}?{kept}" if kept else url, filters.state == state, kind)

    return {
        "council": council,
        "sections": sections(member, "observatory:needs"),
        "tiles": [
            tile("tous", counts["all"], ""),
            *(tile(state.label, counts[state.value], state.value) for state in NeedState),
        ],
        "form": form,
        "state": filters.state,
        "page": page,
        "headers": HEADERS,
        "rows": [row(council, one) for one in page.object_list],
        "query": urlencode({**asked, **({"etat": filters.state} if filters.state else {})}),
        "is_narrowed": bool(asked or filters.state),
        "may_propose": member.may(Act.PROPOSE),
        "new_url": page_url(council, "need_new"),
        "list_url": url,
    }


def row(council: Council, need: Need) -> list[Any]:
    """Show a need as a line of a list."""
    return [
        Cell(need.title, url=page_url(council, "need", need.pk)),
        need.get_origin_display(),
        THEMES.get(need.theme, "—"),
        urgency_cell(need),
        state_cell(need),
        short_day(need.seen_on),
    ]


def urgency_cell(need: Need) -> Cell:
    """Show how much a need presses."""
    kind = "attention" if need.urgency == Urgency.HIGH else None
    return Cell(need.get_urgency_display(), kind=kind)


def state_cell(need: Need) -> Cell:
    """Show what became of a need."""
    return Cell(need.get_state_display(), kind=STATE_KINDS.get(NeedState(need.state), ""))


def need_page(council: Council, member: Member, need: Need) -> dict[str, Any]:
    """Give the values of one need; the commission's figures to who may read them."""
    shows_figures = member.may(Act.TRENDS)
    manages = member.may(Act.MANAGE)
    priorities = list(need.priorities.order_by("-starts_on"))
    sheets = queries.sheets_of(need)
    decision, decision_url = decision_words(member, need.decision)
    return {
        "council": council,
        "need": need,
        "state": need.get_state_display(),
        "state_kind": STATE_KINDS.get(NeedState(need.state), ""),
        "is_pressing": need.urgency == Urgency.HIGH,
        "facts": _facts(need),
        "origin": need.get_origin_display(),
        "diagnosis_url": need.diagnosis_id and page_url(council, "diagnosis", need.diagnosis_id),
        "meeting": _meeting(member, need),
        "decision": decision,
        "decision_url": decision_url,
        "cited": citations(council, [need]).get(need.pk) if shows_figures else None,
        "is_released": need.origin in (Origin.RELEASE, Origin.NOTE),
        "shows_figures": shows_figures,
        "is_note_withdrawn": bool(need.note and getattr(need.note, "withdrawal", None)),
        "priorities": [
            (one.title, page_url(council, "priority", one.pk), bool(one.ends_on))
            for one in priorities
        ],
        "sheets": [
            (
                f"{one.code} · {one.title}",
                reverse("roadmap:sheet", args=[council.slug, one.pk]),
                one.get_status_display(),
            )
            for one in sheets
        ],
        "sent": _sent(need),
        "may_correct": may_correct(member, need),
        "may_manage": manages,
        "priority_url": page_url(council, "priority_new", besoin=need.pk) if manages else "",
        "sheet_url": new_sheet_url(council, need.pk) if manages else "",
        "send_url": page_url(council, "transmission_new", besoin=need.pk) if manages else "",
        "is_open": need.state != NeedState.SET_ASIDE,
    }


def lines_page(
    council: Council, release_id: UUID, key: str, table: PublishedTable
) -> dict[str, Any]:
    """Give the values of the page where a line of a release becomes a need."""
    already = queries.by_line(council, release_id, table.id)
    return {
        "council": council,
        "table": table,
        "columns": table.chart.columns or ("Nombre de situations",),
        "lines": [
            (
                line,
                page_url(council, "need", already[line.code].pk) if line.code in already else "",
            )
            for line in table.lines
        ],
        "is_multi": table.chart.is_multi,
        "back_url": f"{reverse('observatory:trends', args=[council.slug])}?periode={key}"
        f"#tableau-{table.id}",
    }


def _facts(need: Need) -> list[Fact]:
    return [
        Fact("Urgence", need.get_urgency_display()),
        Fact("Thématique", THEMES.get(need.theme, "")),
        Fact("Publics", ", ".join(str(PUBLICS.get(one, one)) for one in need.publics)),
        Fact("Territoire", need.territory),
        Fact("Repéré le", day(need.seen_on)),
        Fact("Proposé par", need.proposed_by.full_name if need.proposed_by else ""),
    ]


def _meeting(member: Member, need: Need) -> tuple[str, str]:
    """Return the meeting as people say it, and its page for who may read it."""
    meeting = need.meeting
    if meeting is None:
        return "", ""
    words = f"{meeting.body.name}, le {day(day_of(meeting))}"
    if not visible_meetings(member).filter(pk=meeting.pk).exists():
        return words, ""
    return words, reverse("governance:meeting", args=[member.council.slug, meeting.pk])


def _sent(need: Need) -> list[Moment]:
    """Return what was told to the ARS of a need and what it answered, oldest first."""
    found = []
    for one in need.transmissions.order_by("on"):
        found.append(Moment(one.on, "Transmis à l’ARS"))
        if one.answered_on:
            found.append(Moment(one.answered_on, "Réponse de l’ARS", one.answer))
    return found
