"""From a proposal to a finished action; a roadmap put in force, renewed, over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.governance.models import Decision
from clsm_core.roadmap.actions import copying, plans, sheets, states
from clsm_core.roadmap.actions.rows import fill, keep
from clsm_core.roadmap.models import (
    ActionSheet,
    BudgetLine,
    Funding,
    Objective,
    Roadmap,
    SheetStatus,
    Step,
    YearReview,
)
from clsm_core.roadmap.queries.sheets import ways_from
from clsm_core.roadmap.shape import BY_SLUG, KIND_BY_SLUG
from deploy.demo import roadmaps as demo
from tests.cases_of import TestCase
from tests.governance import governance_rows as governance
from tests.governance import roadmap_rows as rows
from tests.governance.council_people import council, member

BASE = "/conseils/metz/feuille-de-route/"


class States(TestCase):
    """A proposed sheet in a roadmap in preparation."""

    def setUp(self) -> None:
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")
        self.roadmap = rows.roadmap(self.council)
        self.axis = rows.axis(self.roadmap)
        self.sheet = rows.sheet(self.axis)

    def again(self) -> ActionSheet:
        return ActionSheet.objects.get(pk=self.sheet.pk)

    def evaluated(self) -> ActionSheet:
        rows.indicator(self.sheet)
        return keep(fill(self.again(), {"evaluation_methods": ["yearly"]}))


class Validation(States):
    """D-04, at each of its edges."""

    def post(self, decision: Decision | None) -> Any:
        return governance.submit(
            self.claire,
            f"{BASE}{self.sheet.pk}/etat/",
            self.again(),
            status="validated",
            decision=decision.pk if decision else "",
            progress="",
        )

    def test_a_decision_an_indicator_and_a_method(self) -> None:
        """D-04, 001-10: each missing alone is refused with its words; all there, it passes."""
        decision = rows.decision(self.council)
        self.assertContains(self.post(decision), "au moins un indicateur et une méthode")
        rows.indicator(self.sheet)
        self.assertContains(self.post(decision), "il manque à la fiche : une méthode")
        keep(fill(self.again(), {"evaluation_method": "Questionnaire aux partenaires"}))
        self.assertContains(self.post(None), "Choisissez une décision du registre")
        self.assertEqual(self.again().status, "proposed")
        self.assertEqual(self.post(decision).status_code, 302)
        self.assertEqual((self.again().status, self.again().decision), ("validated", decision))
        page = self.claire.get(f"{BASE}{self.sheet.pk}/")
        self.assertContains(page, f"Décision {decision.code}")

    def test_the_decision_is_of_the_kind_of_the_committee_and_alive(self) -> None:
        """D-04: of kind action, of the steering committee, of this council, not dropped."""
        self.evaluated()
        plenary = governance.meeting(governance.body(self.council, "plenary"))
        dropped = rows.decision(self.council)
        dropped.state = "dropped"
        dropped.save()
        wrong = [
            rows.decision(self.council, "orientation"),
            governance.decision(plenary, kind="action"),
            dropped,
            rows.decision(council("autre", "Autre")),
        ]
        for decision in wrong:
            with self.subTest(kind=decision.kind):
                self.assertContains(self.post(decision), "Sélectionnez un choix valide")
                with self.assertRaises(Refusal):
                    states.move(sheet=self.again(), to="validated", decision=decision)
        self.assertEqual(self.post(rows.decision(self.council)).status_code, 302)

    def test_the_database_holds_it_too(self) -> None:
        for status in ("validated", "ongoing", "done"):
            with self.assertRaises(IntegrityError), transaction.atomic():
                ActionSheet.objects.filter(pk=self.sheet.pk).update(status=status)
        ActionSheet.objects.filter(pk=self.sheet.pk).update(status="postponed")

    def test_a_validated_action_keeps_what_validated_it(self) -> None:
        """D-04 goes on: neither its last indicator nor its method leaves."""
        sheet = rows.validated(self.sheet)
        line = sheet.indicator_lines.get()
        with self.assertRaises(Refusal):
            sheets.remove_line(line=line, kind=KIND_BY_SLUG["indicateurs"])
        values = {"evaluation_methods": [], "evaluation_method": " ", "follow_up": ""}
        with self.assertRaises(Refusal):
            sheets.edit(sheet=self.again(), section=BY_SLUG["suivi"], values=values)
        rows.indicator(self.again(), "Autre")
        sheets.remove_line(line=line, kind=KIND_BY_SLUG["indicateurs"])
        self.assertEqual(self.again().indicator_lines.count(), 1)

    def test_every_way_from_every_state(self) -> None:
        """The whole table of states, written by hand."""
        table = {
            ("proposed", False): {"validated", "postponed", "abandoned"},
            ("validated", True): {"ongoing", "postponed", "abandoned"},
            ("ongoing", True): {"done", "postponed", "abandoned"},
            ("done", True): {"ongoing"},
            ("postponed", False): {"proposed", "abandoned"},
            ("postponed", True): {"ongoing", "abandoned"},
            ("abandoned", True): {"proposed"},
            ("abandoned", False): {"proposed"},
        }
        decision = rows.decision(self.council)
        for (status, is_decided), allowed in table.items():
            sheet = ActionSheet(status=status, decision=decision if is_decided else None)
            self.assertEqual(set(ways_from(sheet)), allowed, (status, is_decided))
        self.assertEqual({status for status, _ in table}, set(SheetStatus.values))

    def test_progress_and_end(self) -> None:
        sheet = rows.validated(self.sheet, to="ongoing")
        url = f"{BASE}{sheet.pk}/etat/"
        governance.submit(self.claire, url, self.again(), status="done", progress=80)
        self.assertEqual((self.again().status, self.again().progress), ("done", 100))
        answer = governance.submit(self.claire, url, self.again(), status="validated")
        self.assertContains(answer, "Sélectionnez un choix valide")

    def test_an_abandoned_action_comes_back_as_a_proposal(self) -> None:
        sheet = rows.validated(self.sheet)
        states.move(sheet=sheet, to="abandoned")
        states.move(sheet=sheet, to="proposed")
        self.assertEqual((self.again().status, self.again().decision), ("proposed", None))


class Plans(States):
    """A roadmap from its preparation to its end."""

    def put(self, decision: Decision, **values: Any) -> Any:
        return governance.submit(
            self.claire,
            f"{BASE}feuilles/{self.roadmap.pk}/mettre-en-vigueur/",
            Roadmap.objects.get(pk=self.roadmap.pk),
            decision=decision.pk,
            **values,
        )

    def test_in_force_by_the_steering_committee(self) -> None:
        """D.1 (feuille de route): by a decision of the committee, of a kind that adopts."""
        plenary = governance.meeting(governance.body(self.council, "plenary"))
        for wrong in (
            governance.decision(plenary, kind="orientation"),
            rows.decision(self.council, "budget"),
            rows.decision(council("autre", "Autre")),
        ):
            self.assertContains(self.put(wrong), "Sélectionnez un choix valide")
            with self.assertRaises(Refusal):
                plans.put_in_force(roadmap=self.roadmap, decision=wrong)
        decision = rows.decision(self.council, "orientation")
        self.assertEqual(self.put(decision).status_code, 302)
        self.roadmap.refresh_from_db()
        self.assertEqual((self.roadmap.state, self.roadmap.decision), ("current", decision))
        self.assertContains(self.claire.get(BASE), f"décision {decision.code}")

    def test_ready_sheets_are_validated_with_it(self) -> None:
        """D-04 once for a whole roadmap: those that lack something stay proposals."""
        self.evaluated()
        bare = rows.sheet(self.axis, title="Nue")
        decision = rows.decision(self.council)
        self.put(decision, validates_sheets="on")
        self.assertEqual((self.again().status, self.again().decision), ("validated", decision))
        self.assertEqual(ActionSheet.objects.get(pk=bare.pk).status, "proposed")

    def test_one_in_force_at_a_time(self) -> None:
        self.put(rows.decision(self.council))
        other = rows.roadmap(self.council, title="Autre")
        with self.assertRaises(Refusal):
            plans.put_in_force(roadmap=other, decision=rows.decision(self.council))
        with self.assertRaises(IntegrityError), transaction.atomic():
            Roadmap.objects.filter(pk=other.pk).update(
                state="current", decision=rows.decision(self.council)
            )

    def renewal(self) -> Roadmap:
        return copying.renew(
            roadmap=Roadmap.objects.get(pk=self.roadmap.pk),
            values={
                "title": "Suite",
                "starts_on": dt.date(2029, 1, 1),
                "ends_on": dt.date(2029, 12, 31),
            },
        )

    def test_renewal_copies_what_goes_on(self) -> None:
        """Axes, objectives and unfinished sheets, chained; figures and reviews stay behind."""
        above = plans.add_strategic(axis=self.axis, values={"text": "Haut"})
        below = plans.add_specific(strategic=above, values={"text": "Bas"})
        keep(fill(self.again(), {"objective": below, "context": "Contexte", "progress": 40}))
        rows.line(self.again(), Objective, text="Objectif", group="animation")
        rows.line(self.again(), Step, text="Étape", done_on=dt.date(2026, 5, 1))
        rows.line(self.again(), BudgetLine, kind="action", label="Salle", amount=10, spent=9)
        rows.line(self.again(), Funding, funder="ars", amount=10, status="paid")
        rows.indicator(self.again(), "Suivi", values={2026: 4})
        sheets.write_review(review=YearReview(sheet=self.again()), values={"year": 2026})
        done = rows.sheet(self.axis, title="Finie")
        self.put(rows.decision(self.council))
        rows.validated(done, to="done")
        rows.validated(self.again())
        made = self.renewal()
        (new,) = ActionSheet.objects.filter(axis__roadmap=made)
        self.assertEqual((new.title, new.context), (self.sheet.title, "Contexte"))
        self.assertEqual((new.status, new.decision, new.progress), ("proposed", None, 0))
        self.assertEqual((new.chained_with, new.code), (self.sheet, self.sheet.code))
        self.assertEqual((new.objective.text, new.objective.strategic.text), ("Bas", "Haut"))
        self.assertNotEqual(new.objective, below)
        self.assertEqual(new.objective_lines.get().text, "Objectif")
        self.assertIsNone(new.step_lines.get().done_on)
        self.assertIsNone(new.budgetline_lines.get().spent)
        self.assertEqual(new.funding_lines.get().status, "hoped")
        self.assertFalse(new.indicator_lines.get().values.exists())
        self.assertFalse(new.reviews.exists())
        self.assertEqual(self.again().indicator_lines.get().values.count(), 1)
        with self.assertRaises(Refusal):
            self.renewal()
        self.roadmap = made
        self.put(rows.decision(self.council))
        kept = dict(Roadmap.objects.values_list("title", "state"))
        self.assertEqual(kept, {"Feuille de route 2026-2028": "closed", "Suite": "current"})

    def test_a_roadmap_that_is_over_only_tells_what_became(self) -> None:
        """Renewed, never overwritten: structure refused, reviews and steps kept open."""
        self.put(rows.decision(self.council))
        closed = plans.close(roadmap=Roadmap.objects.get(pk=self.roadmap.pk))
        for url in (
            f"{BASE}feuilles/{closed.pk}/modifier/",
            f"{BASE}feuilles/{closed.pk}/axes/nouvel-axe/",
            f"{BASE}feuilles/{closed.pk}/importer/",
            f"{BASE}axes/{self.axis.pk}/",
            f"{BASE}{self.sheet.pk}/modifier/action/",
            f"{BASE}{self.sheet.pk}/listes/objectifs-operationnels/ajouter/",
        ):
            self.assertEqual(self.claire.get(url).status_code, 404, url)
        for url in ("modifier/bilan/", "bilans/nouveau/", "listes/etapes/ajouter/"):
            self.assertEqual(self.claire.get(f"{BASE}{self.sheet.pk}/{url}").status_code, 200, url)
        for act in (
            lambda: plans.edit(roadmap=closed, values={"title": "x"}),
            lambda: plans.add_axis(roadmap=closed, values={"number": 9, "title": "x"}),
            lambda: rows.sheet(self.axis.__class__.objects.get(pk=self.axis.pk)),
        ):
            with self.assertRaises(Refusal):
                act()

    def test_a_copy_begins_again(self) -> None:
        rows.line(self.sheet, Objective, text="Objectif")
        rows.validated(self.sheet)
        url = f"{BASE}{self.sheet.pk}/dupliquer/"
        self.claire.post(url, {"axis": self.axis.pk, "title": "Copie"})
        made = ActionSheet.objects.get(title="Copie")
        self.assertEqual((made.number, made.status, made.decision), (2, "proposed", None))
        self.assertEqual(made.objective_lines.get().text, "Objectif")
        self.assertIsNone(made.chained_with)

    def test_a_sheet_changes_axis(self) -> None:
        other = rows.axis(self.roadmap, 7, "Logement")
        rows.sheet(other)
        url = f"{BASE}{self.sheet.pk}/changer-d-axe/"
        self.claire.post(url, {"axis": other.pk, "version": self.sheet.version})
        self.assertEqual(self.again().code, "7.2")


class Reviews(States):
    """What became of an action, year by year."""

    def test_a_year_is_written_read_and_printed(self) -> None:
        """004-03, practice 4.2 (OSCARS): each field on the page and on paper; once a year."""
        typed = {
            "year": 2026,
            "done": "canari-réalisé",
            "gaps": "canari-écart",
            "prospects": "canari-perspective",
            "attendance": "canari-fréquentation",
            "strong_points": "canari-fort",
            "weak_points": "canari-faible",
        }
        url = f"{BASE}{self.sheet.pk}/bilans/nouveau/"
        self.assertEqual(self.claire.post(url, typed).status_code, 302)
        page = self.claire.get(f"{BASE}{self.sheet.pk}/")
        papers = {
            layout: governance.pdf_text(
                self.claire.get(f"{BASE}{self.sheet.pk}/fiche-{layout}.pdf").content
            ).replace("\ufffe", "-")
            for layout in ("terres", "metz", "cnra")
        }
        for words in list(typed.values())[1:]:
            self.assertContains(page, words)
            for text in papers.values():
                self.assertIn(words, text)
        self.assertContains(self.claire.post(url, typed), "Cette année a déjà son bilan.")
        review = YearReview.objects.get()
        edit = f"{BASE}{self.sheet.pk}/bilans/{review.pk}/"
        governance.submit(self.claire, edit, review, **{**typed, "done": "corrigé"})
        review.refresh_from_db()
        self.assertEqual(review.done, "corrigé")


class Demonstration(TestCase):
    """The roadmaps of the demonstration obey the rules like the others."""

    def test_both_go_from_proposed_to_under_way(self) -> None:
        for slug, is_metz in (("metz", True), ("terres", False)):
            here = council(slug, slug)
            proposed = demo.propose(here, is_metz=is_metz)
            self.assertEqual(proposed.status, "proposed")
            demo.decide(here, rows.decision(here))
            sheet = ActionSheet.objects.get(axis__council=here)
            self.assertEqual((sheet.status, sheet.progress), ("ongoing", 45))
            self.assertEqual(sheet.axis.roadmap.state, "current")
            browser = member(here, "reader", f"lea-{slug}")
            page = browser.get(f"/conseils/{slug}/feuille-de-route/{sheet.pk}/")
            self.assertContains(page, "un groupe de travail est ouvert")
