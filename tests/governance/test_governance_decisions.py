"""Decisions: recorded under a number, corrected until the minutes are validated, followed."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from unittest import mock

from django.db import connections

from clsm_core.accounts.posting import Refusal
from clsm_core.governance.actions import decisions
from clsm_core.governance.models import AgendaPoint, Decision, FollowUp
from tests.cases_of import CommittingTestCase, TestCase
from tests.governance import governance_rows as rows
from tests.governance.council_people import council, member

LIST = "/conseils/metz/decisions/"
TODAY = dt.date(2026, 6, 15)
NOW = dt.datetime(2026, 6, 15, 10, 0, tzinfo=rows.PARIS)
COUNTS = {"voters": 10, "in_favour": 6, "against": 3, "abstained": 1}


class Register(TestCase):
    """A council with a held meeting of its steering committee."""

    def setUp(self) -> None:
        for name in ("clsm_core.council.access.now", "clsm_core.governance.views.decisions.now"):
            self.enterContext(mock.patch(name, return_value=NOW))
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")
        self.body = rows.body(self.council)
        self.meeting = rows.meeting(self.body, dt.date(2026, 3, 12))
        self.new = f"{LIST}inscrire/{self.meeting.pk}/"

    def typed(self, **values: object) -> dict[str, object]:
        return {
            "title": "Ouvrir une permanence",
            "kind": "orientation",
            "text": "",
            "point": "",
            "owner": "",
            "due_on": "",
            "state": "to_do",
            "rule": "",
            **values,
        }

    def url(self, one: Decision, more: str = "") -> str:
        return f"{LIST}{one.pk}/{more}"


class Recording(Register):
    """From a held meeting, under the next number of the year."""

    def test_all_that_is_typed_is_read_again(self) -> None:
        """D.1 décision: text, meeting, vote, owner, due; on the page and in the register."""
        owner = rows.contact(self.council, "Canari-responsable")
        point = AgendaPoint.objects.create(
            body=self.body, meeting=self.meeting, title="canari-point"
        )
        answer = rows.submit(
            self.claire,
            self.new,
            **self.typed(
                title="canari-intitulé",
                text="canari-texte",
                kind="budget",
                owner=owner.pk,
                point=point.pk,
                due_on="2026-12-24",
                rule="simple",
                is_secret="on",
                **COUNTS,
            ),
        )
        made = Decision.objects.get()
        self.assertRedirects(answer, self.url(made))
        self.assertEqual(made.code, "2026-01")
        page = self.claire.get(self.url(made))
        for shown in (
            "canari-intitulé",
            "canari-texte",
            "Canari-responsable",
            "canari-point",
            "budget",
            "12 mars 2026",
            "24 décembre 2026",
            "à bulletin secret",
            "adoptée : 6 pour, 3 contre sur 9 exprimées",
        ):
            self.assertContains(page, shown)
        text = rows.pdf_text(self.claire.get(f"{LIST}2026.pdf").content).replace("\ufffe", "-")
        for shown in ("canari-intitulé", "canari-texte", "Canari-responsable", "24 décembre 2026"):
            self.assertIn(shown, text)
        self.assertIn("6 pour, 3 contre, 1 abstention", text)

    def test_numbers_follow_the_year_of_the_meeting(self) -> None:
        """Without gap; each council and each year begins at one."""
        other = rows.meeting(rows.body(council("autre", "Autre")), dt.date(2026, 3, 1))
        last_year = rows.meeting(self.body, dt.date(2025, 12, 31))
        made = [
            rows.decision(one).code
            for one in (self.meeting, last_year, self.meeting, other, self.meeting)
        ]
        self.assertEqual(made, ["2026-01", "2025-01", "2026-02", "2026-01", "2026-03"])

    def test_a_refused_act_leaves_no_gap(self) -> None:
        with self.assertRaises(Refusal):
            rows.decision(self.meeting, voices={"rule": "simple", **COUNTS, "voters": 2})
        self.assertEqual(rows.decision(self.meeting).number, 1)

    def test_only_a_held_meeting_of_the_council_decides(self) -> None:
        """Planned, convened, cancelled, another council's: 404 and refused; control: held."""
        planned = rows.meeting(self.body, dt.date(2026, 9, 1), "planned")
        cancelled = rows.meeting(self.body, dt.date(2026, 2, 1), "cancelled")
        elsewhere = rows.meeting(rows.body(council("autre", "Autre")))
        for wrong in (planned, cancelled, elsewhere):
            url = f"{LIST}inscrire/{wrong.pk}/"
            self.assertEqual(self.claire.get(url).status_code, 404)
            self.assertEqual(rows.submit(self.claire, url, **self.typed()).status_code, 404)
        with self.assertRaises(Refusal):
            rows.decision(planned)
        self.assertEqual(self.claire.get(self.new).status_code, 200)

    def test_after_the_minutes_are_validated_nothing_is_added(self) -> None:
        """D-06: the register follows the minutes."""
        self.assertContains(self.claire.get(f"{LIST}inscrire/"), "12 mars 2026")
        rows.validated(self.meeting, rows.user_of(self.claire))
        self.assertEqual(self.claire.get(self.new).status_code, 404)
        self.assertNotContains(self.claire.get(f"{LIST}inscrire/"), "12 mars 2026")
        with self.assertRaises(Refusal):
            rows.decision(self.meeting)

    def test_ids_in_the_form_are_of_this_meeting_and_council(self) -> None:
        elsewhere = council("autre", "Autre")
        other_meeting = rows.meeting(self.body, dt.date(2026, 4, 1))
        point = AgendaPoint.objects.create(body=self.body, meeting=other_meeting, title="Ailleurs")
        for wrong in ({"owner": rows.contact(elsewhere, "X").pk}, {"point": point.pk}):
            answer = rows.submit(self.claire, self.new, **self.typed(**wrong))
            self.assertContains(answer, "Sélectionnez un choix")
        with self.assertRaises(Refusal):
            rows.decision(self.meeting, point=point)
        self.assertFalse(Decision.objects.exists())

    def test_posted_twice_makes_one(self) -> None:
        typed = self.typed(idempotency_key=str(uuid.uuid4()))
        self.assertEqual(rows.submit(self.claire, self.new, **typed).status_code, 302)
        self.assertEqual(rows.submit(self.claire, self.new, **typed).status_code, 302)
        self.assertEqual(Decision.objects.count(), 1)

    def test_a_point_is_prefilled(self) -> None:
        point = AgendaPoint.objects.create(body=self.body, meeting=self.meeting, title="Logement")
        page = self.claire.get(f"{self.new}?point={point.pk}")
        self.assertContains(page, f'<option value="{point.pk}" selected>')

    def test_voters_are_proposed(self) -> None:
        """Titulars with a voice on the day of the meeting."""
        rows.mandate(self.body, rows.contact(self.council, "Un"))
        rows.mandate(self.body, rows.contact(self.council, "Deux"), has_vote=False)
        rows.mandate(self.body, rows.contact(self.council, "Trois"), since=dt.date(2026, 4, 1))
        rows.mandate(self.body, rows.contact(self.council, "Quatre"))
        self.assertContains(self.claire.get(self.new), 'name="voters" value="2"')

    def test_individual_stories_are_questioned(self) -> None:
        """D-10."""
        typed = self.typed(text="Reloger M. Martin rapidement")
        self.assertContains(rows.submit(self.claire, self.new, **typed), "semble désigner")
        typed["is_general"] = "on"
        self.assertEqual(rows.submit(self.claire, self.new, **typed).status_code, 302)


