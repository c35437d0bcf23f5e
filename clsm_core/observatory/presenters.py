"""Turn proved releases into the trends page: the small council's first, then the larger one's.

Source: decision 39; releases.md 5.2; visual.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from clsm_core.council.models import Council
from clsm_core.observatory.comparison import comparable
from clsm_core.observatory.figures import (
    MAIN,
    THEMES,
    Answer,
    Theme,
    answers_of,
    in_order,
    themes_of,
    unpublished_tables,
    words,
)
from clsm_core.observatory.models import Note, Release
from clsm_core.observatory.queries import Reading

# Asked from them, not from situations: without an answer there is no tile to show.
PROFESSIONALS = "professionals"
FIRST_MOVES = 4
FIRST_THEMES = 3
NO_TOTAL = "trop peu pour être publié"


class Total(NamedTuple):
    """A tile: the band of one population."""

    label: str
    text: str
    note: str


class Themes(NamedTuple):
    """The questions of the committee, which stand open, and the rest, folded."""

    first: Sequence[Theme]
    others: Sequence[Theme]


class Proof(NamedTuple):
    """The proof of the release shown, in words, with what to download."""

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


class Withdrawn(NamedTuple):
    """A period that the commission took back, and the reason that it chose in its closed list."""

    label: str
    reason: str


class Link(NamedTuple):
    """A period, or a commission, that may be looked at."""

    label: str
    query: str
    is_current: bool


class Chain(NamedTuple):
    """The releases of the commission that is looked at, the latest period first."""

    source: UUID | None
    readings: Sequence[Reading]
    shown: Sequence[Reading]
    commissions: Sequence[Link]

    @property
    def bundles(self) -> dict[str, Mapping[str, Any]]:
        """Bundles shown, by the name of their period."""
        return {key_of(one.release): one.proved.bundle for one in self.shown if one.proved}

    @property
    def query(self) -> str:
        """The part of an address that names the commission, "" when there is only one."""
        return f"&commission={mark_of(self.source)}" if self.commissions and self.source else ""


def chain_of(readings: Sequence[Reading], commission: str = "") -> Chain:
    """Give the releases of one commission: the one asked for, else the latest to publish."""
    sources = list(dict.fromkeys(one.release.source for one in readings))
    source = next((one for one in sources if mark_of(one) == commission), None)
    source = source or next(iter(sources), None)
    own = [one for one in readings if one.release.source == source]
    shown = [one for one in own if one.proved and not one.is_withdrawn and not one.is_paper]
    # A block that ends with a year says more than the year: it comes first.
    shown.sort(key=lambda one: one.release.period_start)
    shown.sort(key=lambda one: (one.release.period_end, _has_tables(one)), reverse=True)
    labels = {one.release.source: one.release.commission_label for one in readings}
    links = [Link(labels[one], f"commission={mark_of(one)}", one == source) for one in sources]
    return Chain(source, own, shown, links if len(links) > 1 else ())


def key_of(release: Release) -> str:
    """Name a period in an address; two lengths may start on one day."""
    return f"{release.period_start:%Y-%m}_{release.period_end:%Y-%m}"


def mark_of(source: UUID) -> str:
    """Name a commission in an address."""
    return source.hex[:8]


def trends_page(
    council: Council, chain: Chain, notes: Sequence[Note], *, period: str = ""
) -> dict[str, Any]:
    """Give the values of the page for a period named by `key_of`, or for the last one."""
    asked = [one for one in chain.shown if key_of(one.release) == period]
    chosen = next(iter(asked), None) or _leading(chain.shown)
    bundle = chosen.proved.bundle if chosen and chosen.proved else None
    parts = bundle["populations"] if bundle else []
    parts = in_order(parts)
    main = next((part for part in parts if part["code"] == MAIN), None)
    moves = [part for part in parts if part["evolution"]["since"]]
    compared = comparable([one.proved.bundle for one in chain.shown if one.proved])
    return {
        "council": council,
        "is_small": _is_small(bundle, main),
        "has_figures": bundle is not None,
        "period": bundle["period"]["label"] if bundle else "",
        "key": key_of(chosen.release) if chosen else "",
        "is_asked_missing": bool(period and not asked),
        "is_block": bool(bundle and bundle["period"]["months"] > 12),
        "totals": [
            _total(part, bundle) for part in parts if part["total"] or part["code"] != PROFESSIONALS
        ],
        "answers": _answers(parts),
        "reading": parts[0]["reading"] if parts else [],
        "themes": _themes(parts),
        "evolution": _directions(parts),
        "has_total_moved": any(
            not move["row"] for part in parts for move in part["evolution"]["moves"]
        ),
        "since": moves[0]["evolution"]["since"] if moves else None,
        "has_evolution": len(compared) > 1,
        "missing": [
            Missing(part["label"], ", ".join(titles).lower())
            for part in parts
            if (titles := unpublished_tables(part)) and part["total"]
        ],
        "institution": [(line["label"], line["text"]) for line in bundle["institution"]]
        if bundle
        else [],
        "notes": [note for note in notes if not chain.commissions or note.source == chain.source],
        "periods": _periods(chain, chosen),
        "chain": chain,
        "later": _later(chain.shown, chosen),
        "refused": [one for one in chain.readings if not one.proved],
        "withdrawn": [
            Withdrawn(_label(one), one.release.withdrawal.reason)
            for one in chain.readings
            if one.is_withdrawn and one.proved
        ],
        "papers": [_label(one) for one in chain.readings if one.is_paper and one.proved],
        "proof": Proof(
            chosen.release.pk,
            chosen.release.published_at,
            chosen.release.plan_version,
            mark_in_words(chosen.proved.sha256),
        )
        if chosen and chosen.proved
        else None,
    }


def _leading(shown: Sequence[Reading]) -> Reading | None:
    """Choose what opens the page: the latest release, or the latest with tables before it."""
    return next((one for one in shown if _has_tables(one)), next(iter(shown), None))


def _has_tables(reading: Reading) -> bool:
    parts = reading.proved.bundle["populations"] if reading.proved else ()
    return any(table["rows"] for part in parts for table in part["tables"])


def _later(shown: Sequence[Reading], chosen: Reading | None) -> list[Total]:
    """Give the total of what was published after the period that leads the page."""
    if chosen is None:
        return []
    found = []
    for one in shown:
        if one.proved and one.release.period_end > chosen.release.period_end:
            bundle = one.proved.bundle
            main = [part for part in bundle["populations"] if part["code"] == MAIN]
            found += [_total(part, bundle) for part in main if part["total"]]
    return found


def _is_small(bundle: Mapping[str, Any] | None, main: Mapping[str, Any] | None) -> bool:
    """Tell whether the page leads with blocks of years and notes (decision 39)."""
    if bundle is None or main is None:
        return True
    return bundle["period"]["months"] > 12 or not any(table["rows"] for table in main["tables"])


def _answers(parts: Sequence[Mapping[str, Any]]) -> list[Answer]:
    """Answer the committee's questions, or nothing when no table can."""
    answers = answers_of(parts)
    return answers if any(answer.labels for answer in answers) else []


