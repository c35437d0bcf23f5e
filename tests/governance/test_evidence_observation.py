"""Elements of the founding documents on observation: typed through the page, read where asked.

From what is known of a territory to what is done, shown to the assembly, told to the committee.
docs/couverture.csv names these tests where a test of one page alone would say too little.
"""

from __future__ import annotations

from typing import Any

from django.test import override_settings
from django.urls import reverse
from lxml import html

from clsm_core.observatory.models import Diagnosis, Goal, Need, Priority
from clsm_core.roadmap.models import ActionSheet, Axis
from clsm_core.roadmap.vocabulary import Theme
from tests.cases_of import CommittingTestCase
from tests.governance import governance_rows as rows
from tests.governance import observatory_rows as made
from tests.governance.council_people import council, member
from tests.governance.publishing import insert_all
from tests.governance.released import PUBLIC_KEY
from tests.governance.reports_rows import YEAR, full_year
from tests.governance.test_evidence_roadmap import Browsed, words
from tests.governance.test_roadmap_founding import flat

OBSERVATION = "/conseils/confluences/observation/"
# 000-11: what the first document wants done first, its way and its theme.
FIRST = (
    ("Parcours de soins canari", "care", "care_access"),
    ("Logement canari", "inclusion", "housing"),
    ("Loisirs canari", "prevention", "leisure"),
    ("Intégration dans la cité canari", "inclusion", "citizenship"),
)


class Observation(Browsed):
    """From what is observed to what is done."""

    def need(self, title: str, **typed: Any) -> Need:
        data = {"title": title, "origin": "inhabitant", "urgency": "2", "seen_on": "2026-06-01"}
        answer = self.claire.post(f"{OBSERVATION}besoins/nouveau/", {**data, **typed})
        self.assertEqual(answer.status_code, 302)
        return Need.objects.get(title=title)

    def test_a_population_a_priority_its_way_an_action_of_several_sectors(self) -> None:
        """000-11, 000-23, 001-03: four priorities on three ways, each with its action."""
        decision = made.decision(self.council)
        self.sheet("Autre canari")
        axis = Axis.objects.get()
        for title, goal, theme in FIRST:
            need = self.need(f"Besoin {title}", publics=["age_16_25"], theme=theme)
            typed = {"title": title, "goal": goal, "decision": decision.pk}
            answer = self.claire.post(
                f"{OBSERVATION}priorites/retenir/",
                {**typed, "starts_on": "2026-06-02", "chosen": [need.pk]},
            )
            self.assertEqual(answer.status_code, 302, title)
            self.post(f"fiches/nouvelle/?besoin={need.pk}", axis=axis.pk, title=f"Fiche {title}")
            sheet = ActionSheet.objects.get(title=f"Fiche {title}")
            self.section(sheet, "politiques", theme_codes=[theme])
            partners = [
                {"role": "implementing", "name": name} for name in ("Secteur", "Bailleur", "GEM")
            ]
            self.type_lists(sheet, {"partners": partners})
            shown = words(self.tree(f"{OBSERVATION}besoins/{need.pk}/"))
            for said in (title, f"Fiche {title}", "16-25 ans", Theme(theme).label):
                self.assertIn(said, shown)
            self.assertNotIn("Autre canari", shown)
            who = self.lists(sheet)["Partenaires de mise en œuvre"]
            self.assertEqual(who, ["Secteur", "Bailleur", "GEM"])
        tree = self.tree(f"{OBSERVATION}priorites/")
        for goal in Goal:
            (section,) = tree.xpath(f"//section[h2='{goal.label.capitalize()}']")
            told = {words(one) for one in section.xpath(".//strong")}
            self.assertEqual(told, {title for title, way, _ in FIRST if way == goal})
        self.assertEqual(Priority.objects.count(), len(FIRST))

    def test_offer_and_need_compared_without_end(self) -> None:
        """000-08, 000-21, 004-10, 001-08: an observation that goes on, what it lacks, to the end.

        The need drawn from it waits on the committee's screen with where it comes from.
        """
        answer = self.claire.post(
            f"{OBSERVATION}diagnostics/nouveau/",
            {
                "title": "Diagnostic canari",
                "starts_on": "2025-01-01",
                "ends_on": "2025-12-31",
                "resources": "Offre canari",
                "gaps": "Écart canari",
                "is_continuous": "on",
                "methods": ["shared"],
            },
        )
        self.assertEqual(answer.status_code, 302)
        one = Diagnosis.objects.get()
        url = f"{OBSERVATION}diagnostics/{one.pk}/"
        shown = words(self.tree(url))
        text = flat(rows.pdf_text(self.claire.get(f"{url}diagnostic.pdf").content))
        for said in ("Offre canari", "Écart canari", "observation continue", "participatif"):
            self.assertIn(said, shown)
            self.assertIn(flat(said), text)
        self.need("Manque canari", origin="diagnosis", diagnosis=one.pk, urgency="1")
        self.assertIn("Manque canari", words(self.tree(url)))
        (line,) = self.tree(f"{OBSERVATION}synthese/").xpath(
            "//section[h2='Besoins à traiter']/ul[@class='linked']/li"
        )
        self.assertRegex(words(line), r"^Manque canari urgence forte Diagnostic, le 1er juin 2026")


class Assembly(Browsed):
    """What the assembly is shown."""

    def test_groups_axes_and_actions_are_shown_to_it(self) -> None:
        """001-04, 003-16: every group that met, every axis, the year and what comes next."""
        full_year(self.council)
        url = reverse("reports:slides_pdf", args=["confluences", YEAR])
        text = flat(rows.pdf_text(self.claire.get(url).content))
        for said in (
            f"Notre année {YEAR}",
            "Assemblée plénière",
            "Groupe 1 : logement",
            "Groupe 2 : logement",
            *(f"Axe {number}. Parcours {number}" for number in (1, 2, 3)),
            "2 actions réalisées sur 6",
            "Reprendre au printemps",
        ):
            self.assertIn(flat(said), text)


@override_settings(RELEASE_PUBLIC_KEY=PUBLIC_KEY)
class Ethics(CommittingTestCase):
    """What the steering committee reads of the rules of the commission."""

    def test_agreements_charter_and_incidents_are_read_by_the_committee(self) -> None:
        """001-11, 003-13: consent in bands, signatures and incidents, as published."""
        here = council("ethique")
        bundle = insert_all(here, "small")[-1].bundle
        elise = member(here, name="elise-ethique")
        url = reverse("observatory:trends", args=["ethique"])
        text = words(html.fromstring(elise.get(url).content.decode()))
        for line in bundle["institution"]:
            if line["element"] == "E-19":
                self.assertIn(f"{line['label']} {line['text']}", text)
        tables = [one for part in bundle["populations"] for one in part["tables"]]
        agreement = next(one for one in tables if one["id"] == "E-12-accord")
        published = [row for row in agreement["rows"] if "band" in row]
        self.assertGreater(len(published), 1)
        shown = text.partition(agreement["title"])[2]
        for row in published:
            low, high = row["band"]
            self.assertRegex(shown, rf"{row['label']} {low} à {high}\b")
        reader = member(here, "reader", name="rene-ethique")
        self.assertEqual(reader.get(url).status_code, 404)
