"""Contacts of a council: counted, listed, searched, found near a name.

Source: 001-01 and domain.md D.1 (colleges).
"""

from __future__ import annotations

import difflib
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from clsm_core.council.models import Council
from clsm_core.council.queries import members
from clsm_core.directory.models import Contact
from clsm_core.ui.plain import plain

INACTIVE, REFERENTS, SILENT = "inactifs", "referents", "sans-accord"
STATES = ("", REFERENTS, SILENT, INACTIVE)
MAX_FOUND = 60
MAX_NEAR = 8


class Counts(NamedTuple):
    """How many contacts stand in each state and college."""

    states: dict[str, int]
    colleges: dict[str, int]


def counts_of(council: Council) -> Counts:
    """Count the contacts of a council, in two queries whatever their number."""
    found = Contact.objects.filter(council=council)
    active = Q(is_active=True)
    states = found.aggregate(
        active=Count("pk", filter=active),
        referents=Count("pk", filter=active & Q(is_referent=True)),
        silent=Count("pk", filter=active & Q(accepts_mail=False)),
        inactive=Count("pk", filter=~active & ~Q(last_name="")),
    )
    colleges = found.filter(is_active=True).order_by("college").values_list("college")
    return Counts(
        {
            "": states["active"],
            REFERENTS: states["referents"],
            SILENT: states["silent"],
            INACTIVE: states["inactive"],
        },
        dict(colleges.annotate(number=Count("pk"))),
    )


def listed(council: Council, *, state: str, college: str) -> QuerySet[Contact]:
    """List the contacts in a state and of a college; who was forgotten is not listed."""
    found = Contact.objects.filter(council=council).select_related("organisation")
    found = found.exclude(last_name="").filter(is_active=state != INACTIVE)
    if state == REFERENTS:
        found = found.filter(is_referent=True)
    elif state == SILENT:
        found = found.filter(accepts_mail=False)
    return found.filter(college=college) if college else found


def found_by(council: Council, words: str) -> list[Contact]:
    """Return the contacts whose name or organisation holds every word."""
    asked = plain(words).split()
    if not asked:
        return []
    condition = Q()
    for word in asked:
        condition &= Q(sort_key__contains=word) | Q(organisation__sort_key__contains=word)
    found = Contact.objects.filter(condition, council=council).exclude(last_name="")
    return list(
        found.select_related("organisation").order_by("-is_active", "sort_key", "id")[
            : MAX_FOUND + 1
        ]
    )


def near_names(council: Council, last_name: str) -> list[Contact]:
    """Return the contacts whose family name looks like this one: searched before created."""
    asked = plain(last_name)
    known = Contact.objects.filter(council=council).exclude(last_name="")
    names = {pk: plain(name) for pk, name in known.values_list("pk", "last_name")}
    close = set(difflib.get_close_matches(asked, set(names.values()), n=MAX_NEAR, cutoff=0.8))
    ids = [pk for pk, name in names.items() if name in close or asked in name.split()]
    found = known.filter(pk__in=ids).select_related("organisation")
    return list(found.order_by("-is_active", "sort_key")[:MAX_NEAR])


def contact_of(council: Council, contact_id: UUID) -> Contact | None:
    """Return one contact of the council, None when she is not there."""
    return (
        Contact.objects.filter(council=council, pk=contact_id)
        .select_related("organisation", "account")
        .first()
    )


def accounts_of(council: Council, on: date) -> dict[UUID, str]:
    """Return the accounts that hold a role in this council today, named as it wrote them."""
    held = members.memberships_of(council).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        starts_on__lte=on,
        ended_at__isnull=True,
        user__is_active=True,
    )
    named = {one.user_id: members.name_of(one) for one in held}
    return dict(sorted(named.items(), key=lambda pair: plain(pair[1])))


def account_name(council: Council, contact: Contact) -> str:
    """Return the name of a contact's account as this council wrote it, nothing without one."""
    if contact.account is None:
        return ""
    held = members.memberships_of(council).filter(user=contact.account).first()
    return members.name_of(held) if held else contact.account.full_name


def active_contacts(council: Council) -> QuerySet[Contact]:
    """Return the contacts of a council with their organisation, to write in a file."""
    found: QuerySet[Any] = Contact.objects.filter(council=council, is_active=True)
    return found.exclude(last_name="").select_related("organisation")
