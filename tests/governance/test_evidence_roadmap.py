"""Elements of the founding documents on actions: typed through the page, read where asked.

docs/couverture.csv names these tests where a test of one page alone would say too little.
"""

from __future__ import annotations

from typing import Any

from lxml import html

from clsm_core.council.models import PostFunding
from clsm_core.roadmap.models import ActionSheet, Axis, Duration, Roadmap
from clsm_core.roadmap.vocabulary import (
    Determinant,
    EvaluationMethod,
    Extent,
    Policy,
    Public,
    Theme,
)
from tests.governance.test_council_post import a_post
from tests.governance.test_roadmap_founding import BASE, Typed, flat

# 001-14: what the method sheet names, and the theme where it stands here.
METHOD_SHEET = {
    "enfants": "children",
    "adolescents": "adolescents",
    "personnes âgées": "older",
    "travail": "work",
    "parentalité": "parenting",
    "sensibilisation, information": "awareness",
    "logement, habitat": "housing",
    "prévention du suicide": "suicide",
    "soins sans consentement": "involuntary_care",
    "accès aux soins": "care_access",
    "formation": "cross_training",
    "addictions": "addictions",
    "inégalités": "inequalities",
    "précarité": "precarity",
}


def words(node: Any) -> str:
    """Return the words of a piece of a page, with plain spaces."""
    return " ".join(node.text_content().split())


class Browsed(Typed):
    """Pages read as trees, a sheet to write."""

    def sheet(self, title: str = "Fiche canari") -> ActionSheet:
        return self.type_sheet(7, "Axe canari", 4, title)

    def section(self, sheet: ActionSheet, slug: str, **typed: Any) -> None:
        sheet.refresh_from_db()
        self.post(f"{sheet.pk}/modifier/{slug}/", version=sheet.version, **typed)

    def tree(self, url: str) -> Any:
        answer = self.claire.get(url)
        self.assertEqual(answer.status_code, 200, url)
        return html.fromstring(answer.content.decode())

    def facts(self, sheet: ActionSheet) -> dict[str, str]:
        pairs = self.tree(f"{BASE}{sheet.pk}/").xpath("//dl[contains(@class,'facts')]/div")
        return {words(pair.find("dt")): words(pair.find("dd")) for pair in pairs}

    def lists(self, sheet: ActionSheet) -> dict[str, list[str]]:
        found = {}
        for title in self.tree(f"{BASE}{sheet.pk}/").xpath("//main//h3|//aside//h3"):
            following = title.getnext()
            if following is not None and following.tag == "ul":
                found[words(title)] = [words(item) for item in following.iter("li")]
        return found

    def table(self, url: str, caption: str) -> list[list[str]]:
        for table in self.tree(url).xpath("//table"):
            if words(table.find("caption")) == caption:
                return [
                    [words(cell) for cell in row.xpath("th|td")] for row in table.xpath("tbody/tr")
                ]
        raise AssertionError(caption)


