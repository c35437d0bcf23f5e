"""Valid releases of tiny plans, built by listing every possible world: no solver, no engine.

This is the oracle of the verifier and of the engine: it shares no code with either. Every world of
a part (facets that are crossed, directly or not) is a line of a table; those that contradict a
published line are struck out; the lowest and the highest value of a cell are read off.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.pure.disclosure.tiny_plans import FLOOR, WIDTH

Worlds = NDArray[np.int64]
Answer = tuple[tuple[str, ...], ...]
"""For each facet of a part, the codes given."""
Rows = Sequence[Mapping[str, Any]]


def canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class Made:
    """The four texts of a release, as objects until they are written."""

    bundle: dict[str, Any]
    manifest: dict[str, Any]
    certificate: dict[str, Any]
    ledger: list[dict[str, Any]]
    small: list[str] = field(default_factory=list)

    def texts(self, *, relink: bool = True) -> tuple[str, str, str, str]:
        """Write the texts; `relink` computes every hash again, as a clever forger would."""
        if relink:
            plan = {"version": self.certificate["plan"]["version"]}
            plan["sha256"] = sha256(canonical(self.certificate["plan"]))
            self.certificate["plan_sha256"] = plan["sha256"]
            last = self.ledger[-1]
            self.bundle["plan"] = self.manifest["plan"] = last["plan"] = plan
            previous = None
            for entry in self.ledger:
                entry["previous"], previous = previous, None
                if entry is last:
                    hashes = [sha256(canonical(one)) for one in (self.bundle, self.certificate)]
                    self.manifest["files"] = [
                        {"path": name, "sha256": value}
                        for name, value in zip(
                            ("bundle.json", "certificate.json"), hashes, strict=True
                        )
                    ]
                    self.manifest["previous"] = entry["previous"]
                    entry["bundle"], entry["certificate"] = hashes
                    entry["manifest"] = sha256(canonical(self.manifest))
                previous = sha256(canonical(entry))
        ledger = "".join(canonical(entry) for entry in self.ledger)
        texts = [canonical(one) for one in (self.bundle, self.manifest, self.certificate)]
        return texts[0], texts[1], texts[2], ledger


def period(start: str, end: str, label: str) -> dict[str, Any]:
    """Give the JSON form of a period; the end is excluded."""
    (a, b), (c, d) = (map(int, day.split("-")[:2]) for day in (start, end))
    return {"start": start, "end": end, "label": label, "months": 12 * (c - a) + d - b}


def make(
    plan: dict[str, Any],
    when: dict[str, Any],
    atoms: Sequence[tuple[str, str]],
    rows: Mapping[str, Sequence[Rows]],
    layouts: Mapping[str, list[str] | None],
    ledger: Sequence[dict[str, Any]] = (),
    masked: Iterable[str] = (),
) -> Made:
    """Publish bands of true rows and prove by enumeration what stays possible.

    `rows[population][atom]` are situations; `layouts[table]` what is shown of a table; `masked`
    are ids of figures withheld although they reach the floor.
    """
    reference = {"version": plan["version"], "sha256": sha256(canonical(plan))}
    inside = atoms_in(atoms, when)
    populations, lines = [], []
    for population in plan["populations"]:
        code = population["code"]
        true = [row for i in inside for row in rows.get(code, [[]] * len(atoms))[i]]
        shown, own = _shown(plan, population, true, layouts, set(masked))
        populations.append(shown)
        lines += own
    head = {"kind": "figures", "plan": reference, "period": when}
    bundle = {**head, "format": "clsm-release/2", "populations": populations, "institution": []}
    entry = {**head, "format": "clsm-ledger/2", "rank": len(ledger) + 1, "lines": lines}
    manifest = {
        **head,
        "format": "clsm-manifest/2",
        "engine_version": "2",
        "rank": entry["rank"],
        "solver": {"name": "none", "version": "0"},
        "issuer": None,
        "attackers": ["outsider"],
        "parameters": dict(plan["parameters"]),
        "published": [
            {key: line[key] for key in ("id", "lo", "hi")}
            for line in lines
            if not line["id"].endswith("/floor")
        ],
    }
    made = Made(bundle, manifest, {}, [json.loads(canonical(e)) for e in ledger] + [entry])
    proofs = []
    for population in plan["populations"]:
        code = population["code"]
        if code in rows:
            proof, small = prove(plan, code, atoms, made.ledger, rows[code])
            proofs.append(proof)
            made.small += small
    made.certificate = {
        "format": "clsm-certificate/1",
        "engine_version": "2",
        "plan": json.loads(canonical(plan)),
        "plan_sha256": reference["sha256"],
        "populations": proofs,
    }
    made.texts()
    return made


def band(count: int) -> list[int] | None:
    """Give the band of a count."""
    if count < FLOOR:
        return None
    lo = FLOOR + (count - FLOOR) // WIDTH * WIDTH
    return [lo, lo + WIDTH - 1]


def layout_of(plan: dict[str, Any], facet: str, name: str) -> list[dict[str, Any]]:
    """Give the groups of a layout."""
    known = next(f for f in plan["facets"] if f["code"] == facet)
    labels = dict(known["codes"])
    detail = {"name": "detail", "groups": list(labels)}
    found = next(x for x in [detail, *known.get("layouts", [])] if x["name"] == name)
    return [
        {"code": g, "label": labels[g], "codes": [g]} if isinstance(g, str) else g
        for g in found["groups"]
    ]


def holds(row: Mapping[str, Any], facets: Sequence[str], codes: Sequence[Sequence[str]]) -> bool:
    return all({*row[facet]} & {*wanted} for facet, wanted in zip(facets, codes, strict=True))


def _shown(
    plan: dict[str, Any],
    population: dict[str, Any],
    true: Rows,
    layouts: Mapping[str, list[str] | None],
    masked: set[str],
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Write a population of the bundle, and its lines of the ledger."""
    code, total = population["code"], band(len(true))
    homes = {f["code"]: f for f in plan["facets"]}
    lines: list[dict[str, Any]] = []

    def line(name: str, facets: Any, codes: Any, lo: int, hi: int, beside: int | None) -> None:
        known = {"id": f"{code}/{name}", "population": code, "facets": facets, "codes": codes}
        lines.append({**known, "lo": lo, "hi": hi, "beside": beside})

    if total:
        line("total", [], [], *total, None)
    tables = []
    for table in plan["tables"]:
        facets = [homes[name] for name in table["facets"]]
        if facets[0]["population"] != code:
            continue
        multi, layout = facets[0]["multi"], layouts.get(table["id"]) if total else None
        groups = [
            layout_of(plan, f["code"], name) for f, name in zip(facets, layout or [], strict=False)
        ]
        shown = []
        for row in groups[0] if groups else []:
            sides = [[column] for column in groups[1]] if len(facets) == 2 else [[]]
            bands = []
            for side in sides:
                name = "/".join([table["id"], row["code"], *(g["code"] for g in side)])
                codes = [g["codes"] for g in (row, *side)]
                count = sum(holds(one, table["facets"], codes) for one in true)
                hidden = f"{code}/{name}" in masked
                bands.append(None if hidden else band(count))
                beside = FLOOR if multi else None
                if bands[-1]:
                    line(name, table["facets"], codes, *bands[-1], beside)
                elif not multi:
                    line(f"{name}/floor", table["facets"], codes, FLOOR, total[1], beside)
            key = {"bands": bands} if len(facets) == 2 else {"band": bands[0]}
            shown.append({**row, **key})
        head = {key: table[key] for key in ("id", "element", "title")}
        head["facets"] = [{"code": f["code"], "label": f["label"]} for f in facets]
        columns = groups[1] if len(groups) == 2 else []
        tables.append({**head, "multi": multi, "layout": layout, "columns": columns, "rows": shown})
    texts = {key: population[key] for key in ("code", "label", "sentence")}
    reading = [f"Entre {total[0]} et {total[1]} {population['sentence']}."] if total else []
    evolution = {"since": None, "moves": [], "reading": []}
    shown_population = {**texts, "total": total, "tables": tables, "reading": reading}
    return {**shown_population, "evolution": evolution}, lines


