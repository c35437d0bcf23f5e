"""What the pages and papers of the register of decisions show."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.governance.actions.decisions import SEALED
from clsm_core.governance.models import (
    BodyKind,
    Decision,
    DecisionKind,
    DecisionState,
    FollowUp,
    MeetingState,
    Vote,
)
from clsm_core.governance.permissions import contact_of, may_manage
from clsm_core.governance.presenters.names import name_of
from clsm_core.governance.presenters.papers import Block, printed, tabled, words
from clsm_core.governance.presenters.sections import sections
from clsm_core.governance.queries import decisions as queries
from clsm_core.governance.queries.bodies import day_of
from clsm_core.ui.components import Cell, Fact, Moment, Tile
from clsm_core.ui.templatetags.ui import day, short_day

HEADERS = ("Décision", "Instance", "Responsable", "Échéance", "État")
REGISTER_HEADERS = (
    "Numéro",
    "Date",
    "Instance",
    "Intitulé",
    "Type",
    "Vote",
    "Responsable",
    "Échéance",
    "État",
)
STATE_KINDS = {DecisionState.DONE: "done"}


def list_page(
    council: Council,
    member: Member,
    page: Page[Decision],
    *,
    counts: dict[str, int],
    filters: queries.Filters,
    form: Any,
    asked: dict[str, str],
    years: list[int],
) -> dict[str, Any]:
    """Give the values of the register.

    Args:
        counts: by state, under the same filters.
        asked: the filters as the address carries them, the state aside.
    """
    url = reverse("governance:decisions", args=[council.slug])

    def tile(label: str, number: int, state: str, kind: str = "") -> Tile:
        kept = urlencode({**asked, **({"etat": state} if state else {})})
        return Tile(label, number, f"{url}?{kept}" if kept else url, filters.state == state, kind)

    tiles = [
        tile("toutes", counts["all"], ""),
        *(
            tile(state.label, counts[state.value], state.value, STATE_KINDS.get(state, ""))
            for state in DecisionState
        ),
        tile("en retard", counts["late"], queries.LATE, "attention" if counts["late"] else ""),
    ]
    return {
        "council": council,
        "sections": sections(member, "governance:decisions"),
        "tiles": tiles,
        "form": form,
        "state": filters.state,
        "page": page,
        "headers": HEADERS,
        "rows": [row(council, one, member.today) for one in page.object_list],
        "query": urlencode({**asked, **({"etat": filters.state} if filters.state else {})}),
        "is_narrowed": bool(asked or filters.state),
        "years": years,
        "may_manage": may_manage(member),
        "list_url": url,
    }


def decision_page(council: Council, member: Member, decision: Decision) -> dict[str, Any]:
    """Give the values of one decision."""
    today = member.today
    meeting = decision.meeting
    manages = may_manage(member)
    owner = decision.owner
    vote = getattr(decision, "vote", None)
    is_open = meeting.state == MeetingState.HELD and meeting.minutes_state not in SEALED
    follow_ups = decision.follow_ups.select_related("written_by").order_by("on", "created_at")
    bodies = list(decision.bodies.all())
    facts = [
        Fact("Type", decision.get_kind_display()),
        Fact("Instance", meeting.body.name),
        Fact("Réunion du", day(day_of(meeting))),
        Fact("Responsable", name_of(owner) if owner else "à désigner"),
        Fact("Échéance", day(decision.due_on) if decision.due_on else "aucune"),
    ]
    return {
        "council": council,
        "decision": decision,
        "state": decision.get_state_display(),
        "state_kind": state_kind(decision),
        "is_late": is_late(decision, today),
        "facts": facts,
        "meeting_url": reverse("governance:meeting", args=[council.slug, meeting.pk]),
        "vote": vote_facts(vote) if vote else [],
        "follow_ups": [_moment(one) for one in follow_ups],
        "bodies": [
            (one.name, reverse("governance:body", args=[council.slug, one.pk])) for one in bodies
        ],
        "framework": [
            (
                f"{one.get_kind_display().capitalize()}, version {one.number} · {one.title}",
                reverse("governance:framework_document", args=[council.slug, one.pk]),
            )
            for one in decision.framework_documents.all()
        ],
        "may_edit": manages and is_open,
        "is_sealed": not is_open,
        "may_follow": may_follow(member, decision),
        "may_found": manages
        and decision.kind == DecisionKind.NEW_GROUP
        and meeting.body.kind == BodyKind.STEERING
        and decision.state != DecisionState.DROPPED
        and not bodies,
    }


def may_follow(member: Member, decision: Decision) -> bool:
    """Tell whether a member may note what a decision becomes: the coordination, or its owner."""
    if may_manage(member):
        return True
    mine = contact_of(member) if member.may(Act.PROPOSE) else None
    return mine is not None and mine.pk == decision.owner_id


def state_kind(decision: Decision) -> str:
    """Return the meaning of a decision's state."""
    return STATE_KINDS.get(DecisionState(decision.state), "")


