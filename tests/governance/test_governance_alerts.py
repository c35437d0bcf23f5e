"""What is missing in the bodies, how groups are born, what the national survey asks."""

from __future__ import annotations

import datetime as dt

from clsm_core.accounts.posting import Refusal
from clsm_core.directory.models import SURVEY_CATEGORIES
from clsm_core.governance.actions import bodies
from clsm_core.governance.models import Body, BodyMandate, CategoryInvitation
from clsm_core.governance.presenters.bodies import SURVEY_2018
from tests.governance import governance_rows as rows
from tests.governance.council_people import council
from tests.governance.test_governance_bodies import LIST, TODAY, Bodies


class Alerts(Bodies):
    """What is missing, in plain words; each alert goes when it is mended."""

    def alerts(self) -> str:
        return self.claire.get(LIST).content.decode()

    def test_three_bodies_are_asked_for(self) -> None:
        """002-05: a committee alone is not enough."""
        rows.body(self.council)
        page = self.alerts()
        self.assertIn("n’a pas d’assemblée plénière", page)
        self.assertIn("Aucun groupe de travail n’est ouvert", page)
        rows.body(self.council, "plenary")
        rows.group(self.council)
        page = self.alerts()
        self.assertNotIn("n’a pas d’assemblée plénière", page)
        self.assertNotIn("Aucun groupe de travail n’est ouvert", page)

    def test_once_a_year_at_least(self) -> None:
        """D-01, 003-13, 003-16: held or planned in the year; last year's does not count."""
        words = "aucune réunion tenue ni prévue en 2026"
        steering = rows.body(self.council)
        plenary = rows.body(self.council, "plenary")
        rows.meeting(plenary, dt.date(2025, 11, 3))
        page = self.alerts()
        self.assertEqual(page.count(words), 2)
        self.assertIn("La dernière s’est tenue le 3 novembre 2025.", page)
        rows.meeting(plenary, dt.date(2026, 11, 3), "planned")
        rows.meeting(steering, dt.date(2026, 9, 3), "cancelled")
        self.assertEqual(self.alerts().count(words), 1)
        rows.meeting(steering, dt.date(2026, 2, 3))
        self.assertNotIn(words, self.alerts())

    def test_colleges_of_the_committee(self) -> None:
        """D-02, 000-19, 001-02, 001-07, 002-02: four colleges and the coordination."""
        steering = rows.body(self.council)
        names = {
            "elected": "élus",
            "psychiatry": "psychiatrie",
            "users": "personnes concernées, usagers",
            "carers": "aidants, familles",
        }
        for college, label in names.items():
            self.assertIn(f"aucun membre du collège « {label} »", self.alerts())
            rows.mandate(steering, rows.contact(self.council, college, college))
            self.assertNotIn(f"aucun membre du collège « {label} »", self.alerts())
        self.assertIn("la coordination n’y siège pas", self.alerts())
        rows.mandate(steering, rows.linked(self.claire, rows.contact(self.council, "Claire")))
        self.assertNotIn("la coordination n’y siège pas", self.alerts())

    def test_a_substitute_does_not_make_a_college(self) -> None:
        """D-02: who stands in for somebody of another college does not count."""
        steering = rows.body(self.council)
        titular = rows.mandate(steering, rows.contact(self.council, "Titulaire", "elected"))
        rows.mandate(
            steering,
            rows.contact(self.council, "Suppléante", "carers"),
            quality="substitute",
            stands_in_for=titular,
        )
        page = self.alerts()
        self.assertIn("« aidants, familles »", page)
        self.assertNotIn("« élus »", page)

    def test_presidency(self) -> None:
        """001-06: the committee is presided."""
        steering = rows.body(self.council)
        self.assertIn("Comité de pilotage : aucune présidence", self.alerts())
        rows.mandate(steering, role="president")
        self.assertNotIn("Comité de pilotage : aucune présidence", self.alerts())

    def test_a_group_has_a_referent(self) -> None:
        """D-03: the alert comes when the last referent leaves."""
        group = rows.group(self.council, "Logement")
        self.assertNotIn("Logement : aucun référent", self.alerts())
        seat = BodyMandate.objects.get(body=group)
        seat.ends_on = TODAY - dt.timedelta(days=1)
        seat.save()
        self.assertIn("Logement : aucun référent", self.alerts())
        self.assertContains(self.claire.get(self.url(group)), "Logement : aucun référent")

    def test_years_of_meetings(self) -> None:
        """000-20, 003-13: held this year against planned; cancelled ones count for nothing."""
        steering = rows.body(self.council, meetings_per_year=4)
        rows.meeting(steering, dt.date(2026, 1, 20))
        rows.meeting(steering, dt.date(2026, 4, 20))
        rows.meeting(steering, dt.date(2025, 4, 20))
        rows.meeting(steering, dt.date(2026, 5, 20), "cancelled")
        rows.meeting(steering, dt.date(2026, 9, 21), "convened")
        page = self.claire.get(LIST)
        self.assertContains(page, "2 sur 4")
        self.assertContains(page, "20 avr. 2026")
        self.assertContains(page, "21 sept. 2026")


