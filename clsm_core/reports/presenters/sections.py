"""The sections of the reports, named the same way on each of their pages."""

from __future__ import annotations

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.permissions import Act
from clsm_core.roadmap.queries.counts.years import FIRST
from clsm_core.ui.components import Tab


def sections(member: Member, current: str) -> list[Tab]:
    """Return the sections that a member may open.

    Args:
        current: the name of the address that is shown.
    """
    slug, this_year = member.council.slug, member.today.year
    pages = [
        ("Bilans annuels", "reports:home", [slug], Act.READ),
        ("Indicateurs", "reports:indicators", [slug, this_year], Act.READ),
        ("Conformité", "reports:conformity", [slug, this_year], Act.TRENDS),
        ("Éthique", "reports:ethics", [slug, this_year], Act.TRENDS),
    ]
    return [
        Tab(label, reverse(name, args=args), name == current)
        for label, name, args, act in pages
        if member.may(act)
    ]


def neighbours(member: Member, name: str, year: int) -> list[tuple[str, str]]:
    """Return the year before and the year after, with their addresses, when they may be shown."""
    return [
        (f"Année {one}", reverse(name, args=[member.council.slug, one]))
        for one in (year - 1, year + 1)
        if FIRST <= one <= member.today.year
    ]
