"""Plans and notes made through the actions, for the tests about them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connection

from cases.actions import notes, plans
from cases.disclosure.plan_file import load_plan
from cases.models import ReleaseNote, ReleasePlan
from deploy.privileges import OWNER
from tests import database, people

Change = Callable[[dict[str, Any]], None]
WORDS = {
    "title": "Équipes mobiles",
    "text": "Les équipes mobiles manquent, et les délais découragent souvent.",
    "basis": "three_years",
    "category": "missing_offer",
    "missing_offer": "equipe_mobile",
}


def territory(cast: people.Cast, *inhabitants: int) -> None:
    """Give the council its communes, as the owner: the commission may only read them."""
    place = database.installation()
    name = connection.settings_dict["NAME"]
    with psycopg.connect(place.url(name, OWNER), autocommit=True) as owner:
        for people_there in inhabitants:
            made, code = uuid.uuid4(), uuid.uuid4().hex[:5]
            owner.execute(
                "INSERT INTO clsm_council_commune (id, code, name, search_key, kind, department,"
                " region, population, postcodes, source) VALUES (%s, %s, 'Commune', 'commune',"
                " 'commune', '57', '44', %s, '', 'fiction')",
                [made, code, people_there],
            )
            owner.execute(
                "INSERT INTO clsm_council_councilcommune (id, council_id, commune_id, is_partial)"
                " VALUES (%s, %s, %s, false)",
                [uuid.uuid4(), cast.commission.council_id, made],
            )


def without(*tables: str) -> Change:
    """Return the change that leaves tables out."""

    def change(plan: dict[str, Any]) -> None:
        plan["tables"] = [one for one in plan["tables"] if one["id"] not in tables]

    return change


def relabelled(plan: dict[str, Any]) -> None:
    """Change a title, and nothing that is counted."""
    plan["tables"][0]["title"] = "Qui écrit à la commission"


def text_of(version: str, *changes: Change) -> str:
    """Return the installed plan under another version, changed; it shows no zone."""
    plan = load_plan().data
    plan["version"] = version
    for change in (without("E-16"), *changes):
        change(plan)
    return json.dumps(plan, ensure_ascii=False)


def prepared(cast: people.Cast, version: str, *changes: Change, by: str = "claire") -> ReleasePlan:
    """Prepare a version."""
    with people.as_person(cast.people[by]) as viewer:
        return plans.prepare(
            viewer=viewer,
            commission=cast.commission,
            text=text_of(version, *changes),
            note="Moins de tableaux.",
        )


def approved(cast: people.Cast, row: ReleasePlan, *names: str) -> None:
    """Approve a version as each of these people."""
    for name in names:
        with people.as_person(cast.people[name]) as viewer:
            plans.approve(viewer=viewer, plan_id=row.pk, seen=row.sha256)


def in_force(cast: people.Cast, version: str, *changes: Change) -> ReleasePlan:
    """Prepare a version and put it in force."""
    row = prepared(cast, version, *changes)
    approved(cast, row, "claire", "denis")
    return row


def state_of(cast: people.Cast, row: ReleasePlan | ReleaseNote) -> str:
    """Return the state of a plan or of a note, as the coordinator sees it."""
    with people.as_person(cast.claire):
        return str(type(row).objects.values_list("state", flat=True).get(pk=row.pk))


def noted(cast: people.Cast, by: str = "claire", **changes: Any) -> ReleaseNote:
    """Write a note."""
    with people.as_person(cast.people[by]) as viewer:
        said = {**WORDS, "is_confirmed": True, **changes}
        return notes.write(viewer=viewer, commission=cast.commission, **said)


def note_approved(cast: people.Cast, row: ReleaseNote, *names: str) -> None:
    """Approve a note as each of these people, as it was shown."""
    from cases.access import note_texts

    for name in names:
        with people.as_person(cast.people[name]) as viewer:
            fresh = ReleaseNote.objects.get(pk=row.pk)
            said = note_texts.opened(viewer, fresh)
            assert said is not None
            seen = note_texts.digest(fresh, said)
            notes.approve(viewer=viewer, note_id=row.pk, seen=seen)
