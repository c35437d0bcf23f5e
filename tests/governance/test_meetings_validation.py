"""Minutes are validated as they were read, and stay, to the byte, as they were validated (D-06)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from unittest import mock

from auditlog.models import LogEntry
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import Refusal
from clsm_core.governance.actions import agendas, attendance, decisions, minutes
from clsm_core.governance.models import (
    Attendance,
    BodyMandate,
    Decision,
    Meeting,
    MinutesState,
    ValidatedMinutes,
)
from clsm_core.governance.presenters import minutes_paper
from tests.governance import governance_rows
from tests.governance.council_people import member
from tests.governance.governance_rows import contact, decision
from tests.governance.meeting_case import Case, text_of
from tests.governance.meeting_rows import held, point, signed_off, validated, written

SEEN = re.compile(r'name="seen" value="([0-9a-f]{64})"')


class Read(Case):
    """Written minutes with a point, its notes and a decision."""

    def setUp(self) -> None:
        """Open the council and write them."""
        super().setUp()
        self.write()

    def write(self) -> None:
        """Write minutes of a meeting held today."""
        self.meeting = held(self.body)
        self.point = point(self.meeting, "Budget du poste", notes="Le budget est présenté.")
        self.decision = decision(self.meeting, "Adopter le budget", point=self.point)
        attendance.add_guests(meeting=self.meeting, contacts=[self.guest])
        written(self.meeting, "Ouverture par la présidente.")

    def pdf(self, browser: Any = None) -> bytes:
        """Return the minutes that the meeting's page hands over."""
        answer = (browser or self.browser).get(self.url("meeting_minutes_pdf", self.meeting))
        self.assertEqual(answer.status_code, 200)
        return bytes(answer.content)

    def state(self) -> str:
        """Return where the stored minutes stand."""
        return str(Meeting.objects.get(pk=self.meeting.pk).minutes_state)

    def seen(self, page: Any) -> str:
        """Return the fingerprint that a page holds."""
        found = SEEN.search(page.content.decode())
        assert found is not None
        return found[1]

    def read(self) -> str:
        """Open the page that validates, and return the fingerprint of what it shows."""
        return self.seen(self.browser.get(self.url("minutes_validate", self.meeting)))

    def changes(self) -> dict[str, Callable[[], Any]]:
        """Give what somebody else may write meanwhile, by the words that minutes then hold."""
        one = Meeting.objects.get(pk=self.meeting.pk)
        return {
            "Budget rectifié": lambda: self.post(
                "point_edit",
                self.point,
                title="Budget rectifié",
                purpose="discussion",
                minutes="20",
            ),
            "Rejeter le budget": lambda: decisions.edit(
                council=self.council,
                decision=Decision.objects.get(pk=self.decision.pk),
                values={"title": "Rejeter le budget"},
            ),
            "Nommer un référent": lambda: decision(one, "Nommer un référent"),
            "Point ajouté": lambda: agendas.add(
                meeting=one, fields={"title": "Point ajouté", "purpose": "decision", "minutes": 5}
            ),
            "Point reporté.": lambda: agendas.carry_over(point=self.point, to=None),
            "Les notes d’une autre": lambda: minutes.write(
                meeting=one, text="Les notes d’une autre", notes={}
            ),
            "Absents": self._absent,
            **self.outside(),
        }

    def outside(self) -> dict[str, Callable[[], Any]]:
        """Give what changes outside the meeting, minutes validated or not."""
        return {
            "Weber-Klein": lambda: self._saved(self.president, last_name="Weber-Klein"),
            "il en faut 3": lambda: self._saved(self.body, quorum_percent=100),
            "2 sur 2": self._voteless,
            "Metz Métropole": lambda: self._saved(
                self.president.organisation, name="Metz Métropole"
            ),
        }

    def _voteless(self) -> None:
        self._saved(BodyMandate.objects.get(contact=self.by_letter), has_vote=False)

    def _absent(self) -> None:
        self._saved(
            Attendance.objects.get(meeting=self.meeting, contact=self.guest), presence="absent"
        )

    def _saved(self, row: Any, **values: Any) -> None:
        for name, value in values.items():
            setattr(row, name, value)
        row.save()


