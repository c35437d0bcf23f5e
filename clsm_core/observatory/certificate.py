"""Check alone a release of figures: one file, Python's standard library, no solver, no database.

Promises: from the plan inside the certificate and the lines of the ledger alone, it finds again
every hash, every published band, the list of all cells and, in each fictitious world that the
certificate shows, the value of every cell. A cell is ambiguous when one world that agrees with all
that was ever published has nobody in it and another has at least the floor: nobody can then prove
that a few persons stand there. Nothing that it reads is believed without being counted.
What it cannot say: who published (that takes the signature, and a key obtained elsewhere), and
which cells truly are small (their list never leaves the commission; `--protected` is for it).

Usage: python certificate.py DIR [--key HEX] [--protected FILE]
Exit status: 0 verified, 1 a check failed (cell or line named), 2 a file cannot be read (file, line
and field named), 3 all is right but the signature was not checked.

Source: decisions 35-38, 41; releases.md 0.4, 5.7 and R10.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

LEAST_FLOOR: Final = 11
LEAST_WIDTH: Final = 10
MOST_BYTES: Final = 64 * 2**20
MOST_FAILURES: Final = 1000
NAMES: Final = ("bundle.json", "manifest.json", "certificate.json", "ledger.jsonl")
Place = tuple[str, int, str]  # file, line and field
Groups = tuple[frozenset[str], ...]  # for each facet, the codes of which at least one is held
Terms = tuple[tuple[int, tuple[str, ...], Groups], ...]  # a cell as a sum: sign, facets, groups

# What the texts look like. "x?": x or null; "~": a pattern; ["x"]: a list of x, ["x", "y"]: exactly
# these; {"a b": "x"}: keys a and b, "a?" may be missing, "*" stands for any other key.
SHAPES: Final[dict[str, Any]] = json.loads(r"""{
"hash": "~[0-9a-f]{64}", "day": "~[0-9]{4}-0[17]-01", "kind": "~figures|paper",
"pair": ["int", "int"],
"ref": {"version": "str", "sha256": "hash"}, "head": {"code label": "str"},
"period": {"start end": "day", "label": "str", "months": "int"},
"group": {"code label": "str", "codes": ["str"]},
"row": {"code label": "str", "codes": ["str"], "band?": "pair?", "bands?": ["pair?"]},
"table": {"id element title": "str", "facets": ["head"], "multi": "bool", "layout": "names?",
  "columns": ["group"], "rows": ["row"]},
"names": ["str"], "move": {"table row direction": "str", "before after": "pair"},
"moves": {"since": "str?", "moves": ["move"], "reading": "names"},
"shown": {"code label sentence": "str", "total": "pair?", "tables": ["table"], "reading": "names",
  "evolution": "moves"},
"bundle.json": {"format": "~clsm-release/2", "kind": "kind", "plan": "ref", "period": "period",
  "populations": ["shown"], "institution": [{"id element label text": "str"}]},
"solver": {"name version": "str"}, "issuer": {"council commission source": "str"},
"manifest.json": {"format": "~clsm-manifest/2", "kind": "kind", "plan": "ref", "period": "period",
  "rank": "int", "previous": "hash?", "issuer": "issuer?", "engine_version": "str",
  "solver": "solver?", "parameters": {"*": "int"}, "attackers": "names",
  "files": [{"path": "str", "sha256": "hash"}], "published": [{"id": "str", "lo hi": "int"}]},
"line": {"id population": "str", "facets": "names", "codes": ["names"], "lo hi": "int",
  "beside": "int?"},
"ledger.jsonl": {"format": "~clsm-ledger/2", "kind": "kind", "plan": "ref", "period": "period",
  "rank": "int", "previous": "hash?", "manifest bundle certificate": "hash", "lines": ["line"]},
"plan": {"version": "str", "parameters": {"floor band_width": "int", "*": "int"}, "*": "any",
  "populations": [{"code label sentence": "str", "*": "any"}], "facets": ["facet"],
  "tables": ["planned"], "institution?": [{"id element label": "str", "*": "any"}]},
"facet": {"code label population": "str", "multi": "bool", "codes": [["str", "str"]], "*": "any",
  "layouts?": [{"name": "str", "groups": ["any"], "*": "any"}], "exclusive?": "names"},
"planned": {"id title": "str", "element?": "str", "facets": "names", "*": "any",
  "ladder": [{"layouts": "names", "minimum?": "int", "*": "any"}]},
"world": {"total": "int", "parts": [{"facets": "names", "rows": ["list"]}]},
"certificate.json": {"format": "~clsm-certificate/1", "engine_version": "str", "plan": "plan",
  "plan_sha256": "hash", "populations": [{"code": "str", "atoms": [{"start end": "day"}],
  "periods": [["int"]], "worlds": [["world"]], "cells": [["str", "int", "int", "int", "int"]]}]}
}""")
AT_PLAN: Final = (NAMES[2], 1, "plan")
TYPES: Final[dict[Any, type]] = {"str": str, "int": int, "bool": bool, "list": list}


class Unreadable(ValueError):
    """Say that a text has not the announced form; `file`, `line` and `field` tell where."""

    def __init__(self, place: Place, why: str) -> None:
        self.file, self.line, self.field = place
        super().__init__(
            f"{self.file}, ligne {self.line}, champ {self.field or '(racine)'} : {why}"
        )


class Malformed(ValueError):
    """Say that a world is no set of situations of the plan, or cannot answer a question."""


class Failure(NamedTuple):
    """A check that failed: the cell, the published figure or the ledger's line, and why."""

    cell: str
    message: str


