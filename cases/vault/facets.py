"""Facet records (E8): the coded facts that feed statistics, sealed to the statistics key.

Promises: only the statistics key opens a record, and that key opens nothing else; a record names
no situation, and its length is the same for every ordinary content.

Source: security.md D8, §2.3 (E8); T-05.
"""

from typing import Any

from cases.vault.encoding import canonical_json, lp, pad, parse_json, unpad
from cases.vault.errors import InvalidValue, Tampered
from cases.vault.identity import KemPair
from cases.vault.kem import open_with, seal_to

FACETS = 0xE8
_LEAST_PADDED = 1024


def seal_facets(
    statistics_public: bytes, period: str, population: str, payload: dict[str, Any]
) -> bytes:
    """Seal coded facets to the statistics key's 1216 public bytes.

    `period` is the semester, bound as HPKE `info`; `population` lies inside and is checked.

    Raises: InvalidValue when a value cannot be encoded.
    """
    if not isinstance(payload, dict):
        raise InvalidValue("not_json")
    plaintext = pad(
        canonical_json({"facets": payload, "population": population}), least=_LEAST_PADDED
    )
    return seal_to(FACETS, statistics_public, plaintext, lp("clsm/facet/v1", period))


def open_facets(pair: KemPair, blob: bytes, period: str, population: str) -> dict[str, Any]:
    """Open the coded facets of a period and a population.

    Raises: UnknownFormat when it is not E8 suite 01; Tampered when bytes, key, period or
    population differ.
    """
    plaintext = open_with(FACETS, pair.kem_private, blob, lp("clsm/facet/v1", period))
    record = parse_json(unpad(plaintext, least=_LEAST_PADDED))
    facets = record.get("facets")
    if set(record) != {"facets", "population"} or record["population"] != population:
        raise Tampered
    if not isinstance(facets, dict):
        raise Tampered
    return facets