class Covers(Read):
    """What is validated is what was read, to the word."""

    def test_the_page_shows_all_that_will_be_kept(self) -> None:
        page = self.browser.get(self.url("minutes_validate", self.meeting))
        kept = text_of(self.pdf())
        for words in (
            "Ouverture par la présidente.",
            "1. Budget du poste",
            "Le budget est présenté.",
            f"{self.decision.code}",
            "Adopter le budget",
            "Anne Weber",
            "Salle du conseil",
            "Quorum",
        ):
            self.assertContains(page, words)
            self.assertIn(words, kept)

    def test_it_asks_the_database_as_much_for_one_point_as_for_twenty(self) -> None:
        """Style 24: points, decisions and presences are each read at once."""
        url, counts = self.url("minutes_validate", self.meeting), []
        for more in (0, 19):
            for rank in range(more):
                row = point(self.meeting, f"Point {rank}")
                decision(self.meeting, f"Décider {rank}", point=row, owner=self.doctor)
            attendance.add_guests(
                meeting=self.meeting,
                contacts=[contact(self.council, f"Invité {rank}") for rank in range(more)],
            )
            with CaptureQueriesContext(connection) as queries:
                self.assertEqual(self.browser.get(url).status_code, 200)
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])

    def test_two_tabs_what_another_changed_meanwhile_is_read_before_it_is_validated(self) -> None:
        """D-06: points, decisions, presences, names, votes, quorum: each alone."""
        for words in self.changes():
            with self.subTest(words):
                self.write_again()
                seen = self.read()
                self.changes()[words]()
                page = self.post("minutes_validate", self.meeting, seen=seen)
                self.assertContains(page, "a changé depuis que vous l’avez lu")
                self.assertContains(page, words)
                self.assertEqual(self.state(), MinutesState.WRITTEN)
                self.assertFalse(ValidatedMinutes.objects.filter(meeting=self.meeting).exists())
                # The page that says so holds the new text: it is read, then validated.
                answer = self.post("minutes_validate", self.meeting, seen=self.seen(page))
                self.assertEqual((answer.status_code, self.state()), (302, "validated"))
                self.assertIn(words, text_of(self.pdf()))

    def write_again(self) -> None:
        """Give other minutes of the same body, rules and names as they were first."""
        for row in (self.president, self.president.organisation, self.body):
            row.refresh_from_db()
        self._saved(self.president, last_name="Weber")
        self._saved(self.president.organisation, name="Ville de Metz")
        self._saved(self.body, quorum_percent=50)
        self._saved(BodyMandate.objects.get(contact=self.by_letter), has_vote=True)
        self.write()

    def test_nothing_changed_it_is_validated(self) -> None:
        """The control: the same two tabs, and what minutes do not say changed meanwhile."""
        seen = self.read()
        self._saved(self.president, email="autre@exemple.invalid")
        answer = self.post("minutes_validate", self.meeting, seen=seen)
        self.assertEqual((answer.status_code, self.state()), (302, "validated"))

    def test_a_page_without_what_was_read_validates_nothing(self) -> None:
        for seen in ("", "0" * 64):
            page = self.post("minutes_validate", self.meeting, seen=seen)
            self.assertContains(page, "a changé depuis que vous l’avez lu")
            self.assertEqual(self.state(), MinutesState.WRITTEN)

    def test_two_people_write_at_once_without_hindering_each_other(self) -> None:
        """A decision recorded while notes are typed does not make the notes stale."""
        minutes_page = {"minutes_text": "Suite.", f"notes_{self.point.pk.hex}": "Notes."}
        version = str(Meeting.objects.get(pk=self.meeting.pk).version)
        decision(Meeting.objects.get(pk=self.meeting.pk), "Nommer un référent")
        answer = self.post("minutes_write", self.meeting, **minutes_page, version=version)
        self.assertEqual(answer.status_code, 302)


