"""Two tabs, two clicks: what is validated stays as it was, what was done once is done once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import Refusal
from clsm_core.governance.actions import agendas, attendance, minutes
from clsm_core.governance.models import AgendaPoint, Attendance, Document, Meeting, MeetingTemplate
from tests.governance.meeting_case import Case
from tests.governance.meeting_rows import (
    held,
    meeting,
    point,
    signed_off,
    subject,
    validated,
    written,
)


class Frozen(Case):
    """D-06: validated minutes change by no door, even one that was opened before."""

    def acts(self, one: Meeting, row: AgendaPoint, guest: Attendance) -> list[Any]:
        """Give what would change minutes, each on rows read before the validation."""
        fields = {"title": "Réécrit", "purpose": "decision", "minutes": 5}
        return [
            lambda: agendas.add(meeting=one, fields=fields),
            lambda: agendas.change(point=row, fields=fields),
            lambda: agendas.carry_over(point=row, to=None),
            lambda: attendance.add_guests(meeting=one, contacts=[self.by_letter]),
            lambda: attendance.remove_guest(row=guest),
            lambda: minutes.write(meeting=one, text="Réécrit", notes={}),
        ]

    def read(self) -> tuple[Meeting, AgendaPoint, Attendance]:
        """Give a written meeting, a point and a guest, as a request reads them."""
        one = held(self.body, starts_at=now())
        row = point(one, "Budget")
        attendance.add_guests(meeting=one, contacts=[self.guest])
        written(one)
        found = Meeting.objects.select_related("body__council").get(pk=one.pk)
        row = found.points.get(pk=row.pk)
        guest = found.attendances.get(contact=self.guest)
        return found, row, guest

    def test_an_act_that_began_before_a_validation_is_refused_after_it(self) -> None:
        """D-06: agenda, presences, guests, notes; each row was read before."""
        for place in range(6):
            one, row, guest = self.read()
            Attendance.objects.filter(meeting=one, contact=self.by_letter).delete()
            stored = Meeting.objects.get(pk=one.pk)
            signed_off(stored, by=self.user)
            with self.subTest(place), self.assertRaises(Refusal):
                self.acts(one, row, guest)[place]()
            kept = Meeting.objects.get(pk=one.pk)
            self.assertEqual((kept.minutes_state, kept.version), ("validated", stored.version))
            self.assertEqual(kept.points.get().title, "Budget")

    def test_before_the_validation_each_is_done(self) -> None:
        """The control: the same acts, a moment earlier."""
        for place in range(6):
            one, row, guest = self.read()
            Attendance.objects.filter(meeting=one, contact=self.by_letter).delete()
            with self.subTest(place):
                self.acts(one, row, guest)[place]()

    def test_a_point_of_validated_minutes_is_not_carried_over(self) -> None:
        """D-06: the minutes would say « point reporté » after their validation."""
        one = held(self.body, starts_at=now())
        row, other = point(one, "Budget"), point(one, "Bilan")
        self.assertEqual(self.post("point_carry", other, meeting="").status_code, 302)
        validated(one, by=self.user)
        self.assertContains(self.post("point_carry", row, meeting=""), "ne change plus")
        self.assertFalse(AgendaPoint.objects.filter(carried_from=row).exists())


class Twice(Case):
    """Decisions 50: a second click leads where the first one led, even once the row is gone."""

    def click_twice(self, name: str, row: Any) -> None:
        """Post the same form twice, then another one."""
        data = {"version": getattr(row, "version", ""), "idempotency_key": str(uuid4())}
        first, second = (self.browser.post(self.url(name, row), data) for _ in range(2))
        self.assertEqual((first.status_code, second.status_code), (302, 302), name)
        self.assertEqual(first.url, second.url)
        other = {**data, "idempotency_key": str(uuid4())}
        self.assertEqual(self.browser.post(self.url(name, row), other).status_code, 404, name)

    def test_what_goes_away_by_one_click(self) -> None:
        one = meeting(self.body)
        row = point(one, "À retirer")
        attendance.add_guests(meeting=one, contacts=[self.guest])
        template = MeetingTemplate.objects.create(council=self.council, name="Ordinaire")
        document = Document.objects.create(
            council=self.council,
            meeting=one,
            title="Plan",
            file_name="plan.pdf",
            media_type="application/pdf",
            size=5,
            sha256="0" * 64,
            content=b"%PDF-",
            added_by=self.user,
        )
        self.click_twice("point_give_back", row)
        self.click_twice("guest_remove", Attendance.objects.get(contact=self.guest))
        self.click_twice("agenda_template_delete", template)
        self.click_twice("document_withdraw", document)

    def test_a_subject_placed_by_two_clicks(self) -> None:
        one, row = meeting(self.body), subject(self.body, by=self.user)
        key = str(uuid4())
        data = {"version": row.version, "idempotency_key": key, "meeting": str(one.pk)}
        answers = [self.browser.post(self.url("subject_place", row), data) for _ in range(2)]
        self.assertEqual([one.status_code for one in answers], [302, 302])
        self.assertEqual(answers[0].url, answers[1].url)
