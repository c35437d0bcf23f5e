"""Figures frozen for the steering committee: bands, never an exact count (decision 38)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from cases.domain.facets import Population
from cases.models import ReleaseApproval, ReleaseDraft
from cases.presenters.dates import on
from clsm_core.ui.components import Cell

HEADERS = ("Population", "Période", "Arrêtée le", "État")
KINDS = {ReleaseDraft.State.PUBLISHED.value: "done", ReleaseDraft.State.FROZEN.value: "attention"}
NOT_PUBLISHED = "n.d."


@dataclass(frozen=True)
class Band:
    """One published figure: from ``low`` to ``high``, or nothing at all."""

    text: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class BandTable:
    """One table of a release, as bands."""

    title: str
    columns: list[str]
    rows: list[tuple[str, list[Band]]]
    maximum: int
    is_published: bool
    is_multiple: bool


@dataclass(frozen=True)
class ReleasePage:
    """A release being approved."""

    id: uuid.UUID
    population: str
    period: str
    state: str
    state_label: str
    kind: str
    frozen_at: datetime
    frozen_by: str
    total: Band
    reading: list[str]
    tables: list[BandTable]
    approvals: list[tuple[str, str, datetime]]
    can_approve: bool
    is_published: bool


def rows(drafts: Iterable[ReleaseDraft]) -> list[list[Cell | str]]:
    """Return the lines of the list of releases."""
    return [
        [
            Cell(population_label(draft), url=reverse("cases:release", args=[draft.pk])),
            period_label(draft),
            on(draft.frozen_at),
            Cell(ReleaseDraft.State(draft.state).label, kind=KINDS.get(draft.state, "")),
        ]
        for draft in drafts
    ]


def population_label(draft: ReleaseDraft) -> str:
    """Name the population of a release."""
    return Population(draft.population).label


def period_label(draft: ReleaseDraft) -> str:
    """Name the period of a release, as its bundle does."""
    return str(json.loads(draft.bundle)["period"]["label"])


def band(value: Sequence[int] | None) -> Band:
    """Return a band in words; the symbol n.d. when it is not published."""
    if value is None:
        return Band(NOT_PUBLISHED)
    low, high = value
    return Band(f"{low} à {high}" if low != high else str(low), low, high)


def table(said: dict[str, Any]) -> BandTable:
    """Return one table of a bundle."""
    columns = [column["label"] for column in said["columns"]]
    found: list[tuple[str, list[Band]]] = []
    for row in said["rows"]:
        values = row["bands"] if "bands" in row else [row.get("band")]
        found.append((row["label"], [band(value) for value in values]))
    highs = [one.high for _, bands in found for one in bands if one.high is not None]
    return BandTable(
        title=said["title"],
        columns=columns,
        rows=found,
        maximum=max(highs, default=1),
        is_published=bool(said["rows"]),
        is_multiple=bool(said["multi"]),
    )


def page(
    draft: ReleaseDraft, approvals: Iterable[ReleaseApproval], *, can_approve: bool
) -> ReleasePage:
    """Return the preview of a release, exactly as it would be published."""
    bundle = json.loads(draft.bundle)
    tables = [table(said) for said in bundle["tables"]]
    return ReleasePage(
        id=draft.pk,
        population=bundle["population"]["label"],
        period=bundle["period"]["label"],
        state=draft.state,
        state_label=ReleaseDraft.State(draft.state).label,
        kind=KINDS.get(draft.state, ""),
        frozen_at=draft.frozen_at,
        frozen_by=draft.frozen_by.full_name,
        total=band(bundle["total"]),
        reading=list(bundle["reading"]) + list(bundle["evolution"]["reading"]),
        tables=sorted(tables, key=lambda one: not one.is_published),
        approvals=[(one.user.full_name, one.role, one.approved_at) for one in approvals],
        can_approve=can_approve,
        is_published=draft.state == ReleaseDraft.State.PUBLISHED,
    )
