"""Turn partnerships into their list and their page (000-24)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.paginator import Page
from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.directory.models import Organisation, Partnership, PartnershipNature
from clsm_core.directory.permissions import EDIT
from clsm_core.directory.presenters.frame import choice_tiles, query_of, state_tiles, tabs_of
from clsm_core.directory.queries.partnerships import (
    ENDED,
    ENDING_SOON,
    MONTHS_BEFORE_END,
    Counts,
    months_after,
)
from clsm_core.ui.components import Cell, Fact
from clsm_core.ui.templatetags.ui import day, short_day

HEADERS = ("Objet", "Nature", "Structures", "Fin")
STATE_LABELS = {
    "": "en cours",
    ENDING_SOON: "finissent dans les six mois",
    ENDED: "terminés",
}
CAPTIONS = {
    "": "Partenariats en cours",
    ENDING_SOON: "Partenariats qui finissent dans les six mois",
    ENDED: "Partenariats terminés",
}


def list_page(
    council: Council,
    member: Member,
    counts: Counts,
    *,
    page: Page[Partnership],
    state: str,
    nature: str,
) -> dict[str, Any]:
    """Give the values of the list: counted by state and by nature."""
    base = reverse("directory:partnerships", args=[council.slug])
    caption = CAPTIONS[state]
    if nature:
        caption = f"{caption} · {PartnershipNature(nature).label}"
    return {
        "council": council,
        "tabs": tabs_of(council, member, "directory:partnerships"),
        "tiles": state_tiles(
            base,
            counts.states,
            STATE_LABELS,
            current=None if nature else state,
            kinds={ENDING_SOON: "attention"},
        ),
        "natures": choice_tiles(
            base, counts.natures, dict(PartnershipNature.choices), name="nature", current=nature
        ),
        "is_empty": not any(counts.states.values()),
        "caption": caption,
        "headers": HEADERS,
        "rows": partnership_rows(council, page, member.today),
        "page": page,
        "query": query_of(etat=state, nature=nature),
        "can_edit": member.may(EDIT),
    }


def partnership_rows(
    council: Council,
    found: Iterable[Partnership],
    today: date,
    *,
    apart: Organisation | None = None,
) -> list[list[Any]]:
    """Give a line for each partnership, without the organisation whose page it is."""
    return [
        [
            Cell(one.subject, url=reverse("directory:partnership", args=[council.slug, one.pk])),
            one.get_nature_display(),
            ", ".join(other.name for other in one.organisations.all() if other != apart)
            or "le conseil",
            _end(one, today),
        ]
        for one in found
    ]


def partnership_page(council: Council, member: Member, one: Partnership) -> dict[str, Any]:
    """Give the values of one partnership's page."""
    return {
        "council": council,
        "partnership": one,
        "state": _state(one, member.today),
        "facts": [
            Fact("Nature", one.get_nature_display()),
            Fact("Signé le", day(one.signed_on)),
            Fact("Début", day(one.starts_on)),
            Fact("Fin", day(one.ends_on) or "sans date de fin"),
        ],
        "organisations": [
            (other, reverse("directory:organisation", args=[council.slug, other.pk]))
            for other in one.organisations.all()
        ],
        "can_edit": member.may(EDIT),
    }


def _state(one: Partnership, today: date) -> tuple[str, str]:
    if one.ends_on is None:
        return "en cours", "done"
    if one.ends_on < today:
        return f"terminé le {short_day(one.ends_on)}", ""
    if one.ends_on <= months_after(today, MONTHS_BEFORE_END):
        return f"finit le {short_day(one.ends_on)}", "attention"
    return "en cours", "done"


def _end(one: Partnership, today: date) -> Cell:
    if one.ends_on is None:
        return Cell("sans date de fin")
    label, kind = _state(one, today)
    return Cell(label, kind=kind) if kind == "attention" else Cell(short_day(one.ends_on))
