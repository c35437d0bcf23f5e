"""Blocks of a report as a page draws them: each cell knows its head, each row its bar."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Above, a table waits behind one click on the page; it is printed whole.
FOLDED_ABOVE = 12


def drawn(block: Mapping[str, Any], definition: str = "") -> dict[str, Any]:
    """Return what the template of a block draws.

    Args:
        block: a block as plain values.
        definition: what an indicator counts, written below it.
    """
    numbers, heads = block["numbers"], block["headers"]
    bars = block["bars"] or [None] * len(block["rows"])
    return {
        "title": block["title"],
        "text": block["text"],
        "facts": block["facts"],
        "has_bars": bool(block["bars"]),
        "scale": block["scale"],
        "note": block["note"],
        "definition": definition,
        "is_folded": len(block["rows"]) > FOLDED_ABOVE,
        "heads": [(head, index in numbers) for index, head in enumerate(heads)],
        "rows": [
            {
                "head": row[0],
                "ends": ends,
                "cells": [
                    (heads[index], cell, index in numbers)
                    for index, cell in enumerate(row)
                    if index
                ],
            }
            for row, ends in zip(block["rows"], bars, strict=True)
        ],
    }
