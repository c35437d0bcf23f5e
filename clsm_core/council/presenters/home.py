"""The council's first page: who animates it, over what, and what is still to be filled in."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council, CouncilStatus, Objective, SectorKind
from clsm_core.council.permissions import Act
from clsm_core.council.presenters.completeness import still_missing
from clsm_core.council.queries import post, schemes
from clsm_core.council.queries.territory import Territory, territory_of
from clsm_core.council.words import full_time, number, plural
from clsm_core.ui.components import Fact
from clsm_core.ui.templatetags.ui import day

STATUS_KINDS = {CouncilStatus.ACTIVE: "done", CouncilStatus.DORMANT: "attention"}
OBJECTIVES = dict(Objective.choices)

# Pages of this application and of others, by their URL names; each takes the council's slug.
PARTS = (
    ("directory:home", "Annuaire", "Structures, contacts, partenariats, listes"),
    ("governance:home", "Instances", "Comité de pilotage, groupes, réunions, décisions"),
    ("roadmap:list", "Feuille de route", "Axes, fiches-action, indicateurs"),
    ("observatory:trends", "Observation", "Ce que la commission fait remonter, en fourchettes"),
    ("reports:home", "Bilans", "Indicateurs, conformité, éthique, bilan annuel"),
    ("council:territory", "Territoire", "Communes, quartiers, secteurs, carte"),
    ("council:post", "Coordination", "Poste, temps, financement"),
    ("council:schemes", "Dispositifs liés", "CLS, PTSM, contrat de ville, articulation"),
)
NEEDED = {"observatory:trends": Act.TRENDS}


def home_page(council: Council, member: Member) -> dict[str, Any]:
    """Give the page's values."""
    territory = territory_of(council)
    posts = list(post.posts_of(council))
    links = list(schemes.schemes_of(council))
    sectors = list(council.sectors.all())
    districts = list(council.districts.all())
    manages = member.may(Act.MANAGE)
    return {
        "council": council,
        "manages": manages,
        "status": council.get_status_display(),
        "status_kind": STATUS_KINDS.get(CouncilStatus(council.status), ""),
        "parts": _parts(council, member),
        "objectives": objectives_of(council),
        "people": [
            Fact("Présidence", council.presidency),
            Fact("Co-animation", council.co_animation),
            Fact(
                "Coordination",
                ", ".join(one.holder for one in posts if post.is_held(one, member.today)),
            ),
            Fact("Temps de coordination", full_time(post.full_time_of(posts, member.today))),
        ],
        "sheet": [
            Fact("Portage", council.get_carrier_display()),
            Fact("Création", day(council.created_on)),
            Fact("Échelle", council.get_scale_display()),
            Fact("Type de territoire", council.get_territory_type_display()),
        ],
        "place": [
            Fact("Communes", place_words(territory)),
            Fact("Intercommunalité", ", ".join(epci.name for epci in territory.epcis)),
            Fact("Quartiers prioritaires", plural(len(districts), "quartier")),
            *(
                Fact(f"Secteurs de {kind.label}", sum(one.kind == kind for one in sectors))
                for kind in SectorKind
            ),
        ],
        "population": number(territory.population),
        "territory": territory,
        "missing": still_missing(
            council,
            territory=territory,
            posts=posts,
            links=links,
            sectors=sectors,
            on=member.today,
        )
        if manages
        else [],
    }


def objectives_of(council: Council) -> list[str]:
    """Give the council's objectives in the order and words of the national standard."""
    return [label for code, label in OBJECTIVES.items() if code in council.objectives]


def place_words(territory: Territory) -> str:
    """Name the commune, or count them."""
    if len(territory.lines) == 1:
        return territory.lines[0].commune.name
    return plural(len(territory.lines), "commune") if territory.lines else ""


def _parts(council: Council, member: Member) -> list[dict[str, str]]:
    shown = [
        {"url": reverse(name, args=[council.slug]), "label": label, "text": text}
        for name, label, text in PARTS
        if member.may(NEEDED.get(name, Act.READ))
    ]
    if member.may(Act.MANAGE):
        url = reverse("council:members", args=[council.slug])
        text = "Qui entre dans ce conseil, avec quel rôle"
        shown.append({"url": url, "label": "Membres et droits", "text": text})
    return shown