def canonical(value: object) -> str:
    """Write JSON in the one way that all hashes are taken from."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def sha256(text: str) -> str:
    """Give the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def read(file: str, line: int, text: str) -> Any:
    """Read canonical JSON of the shape of this file; raise Unreadable for anything else."""
    try:
        value = json.loads(text if len(text) <= MOST_BYTES else "")
        same = canonical(value) == text
    except json.JSONDecodeError as error:
        why = f"ce n’est pas du JSON, ou il est trop long (colonne {error.colno})."
        raise Unreadable((file, line + error.lineno - 1, ""), why) from error
    except (ValueError, RecursionError) as error:
        why = "l’emboîtement est trop profond, ou un nombre trop long."
        raise Unreadable((file, line, ""), why) from error
    _fit(value, file, (file, line, ""))
    if not same:
        raise Unreadable((file, line, ""), "le JSON n’a pas la forme canonique (clé répétée ?).")
    return value


def _fit(value: Any, shape: Any, place: Place) -> None:
    """Compare a value with a shape; raise Unreadable where they differ."""
    file, line, field = place
    if isinstance(shape, str) and (shape == "any" or (shape[-1] == "?" and value is None)):
        return
    if isinstance(shape, str):
        shape = shape.removesuffix("?")
        shape = SHAPES.get(shape, shape)
    if isinstance(shape, list):
        right = isinstance(value, list) and (len(shape) == 1 or len(value) == len(shape))
        for index, item in enumerate(value if right else ()):
            _fit(item, shape[index % len(shape)], (file, line, f"{field}[{index}]"))
    elif isinstance(shape, dict):
        known = {key: kind for keys, kind in shape.items() for key in keys.split()}
        right = isinstance(value, dict) and all(k in value for k in known if k[-1] not in "?*")
        for key, item in value.items() if right else ():
            kind = known.get(key, known.get(f"{key}?", known.get("*", "unknown")))
            _fit(item, kind, (file, line, f"{field}.{key}".strip(".")[:200]))
    elif shape[0] == "~":
        right = isinstance(value, str) and re.fullmatch(shape[1:], value) is not None
    else:
        right = type(value) is TYPES.get(shape)
        right = right and (not isinstance(value, int) or 0 <= value < 10**9)
    if not right:
        wanted = ", ".join(shape) if isinstance(shape, dict) else shape
        raise Unreadable(place, f"ce champ n’a pas la forme attendue ({wanted}).")