def atoms_in(atoms: Sequence[tuple[str, str]], when: Mapping[str, Any]) -> list[int]:
    return [i for i, (a, b) in enumerate(atoms) if when["start"] <= a and b <= when["end"]]


class _Part:
    """Every possible table of one part over all atoms; a column for each (atom, answer)."""

    def __init__(self, plan: dict[str, Any], facets: list[str], most: Sequence[int]) -> None:
        self.facets = facets
        homes = {f["code"]: f for f in plan["facets"]}
        self.multi = [homes[name]["multi"] for name in facets]
        self.answers: list[Answer] = list(product(*(_answers(homes[name]) for name in facets)))
        self.atoms = len(most)
        tables = [_compositions(len(self.answers), hi) for hi in most]
        self.worlds = tables[0]
        self._more = tables[1:]

    def value(self, atoms: Sequence[int], facets: Sequence[str], codes: Any) -> Worlds:
        """Count a cell in every world."""
        size = len(self.answers)
        here = [
            atom * size + rank
            for atom in atoms
            for rank, answer in enumerate(self.answers)
            if all(
                {*answer[self.facets.index(f)]} & {*c} for f, c in zip(facets, codes, strict=True)
            )
        ]
        return self.worlds[:, here].sum(axis=1)

    def restrict(self, lines: list[tuple[list[int], dict[str, Any]]]) -> None:
        """Strike out the worlds that contradict a line, period after period."""
        for done in range(self.atoms):
            if done:
                left, right = self.worlds, self._more[done - 1]
                pairs = np.repeat(left, len(right), axis=0), np.tile(right, (len(left), 1))
                self.worlds = np.hstack(pairs)
            for atoms, line in lines:
                if max(atoms) != done or not {*line["facets"]} <= {*self.facets}:
                    continue
                held = self.value(atoms, line["facets"], line["codes"])
                beside = self.value(atoms, line["facets"][1:], line["codes"][1:]) - held
                right_ones = (held >= line["lo"]) & (held <= line["hi"])
                self.worlds = self.worlds[right_ones & (beside >= (line["beside"] or 0))]

    @property
    def totals(self) -> Worlds:
        """Give the totals of each atom in every world."""
        size = len(self.answers)
        parts = [self.worlds[:, i * size : (i + 1) * size].sum(axis=1) for i in range(self.atoms)]
        return np.stack(parts, axis=1)

    def as_json(self, rank: int, atom: int) -> dict[str, Any]:
        """Write one world of the part over one atom."""
        size = len(self.answers)
        counts = self.worlds[rank, atom * size : (atom + 1) * size]
        rows = []
        for times, answer in zip(counts, self.answers, strict=True):
            pairs = zip(answer, self.multi, strict=True)
            told = [[*codes] if many else codes[0] for codes, many in pairs]
            if times:
                rows.append([int(times), *told])
        return {"facets": self.facets, "rows": rows}


