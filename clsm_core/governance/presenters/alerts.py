"""What is missing in the bodies, in plain words, with where to mend it.

Source: domain.md D.2 (D-01, D-02, D-03), 002-05, 001-06.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from clsm_core.directory.models import College
from clsm_core.governance.models import Body, BodyKind, Quality, SeatRole
from clsm_core.governance.queries.bodies import Life, day_of
from clsm_core.ui.templatetags.ui import day

# D-02: whom a steering committee cannot do without.
ASKED = (College.ELECTED, College.PSYCHIATRY, College.USERS, College.CARERS)
MISSING = {
    BodyKind.STEERING: "Le conseil n’a pas de comité de pilotage",
    BodyKind.PLENARY: "Le conseil n’a pas d’assemblée plénière",
    BodyKind.WORKING_GROUP: "Aucun groupe de travail n’est ouvert",
}
YEARLY = {BodyKind.STEERING, BodyKind.PLENARY}


class Alert(NamedTuple):
    """Something to mend: the rule, what is missing, why it matters, the body it concerns."""

    rule: str
    title: str
    text: str
    body: Body | None = None


def alerts_of(
    bodies: Iterable[Body],
    lives: Mapping[UUID, Life],
    *,
    today: date,
    coordinators: set[Any],
    is_whole: bool = True,
) -> list[Alert]:
    """Return what is missing in the open bodies.

    Args:
        coordinators: the accounts that coordinate the council today.
        is_whole: whether these are all the open bodies of the council.
    """
    open_ones = list(bodies)
    found: list[Alert] = []
    if is_whole:
        kinds = {body.kind for body in open_ones}
        found += [
            Alert(
                "002-05",
                title,
                "Le référentiel national demande trois instances : comité de pilotage,"
                " groupes de travail, assemblée plénière.",
            )
            for kind, title in MISSING.items()
            if kind not in kinds
        ]
    for body in open_ones:
        life = lives.get(body.pk, Life())
        found += _meetings(body, life, today)
        found += _seats(body, life, coordinators)
    return found


def _meetings(body: Body, life: Life, today: date) -> list[Alert]:
    """D-01: once a year at least."""
    if body.kind not in YEARLY or life.held_this_year or body.starts_on > today:
        return []
    if life.next is not None and day_of(life.next).year == today.year:
        return []
    last = f"La dernière s’est tenue le {day(day_of(life.last))}." if life.last else ""
    return [
        Alert(
            "D-01",
            f"{body.name} : aucune réunion tenue ni prévue en {today.year}",
            f"Elle se réunit au moins une fois par an. {last}".strip()
            if body.kind == BodyKind.PLENARY
            else f"Il se réunit au moins une fois par an. {last}".strip(),
            body,
        )
    ]


def _seats(body: Body, life: Life, coordinators: set[Any]) -> list[Alert]:
    """D-02 and D-03: who must be there."""
    found = []
    titulars = [seat for seat in life.mandates if seat.quality == Quality.TITULAR]
    if body.kind == BodyKind.STEERING:
        there = {seat.college for seat in titulars}
        found += [
            Alert(
                "D-02",
                f"{body.name} : aucun membre du collège « {college.label} »",
                "Élus, psychiatrie, personnes concernées et aidants y siègent de plein droit.",
                body,
            )
            for college in ASKED
            if college not in there
        ]
        if not any(seat.contact.account_id in coordinators for seat in titulars):
            found.append(
                Alert(
                    "D-02",
                    f"{body.name} : la coordination n’y siège pas",
                    "Donnez un mandat au contact qui est relié au compte de la coordination.",
                    body,
                )
            )
    if body.kind in YEARLY and not any(seat.role == SeatRole.PRESIDENT for seat in titulars):
        found.append(
            Alert(
                "001-06",
                f"{body.name} : aucune présidence",
                "Elle revient à une personne élue de la collectivité, souvent la ou le maire.",
                body,
            )
        )
    if body.kind == BodyKind.WORKING_GROUP and not any(
        seat.role == SeatRole.REFERENT for seat in titulars
    ):
        found.append(
            Alert(
                "D-03",
                f"{body.name} : aucun référent",
                "Chaque groupe a au moins un référent, qui en rend compte à l’assemblée plénière.",
                body,
            )
        )
    return found
