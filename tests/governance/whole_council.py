"""A council that holds one row of everything, each of its texts marked with a word of its own."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from clsm_core.accounts.models import User
from clsm_core.council import models as territory
from clsm_core.council.models import Council, CouncilMembership
from clsm_core.directory import models as directory
from clsm_core.governance import models as governance
from clsm_core.observatory import models as observatory
from clsm_core.reports.models import AnnualReport
from clsm_core.roadmap import models as roadmap
from clsm_core.ui.plain import plain
from tests.governance.council_people import council

CANARY = "canari-tenue-7741"
PLAIN = "Mésange"
APPS = (
    "clsm_council",
    "clsm_directory",
    "clsm_governance",
    "clsm_observatory",
    "clsm_roadmap",
    "clsm_reports",
)
# Official data, shared by all councils.
SHARED = (territory.Commune, territory.Epci, Council)
# What the other service publishes: only its role may write it.
PUBLISHED = (
    observatory.Release,
    observatory.ReleaseWithdrawal,
    observatory.Note,
    observatory.NoteWithdrawal,
)
DAY = dt.date(2026, 3, 12)
MOMENT = dt.datetime(2026, 3, 12, 14, 0, tzinfo=dt.UTC)
# The years of a report that is being written, and of one that is published.
DRAFT_YEAR, TOLD_YEAR = DAY.year, DAY.year - 1


@dataclass
class Made:
    """A council, the ids of its rows by table, and each row with those that it belongs to."""

    council: Council
    rows: dict[str, list[str]]
    pairs: list[tuple[str, str]]

    @property
    def ids(self) -> list[str]:
        """Return every id."""
        return sorted({one for found in self.rows.values() for one in found})

    def empty_tables(self) -> list[str]:
        """Return the tables of a council that hold no row of this one."""
        return [
            model._meta.label
            for model, path in tables()
            if not model._default_manager.filter(**{path: self.council}).exists()
        ]


def tables() -> Iterator[tuple[type[models.Model], str]]:
    """Give each table whose rows belong to a council, and the way to it."""
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            if model not in (*SHARED, *PUBLISHED) and (path := way(model, 4)):
                yield model, path


def way(model: Any, depth: int) -> str:
    """Return the shortest chain of foreign keys from a model to its council."""
    links = [field for field in model._meta.fields if field.many_to_one or field.one_to_one]
    for field in links:
        if field.related_model is Council:
            return str(field.name)
    if depth:
        for field in links:
            if field.related_model is not model and not field.null:
                further = way(field.related_model, depth - 1)
                if further:
                    return f"{field.name}__{further}"
    return ""


def make(model: Any, word: str, **values: Any) -> Any:
    """Write a row whose free texts all hold a word."""
    row = model(**values)
    for field in model._meta.fields:
        if (
            isinstance(field, models.CharField | models.TextField)
            and not isinstance(field, models.EmailField | models.URLField)
            and not field.choices
            and field.name not in values
            and (field.max_length or 999) > 60
        ):
            setattr(row, field.name, word)
    for key in ("sort_key", "search_key"):
        if hasattr(row, key):
            setattr(row, key, plain(f"{word} {uuid.uuid4().hex[:6]}"))
    row.save()
    return row


def everything(slug: str, *, canary: str = PLAIN) -> Made:
    """Open a council and write one row in each of its tables."""
    here = council(slug, f"CLSM {slug}", presentation=canary, is_published=True)
    user = User.objects.create_user(
        realm="council", email=f"auteur-{slug}@exemple.invalid", password=None, last_name=canary
    )
    _territory(here, canary)
    people = _directory(here, user, canary)
    _governance(here, user, canary, *people)
    _observatory(here, user, canary)
    plan = make(roadmap.Roadmap, canary, council=here, starts_on=DAY, ends_on=DAY)
    adopted = governance.Decision.objects.filter(council=here).first()
    dates = {"starts_on": DAY, "ends_on": DAY}
    make(roadmap.Roadmap, canary, council=here, state="current", decision=adopted, **dates)
    axis = make(roadmap.Axis, canary, council=here, roadmap=plan, number=1)
    above = make(roadmap.StrategicObjective, canary, axis=axis, rank=1)
    below = make(roadmap.SpecificObjective, canary, strategic=above, rank=1)
    sheet = make(roadmap.ActionSheet, canary, axis=axis, number=1, objective=below)
    for model, values in (
        (roadmap.Objective, {}),
        (roadmap.Activity, {}),
        (roadmap.Partner, {"role": "pilot"}),
        (roadmap.Audience, {}),
        (roadmap.Indicator, {"kind": "process"}),
        (roadmap.BudgetLine, {"kind": "action"}),
        (roadmap.Funding, {"funder": "ars"}),
        (roadmap.Step, {}),
    ):
        make(model, canary, sheet=sheet, rank=1, **values)
    make(roadmap.YearReview, canary, sheet=sheet, year=2026)
    measured = sheet.indicator_lines.get()
    make(roadmap.IndicatorValue, canary, indicator=measured, year=2026, value=4)
    make(AnnualReport, canary, council=here, year=DRAFT_YEAR, comments={"governance": canary})
    make(
        AnnualReport,
        canary,
        council=here,
        year=TOLD_YEAR,
        state="validated",
        is_published=True,
        document=b"%PDF-1.7",
        validated_on=DAY,
        validated_by=user,
    )
    CouncilMembership.objects.create(user=user, council=here, role="reader", starts_on=DAY)
    rows: dict[str, list[str]] = {}
    pairs: list[tuple[str, str]] = []
    for model, path in tables():
        for row in model._default_manager.filter(**{path: here}):
            rows.setdefault(model._meta.label, []).append(str(row.pk))
            pairs += [
                (str(getattr(row, field.attname)), str(row.pk))
                for field in model._meta.fields
                if field.many_to_one and field.related_model is not Council
            ]
    return Made(here, rows, pairs)


def _territory(here: Council, word: str) -> None:
    commune, _ = territory.Commune.objects.get_or_create(
        code="57463",
        defaults={
            "name": "Metz",
            "kind": "commune-actuelle",
            "department": "57",
            "region": "44",
            "population": 100_000,
            "source": "essai",
        },
    )
    territory.CouncilCommune.objects.create(council=here, commune=commune)
    territory.PriorityDistrict.objects.create(
        council=here, code="QP057010", name=word, population=900, population_year=2018
    )
    make(territory.PsychiatricSector, word, council=here, kind="adult", code="57G05")
    post = make(
        territory.Post,
        word,
        council=here,
        employer="local_authority",
        contract="permanent",
        time_percent=80,
        starts_on=DAY,
    )
    make(territory.PostTraining, word, post=post, on=DAY)
    make(territory.PostFunding, word, post=post, year=2026, funder="ars", amount=20_000)
    scheme = make(territory.SchemeLink, word, council=here, kind="cls")
    make(territory.ArticulationMeeting, word, scheme=scheme, on=DAY)
    square = [[[[6.1, 49.1], [6.2, 49.1], [6.2, 49.2], [6.1, 49.1]]]]
    make(territory.Contour, word, council=here, commune=commune, polygons=square)


def _directory(here: Council, user: User, word: str) -> tuple[Any, Any, Any]:
    organisation = make(directory.Organisation, word, council=here, category="users")
    first = make(directory.Contact, word, council=here, organisation=organisation, college="users")
    second = make(directory.Contact, f"{word} B", council=here, college="elected")
    partnership = make(directory.Partnership, word, council=here, nature="charter", starts_on=DAY)
    partnership.organisations.add(organisation)
    for confirmed in (None, MOMENT):
        make(
            directory.Batch,
            word,
            council=here,
            kind="contacts",
            made_by=user,
            lines=[],
            errors=[],
            confirmed_at=confirmed,
        )
    listed = make(directory.MailingList, word, council=here)
    listed.contacts.add(first)
    return organisation, first, second


def _governance(
    here: Council, user: User, word: str, organisation: Any, first: Any, second: Any
) -> None:
    steering = make(
        governance.Body, f"{word} pilotage", council=here, kind="steering", starts_on=DAY
    )
    make(governance.Body, f"{word} plénière", council=here, kind="plenary", starts_on=DAY)
    make(
        governance.BodyMandate,
        word,
        body=steering,
        contact=first,
        college="users",
        starts_on=DAY,
    )
    make(governance.CategoryInvitation, word, body=steering, category="users", status="member")
    make(governance.MeetingTemplate, word, council=here, lines=[])
    series = make(
        governance.MeetingSeries, word, body=steering, every_months=3, starts_on=DAY, count=1
    )
    meeting = make(
        governance.Meeting,
        word,
        body=steering,
        series=series,
        starts_at=MOMENT,
        state="held",
        convened_at=MOMENT,
        minutes_state="draft",
    )
    make(
        governance.Meeting,
        word,
        body=steering,
        starts_at=MOMENT + dt.timedelta(days=400),
    )
    point = make(governance.AgendaPoint, word, body=steering, meeting=meeting, rank=1)
    make(governance.AgendaPoint, word, body=steering, proposed_by=user)
    make(governance.Attendance, word, meeting=meeting, contact=first, presence="on_site")
    make(governance.Attendance, word, meeting=meeting, contact=second, is_guest=True)
    make(governance.Letter, word, meeting=meeting, contact=first, kind="convened", number=0)
    make(governance.MinutesCorrection, word, meeting=meeting, edition=1, reopened_by=user)
    make(governance.ValidatedMinutes, word, meeting=meeting, edition=1, content=b"%PDF-")
    decision = make(
        governance.Decision,
        word,
        council=here,
        meeting=meeting,
        point=point,
        year=2026,
        number=1,
        kind="new_group",
        owner=first,
    )
    make(
        governance.Vote,
        word,
        decision=decision,
        rule="simple",
        voters=3,
        in_favour=2,
        against=1,
        abstained=0,
    )
    make(governance.FollowUp, word, decision=decision, on=DAY, state="ongoing", written_by=user)
    make(
        governance.Body,
        f"{word} groupe",
        council=here,
        kind="working_group",
        group_kind="theme",
        created_by=decision,
        starts_on=DAY,
    )
    framework = make(governance.FrameworkDocument, word, council=here, kind="charter", number=1)
    make(governance.Signatory, word, document=framework, organisation=organisation)
    _given_away(here, user, steering)
    make(
        governance.Document,
        word,
        council=here,
        meeting=meeting,
        file_name="ordre.txt",
        media_type="text/plain",
        size=3,
        sha256="0" * 64,
        content=b"abc",
        added_by=user,
    )


def _observatory(here: Council, user: User, word: str) -> None:
    diagnosis = make(observatory.Diagnosis, word, council=here, starts_on=DAY, ends_on=DAY)
    series = make(observatory.Series, word, council=here, diagnosis=diagnosis)
    make(observatory.SeriesValue, word, series=series, year=2026, value=1)
    need = make(
        observatory.Need,
        word,
        council=here,
        origin="inhabitant",
        theme="",
        seen_on=DAY,
        proposed_by=user,
    )
    priority = make(
        observatory.Priority,
        word,
        council=here,
        goal="care",
        starts_on=DAY,
        decision=governance.Decision.objects.get(council=here),
    )
    priority.needs.add(need)
    for answer in ({}, {"answered_on": DAY}):
        sent = make(
            observatory.Transmission,
            word,
            council=here,
            on=DAY,
            answer=word if answer else "",
            **answer,
        )
        sent.needs.add(need)


def _given_away(here: Council, user: User, steering: Any) -> None:
    """Publish a charter with its file, and minutes: what anybody may read, canary apart."""
    framework = make(
        governance.FrameworkDocument,
        PLAIN,
        council=here,
        kind="convention",
        number=1,
        is_signed=True,
        starts_on=DAY,
        is_published=True,
    )
    make(
        governance.Document,
        PLAIN,
        council=here,
        framework=framework,
        file_name="convention.txt",
        media_type="text/plain",
        size=3,
        sha256="0" * 64,
        content=b"abc",
        added_by=user,
    )
    make(
        governance.Meeting,
        PLAIN,
        body=steering,
        starts_at=MOMENT - dt.timedelta(days=30),
        state="held",
        convened_at=MOMENT,
        minutes_state="validated",
        validated_on=DAY,
        validated_by=user,
        is_published=True,
    )
