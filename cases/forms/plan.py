"""Prepare a version of the plan of figures: tables, parameters, groupings (releases.md 5.1).

The form composes the plan's own JSON; what it must respect is refused by the same reader as the
file's, beside the field that breaks the rule.
"""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from django import forms

from cases.disclosure.captured import ZONE
from cases.disclosure.plan import DETAIL
from cases.forms import plan_lines
from cases.forms.fields import Grouped, box, line

VERSION = re.compile(r"[0-9A-Za-z.-]{1,20}")
LONGEST_PLAN = 400_000
NOTE_HELP = "Une phrase, lue par les deux personnes qui approuvent."
PARAMETERS: dict[str, tuple[str, str, int, int]] = {
    "floor": ("Plancher", "En dessous, rien n’est dit. Jamais moins de 11.", 11, 100),
    "band_width": ("Largeur des fourchettes", "Jamais moins de 10.", 10, 100),
    "insider_floor": (
        "Seuil pour une structure qui connaît ses propres situations",
        "De 3 au plancher. Plus il est haut, moins de chiffres paraissent.",
        3,
        100,
    ),
    "margin_percent": (
        "Marge de doute, en pourcentage du plancher",
        "Au moins 140 : d’un petit nombre caché, on doit pouvoir croire qu’il vaut 16.",
        140,
        300,
    ),
    "max_share_percent": (
        "Part la plus haute qui puisse paraître (%)",
        "De 50 à 90 : au-delà, presque toutes les situations auraient la même réponse.",
        50,
        90,
    ),
    "minimum_tables": (
        "Situations nécessaires pour des tableaux",
        "Au moins 30. En dessous, le total seul.",
        30,
        10_000,
    ),
    "minimum_crosses": ("Situations nécessaires pour un croisement", "Au moins 100.", 100, 10_000),
    "minimum_semester": ("Situations nécessaires pour un semestre", "Au moins 100.", 100, 10_000),
}


def catalogue(base: dict[str, Any], installed: dict[str, Any]) -> dict[str, Any]:
    """Return the plan to edit: a version, and what the installed plan has besides.

    Tables of the installed plan are offered when their groupings exist in the version.
    """
    merged = copy.deepcopy(base)
    for key in ("populations", "facets"):
        known = {one["code"] for one in merged[key]}
        merged[key] += [copy.deepcopy(one) for one in installed[key] if one["code"] not in known]
    for key in ("insider", "institution"):
        merged.setdefault(key, copy.deepcopy(installed[key]))
    names = layouts(merged)
    held = {table["id"] for table in merged["tables"]}
    for table in installed["tables"]:
        if table["id"] not in held and all(code in names for code in table["facets"]):
            offered = {**table, "ladder": _kept(table, names)}
            if offered["ladder"]:
                merged["tables"].append(offered)
    return merged


def layouts(plan: dict[str, Any]) -> dict[str, set[str]]:
    """Return the names of the groupings of each facet, every answer apart included."""
    return {
        facet["code"]: {DETAIL, *(one["name"] for one in facet.get("layouts", []))}
        for facet in plan["facets"]
    }


def _kept(table: dict[str, Any], names: dict[str, set[str]]) -> list[dict[str, Any]]:
    """Return the steps of a table's ladder whose groupings all stand."""
    return [
        step
        for step in table["ladder"]
        if all(
            one in names[code] for code, one in zip(table["facets"], step["layouts"], strict=True)
        )
    ]


