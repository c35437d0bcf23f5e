"""Parts of a report on the council itself: territory, governance, coordination, partnerships."""

from __future__ import annotations

from typing import Any

from clsm_core.council.models import SchemeLink
from clsm_core.council.presenters.home import objectives_of
from clsm_core.council.queries.schemes import has_ended
from clsm_core.directory.models import Partnership
from clsm_core.reports.content import Block, chart, fact, rates, table
from clsm_core.roadmap.queries.counts.council import formalised
from clsm_core.roadmap.queries.counts.measures import Line, words
from clsm_core.roadmap.queries.counts.meetings import is_representative
from clsm_core.ui.templatetags.ui import day, short_day

YEAR_OF_POPULATION = "Population municipale, source INSEE."


def territory(source: Any) -> list[Block]:
    """1: what the council is and covers."""
    council, figures = source.council, source.figures
    facts = [
        ("Présidence", council.presidency),
        ("Co-animation", council.co_animation),
        ("Portage", council.get_carrier_display()),
        ("Création", day(council.created_on)),
        ("Échelle", council.get_scale_display()),
        ("Type de territoire", council.get_territory_type_display()),
    ]
    schemes = [
        one
        for one in SchemeLink.objects.filter(council=council).order_by("kind", "name")
        if not has_ended(one, source.year.on)
    ]
    return [
        Block(
            text=[council.presentation] if council.presentation else [],
            facts=[(label, value) for label, value in facts if value],
        ),
        Block(title="Objectifs", text=[f"– {one}" for one in objectives_of(council)]),
        Block(
            title="Territoire couvert",
            facts=[fact(one) for one in figures["territory"].lines if one.value],
            note=YEAR_OF_POPULATION,
        ),
        table(
            "Dispositifs liés",
            ("Dispositif", "Nom", "Période"),
            (1.6, 2.4, 1.4),
            [(one.get_kind_display(), one.name, _dates(one)) for one in schemes],
        ),
    ]


def governance(source: Any) -> list[Block]:
    """2: meetings, people, presence, decisions."""
    figures = source.figures
    people = figures["people"]
    steering = figures["steering"]
    facts = [fact(one) for one in people.lines if one.value]
    if figures["bodies"].lines:
        told = "oui" if is_representative(steering) else _missing(steering.lines)
        facts.append(("comité de pilotage représentatif", told))
    return [
        Block(facts=facts),
        chart(
            figures["bodies"],
            "Instance",
            note="La barre pâle est ce que l’instance prévoit par an.",
        ),
        chart(figures["groups"], "Forme", note="La barre pâle compte les groupes ouverts."),
        rates(
            figures["presence"],
            "Collège",
            note="Une personne attendue à deux réunions compte deux fois ; les personnes"
            " représentées comptent parmi les présences.",
        ),
        chart(figures["colleges"], "Collège"),
        chart(figures["organisations"], "Catégorie de structure"),
        _categories(figures),
        chart(figures["functions"], "Fonction"),
        chart(figures["decisions"], "Type de décision"),
    ]


def _missing(lines: list[Line]) -> str:
    absent = [one.label for one in lines if not one.value]
    return f"non, il manque : {', '.join(absent)}"


def _categories(figures: Any) -> Block:
    """Put both bodies of the 25 categories side by side, as the national survey asks."""
    first, second = figures["categories_steering"], figures["categories_plenary"]
    known = any(one.text != "sans réponse" or one.of for one in (*first.lines, *second.lines))
    rows = [
        (one.label, one.text, words(one.value), other.text, words(other.value))
        for one, other in zip(first.lines, second.lines, strict=True)
    ]
    return table(
        "Les 25 catégories de l’enquête nationale",
        ("Catégorie", "Comité de pilotage", "Présences", "Assemblée plénière", "Présences"),
        (2.4, 1.2, 0.8, 1.2, 0.8),
        rows if known else [],
        numbers=(2, 4),
    )


def coordination(source: Any) -> list[Block]:
    """3: time and trainings; the person is not named, the report may be published."""
    measure = source.figures["coordination"]
    return [
        Block(facts=[(one.label, _valued(one)) for one in measure.lines]),
        chart(source.figures["articulation"], "Dispositif"),
    ]


def _valued(line: Line) -> str:
    unit = "" if line.text == "dans l’année" else line.text
    return " ".join(one for one in (words(line.value) or "0", unit) if one)


def partnerships(source: Any) -> list[Block]:
    """9: how many, of which nature, with whom."""
    measure = source.figures["partnerships"]
    if not measure.whole:
        return []
    found = (
        Partnership.objects.filter(source.year.running(), council=source.council)
        .prefetch_related("organisations")
        .order_by("starts_on", "pk")
    )
    return [
        Block(facts=[("partenariats formalisés en cours", words(formalised(measure)) or "0")]),
        chart(measure, "Nature", note="La barre pâle compte les partenariats en cours."),
        table(
            "Partenariats en cours",
            ("Objet", "Nature", "Structures", "Depuis"),
            (2.4, 0.9, 2.4, 1.1),
            [
                (
                    one.subject,
                    one.get_nature_display(),
                    ", ".join(sorted(each.name for each in one.organisations.all())),
                    short_day(one.starts_on),
                )
                for one in found
            ],
        ),
    ]


def _dates(one: SchemeLink) -> str:
    if one.starts_on and one.ends_on:
        return f"{one.starts_on.year}-{one.ends_on.year}"
    return f"depuis {one.starts_on.year}" if one.starts_on else ""
