"""One passphrase for both doors: changed together, lost, and found again (decision 17)."""

from __future__ import annotations

import re
from typing import Any
from unittest import mock

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import mail
from django.urls import reverse

from audit import recorder
from cases.access import vaults
from cases.access.directory import Directory
from cases.actions import members, slots
from cases.models import (
    Grant,
    MemberKey,
    MemberVault,
    SituationUserPermission,
    VaultOpening,
    VaultSlot,
)
from cases.vault.errors import VaultError
from clsm_core.accounts.clock import now
from tests import people
from tests.cases_of import Client, CommittingTestCase
from tests.commission.soft_key import SoftKey
from tests.commission.test_pages_conflicts import url
from tests.commission.test_slots import Kind, SlotCase, log_in, reads

NEW = "girouette bocal sentier minuit"
WEAK = "motdepassemotdepasse"


def change(client: Client, present: str = people.PASSPHRASE, to: str = NEW) -> Any:
    """Post the change of passphrase."""
    said = {"oldpassword": present, "password1": to, "password2": to}
    return client.post(reverse("account_change_password"), said)


def reset(user: Any, to: str = NEW) -> None:
    """Choose a new passphrase through the link of a mail, as a visitor."""
    client = Client()
    mail.outbox.clear()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = re.search(r"/compte/password/reset/key/\S+", mail.outbox[0].body)
    assert link is not None
    page = client.get(link.group(), follow=True)
    done = client.post(page.request["PATH_INFO"], {"password1": to, "password2": to})
    assert done.status_code == 302, done.content


def opens(user: Any, passphrase: str) -> tuple[bool, bool]:
    """Tell what a passphrase opens: (login, vault)."""
    user = get_user_model().objects.get(pk=user.pk)
    try:
        vaults.identity_from_secret(user, Kind.PASSPHRASE, passphrase)
    except VaultError:
        return user.check_password(passphrase), False
    return user.check_password(passphrase), True


class ChangeTests(CommittingTestCase):
    """Both doors change in one transaction."""

    @classmethod
    def setUpClass(cls) -> None:
        """Open the commission."""
        super().setUpClass()
        cls.cast = people.commission("phrase")
        cls.situation = people.shared(cls.cast)

    def test_the_change_moves_both(self) -> None:
        """The old opens nothing, the new opens both; every other session and vault ends."""
        user = self.cast.luc.user
        other, third = Client(), people.client_of(self.cast.luc)
        log_in(self.client, user)
        log_in(other, user)
        self.assertTrue(reads(other, self.situation))  # Control.
        self.assertEqual(opens(user, people.PASSPHRASE), (True, True))
        with recorder.observe() as events:
            self.assertRedirects(change(self.client), url("slots"))
        told = [event.action for event in events]
        self.assertIn("auth.password_changed", told)
        self.assertIn("vault.slot_added", told)
        self.assertEqual(opens(user, people.PASSPHRASE), (False, False))
        self.assertEqual(opens(user, NEW), (True, True))
        self.assertTrue(reads(self.client, self.situation))
        self.assertEqual(VaultOpening.objects.filter(user=user).count(), 1)
        for gone in (other, third):
            answer = gone.get(reverse("home"))
            self.assertEqual(answer.status_code, 302)
            self.assertIn(reverse("account_login"), answer["Location"])
        fresh = Client()
        log_in(fresh, user, NEW)
        self.assertTrue(reads(fresh, self.situation))

    def test_an_interruption_leaves_both_old(self) -> None:
        """Killed between the slot and the hash, or just after both: nothing has changed."""
        user, model = self.cast.sophie.user, get_user_model()
        saved = model.save

        def after(self: Any, *args: Any, **kwargs: Any) -> None:
            saved(self, *args, **kwargs)
            raise RuntimeError("killed")

        def instead(self: Any, *args: Any, **kwargs: Any) -> None:
            raise RuntimeError("killed")

        client = Client()
        log_in(client, user)
        for killed in (instead, after):
            with mock.patch.object(model, "save", killed), self.assertRaises(RuntimeError):
                change(client)
            self.assertEqual(opens(user, people.PASSPHRASE), (True, True))
            self.assertEqual(opens(user, NEW), (False, False))
        change(client)  # Control: uninterrupted, the same post changes both.
        self.assertEqual(opens(user, NEW), (True, True))

    def test_without_a_transaction_the_doors_would_part(self) -> None:
        """Positive control: the same interruption, committed step by step, leaves two phrases."""
        user = self.cast.nadia.user
        with (
            mock.patch.object(slots, "_lock"),
            mock.patch.object(get_user_model(), "save", side_effect=RuntimeError),
            self.assertRaises(RuntimeError),
        ):
            slots.change_passphrase.__wrapped__(
                user=user, present=people.PASSPHRASE, passphrase=NEW, at=now()
            )
        self.assertEqual(opens(user, NEW), (False, True))

    def test_a_weak_or_wrong_passphrase_changes_nothing(self) -> None:
        """The vault's rules and its French words; the present passphrase is asked."""
        user, client = self.cast.marc.user, Client()
        log_in(client, user)
        for said, words in (
            ((people.PASSPHRASE, WEAK), "trop facile à deviner"),
            ((people.PASSPHRASE, "court"), "au moins 15 caractères"),
            ((people.PASSPHRASE, "Didier marc didier marc"), "votre nom"),
            (("pas la phrase du tout", NEW), "id_oldpassword"),
        ):
            with self.subTest(words):
                page = change(client, *said)
                self.assertContains(page, words)
                self.assertEqual(opens(user, people.PASSPHRASE), (True, True))
                self.assertNotIn(said[1], page.content.decode())

    def test_no_page_is_a_faster_road_to_the_passphrase(self) -> None:
        """A stolen session guesses here as slowly as at the vault: ten times in ten minutes."""
        user, client = self.cast.sophie.user, Client()
        log_in(client, user)
        for number in range(10):
            self.assertEqual(change(client, f"une phrase fausse, la {number}").status_code, 200)
        self.assertEqual(change(client).status_code, 429)
        self.assertEqual(opens(user, people.PASSPHRASE), (True, True))

    def test_a_referrer_changes_her_login(self) -> None:
        """She has no vault: the same page, the same rules."""
        user, client = self.cast.julie.user, Client()
        log_in(client, user)
        self.assertContains(change(client, to=WEAK), "trop facile à deviner")
        self.assertRedirects(change(client), reverse("home"))
        self.assertEqual(opens(user, NEW), (True, False))