class Kept(Read):
    """The bytes made at the validation are those that are handed over."""

    def test_what_changes_later_does_not_show_in_validated_minutes(self) -> None:
        """D-06: a name, a vote right, a quorum, an organisation."""
        signed_off(self.meeting, by=self.user)
        first = self.pdf()
        for words, change in self.outside().items():
            with self.subTest(words):
                self.assertNotIn(words, text_of(first))
                change()
                self.assertEqual(self.pdf(), first)
        self.post("minutes_circulate", self.meeting)
        self.deliver(self.meeting)
        self.assertEqual({sent.attachments[0][1] for sent in mail.outbox}, {first})
        self.assertEqual(self.pdf(member(self.council, "steering_member", "elise")), first)

    def test_before_the_validation_each_shows(self) -> None:
        """The control: the draft is drawn again each time."""
        for words, change in self.outside().items():
            with self.subTest(words):
                change()
                self.assertIn(words, text_of(self.pdf()))

    def test_reopened_minutes_are_drawn_then_kept_beside_the_first(self) -> None:
        signed_off(self.meeting, by=self.user)
        first = self.pdf()
        self.post("minutes_reopen", self.meeting, reason="Erreur sur un nom")
        self._saved(self.president, last_name="Weber-Klein")
        self.assertIn("Weber-Klein", text_of(self.pdf()))
        self.post("minutes_finish", self.meeting)
        self.post("minutes_validate", self.meeting)
        second = self.pdf()
        self.assertIn("Weber-Klein", text_of(second))
        self.assertIn("2e, qui remplace la précédente", text_of(second))
        kept = ValidatedMinutes.objects.filter(meeting=self.meeting).order_by("edition")
        self.assertEqual(
            [(one.edition, bytes(one.content)) for one in kept], [(1, first), (2, second)]
        )

    def test_minutes_validated_before_bytes_were_kept_are_drawn_and_not_stored(self) -> None:
        governance_rows.validated(Meeting.objects.get(pk=self.meeting.pk), self.user)
        self._saved(self.president, last_name="Weber-Klein")
        self.assertIn("Weber-Klein", text_of(self.pdf()))
        self.assertFalse(ValidatedMinutes.objects.exists())

    def test_they_are_no_document_of_the_meeting(self) -> None:
        """Nothing lists them, hands them over by their id, nor withdraws them."""
        signed_off(self.meeting, by=self.user)
        kept = ValidatedMinutes.objects.get()
        page = self.browser.get(self.url("meeting", self.meeting))
        self.assertContains(page, "Aucun document joint")
        self.assertNotContains(page, str(kept.pk))
        for name in ("document", "document_withdraw"):
            path = reverse(f"governance:{name}", args=[self.council.slug, kept.pk])
            self.assertEqual(self.browser.get(path).status_code, 404, name)

    def test_the_history_says_that_they_were_kept_without_their_bytes(self) -> None:
        signed_off(self.meeting, by=self.user)
        entry = LogEntry.objects.get_for_model(ValidatedMinutes).get()
        self.assertIn("edition", entry.changes)
        self.assertNotIn("content", entry.changes)

    def test_validated_twice_they_are_kept_once(self) -> None:
        seen = self.read()
        first = self.post("minutes_validate", self.meeting, seen=seen)
        self.assertEqual(first.status_code, 302)
        kept = self.pdf()
        again = self.post("minutes_validate", self.meeting, seen=seen)
        self.assertContains(again, "n’attend pas de validation")
        stale = Meeting.objects.get(pk=self.meeting.pk)
        stale.minutes_state = MinutesState.WRITTEN
        with self.assertRaises(Refusal):
            signed_off(stale, by=self.user, seen=seen)
        self.assertEqual(ValidatedMinutes.objects.count(), 1)
        self.assertEqual(self.pdf(), kept)

    def test_without_bytes_nothing_is_validated(self) -> None:
        """One transaction: a PDF that cannot be made leaves the minutes as they were."""
        broken = mock.patch.object(minutes_paper, "draw", side_effect=RuntimeError)
        with broken, self.assertRaises(RuntimeError):
            self.post("minutes_validate", self.meeting)
        self.assertEqual(self.state(), MinutesState.WRITTEN)
        self.assertFalse(ValidatedMinutes.objects.exists())
        self.post("minutes_validate", self.meeting)
        self.assertEqual((self.state(), ValidatedMinutes.objects.count()), ("validated", 1))

    def test_published_minutes_name_nobody_though_their_pdf_does(self) -> None:
        """D-06, D-10: the kept PDF holds names: it is handed to who reads the body alone."""
        one = validated(held(self.body), by=self.user)
        self.post("minutes_publish", one)
        reader = member(self.council, "reader", "remi")
        self.assertEqual(reader.get(self.url("meeting", one)).status_code, 200)
        self.assertEqual(reader.get(self.url("meeting_minutes_pdf", one)).status_code, 404)
        self.assertIn("Weber", text_of(bytes(ValidatedMinutes.objects.get(meeting=one).content)))
        self.assertEqual(one.validated_on, now().date())
