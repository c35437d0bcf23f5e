"""Agendas, subjects that wait, templates (D.1 ordre du jour; 001-04, 003-16)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clsm_core.governance.models import AgendaPoint, Meeting, MeetingTemplate
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.governance_rows import body, linked, mandate, user_of
from tests.governance.meeting_rows import convened, held, meeting, point, subject, validated


class Case(TestCase):
    """A coordinator, a contributor who sits in the committee, a meeting."""

    def setUp(self) -> None:
        """Open the council."""
        self.council = council()
        self.body = body(self.council)
        self.browser = member(self.council, "coordinator", "claire")
        self.user = user_of(self.browser)
        self.contributor = member(self.council, "contributor", "ines")
        linked(self.contributor, mandate(self.body).contact)
        self.meeting = meeting(self.body, days=30)

    def url(self, name: str, one: Any = None) -> str:
        """Return an address."""
        args = [self.council.slug] + ([one.pk] if one is not None else [])
        return reverse(f"governance:{name}", args=args)

    def post(
        self, name: str, one: Any = None, /, row: Any = None, browser: Any = None, **data: Any
    ) -> Any:
        """Post a form with its row's version."""
        row = row if row is not None else one
        if row is not None:
            data.setdefault("version", str(type(row).objects.get(pk=row.pk).version))
        data.setdefault("idempotency_key", str(uuid4()))
        return (browser or self.browser).post(self.url(name, one), data)

    def titles(self) -> list[str]:
        """Return the agenda as it stands."""
        rows = self.meeting.points.order_by("rank", "created_at")
        return list(rows.values_list("title", flat=True))


class Agenda(Case):
    """Points, hours, order."""

    POINT = {
        "title": "Budget du poste",
        "purpose": "decision",
        "minutes": "45",
        "presenter": "La trésorière",
        "details": "Le plan est joint.",
    }

    def test_every_field_of_a_point_is_shown(self) -> None:
        self.post("point_new", self.meeting, **self.POINT)
        page = self.browser.get(self.url("meeting", self.meeting))
        for words in (
            "Budget du poste",
            "décision",
            "45 min",
            "La trésorière",
            "Le plan est joint.",
        ):
            self.assertContains(page, words)
        kept = LogEntry.objects.get_for_object(self.meeting.points.get()).first().changes
        self.assertNotIn("trésorière", str(kept), "a history is never deleted")
        self.assertEqual(kept["title"], ["None", "Budget du poste"])

    def test_each_point_says_when_it_begins_and_the_agenda_when_it_is_too_long(self) -> None:
        """Time budget, summed and said when over."""
        self.meeting.starts_at = self.meeting.starts_at.replace(hour=13, minute=0)
        self.meeting.save()
        point(self.meeting, "Un", minutes=50)
        point(self.meeting, "Deux", minutes=60)
        page = self.browser.get(self.url("meeting", self.meeting))
        self.assertContains(page, "1 h 50 sur 2 h")
        self.assertContains(page, "il reste 10 min")
        content = page.content.decode()
        self.assertRegex(content, r"1[345] h 50")
        point(self.meeting, "Trois", minutes=30)
        page = self.browser.get(self.url("meeting", self.meeting))
        self.assertContains(page, "dépasse de 20 min")

    def test_buttons_move_a_point_and_a_second_tab_is_told(self) -> None:
        rows = [point(self.meeting, title) for title in ("Un", "Deux", "Trois")]
        old = str(Meeting.objects.get(pk=self.meeting.pk).version)
        answer = self.post("point_move", rows[2], row=self.meeting, direction="up")
        self.assertTrue(answer.url.endswith(f"#point-{rows[2].pk}"))
        self.assertEqual(self.titles(), ["Un", "Trois", "Deux"])
        self.post("point_move", rows[0], row=self.meeting, direction="up")
        self.assertEqual(self.titles(), ["Un", "Trois", "Deux"])
        self.post("point_move", rows[0], row=self.meeting, direction="down")
        self.assertEqual(self.titles(), ["Trois", "Un", "Deux"])
        page = self.post("point_move", rows[1], row=self.meeting, direction="up", version=old)
        self.assertContains(page, "Quelqu’un a modifié")
        self.assertEqual(self.titles(), ["Trois", "Un", "Deux"])

    def test_a_move_posted_twice_moves_once(self) -> None:
        rows = [point(self.meeting, title) for title in ("Un", "Deux", "Trois")]
        key = str(uuid4())
        for _ in range(2):
            self.post("point_move", rows[2], row=self.meeting, direction="up", idempotency_key=key)
        self.assertEqual(self.titles(), ["Un", "Trois", "Deux"])

    def test_edited_in_two_tabs_both_texts_are_shown(self) -> None:
        one = point(self.meeting, "Un")
        self.post("point_edit", one, **{**self.POINT, "title": "Premier texte"})
        page = self.post("point_edit", one, **{**self.POINT, "title": "Second"}, version="1")
        self.assertContains(page, "Premier texte")
        self.assertContains(page, "Second")
        self.assertEqual(self.titles(), ["Premier texte"])

    def test_given_back_it_waits_and_carried_it_stays(self) -> None:
        one, two = point(self.meeting, "À retirer"), point(self.meeting, "À reporter")
        self.post("point_give_back", one)
        later = meeting(self.body, days=60)
        self.post("point_carry", two, meeting=str(later.pk))
        self.assertEqual(self.titles(), ["À reporter"])
        self.assertEqual(later.points.get().carried_from, two)
        self.assertContains(self.browser.get(self.url("subjects")), "À retirer")
        page = self.browser.get(self.url("meeting", self.meeting))
        self.assertContains(page, "reporté à la réunion du")
        self.assertContains(self.post("point_carry", two, meeting=""), "déjà reporté")
        self.assertContains(
            self.browser.get(self.url("meeting", later)), "Reporté d’une réunion précédente"
        )

    def test_a_held_agenda_keeps_its_points(self) -> None:
        one = held(self.body)
        row = point(one, "Tenu")
        self.assertContains(self.post("point_give_back", row), "reportez ce point")
        validated(one, by=self.user)
        self.assertContains(self.post("point_edit", row, **self.POINT), "ne change plus")
        self.assertEqual(AgendaPoint.objects.get(pk=row.pk).title, "Tenu")

    def test_doors(self) -> None:
        row = point(self.meeting, "Un")
        other = council("autre", "Autre")
        stranger = member(other, "coordinator", "paul")
        for name, one in (
            ("point_new", self.meeting),
            ("agenda_keep", self.meeting),
            ("point_edit", row),
            ("point_move", row),
            ("point_give_back", row),
            ("point_carry", row),
        ):
            with self.subTest(name):
                self.assertEqual(self.browser.get(self.url(name, one)).status_code, 200)
                self.assertEqual(self.contributor.get(self.url(name, one)).status_code, 404)
                path = reverse(f"governance:{name}", args=["autre", one.pk])
                self.assertEqual(stranger.get(path).status_code, 404)
                self.assertEqual(stranger.post(path, {}).status_code, 404)

    def test_queries_do_not_grow_with_points_and_people(self) -> None:
        point(self.meeting, "Un")
        convened(self.meeting, by=self.user)
        url = self.url("meeting", self.meeting)
        self.browser.get(url)
        with CaptureQueriesContext(connection) as one:
            self.browser.get(url)
        for number in range(12):
            point(self.meeting, f"Point {number}")
            mandate(self.body)
        convened(Meeting.objects.get(pk=self.meeting.pk), by=self.user)
        with self.assertNumQueries(len(one)):
            self.browser.get(url)


