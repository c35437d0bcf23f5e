"""What a version of the plan of figures changes, in sentences that two people can approve."""

from __future__ import annotations

from cases.disclosure.plan import Facet, Plan
from cases.presenters import plan as presenter

PARAMETER_WORDS = {
    "floor": "Plancher",
    "band_width": "Largeur des fourchettes",
    "max_share_percent": "Part la plus haute",
    "minimum_tables": "Situations nécessaires pour des tableaux",
    "minimum_crosses": "Situations nécessaires pour un croisement",
    "minimum_semester": "Situations nécessaires pour un semestre",
    "insider_floor": "Seuil des structures qui saisissent",
    "margin_percent": "Marge de doute",
}


def changes(before: Plan, after: Plan) -> list[str]:
    """Return every difference between two plans, the name of the version left out."""
    return [
        *_parameters(before, after),
        *_populations(before, after),
        *_tables(before, after),
        *_facets(before, after),
        *_rest(before, after),
    ]


def _parameters(before: Plan, after: Plan) -> list[str]:
    old, new = before.parameters.as_dict(), after.parameters.as_dict()
    return [
        f"{PARAMETER_WORDS.get(name, name)} : {old.get(name)} devient {value}."
        for name, value in new.items()
        if old.get(name) != value
    ]


def _populations(before: Plan, after: Plan) -> list[str]:
    old, new = before.populations, after.populations
    said = [f"Population ajoutée : {new[code].label}." for code in new if code not in old]
    said += [f"Population retirée : {old[code].label}." for code in old if code not in new]
    said += [
        f"Population « {old[code].label} » : ses mots changent."
        for code in new
        if code in old and new[code] != old[code]
    ]
    return said


def _tables(before: Plan, after: Plan) -> list[str]:
    old = {table.id: table for table in before.tables}
    new = {table.id: table for table in after.tables}
    said = [f"Tableau ajouté : {new[code].title}." for code in new if code not in old]
    said += [f"Tableau retiré : {old[code].title}." for code in old if code not in new]
    for code, table in new.items():
        former = old.get(code)
        if former is None or former == table:
            continue
        if former.title != table.title:
            said.append(f"Tableau « {former.title} » : son titre devient « {table.title} ».")
        if former.facets != table.facets:
            said.append(f"Tableau « {table.title} » : il porte sur autre chose.")
        elif former.ladder != table.ladder:
            steps = [
                presenter.step([after.facets[one] for one in table.facets], rung)
                for rung in table.ladder
            ]
            said.append(
                f"Tableau « {table.title} », du plus fin au plus large : {' | '.join(steps)}."
            )
    if set(old) == set(new) and list(old) != list(new):
        said.append("L’ordre des tableaux change.")
    return said


def _facets(before: Plan, after: Plan) -> list[str]:
    said: list[str] = []
    for code, facet in after.facets.items():
        former = before.facets.get(code)
        if former is None:
            said.append(f"Question ajoutée : {facet.label}.")
        elif former != facet:
            said += _facet(former, facet)
    said += [
        f"Question retirée : {facet.label}."
        for code, facet in before.facets.items()
        if code not in after.facets
    ]
    return said


def _facet(former: Facet, facet: Facet) -> list[str]:
    name = f"« {facet.label} »"
    said = []
    if former.label != facet.label:
        said.append(f"Question « {former.label} » : elle devient {name}.")
    for code, label in facet.labels.items():
        if code in former.labels and former.labels[code] != label:
            said.append(f"{name} : « {former.labels[code]} » devient « {label} ».")
    for one in facet.layouts.values():
        was = former.layouts.get(one.name)
        if was is None:
            said.append(f"{name} : découpage ajouté, {presenter.layout(facet, one)}.")
        elif was != one and one.name != "detail":
            said.append(
                f"{name} : {presenter.layout(former, was)} devient {presenter.layout(facet, one)}."
            )
    for gone, layout in former.layouts.items():
        if gone not in facet.layouts:
            said.append(f"{name} : découpage retiré, {presenter.layout(former, layout)}.")
    if list(former.labels) != list(facet.labels) or former.exclusive != facet.exclusive:
        said.append(f"{name} : la liste de ses réponses change.")
    return said


def _rest(before: Plan, after: Plan) -> list[str]:
    said = []
    if before.institution != after.institution:
        listed = ", ".join(line.label for line in after.institution) or "aucun"
        said.append(f"Chiffres sur l’institution : {listed}.")
    if before.insider != after.insider:
        said.append("La structure prise pour attaquante change.")
    return said
