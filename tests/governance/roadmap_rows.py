"""Rows of the roadmap for the tests, written by its own actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from clsm_core.council.models import Council
from clsm_core.governance.models import Body, BodyKind, Decision, Meeting
from clsm_core.roadmap.actions import plans, sheets, states
from clsm_core.roadmap.actions.rows import fill, keep
from clsm_core.roadmap.models import ActionSheet, Axis, Indicator, Roadmap
from clsm_core.roadmap.shape import KIND_BY_SLUG, KINDS
from tests.governance import governance_rows as governance


def roadmap(
    council: Council,
    *,
    state: str = "draft",
    title: str = "Feuille de route 2026-2028",
    starts_on: dt.date = dt.date(2026, 1, 1),
    ends_on: dt.date = dt.date(2028, 12, 31),
) -> Roadmap:
    """Give a roadmap: in preparation, in force or over."""
    made = plans.create(
        council=council, values={"title": title, "starts_on": starts_on, "ends_on": ends_on}
    )
    if state != "draft":
        plans.put_in_force(roadmap=made, decision=decision(council))
    if state == "closed":
        plans.close(roadmap=made)
    return made


def decision(council: Council, kind: str = "action", **values: Any) -> Decision:
    """Give a decision of the council's steering committee."""
    steering = Body.objects.filter(council=council, kind=BodyKind.STEERING).first()
    held = Meeting.objects.filter(body=steering, state="held").first() if steering else None
    held = held or governance.meeting(steering or governance.body(council))
    return governance.decision(held, kind=kind, title="Valider", **values)


def axis(of: Roadmap, number: int = 5, title: str = "Parcours santé mentale") -> Axis:
    """Give an axis of a roadmap."""
    return plans.add_axis(roadmap=of, values={"number": number, "title": title})


def sheet(of: Axis, number: int = 0, title: str = "Ouvrir une permanence", **fields: Any) -> Any:
    """Give a proposed sheet; without a number it takes the next."""
    by = fields.pop("by", None)
    values = {"number": number, "title": title, **fields}
    return sheets.propose(axis=of, values=values, by=by)


def line(of: ActionSheet, model: type[Any], **values: Any) -> Any:
    """Add a line to the list of a sheet that holds rows of a model."""
    kind = next(one for one in KINDS if one.model is model)
    return sheets.add_line(sheet=of, kind=kind, values=values)


def indicator(
    of: ActionSheet,
    label: str = "Permanences tenues",
    *,
    values: Mapping[int, float] | None = None,
    **fields: Any,
) -> Indicator:
    """Give an indicator of a sheet, with what it was worth by year."""
    fields = {"kind": "process", "mode": "entered", **fields}
    kind = KIND_BY_SLUG["indicateurs"]
    made = sheets.add_line(sheet=of, kind=kind, values={"label": label, **fields})
    for year, value in (values or {}).items():
        sheets.write_value(indicator=made, year=year, value=value)
    of.refresh_from_db()
    return made


def validated(of: ActionSheet, *, to: str = "validated") -> ActionSheet:
    """Validate a sheet by a decision, with an indicator and a method (D-04), and go on to a state.

    Args:
        to: ``validated``, ``ongoing`` or ``done``.
    """
    if not of.indicator_lines.exists():
        indicator(of)
    of = ActionSheet.objects.get(pk=of.pk)
    if not of.evaluation_methods:
        keep(fill(of, {"evaluation_methods": ["yearly"]}))
    states.move(sheet=of, to="validated", decision=decision(of.axis.council))
    for state in {"validated": (), "ongoing": ("ongoing",), "done": ("ongoing", "done")}[to]:
        states.move(sheet=of, to=state)
    return of
