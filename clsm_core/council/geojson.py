"""Read outlines of communes out of a GeoJSON file; pure, and it believes nothing of the file.

Promises: what comes back is finite, closed and in degrees; what is wrong is said in French, with
the place; a commune that is not wanted is left aside unread.

Source: RFC 7946 (August 2016); domain.md D.1 (périmètre), 002-04.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any, NamedTuple

MAX_BYTES = 5 * 1024 * 1024
CODE_NAMES = ("code", "code_insee", "insee")
# Five decimals are about a metre.
DECIMALS = 5
SHOWN_FAULTS = 10
TRIANGLE = 4

Point = list[float]
Ring = list[Point]
Polygons = list[list[Ring]]


class Outlines(NamedTuple):
    """What a file brings: outlines by INSEE code, and how many objects were left aside."""

    kept: dict[str, Polygons]
    others: int
    without_code: int


class FaultyFile(Exception):
    """The file cannot be taken; ``messages`` say why, one a fault."""

    def __init__(self, *messages: str) -> None:
        super().__init__(*messages)
        self.messages = messages


def read(content: bytes, wanted: Iterable[str]) -> Outlines:
    """Return the outlines of the wanted communes.

    Args:
        content: the bytes of the file.
        wanted: INSEE codes.

    Raises:
        FaultyFile: the file is too big, is no GeoJSON in degrees, names a commune twice, or holds
            none of those that are wanted.
    """
    features = _features(content)
    codes = frozenset(wanted)
    kept: dict[str, Polygons] = {}
    others = without_code = 0
    faults: list[str] = []
    for rank, feature in enumerate(features, start=1):
        code = _code(feature)
        if not code:
            without_code += 1
        elif code not in codes:
            others += 1
        elif code in kept:
            faults.append(f"Objet {rank} : la commune {code} figure deux fois dans le fichier.")
        else:
            try:
                kept[code] = _polygons(feature.get("geometry"))
            except FaultyFile as fault:
                faults += [f"Objet {rank} (commune {code}) : {text}" for text in fault.messages]
    if faults:
        more = len(faults) - SHOWN_FAULTS
        told = faults[:SHOWN_FAULTS]
        raise FaultyFile(*told, *([f"Autres erreurs : {more}."] if more > 0 else []))
    if not kept:
        raise FaultyFile(_none(len(features), without_code))
    return Outlines(kept, others, without_code)


def _features(content: bytes) -> list[Any]:
    if len(content) > MAX_BYTES:
        raise FaultyFile("Le fichier dépasse 5 Mo : gardez les seules communes du conseil.")
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except FaultyFile:
        raise
    except (ValueError, RecursionError) as wrong:
        raise FaultyFile(
            "Ce fichier n’est pas du GeoJSON : il ne se lit pas comme du JSON en UTF-8."
        ) from wrong
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection":
        raise FaultyFile("Le fichier doit être une « FeatureCollection » GeoJSON.")
    features = found.get("features")
    if not isinstance(features, list) or not features:
        raise FaultyFile("Le fichier ne contient aucun objet (« features » est vide).")
    return features


def _refuse_constant(name: str) -> float:
    raise FaultyFile(f"Le fichier contient une coordonnée « {name} », qui n’est pas un nombre.")


def _code(feature: Any) -> str:
    """Return the INSEE code of an object, empty when it has none."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return ""
    found = next((properties[name] for name in CODE_NAMES if properties.get(name)), "")
    # A spreadsheet eats the first zero of a number: 1001 is 01001.
    return f"{found:05d}" if type(found) is int else str(found).strip().upper()


def _polygons(geometry: Any) -> Polygons:
    if not isinstance(geometry, dict):
        raise FaultyFile("il n’a pas de contour.")
    kind, found = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise FaultyFile("son contour doit être un « Polygon » ou un « MultiPolygon ».")
    polygons = [found] if kind == "Polygon" else found
    if not isinstance(polygons, list) or not polygons:
        raise FaultyFile("son contour est vide.")
    return [_rings(polygon) for polygon in polygons]


def _rings(polygon: Any) -> list[Ring]:
    if not isinstance(polygon, list) or not polygon:
        raise FaultyFile("son contour est vide.")
    return [_ring(ring) for ring in polygon]


def _ring(ring: Any) -> Ring:
    if not isinstance(ring, list) or len(ring) < TRIANGLE:
        raise FaultyFile("une ligne de son contour a moins de quatre points.")
    points = [_point(point) for point in ring]
    if points[0] != points[-1]:
        raise FaultyFile("une ligne de son contour n’est pas fermée.")
    return points


def _point(point: Any) -> Point:
    if (
        not isinstance(point, list)
        or len(point) < 2
        or not all(type(one) in (int, float) for one in point[:2])
    ):
        raise FaultyFile("un point de son contour n’est pas une paire de nombres.")
    longitude, latitude = point[:2]
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise FaultyFile(
            "ses coordonnées ne sont pas en degrés : exportez le fichier en WGS 84 (longitude,"
            " latitude)."
        )
    return [_rounded(longitude), _rounded(latitude)]


def _rounded(value: float) -> float:
    rounded = round(float(value), DECIMALS)
    if not math.isfinite(rounded):
        raise FaultyFile("un point de son contour n’est pas une paire de nombres.")
    return rounded


def _none(total: int, without_code: int) -> str:
    if without_code == total:
        return (
            "Aucun objet ne porte de code INSEE : chacun doit avoir une propriété « code »,"
            " « code_insee » ou « insee »."
        )
    return "Aucune commune du fichier n’est dans le périmètre du conseil : rien n’a été gardé."
