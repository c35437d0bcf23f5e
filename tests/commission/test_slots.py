"""The ways to open a vault: passkeys with a secret (PRF), former peppers, altered slots (T-11)."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.messages import get_messages
from django.test import override_settings
from django.urls import reverse

from audit import recorder
from cases.access import vaults
from cases.actions import slots
from cases.models import VaultOpening, VaultSlot
from cases.vault.errors import VaultError, WrongPassphrase
from clsm_core.accounts import passkeys
from clsm_core.accounts.clock import now
from deploy.keys.file import FileKeys
from tests import people
from tests.cases_of import Client, TestCase
from tests.codes import current_code
from tests.commission.soft_key import SoftKey, text_of
from tests.commission.test_pages_conflicts import url

Kind = VaultSlot.Kind


def reset_codes() -> None:
    """Let the fixed seed's present code serve again."""
    for authenticator in Authenticator.objects.filter(type=Authenticator.Type.TOTP):
        authenticator.data["last_step"] = 0
        authenticator.save(update_fields=["data"])


def log_in(client: Client, user: Any, passphrase: str = people.PASSPHRASE) -> None:
    """Log in by passphrase and one-time code."""
    reset_codes()
    client.post(reverse("account_login"), {"login": user.email, "password": passphrase})
    client.post(reverse("mfa_authenticate"), {"code": current_code(people.SEED)})
    assert client.session.get("_auth_user_id") == str(user.pk)


def reads(client: Client, situation: Any) -> bool:
    """Tell whether the health section is read by this browser now."""
    page = client.get(reverse("cases:situation_section", args=[situation.code, "health"]))
    if page.status_code == 302:
        assert page["Location"].startswith(reverse("cases:vault"))
        return False
    return "Elle dit ne plus voir son médecin." in page.content.decode()


class SlotCase(TestCase):
    """Luc, lead of a situation, whose second slot is a passkey."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("serrures")
        cls.situation = people.shared(cls.cast)
        cls.luc, cls.sophie = cls.cast.luc.user, cls.cast.sophie.user

    def own(self, client: Client, key: SoftKey) -> Any:
        """Create a passkey in the account, as the security page does; return the answer."""
        page = client.get(reverse("mfa_add_webauthn"))
        if page.status_code == 302:
            client.post(page["Location"], {"password": people.PASSPHRASE})
            page = client.get(reverse("mfa_add_webauthn"))
        posted = {
            "name": "Clé de bureau",
            "passwordless": "on",
            "credential": key.created(page.context["js_data"]),
        }
        answer = client.post(reverse("mfa_add_webauthn"), posted)
        self.assertEqual(answer.status_code, 302, answer.content)
        return answer

    def asserted(self, client: Client, key: SoftKey, address: str) -> dict[str, str]:
        """Return what the script posts after asking a passkey on this page."""
        page = client.get(address)
        self.assertContains(page, f'data-prf="{passkeys.salt_text()}"')
        return self.posted(key, page.context["passkey_options"])

    def posted(self, key: SoftKey, options: Any) -> dict[str, str]:
        """Return the script's two fields."""
        secret = text_of(key.secret(passkeys.SALT)) if key.has_prf else ""
        return {"credential": key.asserted(options), "prf": secret}

    def give(self, client: Client, key: SoftKey) -> None:
        """Create a passkey and let it open the vault."""
        self.own(client, key)
        posted = self.asserted(client, key, url("slot_add"))
        answer = client.post(url("slot_add"), {**posted, "passphrase": people.PASSPHRASE})
        self.assertRedirects(answer, url("slots"))

    def log_in_by(self, client: Client, key: SoftKey) -> Any:
        """Log in by passkey, in one gesture."""
        address = reverse("mfa_login_webauthn")
        said = client.get(address, headers={"X-Requested-With": "XMLHttpRequest"}).json()
        return client.post(address, self.posted(key, said))


