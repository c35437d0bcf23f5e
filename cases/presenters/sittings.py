"""Sittings: their agenda in codes, their one button, and what the projector may show."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from cases import queries
from cases.access import situations
from cases.access.facts import OpenSituation
from cases.domain.lifecycle import SituationState
from cases.domain.sections import Section
from cases.models import AgendaItem, Mandate, Review, Sitting
from cases.permissions import Viewer
from cases.presenters import documents
from cases.presenters.dates import when
from clsm_core.accounts.gate import charter_is_accepted
from clsm_core.ui.components import Cell

HEADERS = ("Date", "Lieu", "État")
KINDS = {Sitting.State.OPEN.value: "attention", Sitting.State.CLOSED.value: "done"}
BUTTONS = {
    Sitting.State.DRAFT.value: "Convoquer",
    Sitting.State.CONVENED.value: "Ouvrir la séance",
    Sitting.State.OPEN.value: "Clore la séance",
}
WHAT_IT_DOES = {
    Sitting.State.DRAFT.value: "Convoquer fixe l’ordre du jour et ouvre chaque point aux membres.",
    Sitting.State.CONVENED.value: "Ouvrir commence la séance : l’ordre du jour ne change plus.",
    Sitting.State.OPEN.value: "Clore demande que chaque point soit examiné ou ajourné.",
}


@dataclass(frozen=True)
class ItemLine:
    """One point of an agenda, in clear metadata."""

    id: uuid.UUID
    number: int
    code: str
    kind: str
    mode: str
    lead_name: str
    state: str
    is_reviewed: bool
    present: tuple[uuid.UUID, ...]
    present_names: tuple[str, ...]
    can_review: bool


@dataclass(frozen=True)
class SittingPage:
    """A sitting with its agenda."""

    id: uuid.UUID
    starts_at: datetime
    place: str
    state: str
    state_label: str
    kind: str
    button: str
    help: str
    items: list[ItemLine]
    coordinates: bool


@dataclass(frozen=True)
class Screen:
    """What the projector shows for one item (decision 54)."""

    code: str
    state: str
    question: str
    is_withheld: bool
    why: str
    held_back: int
    present_count: int


def list_rows(sittings: Iterable[Sitting]) -> list[list[Cell | str]]:
    """Return the lines of the list of sittings."""
    return [
        [
            Cell(when(one.starts_at), url=reverse("cases:sitting", args=[one.pk])),
            one.place,
            Cell(Sitting.State(one.state).label, kind=KINDS.get(one.state, "")),
        ]
        for one in sittings
    ]


def items(viewer: Viewer, sitting: Sitting) -> list[AgendaItem]:
    """Return the points that the viewer may know of, in order."""
    return list(
        AgendaItem.objects.filter(
            sitting=sitting,
            removed_at__isnull=True,
            situation__in=queries.situations(viewer).values("pk"),
        )
        .select_related("situation", "situation__lead")
        .prefetch_related("attendance__user")
        .order_by("rank")
    )


def page(viewer: Viewer, sitting: Sitting, *, coordinates: bool) -> SittingPage:
    """Return a sitting's page; three questions to the database, however long the agenda."""
    rows = items(viewer, sitting)
    reviewed = set(
        Review.objects.filter(item__in=[row.pk for row in rows]).values_list("item_id", flat=True)
    )
    return SittingPage(
        id=sitting.pk,
        starts_at=sitting.starts_at,
        place=sitting.place,
        state=sitting.state,
        state_label=Sitting.State(sitting.state).label,
        kind=KINDS.get(sitting.state, ""),
        button=BUTTONS.get(sitting.state, "") if coordinates else "",
        help=WHAT_IT_DOES.get(sitting.state, "") if coordinates else "",
        items=[
            _line(viewer, sitting, row, number, row.pk in reviewed, coordinates)
            for number, row in enumerate(rows, start=1)
        ],
        coordinates=coordinates,
    )


def _line(
    viewer: Viewer,
    sitting: Sitting,
    row: AgendaItem,
    number: int,
    is_reviewed: bool,
    coordinates: bool,
) -> ItemLine:
    situation = row.situation
    attendance = list(row.attendance.all())
    leads = situation.lead_id == viewer.user_id
    return ItemLine(
        id=row.pk,
        number=number,
        code=situation.code,
        kind=AgendaItem.Kind(row.kind).label,
        mode=AgendaItem.Mode(row.mode).label,
        lead_name=situation.lead.full_name if situation.lead else "",
        state=SituationState(situation.state).label if situation.state else "",
        is_reviewed=is_reviewed,
        present=tuple(one.user_id for one in attendance),
        present_names=tuple(sorted(one.user.full_name for one in attendance)),
        can_review=sitting.state == Sitting.State.OPEN
        and not is_reviewed
        and (coordinates or leads),
    )


def readable_by_all(viewer: Viewer, item: AgendaItem) -> frozenset[str]:
    """Return the sections that every member marked present may read now; none when nobody is."""
    shared: set[str] | None = None
    for attendance in item.attendance.all():
        user = attendance.user
        signed = charter_is_accepted(user)
        seated = Viewer(
            user_id=user.pk,
            user=user,
            mandates=queries.live_mandates(user) if signed else (),
            at=viewer.at,
            charter_signed=signed,
        )
        grants = situations.live_grants(seated, item.situation)
        verdicts, _ = situations.decisions(seated, item.situation, grants)
        allowed = {code for code, verdict in verdicts.items() if verdict.allow}
        shared = allowed if shared is None else shared & allowed
    return frozenset(shared or ())


def screen(
    opened: OpenSituation,
    item: AgendaItem,
    shared: frozenset[str],
    guests: list[bool] | None = None,
) -> Screen:
    """Return what may stand on the projector: never the identity (decision 54).

    ``guests``: for each guest in the room, whether the agreement counts her now.
    """
    core = Section.CORE.value
    guests = guests or []
    present = len(item.attendance.all()) + len(guests)
    # The lead reads more than the person opened to the others: the room does not.
    question = documents.question(opened.section(core), covered_only=True)
    is_shared = core in shared and opened.section(core).readable and all(guests)
    why = ""
    if not present:
        why = "Notez d’abord qui est présent pour ce point : l’écran s’y adapte."
    elif not all(guests):
        why = "Une personne invitée est hors de l’accord : la question reste hors de l’écran."
    elif not is_shared:
        why = "Une personne présente ne peut pas lire le socle : la question reste hors de l’écran."
    elif not question and documents.question(opened.section(core)):
        why = "La personne n’a pas ouvert ce texte aux autres : il reste hors de l’écran."
    elif not question:
        why = "Aucune question n’est écrite dans le socle."
    held_back = [
        section
        for section in opened.sections
        if section.section != core and (section.holders or section.readable)
    ]
    return Screen(
        code=opened.situation.code,
        state=opened.situation.state_label,
        question=question if is_shared else "",
        is_withheld=bool(why),
        why=why,
        held_back=len(held_back) + (0 if is_shared else 1),
        present_count=present,
    )


def member_choices(members: Iterable[Mandate]) -> list[tuple[str, str]]:
    """List members for a form, once each, with function and structure."""
    found: dict[str, str] = {}
    for mandate in members:
        words = ", ".join(filter(None, (mandate.user.job_title, mandate.organisation)))
        found.setdefault(str(mandate.user_id), f"{mandate.user.full_name} — {words}")
    return list(found.items())
