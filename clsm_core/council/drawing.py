"""Draw outlines as the paths of an SVG; pure.

Promises: a flat projection around the middle of what is drawn (a degree of longitude is shortened
by the cosine of the latitude), north at the top, everything inside the frame; a thousand units
across, and points that touch are drawn once: finer than the screen shows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from clsm_core.council.geojson import Polygons

SIZE = 1000.0
MARGIN = 12.0


class Drawing(NamedTuple):
    """A frame and a path by key, in the order given."""

    width: int
    height: int
    paths: dict[str, str]


def draw(outlines: Mapping[str, Polygons]) -> Drawing | None:
    """Return the drawing of outlines, None when there are none.

    Args:
        outlines: polygons in degrees, by any key.
    """
    points = [point for polygons in outlines.values() for point in _points(polygons)]
    if not points:
        return None
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    shrink = max(math.cos(math.radians((south + north) / 2)), 0.01)
    wide, high = (east - west) * shrink, north - south
    scale = (SIZE - 2 * MARGIN) / max(wide, high, 1e-9)

    def place(point: list[float]) -> tuple[int, int]:
        x = MARGIN + (point[0] - west) * shrink * scale
        y = MARGIN + (north - point[1]) * scale
        return round(x), round(y)

    paths = {
        key: "".join(
            _path([place(point) for point in ring]) for rings in polygons for ring in rings
        )
        for key, polygons in outlines.items()
    }
    return Drawing(
        math.ceil(wide * scale + 2 * MARGIN), math.ceil(high * scale + 2 * MARGIN), paths
    )


def _points(polygons: Polygons) -> Iterator[list[float]]:
    for rings in polygons:
        for ring in rings:
            yield from ring


def _path(points: list[tuple[int, int]]) -> str:
    """Write one ring; its last point is its first, said by Z."""
    kept = points[:1]
    for x, y in points[1:]:
        if abs(x - kept[-1][0]) > 1 or abs(y - kept[-1][1]) > 1:
            kept.append((x, y))
    if len(kept) > 1 and kept[-1] == kept[0]:
        kept.pop()
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z"
