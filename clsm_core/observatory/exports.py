"""Give the tables of a release as CSV, ODS and tagged PDF; from its bundle only.

Promises: the same bundle and the same day of publication give the same bytes; a figure that is not
published says « n.d. » and leaves its two ends empty.

Source: releases.md 5.2 and 5.6; R7; visual.md (documents).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from clsm_core.observatory.figures import (
    NOT_PUBLISHED,
    Chart,
    bands_of,
    in_order,
    themes_of,
    unpublished_tables,
    words,
)
from clsm_core.ui.pdf import compile_pdf
from clsm_core.ui.spreadsheet import Sheet, Value, csv_bytes, ods_bytes

Bundle = Mapping[str, Any]
HEADERS = (
    "Période",
    "Situations",
    "Élément",
    "Tableau",
    "Ligne",
    "Colonne",
    "Au moins",
    "Au plus",
    "Lecture",
)
READ_ME = (
    "Chaque chiffre est une fourchette : le vrai nombre est entre « au moins » et « au plus ».",
    "« n.d. » : non diffusé. Cela ne veut dire ni zéro, ni peu.",
    "Les lignes suivent l’ordre du plan, pas celui des nombres.",
    "Une situation peut compter dans plusieurs lignes d’un tableau à réponses multiples.",
)
_TEMPLATE = Path(__file__).parent / "documents" / "release.typ"
_SHEET_WORDS = 31


def rows_of(bundle: Bundle) -> Iterator[tuple[Value, ...]]:
    """Give every figure of a bundle, one a row, unpublished ones included."""
    period = bundle["period"]["label"]
    for part in bundle["populations"]:
        yield (period, part["label"], "", "Total", "", "", *_ends(part["total"]))
        for table in part["tables"]:
            heads = [column["label"] for column in table["columns"]] or [""]
            for row in table["rows"]:
                for head, band in zip(heads, bands_of(row), strict=True):
                    yield (
                        period,
                        part["label"],
                        table["element"],
                        table["title"],
                        row["label"],
                        head,
                        *_ends(band),
                    )
    for line in bundle["institution"]:
        place = (period, "La commission", line["element"], line["label"], "", "")
        yield (*place, None, None, line["text"])


def csv_of(bundle: Bundle) -> bytes:
    """Return every figure of a bundle as CSV."""
    return csv_bytes(HEADERS, list(rows_of(bundle)))


def ods_of(bundle: Bundle, *, title: str, at: datetime) -> bytes:
    """Return the figures as a spreadsheet: how to read it, then a sheet a population."""
    period = bundle["period"]["label"]
    sheets = [Sheet("Lire d’abord", (title,), [(line,) for line in READ_ME])]
    everything = list(rows_of(bundle))
    for label in dict.fromkeys(str(row[1]) for row in everything):
        rows = [row[2:] for row in everything if row[1] == label]
        sheets.append(Sheet(label[:_SHEET_WORDS], HEADERS[2:], rows))
    return ods_bytes(sheets, title=f"{title} · {period}", at=at)


def pdf_of(bundle: Bundle, *, council: str, commission: str, mark: str, at: datetime) -> bytes:
    """Return the figures as a document to print: totals, reading, charts and tables."""
    period = bundle["period"]["label"]
    shown = in_order([part for part in bundle["populations"] if part["total"]])
    data = {
        "council": council,
        "commission": commission,
        "heading": f"Ce que la commission fait remonter · {period}",
        "mark": mark,
        "totals": [[part["label"], words(part["total"])] for part in shown],
        "reading": [text for part in shown for text in part["reading"]],
        "themes": [
            {"title": theme.title, "charts": [_chart(chart) for chart in theme.charts]}
            for theme in themes_of(shown)
        ],
        "missing": [
            [part["label"], ", ".join(titles).lower()]
            for part in shown
            if (titles := unpublished_tables(part))
        ],
        "institution": [[line["label"], line["text"]] for line in bundle["institution"]],
        "how": READ_ME,
    }
    return compile_pdf(_TEMPLATE, data, at=at, title=f"Observation · {period} – {council}")


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "title": chart.title,
        "population": chart.population.lower(),
        "columns": list(chart.columns),
        "is_multi": chart.is_multi,
        "scale": chart.scale,
        "rows": [
            {
                "label": line.label,
                "move": line.move,
                "cells": [
                    {"low": figure.low, "high": figure.high, "text": figure.text}
                    for figure in line.figures
                ],
            }
            for line in chart.lines
        ],
    }


def _ends(band: Any) -> tuple[Value, Value, Value]:
    return (None, None, NOT_PUBLISHED) if band is None else (band[0], band[1], words(band))
