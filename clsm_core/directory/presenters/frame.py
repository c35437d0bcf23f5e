"""What the pages of the directory share: tabs, counts, how a person is named."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.directory.models import Contact
from clsm_core.directory.permissions import MANAGE
from clsm_core.ui.components import Tab, Tile

FORGOTTEN = "personne oubliée"
PER_PAGE = 30


def tabs_of(council: Council, member: Member, current: str) -> list[Tab]:
    """Return the parts of the directory that a member may open."""
    parts = [
        ("Structures", "directory:home"),
        ("Contacts", "directory:contacts"),
        ("Partenariats", "directory:partnerships"),
    ]
    if member.may(MANAGE):
        parts += [
            ("Listes de diffusion", "directory:lists"),
            ("Importer", "directory:imports"),
        ]
    return [
        Tab(label, reverse(name, args=[council.slug]), current=name == current)
        for label, name in parts
    ]


def state_tiles(
    base: str,
    counts: Mapping[str, int],
    labels: Mapping[str, str],
    *,
    current: str | None,
    kinds: Mapping[str, str],
) -> list[Tile]:
    """Return the counted states of a list; a meaning is coloured only when it counts."""
    return [
        Tile(
            label,
            counts[state],
            query_url(base, etat=state),
            current=state == current,
            kind=kinds.get(state, "") if counts[state] else "",
        )
        for state, label in labels.items()
    ]


def choice_tiles(
    base: str,
    counts: Mapping[str, int],
    labels: Mapping[str, str],
    *,
    name: str,
    current: str,
) -> list[Tile]:
    """Return the counted values of a choice, in the order of their labels, those that count."""
    return [
        Tile(
            label,
            counts[code],
            base if code == current else query_url(base, **{name: code}),
            current=code == current,
        )
        for code, label in labels.items()
        if counts.get(code)
    ]


def query_url(base: str, **asked: str) -> str:
    """Return an address with the filters that are set."""
    query = query_of(**asked)
    return f"{base}?{query}" if query else base


def query_of(**asked: str) -> str:
    """Return the filters that are set, as a query."""
    return urlencode({name: value for name, value in asked.items() if value})


def name_of(contact: Contact) -> str:
    """Return a person's name, or that she was forgotten."""
    return contact.full_name or FORGOTTEN
