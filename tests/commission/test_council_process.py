"""T-05: the council's process holds no secret of the commission, in environment, code or memory."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import skipUnless

from tests import database
from tests.cases_of import CommittingTestCase

# A process of a service, ready to answer, that says what it loaded and waits.
READY = """
import sys, django
django.setup()
from django.conf import settings
from django.urls import get_resolver
get_resolver().url_patterns
keys = getattr(settings, "KEYS", None)
held = [keys.raw("viewer-context"), keys.hmac("pepper", b"")] if keys else None
loaded = [n for n in sys.modules if n.split(".")[0] == "cases" or n.startswith("deploy.keys")]
print(",".join(sorted(loaded)) or "-", flush=True)
sys.stdin.readline()
"""
COUNCIL_OWN = ("AUDIT_MAC_KEY", "ACCOUNTS_KEY", "SECRET_KEY", "PASSWORD_PEPPER")


def forms(secret: bytes) -> list[bytes]:
    """Return the ways in which a secret of 32 bytes may be written."""
    return [
        secret,
        secret.hex().encode(),
        base64.b64encode(secret).rstrip(b"="),
        base64.urlsafe_b64encode(secret).rstrip(b"="),
    ]


def readable_memory(pid: int) -> Iterator[bytes]:
    """Give the writable memory of a child process, a mapping at a time."""
    maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            place, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            start, end = (int(part, 16) for part in place.split("-"))
            try:
                memory.seek(start)
                yield memory.read(end - start) or b""
            except OSError:
                continue


class CouncilProcess(CommittingTestCase):
    """The environment that installs it, and a real process of each service."""

    def secrets(self) -> dict[str, bytes]:
        """Return every secret of the commission: its provider's keys, and its environment's."""
        found = {
            path.name: path.read_bytes() for path in (self.place.folder / "keys").glob("*.key")
        }
        for name in COUNCIL_OWN:
            found[name] = self.place.secrets["commission"][name].encode()
        return found

    def environment(self, service: str) -> dict[str, str]:
        """Return the environment of a service's process."""
        return {
            **self.place.programs_environment(),
            **self.place.environment(service, self.database_name),
            "PASSWORD_COST": database.CHEAP,
            "SLOT_COST": database.CHEAP,
        }

    @contextmanager
    def process(self, service: str) -> Iterator[tuple[int, list[str]]]:
        """Start a service's process; give its number and the modules it loaded."""
        child = subprocess.Popen(
            [sys.executable, "-c", READY],
            env=self.environment(service),
            cwd=database.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdin is not None
        assert child.stdout is not None
        with child:
            try:
                yield child.pid, child.stdout.readline().strip().split(",")
            finally:
                child.stdin.write("\n")
                child.stdin.close()

    def test_its_environment_names_no_secret(self) -> None:
        """T-05, decision 4: no key in any writing, no address of the owner or of the provider."""
        told = "\0".join(f"{k}={v}" for k, v in self.environment("governance").items()).encode()
        for name, secret in self.secrets().items():
            with self.subTest(name):
                self.assertFalse([form for form in forms(secret) if form in told])
        for absent in ("KEY_PROVIDER", "OWNER_DATABASE_URL", "DPO_DATABASE_URL", "DIRECTORY_ROOTS"):
            self.assertNotIn(absent.encode(), told)
        # Control: the commission's own environment has its secrets, and names its provider.
        own = "\0".join(self.environment("commission").values()).encode()
        secrets = self.secrets()
        self.assertTrue(all(secrets[name] in own for name in COUNCIL_OWN))
        self.assertIn(b"file:", own)

    @skipUnless(sys.platform == "linux", "/proc is Linux's")
    def test_its_memory_and_code_hold_none(self) -> None:
        """T-05: neither a module of the commission nor 32 bytes of its keys; control: hers do."""
        secrets = {name: one for name, one in self.secrets().items() if name.endswith(".key")}
        found: dict[str, set[str]] = {}
        for service in ("governance", "commission"):
            with self.process(service) as (pid, loaded):
                self.assertEqual(loaded == ["-"], service == "governance", loaded)
                seen = set()
                for memory in readable_memory(pid):
                    seen |= {
                        name
                        for name, secret in secrets.items()
                        if any(form in memory for form in forms(secret))
                    }
                found[service] = seen
        self.assertEqual(found["governance"], set())
        self.assertTrue([name for name in found["commission"] if name.startswith("viewer")])
