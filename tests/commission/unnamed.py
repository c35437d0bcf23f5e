"""People designated without their name, and what the tables hold of identities."""

from __future__ import annotations

import uuid
from typing import Any

from cases.actions import agreements, identities
from cases.domain.agreement_rules import PersonFacts
from cases.models import Situation
from tests import people

IDENTITY = {
    "last_name": "Marchandeau-Fictif",
    "first_name": "Hélène",
    "birth_year": "1961",
    "phone": "0639980000",
    "avoid": "Ne pas laisser de message vocal",
}


def coded(cast: people.Cast, **changes: Any) -> Situation:
    """Refer and admit somebody without her name, whom nobody could reach yet."""
    return people.admitted(
        cast,
        **{
            "identification": "coded",
            "person_informed": "injoignable",
            "information_due_on": "2099-01-01",
            **changes,
        },
    )


def agree(cast: people.Cast, pk: uuid.UUID, **changes: Any) -> None:
    """Record what the person says, as the lead."""
    with people.as_person(cast.luc) as viewer:
        agreements.record(
            viewer=viewer,
            situation=people.fresh(cast, pk),
            expression=people.expression(viewer, **changes),
            person=PersonFacts(age=58),
        )


def write(
    cast: people.Cast, pk: uuid.UUID, name: str = "luc", *, version: int = 0, **changes: Any
) -> None:
    """Write an identity as somebody of the cast."""
    with people.as_person(cast.people[name]) as viewer:
        identities.write(
            viewer=viewer,
            situation=people.fresh(cast, pk),
            content={**IDENTITY, **changes},
            version=version,
        )


def many(cast: people.Cast, number: int = 8) -> None:
    """Admit enough situations for a hint to be shared."""
    for _ in range(number):
        people.admitted(cast, identity={"last_name": "Autre-Fictif", "first_name": "Dominique"})
