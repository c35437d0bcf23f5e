"""What the pages of the bodies show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.directory.models import SURVEY_CATEGORIES, College
from clsm_core.governance.models import (
    Body,
    BodyKind,
    BodyMandate,
    Decision,
    InvitationStatus,
    Meeting,
    MeetingState,
    Quality,
    SeatRole,
)
from clsm_core.governance.permissions import may_manage, reads_everything, visible_bodies
from clsm_core.governance.presenters.alerts import Alert, alerts_of
from clsm_core.governance.presenters.names import name_of
from clsm_core.governance.presenters.sections import sections
from clsm_core.governance.queries import bodies as queries
from clsm_core.ui.components import Cell, Fact
from clsm_core.ui.templatetags.ui import day, short_day

HEADERS = ("Instance", "Dernière réunion", "Prochaine réunion", "Réunions {}", "Membres")
SEAT_HEADERS = ("Membre", "Structure", "Rôle", "Qualité", "Mandat")
MEETING_HEADERS = ("Réunion", "Lieu", "État", "Compte rendu")
MEETING_KINDS = {MeetingState.CANCELLED: "attention"}
# Per cent of « oui » in the national survey of 2018 (003-14), read on its chart, category by
# category: committee, plenary.
SURVEY_2018 = {
    BodyKind.STEERING: "95 93 90 81 77 72 68 63 60 46 38 35 33 26 20 18 16 15 13 13 12 11 7 6 6",
    BodyKind.PLENARY: "91 92 91 82 91 70 67 84 79 80 54 79 59 76 48 60 52 48 59 49 44 40 40 52 58",
}


class Group(NamedTuple):
    """Bodies of one family, with the rows of their table."""

    title: str
    rows: list[list[Any]]


class Seat(NamedTuple):
    """A seat as a list shows it; ``is_below`` when it stands under the one it stands in for."""

    name: str
    job: str
    url: str
    cells: list[tuple[str, str]]
    is_below: bool

    @property
    def row(self) -> list[Any]:
        """Give the cells of a plain table."""
        name = f"{self.name}, {self.job}" if self.job else self.name
        return [Cell(name, url=self.url), *(text for _, text in self.cells)]


class Seats(NamedTuple):
    """Who sits for one college."""

    title: str
    seats: list[Seat]

    @property
    def rows(self) -> list[list[Any]]:
        """Give the rows of a plain table."""
        return [one.row for one in self.seats]


def home_page(council: Council, member: Member, at: datetime) -> dict[str, Any]:
    """Give the values of the list of bodies."""
    today = timezone.localdate(at)
    seen = sorted(visible_bodies(member), key=lambda one: (queries.ORDER.index(one.kind), one.name))
    open_ones = [body for body in seen if not body.ends_on or body.ends_on >= today]
    lives = queries.lives_of(seen, at)
    whole = reads_everything(member)
    alerts = (
        alerts_of(
            open_ones,
            lives,
            today=today,
            coordinators=queries.coordinators(council, today),
            is_whole=whole,
        )
        if whole and open_ones
        else []
    )
    families = (
        ("Le conseil", set(BodyKind) - {BodyKind.WORKING_GROUP}),
        ("Groupes de travail ({})", {BodyKind.WORKING_GROUP}),
    )
    return {
        "council": council,
        "sections": sections(member, "governance:home"),
        "alerts": [(alert, _mend(council, alert)) for alert in alerts],
        "groups": [
            Group(title.format(len(found)), [_row(council, one, lives[one.pk]) for one in found])
            for title, kinds in families
            if (found := [body for body in open_ones if body.kind in kinds])
        ],
        "closed": [
            [Cell(body.name, url=body_url(council, body)), short_day(body.ends_on)]
            for body in seen
            if body not in open_ones
        ],
        "headers": [one.format(today.year) for one in HEADERS],
        "closed_headers": ("Instance", "Fermée le"),
        "may_manage": may_manage(member),
        "reads_everything": whole,
        "may_found": may_manage(member) and queries.founding_decisions(council).exists(),
    }


def body_page(council: Council, member: Member, body: Body, at: datetime) -> dict[str, Any]:
    """Give the values of one body."""
    today = timezone.localdate(at)
    life = queries.lives_of([body], at)[body.pk]
    manages = may_manage(member)
    is_closed = bool(body.ends_on and body.ends_on < today)
    past = [one for one in queries.history_of(body) if not _runs(one, today)]
    alerts = (
        []
        if is_closed
        else alerts_of(
            [body],
            {body.pk: life},
            today=today,
            coordinators=queries.coordinators(council, today),
            is_whole=False,
        )
    )
    return {
        "council": council,
        "body": body,
        "is_closed": is_closed,
        "is_by_name": body.kind == BodyKind.COMMISSION,
        "is_surveyed": is_surveyed(body),
        "alerts": [(alert, "") for alert in alerts] if reads_everything(member) else [],
        "facts": _facts(council, body, life, today),
        "colleges": seats_by_college(life.mandates, council if manages else None),
        "seat_headers": SEAT_HEADERS,
        "shares": _shares(life.mandates),
        "history": [_seat(one, council if manages else None).row for one in past],
        "meetings": [_meeting(council, one) for one in queries.meetings_of(body)],
        "meeting_headers": MEETING_HEADERS,
        "invitations": _invitations(body) if is_surveyed(body) else None,
        "orientations": _orientations(council, body),
        "may_manage": manages,
        "may_add": manages and not is_closed and body.kind != BodyKind.COMMISSION,
        "has_seats": bool(life.mandates),
    }


def is_surveyed(body: Body) -> bool:
    """Tell whether the national survey asks who was invited: committee and assembly (003-14)."""
    return body.kind in SURVEY_2018


def body_url(council: Council, body: Body) -> str:
    """Return the address of a body."""
    return reverse("governance:body", args=[council.slug, body.pk])


def seats_by_college(mandates: Iterable[BodyMandate], council: Council | None) -> list[Seats]:
    """Part who sits by college, each substitute under the titular she stands in for.

    Args:
        council: given to link each name with its mandate.
    """
    everybody = list(mandates)
    below: dict[Any, list[BodyMandate]] = {}
    for one in everybody:
        if one.quality == Quality.SUBSTITUTE:
            below.setdefault(one.stands_in_for_id, []).append(one)
    names = {one.pk: name_of(one.contact) for one in everybody}
    ranks = {SeatRole.PRESIDENT: 0, SeatRole.CO_ANIMATOR: 1, SeatRole.REFERENT: 2}
    shown = []
    for college, seats in queries.colleges_of(everybody).items():
        titulars = [one for one in seats if one.quality == Quality.TITULAR]
        ordered: list[BodyMandate] = []
        for one in sorted(titulars, key=lambda seat: ranks.get(SeatRole(seat.role), 9)):
            ordered += [one, *below.get(one.pk, [])]
        # A substitute of another college stays in her own when her titular is elsewhere.
        listed = {one.pk for one in ordered}
        ordered += [
            one for one in seats if one.pk not in listed and one.stands_in_for_id not in names
        ]
        if ordered:
            label = College(college).label.capitalize()
            shown.append(Seats(label, [_seat(one, council, names) for one in ordered]))
    return shown


def _row(council: Council, body: Body, life: queries.Life) -> list[Any]:
    by_name = body.kind == BodyKind.COMMISSION
    titulars = sum(seat.quality == Quality.TITULAR for seat in life.mandates)
    return [
        Cell(body.name, url=body_url(council, body)),
        _met(life.last) or "—",
        _met(life.next) or "—",
        "—" if by_name else f"{life.held_this_year} sur {body.meetings_per_year}",
        "—" if by_name else Cell(titulars, is_number=True),
    ]


def _met(meeting: Meeting | None) -> str:
    return short_day(queries.day_of(meeting)) if meeting else ""


def _mend(council: Council, alert: Alert) -> str:
    if alert.body is not None:
        return body_url(council, alert.body)
    return ""


def _facts(council: Council, body: Body, life: queries.Life, today: date) -> list[Fact]:
    facts = [Fact("Type", body.get_kind_display())]
    if body.kind == BodyKind.WORKING_GROUP:
        facts += [
            Fact("Forme", body.get_group_kind_display()),
            Fact("Thématique", body.theme),
        ]
    if body.kind != BodyKind.COMMISSION:
        heads = {
            role: ", ".join(name_of(seat.contact) for seat in life.mandates if seat.role == role)
            for role in SeatRole
        }
        presided = body.kind in SURVEY_2018
        facts += [
            Fact(label, heads[role])
            for label, role in (
                ("Présidence", SeatRole.PRESIDENT),
                ("Co-animation", SeatRole.CO_ANIMATOR),
            )
            if heads[role] or presided
        ]
        if heads[SeatRole.REFERENT] or body.kind == BodyKind.WORKING_GROUP:
            facts.append(Fact("Référents", heads[SeatRole.REFERENT]))
        facts += [
            Fact(
                f"Réunions en {today.year}",
                f"{life.held_this_year} tenue{'s' if life.held_this_year > 1 else ''}"
                f" sur {body.meetings_per_year} prévue{'s' if body.meetings_per_year > 1 else ''}",
            ),
            Fact("Dernière réunion", day(queries.day_of(life.last)) if life.last else "aucune"),
            Fact("Prochaine réunion", day(queries.day_of(life.next)) if life.next else "aucune"),
            Fact(
                "Quorum",
                f"{body.quorum_percent}\u00a0% des membres votants"
                if body.quorum_percent
                else "aucun",
            ),
        ]
    facts.append(Fact("Ouverte le", day(body.starts_on)))
    if body.ends_on:
        facts.append(Fact("Fermée le", day(body.ends_on)))
    facts.append(Fact("Page publique", "montrée" if body.is_published else "non montrée"))
    return facts


def _runs(mandate: BodyMandate, on: date) -> bool:
    return mandate.starts_on <= on and (mandate.ends_on is None or mandate.ends_on >= on)


def _seat(
    mandate: BodyMandate, council: Council | None, names: dict[Any, str] | None = None
) -> Seat:
    contact = mandate.contact
    quality = mandate.get_quality_display()
    of = ""
    if mandate.quality == Quality.SUBSTITUTE:
        if names is not None:
            of = names.get(mandate.stands_in_for_id, "")
        elif mandate.stands_in_for:
            of = name_of(mandate.stands_in_for.contact)
    texts = (
        contact.organisation.name if contact.organisation else "—",
        mandate.get_role_display(),
        (f"{quality} de {of}" if of else quality)
        + ("" if mandate.has_vote else ", voix consultative"),
        term(mandate),
    )
    return Seat(
        name_of(contact),
        contact.job_title,
        reverse("governance:mandate", args=[council.slug, mandate.body_id, mandate.pk])
        if council
        else "",
        list(zip(SEAT_HEADERS[1:], texts, strict=True)),
        bool(of),
    )


def term(mandate: BodyMandate) -> str:
    """Write the days of a mandate."""
    if mandate.ends_on is None:
        return f"depuis le {short_day(mandate.starts_on)}"
    return f"du {short_day(mandate.starts_on)} au {short_day(mandate.ends_on)}"


def _shares(mandates: Iterable[BodyMandate]) -> list[Fact]:
    """Give the part of each college among the titulars (002-02, 004-13)."""
    titulars = [one for one in mandates if one.quality == Quality.TITULAR]
    total = len(titulars)
    return [
        Fact(
            College(college).label.capitalize(),
            f"{len(seats)} sur {total} ({round(100 * len(seats) / total)}\u00a0%)",
        )
        for college, seats in queries.colleges_of(titulars).items()
    ]


def _meeting(council: Council, meeting: Meeting) -> list[Any]:
    title = f"{day(queries.day_of(meeting))}"
    if meeting.title:
        title = f"{title} · {meeting.title}"
    return [
        Cell(title, url=reverse("governance:meeting", args=[council.slug, meeting.pk])),
        meeting.place or meeting.get_mode_display(),
        Cell(meeting.get_state_display(), kind=MEETING_KINDS.get(MeetingState(meeting.state), "")),
        meeting.get_minutes_state_display() if meeting.state == MeetingState.HELD else "—",
    ]


def _invitations(body: Body) -> dict[str, Any]:
    """Give the answers of the survey's categories and the rates they make (003-14)."""
    kept = {one.category: InvitationStatus(one.status) for one in body.invitations.all()}
    answers = {
        category: kept.get(category, InvitationStatus.UNANSWERED) for category in SURVEY_CATEGORIES
    }
    counts = {status: sum(one == status for one in answers.values()) for status in InvitationStatus}
    sitting, declined = counts[InvitationStatus.MEMBER], counts[InvitationStatus.NOT_MEMBER]
    national = SURVEY_2018[BodyKind(body.kind)].split()
    rows = [
        [category.label, status.label, Cell(f"{percent}\u00a0%", is_number=True)]
        for (category, status), percent in zip(answers.items(), national, strict=True)
    ]
    return {
        "rows": rows,
        "headers": ("Catégorie", "Ici", "France, 2018"),
        "is_filled": any(status != InvitationStatus.UNANSWERED for status in answers.values()),
        "facts": [
            Fact("Catégories membres", f"{sitting} sur {len(answers)}"),
            Fact(
                "Parmi les invitées",
                f"{sitting} sur {sitting + declined}"
                f" ({round(100 * sitting / (sitting + declined))}\u00a0%)"
                if sitting + declined
                else "",
            ),
            Fact("Non invitées", counts[InvitationStatus.NOT_INVITED]),
            Fact("Sans réponse", counts[InvitationStatus.UNANSWERED]),
        ],
    }


def _orientations(council: Council, body: Body) -> list[list[Any]]:
    """Give the steering committee what the plenary assembly asked for (001-08)."""
    if body.kind != BodyKind.STEERING:
        return []
    found = (
        Decision.objects.filter(
            council=council, meeting__body__kind=BodyKind.PLENARY, kind="orientation"
        )
        .select_related("meeting")
        .order_by("-year", "-number")[:5]
    )
    return [
        [
            Cell(one.title, url=reverse("governance:decision", args=[council.slug, one.pk])),
            short_day(queries.day_of(one.meeting)),
        ]
        for one in found
    ]