class PasskeyTests(SlotCase):
    """Decision 18: one gesture for the login and the vault."""

    def setUp(self) -> None:
        log_in(self.client, self.luc)
        self.key = SoftKey()

    def test_one_gesture_opens_both(self) -> None:
        """After the slot is added, the passkey alone reads a situation; control: not before."""
        self.own(self.client, self.key)
        before = Client()
        self.log_in_by(before, self.key)
        self.assertEqual(before.session["_auth_user_id"], str(self.luc.pk))
        self.assertFalse(reads(before, self.situation))

        posted = self.asserted(self.client, self.key, url("slot_add"))
        with recorder.observe() as events:
            self.client.post(url("slot_add"), {**posted, "passphrase": people.PASSPHRASE})
        self.assertEqual([event.action for event in events], ["vault.slot_added"])
        after = Client()
        with recorder.observe() as events:
            self.log_in_by(after, self.key)
        self.assertIn("vault.opened", [event.action for event in events])
        self.assertTrue(reads(after, self.situation))

    def test_the_secret_stays_nowhere(self) -> None:
        """Not in the session, a URL, a page or an event: one form field, used once."""
        self.give(self.client, self.key)
        secret = self.key.secret(passkeys.SALT)
        client = Client()
        with recorder.observe() as events:
            answer = self.log_in_by(client, self.key)
        kept = repr(dict(client.session)) + repr(events) + answer["Location"]
        kept += client.get(url("vault")).content.decode() + repr(client.cookies)
        for form in (text_of(secret), secret.hex(), repr(secret)):
            self.assertNotIn(form, kept)
        self.assertTrue(reads(client, self.situation))  # Control: it was used.
        slot = VaultSlot.objects.get(user=self.luc, kind=Kind.PASSKEY)
        self.assertNotIn(secret, bytes(slot.blob))

    def test_the_vault_page_opens_by_passkey(self) -> None:
        """Offered where a slot exists, and only there."""
        closed = people.client_of(self.cast.luc, vault=False)
        self.assertNotContains(closed.get(url("vault")), "Ouvrir avec une clé d’accès")
        self.give(self.client, self.key)
        posted = self.asserted(closed, self.key, url("vault"))
        answer = closed.post(url("vault"), {**posted, "suite": "/situations/"})
        self.assertRedirects(answer, "/situations/")
        self.assertTrue(reads(closed, self.situation))

    def test_adding_needs_the_passphrase_or_the_kit(self) -> None:
        """The open session holds no vault key; control: the kit's code does it."""
        self.own(self.client, self.key)
        for said in ({}, {"passphrase": "une autre phrase que la bonne"}):
            posted = self.asserted(self.client, self.key, url("slot_add"))
            self.assertContains(self.client.post(url("slot_add"), {**posted, **said}), "erreurs")
        self.assertEqual(VaultSlot.objects.filter(user=self.luc).count(), 2)
        posted = self.asserted(self.client, self.key, url("slot_add"))
        self.client.post(url("slot_add"), {**posted, "kit": self.cast.luc.kit})
        self.assertEqual(VaultSlot.objects.filter(user=self.luc).count(), 3)

    def test_one_slot_for_one_passkey(self) -> None:
        """The same key again is not offered, and its post is refused."""
        self.give(self.client, self.key)
        self.assertRedirects(self.client.get(url("slot_add")), url("slots"))
        vault_key = vaults.vault_key_from_secret(self.luc, Kind.PASSPHRASE, people.PASSPHRASE)
        with self.assertRaises(slots.SlotExists):
            slots.add_passkey(
                user=self.luc,
                vault_key=vault_key,
                secret=self.key.secret(passkeys.SALT),
                credential=self.key.mark,
                at=now(),
            )

    def test_another_salt_or_key_opens_nothing(self) -> None:
        """The secret of another passkey, or of another salt, is refused and recorded."""
        self.give(self.client, self.key)
        other = SoftKey()
        for secret in (other.secret(passkeys.SALT), self.key.secret(b"\0" * 32), b"\0" * 32):
            closed = people.client_of(self.cast.luc, vault=False)
            posted = self.asserted(closed, self.key, url("vault"))
            with recorder.observe() as events:
                page = closed.post(url("vault"), {**posted, "prf": text_of(secret)})
            self.assertContains(page, "Le coffre reste fermé")
            self.assertIn("vault.refused", [event.action for event in events])
            self.assertFalse(reads(closed, self.situation))

    def test_a_slot_moved_by_sql_opens_nothing(self) -> None:
        """T-11: under another account, another passkey or another id, a slot does not open."""
        self.give(self.client, self.key)
        secret = self.key.secret(passkeys.SALT)
        row = VaultSlot.objects.get(user=self.luc, kind=Kind.PASSKEY)
        blob, mark = bytes(row.blob), row.credential
        vaults.identity_from_secret(self.luc, Kind.PASSKEY, secret, credential=mark)  # Control.
        # Luc's lock copied under Sophie's account: her vault, his secret.
        copied = VaultSlot(user=self.sophie, kind=Kind.PASSKEY, blob=blob, credential=mark)
        copied.created_at = now()
        copied.save(force_insert=True)
        with self.assertRaises(WrongPassphrase):
            vaults.identity_from_secret(self.sophie, Kind.PASSKEY, secret, credential=mark)
        # A second passkey of hers, whose row receives the blob of the first.
        other = SoftKey()
        vault_key = vaults.vault_key_from_secret(self.luc, Kind.PASSPHRASE, people.PASSPHRASE)
        mine = slots.add_passkey(
            user=self.luc,
            vault_key=vault_key,
            secret=other.secret(passkeys.SALT),
            credential=other.mark,
            at=now(),
        )
        VaultSlot.objects.filter(pk=mine.pk).update(blob=blob)
        with self.assertRaises(WrongPassphrase):
            vaults.identity_from_secret(self.luc, Kind.PASSKEY, secret, credential=other.mark)

    def test_a_passkey_of_another_account_opens_nothing(self) -> None:
        """Sophie's assertion in Luc's session is not one of his keys."""
        self.give(self.client, self.key)
        theirs, hers = SoftKey(), Client()
        log_in(hers, self.sophie)
        self.give(hers, theirs)
        closed = people.client_of(self.cast.luc, vault=False)
        options = closed.get(url("vault")).context["passkey_options"]
        page = closed.post(url("vault"), self.posted(theirs, options))
        self.assertContains(page, "n’est pas reconnue")
        self.assertFalse(reads(closed, self.situation))
        self.assertContains(  # Control: the same post by his own key.
            closed.post(url("vault"), self.asserted(closed, self.key, url("vault")), follow=True),
            "Coffre",
        )

    def test_without_prf_it_opens_the_login(self) -> None:
        """An authenticator that gives no secret degrades to the passphrase, in one sentence."""
        plain = SoftKey(has_prf=False)
        self.own(self.client, plain)
        said = [str(one) for one in get_messages(self.client.get(url("slots")).wsgi_request)]
        self.assertFalse(VaultSlot.objects.filter(kind=Kind.PASSKEY).exists(), said)
        self.assertRedirects(self.client.get(url("slot_add")), url("slots"))
        client = Client()
        self.log_in_by(client, plain)
        self.assertEqual(client.session["_auth_user_id"], str(self.luc.pk))
        self.assertFalse(reads(client, self.situation))
        client.post(url("vault"), {"passphrase": people.PASSPHRASE})
        self.assertTrue(reads(client, self.situation))

    def test_a_browser_without_prf_says_so(self) -> None:
        """The slot exists, the browser gives nothing: the login stands, the page says why."""
        self.give(self.client, self.key)
        self.key.has_prf = False
        client = Client()
        self.log_in_by(client, self.key)
        page = client.get(url("vault"))
        self.assertContains(page, "ne donne pas de quoi ouvrir le coffre")
        self.assertFalse(reads(client, self.situation))

    def test_removing_the_passkey_removes_its_slot(self) -> None:
        """From the account's security page; the two mandatory slots stay."""
        self.give(self.client, self.key)
        authenticator = passkeys.of(self.luc).get()
        address = reverse("mfa_remove_webauthn", args=[authenticator.pk])
        self.assertContains(self.client.get(address), "ni votre coffre")
        with recorder.observe() as events:
            self.client.post(address)
        self.assertIn("vault.slot_removed", [event.action for event in events])
        kinds = VaultSlot.objects.filter(user=self.luc).values_list("kind", flat=True)
        self.assertEqual(sorted(kinds), [Kind.PASSPHRASE, Kind.RECOVERY])

    def test_the_list_and_its_removal(self) -> None:
        """A passkey's slot is removed by its owner; the mandatory two by nobody."""
        self.give(self.client, self.key)
        page = self.client.get(url("slots"))
        for words in ("Phrase de passe", "Kit de secours", "Clé de bureau"):
            self.assertContains(page, words)
        rows = {row.kind: row.pk for row in VaultSlot.objects.filter(user=self.luc)}
        for kind in (Kind.PASSPHRASE, Kind.RECOVERY):
            address = reverse("cases:slot_remove", args=[rows[kind]])
            self.assertEqual(self.client.post(address).status_code, 404)
        address = reverse("cases:slot_remove", args=[rows[Kind.PASSKEY]])
        stranger = people.client_of(self.cast.sophie)
        self.assertEqual(stranger.post(address).status_code, 404)
        self.assertContains(self.client.get(address), "Clé de bureau")
        with recorder.observe() as events:
            self.assertRedirects(self.client.post(address), url("slots"))
        self.assertEqual([event.action for event in events], ["vault.slot_removed"])
        self.assertEqual(VaultSlot.objects.filter(user=self.luc).count(), 2)
        client = Client()
        self.log_in_by(client, self.key)
        self.assertFalse(reads(client, self.situation))


