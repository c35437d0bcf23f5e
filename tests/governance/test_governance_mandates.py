"""Seats of a body: given one by one or several at once; doors; the list on paper."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from clsm_core.accounts.posting import Refusal
from clsm_core.governance.actions import mandates
from clsm_core.governance.models import Body, BodyMandate
from tests.cases_of import Client, CommittingTestCase
from tests.governance import governance_rows as rows
from tests.governance.council_people import council, member
from tests.governance.test_governance_bodies import TODAY, Bodies


class Seats(Bodies):
    """A steering committee to sit in."""

    def setUp(self) -> None:
        super().setUp()
        self.body = rows.body(self.council)
        self.new = self.url(self.body, "membres/ajouter/")

    def seat_url(self, seat: BodyMandate, more: str = "") -> str:
        return self.url(self.body, f"membres/{seat.pk}/{more}")

    def typed(self, **values: object) -> dict[str, object]:
        return {
            "college": "",
            "role": "member",
            "quality": "titular",
            "stands_in_for": "",
            "has_vote": "on",
            "starts_on": "2026-01-01",
            "ends_on": "",
            **values,
        }


class Adding(Seats):
    """One by one or several at once."""

    def test_all_that_is_typed_is_read_again(self) -> None:
        """001-02, D.1 composition: member, organisation, role, quality, vote, dates."""
        place = rows.organisation(self.council, "Canari-structure", "users")
        who = rows.contact(
            self.council, "Canari-nom", "users", place, first_name="Aïcha", job_title="canari-poste"
        )
        answer = rows.submit(
            self.claire,
            self.new,
            **self.typed(
                contact=who.pk, role="co_animator", ends_on="2028-12-31", college="carers"
            ),
        )
        self.assertRedirects(answer, self.url(self.body))
        page = self.claire.get(self.url(self.body))
        for shown in (
            "Aïcha Canari-nom",
            "canari-poste",
            "Canari-structure",
            "co-animation",
            "Aidants, familles",
            "du 1er janv. 2026 au 31 déc. 2028",
        ):
            self.assertContains(page, shown)
        text = rows.pdf_text(self.claire.get(self.url(self.body, "composition.pdf")).content)
        for shown in ("Canari-nom", "canari-poste", "Canari-structure", "co-animation"):
            self.assertIn(shown, text.replace("\ufffe", "-"))

    def test_without_a_college_the_contact_s_own(self) -> None:
        """001-01: the college comes from the directory, and is shown before posting."""
        who = rows.contact(self.council, "Aidante", "carers")
        page = self.claire.get(f"{self.new}?contact={who.pk}")
        self.assertContains(page, '<option value="carers" selected>')
        rows.submit(self.claire, self.new, **self.typed(contact=who.pk))
        self.assertEqual(BodyMandate.objects.get().college, "carers")

    def test_a_person_sits_once_at_a_time(self) -> None:
        """Overlaps are refused by the page and by the action; one day after is accepted."""
        who = rows.contact(self.council, "Lambert")
        rows.mandate(self.body, who, since=dt.date(2025, 1, 1), ends_on=dt.date(2025, 12, 31))
        for since, until in (
            (dt.date(2025, 12, 31), None),
            (dt.date(2024, 1, 1), dt.date(2025, 1, 1)),
            (dt.date(2025, 3, 1), dt.date(2025, 4, 1)),
            (dt.date(2024, 1, 1), None),
        ):
            with self.assertRaises(Refusal) as refusal:
                rows.mandate(self.body, who, since=since, ends_on=until)
            self.assertIn("siège déjà", refusal.exception.message)
        rows.mandate(self.body, who, since=dt.date(2026, 1, 1))
        answer = rows.submit(
            self.claire, self.new, **self.typed(contact=who.pk, starts_on="2025-06-01")
        )
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(BodyMandate.objects.count(), 2)
        # Control: the same person may sit in another body.
        rows.mandate(rows.body(self.council, "plenary"), who)

    def test_one_president_at_a_time(self) -> None:
        """001-06: a second presidency waits for the end of the first; a substitute has none."""
        first = rows.mandate(self.body, role="president", ends_on=dt.date(2026, 3, 31))
        other = rows.contact(self.council, "Autre")
        with self.assertRaises(Refusal) as refusal:
            rows.mandate(self.body, other, role="president", since=dt.date(2026, 3, 31))
        self.assertEqual(refusal.exception.field, "role")
        with self.assertRaises(Refusal):
            rows.mandate(
                self.body, other, role="president", quality="substitute", stands_in_for=first
            )
        rows.mandate(self.body, other, role="president", since=dt.date(2026, 4, 1))

    def test_a_substitute_stands_in_for_a_titular_of_the_body(self) -> None:
        """D.1: nobody, another body, a substitute, somebody gone: refused; then listed beneath."""
        titular = rows.mandate(self.body, rows.contact(self.council, "Titulaire"))
        plenary = rows.body(self.council, "plenary")
        elsewhere = rows.mandate(plenary, rows.contact(self.council, "Ailleurs"))
        gone = rows.mandate(
            self.body, rows.contact(self.council, "Partie"), ends_on=dt.date(2024, 12, 31)
        )
        who = rows.contact(self.council, "Suppléante")
        for wrong in (None, elsewhere, gone):
            with self.assertRaises(Refusal) as refusal:
                rows.mandate(
                    self.body,
                    who,
                    since=dt.date(2026, 1, 1),
                    quality="substitute",
                    stands_in_for=wrong,
                )
            self.assertEqual(refusal.exception.field, "stands_in_for")
        with self.assertRaises(Refusal):
            rows.mandate(self.body, who, stands_in_for=titular)
        answer = rows.submit(
            self.claire,
            self.new,
            **self.typed(contact=who.pk, quality="substitute", stands_in_for=elsewhere.pk),
        )
        self.assertEqual(answer.status_code, 200)
        answer = rows.submit(
            self.claire,
            self.new,
            **self.typed(contact=who.pk, quality="substitute", stands_in_for=titular.pk),
        )
        self.assertEqual(answer.status_code, 302)
        page = self.claire.get(self.url(self.body)).content.decode()
        self.assertIn("suppléant de Titulaire", page)
        self.assertLess(page.index("Titulaire"), page.index("Suppléante"))

    def test_several_at_once_or_nobody(self) -> None:
        """Bulk addition: each in her own college; one who already sits undoes the whole."""
        people = [rows.contact(self.council, f"Nom{rank}", "social") for rank in range(3)]
        people.append(rows.contact(self.council, "Élue", "elected"))
        url = self.url(self.body, "membres/plusieurs/")
        self.assertContains(self.claire.get(url), "Nom2")
        answer = rows.submit(
            self.claire,
            url,
            contacts=[one.pk for one in people],
            has_vote="on",
            starts_on="2026-01-01",
            ends_on="2027-12-31",
        )
        self.assertRedirects(answer, self.url(self.body))
        self.assertEqual(BodyMandate.objects.filter(body=self.body).count(), 4)
        self.assertEqual(BodyMandate.objects.get(contact=people[3]).college, "elected")
        newcomer = rows.contact(self.council, "Nouvelle")
        with self.assertRaises(Refusal):
            mandates.add_many(
                body=self.body,
                contacts=[newcomer, people[0]],
                starts_on=dt.date(2026, 2, 1),
                values={},
            )
        self.assertFalse(BodyMandate.objects.filter(contact=newcomer).exists())

    def test_ids_of_another_council_are_refused(self) -> None:
        """In the form and in the action; control: her own contact passes."""
        foreign = rows.contact(council("autre", "Autre"), "Étrangère")
        for url, name in ((self.new, "contact"), (self.url(self.body, "membres/plusieurs/"), "c")):
            field = {name: foreign.pk} if name == "contact" else {"contacts": [foreign.pk]}
            answer = rows.submit(self.claire, url, **self.typed(**field))
            self.assertEqual(answer.status_code, 200, url)
        with self.assertRaises(Refusal):
            rows.mandate(self.body, foreign)
        self.assertFalse(BodyMandate.objects.exists())
        mine = rows.contact(self.council, "Mienne")
        answer = rows.submit(self.claire, self.new, **self.typed(contact=mine.pk))
        self.assertEqual(answer.status_code, 302)

    def test_inactive_contacts_are_not_offered(self) -> None:
        gone = rows.contact(self.council, "Inactive")
        gone.is_active = False
        gone.save()
        self.assertNotContains(self.claire.get(self.new), "Inactive")
        answer = rows.submit(self.claire, self.new, **self.typed(contact=gone.pk))
        self.assertEqual(answer.status_code, 200)

    def test_posted_twice_makes_one(self) -> None:
        who = rows.contact(self.council, "Lambert")
        typed = self.typed(contact=who.pk, idempotency_key=str(uuid.uuid4()))
        self.assertEqual(rows.submit(self.claire, self.new, **typed).status_code, 302)
        self.assertEqual(rows.submit(self.claire, self.new, **typed).status_code, 302)
        self.assertEqual(BodyMandate.objects.count(), 1)

    def test_outside_the_life_of_the_body(self) -> None:
        """Neither before it was opened nor after it was closed."""
        for since in (dt.date(2020, 1, 1),):
            with self.assertRaises(Refusal):
                rows.mandate(self.body, since=since)
        Body.objects.filter(pk=self.body.pk).update(ends_on=dt.date(2026, 1, 31))
        self.body.refresh_from_db()
        with self.assertRaises(Refusal):
            rows.mandate(self.body, since=dt.date(2026, 1, 1))
        rows.mandate(self.body, since=dt.date(2026, 1, 1), ends_on=dt.date(2026, 1, 31))


class Doors(Seats):
    """Siblings of the pages of a mandate."""

    def test_who_opens_a_mandate(self) -> None:
        seat = rows.mandate(self.body)
        pages = [self.seat_url(seat, more) for more in ("", "modifier/", "fin/", "renouveler/")]
        pages += [self.new, self.url(self.body, "membres/plusieurs/")]
        stranger = member(council("autre", "Autre"), "coordinator", "denise")
        sam = member(self.council, "steering_member", "sam")
        for page in pages:
            self.assertEqual(self.claire.get(page).status_code, 200, page)
            self.assertEqual(Client().get(page).status_code, 302)
            self.assertEqual(stranger.get(page).status_code, 404)
            self.assertEqual(sam.get(page).status_code, 404)
            self.assertIn(sam.post(page).status_code, (404, 405))
        self.assertEqual(self.claire.post(pages[0]).status_code, 405)

    def test_a_mandate_is_reached_through_its_own_body(self) -> None:
        """Another body of the council, another council: 404."""
        seat = rows.mandate(self.body)
        plenary = rows.body(self.council, "plenary")
        other = rows.mandate(rows.body(council("autre", "Autre")))
        self.assertEqual(self.claire.get(self.url(plenary, f"membres/{seat.pk}/")).status_code, 404)
        self.assertEqual(self.claire.get(self.seat_url(other)).status_code, 404)
        self.assertEqual(self.claire.get(self.seat_url(seat)).status_code, 200)

    def test_links_to_mandates_are_for_who_may_follow_them(self) -> None:
        seat = rows.mandate(self.body)
        self.assertContains(self.claire.get(self.url(self.body)), self.seat_url(seat))
        page = member(self.council, "steering_member", "sam").get(self.url(self.body))
        self.assertContains(page, "Lambert")
        self.assertNotContains(page, str(seat.pk))

    def test_a_forgotten_person_keeps_her_place(self) -> None:
        """Her name goes, her seat stays in the history."""
        seat = rows.mandate(self.body)
        who = seat.contact
        who.first_name, who.last_name, who.is_active = "", "", False
        who.save()
        self.assertContains(self.claire.get(self.url(self.body)), "personne oubliée")


class Papers(Seats):
    """The composition to carry away."""

    def test_spreadsheets_hold_every_seat(self) -> None:
        """CSV and ODS: college, name, organisation, role; formulas are made harmless."""
        rows.mandate(self.body, rows.contact(self.council, "=Canari()", "users"))
        text = self.claire.get(self.url(self.body, "composition.csv")).content.decode("utf-8-sig")
        self.assertIn("Personnes concernées, usagers;'=Canari()", text)
        ods = self.claire.get(self.url(self.body, "composition.ods"))
        self.assertEqual(
            ods.headers["Content-Type"], "application/vnd.oasis.opendocument.spreadsheet"
        )
        self.assertEqual(ods.content[:2], b"PK")

    def test_an_empty_composition_is_said(self) -> None:
        text = rows.pdf_text(self.claire.get(self.url(self.body, "composition.pdf")).content)
        self.assertIn("Aucun membre n’est inscrit", text)

    def test_shares_by_college(self) -> None:
        """002-02, 004-13: the part of each college among titulars."""
        for rank, college in enumerate(("elected", "users", "users", "carers")):
            rows.mandate(self.body, rows.contact(self.council, f"Nom{rank}", college))
        page = self.claire.get(self.url(self.body))
        self.assertContains(page, "2 sur 4 (50\u00a0%)")
        self.assertContains(page, "1 sur 4 (25\u00a0%)")

    def test_a_page_costs_the_same_for_twenty(self) -> None:
        rows.mandate(self.body, ends_on=TODAY - dt.timedelta(days=1))
        first = rows.mandate(self.body, rows.contact(self.council, "Un"))
        rows.mandate(
            self.body, rows.contact(self.council, "S"), quality="substitute", stands_in_for=first
        )
        self.claire.get(self.url(self.body))
        with CaptureQueriesContext(connection) as one:
            self.claire.get(self.url(self.body))
        for rank in range(19):
            rows.mandate(self.body, rows.contact(self.council, f"Nom{rank}"))
            rows.mandate(
                self.body,
                rows.contact(self.council, f"Parti{rank}"),
                ends_on=TODAY - dt.timedelta(days=2),
            )
        with CaptureQueriesContext(connection) as twenty:
            self.assertContains(self.claire.get(self.url(self.body)), "Nom18")
        self.assertEqual(len(twenty), len(one))


class AtOnce(CommittingTestCase):
    """Two people give the presidency at the same time."""

    def test_one_of_two_presidents_is_refused(self) -> None:
        """001-06: the body is held while the rules that read other rows are checked."""
        body = rows.body(council())
        people = [rows.contact(body.council, name) for name in ("Un", "Deux")]
        barrier = threading.Barrier(2)
        outcomes: list[str] = []

        def give(who: object) -> None:
            barrier.wait()
            try:
                rows.mandate(body, who, role="president")
                outcomes.append("done")
            except Refusal as refusal:
                outcomes.append(refusal.message)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=give, args=[one]) for one in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(
            sorted(outcomes), ["L’instance a déjà une présidence à ces dates.", "done"]
        )
        self.assertEqual(BodyMandate.objects.filter(role="president").count(), 1)