def is_late(decision: Decision, on: date) -> bool:
    """Tell whether a decision is open beyond its due day."""
    return bool(decision.state in queries.OPEN and decision.due_on and decision.due_on < on)


def state_cell(decision: Decision, on: date) -> Cell:
    """Show a state; a late decision says so."""
    if is_late(decision, on):
        return Cell(f"{decision.get_state_display()}, en retard", kind="attention")
    return Cell(decision.get_state_display(), kind=state_kind(decision))


def row(council: Council, decision: Decision, on: date) -> list[Any]:
    """Show a decision as a line of the list."""
    return [
        Cell(
            f"{decision.code} · {decision.title}",
            url=reverse("governance:decision", args=[council.slug, decision.pk]),
        ),
        decision.meeting.body.name,
        name_of(decision.owner) if decision.owner else "à désigner",
        short_day(decision.due_on) or "—",
        state_cell(decision, on),
    ]


def vote_facts(vote: Vote) -> list[Fact]:
    """Show the count of a vote and what it decides."""
    result = queries.result_of_vote(vote)
    return [
        Fact("Règle", vote.get_rule_display()),
        Fact("Scrutin", "à bulletin secret" if vote.is_secret else "public"),
        Fact("Membres votants", vote.voters),
        Fact("Pour", vote.in_favour),
        Fact("Contre", vote.against),
        Fact("Abstentions", vote.abstained),
        Fact("Résultat", f"{'adoptée' if result.is_adopted else 'rejetée'} : {result.reason}"),
    ]


def vote_words(vote: Vote | None) -> str:
    """Write a vote in one line of the register."""
    if vote is None:
        return "sans vote"
    result = queries.result_of_vote(vote)
    return (
        f"{'adoptée' if result.is_adopted else 'rejetée'} ({vote.get_rule_display()} :"
        f" {vote.in_favour} pour, {vote.against} contre, {vote.abstained} abstention"
        f"{'s' if vote.abstained > 1 else ''})"
    )


def register(
    council: Council,
    decisions: list[Decision],
    *,
    year: int,
    extension: str,
    at: datetime,
    on: date,
) -> bytes:
    """Return the register of a year.

    Args:
        decisions: of that year, first number first.
        extension: ``pdf``, ``csv`` or ``ods``.
    """
    title = f"Registre des décisions {year}"
    if extension == "pdf":
        blocks = [_block(one, on) for one in decisions]
        lead = [f"{len(decisions)} décision{'s' if len(decisions) > 1 else ''}"]
        return printed(council, title, blocks, at=at, lead=lead)
    rows = [
        [
            one.code,
            day_of(one.meeting).isoformat(),
            one.meeting.body.name,
            one.title,
            one.get_kind_display(),
            vote_words(getattr(one, "vote", None)),
            name_of(one.owner) if one.owner else "",
            one.due_on.isoformat() if one.due_on else "",
            *words([state_cell(one, on)]),
        ]
        for one in decisions
    ]
    return tabled(title, REGISTER_HEADERS, rows, extension=extension, at=at)


def _block(decision: Decision, on: date) -> Block:
    vote = getattr(decision, "vote", None)
    facts = [
        ("Instance", f"{decision.meeting.body.name}, réunion du {day(day_of(decision.meeting))}"),
        ("Type", decision.get_kind_display()),
        *([("Vote", vote_words(vote))] if vote else []),
        ("Responsable", name_of(decision.owner) if decision.owner else "à désigner"),
        *([("Échéance", day(decision.due_on))] if decision.due_on else []),
        ("État", *words([state_cell(decision, on)])),
    ]
    return Block(
        title=f"{decision.code} · {decision.title}",
        text=[decision.text] if decision.text else [],
        facts=facts,
    )


def _moment(one: FollowUp) -> Moment:
    detail = f"{one.get_state_display()} · {one.written_by.full_name}"
    return Moment(one.on, one.text or f"Passée à « {one.get_state_display()} »", detail)
