"""What a hostile review of people, keys and departures found, held mended.

Each test plays the attack; where it can, a control plays it on the build without the guard.
"""

from __future__ import annotations

import importlib
import threading
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any
from unittest import mock

from django.db import connections

from audit import recorder
from cases.actions import departures, factor_resets, grants, regrants, signing
from cases.domain.exceptions import NotAllowed
from cases.models import Grant, JointAct, Mandate, MemberKey, Situation, Wrap
from clsm_core.accounts.clock import now
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission.newcomers import newcomer, remade
from tests.commission.test_pages_conflicts import key, url
from tests.people import Person

REASON = "telephone_perdu"
ASKED = 'name="confirm_passphrase"'


def between(first: Callable[[], Any], stop: str, second: Callable[[], Any]) -> list[str]:
    """Run ``first`` as far as the end of ``stop``, then ``second``; let both finish.

    Return the names of what they raised.
    """
    module, name = stop.rsplit(".", 1)
    real = getattr(importlib.import_module(module), name)
    reached, go = threading.Event(), threading.Event()
    raised: list[str] = []

    def run(act: Callable[[], Any]) -> None:
        try:
            act()
        except Exception as error:
            raised.append(type(error).__name__)
        finally:
            reached.set()
            connections.close_all()

    ahead = threading.Thread(target=run, args=(first,))
    behind = threading.Thread(target=run, args=(second,))

    def pausing(*args: Any, **kwargs: Any) -> Any:
        result = real(*args, **kwargs)
        if threading.current_thread() is ahead:
            reached.set()
            go.wait(10)
        return result

    with mock.patch(stop, pausing):
        ahead.start()
        reached.wait(10)
        behind.start()
        behind.join(1)
        go.set()
        ahead.join(10)
        behind.join(10)
    return raised


class PeopleCase(CommittingTestCase):
    """A commission at work; commits are real."""

    def setUp(self) -> None:
        self.cast = people.commission(f"r{uuid.uuid4().hex[:8]}")

    def mandate(self, person: Person) -> Mandate:
        """Read somebody's mandate."""
        assert person.mandate is not None
        rows = Mandate.objects.select_related("commission", "user")
        return rows.get(pk=person.mandate.pk)

    def leaves(self, person: Person, by: Person) -> None:
        """Record a departure without a successor."""
        with people.as_person(by) as viewer:
            departures.depart(viewer=viewer, mandate=self.mandate(person), successors={})

    def remade_sophie(self) -> tuple[Situation, Person]:
        """Return a situation that Sophie reads, and Sophie with new signed keys."""
        situation = people.shared(self.cast, "sophie", sections=("core", "health"))
        again = remade(self.cast.sophie)
        self.sign(self.cast.claire, again)
        self.sign(self.cast.denis, again)
        return situation, again

    def sign(self, officer: Person, person: Person) -> None:
        """Sign somebody's key."""
        with people.as_person(officer) as viewer:
            signing.sign(
                viewer=viewer,
                commission=self.cast.commission,
                user_id=person.user.pk,
                seen=person.identity.public.key_id,
            )

    def held(self, person: Person) -> list[str]:
        """Return the sections that somebody's live grants open with her present key."""
        with people.as_person(self.cast.claire):
            rows = Grant.objects.filter(
                recipient=person.user,
                revoked_at__isnull=True,
                wrap__recipient_key_id=person.identity.public.key_id,
            )
            return sorted(rows.values_list("section", flat=True))

    def gives_back(self, giver: Person, person: Person, situation: Situation) -> None:
        """Give somebody her accesses again."""
        with people.as_person(giver) as viewer:
            regrants.give_back(
                viewer=viewer, mandate=self.mandate(person), situations=[situation.pk]
            )