class Facet:
    """A coded question; `groups` holds once, by code, each group of each of its layouts."""

    def __init__(self, item: dict[str, Any]) -> None:
        self.head, self.codes = {key: item[key] for key in ("code", "label")}, dict(item["codes"])
        self.population, self.multi = item["population"], item["multi"]
        self.exclusive = frozenset(item.get("exclusive", ()))
        self.layouts: dict[str, list[dict[str, Any]]] = {}
        self.groups: dict[str, frozenset[str]] = {}
        for layout in ({"name": "detail", "groups": [*self.codes]}, *item.get("layouts", ())):
            rows = self.layouts[layout["name"]] = [self._group(g) for g in layout["groups"]]
            once = sorted(c for g in rows for c in g["codes"]) == sorted(self.codes)
            for g in rows:
                same = self.groups.setdefault(g["code"], frozenset(g["codes"])) == {*g["codes"]}
                if not (once and same) or {*"/~"} & {*g["code"]}:
                    raise Unreadable(AT_PLAN, f"un découpage de {item['code']} est faux.")

    def _group(self, group: Any) -> dict[str, Any]:
        """Write a group in full: a bare code stands alone."""
        if isinstance(group, str):
            return {"code": group, "label": self.codes.get(group, ""), "codes": [group]}
        _fit(group, "group", AT_PLAN)
        return {**group, "codes": sorted(group["codes"])}