class PlanForm(Grouped):
    """A whole version in one page."""

    def __init__(
        self, *args: Any, base: dict[str, Any], installed: dict[str, Any], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.catalogue = catalogue(base, installed)
        self.facets = {facet["code"]: facet for facet in self.catalogue["facets"]}
        self.kept = {table["id"] for table in base["tables"]}
        self.text = ""
        self.fields["version"] = line(
            "Nom de la version", help_text="Par exemple 2027.1", required=True, limit=20
        )
        self.fields["note"] = line("Ce qui change", help_text=NOTE_HELP, required=True, limit=300)
        groups = [("La version", "", ("version", "note")), self._tables(), self._parameters(base)]
        groups += [self._facet(facet) for facet in self.catalogue["facets"]]
        self.groups = tuple(group for group in groups if group[2])

    def _tables(self) -> tuple[str, str, tuple[str, ...]]:
        population = {one["code"]: one["label"] for one in self.catalogue["populations"]}
        names = []
        for table in self.catalogue["tables"]:
            facets = [self.facets[code] for code in table["facets"]]
            crossed = " × ".join(facet["label"] for facet in facets)
            kind = f"croisement : {crossed}" if len(facets) > 1 else crossed
            field = box(table["title"], help_text=f"{population[facets[0]['population']]}, {kind}.")
            field.initial = table["id"] in self.kept
            self.fields[_table(table["id"])] = field
            names.append(_table(table["id"]))
        text = (
            "Cochez les tableaux et les croisements qui pourront paraître. Moins il y en a, plus "
            "chacun montre de chiffres."
        )
        return ("Les tableaux", text, tuple(names))

    def _parameters(self, base: dict[str, Any]) -> tuple[str, str, tuple[str, ...]]:
        for name, (label, help_text, least, most) in PARAMETERS.items():
            self.fields[name] = forms.IntegerField(
                label=label,
                help_text=help_text,
                min_value=least,
                max_value=most,
                initial=base["parameters"].get(name, least),
            )
        text = "Ces nombres protègent les personnes : ils peuvent monter, pas descendre."
        return ("Les seuils", text, tuple(PARAMETERS))

    def _facet(self, facet: dict[str, Any]) -> tuple[str, str, tuple[str, ...]]:
        labels = dict(facet["codes"])
        names = []
        if facet["code"] == ZONE:
            self.fields["zones"] = _lines(
                "Noms des zones",
                "Une ligne par zone : « code = nom ». Une zone a au moins 5 000 habitants.",
                plan_lines.zones_written(facet),
            )
            names.append("zones")
        for rank, layout in enumerate(facet.get("layouts", []), start=1):
            name = _layout(facet["code"], layout["name"])
            self.fields[name] = _lines(
                f"{facet['label']}, découpage {rank}",
                "Une ligne par groupe : « Libellé = code, code ». Vide : ce découpage disparaît.",
                plan_lines.written(layout, labels),
            )
            names.append(name)
        codes = " ; ".join(f"{code} : {label}" for code, label in facet["codes"])
        text = (
            f"Du plus fin au plus large, chacun réunit des groupes du précédent. Codes : {codes}."
        )
        return (facet["label"], text, tuple(names))

    @property
    def folded(self) -> frozenset[str]:
        """Fold the groupings that nobody touched and that hold no error."""
        quiet = set()
        for title, _, names in self.groups[3:]:
            if not any(_is_touched(self[name]) for name in names):
                quiet.add(title)
        return frozenset(quiet)

    def _group(self, title: str, text: str, fields: list[Any]) -> Any:
        group = super()._group(title, text, fields)
        return group._replace(is_folded=title in self.folded)

    def clean(self) -> dict[str, Any]:
        """Compose the plan's text, when each field could be read."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("version") and not VERSION.fullmatch(said["version"]):
            self.add_error("version", "Lettres, chiffres, points et tirets seulement.")
        plan = copy.deepcopy(self.catalogue)
        for facet in plan["facets"]:
            self._read_facet(facet, said)
        names = layouts(plan)
        plan["tables"] = [one for one in plan["tables"] if said.get(_table(one["id"]))]
        for table in plan["tables"]:
            table["ladder"] = _kept(table, names)
            if not table["ladder"]:
                self.add_error(
                    _table(table["id"]),
                    "Plus aucun de ses découpages n’existe : décochez ce tableau.",
                )
        if not plan["tables"]:
            self.add_error(None, "Gardez au moins un tableau.")
        if not self.errors:
            plan["version"] = said["version"]
            plan["parameters"] = {name: said[name] for name in PARAMETERS}
            self.text = json.dumps(plan, ensure_ascii=False)
            self.places = _places(plan)
        return said

    def _read_facet(self, facet: dict[str, Any], said: dict[str, Any]) -> None:
        if facet["code"] == ZONE:
            try:
                facet["codes"] = plan_lines.zones_read(said.get("zones", ""), facet)
            except plan_lines.LineRefused as refused:
                self.add_error("zones", str(refused))
        labels = dict(facet["codes"])
        known = plan_lines.known_groups(facet)
        kept = []
        for layout in facet.get("layouts", []):
            name = _layout(facet["code"], layout["name"])
            text = said.get(name, "")
            if not text.strip():
                continue
            try:
                kept.append({**layout, "groups": plan_lines.read(text, labels, known)})
            except plan_lines.LineRefused as refused:
                self.add_error(name, str(refused))
                kept.append(layout)
        if "layouts" in facet:
            facet["layouts"] = kept

    def refuse(self, place: str, message: str) -> None:
        """Put the refusal of the plan's reader beside the field that it speaks of."""
        found = [start for start in self.places if _begins(place, start)]
        name = self.places[max(found, key=len)] if found else None
        self.add_error(name, message[:1].upper() + message[1:])


class PlanFileForm(forms.Form):
    """A version as a whole file, as the command line reads it."""

    text = forms.CharField(
        label="Texte du plan (JSON)",
        help_text="Collez le fichier entier. Il est vérifié comme le formulaire.",
        max_length=LONGEST_PLAN,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false"}),
    )
    note = line("Ce qui change", help_text=NOTE_HELP, required=True, limit=300)

    def refuse(self, place: str, message: str) -> None:
        """Put a refusal beside the text, with its place in the file."""
        self.add_error("text", f"Champ {place} : {message}" if place else message)


def _is_touched(field: Any) -> bool:
    """Tell whether lines were changed, or hold an error; ends of lines count for nothing."""
    typed, shown = str(field.value() or ""), str(field.initial or "")
    return bool(field.errors) or typed.split() != shown.split()


def _lines(label: str, help_text: str, initial: str) -> forms.CharField:
    rows = min(max(initial.count("\n") + 2, 3), 14)
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=8000,
        initial=initial,
        widget=forms.Textarea(attrs={"rows": rows, "spellcheck": "false"}),
    )


def _table(table_id: str) -> str:
    return f"table_{table_id}"


def _layout(facet: str, name: str) -> str:
    return f"layout_{facet}_{name}"


def _begins(place: str, start: str) -> bool:
    return place == start or place.startswith((f"{start}.", f"{start}["))


def _places(plan: dict[str, Any]) -> dict[str, str]:
    """Return which field each place of the composed file came from."""
    found = {"version": "version", "parameters": "floor"}
    found |= {f"parameters.{name}": name for name in PARAMETERS}
    found |= {f"tables[{i}]": _table(one["id"]) for i, one in enumerate(plan["tables"])}
    for i, facet in enumerate(plan["facets"]):
        for j, layout in enumerate(facet.get("layouts", [])):
            found[f"facets[{i}].layouts[{j}]"] = _layout(facet["code"], layout["name"])
    return found
