"""Meetings, people, structures and presence in a year: who met, how often, who came.

Source: domain.md D.5; 000-19, 000-20, 000-25, 003-14, 004-20, 002-02.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from clsm_core.council.models import Council
from clsm_core.directory.models import SURVEY_CATEGORIES, Category, College
from clsm_core.governance.models import (
    Attendance,
    Body,
    BodyKind,
    BodyMandate,
    CategoryInvitation,
    Decision,
    DecisionKind,
    GroupKind,
    InvitationStatus,
    Meeting,
    MeetingState,
    Quality,
)
from clsm_core.governance.permissions import in_force
from clsm_core.governance.presenters.alerts import ASKED
from clsm_core.governance.queries.attendance import COUNTED, THERE, colleges_of
from clsm_core.governance.queries.bodies import ORDER, day_of
from clsm_core.roadmap.queries.counts.measures import Line, Measure, lines_of
from clsm_core.roadmap.queries.counts.years import Year

PEOPLE = "personnes différentes présentes"
STEERING, PLENARY = BodyKind.STEERING, BodyKind.PLENARY


def held_meetings(council: Council, year: Year) -> list[Meeting]:
    """Return the meetings of the year that were held."""
    found = Meeting.objects.filter(
        body__council=council, state=MeetingState.HELD, starts_at__year=year.number
    ).select_related("body")
    return [one for one in found.order_by("starts_at") if day_of(one) <= year.on]


def attendances_of(meetings: Iterable[Meeting]) -> list[Attendance]:
    """Return who was expected at these meetings, with structure."""
    found = Attendance.objects.filter(meeting__in=[one.pk for one in meetings])
    return list(found.select_related("contact__organisation", "meeting__body").order_by("pk"))


def bodies_of(council: Council, year: Year) -> list[Body]:
    """Return the bodies that were open during the year, from strategy to work."""
    found = Body.objects.filter(year.running(), council=council)
    return sorted(found, key=lambda one: (ORDER.index(one.kind), one.name))


def meeting_measures(council: Council, year: Year) -> list[Measure]:
    """Return every indicator of the year's meetings, in a constant number of queries."""
    held = held_meetings(council, year)
    rows = attendances_of(held)
    bodies = bodies_of(council, year)
    colleges = colleges_of(held, rows)
    return [
        by_kind(held, bodies),
        _by_body(held, bodies),
        people_met(rows),
        organisations(rows),
        _people_by_college(rows, colleges),
        functions(rows),
        presence(rows, colleges),
        groups_met(held, bodies),
        representative(council, year),
        *(_categories(council, year, kind, rows) for kind in (STEERING, PLENARY)),
        _decisions(council, year),
    ]


def by_kind(held: list[Meeting], bodies: list[Body]) -> Measure:
    """Count the meetings held by kind of body, beside what the open bodies plan."""
    counts = Counter(one.body.kind for one in held)
    planned = Counter[str]()
    for body in bodies:
        planned[body.kind] += body.meetings_per_year
    kinds = [kind for kind in ORDER if counts[kind] or planned[kind]]
    return Measure(
        "meetings",
        "Réunions tenues par type d’instance",
        "réunions",
        "Réunions tenues dans l’année, comparées à ce que les instances ouvertes prévoient par an.",
        "000-20, 004-20",
        lines_of(
            {BodyKind(kind).label: counts[kind] for kind in kinds},
            of={BodyKind(kind).label: planned[kind] for kind in kinds},
        ),
        "Prévues par an",
        "Tenues",
    )


def _by_body(held: list[Meeting], bodies: list[Body]) -> Measure:
    counts = Counter(one.body_id for one in held)
    known = {one.pk: one for one in [*bodies, *(meeting.body for meeting in held)]}
    ordered = sorted(known.values(), key=lambda one: (ORDER.index(one.kind), one.name))
    return Measure(
        "bodies",
        "Réunions tenues par instance",
        "réunions",
        "Chaque instance ouverte dans l’année, même si elle ne s’est pas réunie.",
        "004-20, 003-13",
        [
            Line(one.name, Decimal(counts[one.pk]), Decimal(one.meetings_per_year))
            for one in ordered
        ],
        "Prévues par an",
        "Tenues",
    )


def people_met(rows: list[Attendance]) -> Measure:
    """Count people and structures, each once (000-20, 004-20)."""
    there = [one for one in rows if one.presence in THERE]
    people = {one.contact_id for one in there}
    structures = {one.contact.organisation_id for one in rows if one.presence in COUNTED} - {None}
    return Measure(
        "people",
        "Personnes et structures mobilisées",
        "",
        "Une personne présente à plusieurs réunions compte une fois ; une structure est"
        " représentée quand une des siennes est présente ou représentée.",
        "000-20, 004-20",
        lines_of(
            {
                PEOPLE: len(people),
                "structures représentées": len(structures),
                "présences": len(there),
            }
        ),
    )


def organisations(rows: list[Attendance]) -> Measure:
    """Count the structures that came or were represented, by category (004-20)."""
    met: dict[str, set[object]] = {}
    for one in rows:
        organisation = one.contact.organisation
        if one.presence in COUNTED and organisation is not None:
            met.setdefault(organisation.category, set()).add(organisation.pk)
    return Measure(
        "organisations",
        "Structures représentées par catégorie",
        "structures",
        "Structures différentes dont une personne est venue ou était représentée dans l’année.",
        "004-20",
        lines_of({one.label: len(met[one]) for one in Category if one in met}),
    )