class Editing(Register):
    """A decision changes until its minutes are validated, and never after."""

    def test_two_tabs(self) -> None:
        made = rows.decision(self.meeting)
        url = self.url(made, "modifier/")
        done = rows.submit(self.claire, url, made, **self.typed(title="premier onglet"))
        self.assertEqual(done.status_code, 302)
        stale = rows.submit(self.claire, url, made, **self.typed(title="second onglet"))
        self.assertContains(stale, "premier onglet")
        made.refresh_from_db()
        self.assertEqual((made.title, made.number), ("premier onglet", 1))

    def test_validated_minutes_seal_it(self) -> None:
        """D-06: neither the page nor the action; a post from a page opened before is told why."""
        made = rows.decision(self.meeting)
        url = self.url(made, "modifier/")
        self.assertEqual(self.claire.get(url).status_code, 200)
        self.assertContains(self.claire.get(self.url(made)), "Modifier la décision")
        rows.validated(self.meeting, rows.user_of(self.claire))
        self.assertEqual(self.claire.get(url).status_code, 404)
        late = rows.submit(self.claire, url, made, **self.typed(title="trop tard"))
        self.assertContains(late, "la décision ne change plus")
        with self.assertRaises(Refusal):
            decisions.edit(council=self.council, decision=made, values={"title": "trop tard"})
        self.assertEqual(Decision.objects.get().title, "Ouvrir une permanence")
        page = self.claire.get(self.url(made))
        self.assertContains(page, "Texte définitif")
        self.assertNotContains(page, "Modifier la décision")


