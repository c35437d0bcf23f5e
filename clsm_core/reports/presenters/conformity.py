"""What the page of conformity shows, and the dossier to hand over (domain.md D.6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.reports.computed import computed
from clsm_core.reports.conformity import conformity_of, counts_of
from clsm_core.reports.content import Block, Part, table
from clsm_core.reports.criteria import KINDS, Criterion
from clsm_core.reports.presenters.papers import dossier_pdf
from clsm_core.reports.presenters.sections import neighbours, sections
from clsm_core.roadmap.queries.counts.years import Year
from clsm_core.ui.components import Cell
from clsm_core.ui.spreadsheet import Sheet, ods_bytes
from clsm_core.ui.templatetags.ui import day

TITLE = "Conformité au référentiel national"
STANDARD = (
    "Référentiel national des conseils locaux de santé mentale, instruction DGS/SP4/2025/8 du"
    " 13 mai 2025. Il complète l’instruction 2016/289."
)
HOW = (
    "Chaque conclusion est calculée à partir de ce que le conseil a enregistré. « Non renseigné » :"
    " rien n’est encore enregistré sur ce critère."
)
PAGES = {
    "governance:framework": "Documents-cadres",
    "governance:home": "Instances",
    "governance:meetings": "Réunions",
    "observatory:needs": "Besoins repérés",
    "roadmap:list": "Feuille de route",
    "directory:home": "Annuaire",
    "directory:partnerships": "Partenariats",
    "council:territory": "Territoire",
    "council:post": "Coordination",
    "council:schemes": "Dispositifs liés",
    "reports:home": "Bilans annuels",
}


def criteria_of(council: Council, year: Year) -> list[Criterion]:
    """Return the nine criteria of a year."""
    return conformity_of(council, year, computed(council, year))


def conformity_page(member: Member, year: Year) -> dict[str, Any]:
    """Give the values of the page."""
    criteria = criteria_of(member.council, year)
    slug = member.council.slug
    return {
        "council": member.council,
        "sections": sections(member, "reports:conformity"),
        "neighbours": neighbours(member, "reports:conformity", year.number),
        "year": year,
        "standard": STANDARD,
        "how": HOW,
        "counts": list(counts_of(criteria).items()),
        "headers": ("Critère", "Conclusion"),
        "summary": [
            [
                Cell(f"{one.number}. {one.title}", url=f"#critere-{one.number}"),
                Cell(one.status.value, kind=KINDS.get(one.status, "")),
            ]
            for one in criteria
        ],
        "criteria": [
            {
                "one": one,
                "kind": KINDS.get(one.status, ""),
                "proofs": [
                    (proof.text, PAGES[proof.page], reverse(proof.page, args=[slug]))
                    for proof in one.proofs
                ],
                "lacks": [
                    (lack.lack, PAGES[lack.proof.page], reverse(lack.proof.page, args=[slug]))
                    for lack in one.lacks
                ],
            }
            for one in criteria
        ],
    }


def conformity_pdf(council: Council, year: Year, *, at: datetime) -> bytes:
    """Return the dossier as a tagged PDF."""
    criteria = criteria_of(council, year)
    summary = table(
        "",
        ("Critère", "Conclusion"),
        (3, 1),
        [(f"{one.number}. {one.title}", one.status.value) for one in criteria],
    )
    details = [_detail(one) for one in criteria]
    lead = f"Année {year.number}, au {day(year.on)}.\n{STANDARD} {HOW}"
    return dossier_pdf(
        council.name,
        f"{TITLE} {year.number}",
        lead,
        [
            Part("summary", "En résumé", [summary]),
            Part("details", "Critère par critère", details),
        ],
        foot=f"édité le {day(at)}",
        at=at,
    )


def _detail(one: Criterion) -> Block:
    rows = [
        *(("acquis", proof.text, PAGES[proof.page]) for proof in one.proofs),
        *(("à faire", lack.lack, PAGES[lack.proof.page]) for lack in one.lacks),
    ]
    title = f"{one.number}. {one.title} : {one.status.value}"
    found = table(title, ("Élément", "Constat", "Page du service"), (0.8, 4.4, 1.5), rows)
    found.text = [f"Demandé : {one.asked[0].lower()}{one.asked[1:]}"]
    return found


def conformity_ods(council: Council, year: Year, *, at: datetime) -> bytes:
    """Return the dossier as a spreadsheet: criteria, what is proved, what is missing."""
    criteria = criteria_of(council, year)
    sheets = [
        Sheet(
            "Critères",
            ("N°", "Critère", "Ce qui est demandé", "Conclusion", "Élément de référence"),
            [(one.number, one.title, one.asked, one.status.value, one.source) for one in criteria],
        ),
        Sheet(
            "Preuves",
            ("N°", "Critère", "Preuve", "Page du service"),
            [
                (one.number, one.title, proof.text, PAGES[proof.page])
                for one in criteria
                for proof in one.proofs
            ],
        ),
        Sheet(
            "Ce qui manque",
            ("N°", "Critère", "Ce qui manque", "Page du service"),
            [
                (one.number, one.title, lack.lack, PAGES[lack.proof.page])
                for one in criteria
                for lack in one.lacks
            ],
        ),
    ]
    return ods_bytes(sheets, title=f"{TITLE} {year.number} – {council.name}", at=at)
