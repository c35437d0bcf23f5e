"""Officers change by two signatures, and nothing that the former ones attested is lost (D7)."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.core.management import CommandError

from audit import recorder
from cases.access import situations as access
from cases.access.directory import Directory
from cases.access.statistics import statistics_key
from cases.actions import directory as acts
from cases.actions import grants, members, officers
from cases.models import Commission, DirectoryRoot, Mandate, MemberKey
from cases.permissions import Refused, Role
from cases.vault import recovery_kit, roots
from cases.vault.errors import BadSignature
from cases.vault.identity import generate_identity, kem_key_id
from cases.vault.recovery import combine, parse_share
from clsm_core.accounts.clock import now
from clsm_core.accounts.models import CharterAcceptance
from tests import people
from tests.cases_of import TestCase
from tests.commission import terminal
from tests.people import Person

OTHER = "une autre phrase de passe bien longue"


def newcomer(cast: people.Cast, first: str, role: str, *, passphrase: str = "") -> Person:
    """Make somebody with a mandate and a vault, whose key nobody has signed."""
    user = people.account(first, "Nouvelle", suffix=f".{uuid.uuid4().hex[:6]}")
    today = now().date()
    mandate = Mandate.objects.create(
        commission=cast.commission,
        user=user,
        role=role,
        profession="professionnel_sante",
        organisation="CLSM",
        organisation_kind="psychiatrie_publique",
        starts_on=today,
        ends_on=today + timedelta(days=400),
    )
    CharterAcceptance.objects.create(user=user, charter=people.charter(now()), accepted_at=now())
    identity, kit = members.enrol(user=user, passphrase=passphrase or people.PASSPHRASE, at=now())
    return Person(user, mandate, identity, kit)


def fresh_commission(cast: people.Cast) -> Commission:
    """Read the commission's row again."""
    return Commission.objects.get(pk=cast.commission.pk)


