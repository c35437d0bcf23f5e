"""What a bundle tells to somebody who knows the rules of release, read apart from the engine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.simulator.told import NO_LIMIT, Told, Where, Words


def known_from_bundle(words: Words, part: Mapping[str, Any]) -> list[Told]:
    """Read what a population of a bundle tells, the rules of release included.

    A layout is shown only when all its cells reach the floor; of a facet with several answers, a
    row is shown only when its cells do, and when as many situations do not give the answer.
    """
    if part["total"] is None:
        return []
    lo, hi = part["total"]
    told = [Told(Where(), lo, hi)]
    for table in part["tables"]:
        names = tuple(facet["code"] for facet in table["facets"])
        for row in table["rows"]:
            group = frozenset(row["codes"])
            bands = row["bands"] if table["columns"] else [row["band"]]
            is_shown = any(bands)
            for band, column in zip(bands, table["columns"] or [None], strict=True):
                codes = (group, frozenset(column["codes"])) if column else (group,)
                where = Where(names, codes)
                if band:
                    told.append(Told(where, band[0], band[1]))
                elif not table["multi"] or (column and is_shown):
                    told.append(Told(where, words.floor, hi))
                if table["multi"] and (band or (column and is_shown)):
                    whole = Where(names[1:], codes[1:])
                    told.append(Told(where, words.floor, NO_LIMIT, whole))
    return told
