"""A member leaves: all that she held ends with the act, whatever it leaves behind (C-25, T-24)."""

from __future__ import annotations

import uuid
from typing import Any
from unittest import mock

from django.db import transaction

from audit import recorder
from cases.access import continuity
from cases.actions import departures
from cases.domain.exceptions import NotAllowed
from cases.keystore.models import SectionKey
from cases.models import (
    Grant,
    KeyShortage,
    Mandate,
    MemberKey,
    Situation,
    SituationUserPermission,
    VaultOpening,
    Wrap,
)
from cases.permissions import Refused, VaultLocked
from clsm_core.accounts.models import CommissionSession
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission.test_pages_conflicts import key, url


class Departures(CommittingTestCase):
    """Luc leads a situation that Sophie and Marc read; each test lets somebody leave."""

    def setUp(self) -> None:
        self.cast = people.commission(f"d{uuid.uuid4().hex[:8]}")
        self.situation = people.shared(self.cast, "marc", sections=("core", "housing"))
        self.claire = people.client_of(self.cast.claire)

    def post(self, name: str, client: Any = None, **fields: Any) -> Any:
        """Record somebody's departure."""
        mandate = self.cast.people[name].mandate
        assert mandate is not None
        return (client or self.claire).post(
            url("depart", mandate.pk), {"idempotency_key": key(), **fields}
        )

    def counts(self, name: str) -> dict[str, int]:
        """Count what somebody still holds, as the coordinator sees it."""
        user = self.cast.people[name].user
        with people.as_person(self.cast.claire):
            return {
                "wraps": Wrap.objects.filter(grant__recipient=user).count(),
                "grants": Grant.objects.filter(recipient=user, revoked_at__isnull=True).count(),
                "projections": SituationUserPermission.objects.filter(user=user).count(),
                "keys": MemberKey.objects.filter(user=user, revoked_at__isnull=True).count(),
                "openings": VaultOpening.objects.filter(user=user).count(),
                "mandates": Mandate.objects.filter(user=user, status="active").count(),
            }

    def test_the_next_request_is_refused(self) -> None:
        """T-24: her page is open; then nothing of hers is left, and the session is dead."""
        marc = people.client_of(self.cast.marc)
        page = url("situation", self.situation.code)
        self.assertContains(marc.get(page), "Je veux garder mon appartement.")
        held = self.counts("marc")
        self.assertEqual(
            held,
            {"wraps": 2, "grants": 2, "projections": 2, "keys": 1, "openings": 1, "mandates": 1},
        )
        session = marc.session.session_key
        with recorder.observe() as events:
            self.assertRedirects(
                self.post("marc"), url("continuity"), fetch_redirect_response=False
            )
        answer = marc.get(page)
        self.assertEqual(answer.status_code, 302)
        self.assertIn("/compte/login/", answer.headers["Location"])
        self.assertFalse(CommissionSession.objects.filter(session_key=session).exists())
        self.assertEqual(set(self.counts("marc").values()), {0})
        done = [event.action for event in events]
        for action in ("grant.revoked", "member.key_revoked", "member.departed"):
            self.assertIn(action, done)
        revoked = next(event for event in events if event.action == "grant.revoked")
        self.assertEqual(set(revoked.sections), {"core", "housing"})
        with people.as_person(self.cast.luc):
            due = SectionKey.objects.filter(situation=self.situation.pk, is_rotation_due=True)
            self.assertEqual(set(due.values_list("section", flat=True)), {"core", "housing"})

    def test_a_departure_that_forgets_the_sessions_is_seen(self) -> None:
        """T-24, control: on a build without that step, the same look finds the session alive."""
        marc = people.client_of(self.cast.marc)
        session = marc.session.session_key
        with mock.patch("cases.actions.departures.sessions.end_all"):
            self.post("marc")
        self.assertTrue(CommissionSession.objects.filter(session_key=session).exists())
        self.assertEqual(self.counts("marc")["openings"], 1)
        self.assertEqual(marc.get(url("situation", self.situation.code)).status_code, 404)

    def test_a_mandate_elsewhere_keeps_the_login(self) -> None:
        """She logs in for her other commission; this one answers as if it were not there."""
        other = people.commission(f"o{uuid.uuid4().hex[:8]}")
        with transaction.atomic():
            former = self.cast.marc.mandate
            assert former is not None
            Mandate.objects.create(
                commission=other.commission,
                user=self.cast.marc.user,
                role=Mandate.Role.PERMANENT,
                organisation="Habitat public",
                organisation_kind="bailleur_social",
                starts_on=former.starts_on,
                ends_on=former.ends_on,
            )
        marc = people.client_of(self.cast.marc)
        page = url("situation", self.situation.code)
        self.assertEqual(marc.get(page).status_code, 200)
        self.post("marc")
        self.assertEqual(marc.get(page).status_code, 404)
        self.assertEqual(marc.get(url("members")).status_code, 200)
        self.assertEqual(self.counts("marc")["openings"], 1)
        self.assertEqual(self.counts("marc")["wraps"], 0)

    def test_no_vault_is_asked_and_shortages_are_flagged(self) -> None:
        """Nadia and Claire hold what is left: when Nadia goes too, the database says so."""
        self.post("luc", urgent="on")
        self.post("marc")
        with people.as_person(self.cast.claire):
            self.assertFalse(KeyShortage.objects.exists())
        denis = people.client_of(self.cast.denis, vault=False)
        page = denis.get(url("depart", self.cast.nadia.mandate.pk))
        self.assertContains(page, "Plus personne n’aura ce rôle")
        self.assertContains(page, "trop peu de membres")
        self.assertRedirects(
            self.post("nadia", denis), url("continuity"), fetch_redirect_response=False
        )
        with people.as_person(self.cast.claire) as viewer:
            short = KeyShortage.objects.filter(situation=self.situation)
            self.assertEqual(short.count(), 7)
            held = continuity.holdings(self.cast.commission, viewer.at)
            (line,) = continuity.shortages(self.cast.commission, held)
            self.assertEqual(line.holders, (self.cast.claire.user.pk,))
        self.assertContains(denis.get(url("continuity")), self.situation.code)

    def test_what_she_leads_is_handed_over(self) -> None:
        """A successor is required, receives the keys, and then reads; without a vault, asked."""
        field = f"lead_{self.situation.code}"
        refused = self.post("luc")
        self.assertContains(refused, "Choisissez qui la prend")
        self.assertEqual(self.counts("luc")["mandates"], 1)
        locked = people.client_of(self.cast.claire, vault=False)
        sophie = str(self.cast.sophie.user.pk)
        page = self.post("luc", locked, **{field: sophie})
        self.assertContains(page, "Transmettre des situations")
        self.assertContains(page, f'name="{field}" value="{sophie}"')
        self.assertEqual(self.counts("luc")["mandates"], 1)
        self.assertEqual(self.post("luc", **{field: sophie}).status_code, 302)
        with people.as_person(self.cast.claire):
            row = Situation.objects.get(pk=self.situation.pk)
            self.assertEqual(row.lead_id, self.cast.sophie.user.pk)
        self.assertEqual(set(self.counts("luc").values()), {0})
        reads = people.client_of(self.cast.sophie)
        self.assertContains(
            reads.get(url("situation", self.situation.code)), "Je veux garder mon appartement."
        )

    def test_urgent_never_blocks(self) -> None:
        """The box lets her go at once, with the vault closed; the situation waits for a lead."""
        locked = people.client_of(self.cast.claire, vault=False)
        self.assertEqual(self.post("luc", locked, urgent="on").status_code, 302)
        self.assertEqual(set(self.counts("luc").values()), {0})
        with people.as_person(self.cast.claire):
            row = Situation.objects.get(pk=self.situation.pk)
            self.assertEqual(row.lead_id, self.cast.luc.user.pk)

    def test_an_officer_does_not_leave_here(self) -> None:
        """The page says why; a direct post changes nothing; nobody records her own departure."""
        denis = people.client_of(self.cast.denis)
        self.assertContains(
            denis.get(url("depart", self.cast.claire.mandate.pk)), "Changez d’abord d’officier"
        )
        self.assertContains(self.post("claire", denis), "cérémonie")
        self.assertEqual(self.counts("claire")["mandates"], 1)
        self.post("claire")
        self.assertEqual(self.counts("claire")["mandates"], 1)

    def test_only_the_desks(self) -> None:
        """A member records nobody's departure, on the page or through the action."""
        luc = people.client_of(self.cast.luc)
        self.assertEqual(self.post("marc", luc).status_code, 404)
        stranger = people.client_of(people.commission(f"s{uuid.uuid4().hex[:8]}").claire)
        self.assertEqual(self.post("marc", stranger).status_code, 404)
        mandate = self.cast.marc.mandate
        assert mandate is not None
        with people.as_person(self.cast.luc) as viewer, self.assertRaises(Refused):
            departures.depart(viewer=viewer, mandate=mandate, successors={})
        self.assertEqual(self.counts("marc")["mandates"], 1)

    def test_handing_over_needs_an_open_vault(self) -> None:
        """The action refuses by itself, and nothing of the departure stands."""
        claire = people.Person(self.cast.claire.user, self.cast.claire.mandate)
        mandate = self.cast.luc.mandate
        assert mandate is not None
        chosen = {self.situation.pk: self.cast.sophie.user.pk}
        with self.assertRaises(VaultLocked), people.as_person(claire) as viewer:
            departures.depart(viewer=viewer, mandate=mandate, successors=chosen)
        self.assertEqual(self.counts("luc")["mandates"], 1)

    def test_twice(self) -> None:
        """Who has left cannot leave again."""
        self.post("marc")
        mandate = Mandate.objects.select_related("commission").get(pk=self.cast.marc.mandate.pk)
        with people.as_person(self.cast.claire) as viewer, self.assertRaises(NotAllowed):
            departures.depart(viewer=viewer, mandate=mandate, successors={})
