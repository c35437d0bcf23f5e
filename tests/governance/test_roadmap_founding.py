"""Both founding sheets typed through the pages, field by field, and read again on paper."""

from __future__ import annotations

import re
from typing import Any

from clsm_core.directory.models import Organisation
from clsm_core.roadmap.models import ActionSheet, Axis, Roadmap
from clsm_core.roadmap.shape import SECTIONS
from deploy.demo.founding_sheet import FOUNDING_SHEET
from tests.cases_of import TestCase
from tests.governance import governance_rows as governance
from tests.governance.council_people import council, member
from tests.governance.directory_rows import organisation
from tests.governance.roadmap_values import METZ_FIELDS, METZ_LISTS

BASE = "/conseils/confluences/feuille-de-route/"
# How a list of the data is called in the address where its lines are typed.
LISTS = {
    "objectives": "objectifs-operationnels",
    "activities": "actions-prevues",
    "partners": "partenaires",
    "audiences": "publics",
    "steps": "etapes",
    "indicators": "indicateurs",
    "budget": "budget",
    "fundings": "financements",
}
DEFAULTS = {"indicators": {"mode": "entered"}, "fundings": {"status": "hoped"}}


class Typed(TestCase):
    """A coordinator in front of an empty roadmap."""

    def setUp(self) -> None:
        self.council = council("confluences", "CLSM Terres des Confluences")
        self.claire = member(self.council, "coordinator", "claire")

    def type_sheet(self, axis: int, axis_title: str, number: int, title: str) -> ActionSheet:
        """Prepare a roadmap, an axis and a sheet through their pages."""
        self.post(
            "feuilles/nouvelle/",
            title="Feuille de route",
            starts_on="2026-01-01",
            ends_on="2028-12-31",
        )
        roadmap = Roadmap.objects.get()
        self.post(f"feuilles/{roadmap.pk}/axes/nouvel-axe/", number=axis, title=axis_title)
        made = Axis.objects.get()
        self.post("fiches/nouvelle/", axis=made.pk, number=number, title=title)
        return ActionSheet.objects.get()

    def post(self, path: str, **values: Any) -> Any:
        answer = self.claire.post(f"{BASE}{path}", values)
        self.assertEqual(answer.status_code, 302, getattr(answer, "context", None) and path)
        return answer

    def type_fields(self, sheet: ActionSheet, fields: dict[str, Any]) -> None:
        """Type each section that holds one of the fields."""
        for section in SECTIONS:
            if not set(section.fields) & set(fields):
                continue
            sheet.refresh_from_db()
            kept = {
                name: getattr(sheet, name)
                for name in section.fields
                if name in ("number", "title", "progress")
            }
            typed = {name: fields[name] for name in section.fields if name in fields}
            self.post(
                f"{sheet.pk}/modifier/{section.slug}/", version=sheet.version, **{**kept, **typed}
            )

    def type_lists(self, sheet: ActionSheet, lists: dict[str, Any]) -> None:
        """Type each line of each list."""
        for name, lines in lists.items():
            for line in lines:
                sheet.refresh_from_db()
                self.post(
                    f"{sheet.pk}/listes/{LISTS[name]}/ajouter/",
                    version=sheet.version,
                    **{**DEFAULTS.get(name, {}), **line},
                )

    def page(self, sheet: ActionSheet) -> str:
        page = self.claire.get(f"{BASE}{sheet.pk}/").content.decode()
        return flat(re.sub(r"<[^>]*>", " ", page))

    def paper(self, sheet: ActionSheet, layout: str) -> str:
        answer = self.claire.get(f"{BASE}{sheet.pk}/fiche-{layout}.pdf")
        self.assertEqual(answer.status_code, 200)
        self.assertIn(b"/StructTreeRoot", answer.content)
        return flat(governance.pdf_text(answer.content))


def flat(text: str) -> str:
    """Return a text without what a page break or a hyphenation puts in it."""
    return "".join(sign for sign in text.casefold() if sign.isalnum() or sign in "€%")


class FoundingSheet(Typed):
    """Seed 000: action sheet 5.5."""

    def test_sheet_5_5_typed_through_the_pages_is_read_again_on_paper(self) -> None:
        """000-01 to 000-27: axis, objective, code, lists, indicators, budget, funders; 000-06.

        Each text of the document is typed in its page, then found on the sheet's page and in the
        PDF that follows the document's order.
        """
        content = FOUNDING_SHEET
        sheet = self.type_sheet(
            content.axis_number, content.axis_title, content.number, content.title
        )
        self.type_fields(sheet, dict(content.fields))
        self.type_lists(sheet, {name: getattr(content, name) for name in LISTS})
        page = self.page(sheet)
        text = self.paper(sheet, "terres")
        said = [
            "Axe stratégique 5 — Parcours santé mentale",
            "Fiche-action 5.5",
            content.title,
            *(
                value
                for value in content.fields.values()
                if isinstance(value, str) and value != "multi_year"
            ),
            *(
                line.get("text") or line.get("name") or line.get("label") or ""
                for name in LISTS
                for line in getattr(content, name)
            ),
            "pluriannuelle",
            "ARS",
            "droit commun",
            "CPAM",
            "Indicateurs de processus",
        ]
        for words in said:
            with self.subTest(words=words[:60]):
                self.assertIn(flat(words), text)
                if not words.startswith(("Axe", "Indicateurs")):
                    self.assertIn(flat(words), page)
        places = [
            text.index(flat(label))
            for label in (
                "Objectif stratégique",
                "Objectif opérationnel",
                "Description de l’action",
                "Pilotes de l’action",
                "Partenaires à mobiliser",
                "Éléments facilitateurs",
                "Modalités de suivi",
                "Budget prévisionnel",
                "Financements mobilisables",
            )
        ]
        self.assertEqual(places, sorted(places))

    def test_the_partner_of_the_directory_is_chosen_by_its_name(self) -> None:
        """000-12, 000-13: a structure of the directory keeps its link; another council's is not."""
        ours = organisation(self.council, "Centre social des Rives")
        organisation(council("autre", "Autre"), "Structure d’ailleurs")
        sheet = self.type_sheet(5, "Parcours", 1, "Fiche")
        self.type_lists(
            sheet,
            {
                "partners": [
                    {"role": "pilot", "organisation": "centre social des rives", "name": ""}
                ]
            },
        )
        line = sheet.partner_lines.get()
        self.assertEqual((line.organisation, line.name), (ours, "Centre social des Rives"))
        sheet.refresh_from_db()
        for typed in (
            {"organisation": "Structure d’ailleurs", "name": ""},
            {"organisation": "", "name": ""},
        ):
            answer = self.claire.post(
                f"{BASE}{sheet.pk}/listes/partenaires/ajouter/",
                {"role": "pilot", "version": sheet.version, **typed},
            )
            self.assertEqual(answer.status_code, 200)
        self.assertEqual(sheet.partner_lines.count(), 1)
        self.assertEqual(Organisation.objects.count(), 2)