class Sheets(Browsed):
    """What a sheet says, on its page and on paper."""

    def test_axis_code_title_and_objective_stand_on_every_paper(self) -> None:
        """000-01, 000-02, 000-03, 004-01: on the page, in the axis's table, in the three papers."""
        sheet = self.sheet("Titre canari")
        self.section(sheet, "objectifs", strategic_objective="Stratégique canari")
        page = self.page(sheet)
        plan = self.table(f"{BASE}feuilles/{Roadmap.objects.get().pk}/", "Fiches-action de l’axe")
        self.assertEqual(plan[0][0], "7.4 Titre canari")
        for said in ("Axe 7 — Axe canari", "Fiche-action 7.4 — Titre canari", "Stratégique canari"):
            self.assertIn(flat(said), page)
        for layout in ("terres", "metz", "cnra"):
            text = self.paper(sheet, layout)
            for said in (
                "Axe stratégique 7 — Axe canari",
                "Fiche-action 7.4 — Titre canari",
                "Stratégique canari",
            ):
                self.assertIn(flat(said), text, layout)

    def test_each_role_says_who(self) -> None:
        """000-12, 000-13, 004-02: carrier, pilot and partners apart, on the page and on paper."""
        sheet = self.sheet()
        roles = {"carrier": "Hôpital", "pilot": "Conseil", "implementing": "Ville"}
        roles["associated"] = "Agence"
        lines = [{"role": role, "name": f"{name} canari"} for role, name in roles.items()]
        self.type_lists(sheet, {"partners": lines})
        shown = self.lists(sheet)
        self.assertEqual(shown["Porteur"], ["Hôpital canari"])
        self.assertEqual(shown["Pilotes"], ["Conseil canari"])
        self.assertEqual(shown["Partenaires de mise en œuvre"], ["Ville canari"])
        self.assertEqual(shown["Partenaires à mobiliser, associés"], ["Agence canari"])
        text = self.paper(sheet, "metz")
        for said in (
            "Porteur Hôpital canari",
            "Pilote de la fiche Conseil canari",
            "Partenaires principaux Ville canari Agence canari",
        ):
            self.assertIn(flat(said), text.replace("–", ""))

    def test_what_exists_and_what_is_new_in_each_group(self) -> None:
        """004-05, 004-06, 000-06: the six ways, each said on the page and under its title."""
        sheet = self.sheet()
        natures = {"existing": "Action existante à renforcer", "new": "Nouvelle action"}
        groups = {
            "animation": "Animation",
            "acquaintance": "Interconnaissance",
            "coordination": "Coordination",
        }
        ways = [(nature, group) for nature in natures for group in groups]
        self.type_lists(
            sheet,
            {
                "activities": [
                    {"nature": nature, "group": group, "text": f"canari {nature} {group}"}
                    for nature, group in ways
                ]
            },
        )
        shown, text = self.lists(sheet)["Ce qui est prévu"], self.paper(sheet, "metz")
        for (nature, group), line in zip(ways, shown, strict=True):
            said = f"{natures[nature].lower()} · {groups[group].lower()}"
            self.assertEqual(line, f"canari {nature} {group} — {said}")
            printed = f"{natures[nature]} – {groups[group]} canari {nature} {group}"
            self.assertIn(flat(printed), text)

    def test_closed_lists_keep_each_answer_and_no_other(self) -> None:
        """000-14, 004-15, 004-16, 004-18, 004-19, 001-10: one answer, then all of them."""
        sheet = self.sheet()
        for section, name, choices, fact in (
            ("territoire", "extents", Extent, "Territoires"),
            ("politiques", "determinants", Determinant, "Déterminants de santé visés"),
            ("politiques", "policies", Policy, "Politiques publiques concernées"),
        ):
            for codes in (choices.values[:1], choices.values):
                self.section(sheet, section, **{name: codes})
                labels = ", ".join(str(choices(code).label) for code in codes)
                self.assertEqual(self.facts(sheet)[fact], labels)
                self.assertIn(flat(labels), self.paper(sheet, "metz"))
        for codes in (Public.values[:1], Public.values):
            self.section(sheet, "public", publics=codes)
            said = ", ".join(str(Public(code).label) for code in codes)
            told = self.tree(f"{BASE}{sheet.pk}/").xpath("//section[@id='publics']/p")[0]
            self.assertEqual(words(told), said)
            self.assertIn(flat(said), self.paper(sheet, "terres"))
        for codes in (EvaluationMethod.values[1:2], EvaluationMethod.values):
            self.section(sheet, "suivi", evaluation_methods=codes)
            said = ", ".join(str(EvaluationMethod(code).label) for code in codes)
            self.assertIn(flat(f"Méthode d’évaluation {said}"), self.page(sheet))
            self.assertIn(flat(f"Méthode d’évaluation {said}"), self.paper(sheet, "metz"))

    def test_durations_and_both_questions(self) -> None:
        """000-17, 004-14, 004-23, 004-24: each duration; yes, no, and nothing said."""
        sheet = self.sheet()
        for duration in Duration:
            self.section(
                sheet, "calendrier", duration=duration.value, schedule="Durée du CLS canari"
            )
            self.assertEqual(self.facts(sheet)["Durée"], duration.label)
            text = self.paper(sheet, "metz")
            self.assertIn(flat(f"Action {duration.label} Durée du CLS canari"), text)
        titles = ("Vise les inégalités sociales de santé", "Démarche participative")
        shown = self.facts(sheet)
        self.assertEqual([shown[title] for title in titles], ["non renseigné"] * 2)
        for answers in (("true", "false"), ("false", "true")):
            typed = dict(zip(("targets_inequalities", "is_participatory"), answers, strict=True))
            self.section(sheet, "demarche", **typed)
            shown, text = self.facts(sheet), self.paper(sheet, "metz")
            for title, answer in zip(titles, answers, strict=True):
                said = {"true": "oui", "false": "non"}[answer]
                self.assertEqual(shown[title], said)
                self.assertIn(flat(f"{title} {said}"), text)

    def test_money_line_by_line_and_added_up(self) -> None:
        """000-26, 000-27, 004-17: expenses, given time and each funder, then what is to find."""
        sheet = self.sheet()
        self.type_lists(
            sheet,
            {
                "budget": [
                    {"kind": "action", "label": "Matériel", "year": 2026, "amount": "3000"},
                    {"kind": "action", "label": "Hébergement", "year": 2026, "amount": "2000"},
                    {"kind": "time", "label": "Temps", "year": 2026, "hours": 40, "amount": "1500"},
                ],
                "fundings": [
                    {"funder": "ars", "year": 2026, "amount": "1000", "status": "asked"},
                    {"funder": "common_law", "label": "Poste", "status": "hoped"},
                    {"funder": "cpam", "year": 2026, "amount": "700", "status": "granted"},
                ],
            },
        )
        url = f"{BASE}{sheet.pk}/"
        spent = self.table(url, "Budget prévisionnel")
        self.assertEqual(
            spent,
            [
                ["Matériel", "action", "2026", "3 000 €", "—"],
                ["Hébergement", "action", "2026", "2 000 €", "—"],
                ["Temps", "valorisation du temps · 40 h", "2026", "1 500 €", "—"],
            ],
        )
        funded = self.table(url, "Financements mobilisables")
        self.assertEqual(
            funded,
            [
                ["ARS", "—", "2026", "demandé", "1 000 €"],
                ["droit commun", "Poste", "—", "pressenti", "non chiffré"],
                ["CPAM", "—", "2026", "notifié", "700 €"],
            ],
        )
        facts = self.facts(sheet)
        self.assertEqual(facts["Dépenses prévues"], "5 000 €")
        self.assertEqual(facts["Financements demandés"], "1 000 €")
        self.assertEqual(facts["Reste à couvrir"], "4 300 €")
        self.assertEqual(facts["Temps valorisé"], "1 500 € (40 h)")
        text = self.paper(sheet, "terres")
        for line in (*spent, *funded):
            self.assertIn(flat("".join(line)), text)

    def test_each_theme_is_typed_found_and_crossed(self) -> None:
        """001-14, 003-18: the survey's 23; an action has several, a theme several actions."""
        self.assertEqual(len(Theme), 23)
        for said, code in METHOD_SHEET.items():
            self.assertIn(said, Theme(code).label)
        sheet = self.sheet("Toutes canari")
        self.section(sheet, "politiques", theme_codes=Theme.values)
        self.post("fiches/nouvelle/", axis=Axis.objects.get().pk, number=5, title="Deux canari")
        other = ActionSheet.objects.get(title="Deux canari")
        self.section(other, "politiques", theme_codes=["housing", "sism"])
        labels = [str(one.label) for one in Theme]
        self.assertEqual(self.facts(sheet)["Thématiques"], ", ".join(labels))
        self.assertIn(flat("".join(labels)), self.paper(sheet, "cnra"))
        url = f"{BASE}feuilles/{Roadmap.objects.get().pk}/fiches/?theme="
        for theme in Theme:
            found = [row[0] for row in self.table(f"{url}{theme.value}", "Fiches-action")]
            both = theme.value in ("housing", "sism")
            self.assertEqual(found, ["7.4 Toutes canari", *(["7.5 Deux canari"] if both else [])])

    def test_the_three_funders_are_said_year_by_year(self) -> None:
        """002-07: who is missing for the post, and beyond it, until nobody is."""
        post = a_post(self.council)
        PostFunding.objects.create(post=post, year=2026, funder="local_authority", amount=9)
        sheet = self.sheet()
        line = {"year": 2026, "amount": "5", "status": "paid"}
        self.type_lists(sheet, {"fundings": [{"funder": "hospital", **line, "status": "asked"}]})
        url = f"{BASE}feuilles/{Roadmap.objects.get().pk}/budget/"
        text = words(self.tree(url))
        missing = "hôpital, pôle de psychiatrie, ARS, un autre financement"
        self.assertIn(f"pas encore tripartite il manque : {missing}", text)
        self.assertIn("collectivité : 9 €", text)
        for funder in ("hospital", "ars"):
            PostFunding.objects.create(post=post, year=2026, funder=funder, amount=9)
        self.type_lists(sheet, {"fundings": [{"funder": "region", **line}]})
        text = words(self.tree(url))
        self.assertNotIn("pas encore tripartite", text)
        self.assertIn("financement tripartite", text)
