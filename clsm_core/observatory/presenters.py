"""Turn proved releases into the trends page: the small council's first, then the larger one's.

Source: decisions 39; releases.md 5.2; visual.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from clsm_core.council.models import Council
from clsm_core.observatory.figures import (
    NOT_PUBLISHED,
    Theme,
    themes_of,
    total_of,
    unpublished_tables,
)
from clsm_core.observatory.models import Note
from clsm_core.observatory.queries import Reading

MAIN = "examined"
POPULATIONS = (
    ("referred", "Saisines reçues"),
    (MAIN, "Situations examinées"),
    ("closed", "Situations closes"),
)
# What was examined comes first: it is what the committee can act on.
SHOWN_ORDER = (MAIN, "closed", "referred")
FIRST_MOVES = 6
NO_TOTAL = "moins de onze, ou pas encore publié"


class Total(NamedTuple):
    """A tile: the band of one population."""

    label: str
    text: str
    note: str


class Part(NamedTuple):
    """What is published about one population."""

    label: str
    reading: Sequence[str]
    themes: Sequence[Theme]


class Proof(NamedTuple):
    """The proof of one release, in words, with what to download."""

    label: str
    release_id: UUID
    published_at: Any
    plan_version: str
    mark: str


class Move(NamedTuple):
    """A row whose band left the earlier one."""

    label: str
    before: str
    after: str


class Direction(NamedTuple):
    """Rows that moved the same way; the first ones are shown at once."""

    title: str
    first: Sequence[Move]
    others: Sequence[Move]


class Missing(NamedTuple):
    """Tables of a population of which nothing is published."""

    label: str
    titles: str


class PeriodLink(NamedTuple):
    """A period that may be looked at."""

    label: str
    key: str
    is_current: bool


def trends_page(
    council: Council,
    readings: Sequence[Reading],
    notes: Sequence[Note],
    *,
    is_whole: bool,
    period: str = "",
) -> dict[str, Any]:
    """Give the values of the page for a period named by its first day, or for the last one."""
    proved = [reading for reading in readings if reading.proved]
    chosen = _choose(proved, period)
    bundles = {
        reading.release.population: reading.proved.bundle for reading in chosen if reading.proved
    }
    bundles = {code: bundles[code] for code in SHOWN_ORDER if code in bundles}
    main = bundles.get(MAIN)
    first = chosen[0].proved.bundle if chosen and chosen[0].proved else None
    return {
        "council": council,
        "is_small": _is_small(main),
        "has_figures": bool(chosen),
        "period": first["period"]["label"] if first else "",
        "is_block": bool(first and first["period"]["months"] > 12),
        "next_period": str(chosen[0].release.period_end.year) if chosen else "",
        "totals": [_total(bundles.get(code), label) for code, label in POPULATIONS],
        "parts": [
            Part(
                bundle["population"]["label"],
                # The tiles say the totals; only the main one is also said in a sentence.
                bundle["reading"] if code == MAIN else bundle["reading"][1:],
                themes_of(bundle),
            )
            for code, bundle in bundles.items()
        ],
        "evolution": _directions(bundles.values()),
        "has_total_moved": any(
            not move["row"] for bundle in bundles.values() for move in bundle["evolution"]["moves"]
        ),
        "since": next((b["evolution"]["since"] for b in bundles.values()), None),
        "missing": [
            Missing(bundle["population"]["label"], ", ".join(titles).lower())
            for bundle in bundles.values()
            if (titles := unpublished_tables(bundle))
        ],
        "notes": notes,
        "periods": _periods(proved, chosen),
        "refused": [reading for reading in readings if not reading.proved],
        "is_whole": is_whole,
        "proofs": [
            Proof(
                dict(POPULATIONS).get(reading.release.population, reading.release.population),
                reading.release.pk,
                reading.release.published_at,
                reading.release.plan_version,
                _mark(reading.proved.sha256),
            )
            for reading in chosen
            if reading.proved
        ],
    }


def _choose(proved: Sequence[Reading], period: str) -> list[Reading]:
    """Keep the releases of one period: the one asked for, else the last with reviews."""
    keys = [_key(reading) for reading in proved]
    mains = [_key(reading) for reading in proved if reading.release.population == MAIN]
    wanted = period if period in keys else next(iter(mains or keys), "")
    kept = [reading for reading in proved if _key(reading) == wanted]
    return sorted(kept, key=lambda reading: SHOWN_ORDER.index(reading.release.population))


def _key(reading: Reading) -> str:
    """Name a period in an address; two lengths may start on one day."""
    return f"{reading.release.period_start:%Y-%m}_{reading.release.period_end:%Y-%m}"


def _periods(proved: Sequence[Reading], chosen: Sequence[Reading]) -> list[PeriodLink]:
    """Give the periods in the order of the releases, newest first."""
    current = _key(chosen[0]) if chosen else ""
    labels = {
        _key(reading): reading.proved.bundle["period"]["label"]
        for reading in proved
        if reading.proved
    }
    return [PeriodLink(label, key, key == current) for key, label in labels.items()]


def _is_small(main: dict[str, Any] | None) -> bool:
    """Tell whether the page leads with blocks of years and notes (decision 39)."""
    if main is None:
        return True
    return main["period"]["months"] > 12 or not any(table["rows"] for table in main["tables"])


def _directions(bundles: Iterable[dict[str, Any]]) -> list[Direction]:
    """Sort the moves of all populations by direction, in the order of the plan."""
    moves: dict[str, list[Move]] = {"hausse": [], "baisse": []}
    for bundle in bundles:
        names = {
            (table["id"], row["code"]): f"{table['title']} — {row['label']}"
            for table in bundle["tables"]
            for row in table["rows"]
        } | {("", ""): bundle["population"]["label"]}
        for move in bundle["evolution"]["moves"]:
            label = names[move["table"], move["row"]]
            before, after = (f"{low} à {high}" for low, high in (move["before"], move["after"]))
            moves[move["direction"]].append(Move(label, before, after))
    return [
        Direction(f"En {name}", found[:FIRST_MOVES], found[FIRST_MOVES:])
        for name, found in moves.items()
        if found
    ]


def _total(bundle: dict[str, Any] | None, label: str) -> Total:
    if bundle is None:
        return Total(label, NOT_PUBLISHED, NO_TOTAL)
    return Total(label, total_of(bundle).text, bundle["period"]["label"])


def _mark(sha256: str) -> str:
    """Write the start of a fingerprint in groups of four, to be compared by eye."""
    return " ".join(sha256[start : start + 4] for start in range(0, 16, 4))