class Subjects(Case):
    """Proposed by members, placed, set aside, never lost."""

    FIELDS = {"title": "Accès aux soins", "purpose": "discussion", "minutes": "20"}

    def test_a_member_proposes_and_is_named(self) -> None:
        """001-04: the assembly proposes; who proposed is shown."""
        data = {**self.FIELDS, "body": str(self.body.pk), "details": "Délais trop longs"}
        self.post("subject_new", browser=self.contributor, **data)
        page = self.browser.get(self.url("subjects"))
        for words in ("Accès aux soins", "Délais trop longs", "par Ines", "20 min"):
            self.assertContains(page, words)

    def test_a_reader_or_who_does_not_sit_there_proposes_nothing(self) -> None:
        reader = member(self.council, "reader", "remi")
        self.assertEqual(reader.get(self.url("subject_new")).status_code, 404)
        outside = member(self.council, "contributor", "paul")
        page = self.post("subject_new", browser=outside, **self.FIELDS, body=str(self.body.pk))
        self.assertEqual(page.status_code, 200)
        self.assertEqual(AgendaPoint.objects.count(), 0)

    def test_placed_on_an_agenda_of_its_body_alone(self) -> None:
        one = subject(self.body, by=user_of(self.contributor))
        elsewhere = meeting(body(self.council, "plenary"))
        page = self.post("subject_place", one, meeting=str(elsewhere.pk))
        self.assertEqual(page.status_code, 200)
        self.assertEqual(
            self.post("subject_place", one, meeting=str(self.meeting.pk)).status_code, 302
        )
        page = self.browser.get(self.url("meeting", self.meeting))
        self.assertContains(page, "Proposé par Ines")

    def test_set_aside_is_read_and_taken_up(self) -> None:
        one = subject(self.body, "Sujet écarté", by=self.user)
        self.post("subject_set_aside", one)
        page = self.contributor.get(self.url("subjects"))
        self.assertContains(page, "Écartés")
        self.assertContains(page, "Sujet écarté")
        self.post("subject_take_up", one)
        self.assertNotContains(self.browser.get(self.url("subjects")), "Écartés")

    def test_its_author_changes_it_and_no_other_member(self) -> None:
        one = subject(self.body, by=user_of(self.contributor))
        self.assertEqual(self.contributor.get(self.url("subject_edit", one)).status_code, 200)
        elected = member(self.council, "steering_member", "elise")
        self.assertEqual(elected.get(self.url("subject_edit", one)).status_code, 404)
        self.assertEqual(self.contributor.get(self.url("subject_place", one)).status_code, 404)
        self.assertEqual(self.browser.get(self.url("subject_edit", one)).status_code, 200)

    def test_individuals_are_asked_about(self) -> None:
        """D-10."""
        data = {**self.FIELDS, "body": str(self.body.pk), "details": "M. Durand, né le 3/4/1980"}
        page = self.post("subject_new", browser=self.contributor, **data)
        self.assertContains(page, "« M. Durand »")
        self.assertContains(page, "né le 3/4/1980")
        self.assertEqual(AgendaPoint.objects.count(), 0)
        self.post("subject_new", browser=self.contributor, **data, is_general="on")
        self.assertEqual(AgendaPoint.objects.count(), 1)


