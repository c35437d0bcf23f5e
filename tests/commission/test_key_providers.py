"""One contract for every key provider: files, variables, and a machine far away (decision 43)."""

from __future__ import annotations

import hashlib
import hmac
import os
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from deploy.keys.choice import provider
from deploy.keys.env import EnvKeys
from deploy.keys.file import FileKeys, make_keys
from deploy.keys.provider import (
    INTAKE,
    PEPPER,
    PURPOSES,
    VIEWER,
    WRAPPING,
    KeyProvider,
    KeyRefused,
    ProviderDown,
)
from tests.remote_keys import RemoteKeys, machine

AAD = b"situation"
SECRET = bytes(range(32))


class Contract:
    """What every provider does; a class below gives the provider and how its keys change."""

    keys: KeyProvider
    assertEqual: Any
    assertNotEqual: Any
    assertRaises: Any
    assertNotIn: Any
    assertIn: Any
    subTest: Any

    def add_version(self, purpose: str) -> int:
        """Make the next version, by the provider or by whoever starts the service."""
        return self.keys.new_version(purpose)

    def remove_version(self, purpose: str, version: int) -> None:
        """Destroy a version likewise."""
        self.keys.destroy(purpose, version)

    def break_down(self) -> None:
        """Make the provider unable to answer."""
        raise NotImplementedError

    def test_what_is_wrapped_opens_in_its_place_only(self) -> None:
        """Same bytes, same purpose, same version, same context; every byte counts."""
        version, blob = self.keys.wrap(WRAPPING, SECRET, AAD)
        self.assertEqual(self.keys.unwrap(WRAPPING, version, blob, AAD), SECRET)
        self.assertNotIn(SECRET, blob)
        self.assertNotEqual(self.keys.wrap(WRAPPING, SECRET, AAD)[1], blob)
        wrong = [
            (WRAPPING, version, blob, b"another"),
            (PEPPER, version, blob, AAD),
            (WRAPPING, version, b"", AAD),
            (WRAPPING, version, blob[:-1], AAD),
        ]
        for place in range(len(blob)):
            changed = bytearray(blob)
            changed[place] ^= 1
            wrong.append((WRAPPING, version, bytes(changed), AAD))
        for case in wrong:
            with self.assertRaises(KeyRefused):
                self.keys.unwrap(*case)

    def test_versions_follow_each_other(self) -> None:
        """The newest wraps; the former ones still open, until they are destroyed."""
        self.assertEqual(self.keys.versions(WRAPPING), (1,))
        former, blob = self.keys.wrap(WRAPPING, SECRET, AAD)
        made = self.add_version(WRAPPING)
        self.assertEqual((made, self.keys.current_version(WRAPPING)), (2, 2))
        self.assertEqual(self.keys.versions(WRAPPING), (1, 2))
        self.assertEqual(self.keys.versions(PEPPER), (1,))
        self.assertEqual(self.keys.unwrap(WRAPPING, former, blob, AAD), SECRET)
        self.assertEqual(self.keys.wrap(WRAPPING, SECRET, AAD)[0], 2)
        with self.assertRaises(KeyRefused):
            self.keys.unwrap(WRAPPING, 2, blob, AAD)  # The version counts, not the bytes alone.
        renewed, again = self.keys.rewrap(WRAPPING, former, blob, AAD)
        self.assertEqual(renewed, 2)
        self.assertEqual(self.keys.unwrap(WRAPPING, 2, again, AAD), SECRET)
        self.assertEqual(self.keys.rewrap(WRAPPING, 2, again, AAD), (2, again))
        for version, sealed in ((former, blob), (2, again)):
            with self.assertRaises(KeyRefused):
                self.keys.rewrap(WRAPPING, version, sealed, b"another")
        self.remove_version(WRAPPING, former)
        self.assertEqual(self.keys.versions(WRAPPING), (2,))
        with self.assertRaises(ProviderDown):
            self.keys.unwrap(WRAPPING, former, blob, AAD)
        self.assertEqual(self.keys.unwrap(WRAPPING, 2, again, AAD), SECRET)
        with self.assertRaises(KeyRefused):
            self.keys.destroy(WRAPPING, 2)
        self.assertEqual(self.add_version(WRAPPING), 3)  # A number is never used again.

    def test_codes(self) -> None:
        """The same for the same version and purpose, another for any other."""
        first = self.keys.hmac(PEPPER, b"data")
        self.assertEqual(len(first), 32)
        self.add_version(PEPPER)
        self.assertEqual(self.keys.hmac(PEPPER, b"data", 1), first)
        others = [
            self.keys.hmac(PEPPER, b"data"),
            self.keys.hmac(PEPPER, b"other", 1),
            self.keys.hmac(WRAPPING, b"data"),
        ]
        self.assertEqual(len({first, *others}), 4)
        self.assertEqual(self.keys.hmac(PEPPER, b"data", 2), others[0])

    def test_signatures(self) -> None:
        """The current version signs; every version verifies, newest first."""
        former = self.keys.sign(INTAKE, b"grant")
        self.add_version(INTAKE)
        signed = self.keys.sign(INTAKE, b"grant")
        newest, oldest = (Ed25519PublicKey.from_public_bytes(p) for p in self.keys.publics(INTAKE))
        newest.verify(signed, b"grant")
        oldest.verify(former, b"grant")
        with self.assertRaises(InvalidSignature):
            newest.verify(former, b"grant")
        self.assertEqual(self.keys.public(INTAKE), self.keys.publics(INTAKE)[0])
        self.assertEqual(self.keys.public(INTAKE, 1), self.keys.publics(INTAKE)[1])

    def test_one_key_only_is_lent(self) -> None:
        """The viewer context's, whose pads the database holds; it is the one that signs."""
        key = self.keys.raw(VIEWER)
        code = hmac.new(key, b"body", hashlib.sha256).digest()
        self.assertEqual(self.keys.hmac(VIEWER, b"body"), code)
        for purpose in set(PURPOSES) - {VIEWER}:
            with self.subTest(purpose), self.assertRaises(KeyRefused):
                self.keys.raw(purpose)

    def test_an_unknown_purpose_is_refused(self) -> None:
        """Whatever is asked."""
        asked = (
            lambda: self.keys.versions("other"),
            lambda: self.keys.current_version("other"),
            lambda: self.keys.wrap("other", SECRET, AAD),
            lambda: self.keys.unwrap("other", 1, b"", AAD),
            lambda: self.keys.hmac("other", b"data"),
            lambda: self.keys.raw("other"),
            lambda: self.keys.sign("other", b"data"),
            lambda: self.keys.public("other"),
            lambda: self.keys.publics("other"),
        )
        for ask in asked:
            with self.assertRaises(KeyRefused):
                ask()

    def test_down(self) -> None:
        """T-33: every question says so; nothing goes on without a key, nothing is told of one."""
        version, blob = self.keys.wrap(WRAPPING, SECRET, AAD)
        self.keys.health()  # Control.
        lent = self.keys.raw(VIEWER).hex()
        self.break_down()
        asked = {
            "versions": lambda: self.keys.versions(WRAPPING),
            "current_version": lambda: self.keys.current_version(WRAPPING),
            "wrap": lambda: self.keys.wrap(WRAPPING, SECRET, AAD),
            "unwrap": lambda: self.keys.unwrap(WRAPPING, version, blob, AAD),
            "rewrap": lambda: self.keys.rewrap(WRAPPING, version, blob, AAD),
            "hmac": lambda: self.keys.hmac(PEPPER, b"data"),
            "raw": lambda: self.keys.raw(VIEWER),
            "sign": lambda: self.keys.sign(INTAKE, b"data"),
            "public": lambda: self.keys.public(INTAKE),
            "publics": lambda: self.keys.publics(INTAKE),
            "health": lambda: self.keys.health(),
        }
        for name, ask in asked.items():
            with self.subTest(name):
                with self.assertRaises(ProviderDown) as down:
                    ask()
                self.assertNotIn(lent, str(down.exception))


