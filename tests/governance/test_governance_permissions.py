"""Who may do what in a body: every role of the council by every seat in the body."""

from __future__ import annotations

import datetime as dt

from clsm_core.accounts.clock import now
from clsm_core.council.access import Member, memberships
from clsm_core.council.models import CouncilRole
from clsm_core.governance import permissions
from clsm_core.governance.models import Body, SeatRole
from tests.cases_of import TestCase
from tests.governance import governance_rows as rows
from tests.governance.council_people import council, member

ALL_BODIES = {"coordinator", "president", "co_animator", "steering_member"}
SIGNING_ROLES = {"coordinator", "president", "co_animator"}
SIGNING_SEATS = {"president", "co_animator"}


class Matrix(TestCase):
    """Decisions 46, D.3: six roles, five seats (none among them), written by hand."""

    def setUp(self) -> None:
        self.council = council()
        self.today = now().date()
        self.body = rows.body(self.council, "technical", name="Un comité")

    def member_with(self, role: str, seat: str = "", body: Body | None = None) -> Member:
        """Give an account with a role in the council and a seat in a body."""
        browser = member(self.council, role, f"{role}-{seat}")
        user = rows.user_of(browser)
        if seat and body is not None:
            who = rows.linked(browser, rows.contact(self.council, f"{role} {seat}"))
            rows.mandate(body, who, role=seat)
        roles = frozenset(one.role for one in memberships(user, self.today))
        return Member(user, self.council, roles, self.today)

    def test_every_role_with_every_seat(self) -> None:
        """Whoever signs by a seat no longer does the day after it ends."""
        for role in CouncilRole.values:
            for seat in ("", *SeatRole.values):
                with self.subTest(f"{role} {seat}"):
                    body = rows.body(self.council, "technical", name=f"Comité {role} {seat}")
                    who = self.member_with(role, seat, body)
                    bodies = set(permissions.visible_bodies(who))
                    self.assertEqual(self.body in bodies, role in ALL_BODIES)
                    self.assertEqual(body in bodies, role in ALL_BODIES or seat != "")
                    signs = role in SIGNING_ROLES
                    self.assertEqual(permissions.may_validate(who, self.body), signs)
                    self.assertEqual(
                        permissions.may_validate(who, body), signs or seat in SIGNING_SEATS
                    )
                    self.assertEqual(permissions.may_manage(who), role == "coordinator")
                    for given in body.mandates.all():
                        given.ends_on = self.today - dt.timedelta(days=1)
                        given.save()
                    self.assertEqual(permissions.may_validate(who, body), signs)
                    self.assertEqual(body in permissions.visible_bodies(who), role in ALL_BODIES)

    def test_another_council_s_body_is_never_hers(self) -> None:
        """A coordinator here, presiding there by a mandate: each right stays in its council."""
        there = council("autre", "Autre")
        body = rows.body(there)
        browser = member(self.council, "coordinator", "claire")
        who = Member(rows.user_of(browser), self.council, frozenset({"coordinator"}), self.today)
        rows.mandate(body, rows.linked(browser, rows.contact(there, "Claire")), role="president")
        self.assertFalse(permissions.may_validate(who, body))
        self.assertNotIn(body, permissions.visible_bodies(who))
        self.assertTrue(permissions.may_validate(who, self.body))

    def test_published_minutes_open_their_meeting_and_decisions_only(self) -> None:
        reader = self.member_with("reader")
        shown = rows.meeting(self.body, dt.date(2025, 5, 5))
        hidden = rows.meeting(self.body, dt.date(2025, 6, 5))
        decisions = [rows.decision(one) for one in (shown, hidden)]
        rows.validated(shown, reader.user)
        self.assertFalse(permissions.visible_meetings(reader).exists())
        shown.is_published = True
        shown.save()
        self.assertEqual(list(permissions.visible_meetings(reader)), [shown])
        self.assertEqual(list(permissions.visible_decisions(reader)), [decisions[0]])
        self.assertFalse(permissions.visible_bodies(reader).exists())

    def test_framework_projects_are_for_those_who_steer(self) -> None:
        project = rows.framework_document(self.council)
        for role in CouncilRole.values:
            found = permissions.visible_framework(self.member_with(role))
            self.assertEqual(project in found, role in ALL_BODIES, role)

    def test_the_contact_of_an_account(self) -> None:
        browser = member(self.council, "reader", "rita")
        who = Member(rows.user_of(browser), self.council, frozenset({"reader"}), self.today)
        self.assertIsNone(permissions.contact_of(who))
        mine = rows.linked(browser, rows.contact(self.council, "Rita"))
        self.assertEqual(permissions.contact_of(who), mine)
