"""Read a plan from JSON and refuse, with file, line and field, what breaks a rule.

Source: releases.md 5.1 (acyclicity checked at save), 2.4 (nested layouts); decisions 36 and 38.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from cases.disclosure.errors import PlanInvalid
from cases.disclosure.plan import (
    DETAIL,
    Facet,
    Group,
    InstitutionLine,
    Layout,
    Parameters,
    Plan,
    Population,
    Rung,
    Table,
)

DEFAULT_PLAN: Final = Path(__file__).parent / "plans" / "default.json"
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')
_INSTITUTION: Final = ("id", "element", "label")
_DEFAULTS: Final = ("insider_floor", "margin_percent")
Place = tuple[str | int, ...]


def load_plan(path: Path = DEFAULT_PLAN) -> Plan:
    """Read and validate a plan file.

    Raises:
        PlanInvalid: the file is missing, is not JSON or breaks a rule.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise PlanInvalid(f"{path.name} : le fichier du plan ne peut pas être lu.") from error
    return parse_plan(text, name=path.name)


def parse_plan(text: str, *, name: str = "plan") -> Plan:
    """Validate the text of a plan; `name` stands in the messages.

    Raises:
        PlanInvalid: the text is not JSON or breaks a rule.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise PlanInvalid(
            f"{name}, ligne {error.lineno} : le texte n’est pas du JSON valable "
            f"(colonne {error.colno})."
        ) from error
    return _Reader(name=name, text=text, lines=_lines_of(text)).plan(data)


def _lines_of(text: str) -> dict[Place, int]:
    """Map each place of a valid JSON text to the line where its value starts."""
    lines: dict[Place, int] = {}

    def walk(tokens: Iterator[tuple[str, int]], mark: str, line: int, place: Place) -> None:
        lines[place] = line
        if mark == "{":
            for key, _ in tokens:
                if key == "}":
                    return
                if key == ",":
                    continue
                next(tokens)
                value, value_line = next(tokens)
                walk(tokens, value, value_line, (*place, json.loads(key)))
        elif mark == "[":
            index = 0
            for value, value_line in tokens:
                if value == "]":
                    return
                if value == ",":
                    continue
                walk(tokens, value, value_line, (*place, index))
                index += 1

    stream = iter([(m.group(), text.count("\n", 0, m.start()) + 1) for m in _TOKEN.finditer(text)])
    first, first_line = next(stream)
    walk(stream, first, first_line, ())
    return lines


def _written(place: Place) -> str:
    """Write a place the way a reader of JSON says it: tables[2].ladder[0]."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in place]
    return "".join(parts).lstrip(".") or "(racine)"