def _answers(facet: dict[str, Any]) -> list[tuple[str, ...]]:
    """List the answers that one situation may give to a facet."""
    codes, alone = [code for code, _ in facet["codes"]], facet.get("exclusive", [])
    if not facet["multi"]:
        return [(code,) for code in codes]
    free = [code for code in codes if code not in alone]
    several = [some for size in range(1, len(free) + 1) for some in combinations(free, size)]
    return several + [(code,) for code in alone]


def _compositions(parts: int, most: int) -> Worlds:
    """List all ways to give up to `most` situations one of `parts` answers."""
    if parts == 1:
        return np.arange(most + 1, dtype=np.int64)[:, None]
    blocks = []
    for first in range(most + 1):
        rest = _compositions(parts - 1, most - first)
        blocks.append(np.hstack([np.full((len(rest), 1), first, dtype=np.int64), rest]))
    return np.vstack(blocks)


def _parts_of(plan: dict[str, Any], population: str) -> list[list[str]]:
    """Put together the facets of a population that crossed tables tie."""
    parts = [[f["code"]] for f in plan["facets"] if f["population"] == population]
    for table in plan["tables"]:
        tied = [part for part in parts if {*part} & {*table["facets"]}]
        if len(tied) > 1:
            parts = [part for part in parts if part not in tied] + [[*tied[0], *tied[1]]]
    return parts