def _people_by_college(
    rows: list[Attendance], colleges: Mapping[tuple[UUID, UUID], str]
) -> Measure:
    met: dict[str, set[object]] = {}
    for one in rows:
        if one.presence in THERE:
            college = colleges[one.meeting_id, one.contact_id]
            met.setdefault(college, set()).add(one.contact_id)
    return Measure(
        "colleges",
        "Personnes présentes par collège",
        "personnes",
        "Personnes différentes, dans le collège de leur mandat le jour de la réunion ; qui a siégé"
        " dans deux collèges compte dans les deux.",
        "004-20, 001-02",
        lines_of({one.label: len(met[one]) for one in College if one in met}),
    )


def functions(rows: list[Attendance]) -> Measure:
    """Count the people who came, by job title (000-20)."""
    people = {one.contact_id: one.contact for one in rows if one.presence in THERE}
    counts = Counter(one.job_title.strip() or "non renseignée" for one in people.values())
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0].casefold()))
    return Measure(
        "functions",
        "Personnes présentes par fonction",
        "personnes",
        "Personnes différentes, selon la fonction écrite dans l’annuaire.",
        "000-20",
        lines_of(dict(ordered)),
    )


def presence(rows: list[Attendance], colleges: Mapping[tuple[UUID, UUID], str]) -> Measure:
    """Count who came of each college, among those expected (002-02, 003-14)."""
    expected, there = Counter[str](), Counter[str]()
    for one in rows:
        college = colleges[one.meeting_id, one.contact_id]
        expected[college] += 1
        there[college] += one.presence in COUNTED
    shown = [one for one in College if expected[one]]
    return Measure(
        "presence",
        "Taux de présence par collège",
        "présences",
        "Présences, représentations comprises, parmi les personnes attendues à chaque réunion.",
        "002-02, 003-14",
        lines_of(
            {one.label: there[one] for one in shown}, of={one.label: expected[one] for one in shown}
        ),
        "Attendues",
        "Présences",
    )


def groups_met(held: list[Meeting], bodies: list[Body]) -> Measure:
    """Count the working groups open in the year and those that met (000-25)."""
    groups = [one for one in bodies if one.kind == BodyKind.WORKING_GROUP]
    met = {one.body_id for one in held}
    return Measure(
        "groups",
        "Groupes de travail",
        "groupes",
        "Groupes ouverts dans l’année, par forme, dont ceux qui se sont réunis.",
        "000-25, 001-05",
        [
            Line(
                label,
                Decimal(sum(one.pk in met for one in groups if one.group_kind == kind)),
                Decimal(sum(one.group_kind == kind for one in groups)),
            )
            for kind, label in [*GroupKind.choices, ("", "forme non précisée")]
            if any(one.group_kind == kind for one in groups)
        ],
        "Ouverts",
        "Réunis",
    )


def representative(council: Council, year: Year) -> Measure:
    """Count the titulars of the four colleges of the steering committee (000-19)."""
    seats = BodyMandate.objects.filter(
        in_force(year.on),
        year.running("body__"),
        body__council=council,
        body__kind=STEERING,
        quality=Quality.TITULAR,
    )
    counts = Counter(seats.values_list("college", flat=True))
    return Measure(
        "steering",
        "Comité de pilotage représentatif",
        "sièges",
        "Titulaires en fonction des quatre collèges dont un comité de pilotage ne se passe pas ;"
        " il est représentatif quand aucun n’est vide.",
        "000-19, D-02",
        lines_of({one.label: counts[one] for one in ASKED}),
        "",
        "Sièges",
    )


def group_names(bodies: list[Body]) -> str:
    """Name the working groups among these bodies."""
    return ", ".join(one.name for one in bodies if one.kind == BodyKind.WORKING_GROUP)


def is_representative(steering: Measure) -> bool:
    """Tell whether the four colleges sit (000-19, D-02)."""
    return bool(steering.lines) and all(one.value for one in steering.lines)


def _categories(council: Council, year: Year, kind: BodyKind, rows: list[Attendance]) -> Measure:
    answers = dict(
        CategoryInvitation.objects.filter(
            year.running("body__"), body__council=council, body__kind=kind
        ).values_list("category", "status")
    )
    met, there = Counter[str](), Counter[str]()
    for one in rows:
        if one.meeting.body.kind == kind and one.contact.organisation is not None:
            met[one.contact.organisation.category] += 1
            there[one.contact.organisation.category] += one.presence in COUNTED
    name = "comité de pilotage" if kind == STEERING else "assemblée plénière"
    return Measure(
        f"categories_{kind}",
        f"Les 25 catégories, {name}",
        "présences",
        "Réponse de l’enquête nationale (oui, non, non invité, sans réponse) et présences de"
        " l’année.",
        "003-14",
        [
            Line(
                Category(one).label,
                Decimal(there[one]),
                Decimal(met[one]),
                InvitationStatus(answers.get(one, InvitationStatus.UNANSWERED)).label,
            )
            for one in SURVEY_CATEGORIES
        ],
        "Attendues",
        "Présences",
    )


def _decisions(council: Council, year: Year) -> Measure:
    found = Decision.objects.filter(
        council=council, year=year.number, meeting__starts_at__date__lte=year.on
    )
    counts = Counter(found.values_list("kind", flat=True))
    return Measure(
        "decisions",
        "Décisions par type",
        "décisions",
        "Décisions inscrites au registre de l’année.",
        "D.1",
        lines_of({one.label: counts[one] for one in DecisionKind if counts[one]}),
    )