class Following(Register):
    """What a decision becomes: dated lines, its state, being late."""

    def setUp(self) -> None:
        super().setUp()
        rows.validated(self.meeting, rows.user_of(self.claire))
        self.open = rows.meeting(self.body, dt.date(2026, 4, 2))
        self.made = rows.decision(self.open, due_on=dt.date(2026, 6, 14))

    def follow(self, browser: object, **values: object) -> object:
        self.made.refresh_from_db()
        typed = {"on": "2026-05-05", "state": "ongoing", "text": "canari-suivi", **values}
        return rows.submit(browser, self.url(self.made, "suivi/"), self.made, **typed)

    def test_a_line_changes_the_state(self) -> None:
        rows.validated(self.open, rows.user_of(self.claire))
        self.assertRedirects(self.follow(self.claire), self.url(self.made))
        self.assertEqual(self.follow(self.claire, state="done", text="fini").status_code, 302)
        self.made.refresh_from_db()
        self.assertEqual((self.made.state, self.made.title), ("done", "Ouvrir une permanence"))
        page = self.claire.get(self.url(self.made))
        for shown in ("canari-suivi", "5 mai 2026", "fini", "Claire"):
            self.assertContains(page, shown)

    def test_dates_and_empty_lines_are_refused(self) -> None:
        for wrong, words in (
            ({"on": "2026-06-16"}, "pas à venir"),
            ({"on": "2026-04-01"}, "pas encore prise"),
            ({"state": "to_do", "text": " "}, "Écrivez ce qui a été fait"),
        ):
            self.assertContains(self.follow(self.claire, **wrong), words)
        self.assertFalse(FollowUp.objects.exists())

    def test_the_owner_follows_her_own(self) -> None:
        """The contact linked with the account; another member and a reader may not."""
        nora = member(self.council, "steering_member", "nora")
        url = self.url(self.made, "suivi/")
        self.assertEqual(nora.get(url).status_code, 404)
        self.made.owner = rows.linked(nora, rows.contact(self.council, "Nora"))
        self.made.save()
        self.assertEqual(nora.get(url).status_code, 200)
        self.assertEqual(self.follow(nora).status_code, 302)
        self.assertEqual(FollowUp.objects.get().written_by, rows.user_of(nora))
        self.assertEqual(nora.get(self.url(self.made, "modifier/")).status_code, 404)
        sam = member(self.council, "steering_member", "sam")
        self.assertEqual(sam.get(url).status_code, 404)
        self.assertEqual(self.follow(sam).status_code, 404)

    def test_two_lines_at_once(self) -> None:
        """The second is told that the state changed; nothing typed is lost."""
        version = self.made.version
        self.assertEqual(self.follow(self.claire).status_code, 302)
        stale = self.follow(self.claire, version=version, state="done", text="gardez-moi")
        self.assertContains(stale, "gardez-moi")
        self.assertEqual(FollowUp.objects.count(), 1)

    def test_late_is_shown_everywhere(self) -> None:
        """The day after its due day, until it is done."""
        self.assertContains(self.claire.get(self.url(self.made)), "en retard")
        page = self.claire.get(LIST)
        self.assertContains(page, "à faire, en retard")
        self.assertContains(self.claire.get(f"{LIST}?etat=retard"), self.made.code)
        self.assertIn(
            "à faire, en retard",
            self.claire.get(f"{LIST}2026.csv").content.decode("utf-8-sig"),
        )
        self.made.due_on = TODAY
        self.made.save()
        self.assertNotContains(self.claire.get(self.url(self.made)), "en retard")
        self.made.due_on = TODAY - dt.timedelta(days=1)
        self.made.save()
        self.follow(self.claire, state="done")
        self.assertNotContains(self.claire.get(self.url(self.made)), "en retard")

    def test_what_is_born_of_a_decision(self) -> None:
        """Groups and framework documents are linked both ways."""
        group = rows.group(self.council, "Précarité")
        page = self.claire.get(self.url(group.created_by))
        self.assertContains(page, "Précarité")
        self.assertContains(page, f"/instances/{group.pk}/")
        charter = rows.framework_document(
            self.council, title="canari-charte", decision=group.created_by
        )
        page = self.claire.get(self.url(group.created_by))
        self.assertContains(page, "canari-charte")
        self.assertContains(page, str(charter.pk))


class AtOnce(CommittingTestCase):
    """Two people record at the same time."""

    def test_no_gap_and_no_duplicate(self) -> None:
        """Ten recordings in two threads: ten numbers that follow."""
        meeting = rows.meeting(rows.body(council()))
        barrier = threading.Barrier(2)
        failures: list[BaseException] = []

        def record() -> None:
            barrier.wait()
            try:
                for _ in range(5):
                    rows.decision(meeting)
            except BaseException as failure:
                failures.append(failure)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=record) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        numbers = sorted(Decision.objects.values_list("number", flat=True))
        self.assertEqual(numbers, list(range(1, 11)))
