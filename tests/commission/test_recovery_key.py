"""The recovery key is renewed without a section ever being without one (D6, §2.5; T-31, T-32)."""

from __future__ import annotations

from collections import Counter
from typing import Any
from unittest import mock

from django.core.management import CommandError
from django.db import DatabaseError, transaction

from audit import recorder
from cases.access.directory import Directory
from cases.access.keys import situation_key
from cases.actions import grants, renewal, wrapping
from cases.models import Commission, Grant, Situation, Wrap
from cases.vault import grants as vault_grants
from cases.vault import recovery_kit
from cases.vault.errors import BadSignature
from cases.vault.identity import kem_key_id
from cases.vault.recovery import combine, parse_share
from clsm_core.accounts.clock import now
from clsm_core.accounts.models import Charter
from tests import people, recovering
from tests.commission import terminal
from tests.commission.recovering import Recovering, open_all, section_keys
from tests.commission.terminal import printed_root, printed_shares


class Renewing(Recovering):
    """A commission with two situations at work and a referral, its root pinned."""

    def setUp(self) -> None:
        super().setUp()
        self.first = people.shared(self.cast, "marc")
        self.second = people.admitted(self.cast)
        people.referred(self.cast)
        self.former = self.commission().recovery_key_id
        self.enterContext(terminal.pinned(self.cast.commission, self.commission().root_fingerprint))

    def renew(self, *arguments: str, **typed: Any) -> str:
        """Run the ceremony; the new shares replace the ones the test holds."""
        told = terminal.run("renew_recovery", self.slug, *arguments, **typed)
        self.shares = printed_shares(told) or self.shares
        return told

    def wraps(self) -> Counter[str]:
        """Count the recovery wraps of the commission by recovery key."""
        with terminal.as_guard() as using:
            rows = Wrap.objects.using(using).filter(
                grant__isnull=True, situation__commission_id=self.cast.commission.pk
            )
            return Counter(rows.values_list("recipient_key_id", flat=True))

    def assert_covered(self) -> None:
        """Every section key has a recovery wrap, whichever the key."""
        with terminal.as_guard() as using:
            rows = Wrap.objects.using(using).filter(
                grant__isnull=True, situation__commission_id=self.cast.commission.pk
            )
            covered = set(rows.values_list("situation", "section", "key_version"))
        self.assertEqual(covered, section_keys(self.cast.commission))

    def shut_out(self, situation: Situation) -> None:
        """End the coordinator's rights in a situation: only its lead still manages it."""
        with people.as_person(self.cast.claire) as viewer:
            here = people.fresh(self.cast, situation.pk)
            held = Grant.objects.filter(situation=here, recipient=self.cast.claire.user)
            grants.revoke_all(viewer=viewer, situation=here, grants=list(held))


