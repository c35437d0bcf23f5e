"""Who opens which page of a meeting, by which method (style 24; D.3)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.governance.council_people import council, member
from tests.governance.governance_rows import end_role
from tests.governance.meeting_case import Case
from tests.governance.meeting_rows import meeting, point, subject

MANAGED = (
    "meeting_edit",
    "meeting_cancel",
    "point_new",
    "agenda_keep",
    "meeting_convene",
    "meeting_send_again",
    "meeting_letters_pdf",
    "meeting_unreached_pdf",
    "meeting_signatures_pdf",
    "meeting_attendance",
    "meeting_guests",
    "minutes_write",
    "minutes_finish",
    "minutes_circulate",
)
SIGNED = ("minutes_validate", "minutes_reopen", "minutes_publish", "minutes_unpublish")
READ = ("meeting", "meeting_agenda_pdf", "meeting_presences_pdf", "meeting_ics")
SAFE = (*READ, "meeting_letters_pdf", "meeting_signatures_pdf", "meeting_minutes_pdf")


class Doors(Case):
    """Each page with each kind of person."""

    def setUp(self) -> None:
        """Plan a meeting with a point."""
        super().setUp()
        self.meeting = meeting(self.body)
        point(self.meeting)

    def statuses(self, browser: Client, names: tuple[str, ...]) -> dict[str, int]:
        """Return the status of GET on each page."""
        return {name: browser.get(self.url(name, self.meeting)).status_code for name in names}

    def test_the_coordinator_opens_everything(self) -> None:
        found = self.statuses(self.browser, (*MANAGED, *SIGNED, *READ))
        self.assertEqual(set(found.values()), {200}, found)

    def test_who_steers_reads_and_who_presides_signs(self) -> None:
        elected = member(self.council, "steering_member", "elise")
        president = member(self.council, "president", "anne")
        for browser, names, expected in (
            (elected, READ, 200),
            (elected, (*MANAGED, *SIGNED), 404),
            (president, (*READ, *SIGNED), 200),
            (president, MANAGED, 404),
        ):
            found = self.statuses(browser, names)
            self.assertEqual(set(found.values()), {expected}, found)

    def test_others_find_nothing(self) -> None:
        """A reader without a seat, a stranger, somebody whose role ended, nobody."""
        everything = (*MANAGED, *SIGNED, *READ)
        ended = member(self.council, "coordinator", "gone")
        end_role(ended, dt.date(2024, 1, 1))
        for browser in (
            member(self.council, "reader", "remi"),
            member(self.council, "contributor", "ines"),
            member(council("autre", "Autre"), "coordinator", "paul"),
            ended,
        ):
            found = self.statuses(browser, everything)
            self.assertEqual(set(found.values()), {404}, found)
        anonymous = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
        self.assertEqual(set(self.statuses(anonymous, everything).values()), {302})

    def test_what_gives_a_paper_takes_no_post(self) -> None:
        for name in SAFE:
            self.assertEqual(self.browser.post(self.url(name, self.meeting)).status_code, 405, name)
        for name in (*MANAGED, *SIGNED):
            if name not in SAFE and not name.endswith("_pdf"):
                self.assertEqual(self.browser.put(self.url(name, self.meeting)).status_code, 405)

    def test_subjects_and_lists(self) -> None:
        row = subject(self.body, by=self.user)
        elected = member(self.council, "steering_member", "elise")
        for name in ("subject_place", "subject_set_aside", "subject_take_up", "subject_edit"):
            self.assertEqual(self.browser.get(self.url(name, row)).status_code, 200, name)
            self.assertEqual(elected.get(self.url(name, row)).status_code, 404, name)
        for name in ("meetings", "subjects"):
            url = reverse(f"governance:{name}", args=["metz"])
            self.assertEqual(elected.get(url).status_code, 200)
            self.assertEqual(elected.post(url).status_code, 405)

    def test_no_person_stands_in_an_address_a_title_or_a_file_name(self) -> None:
        for name in (*READ, "meeting_letters_pdf", "meeting_signatures_pdf", "meeting_convene"):
            answer = self.browser.get(self.url(name, self.meeting))
            head = str(answer.headers) + self.url(name, self.meeting)
            if "text/html" in answer.headers["Content-Type"]:
                head += answer.content.decode().split("</title>")[0].split("<title>")[1]
            for person in ("Weber", "Muller", "Petit", "Sansmel"):
                self.assertNotIn(person, head)
