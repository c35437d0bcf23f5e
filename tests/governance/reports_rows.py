"""Years of a council for the tests of reports: an ordinary full one, and a very large one.

Rows are written by models, apart from the code that counts them.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from clsm_core.council.models import (
    ArticulationMeeting,
    Commune,
    Council,
    CouncilCommune,
    Post,
    PostFunding,
    PostTraining,
    PriorityDistrict,
    PsychiatricSector,
    SchemeLink,
)
from clsm_core.directory.models import Partnership
from clsm_core.governance.models import (
    AgendaPoint,
    Attendance,
    Body,
    BodyMandate,
    CategoryInvitation,
    Decision,
    FrameworkDocument,
    Meeting,
    Signatory,
)
from clsm_core.observatory.models import (
    Diagnosis,
    Need,
    Priority,
    Series,
    SeriesValue,
    Transmission,
)
from clsm_core.reports.models import AnnualReport
from clsm_core.roadmap.models import (
    ActionSheet,
    Axis,
    BudgetLine,
    Funding,
    Indicator,
    IndicatorValue,
    Partner,
    Roadmap,
    Step,
    YearReview,
)
from clsm_core.roadmap.queries.counts.measures import Measure
from tests.governance.directory_rows import contact, organisation
from tests.governance.governance_rows import PARIS

YEAR = 2025
GROUP = "Groupe {} : logement, habitat et accompagnement"
SINCE = dt.date(2024, 1, 1)
COLLEGES = ("elected", "psychiatry", "users", "carers", "social", "institutions", "health")
CATEGORIES = (
    "municipal",
    "public_psychiatry",
    "users",
    "carers_union",
    "social",
    "ars",
    "health_house",
    "landlord",
    "education",
    "police",
)
THEMES = ("housing", "sism", "cross_training", "care_access", "adolescents", "suicide", "rights")


def said(measure: Measure) -> dict[str, tuple[float | None, float | None]]:
    """Write an indicator as plain numbers: value and whole by line."""
    return {
        one.label: (
            None if one.value is None else float(one.value),
            None if one.of is None else float(one.of),
        )
        for one in measure.lines
    }


def commune(code: str = "57463", name: str = "Metz", population: int = 120_000) -> Commune:
    """Give an official commune."""
    found, _ = Commune.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "kind": "commune-actuelle",
            "department": code[:2],
            "region": "44",
            "population": population,
            "source": "essai",
        },
    )
    return found


def held(body: Body, on: dt.date, *people: tuple[Any, str]) -> Meeting:
    """Give a held meeting and how each person was there."""
    one = Meeting.objects.create(
        body=body, starts_at=dt.datetime.combine(on, dt.time(14), PARIS), state="held"
    )
    for who, presence in people:
        stand_in = people[0][0] if presence == "represented" else None
        Attendance.objects.create(
            meeting=one, contact=who, presence=presence, represented_by=stand_in
        )
    return one


def seat(body: Body, who: Any, **values: Any) -> BodyMandate:
    """Give a seat since the beginning of the body."""
    values.setdefault("college", who.college)
    return BodyMandate.objects.create(body=body, contact=who, starts_on=SINCE, **values)


def decision(meeting: Meeting, number: int, kind: str = "orientation", **values: Any) -> Decision:
    """Give a decision of a meeting, with its number."""
    values.setdefault("title", f"Décision numéro {number}")
    return Decision.objects.create(
        council=meeting.body.council,
        meeting=meeting,
        year=YEAR,
        number=number,
        kind=kind,
        **values,
    )


def a_post(council: Council, **values: Any) -> Post:
    """Give a full-time coordination, held since September 2023."""
    return Post.objects.create(
        council=council,
        employer="local_authority",
        employer_name="Ville",
        time_percent=100,
        contract="permanent",
        starts_on=dt.date(2023, 9, 1),
        **values,
    )


def place(council: Council) -> None:
    """Give a council its territory, post, money and schemes."""
    CouncilCommune.objects.create(council=council, commune=commune())
    PriorityDistrict.objects.create(
        council=council, code="QP057010", name="Borny", population=14_000, population_year=2022
    )
    PsychiatricSector.objects.create(council=council, kind="adult", code="57G05", hospital="CH")
    council.perimeter_reviewed_on = dt.date(2024, 5, 2)
    council.presidency = "Le maire de Metz"
    council.co_animation = "Le pôle de psychiatrie"
    council.presentation = "Le conseil réunit celles et ceux qui agissent pour la santé mentale."
    council.objectives = ["stigma", "care"]
    council.save()
    post = a_post(council, holder="Camille Quenot", job_description_on=dt.date(2023, 9, 1))
    PostTraining.objects.create(
        post=post, title="Animer un réseau", on=dt.date(2025, 4, 3), days=Decimal("2.5")
    )
    for funder, amount in (("local_authority", 25_000), ("hospital", 10_000), ("ars", 15_000)):
        PostFunding.objects.create(post=post, year=YEAR, funder=funder, amount=amount)
    for kind in ("cls", "ptsm"):
        scheme = SchemeLink.objects.create(
            council=council, kind=kind, name=f"{kind.upper()} de Moselle", starts_on=SINCE
        )
        ArticulationMeeting.objects.create(
            scheme=scheme, on=dt.date(2025, 6, 10), subject="Calendriers"
        )


def signed_charter(council: Council, *organisations: Any) -> FrameworkDocument:
    """Give a charter in force, signed by these organisations."""
    document = FrameworkDocument.objects.create(
        council=council,
        kind="charter",
        number=1,
        title="Charte du conseil",
        is_signed=True,
        starts_on=SINCE,
    )
    for one in organisations:
        Signatory.objects.create(
            document=document, organisation=one, representative="Signataire", signed_on=SINCE
        )
    return document


def roadmap(council: Council, axes: int = 2) -> list[Axis]:
    """Give a roadmap over three years, with axes."""
    plan = Roadmap.objects.create(
        council=council,
        title="Feuille de route 2024-2026",
        starts_on=dt.date(2024, 1, 1),
        ends_on=dt.date(2026, 12, 31),
    )
    return [
        Axis.objects.create(council=council, roadmap=plan, number=n, title=f"Parcours {n}")
        for n in range(1, axes + 1)
    ]


def sheet(axis: Axis, number: int = 1, status: str = "ongoing", **values: Any) -> ActionSheet:
    """Give an action."""
    values.setdefault("title", f"Action {axis.number}.{number}")
    return ActionSheet.objects.create(axis=axis, number=number, status=status, **values)


def need(council: Council, title: str, on: dt.date = dt.date(2025, 3, 1), **values: Any) -> Need:
    """Give a need seen in the year."""
    values.setdefault("origin", "plenary")
    return Need.objects.create(council=council, title=title, seen_on=on, **values)


def full_year(council: Council, *, bodies: int = 4, actions: int = 6, people: int = 9) -> None:
    """Give a council a year in which every part of a report has something to say."""
    place(council)
    structures = [
        organisation(council, f"Structure {n + 1}", CATEGORIES[n % len(CATEGORIES)])
        for n in range(max(4, people // 2))
    ]
    for one in structures[:3]:
        one.verified_on = dt.date(2025, 2, 1)
        one.save()
    signed_charter(council, *structures[:2])
    members = [
        contact(
            council,
            f"Membre {n + 1}",
            COLLEGES[n % len(COLLEGES)],
            structures[n % len(structures)],
            job_title=f"Fonction {n % 20 + 1}",
        )
        for n in range(people)
    ]
    steering = Body.objects.create(
        council=council,
        kind="steering",
        name="Comité de pilotage",
        starts_on=SINCE,
        meetings_per_year=3,
    )
    plenary = Body.objects.create(
        council=council, kind="plenary", name="Assemblée plénière", starts_on=SINCE
    )
    for body in (steering, plenary):
        for who in members[: min(people, 12)]:
            seat(body, who)
    everybody = [(who, "on_site" if n % 4 else "excused") for n, who in enumerate(members)]
    first = held(steering, dt.date(2025, 3, 14), *everybody[:12])
    held(steering, dt.date(2025, 10, 14), *everybody[:12])
    held(plenary, dt.date(2025, 11, 20), *[(who, "on_site") for who in members])
    CategoryInvitation.objects.create(body=steering, category="ars", status="member")
    CategoryInvitation.objects.create(body=plenary, category="justice", status="not_invited")
    for n in range(bodies - 2):
        founding = decision(first, n + 1, "new_group", title=f"Créer le groupe {n + 1}")
        group = Body.objects.create(
            council=council,
            kind="working_group",
            name=GROUP.format(n + 1),
            group_kind="theme" if n % 2 else "project",
            created_by=founding,
            starts_on=SINCE,
            meetings_per_year=4,
        )
        met = held(group, dt.date(2025, 5, 6), *[(who, "on_site") for who in members[:5]])
        AgendaPoint.objects.create(body=group, meeting=met, title="Partager les situations types")
    decision(first, bodies, "to_ars", title="Transmettre les besoins à l’ARS")
    for nature in ("convention", "informal"):
        one = Partnership.objects.create(
            council=council, nature=nature, subject=f"Accueil ({nature})", starts_on=SINCE
        )
        one.organisations.add(*structures[:2])
    _observe(council, decision(first, bodies + 2, "priority", title="Retenir les adolescents"))
    _act(council, actions, decision(first, bodies + 1, "action", title="Valider les actions"))


def _observe(council: Council, retained: Decision) -> None:
    sent = Transmission.objects.create(council=council, on=dt.date(2025, 5, 1))
    pressing = need(council, "Manque de créneaux pour les adolescents", urgency=1)
    sent.needs.add(pressing)
    kept = Priority.objects.create(
        council=council,
        title="Recevoir les adolescents",
        goal="care",
        decision=retained,
        starts_on=dt.date(2025, 4, 1),
    )
    kept.needs.add(pressing)
    need(council, "Isolement dans les grands ensembles", origin="inhabitant")
    Diagnosis.objects.create(
        council=council,
        title="Logement et santé mentale",
        starts_on=dt.date(2024, 9, 1),
        ends_on=dt.date(2025, 6, 30),
        summary="Les demandes de relogement augmentent.",
        sources="Bailleurs, secteurs",
    )
    series = Series.objects.create(
        council=council, title="Consultations", territory="Metz", source="CH"
    )
    SeriesValue.objects.create(series=series, year=YEAR, value=1200)


def _act(council: Council, actions: int, founding: Decision) -> None:
    axes = roadmap(council, 3)
    statuses = ("done", "ongoing", "validated", "postponed", "ongoing")
    for n in range(actions):
        axis = axes[n % len(axes)]
        one = sheet(
            axis,
            n // len(axes) + 1,
            statuses[n % len(statuses)],
            title=f"Action {n + 1} : former ensemble les agents d’accueil et les soignants",
            progress=100 if n % len(statuses) == 0 else 40,
            theme_codes=[THEMES[n % len(THEMES)]],
            decision=founding,
            lessons="Commencer petit." if n == 0 else "",
        )
        Partner.objects.create(sheet=one, rank=1, role="pilot", name=GROUP.format(n % 2 + 1))
        if n < 8:
            YearReview.objects.create(
                sheet=one,
                year=YEAR,
                done=f"Trois séances tenues (action {n + 1}).",
                gaps="Une séance reportée.",
                prospects="Reprendre au printemps, avec les écoles.",
                attendance="42 personnes",
            )
        Step.objects.create(
            sheet=one,
            rank=1,
            text="Lancer",
            due_on=dt.date(2025, 6, 1),
            done_on=dt.date(2025, 5, 20) if n % 2 else None,
        )
        for kind, label, mode, value in (
            ("process", "Séances tenues", "entered", 3),
            ("result", "Professionnels qui connaissent mieux l’offre (%)", "survey", 64),
        ):
            if n < 4:
                measured = Indicator.objects.create(
                    sheet=one, rank=1, kind=kind, label=label, mode=mode
                )
                IndicatorValue.objects.create(indicator=measured, year=YEAR, value=value)
        Funding.objects.create(
            sheet=one, rank=1, funder="cpam", amount=1500, year=YEAR, status="granted"
        )
        BudgetLine.objects.create(
            sheet=one, rank=1, kind="action", label="Salle", year=YEAR, amount=2000, spent=1800
        )


def report(council: Council, year: int = YEAR, **values: Any) -> AnnualReport:
    """Give a draft of a report."""
    return AnnualReport.objects.create(council=council, year=year, **values)
