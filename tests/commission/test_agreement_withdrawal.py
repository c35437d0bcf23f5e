"""T-24, C-04: a withdrawal or an objection ends everything at the next click.

Pages that another member has open, agenda, projector, files, invitations, temporary rights,
exceptional accesses. Each is first seen working.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.urls import reverse

from audit import recorder
from cases.access.keys import open_keys
from cases.actions import agreements, invitations, sittings
from cases.domain.agreement_rules import PersonFacts
from cases.domain.exceptions import DomainError
from cases.models import (
    AgendaItem,
    ExceptionalAccess,
    Grant,
    Invitation,
    Mandate,
    Sitting,
    Situation,
    Wrap,
)
from cases.permissions import Refused
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission import exceptionals
from tests.files import address, deposited

SECRET = "Elle ne sort plus depuis le printemps."


class Withdrawal(CommittingTestCase):
    """Sophie reads; Marc is a guest of a coming point; Nadia has an exceptional access."""

    def setUp(self) -> None:
        self.cast = people.commission(f"ret{uuid.uuid4().hex[:6]}")
        self.situation = people.shared(self.cast, "sophie", "claire")
        with people.as_person(self.cast.claire) as viewer:
            self.sitting = sittings.create(
                viewer=viewer,
                commission=self.cast.commission,
                starts_at=viewer.at,
                place="Mairie",
            )
            self.item = sittings.add_item(
                viewer=viewer, sitting=self.sitting, situation=self.fresh()
            )
        self.sophie = people.client_of(self.cast.sophie)

    def fresh(self) -> Situation:
        """Read the situation again, as whoever acts."""
        return people.fresh(self.cast, self.situation.pk)

    def withdraw(self, kind: str = "withdrawal", **changes: Any) -> None:
        """Withdraw as the lead."""
        with people.as_person(self.cast.luc) as viewer:
            agreements.withdraw(viewer=viewer, situation=self.fresh(), kind=kind, **changes)

    def page(self, name: str, view: str = "situation") -> Any:
        """Ask for a page as somebody, in a browser of her own."""
        client = people.client_of(self.cast.people[name])
        return client.get(reverse(f"cases:{view}", args=[self.situation.code]))

    def test_pages_left_open_by_another_member(self) -> None:
        """The browser that had the page gets a 404 at its next click, in reading and writing."""
        here = reverse("cases:situation", args=[self.situation.code])
        new = reverse("cases:document_new", args=[self.situation.code])
        self.assertContains(self.sophie.get(here), SECRET)
        self.assertEqual(self.sophie.get(new).status_code, 200)
        self.withdraw()
        self.assertEqual(self.sophie.get(here).status_code, 404)
        posted = self.sophie.post(
            new,
            {
                "place": "logement",
                "text": "Trop tard.",
                "idempotency_key": str(uuid.uuid4()),
            },
        )
        self.assertEqual(posted.status_code, 404)
        with people.as_person(self.cast.sophie) as viewer:
            self.assertEqual(Wrap.objects.filter(situation=self.situation.pk).count(), 0)
            self.assertEqual(open_keys(viewer, self.situation).deks, {})

    def test_the_agenda_and_the_projector(self) -> None:
        """Off the agenda to come, and off the screen, for the coordinator too."""
        agenda = reverse("cases:sitting", args=[self.sitting.pk])
        screen = reverse("cases:sitting_live", args=[self.sitting.pk])
        claire = people.client_of(self.cast.claire)
        self.assertContains(claire.get(agenda), self.situation.code)
        self.assertContains(claire.get(screen), self.situation.code)
        self.withdraw("objection")
        self.assertNotContains(claire.get(agenda), self.situation.code)
        self.assertNotContains(claire.get(screen), self.situation.code)
        with people.as_person(self.cast.luc):
            row = AgendaItem.objects.get(pk=self.item.pk)
            self.assertIsNotNone(row.removed_at)

    def test_files(self) -> None:
        """The same address, the same browser: the file is gone for her, not for the lead."""
        row = deposited(self.cast, self.situation, content=b"Un bail.\n" * 9, name="a.txt")
        url = address("file", self.situation, row.pk)
        self.assertEqual(b"".join(self.sophie.get(url)), b"Un bail.\n" * 9)
        self.withdraw()
        self.assertEqual(self.sophie.get(url).status_code, 404)
        answer = people.client_of(self.cast.luc).get(url)
        self.assertEqual(b"".join(answer), b"Un bail.\n" * 9)

    def test_exports_and_sharing(self) -> None:
        """No copy and no new reader, for anybody; control: both stood before."""
        for view in ("export", "share"):
            self.assertEqual(self.page("luc", view).status_code, 200, view)
        self.withdraw()
        for view in ("export", "share"):
            for name in ("luc", "sophie", "claire"):
                self.assertEqual(self.page(name, view).status_code, 404, (view, name))

    def invited(self, *, accepts: bool) -> Invitation:
        """Invite Marc as a guest of the point; he accepts or not."""
        Mandate.objects.filter(pk=self.cast.marc.mandate.pk).update(role=Mandate.Role.GUEST)
        with people.as_person(self.cast.claire) as viewer:
            item = AgendaItem.objects.select_related(
                "sitting__commission", "situation__commission"
            ).get(pk=self.item.pk)
            row = invitations.invite(
                viewer=viewer,
                item=item,
                user_id=self.cast.marc.user.pk,
                sections=["core", "social"],
            )
        if accepts:
            with people.as_person(self.cast.marc) as viewer:
                invitations.accept(viewer=viewer, invitation_id=row.pk)
        return row

    def state_of(self, row: Invitation) -> str:
        """Return what became of an invitation, as its host reads it."""
        with people.as_person(self.cast.luc):
            return Invitation.objects.get(pk=row.pk).state

    def test_an_accepted_invitation(self) -> None:
        """He read; cancelled, without a key, and his list no longer tells the code."""
        row = self.invited(accepts=True)
        marc = people.client_of(self.cast.marc)
        here = reverse("cases:situation", args=[self.situation.code])
        mine = reverse("cases:my_invitations")
        self.assertContains(marc.get(here), SECRET)
        self.assertContains(marc.get(mine), self.situation.code)
        with recorder.observe() as events:
            self.withdraw()
        self.assertEqual(self.state_of(row), Invitation.State.CANCELLED)
        self.assertIn("invitation.cancelled", {event.action for event in events})
        self.assertEqual(marc.get(here).status_code, 404)
        self.assertNotContains(marc.get(mine), self.situation.code)

    def test_a_pending_invitation(self) -> None:
        """What waited for an answer cannot be accepted any more."""
        row = self.invited(accepts=False)
        self.withdraw()
        self.assertEqual(self.state_of(row), Invitation.State.CANCELLED)
        with people.as_person(self.cast.marc) as viewer, self.assertRaises((Refused, DomainError)):
            invitations.accept(viewer=viewer, invitation_id=row.pk)
        self.assertEqual(self.page("marc").status_code, 404)

    def test_a_narrower_agreement_cancels_too(self) -> None:
        """She no longer lets the landlord read: his invitation and its rights end."""
        row = self.invited(accepts=True)
        self.assertEqual(self.page("marc").status_code, 200)
        with people.later(days=1):
            with people.as_person(self.cast.luc) as viewer:
                agreements.record(
                    viewer=viewer,
                    situation=self.fresh(),
                    expression=people.expression(
                        viewer, excluded_organisations=frozenset({"Habitat public"})
                    ),
                    person=PersonFacts(age=58),
                )
            self.assertEqual(self.state_of(row), Invitation.State.CANCELLED)
            self.assertEqual(self.page("marc").status_code, 404)
            self.assertEqual(self.page("sophie").status_code, 200)
            with people.as_person(self.cast.luc):
                left = Grant.objects.filter(recipient=self.cast.marc.user, revoked_at__isnull=True)
                self.assertFalse(left.exists())

    def test_an_exceptional_access_under_way(self) -> None:
        """A break-glass that stood ends, and another is refused."""
        access = exceptionals.opened(self.cast, self.situation.code)
        self.assertIn("garder", exceptionals.reads(self.cast.nadia, self.situation.code))
        with recorder.observe() as events:
            self.withdraw()
        self.assertIn("exceptional.ended", {event.action for event in events})
        with people.as_person(self.cast.luc):
            self.assertIsNotNone(ExceptionalAccess.objects.get(pk=access.pk).ended_at)
        self.assertEqual(exceptionals.reads(self.cast.nadia, self.situation.code), "")

    def test_said_yesterday_written_today(self) -> None:
        """By its day as by its record; a day to come is refused, and nothing ends."""
        with people.as_person(self.cast.luc) as viewer:
            at = viewer.at
        with self.assertRaises(agreements.InvalidAgreement):
            self.withdraw(expressed_at=at + timedelta(days=2))
        self.assertEqual(self.page("sophie").status_code, 200)
        with people.later(days=1):
            self.withdraw(expressed_at=at)
            self.assertEqual(self.page("sophie").status_code, 404)

    def test_without_a_vault(self) -> None:
        """Nothing delays a withdrawal: the lead's vault is closed, the form asks for no word."""
        luc = people.client_of(self.cast.luc, vault=False)
        url = reverse("cases:withdraw", args=[self.situation.code])
        self.assertEqual(luc.get(url).status_code, 200)
        with people.as_person(self.cast.luc) as viewer:
            today = viewer.at.date().isoformat()
        form = {
            "kind": "withdrawal",
            "giver": "personne",
            "expressed_on": today,
            "refuses_statistics": "on",
            "understood": "on",
        }
        key = str(uuid.uuid4())
        self.assertEqual(luc.post(url, {**form, "idempotency_key": key}).status_code, 302)
        # Sent again by an impatient hand: one expression, not two.
        self.assertEqual(luc.post(url, {**form, "idempotency_key": key}).status_code, 302)
        self.assertEqual(self.page("sophie").status_code, 404)
        with people.as_person(self.cast.luc):
            situation = self.fresh()
            self.assertEqual(situation.agreement_set.filter(kind="withdrawal").count(), 1)
            self.assertEqual(Sitting.objects.get(pk=self.sitting.pk).state, "draft")