def _themes(parts: Sequence[Mapping[str, Any]]) -> Themes:
    """Keep open what the committee asks first; everything when there is little."""
    found = themes_of(parts)
    asked = [title for title, _ in THEMES[:FIRST_THEMES]]
    first = [theme for theme in found if theme.title in asked] or found
    return Themes(first, [theme for theme in found if theme not in first])


def _periods(chain: Chain, chosen: Reading | None) -> list[Link]:
    """Give the periods that may be looked at, the latest first."""
    return [
        Link(_label(one), f"periode={key_of(one.release)}{chain.query}", one is chosen)
        for one in chain.shown
    ]


def _label(reading: Reading) -> str:
    return str(reading.proved.bundle["period"]["label"]) if reading.proved else ""


def _directions(parts: Sequence[Mapping[str, Any]]) -> list[Direction]:
    """Sort the moves of all populations by direction, in the order of the plan."""
    moves: dict[str, list[Move]] = {"hausse": [], "baisse": []}
    for part in parts:
        names = {
            (table["id"], row["code"]): f"{table['title']} — {row['label']}"
            for table in part["tables"]
            for row in table["rows"]
        } | {("", ""): part["label"]}
        for move in part["evolution"]["moves"]:
            label = names[move["table"], move["row"]]
            moves[move["direction"]].append(
                Move(label, words(move["before"]), words(move["after"]))
            )
    return [
        Direction(f"En {name}", found[:FIRST_MOVES], found[FIRST_MOVES:])
        for name, found in moves.items()
        if found
    ]


def _total(part: Mapping[str, Any], bundle: Mapping[str, Any] | None) -> Total:
    if part["total"] is None or bundle is None:
        return Total(part["label"], words(None), NO_TOTAL)
    return Total(part["label"], words(part["total"]), bundle["period"]["label"])


def mark_in_words(sha256: str) -> str:
    """Write the start of a fingerprint in groups of four, to be compared by eye."""
    return " ".join(sha256[start : start + 4] for start in range(0, 16, 4))