@dataclass
class _Reader:
    """One reading of one file; every refusal says where."""

    name: str
    text: str
    lines: dict[Place, int]

    def refuse(self, place: Place, why: str) -> NoReturn:
        """Raise with file, line and field."""
        known = place
        while known not in self.lines:
            known = known[:-1]
        raise PlanInvalid(
            f"{self.name}, ligne {self.lines[known]}, champ {_written(place)} : {why}"
        )

    def get(self, data: Any, key: str, kind: type, place: Place) -> Any:
        """Take a mandatory key of the right type."""
        if not isinstance(data, dict):
            self.refuse(place, "un objet est attendu.")
        value = data.get(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            wanted = {str: "un texte", int: "un nombre entier", list: "une liste", dict: "un objet"}
            self.refuse((*place, key), f"{wanted.get(kind, 'une valeur')} est attendu.")
        if isinstance(value, str) and not value.strip():
            self.refuse((*place, key), "ce texte est vide.")
        return value

    def plan(self, data: Any) -> Plan:
        """Read the whole plan."""
        parameters = self.parameters(data)
        populations: dict[str, Population] = {}
        for index, item in enumerate(self.get(data, "populations", list, ())):
            place: Place = ("populations", index)
            population = Population(
                **{k: self.get(item, k, str, place) for k in Population.__dataclass_fields__}
            )
            if population.code in populations:
                self.refuse((*place, "code"), f"« {population.code} » est déjà déclaré.")
            populations[population.code] = population
        facets: dict[str, Facet] = {}
        for index, item in enumerate(self.get(data, "facets", list, ())):
            facet = self.facet(item, ("facets", index))
            if facet.code in facets:
                self.refuse(("facets", index, "code"), f"« {facet.code} » est déjà déclaré.")
            if facet.population not in populations:
                self.refuse(("facets", index, "population"), "cette population n’existe pas.")
            facets[facet.code] = facet
        tables: list[Table] = []
        for index, item in enumerate(self.get(data, "tables", list, ())):
            table = self.table(item, facets, ("tables", index))
            if table.id in {known.id for known in tables}:
                self.refuse(("tables", index, "id"), f"« {table.id} » est déjà déclaré.")
            tables.append(table)
        self.crosses(tables, facets)
        insider = data.get("insider")
        if insider is not None and (insider not in facets or facets[insider].multi):
            self.refuse(("insider",), "une facette déclarée, à une seule réponse, est attendue.")
        return Plan(
            version=self.get(data, "version", str, ()),
            parameters=parameters,
            populations=populations,
            facets=facets,
            tables=tuple(tables),
            text=self.text,
            insider=insider,
            institution=tuple(
                InstitutionLine(
                    *(self.get(item, key, str, ("institution", i)) for key in _INSTITUTION)
                )
                for i, item in enumerate(data.get("institution", []))
            ),
        )

    def parameters(self, data: Any) -> Parameters:
        """Read the numbers; the floor may be raised, never lowered."""
        block = self.get(data, "parameters", dict, ())
        place: Place = ("parameters",)
        names = Parameters.__dataclass_fields__
        asked = [name for name in names if name not in _DEFAULTS or name in block]
        values = Parameters(**{name: self.get(block, name, int, place) for name in asked})
        if values.floor < 11:
            self.refuse((*place, "floor"), "le plancher ne descend pas sous 11.")
        if values.band_width < 10:
            self.refuse((*place, "band_width"), "les fourchettes ont au moins 10 de large.")
        if not 50 <= values.max_share_percent <= 90:
            self.refuse((*place, "max_share_percent"), "la part maximale va de 50 à 90.")
        if not 30 <= values.minimum_tables <= values.minimum_crosses:
            self.refuse((*place, "minimum_tables"), "ce minimum va de 30 au minimum des croisés.")
        if values.minimum_crosses < 100 or values.minimum_semester < 100:
            self.refuse(place, "les tableaux croisés et les semestres demandent 100 situations.")
        if not 3 <= values.insider_floor <= values.floor:
            self.refuse((*place, "insider_floor"), "ce seuil va de 3 au plancher.")
        if not 140 <= values.margin_percent <= 300:
            self.refuse((*place, "margin_percent"), "la marge va de 140 à 300.")
        return values

    def facet(self, item: Any, place: Place) -> Facet:
        """Read a facet, its codes and its nested layouts."""
        code = self.get(item, "code", str, place)
        labels: dict[str, str] = {}
        for index, pair in enumerate(self.get(item, "codes", list, place)):
            where: Place = (*place, "codes", index)
            if not (
                isinstance(pair, list)
                and len(pair) == 2
                and all(isinstance(part, str) and part.strip() for part in pair)
            ):
                self.refuse(where, "un couple [code, libellé] est attendu.")
            if pair[0] in labels:
                self.refuse(where, f"le code « {pair[0]} » est déjà dans la liste.")
            labels[pair[0]] = pair[1]
        if len(labels) < 2:
            self.refuse((*place, "codes"), "une facette a au moins deux codes.")
        detail = Layout(DETAIL, tuple(Group(c, t, frozenset([c])) for c, t in labels.items()))
        known = {group.code: group.codes for group in detail.groups}
        layouts = {DETAIL: detail}
        for index, block in enumerate(item.get("layouts", [])):
            layout = self.layout(block, labels, known, (*place, "layouts", index))
            if layout.apart and item.get("multi"):
                self.refuse(
                    (*place, "layouts", index, "apart"),
                    "une facette à réponses multiples n’a qu’une suite de découpages.",
                )
            previous = detail if layout.apart else list(layouts.values())[-1]
            for group in layout.groups:
                parts = [g for g in previous.groups if g.codes & group.codes]
                if not all(part.codes <= group.codes for part in parts):
                    self.refuse(
                        (*place, "layouts", index, "groups"),
                        f"« {group.code} » coupe un groupe de « {previous.name} » : chaque "
                        "découpage réunit des groupes entiers du précédent.",
                    )
            if layout.name in layouts:
                self.refuse((*place, "layouts", index, "name"), "ce nom sert déjà.")
            layouts[layout.name] = layout
        exclusive = frozenset(item.get("exclusive", []))
        if exclusive and not (item.get("multi") and exclusive < labels.keys()):
            self.refuse(
                (*place, "exclusive"),
                "les réponses qui excluent les autres sont des codes d’une facette à réponses "
                "multiples, et pas tous.",
            )
        for layout in layouts.values():
            if any(group.codes & exclusive and len(group.codes) > 1 for group in layout.groups):
                self.refuse((*place, "exclusive"), "une réponse qui exclut les autres reste seule.")
        return Facet(
            exclusive=exclusive,
            code=code,
            label=self.get(item, "label", str, place),
            population=self.get(item, "population", str, place),
            multi=self.get(item, "multi", bool, place),
            labels=labels,
            layouts=layouts,
        )

    def layout(
        self, block: Any, labels: dict[str, str], known: dict[str, frozenset[str]], place: Place
    ) -> Layout:
        """Read one layout: a partition of the codes; a bare text is a code left alone."""
        groups: list[Group] = []
        for index, item in enumerate(self.get(block, "groups", list, place)):
            where: Place = (*place, "groups", index)
            if isinstance(item, str):
                item = {"code": item, "label": labels.get(item, "?"), "codes": [item]}
            codes = self.get(item, "codes", list, where)
            group = Group(
                self.get(item, "code", str, where),
                self.get(item, "label", str, where),
                frozenset(codes),
            )
            if not group.codes or not group.codes <= labels.keys():
                self.refuse(where, f"« {group.code} » contient un code inconnu de la facette.")
            if known.setdefault(group.code, group.codes) != group.codes:
                self.refuse((*where, "code"), f"« {group.code} » désigne déjà un autre groupe.")
            groups.append(group)
        spread = [code for group in groups for code in group.codes]
        if sorted(spread) != sorted(labels) or len(groups) < 2:
            self.refuse(
                (*place, "groups"),
                "chaque code de la facette est dans un groupe et un seul, et il y a au moins "
                "deux groupes.",
            )
        apart = block.get("apart", False)
        if not isinstance(apart, bool):
            self.refuse((*place, "apart"), "vrai ou faux est attendu.")
        return Layout(self.get(block, "name", str, place), tuple(groups), apart)

    def table(self, item: Any, facets: dict[str, Facet], place: Place) -> Table:
        """Read a table and its ladder, finest first."""
        names = self.get(item, "facets", list, place)
        if not 1 <= len(names) <= 2 or not all(name in facets for name in names):
            self.refuse((*place, "facets"), "une ou deux facettes déclarées sont attendues.")
        chosen = [facets[name] for name in names]
        if len({facet.population for facet in chosen}) > 1:
            self.refuse((*place, "facets"), "les deux facettes sont de la même population.")
        if len(chosen) == 2 and chosen[1].multi:
            self.refuse((*place, "facets"), "la seconde facette a une seule réponse possible.")
        ladder: list[Rung] = []
        for index, step in enumerate(self.get(item, "ladder", list, place)):
            where: Place = (*place, "ladder", index)
            rung = Rung(tuple(self.get(step, "layouts", list, where)), step.get("minimum", 0))
            if len(rung.layouts) != len(chosen) or not all(
                layout in facet.layouts for layout, facet in zip(rung.layouts, chosen, strict=False)
            ):
                self.refuse(where, "un découpage déclaré est attendu pour chaque facette.")
            if ladder:
                self.coarser(ladder[-1], rung, chosen, where)
            ladder.append(rung)
        if not ladder:
            self.refuse((*place, "ladder"), "au moins un découpage est attendu.")
        return Table(
            self.get(item, "id", str, place),
            self.get(item, "title", str, place),
            tuple(names),
            tuple(ladder),
            self.get(item, "element", str, place) if "element" in item else "",
        )

    def coarser(self, above: Rung, rung: Rung, chosen: Sequence[Facet], place: Place) -> None:
        """Refuse a rung that is finer than the one above in any direction.

        A facet with several answers keeps its layout unless the minimum falls: a coarser union
        chosen because of the counts would prove that its parts are small.
        """
        for facet, upper, lower in zip(chosen, above.layouts, rung.layouts, strict=True):
            chains = [[layout.name for layout in chain] for chain in facet.chains()]
            if not any(
                {upper, lower} <= set(chain) and chain.index(lower) >= chain.index(upper)
                for chain in chains
            ):
                self.refuse(place, "une échelle va du plus fin au plus large, dans une même suite.")
            if facet.multi and lower != upper and not rung.minimum < above.minimum:
                self.refuse(
                    (*place, "minimum"),
                    f"« {facet.code} » admet plusieurs réponses : un découpage plus large n’y est "
                    "choisi que par un minimum plus petit.",
                )

    def crosses(self, tables: Sequence[Table], facets: dict[str, Facet]) -> None:
        """Refuse crossed tables that form a cycle, or cross a multiple facet twice."""
        root = {name: name for name in facets}

        def top(name: str) -> str:
            while root[name] != name:
                name = root[name]
            return name

        multiples: set[str] = set()
        for index, table in enumerate(tables):
            if not table.is_cross:
                continue
            first, second = (top(name) for name in table.facets)
            if first == second:
                self.refuse(
                    ("tables", index, "facets"),
                    "les tableaux croisés forment une boucle : leurs marges se recouperaient.",
                )
            root[first] = second
            if facets[table.facets[0]].multi:
                if table.facets[0] in multiples:
                    self.refuse(
                        ("tables", index, "facets"),
                        "une facette à réponses multiples n’est croisée qu’une fois.",
                    )
                multiples.add(table.facets[0])
