"""Plain values that the components draw; presenters build them, templates only show them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

# The only three meanings a colour may carry; always with a word and a shape beside it.
KINDS = ("", "attention", "danger", "done")


class Fact(NamedTuple):
    """One line of a definition list; an empty value is shown as « non renseigné »."""

    label: str
    value: object


class Tile(NamedTuple):
    """A count that opens the list filtered by it."""

    label: str
    number: int | str
    url: str
    current: bool = False
    kind: str = ""


class Tab(NamedTuple):
    """One part of a page that is split by sections; a sealed one stays named."""

    label: str
    url: str
    current: bool = False
    is_sealed: bool = False


class Moment(NamedTuple):
    """One line of a chronology."""

    on: date | datetime
    text: str
    detail: str = ""


class Step(NamedTuple):
    """One screen of a form in steps; a done step has a link back."""

    label: str
    url: str = ""
    is_done: bool = False
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: plain text, or a tag when a kind is given, or a link when a URL is."""

    text: object
    url: str = ""
    kind: str | None = None
    is_code: bool = False
    is_number: bool = False


class StaleField(NamedTuple):
    """A field changed by somebody else meanwhile: what was typed, what is stored."""

    label: str
    typed: str
    stored: str
