"""Organisations of a council: counted, listed, searched, found near a name.

Source: D-09 (an entry is good for 12 months); 003-14, 003-15 (categories).
"""

from __future__ import annotations

import difflib
from collections import Counter
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, Count, F, Prefetch, Q, QuerySet, When

from clsm_core.council.models import Council
from clsm_core.directory.models import Contact, Organisation, Partnership
from clsm_core.ui.plain import plain

TO_VERIFY, INACTIVE, IN_GUIDE = "a-verifier", "inactives", "guide"
STATES = ("", TO_VERIFY, IN_GUIDE, INACTIVE)
MAX_FOUND = 60
MAX_NEAR = 8
_SHORT_WORD = 3
_CLOSE = 0.75


class Counts(NamedTuple):
    """How many organisations stand in each state and category."""

    states: dict[str, int]
    categories: dict[str, int]


def a_year_before(day: date) -> date:
    """Return the same day of the year before; 28 February for a 29."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def to_verify(today: date) -> Q:
    """Return the condition of an active entry verified a year ago or more, or never (D-09)."""
    return Q(is_active=True) & (
        Q(verified_on__isnull=True) | Q(verified_on__lte=a_year_before(today))
    )


def is_verified(organisation: Organisation, today: date) -> bool:
    """Tell whether an entry was verified less than 12 months ago (D-09)."""
    return bool(organisation.verified_on and organisation.verified_on > a_year_before(today))


def counts_of(council: Council, today: date) -> Counts:
    """Count the organisations of a council, in two queries whatever their number."""
    found = Organisation.objects.filter(council=council)
    active = Q(is_active=True)
    states = found.aggregate(
        active=Count("pk", filter=active),
        late=Count("pk", filter=to_verify(today)),
        guide=Count("pk", filter=active & Q(is_public=True)),
        inactive=Count("pk", filter=~active),
    )
    categories = (
        found.filter(is_active=True)
        .order_by("category")
        .values_list("category")
        .annotate(number=Count("pk"))
    )
    return Counts(
        {
            "": states["active"],
            TO_VERIFY: states["late"],
            IN_GUIDE: states["guide"],
            INACTIVE: states["inactive"],
        },
        dict(categories),
    )


def listed(council: Council, today: date, *, state: str, category: str) -> QuerySet[Organisation]:
    """List the organisations in a state and of a category."""
    found = _with_people(Organisation.objects.filter(council=council))
    found = found.filter(is_active=state != INACTIVE)
    if state == TO_VERIFY:
        # The longest without a check first, those never checked before all.
        found = found.filter(to_verify(today)).order_by(
            F("verified_on").asc(nulls_first=True), "sort_key", "id"
        )
    elif state == IN_GUIDE:
        found = found.filter(is_public=True)
    return found.filter(category=category) if category else found


def found_by(council: Council, words: str) -> list[Organisation]:
    """Return organisations that hold every word, those whose name does first."""
    asked = plain(words).split()
    if not asked:
        return []
    conditions, in_name = Q(), Q()
    for word in asked:
        conditions &= Q(search_key__contains=word)
        in_name &= Q(sort_key__contains=word)
    matching = _with_people(Organisation.objects.filter(conditions, council=council))
    return list(
        matching.annotate(is_named=Case(When(in_name, then=1), default=0)).order_by(
            "-is_active", "-is_named", "sort_key", "id"
        )[: MAX_FOUND + 1]
    )


def near_names(council: Council, name: str) -> list[Organisation]:
    """Return organisations whose name looks like this one, the closest first: searched first.

    A word counts the more as fewer names hold it, and a word nearly the same counts too.
    """
    known = {
        pk: plain(other)
        for pk, other in Organisation.objects.filter(council=council).values_list("pk", "name")
    }
    held = Counter(word for key in known.values() for word in set(key.split()))
    weights: dict[str, float] = {}
    for word in {word for word in plain(name).split() if len(word) > _SHORT_WORD}:
        for near in difflib.get_close_matches(word, held, n=5, cutoff=0.8):
            weights[near] = max(weights.get(near, 0), 1 / held[near])
    scores: dict[UUID, float] = {}
    matcher = difflib.SequenceMatcher(b=plain(name))
    for pk, key in known.items():
        shared = sum(weights.get(word, 0) for word in set(key.split()))
        matcher.set_seq1(key)
        is_close = matcher.quick_ratio() > _CLOSE and matcher.ratio() > _CLOSE
        if shared or is_close:
            scores[pk] = shared + matcher.ratio()
    best = sorted(scores, key=lambda pk: -scores[pk])[:MAX_NEAR]
    found = Organisation.objects.filter(council=council).in_bulk(best)
    return [found[pk] for pk in best]


def organisation_of(council: Council, organisation_id: UUID) -> Organisation | None:
    """Return one organisation of the council, None when it is not there."""
    return Organisation.objects.filter(council=council, pk=organisation_id).first()


def organisation_in_full(council: Council, organisation_id: UUID) -> Organisation | None:
    """Return one organisation with its people and partnerships, None when it is not there."""
    people = Contact.objects.filter(council=council).exclude(last_name="", is_active=False)
    partnerships = Partnership.objects.filter(council=council).prefetch_related("organisations")
    return (
        Organisation.objects.filter(council=council, pk=organisation_id)
        .prefetch_related(
            Prefetch(
                "contacts", queryset=people.order_by("-is_active", "-is_referent", "sort_key")
            ),
            Prefetch("partnerships", queryset=partnerships),
        )
        .first()
    )


def names_of(council: Council) -> list[tuple[Any, ...]]:
    """Return id, name, postcode and city of the active organisations, to choose from."""
    return list(
        Organisation.objects.filter(council=council, is_active=True).values_list(
            "pk", "name", "postcode", "city"
        )
    )


def _with_people(found: QuerySet[Organisation]) -> QuerySet[Organisation]:
    # Grouping drops the model's own order.
    return found.annotate(
        people=Count("contacts", filter=Q(contacts__is_active=True), distinct=True)
    ).order_by("sort_key", "id")