class Departing(PeopleCase):
    """What a departure asks, and what runs beside it."""

    def test_a_box_that_says_false_asks_for_the_secret(self) -> None:
        """``urgent=false`` was read as ticked by the door and as empty by the form."""
        situation = people.shared(self.cast, "marc", "sophie")
        claire = people.client_of(self.cast.claire)
        fields = {
            "idempotency_key": key(),
            "urgent": "false",
            f"lead_{situation.code}": str(self.cast.sophie.user.pk),
        }
        address = url("depart", self.cast.luc.mandate.pk)
        with people.later(minutes=11):
            self.assertContains(claire.post(address, fields), ASKED)
        with people.as_person(self.cast.claire):
            lead = Situation.objects.get(pk=situation.pk).lead_id
        self.assertEqual(lead, self.cast.luc.user.pk)
        with people.later(minutes=11):
            fields["urgent"] = "on"
            self.assertEqual(claire.post(address, fields).status_code, 302)

    def test_a_right_given_beside_it_ends_with_it(self) -> None:
        """Given while she leaves: nothing of it stays; the control finds a right and its key."""
        for is_guarded in (False, True):
            situation = people.shared(self.cast, "sophie")
            leaver = newcomer(self.cast, f"n{uuid.uuid4().hex[:6]}")
            self.sign(self.cast.claire, leaver)
            self.sign(self.cast.denis, leaver)

            def share(pk: uuid.UUID = situation.pk, to: uuid.UUID = leaver.user.pk) -> None:
                with people.as_person(self.cast.luc) as viewer:
                    grants.share(
                        viewer=viewer,
                        situation=people.fresh(self.cast, pk),
                        recipients=[to],
                        sections=["core"],
                        level="read",
                    )

            def leave(person: Person = leaver) -> None:
                self.leaves(person, self.cast.claire)

            guard = mock.patch("cases.actions.wrapping.hold_member", return_value=True)
            with nullcontext() if is_guarded else guard:
                raised = between(share, "cases.actions.grants.give", leave)
            self.assertEqual(raised, [])
            with people.as_person(self.cast.claire):
                wraps = Wrap.objects.filter(grant__recipient=leaver.user).count()
            self.assertEqual(self.held(leaver), [] if is_guarded else ["core"])
            self.assertEqual(wraps, 0 if is_guarded else 1)

    def test_a_key_signed_beside_it_ends_with_it(self) -> None:
        """The directory keeps no live entry of somebody who left meanwhile."""
        for is_guarded in (False, True):
            paul = newcomer(self.cast, f"n{uuid.uuid4().hex[:6]}")

            def sign(person: Person = paul) -> None:
                self.sign(self.cast.claire, person)

            def leave(person: Person = paul) -> None:
                self.leaves(person, self.cast.denis)

            guard = mock.patch("cases.actions.wrapping.hold_member", return_value=True)
            with nullcontext() if is_guarded else guard:
                self.assertEqual(between(sign, "cases.actions.signing._first", leave), [])
            live = MemberKey.objects.filter(user=paul.user, revoked_at__isnull=True).count()
            self.assertEqual(live, 0 if is_guarded else 1)


class Regranting(PeopleCase):
    """Luc gives Sophie her accesses again, under her new key."""

    def test_a_former_mandate_gives_nothing(self) -> None:
        """C-22: the address names the mandate she had as a health professional, ended since."""
        situation, again = self.remade_sophie()
        former = self.mandate(again)
        Mandate.objects.filter(pk=former.pk).update(status=Mandate.Status.ENDED)
        Mandate.objects.create(
            commission=self.cast.commission,
            user=again.user,
            role=Mandate.Role.PERMANENT,
            profession="none",
            organisation=former.organisation,
            organisation_kind=former.organisation_kind,
            starts_on=now().date() - timedelta(days=1),
            ends_on=now().date() + timedelta(days=20),
        )
        luc = people.client_of(self.cast.luc)
        address = url("regrant", former.pk)
        self.assertContains(luc.get(address), "Rien à redonner")
        luc.post(address, {"idempotency_key": key(), "situation": [str(situation.pk)]})
        self.assertEqual(self.held(again), [])
        Mandate.objects.filter(pk=former.pk).update(status=Mandate.Status.ACTIVE)
        self.gives_back(self.cast.luc, again, situation)
        self.assertEqual(self.held(again), ["core", "health"])

    def test_a_right_revoked_beside_it_stays_revoked(self) -> None:
        """A coordinator ends a right while Luc gives it back: it does not come back."""
        situation, again = self.remade_sophie()
        with people.as_person(self.cast.luc):
            right = Grant.objects.get(recipient=again.user, section="core").pk

        def revoke() -> None:
            with people.as_person(self.cast.claire) as viewer:
                grants.revoke(viewer=viewer, grant_id=right)

        raised = between(
            lambda: self.gives_back(self.cast.luc, again, situation),
            "cases.actions.regrants._proved",
            revoke,
        )
        self.assertEqual(raised, [])
        self.assertEqual(self.held(again), ["health"])

    def test_two_at_once_give_one_right(self) -> None:
        """Luc and Claire give back together: each section once."""
        situation, again = self.remade_sophie()
        raised = between(
            lambda: self.gives_back(self.cast.luc, again, situation),
            "cases.actions.regrants._proved",
            lambda: self.gives_back(self.cast.claire, again, situation),
        )
        self.assertEqual(raised, ["NotAllowed"])
        self.assertEqual(self.held(again), ["core", "health"])

    def test_a_basis_that_is_none_raises_its_alert(self) -> None:
        """T-11: a column that SQL wrote gives nothing, and never a page that fails."""
        situation, again = self.remade_sophie()
        with self.as_administrator() as administrator:
            administrator.execute(
                "UPDATE cases_grant SET basis = 'xyz' WHERE recipient_id = %s AND section = 'core'",
                [again.user.pk],
            )
        luc = people.client_of(self.cast.luc)
        address = url("regrant", again.mandate.pk)
        self.assertEqual(luc.get(address).status_code, 200)
        with recorder.observe() as events:
            luc.post(address, {"idempotency_key": key(), "situation": [str(situation.pk)]})
        self.assertIn("integrity.alert", [event.action for event in events])
        self.assertEqual(self.held(again), ["health"])