class Plan:
    """The plan's populations, facets and tables by name, and the cells that they make."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data, rules = data, data["parameters"]
        self.floor, self.width = rules["floor"], rules["band_width"]
        self.populations = {item["code"]: item for item in data["populations"]}
        self.facets = {item["code"]: Facet(item) for item in data["facets"]}
        self.tables = {item["id"]: item for item in data["tables"]}
        names = [*self.populations, *self.facets, *self.tables]
        once = len(names) == sum(len(data[key]) for key in ("populations", "facets", "tables"))
        if not once or any(not name or {*"/~"} & {*name} for name in names):
            raise Unreadable(AT_PLAN, "un nom est vide, double, ou contient « / » ou « ~ ».")
        for table in data["tables"]:
            homes = [self.facets[n].population for n in table["facets"] if n in self.facets]
            twice = len({*table["facets"]}) < len(table["facets"])
            if twice or not 1 <= len(homes) == len(table["facets"]) <= 2 or len({*homes}) > 1:
                raise Unreadable(AT_PLAN, f"les facettes du tableau {table['id']} sont fausses.")

    def facets_of(self, population: str) -> dict[str, Facet]:
        """Give the facets of a population by code, in the order of the plan."""
        return {c: facet for c, facet in self.facets.items() if facet.population == population}

    def tables_of(self, population: str) -> list[dict[str, Any]]:
        """List the tables of a population, in the order of the plan."""
        own = self.facets_of(population)
        return [table for table in self.tables.values() if table["facets"][0] in own]

    def cells(self, population: str) -> Iterator[tuple[str, Terms]]:
        """Give each cell: every group and everybody else, every crossing and both its rests."""
        for name, facet in self.facets_of(population).items():
            for group, codes in facet.groups.items():
                yield f"{name}/{group}", ((1, (name,), (codes,)),)
                if len(codes) < len(facet.codes):
                    yield f"{name}/{group}/~", ((1, (), ()), (-1, (name,), (codes,)))
        for table in self.tables_of(population):
            names = tuple(table["facets"])
            for a, row in self.facets[names[0]].groups.items() if len(names) == 2 else ():
                for b, column in self.facets[names[1]].groups.items():
                    cell, less = f"{table['id']}/{a}/{b}", (-1, names, (row, column))
                    yield cell, ((1, names, (row, column)),)
                    yield f"{cell}/~row", ((1, names[:1], (row,)), less)
                    yield f"{cell}/~column", ((1, names[1:], (column,)), less)


class World:
    """Fictitious situations of one atom; raises Malformed when they could not exist."""

    def __init__(self, plan: Plan, population: str, data: dict[str, Any]) -> None:
        self.total: int = data["total"]
        self._seats: dict[str, tuple[int, int]] = {}
        self._parts: list[list[tuple[int, list[set[str]]]]] = []
        self._known: dict[tuple[tuple[str, ...], Groups], int] = {}
        own = plan.facets_of(population)
        for part in data["parts"]:
            for column, name in enumerate(part["facets"]):
                if name not in own or name in self._seats:
                    raise Malformed(f"la facette {name} est étrangère, ou y est deux fois")
                self._seats[name] = (len(self._parts), column)
            self._parts.append([_situations(part["facets"], own, row) for row in part["rows"]])
            if sum(times for times, _ in self._parts[-1]) != self.total:
                raise Malformed(f"la somme n’est pas le total ({', '.join(part['facets'])})")
        if len(self._seats) != len(own):
            raise Malformed("une facette de la population manque")

    def count(self, facets: tuple[str, ...], groups: Groups) -> int:
        """Count the situations that hold, for each facet, at least one of the codes."""
        if not facets:
            return self.total
        if (facets, groups) not in self._known:
            seats = [self._seats.get(name, (-1, 0)) for name in facets]
            alone = len({part for part, _ in seats}) != 1 or seats[0][0] < 0
            if alone or len(facets) != len(groups):
                raise Malformed(f"{' × '.join(facets)} : non compté ensemble dans ce plan")
            sought = [(column, codes) for (_, column), codes in zip(seats, groups, strict=True)]
            self._known[facets, groups] = sum(
                times
                for times, held in self._parts[seats[0][0]]
                if all(held[column] & codes for column, codes in sought)
            )
        return self._known[facets, groups]


def _situations(names: list[str], own: dict[str, Facet], row: list[Any]) -> Any:
    """Read how many situations of a world give one answer to each facet of a part."""
    if len(row) != len(names) + 1 or type(row[0]) is not int or not 0 < row[0] < 10**9:
        raise Malformed("une ligne n’a pas un nombre puis une réponse par facette")
    held: list[set[str]] = []
    for name, answer in zip(names, row[1:], strict=True):
        codes = answer if own[name].multi else [answer]
        right = isinstance(codes, list) and all(isinstance(c, str) for c in codes)
        right = right and 0 < len(codes) == len({*codes} & {*own[name].codes})
        if not right or (len(codes) > 1 and own[name].exclusive & {*codes}):
            raise Malformed(f"une réponse à {name} est vide, inconnue, répétée ou mal associée")
        held.append({*codes})
    return row[0], held


def value_of(atoms: Sequence[World], period: Sequence[int], terms: Terms) -> int:
    """Give the value of a cell over a union of atoms."""
    return sum(s * atoms[i].count(facets, groups) for i in period for s, facets, groups in terms)


class Check:
    """One verification of four texts: `failures` in the order found, `cells` by id."""

    def __init__(self, bundle: str, manifest: str, certificate: str, ledger: str) -> None:
        """Read the texts and check everything; raise Unreadable when one has not its form."""
        self.failures: list[Failure] = []
        self.cells: dict[str, tuple[int, int]] = {}
        self.lines: dict[str, dict[str, Any]] = {}
        *texts, rest = ledger.split("\n")
        if rest or not texts:
            raise Unreadable((NAMES[3], len(texts) + 1, ""), "cette ligne est coupée.")
        three = (bundle, manifest, certificate)
        self.bundle, self.manifest, self.certificate = map(read, NAMES, (1, 1, 1), three)
        self.ledger = [read(NAMES[3], n, f"{one}\n") for n, one in enumerate(texts, 1)]
        self.plan, self.last = Plan(self.certificate["plan"]), self.ledger[-1]
        self.figures, self.hash = (
            self.bundle["kind"] == "figures",
            sha256(canonical(self.plan.data)),
        )
        self._check_chain(texts)
        self._check_links([sha256(text) for text in three])
        for population in self.bundle["populations"]:
            self._check_shown(population)
        self._check_published()
        for population in self.plan.populations if self.figures else ():
            self._check_proof(population)

    def expect(self, right: object, cell: str, why: str) -> None:
        """Keep a failure unless this is right."""
        if not right and len(self.failures) < MOST_FAILURES:
            self.failures.append(Failure(cell, why))

    @property
    def ambiguous(self) -> set[str]:
        """Name the cells that may be empty and may reach the floor."""
        return {cell for cell, (lo, hi) in self.cells.items() if lo == 0 and hi >= self.plan.floor}

    def protect(self, protected: Sequence[str]) -> None:
        """Demand that these cells be ambiguous."""
        for cell in sorted({*protected} - self.ambiguous):
            self.expect(False, cell, "cette cellule à protéger n’est pas ambiguë")

    def _check_chain(self, texts: list[str]) -> None:
        """Follow the ledger from its first line; its bands keep the floor and the width."""
        previous, floor, width = None, self.plan.floor, self.plan.width
        for rank, (text, entry) in enumerate(zip(texts, self.ledger, strict=True), 1):
            where, same = f"{NAMES[3]}, ligne {rank}", entry["plan"]["sha256"] == self.hash
            follows = entry["rank"] == rank and entry["previous"] == previous
            self.expect(follows, where, "une ligne d’avant manque, a changé de place ou de texte")
            self.expect(_months(entry["period"]), where, "la durée de la période est fausse")
            once = len({line["id"] for line in entry["lines"]}) == len(entry["lines"])
            self.expect(once, where, "un chiffre y est deux fois")
            previous = sha256(f"{text}\n")
            for line in entry["lines"]:
                lo, size = line["lo"], line["hi"] - line["lo"] + 1
                legal = size > 0 and len(line["facets"]) == len(line["codes"])
                if entry["kind"] == "figures":
                    legal = legal and lo >= (floor if same else LEAST_FLOOR)
                    aligned = size == width and (lo - floor) % width == 0
                    right = aligned if same else size >= LEAST_WIDTH
                    legal = legal and (right or line["id"].endswith("/floor"))
                self.expect(legal, line["id"], f"fourchette {lo}-{line['hi']} interdite ({where})")
        solid = floor >= LEAST_FLOOR and width >= LEAST_WIDTH
        self.expect(solid, NAMES[2], "le plancher ou la largeur des fourchettes est trop petit")

    def _check_links(self, hashes: list[str]) -> None:
        """Compare what the four texts say of each other."""
        files = sorted((file["path"], file["sha256"]) for file in self.manifest["files"])
        right = files == [(NAMES[0], hashes[0]), (NAMES[2], hashes[2])]
        self.expect(right, NAMES[1], "empreinte de bundle.json ou de certificate.json")
        for name, value in zip(NAMES, hashes, strict=False):
            right = self.last[name.removesuffix(".json")] == value
            self.expect(right, name, "ce fichier n’est pas celui de la dernière ligne du registre")
        for key in ("kind", "period", "plan", "rank", "previous"):
            right = self.manifest[key] == self.last[key] == self.bundle.get(key, self.last[key])
            self.expect(right, NAMES[1], f"{key} : bundle, manifeste et registre diffèrent")
        plan = self.plan.data
        right = self.bundle["plan"] == {"version": plan["version"], "sha256": self.hash}
        right = right and self.certificate["plan_sha256"] == self.hash
        right = right and plan["parameters"].items() <= self.manifest["parameters"].items()
        self.expect(right, NAMES[2], "ce plan n’est pas celui de la publication")
        right = [p["code"] for p in self.bundle["populations"]] == [*self.plan.populations]
        self.expect(right, NAMES[0], "les populations ne sont pas celles du plan")
        names = [[i["id"], i["element"], i["label"]] for i in plan.get("institution", ())]
        for item in self.bundle["institution"]:
            right = [item["id"], item["element"], item["label"]] in names
            self.expect(right, item["id"], "cette ligne sur l’institution n’est pas du plan")

    def _check_shown(self, population: dict[str, Any]) -> None:
        """Compare a population of the bundle with the plan, words included; take its figures."""
        code, total = population["code"], f"{population['code']}/total"
        head = {key: self.plan.populations.get(code, {}).get(key) for key in ("label", "sentence")}
        known = {table["id"]: table for table in self.plan.tables_of(code)}
        right = head.items() <= population.items()
        right = right and [table["id"] for table in population["tables"]] == [*known]
        self.expect(right, total, "la population ou ses tableaux ne sont pas ceux du plan")
        if population["total"]:
            self._add(total, (), [], population["total"], None)
        for table in population["tables"] if right else ():
            self._check_table(f"{code}/{table['id']}", table, known[table["id"]], population)
        bounds = [n for e in self.ledger for line in e["lines"] for n in (line["lo"], line["hi"])]
        words = [self.plan.data[key] for key in ("populations", "facets", "tables")]
        words += [entry["period"]["label"] for entry in self.ledger]
        said = canonical([population["reading"], population["evolution"]])
        right = {*re.findall(r"\d+", said)} <= {*re.findall(r"\d+", canonical([words, bounds]))}
        self.expect(right, total, "une phrase contient un nombre qui n’est pas une borne publiée")

    def _check_table(self, name: str, table: Any, known: Any, population: Any) -> None:
        """Compare one table with the plan and its minima; take its figures."""
        chosen = table["layout"] or []
        facets = [self.plan.facets[facet] for facet in known["facets"]]
        declared = chosen in [[], *(rung["layouts"] for rung in known["ladder"])]
        axes = [f.layouts.get(n, []) for f, n in zip(facets, chosen, strict=False)]
        wanted = {key: known.get(key, "") for key in ("id", "element", "title")} | {
            "facets": [facet.head for facet in facets],
            "multi": facets[0].multi,
            "layout": chosen or None,
            "rows": axes[0] if axes else [],
            "columns": axes[1] if len(axes) > 1 else [],
        }
        bare = [{key: row[key] for key in ("code", "label", "codes")} for row in table["rows"]]
        right = table | {"rows": bare} == wanted and (declared or not self.figures)
        self.expect(right, name, "titre, libellés ou découpage ne sont pas ceux du plan")
        beside = self.plan.floor if self.figures and facets[0].multi else None
        for row in table["rows"] if right else ():
            bands = row.get("bands", []) if len(facets) > 1 else [row.get("band")]
            sides = [[column] for column in table["columns"]] or [[]]
            whole = len(bands) == len(sides) and len(row) == 4
            self.expect(whole, f"{name}/{row['code']}", "une case manque ou est de trop")
            for side, band in zip(sides, bands, strict=False):
                cell = "/".join([name, row["code"], *(column["code"] for column in side)])
                codes = [group["codes"] for group in (row, *side)]
                if band:
                    self._add(cell, known["facets"], codes, band, beside)
                elif self.figures and (not facets[0].multi or any(bands)):
                    # The table is shown only when every cell reaches the floor: this one does.
                    rule = [self.plan.floor, (population["total"] or [0, 0])[1]]
                    self._add(f"{cell}/floor", known["facets"], codes, rule, beside)

    def _add(self, cell: str, facets: Any, codes: list[Any], band: list[int], beside: Any) -> None:
        """Write the line of the ledger that a figure of the bundle calls for."""
        self.lines[cell] = {"id": cell, "population": cell.split("/")[0], "facets": [*facets]}
        self.lines[cell] |= {"codes": codes, "beside": beside, "lo": band[0], "hi": band[1]}

    def _check_published(self) -> None:
        """Compare each figure of the bundle with the manifest and with the ledger's last line."""
        written = {line["id"]: line for line in self.last["lines"]}
        listed = self.manifest["published"]
        named = {item["id"]: item for item in listed}
        self.expect(len(named) == len(listed), NAMES[1], "un chiffre y est deux fois")
        for cell in dict.fromkeys([*self.lines, *written, *named]):
            line = self.lines.get(cell)
            self.expect(line == written.get(cell), cell, "bundle et registre diffèrent")
            shown = line and not cell.endswith("/floor")
            right = {key: line[key] for key in ("id", "lo", "hi")} if line and shown else None
            self.expect(right == named.get(cell), cell, "bundle et manifeste diffèrent")

    def _check_proof(self, population: str) -> None:
        """Check atoms, periods, worlds and cells of one population of which something is shown."""
        found = [p for p in self.certificate["populations"] if p["code"] == population]
        spoken = [e for e in self.ledger if any(n["population"] == population for n in e["lines"])]
        if self.last not in spoken and not any(proof["cells"] for proof in found):
            return
        if len(found) != 1:
            self.expect(False, population, "le certificat n’en parle pas, ou deux fois")
            return
        atoms, own = found[0]["atoms"], [tuple(period) for period in found[0]["periods"]]
        days = [day for atom in atoms for day in (atom["start"], atom["end"])]
        self.expect(days == sorted(days), population, "les atomes de temps se recouvrent")
        unions: set[tuple[int, ...]] = {(i,) for i in range(len(atoms))}
        lines: list[tuple[int, tuple[int, ...], dict[str, Any]]] = []
        for entry in [*spoken, self.last]:
            if entry is self.last or any(_overlap(entry["period"], atom) for atom in atoms):
                unions.add(union := _union(atoms, entry["period"]))
                told = [line for line in entry["lines"] if line["population"] == population]
                lines += [(entry["rank"], union, line) for line in told]
        self.expect(() not in unions, population, "ces atomes ne réunissent pas chaque publication")
        # What one released period adds to another is a period too.
        unions |= {tuple(sorted({*a} - {*b})) for a in unions for b in unions if {*b} < {*a}}
        right = () not in unions and unions <= {*own} and len({*own}) == len(own)
        right = right and all(p == tuple(sorted({*p} & {*range(len(atoms))})) for p in own)
        self.expect(right, population, "il manque une période, ou l’une est fausse")
        if right:
            worlds = [
                self._world(f"{population}, monde {rank}", population, parts, lines, len(atoms))
                for rank, parts in enumerate(found[0]["worlds"])
            ]
            self._check_cells(population, found[0]["cells"], own, worlds)

    def _world(self, where: str, population: str, data: Any, lines: Any, atoms: int) -> Any:
        """Read one world and find in it every line of the ledger; None when it cannot exist."""
        try:
            world = [World(self.plan, population, part) for part in data]
            if len(world) != atoms:
                raise Malformed("il n’a pas chaque atome de temps")
            for number, union, line in lines:
                facets, groups = tuple(line["facets"]), tuple(map(frozenset, line["codes"]))
                value = value_of(world, union, ((1, facets, groups),))
                others = value_of(world, union, ((1, facets[1:], groups[1:]),)) - value
                right = line["lo"] <= value <= line["hi"] and others >= (line["beside"] or 0)
                why = f"{where} : {value} contredit la ligne {number} du registre"
                self.expect(right, line["id"], why)
        except Malformed as error:
            self.expect(False, where, str(error))
            return None
        return world

    def _check_cells(self, population: str, cells: Any, periods: Any, worlds: Any) -> None:
        """Find every cell of the plan in the certificate, and its two values in its two worlds."""
        listed = {item[0]: item[1:] for item in cells}
        self.expect(len(listed) == len(cells), population, "une cellule y est deux fois")
        for rank, period in enumerate(periods):
            for name, terms in self.plan.cells(population):
                cell = f"{population}/{rank}/{name}"
                if len(self.failures) >= MOST_FAILURES:  # A plan may declare more than can be held.
                    return
                if cell not in listed:
                    self.expect(False, cell, "cette cellule manque au certificat")
                    continue
                low, first, high, second = listed.pop(cell)
                for value, world in ((low, first), (high, second)):
                    atoms = worlds[world] if world < len(worlds) else None
                    right = atoms and value_of(atoms, period, terms) == value
                    self.expect(right, cell, f"elle ne vaut pas {value} dans le monde {world}")
                self.cells[cell] = (low, high)
        for cell in listed:
            self.expect(False, cell, "cette cellule n’est pas du plan")