def cells_of(plan: dict[str, Any], population: str) -> list[tuple[str, list[tuple[int, Any, Any]]]]:
    """List the cells of the plan, as signed sums of counts."""
    cells: list[tuple[str, list[tuple[int, Any, Any]]]] = []
    groups: dict[str, dict[str, list[str]]] = {}
    for facet in plan["facets"]:
        names = ["detail", *(layout["name"] for layout in facet.get("layouts", []))]
        every = [g for name in names for g in layout_of(plan, facet["code"], name)]
        groups[facet["code"]] = {g["code"]: g["codes"] for g in every}
        if facet["population"] == population:
            for code, codes in groups[facet["code"]].items():
                name, inside = f"{facet['code']}/{code}", ([facet["code"]], [codes])
                cells.append((name, [(1, *inside)]))
                cells.append((f"{name}/~", [(1, [], []), (-1, *inside)]))
    for table in plan["tables"]:
        if len(table["facets"]) == 2:
            first, second = table["facets"]
            for (a, row), (b, column) in product(groups[first].items(), groups[second].items()):
                name, both = f"{table['id']}/{a}/{b}", ([first, second], [row, column])
                cells.append((name, [(1, *both)]))
                cells.append((f"{name}/~row", [(1, [first], [row]), (-1, *both)]))
                cells.append((f"{name}/~column", [(1, [second], [column]), (-1, *both)]))
    return cells if any(f["population"] == population for f in plan["facets"]) else []


def prove(
    plan: dict[str, Any],
    population: str,
    atoms: Sequence[tuple[str, str]],
    ledger: Sequence[dict[str, Any]],
    rows: Sequence[Rows],
) -> tuple[dict[str, Any], list[str]]:
    """Write a population of the certificate; name its cells truly below the floor."""
    lines = [
        (atoms_in(atoms, entry["period"]), line)
        for entry in ledger
        for line in entry["lines"]
        if line["population"] == population and atoms_in(atoms, entry["period"])
    ]
    caps = [
        min([line["hi"] for where, line in lines if not line["facets"] and i in where], default=0)
        for i in range(len(atoms))
    ]
    parts = [_Part(plan, facets, caps) for facets in _parts_of(plan, population)]
    for part in parts:
        part.restrict(lines)
    common = set.intersection(*({tuple(t) for t in part.totals.tolist()} for part in parts))
    for part in parts:
        keep = [tuple(totals) in common for totals in part.totals.tolist()]
        part.worlds = part.worlds[keep]
    first_with = [_first(part.totals) for part in parts]
    released = {tuple(where) for where, _ in lines}
    found = {(i,) for i in range(len(atoms))} | released
    periods = sorted(found, key=lambda union: (len(union), union))
    worlds: dict[tuple[int, ...], int] = {}
    cells, small = [], []
    for rank, union in enumerate(periods):
        true = [row for i in union for row in rows[i]]
        for name, terms in cells_of(plan, population):
            sought = {facet for _, facets, _ in terms for facet in facets}
            here = next(i for i, part in enumerate(parts) if sought & {*part.facets})
            value = sum(sign * parts[here].value(union, f, c) for sign, f, c in terms)
            ends: list[int] = []
            for at in (int(np.argmin(value)), int(np.argmax(value))):
                totals = tuple(parts[here].totals[at].tolist())
                chosen = tuple(
                    at if i == here else first_with[i][totals] for i in range(len(parts))
                )
                ends += [int(value[at]), worlds.setdefault(chosen, len(worlds))]
            cells.append([f"{population}/{rank}/{name}", *ends])
            count = sum(sign * sum(holds(one, f, c) for one in true) for sign, f, c in terms)
            if count < FLOOR:
                small.append(cells[-1][0])
    written = [
        [
            {
                "total": int(parts[0].totals[chosen[0], atom]),
                "parts": [part.as_json(at, atom) for part, at in zip(parts, chosen, strict=True)],
            }
            for atom in range(len(atoms))
        ]
        for chosen in worlds
    ]
    spans = [{"start": start, "end": end} for start, end in atoms]
    proof = {"code": population, "atoms": spans, "periods": [[*p] for p in periods]}
    return {**proof, "worlds": written, "cells": cells}, small


def _first(totals: Worlds) -> dict[tuple[int, ...], int]:
    """Find for each vector of totals a world that has it."""
    found: dict[tuple[int, ...], int] = {}
    for rank, one in enumerate(totals.tolist()):
        found.setdefault(tuple(one), rank)
    return found
