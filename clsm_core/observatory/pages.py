"""Turn proved releases into the pages beside the trends: evolution, questions, proofs.

Source: domain.md E-17; decision 47; releases.md 5.6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from clsm_core.council.models import Council
from clsm_core.observatory import comparison, pivot
from clsm_core.observatory.figures import in_order
from clsm_core.observatory.pivot import Answer, Asked, Question
from clsm_core.observatory.presenters import Chain

NO_TABLE: Mapping[str, Any] = {"rows": [], "columns": [], "multi": False}


class Option(NamedTuple):
    """A choice of a form."""

    value: str
    label: str
    is_chosen: bool


class Download(NamedTuple):
    """A release whose files may be taken away."""

    release_id: UUID
    label: str
    rank: int


def evolution_page(council: Council, chain: Chain, table: str) -> dict[str, Any]:
    """Give the values of the page that follows one table over the comparable periods."""
    bundles = comparison.comparable(list(chain.bundles.values()))
    groups = comparison.choices_of(bundles, table) if bundles else []
    known = [choice.id for group in groups for choice in group.choices]
    # The first table of what was examined; its total when no table was ever published.
    chosen = table if table in known else next(iter(known[1:] or known), "")
    return {
        "council": council,
        "chain": chain,
        "has_enough": len(bundles) > 1,
        "columns": f"annees-{len(bundles)}",
        "is_unknown": bool(table and table not in known),
        "groups": comparison.choices_of(bundles, chosen) if bundles else [],
        "evolution": comparison.evolution_of(bundles, chosen) if chosen else None,
    }


def explore_page(
    council: Council,
    chain: Chain,
    asked: Asked,
    *,
    question: Question | None = None,
    answers: Sequence[Answer] = (),
    refusal: str = "",
) -> dict[str, Any]:
    """Give the values of the page of questions: the form as it was filled, and the answers."""
    bundles = chain.bundles
    newest: Mapping[str, Any] = next(iter(bundles.values()), {"populations": []})
    if question is not None:
        newest = bundles[question.periods[-1]]
    parts = {part["code"]: part for part in newest["populations"]}
    ordered = in_order(list(parts.values()))
    tables = {table["id"]: table for part in ordered for table in part["tables"]}
    chosen = question.table if question else (asked.getlist("table") or [""])[0]
    table = pivot.lead_of(question, bundles) if question else tables.get(chosen, NO_TABLE)
    summed = question.summed if question else frozenset(asked.getlist("reunir"))
    periods = question.periods if question else tuple(asked.getlist("periode"))
    periods = periods or tuple(bundles)[:1]
    return {
        "council": council,
        "chain": chain,
        "has_figures": bool(bundles),
        "refusal": refusal,
        "answers": answers,
        "table": chosen if chosen in tables else "",
        "population": parts[question.population]["label"] if question else "",
        "groups": [
            comparison.Group(
                part["label"],
                [
                    comparison.Choice(
                        one["id"],
                        one["title"] if one["rows"] else f"{one['title']} (n.d.)",
                        one["id"] == chosen,
                    )
                    for one in part["tables"]
                ],
            )
            for part in ordered
            if part["tables"]
        ],
        "periods": [
            Option(key, bundle["period"]["label"], key in periods)
            for key, bundle in bundles.items()
        ],
        "rows": _options(table["rows"], question.rows if question else ()),
        "columns": _options(table["columns"], question.columns if question else ()),
        "has_rows": bool(question and (question.rows or pivot.ROWS in summed)),
        "has_columns": bool(question and (question.columns or pivot.COLUMNS in summed)),
        "is_multi": table["multi"],
        "sum_rows": pivot.ROWS in summed,
        "sum_columns": pivot.COLUMNS in summed,
        "sum_periods": pivot.PERIODS in summed,
        "is_turned": bool(question and question.is_turned),
        "is_cross": bool(table["columns"]),
    }


def downloads_of(chain: Chain) -> list[Download]:
    """List the releases whose files may be taken away, the latest first."""
    return [
        Download(one.release.pk, f"{one.proved.bundle['period']['label']}", one.release.rank)
        for one in chain.shown
        if one.proved
    ]


def _options(rows: Sequence[Mapping[str, Any]], chosen: Sequence[str]) -> list[Option]:
    return [Option(row["code"], row["label"], row["code"] in chosen) for row in rows]


def _first(choices: Sequence[comparison.Choice]) -> str:
    """Open on the most asked table after the total, when there is one."""
    return choices[1].id if len(choices) > 1 else comparison.TOTAL
