"""What a computed indicator is: lines that carry a number, often out of another. Pure, no database.

Promises: a page, its spreadsheet, a report's table and its chart all draw the same lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from clsm_core.council.words import HARD, NARROW


@dataclass(frozen=True)
class Line:
    """One line of an indicator.

    ``of`` is what ``value`` is counted among, or what was planned; ``text`` is an answer in words.
    """

    label: str
    value: Decimal | None = None
    of: Decimal | None = None
    text: str = ""

    @property
    def percent(self) -> int | None:
        """Return the share of the whole, rounded half up; None without a whole."""
        if self.value is None or not self.of:
            return None
        return int(100 * self.value / self.of + Decimal("0.5"))


@dataclass(frozen=True)
class Measure:
    """An indicator of a year, with what it counts in words and where the rule comes from.

    ``is_filled`` tells whether the council holds anything that it counts.
    """

    code: str
    title: str
    unit: str
    definition: str
    source: str
    lines: list[Line] = field(default_factory=list)
    of_label: str = ""
    value_label: str = "Nombre"

    @property
    def is_filled(self) -> bool:
        """Tell whether one line says something else than zero or nothing."""
        return any(one.value or one.text for one in self.lines)

    @property
    def total(self) -> Decimal:
        """Add the lines up."""
        return sum((one.value or Decimal(0) for one in self.lines), Decimal(0))

    @property
    def whole(self) -> Decimal:
        """Add up what the lines are counted among."""
        return sum((one.of or Decimal(0) for one in self.lines), Decimal(0))

    def of_line(self, label: str) -> Line:
        """Return the line of a label, an empty one when there is none."""
        return next((one for one in self.lines if one.label == label), Line(label))


Figures = Mapping[str, Measure]


def lines_of(counts: Mapping[str, int], *, of: Mapping[str, int] | None = None) -> list[Line]:
    """Turn counts by label into lines, in the order given."""
    return [
        Line(label, Decimal(count), Decimal(of[label]) if of is not None else None)
        for label, count in counts.items()
    ]


def words(value: Decimal | None) -> str:
    """Write a number in French: « 1 234 », « 0,8 »; nothing for none."""
    if value is None:
        return ""
    if value == value.to_integral_value():
        return f"{value:,.0f}".replace(",", NARROW)
    return f"{value:,.2f}".rstrip("0").replace(",", NARROW).replace(".", ",")


def percent_words(line: Line) -> str:
    """Write a share: « 75 % »; nothing without a whole."""
    return "" if line.percent is None else f"{line.percent}{HARD}%"


def plain(figures: Figures) -> list[dict[str, Any]]:
    """Return the indicators as plain values, to be kept with a validated report."""
    return [_texts(asdict(one)) for one in figures.values()]


def _texts(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dict):
        return {key: _texts(one) for key, one in value.items()}
    return [_texts(one) for one in value] if isinstance(value, list) else value


def rows_of(figures: Figures) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Give every line as the texts of a spreadsheet: title, line, value, whole, share, answer."""
    for measure in figures.values():
        for line in measure.lines:
            yield (
                measure.title,
                line.label,
                _decimal(line.value),
                _decimal(line.of),
                "" if line.percent is None else str(line.percent),
                line.text,
            )


def _decimal(value: Decimal | None) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}".replace(".", ",")