def _months(period: dict[str, Any]) -> bool:
    """Tell whether a period lasts as many months as it says, and one at least."""
    (a, b), (c, d) = (map(int, period[key].split("-")[:2]) for key in ("start", "end"))
    return bool(12 * (c - a) + d - b == period["months"] > 0)


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Tell whether two periods share a day."""
    return bool(one["start"] < other["end"] and other["start"] < one["end"])


def _union(atoms: list[dict[str, Any]], period: dict[str, Any]) -> tuple[int, ...]:
    """Give the atoms that make a period exactly, or nothing."""
    inside = [i for i, atom in enumerate(atoms) if _overlap(atom, period)]
    starts = [*(atoms[i]["start"] for i in inside), period["end"]]
    ends = [period["start"], *(atoms[i]["end"] for i in inside)]
    return tuple(inside) if starts == ends else ()


def verify_texts(
    bundle: str, manifest: str, certificate: str, ledger: str, *, protected: Sequence[str] = ()
) -> list[Failure]:
    """Check a release in memory; nothing is listed when all is right.

    `protected` names the cells that truly are below the floor: each must be ambiguous.

    Raises:
        Unreadable: a text has not its form; file, line and field are named.
    """
    check = Check(bundle, manifest, certificate, ledger)
    check.protect(protected)
    return check.failures


def _text(path: Path) -> str:
    """Read a file in UTF-8; raise Unreadable when it is missing, too long or not UTF-8."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        return data.decode()
    except OSError as error:
        raise Unreadable((path.name, 1, ""), "le fichier ne peut pas être lu.") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unreadable((path.name, line, ""), "le fichier n’est pas en UTF-8.") from error


