"""What happens to a seat: ended, renewed, handed over, corrected."""

from __future__ import annotations

import datetime as dt

from auditlog.models import LogEntry

from clsm_core.accounts.posting import Refusal
from clsm_core.governance.actions import mandates
from clsm_core.governance.models import BodyMandate
from tests.governance import governance_rows as rows
from tests.governance.test_governance_mandates import Seats


class Living(Seats):
    """What happens to a mandate."""

    def test_ending_takes_the_substitutes_along(self) -> None:
        titular = rows.mandate(self.body, rows.contact(self.council, "Titulaire"))
        stand_in = rows.mandate(
            self.body,
            rows.contact(self.council, "Suppléant"),
            quality="substitute",
            stands_in_for=titular,
        )
        refused = rows.submit(
            self.claire, self.seat_url(titular, "fin/"), titular, ends_on="2020-01-01"
        )
        self.assertContains(refused, "ne peut pas précéder")
        done = rows.submit(
            self.claire, self.seat_url(titular, "fin/"), titular, ends_on="2026-05-31"
        )
        self.assertRedirects(done, self.url(self.body))
        stand_in.refresh_from_db()
        self.assertEqual(stand_in.ends_on, dt.date(2026, 5, 31))
        page = self.claire.get(self.url(self.body))
        self.assertContains(page, "Anciens membres et mandats à venir (2)")

    def test_renewing_follows_the_end(self) -> None:
        """A new row from the day after: the history stays."""
        seat = rows.mandate(
            self.body, role="referent", has_vote=False, ends_on=dt.date(2026, 6, 30)
        )
        done = rows.submit(
            self.claire, self.seat_url(seat, "renouveler/"), seat, ends_on="2029-06-30"
        )
        new = BodyMandate.objects.exclude(pk=seat.pk).get()
        self.assertRedirects(done, self.seat_url(new))
        self.assertEqual((new.starts_on, new.ends_on), (dt.date(2026, 7, 1), dt.date(2029, 6, 30)))
        self.assertEqual((new.role, new.has_vote, new.contact), ("referent", False, seat.contact))
        again = rows.submit(self.claire, self.seat_url(seat, "renouveler/"), seat, ends_on="")
        self.assertContains(again, "siège déjà")
        self.assertEqual(BodyMandate.objects.count(), 2)

    def test_a_day_after_which_there_is_none(self) -> None:
        """The day after the last one that is taken still exists: a renewal begins on it."""
        seat = rows.mandate(self.body, rows.contact(self.council, "Éternelle"))
        url = self.seat_url(seat, "fin/")
        refused = rows.submit(self.claire, url, seat, ends_on="9999-12-31")
        self.assertContains(refused, "de 1900 à 2999")
        self.assertEqual(rows.submit(self.claire, url, seat, ends_on="2999-12-31").status_code, 302)
        seat.refresh_from_db()
        again = rows.submit(self.claire, self.seat_url(seat, "renouveler/"), seat, ends_on="")
        self.assertEqual(again.status_code, 302)

    def test_each_act_leaves_its_history(self) -> None:
        """Given, corrected, ended: who and when, kept by the history of the table."""
        who = rows.contact(self.council, "Lambert")
        rows.submit(self.claire, self.new, **self.typed(contact=who.pk))
        seat = BodyMandate.objects.get()
        rows.submit(self.claire, self.seat_url(seat, "fin/"), seat, ends_on="2026-05-31")
        kept = LogEntry.objects.filter(object_pk=str(seat.pk)).order_by("id")
        self.assertEqual([one.action for one in kept], [0, 1])
        self.assertEqual({one.actor_id for one in kept}, {rows.user_of(self.claire).pk})
        self.assertEqual(kept[1].changes["ends_on"], ["None", "2026-05-31"])

    def test_a_mandate_without_end_is_not_renewed(self) -> None:
        seat = rows.mandate(self.body)
        answer = rows.submit(self.claire, self.seat_url(seat, "renouveler/"), seat, ends_on="")
        self.assertContains(answer, "pas de fin")

    def test_replacing_hands_over_role_and_substitutes(self) -> None:
        """The former holder leaves the day before; the planned end and the substitute stay."""
        seat = rows.mandate(
            self.body,
            rows.contact(self.council, "Ancienne", "elected"),
            role="president",
            ends_on=dt.date(2026, 12, 31),
        )
        stand_in = rows.mandate(
            self.body,
            rows.contact(self.council, "Suppléant"),
            quality="substitute",
            stands_in_for=seat,
            ends_on=dt.date(2026, 12, 31),
        )
        newcomer = rows.contact(self.council, "Nouvelle", "social")
        done = rows.submit(
            self.claire,
            self.seat_url(seat, "remplacer/"),
            seat,
            contact=newcomer.pk,
            starts_on="2026-06-01",
        )
        new = BodyMandate.objects.get(contact=newcomer)
        self.assertRedirects(done, self.seat_url(new))
        self.assertEqual(
            (new.role, new.college, new.starts_on, new.ends_on),
            ("president", "elected", dt.date(2026, 6, 1), dt.date(2026, 12, 31)),
        )
        seat.refresh_from_db()
        stand_in.refresh_from_db()
        self.assertEqual((seat.ends_on, stand_in.ends_on), (dt.date(2026, 5, 31),) * 2)
        follower = BodyMandate.objects.get(contact=stand_in.contact, ends_on="2026-12-31")
        self.assertEqual((follower.stands_in_for, follower.starts_on), (new, new.starts_on))
        page = self.claire.get(self.url(self.body))
        self.assertContains(page, "suppléant de Nouvelle")

    def test_correcting(self) -> None:
        """The page keeps what is typed; two tabs are told apart."""
        seat = rows.mandate(self.body)
        typed = self.typed(college="health", role="referent", has_vote=None, starts_on="2024-02-03")
        url = self.seat_url(seat, "modifier/")
        self.assertEqual(rows.submit(self.claire, url, seat, **typed).status_code, 302)
        stale = rows.submit(self.claire, url, seat, **{**typed, "college": "elected"})
        self.assertContains(stale, "Quelqu’un a modifié cette page")
        seat.refresh_from_db()
        self.assertEqual((seat.college, seat.role), ("health", "referent"))
        page = self.claire.get(self.seat_url(seat))
        for shown in ("professionnels de santé", "référent", "3 févr. 2024", "Lambert"):
            self.assertContains(page, shown)

    def test_a_titular_with_a_substitute_stays_titular(self) -> None:
        first = rows.mandate(self.body, rows.contact(self.council, "Un"))
        second = rows.mandate(self.body, rows.contact(self.council, "Deux"))
        rows.mandate(
            self.body,
            rows.contact(self.council, "Trois"),
            quality="substitute",
            stands_in_for=first,
        )
        with self.assertRaises(Refusal):
            mandates.edit(mandate=first, values={"quality": "substitute", "stands_in_for": second})

    def test_names_stay_out_of_addresses_titles_and_file_names(self) -> None:
        seat = rows.mandate(self.body, rows.contact(self.council, "Canari"))
        page = self.claire.get(self.seat_url(seat)).content.decode()
        self.assertNotIn("Canari", page[: page.index("</title>")])
        answer = self.claire.get(self.url(self.body, "composition.pdf"))
        self.assertEqual(
            answer.headers["Content-Disposition"], 'attachment; filename="composition.pdf"'
        )
