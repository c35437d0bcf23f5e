"""Rows of what a council observes, written by the observatory's own actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from clsm_core.accounts.models import User
from clsm_core.council.models import Council
from clsm_core.governance.models import Body, Decision
from clsm_core.observatory.field.actions import diagnoses, needs, priorities, transmissions
from clsm_core.observatory.models import Diagnosis, Need, Priority, Series, Transmission
from tests.governance import governance_rows as rows

DAY = dt.date(2026, 3, 12)


def need(council: Council, title: str = "Pas d’équipe mobile", **values: Any) -> Need:
    """Give a need that an inhabitant told of, unless told otherwise."""
    by = values.pop("by", None)
    state = values.pop("state", "")
    made = needs.propose(
        council=council,
        values={"title": title, "origin": "inhabitant", "seen_on": DAY, **values},
        by=by,
    )
    return needs.correct(need=made, values={"state": state}) if state else made


def diagnosis(council: Council, title: str = "Accès aux soins", **values: Any) -> Diagnosis:
    """Give a diagnosis of 2021 to 2025."""
    values = {"starts_on": dt.date(2021, 1, 1), "ends_on": dt.date(2025, 12, 31), **values}
    return diagnoses.write(council=council, diagnosis=None, values={"title": title, **values})


def series(
    council: Council,
    title: str = "Psychiatres libéraux",
    values: Mapping[int, str] | None = None,
    **fields: Any,
) -> Series:
    """Give a series with its values, by year."""
    fields = {"territory": "Metz", "source": "ARS Grand Est", **fields}
    return diagnoses.write_series(
        council=council,
        series=None,
        fields={"title": title, **fields},
        values={year: Decimal(value) for year, value in (values or {}).items()},
    )


def steering(council: Council) -> Body:
    """Give the steering committee, made when there is none."""
    found = Body.objects.filter(council=council, kind="steering").first()
    return found or rows.body(council)


def decision(council: Council, kind: str = "priority", **values: Any) -> Decision:
    """Give a decision of the steering committee."""
    meeting = rows.meeting(steering(council), DAY)
    return rows.decision(meeting, values.pop("title", "Retenir l’aller vers"), kind=kind, **values)


def orientation(council: Council, title: str = "Aller vers les jeunes") -> Decision:
    """Give an orientation of the plenary assembly."""
    plenary = Body.objects.filter(council=council, kind="plenary").first()
    plenary = plenary or rows.body(council, "plenary")
    return rows.decision(rows.meeting(plenary, DAY), title, kind="orientation")


def priority(council: Council, *of: Need, title: str = "Aller vers", **values: Any) -> Priority:
    """Give a priority that answers needs, a new one without."""
    values["decision"] = values.get("decision") or decision(council)
    values = {"goal": "care", "starts_on": DAY, **values}
    return priorities.write(
        council=council,
        priority=None,
        values={"title": title, **values},
        needs=of or [need(council)],
    )


def transmission(council: Council, *of: Need, on: dt.date = DAY, message: str = "") -> Transmission:
    """Give a note to the ARS."""
    return transmissions.send(
        council=council,
        transmission=None,
        on=on,
        message=message,
        needs=of or [need(council)],
        today=dt.date(2026, 12, 31),
    )


def account(name: str = "auteur") -> User:
    """Give an account of the council service."""
    return User.objects.create_user(
        realm="council", email=f"{name}@exemple.invalid", password=None, last_name=name.title()
    )