class AlteredSlotTests(SlotCase):
    """T-11: what an SQL writer changes in a slot opens nothing, and is recorded."""

    def alter(self, at: int, value: bytes) -> None:
        """Write bytes inside Luc's passphrase slot."""
        row = VaultSlot.objects.get(user=self.luc, kind=Kind.PASSPHRASE)
        blob = bytearray(bytes(row.blob))
        blob[at : at + len(value)] = value
        VaultSlot.objects.filter(pk=row.pk).update(blob=bytes(blob))

    def refusals(self, client: Client) -> list[str]:
        """Log in by passphrase; return the purposes of the refusals recorded."""
        with recorder.observe() as events:
            log_in(client, self.luc)
        return [event.purpose for event in events if event.action == "vault.refused"]

    def test_the_control_opens(self) -> None:
        """Untouched, the slot opens at login and nothing is refused."""
        self.assertEqual(self.refusals(self.client), [])
        self.assertTrue(reads(self.client, self.situation))

    def test_a_lowered_cost_is_refused(self) -> None:
        """Half the memory: the login stands, the vault is shut, the refusal is in the ledger."""
        self.alter(2, (32).to_bytes(4, "big"))
        self.assertEqual(self.refusals(self.client), ["wrong_passphrase"])
        self.assertFalse(reads(self.client, self.situation))
        with recorder.observe() as events:
            page = self.client.post(url("vault"), {"passphrase": people.PASSPHRASE})
        self.assertEqual([event.action for event in events], ["vault.refused"])
        self.assertContains(page, "Retrouver votre coffre")

    def test_a_raised_cost_runs_nothing(self) -> None:
        """T-02: beyond the ceilings no derivation begins; the login still answers."""
        self.alter(2, (2**31).to_bytes(4, "big"))
        self.assertEqual(self.refusals(self.client), ["unknown_format"])
        self.assertFalse(reads(self.client, self.situation))
        page = self.client.post(url("vault"), {"passphrase": people.PASSPHRASE})
        self.assertContains(page, 'id="erreurs"')

    def test_a_changed_salt_is_refused(self) -> None:
        """One bit of the salt."""
        self.alter(11, b"\x00" * 16)
        self.assertEqual(self.refusals(self.client), ["wrong_passphrase"])