class Succession(TestCase):
    """Paule follows Claire; Denis stays."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"c{uuid.uuid4().hex[:8]}")
        cls.slug = cls.cast.commission.slug
        cls.situation = people.shared(cls.cast, "marc", "sophie")
        cls.first_root = fresh_commission(cls.cast).root_fingerprint

    def setUp(self) -> None:
        """Share a situation, then let a day pass: what follows comes after what was signed."""
        self.enterContext(people.later(days=1))

    def reads(self, person: Person) -> set[str]:
        """Return the sections that somebody opens."""
        with people.as_person(person) as viewer:
            code = people.fresh(self.cast, self.situation.pk).code
            shown = access.open_situation(viewer, code)
        return {view.section for view in shown.sections if view.readable}

    def share(self, by: Person, to: Person) -> None:
        """Share the core with somebody."""
        with people.as_person(by) as viewer:
            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                recipients=[to.user.pk],
                sections=["core"],
                level="read",
            )

    def succeed(self, *arguments: str, **typed: Any) -> str:
        """Run the ceremony for the coordinator's office."""
        with terminal.pinned(self.cast.commission, self.first_root):
            return terminal.run(
                "change_officers", self.slug, "--role", "coordinator", *arguments, **typed
            )

    def leave(self, person: Person, *, key: bool = True) -> None:
        """End somebody's mandate, and her entry as a departure does."""
        Mandate.objects.filter(pk=person.mandate.pk).update(status=Mandate.Status.ENDED)
        if key:
            MemberKey.objects.filter(user=person.user).update(revoked_at=now())

    def test_everybody_still_reads_and_new_rights_are_given(self) -> None:
        """D6, D7: under the former pin, then under the new one."""
        before = {name: self.reads(self.cast.people[name]) for name in ("luc", "marc", "sophie")}
        self.assertIn("health", before["sophie"])  # Control: there is something to lose.
        paule = newcomer(self.cast, "paule", Role.COORDINATOR)
        with recorder.observe() as events:
            told = self.succeed()
        # Claire, still in office, and the four members; the officers' own are made apart.
        self.assertIn("5 inscription(s) en vigueur et 0 ancienne", told)
        root = terminal.printed_root(told)
        for pin in (self.first_root, root):
            with terminal.pinned(self.cast.commission, pin):
                for name, sections in before.items():
                    self.assertEqual(self.reads(self.cast.people[name]), sections, name)
        with terminal.pinned(self.cast.commission, root):
            self.share(self.cast.luc, self.cast.nadia)
            self.assertEqual(self.reads(self.cast.nadia), {"core"})
            made = people.admitted(replace(self.cast, people={**self.cast.people, "claire": paule}))
            self.assertEqual(made.lead_id, self.cast.luc.user.pk)
        (changed,) = [one for one in events if one.action == "commission.officers_changed"]
        self.assertEqual(set(changed.objects), {self.cast.denis.user.pk, paule.user.pk})
        self.assertFalse([one for one in events if one.action == "integrity.alert"])

    def test_what_a_departed_member_gave_stays(self) -> None:
        """Luc gave, left, and his successor's officers keep his end: he signs nothing more."""
        self.leave(self.cast.luc)
        ended = MemberKey.objects.get(user=self.cast.luc.user).revoked_at
        sections = self.reads(self.cast.marc)
        newcomer(self.cast, "paule", Role.COORDINATOR)
        self.succeed()
        self.assertEqual(self.reads(self.cast.marc), sections)
        row = MemberKey.objects.filter(user=self.cast.luc.user).order_by("serial").last()
        self.assertEqual(row.revoked_at, ended)
        register = Directory(fresh_commission(self.cast))
        key_id = self.cast.luc.identity.key_id
        register.of_key(key_id, ended - timedelta(seconds=1))
        with self.assertRaises(BadSignature):
            register.of_key(key_id, ended)
        with self.assertRaises(BadSignature):
            register.of_user(self.cast.luc.user.pk, now())
        # Even revived by SQL, his entry is over: its signed end says so.
        MemberKey.objects.filter(pk=row.pk).update(revoked_at=None)
        with self.assertRaises(Exception) as expired:
            Directory(self.cast.commission).of_user(self.cast.luc.user.pk, now())
        self.assertEqual(expired.exception.code, "expired")

    def test_the_former_coordinator_opens_and_signs_nothing_new(self) -> None:
        """Her key receives nothing and signs nothing any more; she did before (control)."""
        self.assertIn("core", self.reads(self.cast.claire))
        paule = newcomer(self.cast, "paule", Role.COORDINATOR)
        claire = self.cast.claire
        self.leave(claire, key=False)
        self.succeed()
        self.cast.commission.refresh_from_db()
        register = Directory(self.cast.commission)
        with self.assertRaises(BadSignature):
            register.of_user(claire.user.pk, now())
        with self.assertRaises(BadSignature):
            register.of_key(claire.identity.key_id, now() + timedelta(seconds=1))
        with self.assertRaises(Refused):
            self.reads(claire)
        self.assertFalse(register.root.has_officer(claire.identity.public))
        # A member's key that she signs with Denis does not count; with Paule it does.
        for officer, is_attested in ((claire, False), (paule, True)):
            marc = self.cast.marc.user
            acts.sign_key(
                commission=self.cast.commission,
                user=marc,
                officers=[
                    (officer.user, officer.identity),
                    (self.cast.denis.user, self.cast.denis.identity),
                ],
                at=now(),
            )
            attested = Directory(self.cast.commission).by_user
            self.assertEqual(marc.pk in attested, is_attested)

    def test_the_statistics_key_follows_the_office(self) -> None:
        """Both officers open it afterwards, the former one's rows hold it no more (T-05)."""
        paule = newcomer(self.cast, "paule", Role.COORDINATOR)
        with people.as_person(self.cast.claire) as viewer:
            public = statistics_key(viewer, self.cast.commission).public
        self.succeed()
        for officer in (paule, self.cast.denis):
            with people.as_person(officer) as viewer:
                self.assertEqual(statistics_key(viewer, self.cast.commission).public, public)
        kept = MemberKey.objects.filter(statistics_wrap__isnull=False).values_list(
            "user", flat=True
        )
        self.assertEqual(set(kept), {paule.user.pk, self.cast.denis.user.pk})

    def test_without_the_former_the_trustees_stand_for_her(self) -> None:
        """Three shares do, two do not, another ceremony's do not; the root says whose they are."""
        newcomer(self.cast, "paule", Role.COORDINATOR)
        lines = list(self.cast.ceremony.shares)
        other = people.commission(f"c{uuid.uuid4().hex[:8]}").ceremony.shares
        for typed, words in (
            (lines[:2], "n’ont pas été données"),
            (other[:3], "une autre clé"),
        ):
            with self.assertRaisesMessage(CommandError, words):
                self.succeed("--without-former", shares=typed)
        self.assertEqual(Directory(fresh_commission(self.cast)).root.serial, 1)
        told = self.succeed("--without-former", shares=lines[2:])
        self.assertIn("renouvelez la clé de secours", told)
        self.assertEqual(Directory(fresh_commission(self.cast)).root.serial, 2)
        self.assertTrue(self.reads(self.cast.marc))

    def test_the_dpo_changes_in_the_same_way(self) -> None:
        """Claire stays, Denis goes."""
        dpo = newcomer(self.cast, "diane", Role.DPO)
        sections = self.reads(self.cast.marc)
        terminal.run("change_officers", self.slug, "--role", "dpo", "--to", dpo.user.email)
        root = Directory(fresh_commission(self.cast)).root
        self.assertTrue(root.has_officer(dpo.identity.public))
        self.assertTrue(root.has_officer(self.cast.claire.identity.public))
        self.assertEqual(self.reads(self.cast.marc), sections)

    def test_a_wrong_passphrase_or_words_change_nothing(self) -> None:
        """Each of the three opens her own vault; the last compares her words."""
        newcomer(self.cast, "paule", Role.COORDINATOR, passphrase=OTHER)
        good = [people.PASSPHRASE, people.PASSPHRASE, OTHER]
        for wrong in range(3):
            typed = [*good[:wrong], "une phrase qui n’ouvre rien", *good[wrong + 1 :]]
            with self.subTest(wrong), self.assertRaises(CommandError):
                self.succeed(passphrases=typed)
        with self.assertRaisesMessage(CommandError, "Les mots diffèrent"):
            self.succeed(passphrases=good, answer="non")
        self.assertEqual(DirectoryRoot.objects.filter(commission=self.cast.commission).count(), 1)
        self.succeed(passphrases=good)

    def test_an_altered_entry_is_left_to_be_signed_anew(self) -> None:
        """An SQL writer's key is not carried over by the ceremony (T-11)."""
        forged = generate_identity().public
        MemberKey.objects.filter(user=self.cast.marc.user).update(
            public=forged.to_bytes(), key_id=forged.key_id
        )
        newcomer(self.cast, "paule", Role.COORDINATOR)
        self.assertIn("écartées", self.succeed())
        register = Directory(fresh_commission(self.cast))
        self.assertNotIn(self.cast.marc.user.pk, register.by_user)
        self.assertIn(self.cast.sophie.user.pk, register.by_user)
        self.assertNotIn(forged.key_id, register.by_key)