def _check_signature(check: Check, directory: Path, key: str | None) -> str:
    """Check the Ed25519 signature of the manifest's bytes; say in French what was done."""
    if not key and check.manifest["issuer"] is None:
        return "absente : publication faite par la commande, qui n’en met pas"
    if not key:
        return "non vérifiée : donnez avec --key la clé publique, obtenue par une autre voie"
    for name in ("audit.verifier", "verifier"):
        with suppress(ImportError):
            verifier = importlib.import_module(name)
            break
    else:
        return "non vérifiée : il manque verifier.py à côté de ce fichier, ou « cryptography »"
    signature, manifest = directory / "signature.bin", directory / NAMES[1]
    try:
        message, seal = manifest.read_bytes(), signature.read_bytes()
        verifier.verify_signature(bytes.fromhex(key), message, seal)
        return "vérifiée"
    except (OSError, ValueError, verifier.BadSignature):
        check.expect(False, "signature.bin", "la signature manque, ou n’est pas celle de cette clé")
        return "fausse"


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a directory; print what was found in French; return the exit status."""
    with suppress(AttributeError, ValueError):
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    parser = argparse.ArgumentParser(prog="certificate.py", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("directory", type=Path)
    parser.add_argument("--key", metavar="HEX", help="the issuer's public key, 64 digits")
    parser.add_argument("--protected", type=Path, metavar="FILE", help="cells truly small")
    options = parser.parse_args(arguments)
    try:
        check = Check(*(_text(options.directory / name) for name in NAMES))
        if options.protected:
            listed: Any = json.loads(_text(options.protected))
            listed = listed.get("protected") if isinstance(listed, dict) else listed
            _fit(listed, "names", (options.protected.name, 1, "protected"))
            check.protect(listed)
        signed = _check_signature(check, options.directory, options.key)
    except Unreadable as error:
        print(f"Illisible : {error}")
        return 2
    except (ValueError, RecursionError):
        print("Illisible : la liste des cellules à protéger n’est pas du JSON.")
        return 2
    for failure in check.failures[:20]:
        print(f"REFUSÉ : {failure.cell} : {failure.message}")
    if check.failures:
        print(f"{len(check.failures)} contrôle(s) en échec : ne vous fiez pas à ces chiffres.")
        return 1
    print(
        f"Publication n° {check.last['rank']} ({check.last['period']['label']}) : les fichiers et "
        f"{len(check.manifest['published'])} chiffres concordent, registre suivi depuis le début.\n"
        f"{len(check.cells)} cellules recalculées, dont {len(check.ambiguous)} ambiguës."
    )
    print(f"Signature {signed}.")
    return 3 if signed.startswith("non vérifiée") else 0


if __name__ == "__main__":
    sys.exit(main())