class Groups(Bodies):
    """D-03, 000-07, 000-25, 001-05: a working group is born of a decision."""

    def setUp(self) -> None:
        super().setUp()
        self.steering = rows.body(self.council)
        self.referent = rows.contact(self.council, "Référente")

    def create(self, founding: object, **typed: object) -> object:
        return rows.submit(
            self.claire,
            f"{LIST}groupe/",
            **{
                "decision": getattr(founding, "pk", founding),
                "name": "Groupe logement",
                "group_kind": "project",
                "theme": "logement et habitat",
                "referents": [self.referent.pk],
                "starts_on": "2025-06-01",
                "meetings_per_year": 4,
                "quorum_percent": 0,
                **typed,
            },
        )

    def test_without_a_decision_the_page_says_what_to_do(self) -> None:
        page = self.claire.get(f"{LIST}groupe/")
        self.assertContains(page, "Il faut d’abord une décision")

    def test_a_group_is_created_once_by_its_decision(self) -> None:
        """Works; the same decision does not found a second one."""
        founding = rows.decision(rows.meeting(self.steering), kind="new_group")
        self.assertEqual(self.create(founding).status_code, 302)
        group = Body.objects.get(kind="working_group")
        self.assertEqual(group.created_by, founding)
        page = self.claire.get(self.url(group))
        for shown in (founding.code, "par projet", "logement et habitat", "Référente"):
            self.assertContains(page, shown)
        self.assertContains(self.create(founding, name="Autre groupe"), "Sélectionnez un choix")
        self.assertEqual(Body.objects.filter(kind="working_group").count(), 1)

    def test_only_the_committee_founds(self) -> None:
        """Another body, another kind, another council, a dropped one: refused."""
        plenary = rows.body(self.council, "plenary")
        meeting = rows.meeting(self.steering)
        elsewhere = rows.body(council("autre", "Autre"))
        for wrong in (
            rows.decision(rows.meeting(plenary), kind="new_group"),
            rows.decision(meeting, kind="orientation"),
            rows.decision(rows.meeting(elsewhere), kind="new_group"),
            rows.decision(meeting, kind="new_group", state="dropped"),
        ):
            self.assertEqual(self.create(wrong).status_code, 200)
            with self.assertRaises(Refusal):
                bodies.create_group(
                    council=self.council,
                    decision=wrong,
                    referents=[self.referent],
                    starts_on=TODAY,
                    values={"name": "Groupe"},
                )
        self.assertFalse(Body.objects.filter(kind="working_group").exists())

    def test_a_referent_is_needed_and_is_of_the_council(self) -> None:
        founding = rows.decision(rows.meeting(self.steering), kind="new_group")
        foreign = rows.contact(council("autre", "Autre"), "Étrangère")
        self.assertEqual(self.create(founding, referents=[]).status_code, 200)
        self.assertEqual(self.create(founding, referents=[foreign.pk]).status_code, 200)
        early = self.create(founding, starts_on="2025-01-01")
        self.assertContains(early, "avant sa décision")
        self.assertFalse(Body.objects.filter(kind="working_group").exists())
        self.assertEqual(self.create(founding).status_code, 302)

    def test_no_other_door_opens_a_group(self) -> None:
        answer = rows.submit(
            self.claire,
            f"{LIST}ouvrir/",
            kind="working_group",
            name="Groupe",
            meetings_per_year=1,
            quorum_percent=0,
            starts_on="2025-01-01",
        )
        self.assertEqual(answer.status_code, 200)
        with self.assertRaises(Refusal):
            bodies.create(
                council=self.council, kind="working_group", starts_on=TODAY, values={"name": "G"}
            )


class Categories(Bodies):
    """003-14: 25 categories, four answers, participation rates."""

    def test_the_form_keeps_each_answer(self) -> None:
        steering = rows.body(self.council)
        answers = ["member", "not_member", "not_invited", "unanswered"]
        typed = {one.value: answers[rank % 4] for rank, one in enumerate(SURVEY_CATEGORIES)}
        self.assertEqual(len(typed), 25)
        done = rows.submit(self.claire, self.url(steering, "categories/"), steering, **typed)
        self.assertRedirects(done, self.url(steering))
        kept = dict(CategoryInvitation.objects.values_list("category", "status"))
        for category, status in typed.items():
            self.assertEqual(kept.get(category, "unanswered"), status)
        page = self.claire.get(self.url(steering))
        self.assertContains(page, "7 sur 25")
        self.assertContains(page, "7 sur 13 (54\u00a0%)")
        self.assertContains(page, "95\u00a0%")

    def test_a_second_answer_replaces_the_first(self) -> None:
        steering = rows.body(self.council)
        typed = {one.value: "member" for one in SURVEY_CATEGORIES}
        url = self.url(steering, "categories/")
        rows.submit(self.claire, url, steering, **typed)
        steering.refresh_from_db()
        rows.submit(self.claire, url, steering, **{**typed, "ars": "not_invited"})
        self.assertEqual(CategoryInvitation.objects.filter(body=steering).count(), 25)
        self.assertEqual(CategoryInvitation.objects.get(category="ars").status, "not_invited")

    def test_the_national_figures_are_whole(self) -> None:
        """One figure a category, as the chart of the survey gives them."""
        for figures in SURVEY_2018.values():
            self.assertEqual(len(figures.split()), len(SURVEY_CATEGORIES))
