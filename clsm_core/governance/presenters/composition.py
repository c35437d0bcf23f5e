"""Who sits in a body, on paper: by college, each substitute under her titular."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from clsm_core.council.models import Council
from clsm_core.governance.models import Body, BodyMandate
from clsm_core.governance.presenters.bodies import SEAT_HEADERS, seats_by_college
from clsm_core.governance.presenters.papers import Block, printed, tabled, words
from clsm_core.governance.queries import bodies as queries
from clsm_core.ui.templatetags.ui import day

WIDTHS = (3.2, 2.6, 1.5, 2.4, 2.2)


def blocks_of(mandates: Iterable[BodyMandate], *, level: int = 2) -> list[Block]:
    """Return a table a college."""
    return [
        Block(
            title=seats.title,
            level=level,
            headers=SEAT_HEADERS,
            widths=WIDTHS,
            rows=[words(row) for row in seats.rows],
        )
        for seats in seats_by_college(mandates, None)
    ]


def paper(council: Council, body: Body, *, extension: str, at: datetime) -> bytes:
    """Return the composition of the day.

    Args:
        extension: ``pdf``, ``csv`` or ``ods``.
    """
    today = timezone.localdate(at)
    mandates = list(queries.seats_today(body.mandates.all(), today))
    if extension == "pdf":
        empty = [] if mandates else [Block(text=["Aucun membre n’est inscrit."])]
        return printed(
            council,
            body.name,
            [*blocks_of(mandates), *empty],
            at=at,
            lead=[f"Composition au {day(today)}"],
        )
    rows = [
        [seats.title, *words(row)]
        for seats in seats_by_college(mandates, None)
        for row in seats.rows
    ]
    return tabled("Composition", ("Collège", *SEAT_HEADERS), rows, extension=extension, at=at)
