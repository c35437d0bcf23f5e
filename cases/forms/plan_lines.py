"""Groupings of a facet as people edit them: one line a group, « Libellé = code, code ».

A group keeps its code as long as it holds the same answers, so that two versions of a plan speak
of the same rows; a new one takes a code from its label.

Source: releases.md 5.1 (pre-declared groupings).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

Block = dict[str, Any]
_NOT_CODE = re.compile(r"[^a-z0-9]+")


class LineRefused(ValueError):
    """A line cannot be read; the text says which and why, in French."""


def written(layout: Block, labels: Mapping[str, str]) -> str:
    """Write a grouping as lines, in its order."""
    lines = []
    for group in layout["groups"]:
        if isinstance(group, str):
            lines.append(f"{labels.get(group, group)} = {group}")
        else:
            lines.append(f"{group['label']} = {', '.join(group['codes'])}")
    return "\n".join(lines)


def read(text: str, labels: Mapping[str, str], known: dict[frozenset[str], str]) -> list[Any]:
    """Return the groups that lines say; ``known`` is filled with the codes of new groups.

    Raises: LineRefused.
    """
    groups: list[Any] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        label, equals, listed = line.rpartition("=")
        codes = [part.strip() for part in listed.split(",") if part.strip()]
        label = label.strip()
        if not equals or not label or not codes:
            raise LineRefused(f"Ligne {number} : écrivez « Libellé = code, code ».")
        for code in codes:
            if code not in labels:
                raise LineRefused(f"Ligne {number} : « {code} » n’est pas un code de cette liste.")
            if code in seen:
                raise LineRefused(
                    f"Ligne {number} : « {code} » est déjà dans la ligne {seen[code]}. Chaque code "
                    "va dans une ligne et une seule."
                )
            seen[code] = number
        groups.append(_group(label, codes, labels, known))
    left = [code for code in labels if code not in seen]
    if left:
        raise LineRefused(
            "Il manque : " + ", ".join(left) + ". Chaque code va dans une ligne et une seule."
        )
    if len(groups) < 2:
        raise LineRefused("Il faut au moins deux lignes.")
    return groups


def _group(
    label: str, codes: list[str], labels: Mapping[str, str], known: dict[frozenset[str], str]
) -> Any:
    held = frozenset(codes)
    if len(codes) == 1 and labels[codes[0]] == label:
        return codes[0]
    if held not in known:
        known[held] = codes[0] if len(codes) == 1 else _code(label, {*known.values(), *labels})
    return {"code": known[held], "label": label, "codes": codes}


def _code(label: str, taken: set[str]) -> str:
    """Return a free code made from a label."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    base = _NOT_CODE.sub("_", plain).strip("_")[:40] or "groupe"
    code, number = base, 2
    while code in taken:
        code, number = f"{base}_{number}", number + 1
    return code


def known_groups(facet: Block) -> dict[frozenset[str], str]:
    """Return the code of each group of a facet, by the answers that it holds."""
    found = {frozenset([code]): code for code, _ in facet["codes"]}
    for layout in facet.get("layouts", []):
        for group in layout["groups"]:
            if not isinstance(group, str):
                found.setdefault(frozenset(group["codes"]), group["code"])
    return found


def zones_written(facet: Block) -> str:
    """Write the names of the zones as lines, « code = libellé »."""
    return "\n".join(f"{code} = {label}" for code, label in facet["codes"])


def zones_read(text: str, facet: Block) -> list[list[str]]:
    """Return the codes of a facet with the names that lines give. Raises: LineRefused."""
    said: dict[str, str] = {}
    codes = [code for code, _ in facet["codes"]]
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        code, _, label = (part.strip() for part in line.partition("="))
        if code not in codes or not label:
            raise LineRefused(f"Ligne {number} : écrivez « code = nom de la zone ».")
        if code in said:
            raise LineRefused(f"Ligne {number} : « {code} » est déjà nommée.")
        said[code] = label
    missing = [code for code in codes if code not in said]
    if missing:
        raise LineRefused("Il manque : " + ", ".join(missing) + ".")
    return [[code, said[code]] for code in codes]