class ResetTests(SlotCase):
    """A reset opens the login and 0 section; each way back makes one passphrase again."""

    def setUp(self) -> None:
        self.key = SoftKey()
        log_in(self.client, self.luc)
        self.give(self.client, self.key)
        self.assertTrue(reads(self.client, self.situation))
        reset(self.luc)
        self.browser = Client()
        with recorder.observe() as self.events:
            log_in(self.browser, self.luc, NEW)

    def join(self, way: str, said: dict[str, str]) -> Any:
        """Post one of the ways back."""
        return self.browser.post(reverse("cases:vault_recover_by", args=[way]), said)

    def assert_joined(self) -> None:
        """One passphrase opens both, here and at the next login."""
        self.assertEqual(opens(self.luc, NEW), (True, True))
        self.assertEqual(opens(self.luc, people.PASSPHRASE), (False, False))
        self.assertTrue(reads(self.browser, self.situation))
        client = Client()
        log_in(client, self.luc, NEW)
        self.assertTrue(reads(client, self.situation))
        self.assertNotContains(client.get(url("vault")), "deux phrases")

    def test_a_reset_opens_no_section(self) -> None:
        """0 section by the reset, in every browser; the refusal is recorded; the page says why."""
        self.assertFalse(reads(self.browser, self.situation))
        self.assertFalse(VaultOpening.objects.filter(user=self.luc).exists())
        self.assertIn("vault.refused", [event.action for event in self.events])
        self.assertEqual(self.client.get(reverse("home")).status_code, 302)
        page = self.browser.get(url("vault"))
        for words in (
            "Votre phrase de connexion a changé",
            "Par le kit de secours",
            "Par une clé d’accès",
            "Par l’ancienne phrase",
            "Refaire mes clés",
        ):
            self.assertContains(page, words)
        opened = self.browser.post(url("vault"), {"passphrase": NEW})
        self.assertContains(opened, "Votre phrase de connexion a changé")
        self.assertFalse(reads(self.browser, self.situation))

    def test_a_weak_reset_is_refused(self) -> None:
        """The phrase chosen there will open the vault: the same rules."""
        with self.assertRaises(AssertionError):
            reset(self.luc, WEAK)
        self.assertTrue(opens(self.luc, NEW)[0])

    def test_the_vault_page_accepts_the_former_passphrase(self) -> None:
        """It opens, and the page then offers to keep only one."""
        done = self.browser.post(url("vault"), {"passphrase": people.PASSPHRASE})
        self.assertEqual(done.status_code, 302)
        self.assertTrue(reads(self.browser, self.situation))
        self.assertContains(self.browser.get(url("vault")), "deux phrases de passe")

    def test_back_by_the_kit(self) -> None:
        """The kit and the login's passphrase, typed once."""
        self.assertRedirects(
            self.join("kit", {"kit": self.cast.luc.kit, "passphrase": NEW}), reverse("home")
        )
        self.assert_joined()

    def test_back_by_the_former_passphrase(self) -> None:
        """The former one, if it comes back."""
        said = {"former": people.PASSPHRASE, "passphrase": NEW}
        self.assertRedirects(self.join("phrase", said), reverse("home"))
        self.assert_joined()

    def test_back_by_a_passkey(self) -> None:
        """The gesture and the login's passphrase."""
        address = reverse("cases:vault_recover_by", args=["cle"])
        posted = self.asserted(self.browser, self.key, address)
        self.assertRedirects(self.join("cle", {**posted, "passphrase": NEW}), reverse("home"))
        self.assert_joined()

    def test_a_way_needs_both_secrets(self) -> None:
        """A wrong kit, a wrong former phrase, or the login's phrase mistyped: nothing changes."""
        kit = self.cast.luc.kit
        address = reverse("cases:vault_recover_by", args=["cle"])
        wrong = SoftKey()
        foreign = {**self.asserted(self.browser, self.key, address), "prf": ""}
        unknown = self.posted(wrong, self.browser.get(address).context["passkey_options"])
        for way, said in (
            ("kit", {"kit": kit, "passphrase": people.PASSPHRASE}),
            ("kit", {"kit": self.cast.sophie.kit, "passphrase": NEW}),
            ("kit", {"kit": "faux", "passphrase": NEW}),
            ("phrase", {"former": "jamais la bonne phrase", "passphrase": NEW}),
            ("phrase", {"former": people.PASSPHRASE, "passphrase": people.PASSPHRASE}),
            ("cle", {**foreign, "passphrase": NEW}),
            ("cle", {**unknown, "passphrase": NEW}),
        ):
            with self.subTest(way=way, said=sorted(said)), recorder.observe() as events:
                page = self.join(way, said)
                self.assertContains(page, 'id="erreurs"')
                self.assertIn("vault.refused", [event.action for event in events])
                self.assertNotIn(kit, page.content.decode())
                self.assertEqual(opens(self.luc, NEW), (True, False))
        self.assertFalse(reads(self.browser, self.situation))

    def test_the_change_page_sends_to_the_ways_back(self) -> None:
        """While the two differ there is nothing to change together."""
        page = change(self.browser, NEW, "lanterne cerceau moufle givre")
        self.assertContains(page, "Retrouvez d’abord")
        self.assertEqual(opens(self.luc, NEW), (True, False))

    def test_an_unknown_way_is_absent(self) -> None:
        """No page, and the refusal is recorded."""
        with recorder.observe() as events:
            self.assertEqual(self.join("autre", {}).status_code, 404)
        self.assertIn("access.denied", [event.action for event in events])