class FileKeysTests(Contract, unittest.TestCase):
    """Keys in files."""

    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="clsm-keys-")))
        make_keys(self.folder)
        self.keys = FileKeys(str(self.folder))

    def break_down(self) -> None:
        """Empty the folder, as an unmounted disk does."""
        for path in self.folder.iterdir():
            path.unlink()

    def test_files_open_to_others_are_not_used(self) -> None:
        """0400 or nothing; and a key cut short is no key."""
        path = self.folder / f"{WRAPPING}.1.key"
        path.chmod(0o440)
        with self.assertRaises(ProviderDown):
            self.keys.wrap(WRAPPING, SECRET, AAD)
        path.chmod(0o600)
        self.keys.wrap(WRAPPING, SECRET, AAD)  # Control.
        path.write_bytes(b"short")
        with self.assertRaises(ProviderDown):
            self.keys.wrap(WRAPPING, SECRET, AAD)

    def test_chosen_by_its_address(self) -> None:
        """The setting names it; an unknown kind is refused."""
        self.assertIsInstance(provider(f"file:{self.folder}"), FileKeys)
        self.assertIsInstance(provider("env:"), EnvKeys)
        with self.assertRaises(ValueError):
            provider("vault:x")


class EnvKeysTests(Contract, unittest.TestCase):
    """Keys in variables, set by whoever starts the service."""

    def setUp(self) -> None:
        self.enterContext(mock.patch.dict(os.environ))
        for purpose in PURPOSES:
            os.environ[self.name(purpose, 1)] = os.urandom(32).hex()
        self.keys = EnvKeys()

    def name(self, purpose: str, version: int) -> str:
        """Return the variable of a key."""
        return f"CLSM_KEY_{purpose.upper().replace('-', '_')}_{version}"

    def add_version(self, purpose: str) -> int:
        """Set the variable that the refusal names."""
        version = self.keys.current_version(purpose) + 1
        with self.assertRaises(KeyRefused) as refused:
            self.keys.new_version(purpose)
        self.assertIn(self.name(purpose, version), str(refused.exception))
        os.environ[self.name(purpose, version)] = os.urandom(32).hex()
        return version

    def remove_version(self, purpose: str, version: int) -> None:
        """Remove the variable that the refusal names."""
        with self.assertRaises(KeyRefused) as refused:
            self.keys.destroy(purpose, version)
        self.assertIn(self.name(purpose, version), str(refused.exception))
        del os.environ[self.name(purpose, version)]

    def break_down(self) -> None:
        """Forget every variable."""
        for purpose in PURPOSES:
            del os.environ[self.name(purpose, 1)]


class RemoteKeysTests(Contract, unittest.TestCase):
    """Keys on another machine: the interface asks for nothing that it could not give."""

    def setUp(self) -> None:
        self.remote = RemoteKeys(machine())
        self.keys = self.remote

    def break_down(self) -> None:
        """Cut the line."""
        self.remote.is_down = True

    def test_no_key_is_on_this_side(self) -> None:
        """Control of the provider itself: its attributes hold none."""
        held = [value for value in vars(self.remote).values() if isinstance(value, bytes)]
        self.assertEqual(held, [])

    def test_each_request_may_fail(self) -> None:
        """The line drops at any request: told, and the next one finds it again."""
        for place in (1, 2):
            self.remote.requests, self.remote.fails_at = 0, place
            with self.assertRaises(ProviderDown):
                self.keys.wrap(WRAPPING, SECRET, AAD)
                self.keys.wrap(WRAPPING, SECRET, AAD)
            self.keys.wrap(WRAPPING, SECRET, AAD)
