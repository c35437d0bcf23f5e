"""What the page of a year of meetings shows, and its table (000-22, 004-20, D.5)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from clsm_core.council.access import Member
from clsm_core.governance.presenters.papers import tabled
from clsm_core.governance.queries import meetings as queries
from clsm_core.governance.queries.attendance import Share
from clsm_core.governance.queries.meeting_year import Year, year_of
from clsm_core.ui.components import Cell

BODY_HEADERS = ("Instance", "Type", "Réunions", "Personnes différentes")
SHARE_HEADERS = ("Inscriptions", "Présences", "Taux")
THEME_HEADERS = ("Thématique", "Groupes réunis", "Réunions", "Personnes différentes")
FUNCTION_HEADERS = ("Fonction", "Personnes")


def year_page(member: Member, year: int) -> dict[str, Any]:
    """Give the values of the page."""
    found = year_of(queries.listed(member), year)
    return {
        "council": member.council,
        "year": year,
        "found": found,
        "meetings": sum(one.meetings for one in found.bodies),
        "body_headers": BODY_HEADERS,
        "bodies": [
            [one.name, one.kind, _number(one.meetings), _number(len(one.people))]
            for one in found.bodies
        ],
        "theme_headers": THEME_HEADERS,
        "themes": [
            [one.name, _number(one.groups), _number(one.meetings), _number(one.people)]
            for one in found.themes
        ],
        "college_headers": ("Collège", *SHARE_HEADERS),
        "colleges": [_share(one) for one in found.colleges],
        "category_headers": ("Catégorie de structure", *SHARE_HEADERS),
        "categories": [_share(one) for one in found.categories],
        "function_headers": FUNCTION_HEADERS,
        "functions": [[name, _number(number)] for name, number in found.functions],
    }


def year_table(member: Member, year: int, *, at: datetime) -> bytes:
    """Return the same figures as a spreadsheet, one a line."""
    found = year_of(queries.listed(member), year)
    headers = ("Année", "Compte", "Élément", "Inscriptions", "Nombre")
    return tabled("Réunions", headers, list(_lines(found, year)), extension="csv", at=at)


def _lines(found: Year, year: int) -> list[tuple[Any, ...]]:
    lines: list[tuple[Any, ...]] = []
    for one in found.bodies:
        lines.append((year, "Réunions tenues", one.name, None, one.meetings))
        lines.append((year, "Personnes différentes", one.name, None, len(one.people)))
    lines.append((year, "Personnes différentes", "toutes instances", None, found.people))
    lines.append((year, "Structures représentées", "toutes instances", None, found.organisations))
    for theme in found.themes:
        lines.append((year, "Groupes réunis par thématique", theme.name, None, theme.groups))
        lines.append((year, "Réunions par thématique", theme.name, None, theme.meetings))
        lines.append((year, "Personnes par thématique", theme.name, None, theme.people))
    for word, shares in (("collège", found.colleges), ("catégorie", found.categories)):
        lines += [(year, f"Présences par {word}", s.label, s.convened, s.there) for s in shares]
    lines += [(year, "Personnes par fonction", name, None, n) for name, n in found.functions]
    return lines


def _share(share: Share) -> list[Any]:
    return [
        share.label,
        _number(share.convened),
        _number(share.there),
        Cell(f"{share.percent} %", is_number=True),
    ]


def _number(value: int) -> Cell:
    return Cell(value, is_number=True)
