"""Exceptional accesses made through the actions, and what somebody then reads."""

from __future__ import annotations

import uuid
from typing import Any

import psycopg
from django.db import connection

from cases.access import situations
from cases.actions import agreements, exceptional, exceptional_endings
from cases.domain.agreement_rules import PersonFacts
from cases.models import ExceptionalAccess
from cases.permissions import Refused
from cases.vault.errors import VaultError
from tests import database, people
from tests.people import Cast

WORDS = "CANARI-motif-5512"
SECRET = "CANARI-parole-8841"
HEALTH = "CANARI-sante-6630"


def situation(cast: Cast, **changes: Any) -> Any:
    """Return a situation whose texts hold canaries, led by Luc; changes are the agreement's."""
    pk = people.admitted(cast, person_words=SECRET, health_text=HEALTH).pk
    with people.as_person(cast.luc) as viewer:
        found = people.fresh(cast, pk)
        agreements.record(
            viewer=viewer,
            situation=found,
            expression=people.expression(viewer, **changes),
            person=PersonFacts(age=58),
            presence="oui",
        )
    return found


def ask(cast: Cast, code: str, **changes: Any) -> ExceptionalAccess:
    """Ask for an emergency as Nadia, the depositary."""
    values = {"reason": "vie_en_danger", "words": WORDS, "is_lead_absent": True}
    with people.as_person(cast.nadia) as viewer:
        return exceptional.ask_emergency(viewer=viewer, code=code, **{**values, **changes})


def ask_control(cast: Cast, pk: uuid.UUID, **changes: Any) -> ExceptionalAccess:
    """Ask for a control as Denis, the DPO."""
    values = {"reason": "reclamation", "words": WORDS, "sections": ["core", "social"]}
    with people.as_person(cast.denis) as viewer:
        return exceptional.ask_control(
            viewer=viewer, situation=people.fresh(cast, pk), **{**values, **changes}
        )


def confirm(cast: Cast, pk: uuid.UUID, by: str = "claire") -> None:
    """Confirm a request as somebody."""
    with people.as_person(cast.people[by]) as viewer:
        exceptional.confirm(viewer=viewer, pk=pk)


def opened(cast: Cast, code: str, by: str = "claire") -> ExceptionalAccess:
    """Ask as Nadia and confirm as somebody."""
    row = ask(cast, code)
    confirm(cast, row.pk, by)
    return row


def end(cast: Cast, pk: uuid.UUID, by: str) -> None:
    """Close an access as somebody."""
    with people.as_person(cast.people[by]) as viewer:
        exceptional_endings.end(viewer=viewer, pk=pk)


def reads(person: people.Person, code: str) -> str:
    """Return everything that somebody is shown of a situation, as text; empty when refused."""
    with people.as_person(person) as viewer:
        try:
            found = situations.open_situation(viewer, code)
        except (Refused, VaultError):
            return ""
        return "".join(str(one.payload) for part in found.sections for one in part.documents)


def administrator() -> Any:
    """Return a superuser's connection, on which no trigger acts."""
    place = database.installation()
    made = psycopg.connect(place.server.url(connection.settings_dict["NAME"]), autocommit=True)
    made.execute("SET session_replication_role = replica")
    return made
