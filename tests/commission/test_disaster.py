"""Nobody is left: a copy of the database and three shares give everything back (T-32)."""

from __future__ import annotations

import os
import uuid
from datetime import date
from pathlib import Path
from unittest import mock

from django.conf import settings
from django.core.management import CommandError
from django.db import connections

from audit import recorder
from cases.access import situations
from cases.access.directory import Directory
from cases.access.statistics import open_entries
from cases.actions import grants
from cases.models import FacetRecord, Mandate, MemberKey, Situation
from cases.permissions import Role
from cases.vault.errors import BadSignature
from cases.vault.recovery import parse_share
from clsm_core.accounts.clock import now
from tests import people, recovering
from tests.commission import terminal
from tests.commission.recovering import Recovering, open_all, section_keys
from tests.commission.terminal import printed_root
from tests.commission.test_officers import newcomer


class Disaster(Recovering):
    """T-32: from a copy of the database and three shares, without any member's passphrase."""

    def setUp(self) -> None:
        """Live a little, note what the lead opens, then lose everybody on a copy."""
        super().setUp()
        people.reviewed(self.cast, "marc")
        people.shared(self.cast, "sophie")
        people.admitted(self.cast)
        people.referred(self.cast)
        self.truth = open_all(self.cast, self.cast.claire)
        self.former_root = self.commission().root_fingerprint
        self.go_to_copy()
        members_of = Mandate.objects.filter(commission=self.cast.commission)
        members_of.exclude(role=Role.REFERRER).update(status=Mandate.Status.ENDED)
        self.clara = newcomer(
            self.cast, "clara", Role.COORDINATOR, passphrase="quatre mots tirés au sort"
        )
        self.david = newcomer(
            self.cast, "david", Role.DPO, passphrase="cinq autres mots bien longs"
        )

    def go_to_copy(self) -> None:
        """Restore: the database and the keys' own backup, under another name."""
        copy = f"{self.database_name}_copie"
        connections.close_all()
        self.place.clone(self.database_name, copy)
        names = {alias: settings.DATABASES[alias]["NAME"] for alias in settings.DATABASES}
        self._point_at(dict.fromkeys(settings.DATABASES, copy))
        self.addCleanup(self.place.drop, copy)
        self.addCleanup(self._point_at, names)

    def name_officers(self, shares: list[str]) -> str:
        """Name the new officers with these shares; return the root to pin."""
        return printed_root(
            terminal.run(
                "recovery_request",
                self.slug,
                "--new-officers",
                self.clara.user.email,
                self.david.user.email,
                passphrases=["quatre mots tirés au sort", "cinq autres mots bien longs"],
                shares=shares,
            )
        )

    def test_three_shares_give_every_situation_to_a_new_member(self) -> None:
        """Every section of every situation, read in the ordinary way; then given to others."""
        with terminal.pinned(self.cast.commission, self.former_root):
            root = self.name_officers(self.shares[1:4])
            # One signature of the former root is not two: the configuration decides.
            with self.assertRaises(BadSignature):
                Directory(self.commission())
        self.enterContext(terminal.pinned(self.cast.commission, root))
        self.assertEqual(open_all(self.cast, self.clara), {})
        request = self.ask(self.clara)
        told = self.bring(self.answer(request, self.shares[2:]))
        self.assertIn("4 situation(s)", told)
        found = open_all(self.cast, self.clara)
        self.assertEqual(set(found), section_keys(self.cast.commission))
        self.assertEqual(found, self.truth)
        self.read_everything()
        self.read_statistics()
        self.give_to_others()

    def read_everything(self) -> None:
        """Open each situation as pages do: no section stays shut, no document is altered."""
        with people.as_person(self.clara) as viewer, recorder.observe() as events:
            for situation in Situation.objects.filter(commission=self.cast.commission):
                enter = situations.open_situation if situation.state else situations.open_referral
                shown = enter(viewer, situation.code)
                self.assertTrue(all(view.readable for view in shown.sections), situation.code)
                documents = [one for view in shown.sections for one in view.documents]
                self.assertTrue(documents)
                self.assertTrue(all(one.payload for one in documents))
                self.assertTrue(situations.reveal_identity(viewer, situation.code))
        self.assertFalse([one for one in events if one.action == "integrity.alert"])

    def read_statistics(self) -> None:
        """Coded facets written before the disaster open with the key that came back."""
        commission = self.commission()
        kept = FacetRecord.objects.filter(commission=commission)
        written = sorted(kept.values_list("population", flat=True))
        self.assertIn("examined", written)
        year = now().year
        whole = [(date(year - 1, 1, 1), date(year + 2, 1, 1))]
        for officer in (self.clara, self.david):
            with people.as_person(officer) as viewer:
                opened = list(open_entries(viewer, commission, whole))
            self.assertEqual(sorted(population for population, _, _ in opened), written)
            self.assertTrue(all(codes for _, _, codes in opened))

    def give_to_others(self) -> None:
        """A nurse joins: her key is signed, and the coordinator gives her what was agreed."""
        nurse = newcomer(self.cast, "noe", Role.PERMANENT)
        terminal.run(
            "sign_members",
            self.slug,
            passphrases=["quatre mots tirés au sort", "cinq autres mots bien longs"],
        )
        with people.as_person(self.clara) as viewer:
            situation = Situation.objects.select_related("commission").get(
                commission=self.cast.commission, state="reviewed"
            )
            given = grants.share(
                viewer=viewer,
                situation=situation,
                recipients=[nurse.user.pk],
                sections=["core", "health"],
                level="contribute",
            )
        self.assertEqual(given, {nurse.user.pk: ["core", "health"]})
        self.assertEqual({one for _, one, _ in open_all(self.cast, nurse)}, {"core", "health"})

    def test_two_shares_give_nothing_and_a_false_one_is_named(self) -> None:
        """Offline and at the terminal; three true ones do (control)."""
        with self.assertRaisesMessage(CommandError, "n’ont pas été données"):
            self.name_officers(self.shares[:2])
        root = self.name_officers(self.shares[:3])
        self.enterContext(terminal.pinned(self.cast.commission, root))
        request = self.ask(self.clara)
        false = altered(self.shares[1])
        for shares, words in (
            (self.shares[:2], "Il faut 3 parts différentes ; vous en avez donné 2."),
            ([self.shares[0]] * 3, "vous en avez donné 1"),
            ([self.shares[0], false, self.shares[2]], "L'une des parts est fausse"),
            ([*self.shares[:1], false, *self.shares[2:4]], "La part 2 est fausse"),
            ([self.shares[0], self.shares[1][:-3], self.shares[2]], "faute de frappe"),
        ):
            place = self.new_file("reponse")
            done = recovering.rewrap(request, place, shares)
            with self.subTest(words):
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertIn(words, done.stderr)
                self.assertFalse(place.exists())
        self.assertEqual(open_all(self.cast, self.clara), {})
        self.bring(self.answer(request))
        self.assertEqual(len(open_all(self.cast, self.clara)), len(self.truth))

    def test_the_shares_of_another_commission_name_nobody(self) -> None:
        """Nor does a share that was altered, typed at the terminal."""
        other = people.commission(f"d{uuid.uuid4().hex[:8]}").ceremony.shares
        with self.assertRaisesMessage(CommandError, "une autre clé"):
            self.name_officers(list(other[:3]))
        with self.assertRaisesMessage(CommandError, "est fausse"):
            self.name_officers([self.shares[0], altered(self.shares[1]), self.shares[2]])
        self.assertEqual(Directory(self.commission()).root.serial, 1)

    def test_while_an_officer_is_left_she_is_not_set_aside(self) -> None:
        """The trustees alone do not remove an officer who holds her key."""
        Mandate.objects.filter(pk=self.cast.denis.mandate.pk).update(status=Mandate.Status.ACTIVE)
        with self.assertRaisesMessage(CommandError, "changez seulement l’autre"):
            terminal.run(
                "recovery_request",
                self.slug,
                "--new-officers",
                self.clara.user.email,
                self.cast.denis.user.email,
                passphrases=["quatre mots tirés au sort", people.PASSPHRASE],
                shares=self.shares[:3],
            )

    def test_survivors_keep_their_rights(self) -> None:
        """Both officers are lost, Luc is not: his key is signed again, his situations open."""
        Mandate.objects.filter(pk=self.cast.luc.mandate.pk).update(status=Mandate.Status.ACTIVE)
        before = open_all(self.cast, self.cast.luc)
        self.assertTrue(before)
        with people.later(days=1):
            root = self.name_officers(self.shares[:3])
            with terminal.pinned(self.cast.commission, root):
                self.assertEqual(open_all(self.cast, self.cast.luc), before)
        live = MemberKey.objects.filter(
            commission=self.cast.commission, revoked_at__isnull=True
        ).values_list("user", flat=True)
        self.assertEqual(set(live), {self.clara.user.pk, self.david.user.pk, self.cast.luc.user.pk})

    def test_the_trustees_machine_needs_nothing_of_the_service(self) -> None:
        """Control of the drill: no setting, no address, no key is in that process."""
        with mock.patch.dict(os.environ, {"DATABASE_URL": "x"}):
            told = recovering.subprocess
            with mock.patch.object(told, "run") as run:
                recovering.rewrap(Path("a"), Path("b"), [])
        self.assertNotIn("DATABASE_URL", run.call_args.kwargs["env"])


def altered(line: str) -> str:
    """Return a well-formed share that is not the one handed out."""
    share = parse_share(line)
    data = bytes((share.data[0] ^ 1, *share.data[1:]))
    return type(share)(share.set_id, share.threshold, share.total, share.index, data).line()