class SwappedOfficers(TestCase):
    """T-11: an SQL writer makes himself an officer; nothing opens, and an alert says so."""

    def setUp(self) -> None:
        self.cast = people.commission(f"c{uuid.uuid4().hex[:8]}")
        self.situation = people.shared(self.cast, "marc")
        self.root = Directory(self.cast.commission).root
        self.mine, self.accomplice = generate_identity(), generate_identity()

    def write(self, statement: roots.RootStatement, *signers: Any) -> None:
        """Insert a root by SQL, and repeat its keys on the commission."""
        message = roots.message_of(statement)
        DirectoryRoot.objects.create(
            commission=self.cast.commission,
            serial=statement.serial,
            statement=roots.assemble(statement, [one.sign(message) for one in signers]),
            created_at=now(),
        )
        Commission.objects.filter(pk=self.cast.commission.pk).update(
            recovery_public=statement.recovery,
            recovery_key_id=kem_key_id(statement.recovery),
            statistics_public=statement.statistics,
            root_fingerprint=statement.fingerprint,
        )

    def opens(self) -> tuple[bool, list[str]]:
        """Tell whether Marc reads the core, and which alerts were raised."""
        with (
            terminal.pinned(self.cast.commission, self.root.fingerprint),
            recorder.observe() as events,
        ):
            try:
                with people.as_person(self.cast.marc) as viewer:
                    code = people.fresh(self.cast, self.situation.pk).code
                    shown = access.open_situation(viewer, code)
                opened = any(view.readable for view in shown.sections)
            except (BadSignature, Refused):
                opened = False
        return opened, [one.purpose for one in events if one.action == "integrity.alert"]

    def next(self, *officers: Any, **changes: Any) -> roots.RootStatement:
        """Return a root that follows the true one."""
        return acts.next_root(
            self.root, at=now(), officers=tuple(one.public for one in officers), **changes
        )

    def test_the_attackers_own_signatures_are_worth_nothing(self) -> None:
        """Two new officers who sign each other."""
        self.write(self.next(self.mine, self.accomplice), self.mine, self.accomplice)
        self.assertEqual(self.opens(), (False, ["directory_root"]))

    def test_one_officer_alone_changes_nothing(self) -> None:
        """Claire alone names her accomplice; with Denis she does (control)."""
        claire, denis = self.cast.claire.identity, self.cast.denis.identity
        statement = self.next(claire, self.mine)
        self.write(statement, claire, self.mine)
        self.assertEqual(self.opens(), (False, ["directory_root"]))
        blobs = [
            roots.assemble(statement, [one.sign(roots.message_of(statement)) for one in signers])
            for signers in ((claire, self.mine), (claire, denis))
        ]
        first = bytes(
            DirectoryRoot.objects.get(commission=self.cast.commission, serial=1).statement
        )
        with self.assertRaises(BadSignature):
            roots.verify_chain([first, blobs[0]], self.root.fingerprint)
        self.assertEqual(roots.verify_chain([first, blobs[1]], self.root.fingerprint), statement)

    def test_an_officer_with_the_recovery_key_does(self) -> None:
        """The trustees stand for the officer who is missing; two other keys do not."""
        seed = combine([parse_share(line) for line in self.cast.ceremony.shares[:3]])
        claire, recovery = self.cast.claire.identity, recovery_kit.recovery_signer(seed)
        self.write(self.next(claire, self.mine), claire, recovery)
        with terminal.pinned(self.cast.commission, self.root.fingerprint):
            self.assertEqual(Directory(fresh_commission(self.cast)).root.serial, 2)

    def test_a_root_that_is_not_the_pinned_ones_is_refused(self) -> None:
        """A whole false chain replaces the first root: the pin alone tells (control without)."""
        false = replace(self.root, officers=(self.mine.public, self.accomplice.public))
        message = roots.message_of(false)
        blob = roots.assemble(false, [one.sign(message) for one in (self.mine, self.accomplice)])
        self.assertEqual(roots.verify_chain([blob], None), false)
        with self.assertRaises(BadSignature):
            roots.verify_chain([blob], self.root.fingerprint)

    def test_the_actions_refuse_the_same(self) -> None:
        """One officer, twice or with a stranger, is not two."""
        paule = newcomer(self.cast, "paule", Role.COORDINATOR)
        denis = (self.cast.denis.user, self.cast.denis.identity)
        for second in (self.cast.denis.identity, self.mine, paule.identity):
            with self.assertRaises(officers.OfficersRefused):
                officers.change(
                    commission=self.cast.commission,
                    staying=denis,
                    second=second,
                    new=(paule.user, paule.identity),
                    role=Role.COORDINATOR,
                    at=now(),
                )
        officers.change(
            commission=self.cast.commission,
            staying=denis,
            second=self.cast.claire.identity,
            new=(paule.user, paule.identity),
            role=Role.COORDINATOR,
            at=now(),
        )
