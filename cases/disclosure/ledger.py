"""The ledger: every figure ever shown, release by release, each naming the one before it.

What was seen stays known: a withdrawn release and an old paper report keep their lines here. A
line names its cell by codes, so that a later plan can still read it.

Source: releases.md 5.1; decisions 36-38.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from cases.disclosure.canonical import canonical, sha256
from cases.disclosure.errors import LedgerInvalid, PeriodRefused
from cases.disclosure.period import Period, Span, cut

FORMAT: Final = "clsm-ledger/2"
FIGURES: Final = "figures"
PAPER: Final = "paper"
BY_RULE: Final = "/floor"


@dataclass(frozen=True)
class Line:
    """One published number: from `lo` to `hi` situations give these answers.

    `codes` holds one set of codes a facet; the total has neither facets nor codes. A situation
    counts when, for every facet, one of its codes is in the set. `beside`, for a facet with several
    answers, is what the rule of publication says: at least so many situations of the whole, or of
    the column, do not give the answer. A line whose id ends with "/floor" is not a published
    number: its cell is not shown in a table that is shown only when all its cells reach the floor.
    """

    id: str
    population: str
    facets: tuple[str, ...]
    codes: tuple[frozenset[str], ...]
    lo: int
    hi: int
    beside: int | None = None

    @property
    def is_published(self) -> bool:
        """Tell whether the line is a number shown, rather than what the rule implies."""
        return not self.id.endswith(BY_RULE)

    def as_dict(self) -> dict[str, Any]:
        """Give the JSON form."""
        return {
            "id": self.id,
            "population": self.population,
            "facets": list(self.facets),
            "codes": [sorted(codes) for codes in self.codes],
            "lo": self.lo,
            "hi": self.hi,
            "beside": self.beside,
        }


@dataclass(frozen=True)
class Entry:
    """One release as the ledger keeps it; `text` is its line with the final newline."""

    text: str
    rank: int
    kind: str
    period: Period
    plan_version: str
    plan_sha256: str
    manifest: str
    bundle: str
    certificate: str
    lines: tuple[Line, ...]

    @property
    def sha256(self) -> str:
        """Fingerprint by which the next release names this one."""
        return sha256(self.text)


def parse_ledger(text: str, *, name: str = "ledger.jsonl") -> list[Entry]:
    """Read a ledger from its first line and follow its chain.

    Raises:
        LedgerInvalid: a line is cut, altered, missing or out of order.
    """
    entries: list[Entry] = []
    for rank, line in enumerate(_lines(text), start=1):
        place = f"{name}, ligne {rank}"
        if not line.endswith("\n"):
            raise LedgerInvalid(f"{place} : la ligne est coupée, le fichier est incomplet.")
        entry = _entry(line, place)
        previous = entries[-1].sha256 if entries else None
        if entry.rank != rank:
            raise LedgerInvalid(
                f"{place}, champ rank : {rank} est attendu, une publication manque ou a changé "
                "de place."
            )
        if json.loads(line)["previous"] != previous:
            raise LedgerInvalid(
                f"{place}, champ previous : l’empreinte n’est pas celle de la ligne d’avant, qui "
                "a été modifiée ou retirée."
            )
        entries.append(entry)
    return entries


def entry_line(
    *,
    ledger: Sequence[Entry],
    kind: str,
    period: Period,
    plan: dict[str, str],
    files: dict[str, str],
    lines: Sequence[Line],
) -> str:
    """Write the line that adds a release; `files` holds the hashes of its three texts."""
    return canonical(
        {
            "format": FORMAT,
            "rank": len(ledger) + 1,
            "previous": ledger[-1].sha256 if ledger else None,
            "kind": kind,
            "period": {**period.as_dict(), "months": period.months},
            "plan": plan,
            **files,
            "lines": [line.as_dict() for line in lines],
        }
    )


def _lines(text: str) -> list[str]:
    """Cut at line feeds only, which are kept: a label may hold another kind of separator."""
    return [line for line in text.replace("\n", "\n\0").split("\0") if line]


def _entry(text: str, place: str) -> Entry:
    """Read one line.

    Raises:
        LedgerInvalid: it is not JSON or a field is missing or of another kind.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LedgerInvalid(f"{place} : le texte n’est pas du JSON valable.") from error
    if not isinstance(data, dict):
        raise LedgerInvalid(f"{place} : un objet est attendu.")
    if data.get("format") != FORMAT:
        raise LedgerInvalid(f"{place}, champ format : « {FORMAT} » est attendu.")
    field = "period"
    try:
        period = Period.from_dict(data["period"])
        field = "plan"
        plan = (str(data["plan"]["version"]), str(data["plan"]["sha256"]))
        field = "lines"
        lines = []
        for index, item in enumerate(data["lines"]):
            field = f"lines[{index}]"
            lines.append(_line(item))
        for field in ("rank", "kind", "previous", "manifest", "bundle", "certificate"):
            value = data[field]
            wanted = int if field == "rank" else str
            if not isinstance(value, wanted) and not (field == "previous" and value is None):
                raise TypeError
    except (KeyError, TypeError, ValueError, AttributeError, PeriodRefused) as error:
        raise LedgerInvalid(f"{place}, champ {field} : il manque ou n’est pas lisible.") from error
    return Entry(
        text,
        data["rank"],
        data["kind"],
        period,
        *plan,
        data["manifest"],
        data["bundle"],
        data["certificate"],
        tuple(lines),
    )


def _line(item: dict[str, Any]) -> Line:
    """Read one published number."""
    facets, codes = tuple(item["facets"]), tuple(frozenset(one) for one in item["codes"])
    lo, hi = item["lo"], item["hi"]
    beside = item["beside"]
    numbers = [lo, hi] if beside is None else [lo, hi, beside]
    if any(isinstance(one, bool) or not isinstance(one, int) for one in numbers):
        raise TypeError
    if len(facets) != len(codes) or not 0 <= lo <= hi:
        raise ValueError
    return Line(str(item["id"]), str(item["population"]), facets, codes, lo, hi, beside)


def overlapping(ledger: Sequence[Entry], period: Period) -> list[Entry]:
    """Give the releases that share a day with a period.

    Raises:
        PeriodRefused: one of them is not wholly inside, or a later period was released.
    """
    found = []
    for entry in ledger:
        if entry.period.start >= period.end:
            raise PeriodRefused(
                f"Une publication plus récente existe ({entry.period.label}) : une situation "
                "entrée en retard est comptée dans la période suivante, jamais dans une ancienne."
            )
        if not period.overlaps(entry.period):
            continue
        if not period.contains(entry.period):
            raise PeriodRefused(
                f"La période {period.label} coupe la publication {entry.period.label} : leur "
                "différence désignerait peu de personnes. Choisissez une période qui la contient "
                "tout entière, ou qui commence après elle."
            )
        if entry.period == period and entry.kind == FIGURES:
            raise PeriodRefused(f"La période {period.label} est déjà publiée.")
        found.append(entry)
    return found


def needed_atoms(ledger: Sequence[Entry], period: Period) -> list[Span]:
    """Give the spans over which a release must count: the finest that earlier releases draw.

    Raises:
        PeriodRefused: as `overlapping`.
    """
    return cut([period, *(entry.period for entry in overlapping(ledger, period))])
