"""What each council of the demonstration observes, retains, sends, and tells of its year.

It writes through the actions that the pages use; its texts and figures are fictitious, but those
that a proved release of the commission shows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

RECEIVED = (412, 437, 468, 455)
COMMENTS = {
    "territory": "Une année où le conseil a pris ses habitudes de travail.",
    "governance": "Les personnes concernées ont pris la parole à chaque réunion.",
    "prospects": "Ouvrir des permanences dans les quartiers, avec les pairs-aidants.",
}


def tell(
    council: Any,
    author: Any,
    *,
    at: datetime,
    day: Callable[[int], date],
    orientation: Any,
    retained: Any,
) -> None:
    """Write a diagnosis, needs of four origins, a priority, a letter to the agency, two reports.

    Args:
        day: gives the working day about so many days ago.
        orientation: a decision of the plenary assembly.
        retained: the steering committee's decision, of kind « priorité ».
    """
    from clsm_core.observatory.field.actions import diagnoses, needs, priorities, transmissions

    today = at.date()
    diagnosis = diagnoses.write(
        council=council,
        diagnosis=None,
        values={
            "title": "Accès aux soins psychiques (fiction)",
            "theme": "accès aux soins",
            "methods": ["quantitative", "shared"],
            "starts_on": day(700),
            "ends_on": day(330),
            "every_years": 3,
            "sources": "Pôle de psychiatrie, centre social, deux réunions publiques.",
            "summary": "Les délais s’allongent ; l’aller-vers touche peu les quartiers éloignés.",
            "resources": "Un centre médico-psychologique, une équipe mobile, un GEM.",
            "gaps": "Pas de permanence hors du centre-ville.",
            "committee": "Groupe logement et coordination",
        },
    )
    diagnoses.write_series(
        council=council,
        series=None,
        fields={
            "diagnosis": diagnosis,
            "title": "Personnes reçues une première fois (fiction)",
            "unit": "personnes",
            "territory": "Territoire du conseil",
            "source": "Pôle de psychiatrie (fiction)",
            "definition": "Premiers rendez-vous tenus dans l’année, adultes.",
        },
        values={today.year - len(RECEIVED) + n: Decimal(one) for n, one in enumerate(RECEIVED)},
    )
    told = (
        ("Une permanence dans les quartiers", "diagnosis", 1, {"diagnosis": diagnosis}),
        (
            "Aller vers les personnes isolées",
            "plenary",
            1,
            {"decision": orientation, "meeting": orientation.meeting},
        ),
        ("Un lieu calme pour les adolescents", "inhabitant", 3, {}),
    )
    found = [
        needs.propose(
            council=council,
            by=author,
            values={
                "title": title,
                "origin": origin,
                "urgency": urgency,
                "theme": "care_access",
                "seen_on": day(150),
                **more,
            },
        )
        for title, origin, urgency, more in told
    ]
    found += _published(council, author, today)
    kept = [found[0], *found[3:]]
    priorities.write(
        council=council,
        priority=None,
        values={
            "title": "Aller vers, dans les quartiers",
            "goal": "care",
            "decision": retained,
            "starts_on": day(40),
        },
        needs=kept,
    )
    sent = transmissions.send(
        council=council,
        transmission=None,
        on=day(30),
        message="Ces besoins sont ceux que le comité de pilotage a retenus.",
        needs=kept,
        today=today,
    )
    transmissions.answer(
        transmission=sent,
        text="La délégation propose d’en parler au dialogue de gestion (fiction).",
        on=day(8),
        today=today,
    )
    _reports(council, author, at)


def _published(council: Any, author: Any, today: date) -> list[Any]:
    """Make a need of the first line of the last proved release, when there is one to show."""
    from clsm_core.observatory.field.actions import needs
    from clsm_core.observatory.field.lines import table_of
    from clsm_core.observatory.queries import readings_of

    for reading in readings_of(council):
        if reading.proved is None or reading.is_paper:
            continue
        for part in reading.proved.bundle["populations"]:
            for table in part["tables"]:
                shown = table_of(reading, table["id"])
                if shown is not None and shown.lines:
                    return [
                        needs.from_line(
                            council=council,
                            release_id=reading.release.pk,
                            table_id=shown.id,
                            row=shown.lines[0].code,
                            by=author,
                            on=today,
                        )
                    ]
    return []


def _reports(council: Any, author: Any, at: datetime) -> None:
    """Publish the report of last year, and comment this year's."""
    from clsm_core.reports.actions import reports
    from clsm_core.reports.models import ReportPart
    from clsm_core.reports.presenters.papers import validated_pdfs
    from clsm_core.reports.presenters.report import content_of
    from clsm_core.roadmap.queries.counts.years import year_of

    year = at.year - 1
    last = reports.start(council=council, year=year)
    span = year_of(year, at.date())
    assert span is not None
    content = content_of(council, span, last.comments)
    everybody, steering = validated_pdfs(content, at=at)
    reports.validate(
        report=last,
        content=content,
        document=everybody,
        steering_document=steering,
        by=author,
        on=at.date(),
    )
    reports.publish(report=last)
    draft = reports.start(council=council, year=at.year)
    for part, text in COMMENTS.items():
        reports.comment(report=draft, part=ReportPart(part), text=text)
