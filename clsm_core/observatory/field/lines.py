"""Cite a line of a release as it was published: through its proof, never from a stored copy.

Promises: a need keeps the release, the table and the row, no figure; what is shown is read again
in the proved bundle, at each showing. A release that is withdrawn, refused or on paper shows no
figure, and no need is drawn from it.

Source: decisions 35-38; domain.md 003-21, E-14.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from clsm_core.council.models import Council
from clsm_core.observatory.figures import Chart, chart_of
from clsm_core.observatory.models import Need
from clsm_core.observatory.presenters import key_of
from clsm_core.observatory.queries import Reading, readings_of

WITHDRAWN = "La commission a retiré cette publication : ses chiffres ne se montrent plus."
REFUSED = "La preuve de cette publication est en défaut : ses chiffres ne se montrent pas."
NOT_THERE = "Cette ligne n’est pas dans la publication."


class Published(NamedTuple):
    """A row of a table of which something is published: its code, its words, its bands."""

    code: str
    label: str
    figures: Sequence[tuple[str, str]]
    """The column, empty in a one-way table, and the band in words."""

    @property
    def words(self) -> str:
        """Write the bands in one line."""
        return " ; ".join(f"{column} : {text}" if column else text for column, text in self.figures)


class PublishedTable(NamedTuple):
    """A table of a proved release, and its published rows."""

    id: str
    title: str
    population: str
    period: str
    chart: Chart
    lines: Sequence[Published]


class Cited(NamedTuple):
    """What a need says of the release from which it comes; ``refusal`` when nothing is shown."""

    release_id: UUID
    key: str
    period: str = ""
    title: str = ""
    label: str = ""
    population: str = ""
    figures: Sequence[tuple[str, str]] = ()
    words: str = ""
    refusal: str = ""


def table_of(reading: Reading, table_id: str) -> PublishedTable | None:
    """Give a table of a proved release, None when it published nothing of it."""
    assert reading.proved is not None
    bundle = reading.proved.bundle
    for part in bundle["populations"]:
        for table in part["tables"]:
            if table["id"] == table_id and table["rows"]:
                chart = chart_of(part, table)
                lines = [
                    Published(
                        row["code"],
                        line.label,
                        [(figure.column, figure.text) for figure in line.figures],
                    )
                    for row, line in zip(table["rows"], chart.lines, strict=True)
                    if line.is_published
                ]
                return PublishedTable(
                    table_id,
                    table["title"],
                    part["label"],
                    bundle["period"]["label"],
                    chart,
                    lines,
                )
    return None


def citations(council: Council, needs: Sequence[Need]) -> dict[UUID, Cited]:
    """Give, by need, what each line of a release says today; the releases are proved once."""
    asked = [need for need in needs if need.release_id and need.table]
    if not asked:
        return {}
    readings = {one.release.pk: one for one in readings_of(council)}
    return {need.pk: _cited(readings, need) for need in asked}


def _cited(readings: Mapping[UUID, Reading], need: Need) -> Cited:
    assert need.release_id is not None
    reading = readings.get(need.release_id)
    if reading is None:
        return Cited(need.release_id, "", refusal=NOT_THERE)
    key = key_of(reading.release)
    if reading.proved is None or reading.is_paper:
        return Cited(need.release_id, key, refusal=REFUSED)
    period = str(reading.proved.bundle["period"]["label"])
    if reading.is_withdrawn:
        return Cited(need.release_id, key, period, refusal=WITHDRAWN)
    table = table_of(reading, need.table)
    line = next((one for one in table.lines if one.code == need.row), None) if table else None
    if table is None or line is None:
        return Cited(need.release_id, key, period, refusal=NOT_THERE)
    return Cited(
        need.release_id,
        key,
        period,
        table.title,
        line.label,
        table.population,
        line.figures,
        line.words,
    )