class Ceremony(Renewing):
    """Two officers, new shares, every key wrapped anew."""

    def test_every_key_passes_to_the_new_shares(self) -> None:
        """The new shares give what the former ones gave (control), which give nothing more."""
        before, old = open_all(self.cast, self.cast.luc), self.shares
        with recorder.observe() as events:
            told = self.renew()
        commission = self.commission()
        self.assertNotEqual(commission.recovery_key_id, self.former)
        self.assertEqual(set(self.wraps()), {commission.recovery_key_id})
        self.assert_covered()
        self.assertIn("détruisez-les", told)
        self.assertIn(commission.root_fingerprint, printed_root(told))
        actions = [one.action for one in events]
        self.assertIn("commission.recovery_renewed", actions)
        self.assertIn("key.rotated", actions)
        # The chain keeps under the former pin, and under the new one.
        with terminal.pinned(commission, commission.root_fingerprint):
            self.assertEqual(open_all(self.cast, self.cast.luc), before)
        luc = self.lose(self.cast.luc)
        request = self.ask(luc)
        refused = recovering.rewrap(request, self.new_file("reponse"), old[:3])
        self.assertEqual(refused.returncode, 1)
        self.assertIn("une autre clé", refused.stderr)
        self.bring(self.answer(request))
        self.assertEqual(open_all(self.cast, luc), before)

    def test_run_again_it_makes_no_second_key(self) -> None:
        """Neither at once nor to go on; --new does."""
        self.renew()
        root = self.commission().root_fingerprint
        self.assertIn("vient d’être renouvelée", self.renew())
        self.assertIn("0 clé(s) enveloppée(s)", self.renew("--continue"))
        self.assertEqual(self.commission().root_fingerprint, root)
        self.renew("--new")
        self.assertNotEqual(self.commission().root_fingerprint, root)
        self.assertEqual(set(self.wraps()), {self.commission().recovery_key_id})
        self.assert_covered()
        with people.later(days=2):
            self.assertTrue(printed_shares(self.renew()))

    def test_stopped_between_two_batches_it_goes_on(self) -> None:
        """T-31: what was wrapped stays, what was not still opens with the former shares."""
        real, calls = renewal.rewrap, []

        def stop(**given: Any) -> renewal.Batch:
            if calls:
                raise KeyboardInterrupt
            calls.append(1)
            return real(**{**given, "size": 1})

        printed: list[str] = []

        def proof(text: str) -> str:
            printed.extend(printed_shares(text))
            return terminal.read_back(text)

        with mock.patch.object(renewal, "rewrap", stop), self.assertRaises(KeyboardInterrupt):
            self.renew(shares=proof)
        root, kept = self.commission().root_fingerprint, self.wraps()
        self.assertEqual(set(kept), {self.former, self.commission().recovery_key_id})
        self.assertEqual(kept[self.commission().recovery_key_id], 7)
        self.assert_covered()
        with mock.patch.object(renewal, "BATCH", 1):
            told = self.renew()
        self.assertNotIn("PART1", told)
        self.assertEqual(self.commission().root_fingerprint, root)
        self.assertEqual(set(self.wraps()), {self.commission().recovery_key_id})
        self.shares = printed
        luc = self.lose(self.cast.luc)
        self.bring(self.answer(self.ask(luc)))
        self.assertTrue(open_all(self.cast, luc))

    def test_without_proof_or_the_second_officer_nothing_changes(self) -> None:
        """The control is the ceremony above."""
        for typed in (
            {"shares": ["", "", ""]},
            {"passphrases": [people.PASSPHRASE, "une phrase qui n’ouvre rien"]},
        ):
            with self.assertRaises(CommandError):
                self.renew(**typed)
        self.assertEqual(self.commission().recovery_key_id, self.former)
        self.assertEqual(set(self.wraps()), {self.former})

    def test_two_ceremonies_at_once_make_one_key(self) -> None:
        """The second one finds another root than the one it follows."""
        at = now()
        officers = {
            "coordinator": (self.cast.claire.user, self.cast.claire.identity),
            "dpo": (self.cast.denis.user, self.cast.denis.identity),
        }
        ready = [
            renewal.prepare(
                commission=self.commission(), at=at, threshold=3, trustees=5, **officers
            )
            for _ in range(2)
        ]
        renewal.put_in_force(ready[0])
        with self.assertRaises(renewal.RenewalRefused):
            renewal.put_in_force(ready[1])
        self.assertEqual(Directory(self.commission()).root.serial, 2)

    def test_the_number_of_shares_follows_the_ceremony(self) -> None:
        """Written on the commission's row, for the next one."""
        self.renew("--threshold", "4", "--trustees", "7")
        commission = self.commission()
        self.assertEqual((commission.recovery_threshold, commission.recovery_trustees), (4, 7))
        self.assertEqual(len(self.shares), 7)


class OtherManagers(Renewing):
    """What the coordinator cannot open, its lead wraps, or the former trustees."""

    def test_the_lead_goes_on_where_the_coordinator_cannot(self) -> None:
        """Named by code; the former shares are kept until she has."""
        self.shut_out(self.second)
        code = self.second.code
        told = self.renew()
        self.assertIn(f"n’ouvre pas en entier : {code}", told)
        self.assertIn("gardez-les", told)
        self.assertEqual(self.wraps()[self.former], 7)
        self.assert_covered()
        # Marc manages nothing: he moves no key, and is refused none that is not his.
        told = self.renew("--continue", "--as", self.cast.marc.user.email)
        self.assertIn("0 clé(s) enveloppée(s)", told)
        told = self.renew("--continue", "--as", self.cast.luc.user.email)
        self.assertIn("détruisez-les", told)
        self.assertEqual(set(self.wraps()), {self.commission().recovery_key_id})
        self.assert_covered()

    def test_the_former_trustees_wrap_what_nobody_opens(self) -> None:
        """Their answer adds the new wraps; an answer under the new key proves them."""
        old = self.shares
        self.shut_out(self.second)
        luc = self.lose(self.cast.luc)
        self.renew()
        new, self.shares = self.shares, old
        request = self.ask(luc, "--former-key")
        answer = self.answer(request)
        told = self.bring(answer)
        self.assertIn("7 clé(s) de 1 situation(s) enveloppée(s)", told)
        self.assertIn("restent nécessaires", told)
        in_force = self.commission().recovery_key_id
        self.assertEqual(self.wraps()[self.former], 7)
        self.assert_covered()
        # What the retired key signed gives nothing.
        self.assertEqual(open_all(self.cast, luc), {})
        self.bring(answer)
        kept = self.wraps()
        self.shares = new
        told = self.bring(self.answer(self.ask(luc)))
        self.assertIn("clé(s) rendue(s)", told)
        self.assertEqual(set(self.wraps()), {in_force})
        self.assertEqual(self.wraps()[in_force], kept[in_force])
        opened = {situation for situation, _, _ in open_all(self.cast, luc)}
        self.assertEqual(opened, {self.first.pk, self.second.pk})
        self.assertIn("détruisez-les", self.renew("--continue"))

    def test_a_wrap_that_nobody_proved_keeps_the_former_one(self) -> None:
        """Altered on the way, it could only be found by the new shares: nothing is lost by it."""
        self.shut_out(self.second)
        luc = self.lose(self.cast.luc)
        old = self.shares
        self.renew()
        self.shares = old
        place = self.answer(self.ask(luc, "--former-key"))
        text = place.read_text()
        start = text.index('"recovery_wrap":"') + len('"recovery_wrap":"') + 200
        place.write_text(text[:start] + ("A" if text[start] != "A" else "B") + text[start + 1 :])
        self.bring(place)
        self.assertEqual(self.wraps()[self.former], 7)
        place.write_text(text.replace('"recovery_wrap":"', '"recovery_wrap":"AAAA', 1))
        with self.assertRaisesMessage(CommandError, "« keys[0].recovery_wrap »"):
            self.bring(place)
        # The genuine file replaces what was altered.
        in_force = self.wraps()[self.commission().recovery_key_id]
        place.write_text(text)
        self.assertIn("7 clé(s)", self.bring(place))
        self.assertEqual(self.wraps()[self.commission().recovery_key_id], in_force)