class PepperTests(SlotCase):
    """Security.md §2.4: a slot under a former pepper is closed again when it opens."""

    def test_an_opening_moves_the_slot(self) -> None:
        """After the rotation and one opening, the former pepper may be destroyed."""
        with tempfile.TemporaryDirectory() as folder:
            copied = Path(folder, "keys")
            shutil.copytree(settings.KEYS.folder, copied)
            keys = FileKeys(str(copied))
            with override_settings(KEYS=keys):
                before = vaults.pepper_version()
                slot = VaultSlot.objects.get(user=self.luc, kind=Kind.PASSPHRASE)
                self.assertEqual(slot.pepper_version, before)
                keys.new_version(vaults.PEPPER_PURPOSE)
                client = Client()
                log_in(client, self.luc)
                self.assertTrue(reads(client, self.situation))
                slot.refresh_from_db()
                self.assertEqual(slot.pepper_version, before + 1)
                keys.destroy(vaults.PEPPER_PURPOSE, before)
                again = Client()
                log_in(again, self.luc)
                self.assertTrue(reads(again, self.situation))
                # Control: a slot that was not opened meanwhile is lost with its pepper.
                with self.assertRaises((VaultError, settings.KEYS_DOWN)):
                    vaults.identity_from_secret(self.sophie, Kind.PASSPHRASE, people.PASSPHRASE)


class OpeningCountTests(SlotCase):
    """The vault's own limit covers passkeys too."""

    def test_tries_are_counted(self) -> None:
        """Ten refusals in ten minutes, then not even the right passphrase."""
        client = people.client_of(self.cast.luc, vault=False)
        for _ in range(10):
            client.post(url("vault"), {"credential": "{}", "prf": ""})
        page = client.post(url("vault"), {"passphrase": people.PASSPHRASE})
        self.assertContains(page, "Trop d’essais")
        self.assertFalse(VaultOpening.objects.filter(user=self.luc).exists())

    def test_malformed_answers_are_refusals(self) -> None:
        """Whatever is posted as a credential, the answer is a page."""
        client = people.client_of(self.cast.luc, vault=False)
        for posted in ("", "null", "[]", '{"response": 1}', "x" * 50, '{"id":"a","response":{}}'):
            page = client.post(url("vault"), {"credential": posted, "prf": "%%%"})
            self.assertEqual(page.status_code, 200, posted)
            self.assertContains(page, "Le coffre reste fermé")
        self.assertEqual(
            client.get(reverse("cases:slot_remove", args=[uuid.uuid4()])).status_code, 404
        )