class RenewTests(SlotCase):
    """Nothing opens any more: new keys, without a right lost."""

    SAID = {"passphrase": people.PASSPHRASE, "understood": "on"}

    def test_new_keys(self) -> None:
        """New identity, slots and kit; the entries end; the rights stay; nothing is read."""
        log_in(self.client, self.luc)
        self.give(self.client, SoftKey())
        self.assertTrue(reads(self.client, self.situation))
        before = MemberVault.objects.get(user=self.luc)
        held = self.rights()
        with recorder.observe() as events:
            page = self.client.post(url("vault_renew"), self.SAID)
        told = [event.action for event in events]
        for action in ("member.key_revoked", "member.key_published", "vault.replaced"):
            self.assertIn(action, told)
        self.assertContains(page, "Vos clés sont refaites")
        words = page.context["words"].split(" · ")
        self.assertEqual(len(words), 8)
        after = MemberVault.objects.get(user=self.luc)
        self.assertNotEqual(bytes(before.public), bytes(after.public))
        kinds = VaultSlot.objects.filter(user=self.luc).values_list("kind", flat=True)
        self.assertEqual(sorted(kinds), [Kind.PASSPHRASE, Kind.RECOVERY])
        entry = MemberKey.objects.get(user=self.luc)
        self.assertIsNotNone(entry.revoked_at)
        self.assertNotIn(self.luc.pk, Directory(self.cast.commission).by_user)
        self.assertEqual(self.rights(), held)
        # Logged in and her new vault open, she reads no section; the former kit opens nothing.
        self.assertFalse(reads(self.client, self.situation))
        client = people.client_of(people.Person(self.luc, None))
        client.post(url("vault"), {"kit": self.cast.luc.kit})
        self.assertEqual(VaultOpening.objects.filter(user=self.luc).count(), 1)
        client.post(url("vault"), {"kit": page.context["code"]})  # Control.
        self.assertEqual(VaultOpening.objects.filter(user=self.luc).count(), 2)

    def rights(self) -> tuple[Any, ...]:
        """Return what Luc may do, whatever he can open."""
        with people.as_person(self.cast.luc):
            grants = Grant.objects.filter(recipient=self.luc, revoked_at__isnull=True)
            return (
                sorted(grants.values_list("pk", flat=True)),
                SituationUserPermission.objects.filter(user=self.luc).count(),
            )

    def test_the_other_holders_lose_nothing(self) -> None:
        """What Luc wrote and gave is still read by Sophie: his former signature stands."""
        shared = people.shared(self.cast, "sophie")
        hers = people.client_of(self.cast.sophie)
        self.assertTrue(reads(hers, shared))
        with people.later(minutes=1):
            people.client_of(self.cast.luc).post(url("vault_renew"), self.SAID)
            self.assertFalse(Directory(self.cast.commission).by_user.get(self.luc.pk))
            self.assertTrue(reads(people.client_of(self.cast.sophie), shared))

    def test_an_officer_is_sent_to_the_ceremony(self) -> None:
        """Her key is in the directory's root: nothing changes, and the page says whom to ask."""
        client, user = people.client_of(self.cast.claire), self.cast.claire.user
        before = bytes(MemberVault.objects.get(user=user).public)
        page = client.post(url("vault_renew"), self.SAID)
        self.assertContains(page, "cérémonie de changement d’officier")
        self.assertEqual(bytes(MemberVault.objects.get(user=user).public), before)
        self.assertFalse(MemberKey.objects.filter(user=user, revoked_at__isnull=False).exists())
        self.assertEqual(opens(user, people.PASSPHRASE), (True, True))

    def test_it_asks_the_login_passphrase_and_a_word(self) -> None:
        """Neither alone changes a key."""
        client, before = people.client_of(self.cast.luc), self.public()
        for said in (
            {"passphrase": people.PASSPHRASE},
            {"passphrase": NEW, "understood": "on"},
            {"understood": "on"},
        ):
            self.assertContains(client.post(url("vault_renew"), said), 'id="erreurs"')
        self.assertEqual(self.public(), before)

    def public(self) -> bytes:
        """Return Luc's public identity."""
        return bytes(MemberVault.objects.get(user=self.luc).public)

    def test_an_interruption_changes_nothing(self) -> None:
        """Killed before its last event, the renewal leaves the former keys whole."""
        before = self.public()
        real = members._record

        def killed(action: str, *args: Any, **kwargs: Any) -> None:
            if action == "member.key_published":
                raise RuntimeError("killed")
            real(action, *args, **kwargs)

        with mock.patch.object(members, "_record", killed), self.assertRaises(RuntimeError):
            members.renew_identity(user=self.luc, passphrase=people.PASSPHRASE, at=now())
        self.assertEqual(self.public(), before)
        self.assertEqual(opens(self.luc, people.PASSPHRASE), (True, True))
        self.assertTrue(MemberKey.objects.filter(user=self.luc, revoked_at__isnull=True).exists())

    def test_the_officers_sign_the_new_key(self) -> None:
        """The entry of the new key is valid again in the directory."""
        from cases.actions import directory

        client = people.client_of(self.cast.luc)
        client.post(url("vault_renew"), self.SAID)
        cast = self.cast
        officers = [(one.user, one.identity) for one in (cast.claire, cast.denis)]
        directory.sign_key(commission=cast.commission, user=self.luc, officers=officers, at=now())
        entry = Directory(cast.commission).by_user[self.luc.pk]
        self.assertEqual(entry.public.to_bytes(), self.public())
        self.assertIn(settings.VAULT_COOKIE_NAME, client.cookies)
