"""A meeting is convened, convened again, cancelled (D.1 convocation, D.4; 004-07)."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest import mock

import icalendar
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse

from audit import recorder
from clsm_core.accounts.clock import now
from clsm_core.governance import tasks
from clsm_core.governance.models import (
    Attendance,
    Letter,
    Meeting,
)
from tests.governance.council_people import council, member
from tests.governance.governance_rows import (
    body,
    contact,
)
from tests.governance.meeting_case import Case, text_of
from tests.governance.meeting_rows import convened, meeting, point


class Convening(Case):
    """Convened, convened again, cancelled: one mail each, never two."""

    def test_the_page_shows_who_is_called_and_the_mail(self) -> None:
        """D.1: destinataires; those without e-mail apart, with their letters."""
        one = meeting(self.body)
        point(one)
        page = self.browser.get(self.url("meeting_convene", one))
        for words in ("Anne Weber", "Muller", "suppléant", "Avancement des groupes"):
            self.assertContains(page, words)
        self.assertContains(page, "Sans adresse électronique")
        letters = self.browser.get(self.url("meeting_unreached_pdf", one))
        words = text_of(letters.content)
        self.assertIn("Sansmel", words)
        self.assertNotIn("Weber", words)
        self.assertIn("Avancement des groupes", words)

    def test_nobody_to_invite_no_empty_list(self) -> None:
        """A list of guests without a choice is not shown; the page says what comes first."""
        one = meeting(self.body)
        page = self.browser.get(self.url("meeting_convene", one))
        self.assertContains(page, 'name="guests"')
        self.assertNotContains(page, "Personne d’autre à inviter")
        guests = self.browser.get(self.url("meeting_guests", one))
        self.assertContains(guests, 'name="guests"')
        self.guest.is_active = False
        self.guest.save()
        page = self.browser.get(self.url("meeting_convene", one))
        self.assertNotContains(page, 'name="guests"')
        self.assertContains(page, "Personne d’autre à inviter")
        guests = self.browser.get(self.url("meeting_guests", one))
        self.assertNotContains(guests, 'name="guests"')
        self.assertContains(guests, "Personne d’autre à inviter")
        # Who was chosen, then left meanwhile, is not forgotten in silence.
        chosen = self.post("meeting_convene", one, message="Merci.", guests=[str(self.guest.pk)])
        self.assertEqual(chosen.status_code, 200)
        self.assertContains(chosen, "Merci.")
        self.assertEqual(self.post("meeting_convene", one, message="").status_code, 302)
        self.assertEqual(self.deliver(one), 3)

    def test_each_receives_one_mail_with_agenda_and_appointment(self) -> None:
        """D.4: convocation; the subject names no person."""
        one = meeting(self.body, title="Bilan")
        point(one, "Budget du poste")
        self.post("meeting_convene", one, message="Venez tôt.", guests=[str(self.guest.pk)])
        self.assertEqual(self.deliver(one), 4)
        self.assertEqual(
            sorted(sent.to[0] for sent in mail.outbox),
            sorted(f"{n}@exemple.invalid" for n in ("weber", "muller", "petit", "invitee")),
        )
        sent = mail.outbox[0]
        self.assertTrue(sent.subject.startswith("Convocation – Comité de pilotage du "))
        for name in ("Weber", "Muller", "Petit", "Claire"):
            self.assertNotIn(name, sent.subject)
        self.assertIn("Budget du poste", sent.body)
        self.assertIn("Venez tôt.", sent.body)
        self.assertIn(f"/reunions/{one.pk}/", sent.body)
        names = [name for name, _, _ in sent.attachments]
        self.assertEqual(names, ["ordre-du-jour.pdf", "reunion.ics"])
        self.assertIn("Budget du poste", text_of(sent.attachments[0][1]))
        self.assertIn(b"text/calendar", sent.message().as_bytes())
        page = self.browser.get(self.url("meeting", one))
        self.assertContains(page, "convoquée")
        self.assertContains(page, "4 envoyés")
        self.assertEqual(Attendance.objects.filter(meeting=one).count(), 5)
        self.assertEqual(Attendance.objects.filter(meeting=one, is_guest=True).count(), 1)
        self.assertEqual(self.deliver(one), 0)
        self.assertEqual(len(mail.outbox), 4)

    def test_a_change_is_announced_with_the_same_appointment(self) -> None:
        """RFC 5545: same UID, SEQUENCE + 1."""
        one = convened(meeting(self.body), by=self.user)
        self.deliver(one)
        before = self.appointment(mail.outbox[0])
        mail.outbox.clear()
        self.post(
            "meeting_edit",
            one,
            starts_at="2030-05-06T09:00",
            duration_minutes="60",
            mode="on_site",
            place="Ailleurs",
            title="",
            link="",
        )
        page = self.browser.get(self.url("meeting", one))
        self.assertContains(page, "Annoncer le changement")
        self.post("meeting_convene", one, message="")
        self.deliver(one)
        self.assertEqual(len(mail.outbox), 3)
        after = self.appointment(mail.outbox[0])
        self.assertEqual(before["UID"], after["UID"])
        self.assertEqual((before["SEQUENCE"], after["SEQUENCE"]), (0, 1))
        self.assertEqual(after["LOCATION"], "Ailleurs")
        self.assertTrue(mail.outbox[0].subject.startswith("Convocation modifiée"))
        self.assertNotContains(self.browser.get(self.url("meeting", one)), "Annoncer le")

    def test_cancelled_is_told_to_who_was_convened_and_loses_no_subject(self) -> None:
        one = meeting(self.body)
        point(one, "À ne pas perdre")
        convened(one, by=self.user)
        self.deliver(one)
        mail.outbox.clear()
        answer = self.post("meeting_cancel", one, reason="Salle fermée")
        self.assertEqual(answer.status_code, 302)
        self.deliver(one)
        self.assertEqual(len(mail.outbox), 3)
        self.assertIn("Salle fermée", mail.outbox[0].body)
        self.assertEqual(str(self.appointment(mail.outbox[0])["STATUS"]), "CANCELLED")
        self.assertContains(self.browser.get(self.url("meeting", one)), "Salle fermée")
        subjects = self.browser.get(reverse("governance:subjects", args=["metz"]))
        self.assertContains(subjects, "À ne pas perdre")

    def test_a_refused_mail_is_said_and_sent_again_once(self) -> None:
        one = convened(meeting(self.body), by=self.user)
        real = EmailBackend.send_messages

        def refusing(backend: Any, messages: Any) -> int:
            if messages[0].to == ["muller@exemple.invalid"]:
                raise ConnectionRefusedError
            return real(backend, messages)

        with mock.patch.object(EmailBackend, "send_messages", refusing):
            self.assertEqual(self.deliver(one), 2)
        page = self.browser.get(self.url("meeting", one))
        self.assertContains(page, "Des messages ne sont pas partis")
        self.assertContains(page, "refusé par le serveur de messagerie")
        self.assertEqual(self.deliver(one), 0)
        self.post("meeting_send_again", one)
        self.assertEqual(self.deliver(one), 1)
        self.assertEqual(
            sorted(sent.to[0] for sent in mail.outbox),
            ["muller@exemple.invalid", "petit@exemple.invalid", "weber@exemple.invalid"],
        )
        self.assertNotContains(
            self.browser.get(self.url("meeting", one)), "Des messages ne sont pas partis"
        )

    def test_who_left_the_directory_is_not_written_to_again(self) -> None:
        """A mail that failed, sent again after a contact was set aside: the others alone."""
        one = convened(meeting(self.body), by=self.user)
        with mock.patch.object(EmailBackend, "send_messages", side_effect=ConnectionRefusedError):
            self.assertEqual(self.deliver(one), 0)
        self.doctor.is_active = False
        self.doctor.save()
        self.post("meeting_send_again", one)
        self.assertEqual(self.deliver(one), 2)
        self.assertEqual(
            sorted(sent.to[0] for sent in mail.outbox),
            ["petit@exemple.invalid", "weber@exemple.invalid"],
        )

    def test_an_interrupted_mail_is_never_sent_twice_by_itself(self) -> None:
        """Marked before it leaves: a worker that died in between sends no second one."""
        one = convened(meeting(self.body), by=self.user)
        letter = Letter.objects.filter(meeting=one).first()
        letter.tried_at = now()
        letter.save()
        self.assertEqual(self.deliver(one), 2)
        self.assertContains(self.browser.get(self.url("meeting", one)), "envoi interrompu")

    def test_what_waits_is_not_sent_once_it_is_no_longer_true(self) -> None:
        """Changed or cancelled before the worker came: one true mail, not two."""
        one = convened(meeting(self.body), by=self.user)
        convened(Meeting.objects.get(pk=one.pk), by=self.user)
        self.assertEqual(self.deliver(one), 3)
        self.assertEqual({sent.subject.split(" –")[0] for sent in mail.outbox}, {"Convocation"})
        other = convened(meeting(self.body, days=40), by=self.user)
        mail.outbox.clear()
        self.post("meeting_cancel", other, reason="Salle fermée")
        self.assertEqual(self.deliver(other), 3)
        self.assertEqual({sent.subject.split(" –")[0] for sent in mail.outbox}, {"Réunion annulée"})
        page = self.browser.get(self.url("meeting", other))
        self.assertContains(page, "sans objet")
        self.assertNotContains(page, "Des messages ne sont pas partis")

    def test_what_was_forgotten_by_the_queue_is_sent_later(self) -> None:
        one = convened(meeting(self.body), by=self.user)
        self.assertEqual(tasks.resume_meeting_letters(0), 0)
        for letter in Letter.objects.filter(meeting=one):
            letter.asked_at = now() - dt.timedelta(minutes=6)
            letter.save()
        self.assertEqual(tasks.resume_meeting_letters(0), 3)

    def test_a_name_on_two_lines_makes_no_header(self) -> None:
        self.body.name = "Comité\nBcc: x@exemple.invalid"
        self.body.save()
        one = convened(meeting(self.body), by=self.user)
        self.assertEqual(self.deliver(one), 3)
        self.assertNotIn(b"\nBcc: x@", mail.outbox[0].message().as_bytes().split(b"\n\n")[0])

    def test_sending_is_in_the_ledger_and_in_the_queue_by_an_id(self) -> None:
        with recorder.observe() as events:
            one = convened(meeting(self.body), by=self.user)
            self.deliver(one)
        actions = [event.action for event in events]
        self.assertEqual(actions.count("letter.asked"), 1)
        self.assertEqual(actions.count("letter.sent"), 3)
        from procrastinate.contrib.django.models import ProcrastinateJob

        (job,) = ProcrastinateJob.objects.filter(task_name="send_meeting_letters")
        self.assertEqual(job.args, {"meeting_id": str(one.pk)})

    def test_a_past_meeting_or_an_empty_body_is_not_convened(self) -> None:
        past = meeting(self.body, days=-3)
        self.assertContains(self.post("meeting_convene", past, message=""), "est passée")
        alone = meeting(body(self.council, "plenary"))
        page = self.post("meeting_convene", alone, message="Gardé")
        self.assertContains(page, "nommez ses membres")
        self.assertContains(page, "Gardé")
        self.assertEqual(Letter.objects.count(), 0)

    def test_guests_of_another_council_are_no_choice(self) -> None:
        foreign = contact(council("autre", "Autre"), "Ailleurs", email="a@exemple.invalid")
        one = meeting(self.body)
        page = self.post("meeting_convene", one, message="", guests=[str(foreign.pk)])
        self.assertEqual(page.status_code, 200)
        self.assertEqual(Letter.objects.count(), 0)
        self.assertEqual(self.post("meeting_convene", one, message="").status_code, 302)

    def test_doors(self) -> None:
        """Reading is not managing; another council's id is absent."""
        one = meeting(self.body)
        elected = member(self.council, "steering_member", "elise")
        self.assertEqual(elected.get(self.url("meeting", one)).status_code, 200)
        for name in ("meeting_convene", "meeting_edit", "meeting_cancel", "meeting_send_again"):
            self.assertEqual(elected.get(self.url(name, one)).status_code, 404)
            self.assertEqual(self.browser.get(self.url(name, one)).status_code, 200)
        council("autre", "Autre")
        stranger = member(type(self.council).objects.get(slug="autre"), "coordinator", "paul")
        path = reverse("governance:meeting_convene", args=["autre", one.pk])
        self.assertEqual(stranger.get(path).status_code, 404)
        self.assertEqual(stranger.post(path, {}).status_code, 404)

    def appointment(self, message: Any) -> Any:
        """Return the event of a mail."""
        content = next(part[1] for part in message.attachments if part[0].endswith(".ics"))
        return icalendar.Calendar.from_ical(content).walk("VEVENT")[0]
