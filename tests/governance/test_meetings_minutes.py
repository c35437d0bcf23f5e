"""Minutes from the first word to the mail that carries them (D-06, D-10)."""

from __future__ import annotations

import datetime as dt

from django.core import mail

from clsm_core.accounts.clock import now
from clsm_core.governance.models import (
    Meeting,
    MinutesState,
)
from tests.governance.council_people import member
from tests.governance.governance_rows import (
    decision,
    linked,
    user_of,
)
from tests.governance.meeting_case import Case, text_of
from tests.governance.meeting_rows import held, meeting, point, validated, written


class Minutes(Case):
    """Written, validated, circulated, corrected (D-06), and never about somebody (D-10)."""

    def test_from_draft_to_circulated(self) -> None:
        one = meeting(self.body, starts_at=now())
        budget = point(one, "Budget du poste")
        self.post("meeting_attendance", one, **{f"presence_{self.president.pk.hex}": "on_site"})
        answer = self.post(
            "minutes_write",
            one,
            minutes_text="Ouverture par la présidente.",
            **{f"notes_{budget.pk.hex}": "Le budget est présenté."},
        )
        self.assertEqual(answer.status_code, 302)
        decision(Meeting.objects.get(pk=one.pk), title="Adopter le budget", point=budget)
        self.post("minutes_finish", one)
        elected = member(self.council, "president", "anne")
        page = elected.get(self.url("meeting", one))
        self.assertContains(page, "Valider le compte rendu")
        self.post("minutes_validate", one, browser=elected)
        found = Meeting.objects.get(pk=one.pk)
        self.assertEqual(found.minutes_state, MinutesState.VALIDATED)
        self.assertEqual(found.validated_by, user_of(elected))
        self.post("minutes_circulate", one)
        self.assertEqual(self.deliver(one), 3)
        sent = mail.outbox[0]
        words = text_of(sent.attachments[0][1])
        for part in (
            "Ouverture par la présidente.",
            "Le budget est présenté.",
            "Adopter le budget",
            "Anne Weber",
            "Validé le",
        ):
            self.assertIn(part, words)
        self.assertEqual(
            words, text_of(self.browser.get(self.url("meeting_minutes_pdf", one)).content)
        )
        self.assertContains(self.browser.get(self.url("meeting", one)), "compte rendu diffusé")

    def test_validated_minutes_are_frozen_until_reopened_with_a_reason(self) -> None:
        """D-06: a correction is kept and told."""
        one = validated(held(self.body), by=self.user)
        self.post("minutes_circulate", one)
        self.deliver(one)
        mail.outbox.clear()
        self.assertContains(self.post("minutes_write", one, minutes_text="Autre"), "ne change plus")
        presences = {f"presence_{self.president.pk.hex}": "absent"}
        self.assertContains(self.post("meeting_attendance", one, **presences), "ne change plus")
        self.post("minutes_publish", one)
        self.assertTrue(Meeting.objects.get(pk=one.pk).is_published)
        self.post("minutes_reopen", one, reason="Erreur sur un montant")
        found = Meeting.objects.get(pk=one.pk)
        self.assertEqual((found.minutes_state, found.is_published), (MinutesState.DRAFT, False))
        self.deliver(one)
        self.assertEqual(len(mail.outbox), 3)
        self.assertIn("Erreur sur un montant", mail.outbox[0].body)
        self.assertContains(self.browser.get(self.url("meeting", one)), "Erreur sur un montant")
        self.post("minutes_write", one, minutes_text="Corrigé")
        self.post("minutes_finish", one)
        self.post("minutes_validate", one)
        mail.outbox.clear()
        self.post("minutes_circulate", one)
        self.assertEqual(self.deliver(one), 3)
        self.assertIn("2e édition", mail.outbox[0].body)

    def test_a_meeting_that_decided_stays_in_its_year(self) -> None:
        """001-08: the register of a year holds the decisions of its meetings."""
        one = held(self.body)
        year = now().year
        fields = {"duration_minutes": "60", "mode": "on_site", "place": "Mairie"}
        answer = self.post("meeting_edit", one, starts_at=f"{year}-01-05T10:00", **fields)
        self.assertEqual(answer.status_code, 302)
        decision(Meeting.objects.get(pk=one.pk))
        page = self.post("meeting_edit", one, starts_at=f"{year + 1}-01-05T10:00", **fields)
        self.assertContains(page, "le numéro de son année")
        answer = self.post("meeting_edit", one, starts_at=f"{year}-01-06T10:00", **fields)
        self.assertEqual(answer.status_code, 302)

    def test_minutes_that_wait_are_not_sent_once_reopened(self) -> None:
        one = validated(held(self.body), by=self.user)
        self.post("minutes_circulate", one)
        self.post("minutes_reopen", one, reason="Erreur")
        self.deliver(one)
        self.assertEqual([m for m in mail.outbox if m.subject.startswith("Compte rendu –")], [])

    def test_steps_are_refused_out_of_order(self) -> None:
        one = held(self.body)
        for name in ("minutes_finish", "minutes_validate", "minutes_circulate", "minutes_publish"):
            before = Meeting.objects.get(pk=one.pk)
            self.assertEqual(self.post(name, one).status_code, 200, name)
            self.assertEqual(Meeting.objects.get(pk=one.pk).version, before.version)

    def test_who_signs_off(self) -> None:
        """A member does not validate; the body's president by mandate does, until it ends."""
        one = written(held(self.body))
        elected = member(self.council, "steering_member", "elise")
        self.assertEqual(elected.get(self.url("minutes_validate", one)).status_code, 404)
        linked(elected, self.president)
        self.assertEqual(elected.get(self.url("minutes_validate", one)).status_code, 200)
        seat = self.president.mandates.get()
        seat.ends_on = now().date() - dt.timedelta(days=1)
        seat.save()
        self.assertEqual(self.post("minutes_validate", one, browser=elected).status_code, 404)
        self.assertEqual(Meeting.objects.get(pk=one.pk).minutes_state, MinutesState.WRITTEN)

    def test_drafts_are_read_by_who_writes_and_signs(self) -> None:
        one = written(held(self.body), text="Brouillon à relire.")
        elected = member(self.council, "steering_member", "elise")
        self.assertNotContains(elected.get(self.url("meeting", one)), "Brouillon à relire.")
        self.assertEqual(elected.get(self.url("meeting_minutes_pdf", one)).status_code, 404)
        self.assertContains(self.browser.get(self.url("meeting", one)), "Brouillon à relire.")
        self.post("minutes_validate", one)
        self.assertContains(elected.get(self.url("meeting", one)), "Brouillon à relire.")

    def test_published_minutes_show_no_person(self) -> None:
        """A reader who does not sit there reads the published text, and nobody's name."""
        one = validated(held(self.body), by=self.user)
        reader = member(self.council, "reader", "remi")
        self.assertEqual(reader.get(self.url("meeting", one)).status_code, 404)
        self.post("minutes_publish", one)
        page = reader.get(self.url("meeting", one))
        self.assertContains(page, "Le comité s’est réuni.")
        self.assertNotContains(page, "Weber")
        self.assertEqual(reader.get(self.url("meeting_presences_pdf", one)).status_code, 404)
        # The appointment holds the room, often the one of the next meetings too.
        self.assertEqual(reader.get(self.url("meeting_ics", one)).status_code, 404)
        linked(reader, self.president)
        self.assertEqual(reader.get(self.url("meeting_ics", one)).status_code, 200)

    def test_individuals_are_asked_about_members_are_not(self) -> None:
        """D-10: a soft check that warns, asks to confirm, loses no word."""
        one = held(self.body)
        data = {"minutes_text": "Mme Weber ouvre la séance. La situation de M. Dupont est évoquée."}
        page = self.post("minutes_write", one, **data)
        self.assertContains(page, "« M. Dupont »")
        self.assertNotContains(page, "« Mme Weber »")
        self.assertContains(page, "La situation de M. Dupont est évoquée.")
        self.assertEqual(Meeting.objects.get(pk=one.pk).minutes_text, "")
        self.post("minutes_write", one, **data, is_general="on")
        self.assertIn("M. Dupont", Meeting.objects.get(pk=one.pk).minutes_text)

    def test_two_tabs_show_both_notes_of_a_point(self) -> None:
        """Nothing is overwritten: the notes saved meanwhile stand beside those typed."""
        one = held(self.body)
        row = point(one, "Budget")
        old = str(Meeting.objects.get(pk=one.pk).version)
        name = f"notes_{row.pk.hex}"
        self.post("minutes_write", one, minutes_text="A", **{name: "Notes de Claire"})
        page = self.post(
            "minutes_write", one, minutes_text="A", **{name: "Notes d’une autre"}, version=old
        )
        self.assertContains(page, "Notes de Claire")
        self.assertContains(page, "Notes d’une autre")
        self.assertContains(page, "Texte enregistré entre-temps")
        row.refresh_from_db()
        self.assertEqual(row.notes, "Notes de Claire")