class MetzSheet(Typed):
    """Seed 004: sheet n° 15, with values of the test's own."""

    def test_every_element_is_typed_and_read_again(self) -> None:
        """004-01 to 004-06, 004-13 to 004-25: each on the page and in the PDF in Metz's order."""
        sheet = self.type_sheet(3, "canari-axe", 15, "canari-titre")
        self.type_fields(sheet, METZ_FIELDS)
        self.type_lists(sheet, METZ_LISTS)
        page = self.page(sheet)
        text = self.paper(sheet, "metz")
        texts = [value for value in METZ_FIELDS.values() if "canari" in str(value)]
        lines = [
            value for lines in METZ_LISTS.values() for line in lines for value in line.values()
        ]
        said = [
            *texts,
            *(value for value in lines if "canari" in str(value)),
            "canari-titre",
            "15",
            "expérimentale",
            "1er février 2026",
            "31 mars 2027",
            "intercommunal, communal, quartiers, quartiers prioritaires",
            "0-15 ans",
            "16-25 ans",
            "26-65 ans",
            "plus de 65 ans",
            "élus",
            "aidants",
            "usagers",
            "implantation des ressources, stratégies politiques, potentiel social, entraide",
            "santé, politique de la ville",
            "tableau de suivi, questionnaires, bilan annuel",
            "logement, habitat",
            "35 %",
            "5 000 €",
            "2 400 €",
            "120 h",
            "1 234 €",
            "demandé",
            "CPAM",
            "questionnaire",
        ]
        for words in said:
            for piece in str(words).split("\n"):
                with self.subTest(words=piece):
                    self.assertIn(flat(piece), page)
                    self.assertIn(flat(piece), text)
        for label in (
            "Animation canari-animer",
            "Interconnaissance canari-connaître",
            "Coordination canari-coordonner",
            "Action existante à renforcer – Animation canari-existante",
            "Nouvelle action – Interconnaissance canari-nouvelle",
            "Porteur canari-hôpital",
            "Pilote de la fiche canari-conseil",
            "Vise les inégalités sociales de santé oui",
            "Démarche participative non",
        ):
            with self.subTest(label=label):
                self.assertIn(
                    flat(label).replace(flat("–"), ""), text.replace("–", "").replace("-", "")
                )
        places = [
            text.index(flat(label))
            for label in (
                "Porteur",
                "Contexte et enjeux locaux",
                "Objectifs opérationnels",
                "Déterminants de santé visés",
                "Méthode d’évaluation",
            )
        ]
        self.assertEqual(places, sorted(places))

    def test_national_layout(self) -> None:
        """Practice 4.2: the headings of the national centre, in their order, and nothing else."""
        sheet = self.type_sheet(3, "Axe", 15, "Titre")
        self.type_fields(sheet, METZ_FIELDS)
        self.type_lists(sheet, METZ_LISTS)
        text = self.paper(sheet, "cnra")
        labels = (
            "Thématique",
            "Territoire de l’action",
            "Public cible",
            "Objectifs",
            "Déroulement",
            "État des lieux",
            "Actions qui en découlent",
            "Résultats",
            "Perspectives",
        )
        places = [text.index(flat(label)) for label in labels]
        self.assertEqual(places, sorted(places))
        self.assertIn(flat("canari-capitalisation"), text)
        self.assertNotIn(flat("canari-frein"), text)

    def test_whole_roadmap_on_paper(self) -> None:
        """D.4: axes, objectives and every sheet in one document."""
        sheet = self.type_sheet(3, "canari-axe", 15, "canari-titre")
        axis = Axis.objects.get()
        self.post(f"axes/{axis.pk}/nouvel-objectif/", text="canari-haut")
        above = axis.objectives.get()
        self.post(f"objectifs/{above.pk}/nouvel-objectif/", text="canari-bas")
        self.type_lists(sheet, METZ_LISTS)
        roadmap = Roadmap.objects.get()
        answer = self.claire.get(f"{BASE}feuilles/{roadmap.pk}/feuille-de-route.pdf")
        text = flat(governance.pdf_text(answer.content))
        for words in (
            "canari-axe",
            "canari-haut",
            "canari-bas",
            "canari-titre",
            "canari-matériel",
            "1er janvier 2026",
        ):
            self.assertIn(flat(words), text)
        self.assertIn(b"/StructTreeRoot", answer.content)
