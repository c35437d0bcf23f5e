"""The sections of the observation, named the same way on each of its pages."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.council.presenters.sections import open_sections
from clsm_core.governance.models import Decision
from clsm_core.governance.permissions import visible_decisions
from clsm_core.ui.components import Tab

SECTIONS = (
    ("Synthèse", "observatory:synthesis", Act.TRENDS),
    ("Chiffres de la commission", "observatory:trends", Act.TRENDS),
    ("Besoins", "observatory:needs", Act.READ),
    ("Priorités", "observatory:priorities", Act.READ),
    ("Diagnostics", "observatory:diagnoses", Act.READ),
    ("Séries de données", "observatory:series", Act.READ),
    ("Transmissions à l’ARS", "observatory:transmissions", Act.READ),
)


def sections(member: Member, current: str) -> list[Tab]:
    """Return the sections that a member may open.

    Args:
        current: the name of the address that is shown.
    """
    return open_sections(member, SECTIONS, current)


def page_url(council: Council, name: str, *args: object, **asked: object) -> str:
    """Return the address of a page of the observatory, with what it is asked."""
    url = reverse(f"observatory:{name}", args=[council.slug, *args])
    query = urlencode({key: str(value) for key, value in asked.items() if value})
    return f"{url}?{query}" if query else url


def new_sheet_url(council: Council, need_id: object) -> str:
    """Return where an action sheet is opened for a need, empty where none can be."""
    try:
        return f"{reverse('roadmap:sheet_new', args=[council.slug])}?besoin={need_id}"
    except NoReverseMatch:
        return ""


def decision_words(member: Member, decision: Decision | None) -> tuple[str, str]:
    """Return how a decision is cited and where it is read; without address for who may not."""
    if decision is None:
        return "", ""
    if not visible_decisions(member).filter(pk=decision.pk).exists():
        return f"décision {decision.code}", ""
    url = reverse("governance:decision", args=[member.council.slug, decision.pk])
    return f"{decision.code} · {decision.title}", url
