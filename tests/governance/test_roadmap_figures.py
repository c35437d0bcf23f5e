"""Indicators entered and counted, their bars; budgets, funders, what is not covered."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Post, PostFunding
from clsm_core.directory.models import Partnership
from clsm_core.governance.models import Attendance
from clsm_core.observatory.models import Diagnosis
from clsm_core.roadmap.actions import sheets, states
from clsm_core.roadmap.models import ActionSheet, BudgetLine, Funding, Indicator, IndicatorValue
from clsm_core.roadmap.presenters.charts import BASE as GROUND
from clsm_core.roadmap.presenters.charts import TOP, chart_of, span_of
from clsm_core.roadmap.queries import budget, computed
from clsm_core.roadmap.vocabulary import Computed
from tests.cases_of import TestCase
from tests.governance import governance_rows as governance
from tests.governance import roadmap_rows as rows
from tests.governance.council_people import council, member
from tests.governance.directory_rows import contact, organisation

BASE = "/conseils/metz/feuille-de-route/"
TODAY = dt.date(2026, 6, 15)


class Figures(TestCase):
    """A sheet of a roadmap in force since 2025."""

    def setUp(self) -> None:
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")
        self.roadmap = rows.roadmap(self.council, state="current", starts_on=dt.date(2025, 1, 1))
        self.sheet = rows.sheet(rows.axis(self.roadmap))

    def again(self) -> ActionSheet:
        return ActionSheet.objects.get(pk=self.sheet.pk)


class Values(Figures):
    """Values by year, typed and drawn."""

    def write(self, indicator: Indicator, **typed: Any) -> Any:
        url = f"{BASE}{self.sheet.pk}/chiffres/{indicator.pk}/"
        return governance.submit(self.claire, url, self.again(), **typed)

    def test_typed_drawn_and_taken_back(self) -> None:
        """000-18, D.1 (indicateur): a value a year, its comment, its bar, its line on paper."""
        one = rows.indicator(self.sheet, unit="canari-unité", target="canari-cible")
        self.write(one, year=2025, value="12,5", comment="canari-commentaire")
        self.write(one, year=2026, value="25", comment="")
        page = self.claire.get(f"{BASE}{self.sheet.pk}/chiffres/{one.pk}/")
        for words in ("12,5", "25", "canari-commentaire", "canari-unité", "canari-cible", "<svg"):
            self.assertContains(page, words)
        paper = self.claire.get(f"{BASE}{self.sheet.pk}/fiche-metz.pdf").content
        text = governance.pdf_text(paper).replace("\ufffe", "-")
        self.assertIn("2025:12,5–canaricommentaire", text.replace(" ", "").replace("-", ""))
        self.write(one, year=2025, value="13", comment="")
        self.assertEqual(IndicatorValue.objects.get(year=2025).value, 13)
        self.write(one, year=2025, value="", comment="")
        self.assertEqual(list(IndicatorValue.objects.values_list("year", flat=True)), [2026])
        # Taking the indicator away says what goes with it.
        away = f"{BASE}{self.sheet.pk}/listes/indicateurs/{one.pk}/retirer/"
        self.assertContains(self.claire.get(away), "Ses valeurs seront effacées : 2026.")

    def test_a_counted_indicator_is_not_typed(self) -> None:
        one = rows.indicator(self.sheet, mode="computed", computed="groups")
        self.assertEqual(self.write(one, year=2026, value="3").status_code, 404)
        with self.assertRaises(Refusal):
            sheets.write_value(indicator=one, year=2026, value=3)
        self.assertFalse(IndicatorValue.objects.exists())

    def test_what_is_counted_must_be_said(self) -> None:
        url = f"{BASE}{self.sheet.pk}/listes/indicateurs/ajouter/"
        typed = {"kind": "process", "label": "Groupes", "mode": "computed", "computed": ""}
        answer = governance.submit(self.claire, url, self.again(), **typed)
        self.assertContains(answer, "Choisissez ce que le service doit compter.")
        governance.submit(self.claire, url, self.again(), **{**typed, "computed": "groups"})
        self.assertEqual(Indicator.objects.get().computed, "groups")

    def test_bars_are_as_high_as_their_values(self) -> None:
        chart = chart_of("Essai", [(2025, Decimal(10), ""), (2026, Decimal(40), "")])
        assert chart is not None
        heights = [float(bar.height) for bar in chart.bars]
        self.assertEqual(heights[1], GROUND - TOP)
        self.assertAlmostEqual(heights[0] * 4, heights[1], delta=0.3)
        self.assertEqual(chart.words, "Essai. 2025 : 10, 2026 : 40")
        self.assertIsNone(chart_of("Essai", []))
        zero = chart_of("Essai", [(2025, Decimal(0), "")])
        assert zero is not None
        self.assertEqual(zero.bars[0].height, "0.0")

    def test_days_are_placed_on_the_period(self) -> None:
        first, last = dt.date(2026, 1, 1), dt.date(2026, 4, 10)
        self.assertEqual(span_of(first, last, first, last), ("0.00", "100.00"))
        self.assertEqual(
            span_of(first, last, dt.date(2026, 1, 11), dt.date(2026, 1, 20)), ("10.00", "10.00")
        )
        self.assertEqual(span_of(first, last, None, dt.date(2030, 1, 1)), ("0.00", "100.00"))


class Counted(Figures):
    """D.5, each count against rows written for it."""

    def count(self, code: str, year: int = 2025) -> computed.Count:
        return computed.count(code, self.council, year, TODAY)

    def test_meetings_people_and_organisations(self) -> None:
        """000-20, 004-13, 004-20: held meetings of the year, each person and structure once."""
        plenary = governance.body(self.council, "plenary")
        held = [governance.meeting(plenary, dt.date(2025, 3, day)) for day in (3, 17)]
        governance.meeting(plenary, dt.date(2024, 3, 3))
        gem = organisation(self.council, "GEM", "users")
        user = contact(self.council, "Usager", "users", gem, job_title="présidente")
        nurse = contact(self.council, "Infirmière", "psychiatry")
        for one, who, presence in (
            (held[0], user, "on_site"),
            (held[1], user, "excused"),
            (held[0], nurse, "remote"),
        ):
            Attendance.objects.create(meeting=one, contact=who, presence=presence)
        steering = 1  # The decision that put the roadmap in force was taken in one.
        self.assertEqual(self.count("meetings").value, 2 + steering)
        self.assertIn("assemblée plénière : 2", self.count("meetings").how)
        self.assertEqual(self.count("people").value, 2)
        self.assertIn("présidente", self.count("people").how)
        self.assertEqual(self.count("organisations").value, 1)
        self.assertEqual(self.count("users_rate").value, 50)
        self.assertEqual(self.count("carers_rate").how, "personne n’était convoqué")
        self.assertEqual(self.count("meetings", 2023).value, 0)

    def test_representative_committee(self) -> None:
        """000-19, D-02: the four colleges, today; the missing one is named."""
        steering = governance.Body.objects.get(council=self.council, kind="steering")
        for college in ("elected", "psychiatry", "users"):
            governance.mandate(steering, contact(self.council, college, college), college=college)
        self.assertEqual(self.count("steering_exists").value, 0)
        self.assertIn("aidants", self.count("steering_exists").how)
        governance.mandate(steering, contact(self.council, "carers", "carers"), college="carers")
        self.assertEqual(self.count("steering_exists").value, 1)

    def test_groups_partnerships_diagnoses_and_post(self) -> None:
        """000-21, 000-24, 000-25: those that run in the year."""
        governance.group(self.council, "Logement")
        for nature in ("convention", "informal"):
            Partnership.objects.create(
                council=self.council, nature=nature, subject="x", starts_on=dt.date(2025, 2, 1)
            )
        Diagnosis.objects.create(
            council=self.council,
            title="État des lieux",
            starts_on=dt.date(2025, 1, 1),
            ends_on=dt.date(2025, 12, 31),
        )
        Post.objects.create(
            council=self.council,
            holder="x",
            employer="municipality",
            employer_name="x",
            contract="x",
            time_percent=80,
            starts_on=dt.date(2025, 1, 1),
        )
        self.assertEqual(self.count("groups").value, 1)
        self.assertEqual(self.count("partnerships").how, "convention : 1")
        self.assertEqual(self.count("diagnoses").value, 1)
        self.assertEqual(self.count("coordination").value, Decimal("0.8"))
        for code in ("groups", "partnerships", "diagnoses", "coordination"):
            self.assertEqual(self.count(code, 2024).value, 0, code)

    def test_actions_and_themes(self) -> None:
        """000-22, 000-23, 004-20: done over planned, what was put off included; active themes."""
        axis = self.sheet.axis
        for title, to, themes in (
            ("Une", "done", ["housing", "sism"]),
            ("Deux", "ongoing", ["housing"]),
            ("Trois", "validated", ["work"]),
        ):
            rows.validated(rows.sheet(axis, title=title, theme_codes=themes), to=to)
        put_off = rows.validated(rows.sheet(axis, title="Quatre", theme_codes=["rights"]))
        states.move(sheet=put_off, to="postponed")
        self.assertEqual(self.count("actions_done"), (1, "sur 4 actions prévues"))
        self.assertEqual(self.count("actions_planned").value, 4)
        self.assertEqual(self.count("themes").value, 3)

    def test_every_count_answers_and_keeps_to_its_council(self) -> None:
        other = council("autre", "Autre")
        rows.validated(rows.sheet(rows.axis(rows.roadmap(other, state="current"))), to="done")
        governance.group(other, "Ailleurs")
        for code in Computed.values:
            one = rows.indicator(self.again(), code, mode="computed", computed=code)
            page = self.claire.get(f"{BASE}{self.sheet.pk}/chiffres/{one.pk}/")
            self.assertEqual(page.status_code, 200, code)
            if code not in ("meetings",):
                self.assertEqual(self.count(code, 2026).value, 0, code)


class Money(Figures):
    """What actions cost and who pays."""

    def test_totals_by_year_and_what_is_not_covered(self) -> None:
        """000-26, 000-27, 001-12, 004-17: by hand, on the sheet, the roadmap and on paper."""
        for line in (
            {
                "kind": "coordination",
                "label": "Poste",
                "year": 2026,
                "amount": 40_000,
                "spent": 39_000,
            },
            {"kind": "action", "label": "Salle", "year": 2026, "amount": "5000.50"},
            {"kind": "running", "label": "Site", "year": 2027, "amount": 100},
            {"kind": "time", "label": "Temps", "year": 2026, "amount": 3_000, "hours": 90},
            {"kind": "action", "label": "À chiffrer", "year": 2026},
        ):
            rows.line(self.again(), BudgetLine, **line)
        for line in (
            {"funder": "local_authority", "year": 2026, "amount": 10_000, "status": "paid"},
            {"funder": "ars", "year": 2026, "amount": 20_000, "status": "granted"},
            {"funder": "hospital", "year": 2026, "amount": 9_000, "status": "asked"},
            {"funder": "cpam", "year": 2026, "amount": 700, "status": "hoped"},
            {"funder": "region", "year": 2027, "amount": 500, "status": "paid"},
        ):
            rows.line(self.again(), Funding, **line)
        years = dict(budget.by_year(self.roadmap))
        one = years[2026]
        self.assertEqual((one.planned, one.spent), (Decimal("45000.50"), 39_000))
        self.assertEqual((one.time, one.hours, one.unpriced), (3_000, 90, 1))
        self.assertEqual((one.secured, one.expected), (30_000, 9_700))
        self.assertEqual(one.uncovered, Decimal("15000.50"))
        self.assertEqual(years[2027].uncovered, 0)
        page = self.claire.get(f"{BASE}feuilles/{self.roadmap.pk}/budget/")
        for words in (
            "45\u202f000,50\u00a0€",
            "15\u202f000,50\u00a0€",
            "Un budget n’est pas couvert",
            "90\u00a0h",
            "1 dépense sans montant",
        ):
            self.assertContains(page, words)
        self.assertContains(self.claire.get(f"{BASE}{self.sheet.pk}/"), "Budget non couvert")
        paper = self.claire.get(f"{BASE}feuilles/{self.roadmap.pk}/feuille-de-route.pdf").content
        self.assertIn("45\u202f000,50", governance.pdf_text(paper).replace("45 000", "45\u202f000"))

    def test_a_covered_budget_says_nothing(self) -> None:
        rows.line(self.again(), BudgetLine, kind="action", label="Salle", amount=100)
        rows.line(self.again(), Funding, funder="ars", amount=100, status="granted")
        for url in (f"{BASE}feuilles/{self.roadmap.pk}/budget/", f"{BASE}{self.sheet.pk}/"):
            self.assertNotContains(self.claire.get(url), "couvert</p>")
        self.assertEqual(budget.uncovered_sheets(self.roadmap), [])

    def test_three_funders_and_one_more(self) -> None:
        """D.6 criterion 7: the three pay for the post, and secured money stands beyond it."""
        post = Post.objects.create(
            council=self.council,
            holder="x",
            employer="municipality",
            employer_name="x",
            contract="x",
            time_percent=80,
            starts_on=dt.date(2025, 1, 1),
        )
        for funder in ("local_authority", "hospital"):
            PostFunding.objects.create(post=post, year=2026, funder=funder, amount=10)
        asked = rows.line(self.again(), Funding, funder="ars", year=2026, amount=5, status="asked")
        found = budget.tripartite(self.council, 2026)
        self.assertEqual((found.missing, found.beyond, found.is_met), (["ARS"], 0, False))
        kind = rows.KIND_BY_SLUG["financements"]
        sheets.edit_line(line=asked, kind=kind, values={"status": "granted"}, place=1)
        # What the agency gives for an action is beyond the post, and pays for no post.
        found = budget.tripartite(self.council, 2026)
        self.assertEqual((found.missing, found.beyond, found.is_met), (["ARS"], 5, False))
        PostFunding.objects.create(post=post, year=2026, funder="ars", amount=10)
        self.assertTrue(budget.tripartite(self.council, 2026).is_met)
        self.assertEqual(len(budget.tripartite(self.council, 2025).missing), 3)
        self.assertFalse(budget.tripartite(council("autre", "Autre"), 2026).is_met)

    def test_a_negative_amount_is_refused(self) -> None:
        url = f"{BASE}{self.sheet.pk}/listes/budget/ajouter/"
        typed = {"kind": "action", "label": "x", "amount": "-5"}
        self.assertEqual(
            governance.submit(self.claire, url, self.again(), **typed).status_code, 200
        )
        self.assertFalse(BudgetLine.objects.exists())
