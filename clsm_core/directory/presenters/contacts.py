"""Turn contacts into their list and their page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.paginator import Page
from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.directory.models import College, Contact
from clsm_core.directory.permissions import EDIT, MANAGE, may_reach_people
from clsm_core.directory.presenters.frame import (
    choice_tiles,
    name_of,
    query_of,
    state_tiles,
    tabs_of,
)
from clsm_core.directory.queries.contacts import (
    INACTIVE,
    MAX_FOUND,
    REFERENTS,
    SILENT,
    Counts,
    account_name,
)
from clsm_core.ui.components import Cell, Fact
from clsm_core.ui.templatetags.ui import day

HEADERS = ("Nom", "Fonction", "Structure", "Collège", "Lettres du conseil")
STATE_LABELS = {
    "": "actifs",
    REFERENTS: "référents d’une structure",
    SILENT: "n’ont pas donné leur accord",
    INACTIVE: "inactifs",
}
CAPTIONS = {
    "": "Contacts",
    REFERENTS: "Référents d’une structure",
    SILENT: "Contacts sans accord pour les informations du conseil",
    INACTIVE: "Contacts inactifs",
}


def list_page(
    council: Council,
    member: Member,
    counts: Counts,
    *,
    page: Page[Contact] | None,
    state: str,
    college: str,
    found: Sequence[Contact] | None = None,
) -> dict[str, Any]:
    """Give the values of the list: filtered by counts, or what a search found."""
    base = reverse("directory:contacts", args=[council.slug])
    searched = found is not None
    shown: Iterable[Contact] = found[:MAX_FOUND] if found is not None else page or ()
    caption = CAPTIONS[state]
    if college:
        caption = f"{caption} · {College(college).label}"
    return {
        "council": council,
        "tabs": tabs_of(council, member, "directory:contacts"),
        "tiles": state_tiles(
            base,
            counts.states,
            STATE_LABELS,
            current=None if searched or college else state,
            kinds={},
        ),
        "colleges": choice_tiles(
            base, counts.colleges, dict(College.choices), name="college", current=college
        ),
        "college": college,
        "is_empty": not any(counts.states.values()),
        "is_searched": searched,
        "has_more": found is not None and len(found) > MAX_FOUND,
        "max_found": MAX_FOUND,
        "caption": "Contacts trouvés" if searched else caption,
        "headers": HEADERS,
        "rows": [_row(council, one) for one in shown],
        "page": page,
        "query": query_of(etat=state, college=college),
        "can_edit": member.may(EDIT),
    }


def near_rows(council: Council, found: Iterable[Contact]) -> list[tuple[str, str, str]]:
    """Give name, address and place of contacts who may be the one being entered."""
    return [
        (
            one.full_name,
            reverse("directory:contact", args=[council.slug, one.pk]),
            " · ".join(
                part
                for part in (
                    one.job_title,
                    one.organisation.name if one.organisation else one.get_college_display(),
                    "" if one.is_active else "inactif",
                )
                if part
            ),
        )
        for one in found
    ]


def contact_page(council: Council, member: Member, one: Contact) -> dict[str, Any]:
    """Give the values of one contact's page."""
    is_forgotten = not one.last_name
    return {
        "council": council,
        "contact": one,
        "name": name_of(one),
        "is_forgotten": is_forgotten,
        "organisation_url": (
            reverse("directory:organisation", args=[council.slug, one.organisation_id])
            if one.organisation_id
            else ""
        ),
        "about": [
            Fact("Fonction", one.job_title),
            Fact("Collège", one.get_college_display()),
            Fact("Référent de sa structure", "oui" if one.is_referent else "non"),
        ],
        "letters": (
            f"Accepte les informations du conseil depuis le {day(one.accepts_mail_since)}."
            if one.accepts_mail
            else "N’a pas donné son accord : n’entre dans aucune liste de diffusion."
        ),
        "account": account_name(council, one) if member.may(MANAGE) else "",
        "can_reach": may_reach_people(member) and not is_forgotten,
        "can_edit": member.may(EDIT) and not is_forgotten,
        "can_manage": member.may(MANAGE) and not is_forgotten,
    }


def _row(council: Council, one: Contact) -> list[Any]:
    referent = " (référent)" if one.is_referent else ""
    return [
        Cell(name_of(one), url=reverse("directory:contact", args=[council.slug, one.pk])),
        f"{one.job_title or '—'}{referent}",
        one.organisation.name if one.organisation else "—",
        one.get_college_display(),
        Cell("accord donné", kind="done") if one.accepts_mail else "sans accord",
    ]
