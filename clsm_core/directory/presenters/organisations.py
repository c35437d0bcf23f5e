"""Turn organisations into their list and their page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.core.paginator import Page
from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.directory.models import Category, Contact, Organisation
from clsm_core.directory.permissions import EDIT, MANAGE, may_reach_people
from clsm_core.directory.presenters.frame import (
    choice_tiles,
    name_of,
    query_of,
    state_tiles,
    tabs_of,
)
from clsm_core.directory.presenters.partnerships import partnership_rows
from clsm_core.directory.queries.organisations import (
    IN_GUIDE,
    INACTIVE,
    MAX_FOUND,
    TO_VERIFY,
    Counts,
    is_verified,
)
from clsm_core.ui.components import Cell, Fact
from clsm_core.ui.templatetags.ui import day, short_day

HEADERS = ("Structure", "Catégorie", "Commune", "Contacts", "Vérifiée")
STATE_LABELS = {
    "": "actives",
    TO_VERIFY: "à vérifier",
    IN_GUIDE: "dans le guide public",
    INACTIVE: "inactives",
}
CAPTIONS = {
    "": "Structures",
    TO_VERIFY: "Structures à vérifier, la plus ancienne vérification d’abord",
    IN_GUIDE: "Structures visibles dans le guide public",
    INACTIVE: "Structures inactives",
}


class Text(NamedTuple):
    """A long text of an organisation's page."""

    title: str
    text: str


class Person(NamedTuple):
    """A contact on her organisation's page."""

    name: str
    url: str
    detail: str
    is_referent: bool
    is_active: bool
    email: str
    phone: str


def list_page(
    council: Council,
    member: Member,
    counts: Counts,
    *,
    page: Page[Organisation] | None,
    state: str,
    category: str,
    found: Sequence[Organisation] | None = None,
) -> dict[str, Any]:
    """Give the values of the list: filtered by counts, or what a search found."""
    base = reverse("directory:home", args=[council.slug])
    searched = found is not None
    shown: Iterable[Organisation] = found[:MAX_FOUND] if found is not None else page or ()
    caption = CAPTIONS[state]
    if category:
        caption = f"{caption} · {Category(category).label}"
    return {
        "council": council,
        "tabs": tabs_of(council, member, "directory:home"),
        "tiles": state_tiles(
            base,
            counts.states,
            STATE_LABELS,
            current=None if searched or category else state,
            kinds={TO_VERIFY: "attention"},
        ),
        "categories": choice_tiles(
            base, counts.categories, dict(Category.choices), name="categorie", current=category
        ),
        "category": category,
        "is_empty": not any(counts.states.values()),
        "is_searched": searched,
        "has_more": found is not None and len(found) > MAX_FOUND,
        "max_found": MAX_FOUND,
        "caption": "Structures trouvées" if searched else caption,
        "headers": HEADERS,
        "rows": [_row(council, one, member.today) for one in shown],
        "page": page,
        "query": query_of(etat=state, categorie=category),
        "can_edit": member.may(EDIT),
        "can_manage": member.may(MANAGE),
    }


def near_rows(council: Council, found: Iterable[Organisation]) -> list[tuple[str, str, str]]:
    """Give name, address and place of organisations that look like the one being entered."""
    return [
        (
            one.name,
            reverse("directory:organisation", args=[council.slug, one.pk]),
            " · ".join(
                part
                for part in (
                    one.get_category_display(),
                    f"{one.postcode} {one.city}".strip(),
                    "" if one.is_active else "inactive",
                )
                if part
            ),
        )
        for one in found
    ]


def organisation_page(council: Council, member: Member, one: Organisation) -> dict[str, Any]:
    """Give the values of one organisation's page."""
    partnerships = list(one.partnerships.all())
    return {
        "council": council,
        "organisation": one,
        "state": _state(one, member.today),
        "verification": _verification(one, member.today),
        "is_verified_today": one.verified_on == member.today,
        "texts": [
            text
            for text in (
                Text("Missions", one.missions),
                Text("Objectifs", one.objectives),
                Text("Modalités d’accès", one.access_terms),
            )
            if text.text
        ],
        "reach": [
            Fact("Adresse", _place(one)),
            Fact("Téléphone", one.phone),
            Fact("Horaires", one.opening_hours),
        ],
        "about": [
            Fact("Catégorie", one.get_category_display()),
            Fact("Public accueilli", one.audience),
            Fact("Zone desservie", one.area),
            Fact("Guide public", "visible dans le guide" if one.is_public else "absente du guide"),
        ],
        "people": [_person(council, contact, member) for contact in one.contacts.all()],
        "partnership_headers": ("Objet", "Nature", "Avec", "Fin"),
        "partnership_rows": partnership_rows(council, partnerships, member.today, apart=one),
        "can_edit": member.may(EDIT),
        "can_manage": member.may(MANAGE),
        "can_reach": may_reach_people(member),
    }


def _row(council: Council, one: Organisation, today: date) -> list[Any]:
    label, kind = _state(one, today)
    if kind == "done":
        label = short_day(one.verified_on)
    return [
        Cell(one.name, url=reverse("directory:organisation", args=[council.slug, one.pk])),
        one.get_category_display(),
        one.city or "—",
        Cell(getattr(one, "people", 0), is_number=True),
        Cell(label, kind=kind),
    ]


def _state(one: Organisation, today: date) -> tuple[str, str]:
    if not one.is_active:
        return "inactive", ""
    if is_verified(one, today):
        return f"vérifiée le {short_day(one.verified_on)}", "done"
    return "à vérifier", "attention"


def _verification(one: Organisation, today: date) -> str:
    if one.verified_on is None:
        return "Personne n’a encore vérifié cette fiche avec la structure."
    if is_verified(one, today):
        return f"Vérifiée le {day(one.verified_on)}."
    return f"Vérifiée le {day(one.verified_on)}, il y a plus d’un an : à vérifier de nouveau."


def _place(one: Organisation) -> str:
    return ", ".join(part for part in (one.address, f"{one.postcode} {one.city}".strip()) if part)


def _person(council: Council, contact: Contact, member: Member) -> Person:
    reached = may_reach_people(member)
    return Person(
        name=name_of(contact),
        url=reverse("directory:contact", args=[council.slug, contact.pk]),
        detail=" · ".join(
            part for part in (contact.job_title, contact.get_college_display()) if part
        ),
        is_referent=contact.is_referent,
        is_active=contact.is_active,
        email=contact.email if reached else "",
        phone=contact.phone if reached else "",
    )
