"""Plans so small that every possible world of them can be listed."""

from __future__ import annotations

from typing import Any

FLOOR, WIDTH = 11, 10

PARAMETERS = {
    "floor": FLOOR,
    "band_width": WIDTH,
    "max_share_percent": 90,
    "minimum_tables": 30,
    "minimum_crosses": 30,
    "minimum_semester": 30,
    "insider_floor": 5,
    "margin_percent": 140,
}
BC = {"code": "bc", "label": "BC", "codes": ["b", "c"]}


def _facet(code: str, codes: str, population: str = "examined", **more: Any) -> dict[str, Any]:
    labels = [[one, one.upper()] for one in codes]
    facet = {"code": code, "label": code.title(), "population": population, "multi": False}
    return facet | {"codes": labels} | more


def _table(table: str, facets: list[str], *ladder: list[str]) -> dict[str, Any]:
    rungs = [{"layouts": layouts} for layouts in ladder]
    return {"id": table, "element": "E-05", "title": table, "facets": facets, "ladder": rungs}


GARDEN: dict[str, Any] = {
    "version": "oracle.1",
    "parameters": PARAMETERS,
    "populations": [
        {"code": "examined", "label": "Examinées", "entry": "examen", "sentence": "examinées"},
        {"code": "closed", "label": "Closes", "entry": "fin", "sentence": "closes"},
    ],
    "facets": [
        _facet("colour", "abc", layouts=[{"name": "two", "groups": ["a", BC]}]),
        _facet("side", "lr"),
        _facet("hand", "mn"),
        _facet("flag", "pqs", multi=True, exclusive=["s"]),
        _facet("end", "xy", "closed"),
    ],
    "tables": [
        _table("T-colour", ["colour"], ["detail"], ["two"]),
        _table("T-side", ["side"], ["detail"]),
        _table("T-flag", ["flag"], ["detail"]),
        _table("T-hand", ["hand"], ["detail"]),
        _table("T-cross", ["side", "hand"], ["detail", "detail"]),
        _table("T-end", ["end"], ["detail"]),
    ],
    "institution": [{"id": "E-02-seances", "element": "E-02", "label": "Séances tenues"}],
}  # fmt: skip
"""Two populations, a crossed table, a facet with several answers of which one is exclusive."""

COIN: dict[str, Any] = {
    "version": "oracle.1",
    "parameters": PARAMETERS,
    "populations": GARDEN["populations"][:1],
    "facets": [_facet("face", "ht")],
    "tables": [_table("T-face", ["face"], ["detail"])],
}
"""One facet of two codes: small enough for two periods at once."""
