"""The list of meetings, planning one or a series (D.1 réunion; 003-13, 004-20)."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clsm_core.governance.models import Meeting, MeetingSeries
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.governance_rows import body, linked, mandate, user_of
from tests.governance.meeting_rows import held, meeting


class MeetingsList(TestCase):
    """Next first, past by year, by body."""

    def setUp(self) -> None:
        """Open a council with a committee."""
        self.council = council()
        self.body = body(self.council)
        self.url = reverse("governance:meetings", args=["metz"])
        self.browser = member(self.council, "coordinator", "claire")

    def test_next_and_past_are_shown_with_their_state(self) -> None:
        """D.1: each meeting has its state; 000-20: all of a year are there to count."""
        meeting(self.body, title="Bilan annuel")
        held(self.body, title="Rentrée")
        page = self.browser.get(self.url)
        self.assertContains(page, "Bilan annuel")
        self.assertContains(page, "prévue")
        self.assertContains(page, "tenue, compte rendu à rédiger")

    def test_an_empty_list_teaches(self) -> None:
        self.assertContains(self.browser.get(self.url), "Aucune réunion n’est prévue")

    def test_filter_by_body_and_year(self) -> None:
        other = body(self.council, "plenary")
        meeting(self.body, title="Celle du comité")
        meeting(other, title="Celle de l’assemblée")
        old = meeting(self.body, days=-800, title="Ancienne")
        old.state = "held"
        old.save()
        page = self.browser.get(self.url, {"instance": str(other.pk)})
        self.assertContains(page, "Celle de l’assemblée")
        self.assertNotContains(page, "Celle du comité")
        year = str(old.starts_at.year)
        self.assertContains(self.browser.get(self.url, {"annee": year}), "Ancienne")
        for odd in ("x", "²", "99999999999999999999", ""):
            self.assertEqual(self.browser.get(self.url, {"annee": odd}).status_code, 200)
        self.assertEqual(self.browser.get(self.url, {"instance": "x"}).status_code, 200)

    def test_a_reader_sees_the_bodies_where_she_sits(self) -> None:
        meeting(self.body, title="Réservée")
        reader = member(self.council, "reader", "remi")
        self.assertNotContains(reader.get(self.url), "Réservée")
        linked(reader, mandate(self.body).contact)
        self.assertContains(reader.get(self.url), "Réservée")

    def test_doors(self) -> None:
        anonymous = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
        self.assertEqual(anonymous.get(self.url).status_code, 302)
        stranger = member(council("autre", "Autre"), "coordinator", "paul")
        self.assertEqual(stranger.get(self.url).status_code, 404)
        self.assertEqual(self.browser.post(self.url).status_code, 405)
        reader = member(self.council, "steering_member", "remi")
        for name in ("meeting_new", "series_new", "agenda_templates"):
            path = reverse(f"governance:{name}", args=["metz"])
            self.assertEqual(self.browser.get(path).status_code, 200)
            self.assertEqual(reader.get(path).status_code, 404)

    def test_queries_do_not_grow(self) -> None:
        meeting(self.body)
        held(self.body)
        self.browser.get(self.url)
        with CaptureQueriesContext(connection) as one:
            self.browser.get(self.url)
        for number in range(10):
            meeting(self.body, days=31 + number)
            held(self.body)
        with self.assertNumQueries(len(one)):
            self.browser.get(self.url)


class Planning(TestCase):
    """One meeting, or several that come back."""

    def setUp(self) -> None:
        """Open a council with a committee."""
        self.council = council()
        self.body = body(self.council)
        self.browser = member(self.council, "coordinator", "claire")
        self.url = reverse("governance:meeting_new", args=["metz"])
        self.fields = {
            "body": str(self.body.pk),
            "title": "Bilan annuel",
            "starts_at": "2027-03-09T14:30",
            "duration_minutes": "90",
            "mode": "both",
            "place": "Hôtel de ville, salle 3",
            "link": "visio.exemple.fr/metz",
        }

    def post(self, **changes: str):
        """Post the form once, with a new key."""
        data = {**self.fields, **changes, "idempotency_key": str(uuid4())}
        return self.browser.post(self.url, data)

    def test_every_field_is_found_again(self) -> None:
        """D.1: instance, date, lieu, mode, durée."""
        answer = self.post()
        page = self.browser.get(answer.url)
        for words in (
            "Bilan annuel",
            "Mardi 9 mars 2027, de 14 h 30 à 16 h",
            "Hôtel de ville, salle 3",
            "https://visio.exemple.fr/metz",
            "sur place et à distance",
            "1 h 30",
        ):
            self.assertContains(page, words)

    def test_a_year_that_no_calendar_counts_is_refused(self) -> None:
        """Written, its page could not be drawn any more, nor the meeting cancelled."""
        for typed in ("9999-12-31T23:30", "0001-01-01T00:00", "3000-01-01T10:00"):
            page = self.post(starts_at=typed)
            self.assertContains(page, "de 1900 à 2999")
            self.assertContains(page, "Bilan annuel")
        self.assertEqual(Meeting.objects.count(), 0)
        answer = self.post(starts_at="2999-12-31T23:30")
        self.assertEqual(self.browser.get(answer.url).status_code, 200)

    def test_posted_twice_makes_one(self) -> None:
        data = {**self.fields, "idempotency_key": str(uuid4())}
        first = self.browser.post(self.url, data)
        second = self.browser.post(self.url, data)
        self.assertEqual(first.url, second.url)
        self.assertEqual(Meeting.objects.count(), 1)

    def test_a_place_or_a_link_is_asked(self) -> None:
        page = self.post(mode="on_site", place="")
        self.assertContains(page, "Dites où la réunion a lieu.")
        self.assertContains(page, "Bilan annuel")
        page = self.post(mode="remote", link="")
        self.assertContains(page, "Donnez le lien de connexion.")
        self.assertEqual(Meeting.objects.count(), 0)

    def test_bodies_of_others_and_commissions_are_no_choice(self) -> None:
        foreign = body(council("autre", "Autre"))
        hidden = body(self.council, "commission")
        for one in (foreign, hidden):
            self.post(body=str(one.pk))
            self.assertEqual(Meeting.objects.count(), 0)
        self.post()
        self.assertEqual(Meeting.objects.count(), 1)

    def test_a_series_keeps_the_weekday_and_the_hour(self) -> None:
        """D.1 (périodicité): the second Tuesday stays the second Tuesday, across summer time."""
        url = reverse("governance:series_new", args=["metz"])
        data = {**self.fields, "every_months": "3", "count": "4", "rhythm": "weekday"}
        answer = self.browser.post(url, {**data, "idempotency_key": str(uuid4())})
        self.assertRedirects(
            answer, reverse("governance:meetings", args=["metz"]) + f"?instance={self.body.pk}"
        )
        starts = [
            one.starts_at.astimezone(dt.UTC).isoformat()
            for one in Meeting.objects.order_by("starts_at")
        ]
        self.assertEqual(
            starts,
            [
                "2027-03-09T13:30:00+00:00",
                "2027-06-08T12:30:00+00:00",
                "2027-09-14T12:30:00+00:00",
                "2027-12-14T13:30:00+00:00",
            ],
        )
        self.assertEqual(MeetingSeries.objects.get().count, 4)

    def test_without_a_body_the_page_says_what_to_do(self) -> None:
        empty = council("vide", "Vide")
        browser = member(empty, "coordinator", "ines")
        page = browser.get(reverse("governance:meeting_new", args=["vide"]))
        self.assertContains(page, "Aucune instance ne peut se réunir")

    def test_an_individual_in_a_title_is_asked_about(self) -> None:
        """D-10: warned, never refused silently."""
        page = self.post(title="Situation de Mme Durand")
        self.assertContains(page, "Mme Durand")
        self.assertContains(page, "is_general")
        self.assertEqual(Meeting.objects.count(), 0)
        self.post(title="Situation de Mme Durand", is_general="on")
        self.assertEqual(Meeting.objects.count(), 1)

    def test_a_role_that_ended_plans_nothing(self) -> None:
        from tests.governance.governance_rows import end_role

        end_role(self.browser, dt.date(2024, 1, 1))
        self.assertEqual(self.post().status_code, 404)
        self.assertIsNotNone(user_of(self.browser))