class Resetting(PeopleCase):
    """Who may still be asked about, and whose request still counts."""

    def ask(self, person: Person) -> None:
        """Ask as Claire."""
        with people.as_person(self.cast.claire) as viewer:
            factor_resets.ask(viewer=viewer, mandate=self.mandate(person), reason=REASON)

    def confirm(self) -> None:
        """Confirm as Denis."""
        with people.as_person(self.cast.denis) as viewer:
            act = JointAct.objects.select_related("commission").get(decided_at__isnull=True)
            factor_resets.confirm(viewer=viewer, act=act)

    def test_who_left_is_nobody_s_to_reset(self) -> None:
        """Former officers hold nothing over an account that serves another commission."""
        self.ask(self.cast.marc)
        self.leaves(self.cast.marc, self.cast.claire)
        for act in (self.confirm, lambda: self.ask(self.cast.marc)):
            with self.assertRaises(NotAllowed) as refused:
                act()
            self.assertEqual(refused.exception.code, "departed")

    def test_an_officer_elsewhere_is_reset_there(self) -> None:
        """A mere referrer here, she signs keys elsewhere: two people of here may not reset her."""
        other = people.commission(f"o{uuid.uuid4().hex[:8]}")
        here = self.mandate(self.cast.hugo)
        Mandate.objects.filter(pk=here.pk).update(user=other.claire.user)
        with self.assertRaises(NotAllowed) as refused:
            self.ask(self.cast.hugo)
        self.assertEqual(refused.exception.code, "officer_elsewhere")

    def test_a_depositary_sees_what_waits_for_her(self) -> None:
        """An officer's telephone, not a member's."""
        words = "Second facteur à réinitialiser"
        nadia = people.client_of(self.cast.nadia)
        self.ask(self.cast.marc)
        self.assertNotContains(nadia.get(url("members")), words)
        self.ask(self.cast.denis)
        self.assertContains(nadia.get(url("members")), words)

    def test_a_request_ends_with_its_author_s_role(self) -> None:
        """Claire's mandate ended since: one person in office is not two."""
        self.ask(self.cast.marc)
        Mandate.objects.filter(pk=self.cast.claire.mandate.pk).update(status="ended")
        with self.assertRaises(NotAllowed) as refused:
            self.confirm()
        self.assertEqual(refused.exception.code, "asker_left")
        Mandate.objects.filter(pk=self.cast.claire.mandate.pk).update(status="active")
        self.confirm()

    def test_a_request_lapses(self) -> None:
        """Confirmed once, put back to wait by SQL: after a week it opens nothing more."""
        self.ask(self.cast.marc)
        self.confirm()
        with self.as_administrator() as administrator:
            administrator.execute(
                "UPDATE cases_jointact SET decided_by_id = NULL, decided_at = NULL,"
                " is_confirmed = NULL WHERE commission_id = %s",
                [self.cast.commission.pk],
            )
        with people.later(days=8), self.assertRaises(NotAllowed) as refused:
            self.confirm()
        self.assertEqual(refused.exception.code, "lapsed")

    def test_a_vault_that_is_no_key_raises_its_alert(self) -> None:
        """T-11: bytes that SQL wrote over a public key shut neither page."""
        paul = newcomer(self.cast)
        claire = people.client_of(self.cast.claire)
        self.assertContains(claire.get(url("sign_keys")), paul.user.full_name)
        with self.as_administrator() as administrator:
            administrator.execute(
                "UPDATE cases_membervault SET public = 'x' WHERE user_id = %s", [paul.user.pk]
            )
        for name in ("sign_keys", "continuity"):
            with recorder.observe() as events:
                self.assertEqual(claire.get(url(name)).status_code, 200)
            self.assertIn("integrity.alert", [event.action for event in events])
