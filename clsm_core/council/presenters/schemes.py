"""Links with other schemes, and the articulation table CLS / CLSM / PTSM."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council, SchemeKind, SchemeLink
from clsm_core.council.permissions import Act
from clsm_core.council.presenters.home import objectives_of
from clsm_core.council.queries import schemes as query
from clsm_core.council.queries.territory import Territory, territory_of
from clsm_core.council.words import number, plural
from clsm_core.ui.components import Fact, Moment
from clsm_core.ui.templatetags.ui import day

THEMES = ("Objet", "Échelle", "Instance", "Documents", "Calendrier")
# A scheme that ends in less than this is prepared now.
SOON_DAYS = 180
EMPTY = "à compléter"


class Column(NamedTuple):
    """One column of the table: whose it is and its five lines."""

    title: str
    name: str
    lines: tuple[str, ...]


def schemes_page(council: Council, member: Member) -> dict[str, Any]:
    """Give the values of the page of links."""
    links = query.in_order(query.schemes_of(council), member.today)
    running = {one.kind for one in links if not query.has_ended(one, member.today)}
    return {
        "council": council,
        "manages": member.may(Act.MANAGE),
        "links": [_block(council, one, member.today) for one in links],
        "absent": [
            str(kind.label) for kind in (SchemeKind.CLS, SchemeKind.PTSM) if kind not in running
        ],
        "met": query.met_within_a_year(links, member.today),
    }


def _block(council: Council, link: SchemeLink, on: date) -> dict[str, Any]:
    def url(name: str, key: Any) -> str:
        return reverse(f"council:{name}", args=[council.slug, key])

    state, kind = state_of(link, on)
    return {
        "link": link,
        "has_ended": query.has_ended(link, on),
        "state": state,
        "state_kind": kind,
        "facts": [
            Fact("Dispositif", link.get_kind_display()),
            Fact("Référence", link.reference),
            Fact("Dates", dates_of(link)),
            Fact("Objet", link.purpose),
            Fact("Échelle", link.scale),
            Fact("Instance", link.bodies),
            Fact("Documents", link.documents),
            Fact("Calendrier", link.calendar),
        ],
        "edit_url": url("scheme_edit", link.pk),
        "meeting_url": url("scheme_meeting_new", link.pk),
        "moments": [
            (Moment(one.on, one.subject), url("scheme_meeting_remove", one.pk))
            for one in link.meetings.all()
        ],
    }


def state_of(link: SchemeLink, on: date) -> tuple[str, str]:
    """Say in words where a scheme stands, and how much it matters."""
    if query.has_ended(link, on):
        return f"terminé le {day(link.ends_on)}", "danger"
    if link.starts_on and link.starts_on > on:
        return "à venir", ""
    if link.ends_on and (link.ends_on - on).days <= SOON_DAYS:
        return f"se termine le {day(link.ends_on)}", "attention"
    return "en cours", "done"


def dates_of(link: SchemeLink) -> str:
    """Write the two ends of a scheme, or the one known."""
    begins, ends = day(link.starts_on), day(link.ends_on)
    if begins and ends:
        return f"du {begins} au {ends}"
    return f"depuis le {begins}" if begins else f"jusqu’au {ends}" if ends else ""


def articulation(council: Council, on: date) -> tuple[Column, ...]:
    """Give the columns of the articulation table: running CLS, the council, running PTSM.

    Source: practice.md 4.1 (rows objet, échelle, instance, documents, calendrier); 002-09.
    """
    running = [one for one in query.schemes_of(council) if not query.has_ended(one, on)]
    return (
        *_columns(running, query.BEFORE),
        _own(council, territory_of(council)),
        *_columns(running, query.AFTER),
    )


def articulation_page(council: Council, member: Member) -> dict[str, Any]:
    """Give the values of the articulation page."""
    columns = articulation(council, member.today)
    return {
        "council": council,
        "manages": member.may(Act.MANAGE),
        "columns": columns,
        "rows": [
            (theme, [(column.title, column.lines[rank] or EMPTY) for column in columns])
            for rank, theme in enumerate(THEMES)
        ],
    }


def _columns(links: Sequence[SchemeLink], kind: str) -> list[Column]:
    label = str(SchemeKind(kind).value).upper()
    found = [
        Column(label, one.name, (one.purpose, one.scale, one.bodies, one.documents, one.calendar))
        for one in links
        if one.kind == kind
    ]
    return found or [Column(label, "aucun lien en cours", ("",) * len(THEMES))]


def _own(council: Council, territory: Territory) -> Column:
    scale = f"{council.get_scale_display()} : {plural(len(territory.lines), 'commune')},"
    return Column(
        "CLSM",
        council.name,
        (
            council.articulation_purpose or " ; ".join(objectives_of(council)),
            f"{scale} {number(territory.population)} habitants" if territory.lines else "",
            council.articulation_bodies,
            council.articulation_documents,
            council.articulation_calendar,
        ),
    )