class GivenBefore(Renewing):
    """What the trustees had given stays given under the new key, and only that."""

    def test_a_right_given_back_outlives_the_renewal(self) -> None:
        """Signed again by the new key, whatever its root."""
        luc = self.lose(self.cast.luc)
        self.bring(self.answer(self.ask(luc)))
        before = open_all(self.cast, luc)
        self.assertTrue(before)
        with recorder.observe() as events:
            self.renew()
            self.assertEqual(open_all(self.cast, luc), before)
        self.assertFalse([one for one in events if one.action == "integrity.alert"])

    def test_a_coordinator_who_sees_no_grant_renews_nothing(self) -> None:
        """Under a new charter, unsigned, she would let fall what the trustees had given."""
        Charter.objects.create(realm="commission", version=2, body="Une autre.", published_at=now())
        with self.assertRaisesMessage(CommandError, "charte"):
            self.renew()
        self.assertEqual(self.commission().recovery_key_id, self.former)

    def test_what_the_former_shares_sign_afterwards_is_worth_nothing(self) -> None:
        """T-11: lost shares and an SQL writer lengthen no right."""
        luc = self.lose(self.cast.luc)
        self.bring(self.answer(self.ask(luc)))
        signer = recovery_kit.recovery_signer(
            combine([parse_share(line) for line in self.shares[:3]])
        )
        self.renew()
        self.assertTrue(open_all(self.cast, luc))
        with self.as_administrator() as admin:
            rows = admin.execute(
                "SELECT id, statement FROM cases_grant WHERE recipient_id = %s"
                " AND granted_by_id = recipient_id",
                [luc.user.pk],
            ).fetchall()
            root = Directory(self.commission()).root
            for pk, blob in rows:
                said = recovery_kit.verify_recovery_grant(root.recovery_signing, bytes(blob))
                again = recovery_kit.sign_recovery_grant(
                    signer,
                    vault_grants.GrantStatement(
                        **{
                            name: getattr(said, name)
                            for name in said.__dataclass_fields__
                            if name != "grantor_key_id"
                        },
                        grantor_key_id=signer.key_id,
                    ),
                )
                admin.execute("UPDATE cases_grant SET statement = %s WHERE id = %s", [again, pk])
        self.assertTrue(rows)
        with recorder.observe() as events:
            self.assertEqual(open_all(self.cast, luc), {})
        self.assertTrue([one for one in events if one.action == "integrity.alert"])


class DatabaseRule(Renewing):
    """§2.5: the database itself asks a new section key for the key in force."""

    def make_key(self, recovery: bytes, section: str) -> None:
        """Make a new version of a section's key as its manager."""
        with people.as_person(self.cast.claire):
            situation = people.fresh(self.cast, self.first.pk)
            _, server_key = situation_key(situation.pk)
            wrapping.new_section_key(
                situation=situation,
                recovery=recovery,
                section=section,
                version=2,
                server_key=server_key,
            )

    def test_a_new_section_key_goes_to_the_key_in_force(self) -> None:
        """To the former one only, the commit is refused; to the new one it stands (control)."""
        old = bytes(self.commission().recovery_public)
        self.renew()
        new = bytes(self.commission().recovery_public)
        with self.assertRaises(DatabaseError), transaction.atomic():
            self.make_key(old, "core")
        self.make_key(new, "housing")
        self.cast.commission.refresh_from_db()
        made = people.referred(self.cast)
        with terminal.as_guard() as using:
            ids = Wrap.objects.using(using).filter(situation=made.pk, grant__isnull=True)
            self.assertEqual(set(ids.values_list("recipient_key_id", flat=True)), {kem_key_id(new)})

    def test_an_sql_writer_who_names_another_key_stops_the_commission(self) -> None:
        """T-11: the row repeats the root; a row that differs opens nothing and is told."""
        forged = recovery_kit.recovery_pair(b"x" * 32)
        Commission.objects.filter(pk=self.cast.commission.pk).update(
            recovery_public=forged.public, recovery_key_id=forged.key_id
        )
        with self.assertRaises(BadSignature):
            Directory(self.commission())
        with self.assertRaisesMessage(CommandError, "DIRECTORY_ROOTS"):
            self.renew()