class Templates(Case):
    """Agendas that come back."""

    TEXT = "Ouverture ; information ; 5\nAvancement ; des groupes ; échange ; 40"

    def test_written_by_hand_then_applied(self) -> None:
        """003-16: the assembly always hears the yearly report and the groups."""
        self.post("agenda_template_new", name="Comité ordinaire", points=self.TEXT)
        found = MeetingTemplate.objects.get()
        self.assertEqual(found.lines[1]["title"], "Avancement ; des groupes")
        self.assertContains(self.browser.get(self.url("agenda_templates")), "Comité ordinaire")
        self.post("agenda_apply", self.meeting, template=str(found.pk))
        self.assertEqual(self.titles(), ["Ouverture", "Avancement ; des groupes"])
        answer = self.post(
            "meeting_new",
            body=str(self.body.pk),
            title="",
            starts_at="2030-01-10T10:00",
            duration_minutes="60",
            mode="on_site",
            place="Mairie",
            link="",
            template=str(found.pk),
        )
        self.assertContains(self.browser.get(answer.url), "Ouverture")

    def test_made_from_a_meeting_changed_and_deleted(self) -> None:
        point(self.meeting, "Budget", purpose="decision", minutes=30)
        self.post("agenda_keep", self.meeting, name="Budget annuel")
        found = MeetingTemplate.objects.get()
        page = self.browser.get(self.url("agenda_template_edit", found))
        self.assertContains(page, "Budget ; décision ; 30")
        self.post("agenda_template_edit", found, name="Autre nom", points=self.TEXT)
        self.assertContains(self.browser.get(self.url("agenda_templates")), "Autre nom")
        self.post("agenda_template_delete", found)
        self.assertEqual(MeetingTemplate.objects.count(), 0)
        self.assertEqual(self.titles(), ["Budget"])

    def test_wrong_lines_are_named_and_kept(self) -> None:
        page = self.post(
            "agenda_template_new", name="X", points="Ouverture ; vote ; 5\nA ; échange ; ²"
        )
        self.assertContains(page, "Ligne 1")
        self.assertContains(page, "Ligne 2")
        self.assertContains(page, "Ouverture ; vote ; 5")
        self.assertEqual(MeetingTemplate.objects.count(), 0)

    def test_same_name_twice_is_said(self) -> None:
        self.post("agenda_template_new", name="X", points=self.TEXT)
        page = self.post("agenda_template_new", name="X", points=self.TEXT)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(MeetingTemplate.objects.count(), 1)

    def test_templates_of_another_council_are_absent(self) -> None:
        other = council("autre", "Autre")
        mine = MeetingTemplate.objects.create(council=self.council, name="X", lines=[])
        theirs = MeetingTemplate.objects.create(council=other, name="Y", lines=[])
        self.assertEqual(
            self.browser.get(self.url("agenda_template_edit", theirs)).status_code, 404
        )
        page = self.post("agenda_apply", self.meeting, template=str(theirs.pk))
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self.browser.get(self.url("agenda_template_edit", mine)).status_code, 200)


class Public(Case):
    """What anybody reads of validated and published minutes."""

    def test_published_minutes_are_open_and_name_nobody(self) -> None:
        """D-06: only what is validated; the council's public page must be open."""
        one = held(self.body)
        row = point(one, "Budget", presenter="Nom Présentateur")
        validated(one, by=self.user)
        url = reverse("public_governance:minutes", args=["metz", one.pk])
        anonymous = self.client
        self.assertEqual(anonymous.get(url).status_code, 404)
        self.post("minutes_publish", one)
        self.assertEqual(anonymous.get(url).status_code, 404)
        self.council.is_published = True
        self.council.save()
        page = anonymous.get(url)
        self.assertContains(page, "Le comité s’est réuni.")
        self.assertContains(page, row.title)
        for name in ("Lambert", "Nom Présentateur", "Claire"):
            self.assertNotContains(page, name)
        self.post("minutes_unpublish", one)
        self.assertEqual(anonymous.get(url).status_code, 404)
