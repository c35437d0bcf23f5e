"""T-31: renewals killed at any instant; nothing is unreadable, and the same command completes.

A child process renews section keys, the situations' server keys, the pepper or the recovery key; it
is stopped by SIGKILL at a random moment. After each: every text and every key opens, running again
completes, nothing is left under a former version, and nothing needs what was retired.

``python -m tests.drills.rotation WHAT DATABASE`` is that child.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SECTIONS, SERVER, PEPPER, RECOVERY = "sections", "situation-keys", "pepper", "recovery"
WHAT = (SECTIONS, SERVER, PEPPER, RECOVERY)
TEXTS = 45
READY = "ready"


# --- in the child -------------------------------------------------------------------------------
def child(what: str, database: str, keys: str, story: str) -> None:
    """Renew, telling the parent when it begins."""
    from tests import database as databases

    place = databases.installation()
    databases.configure("commission", database, place)
    os.environ["OWNER_DATABASE_URL"] = place.owner_environment(database)["OWNER_DATABASE_URL"]
    os.environ["KEY_PROVIDER"] = f"file:{keys}"
    import django

    django.setup()
    told = json.loads(Path(story).read_text())
    print(READY, flush=True)
    {
        SECTIONS: _renew_sections,
        SERVER: _renew_server,
        PEPPER: _renew_pepper,
        RECOVERY: _renew_recovery,
    }[what](told)
    print("done", flush=True)


def _people(told: dict[str, Any], name: str) -> Any:
    """Return an account and its identity, opened by the passphrase."""
    from django.contrib.auth import get_user_model

    from cases.access import vaults
    from tests.people import PASSPHRASE

    user = get_user_model().objects.get(pk=told[name])
    return user, vaults.identity_from_secret(user, "passphrase", PASSPHRASE)


def _renew_sections(told: dict[str, Any]) -> None:
    """Renew every section, a batch a transaction, until nothing is left."""
    from django.db import transaction

    from cases.access.entry import acting
    from cases.actions import rotation
    from cases.models import Situation

    user, identity = _people(told, "luc")
    section = "housing"
    done = False
    with transaction.atomic(), acting(user, identity=identity) as viewer:
        situation = Situation.objects.select_related("commission").get(pk=told["situation"])
        rotation.begin(viewer=viewer, situation=situation, section=section)
    while not done:
        with transaction.atomic(), acting(user, identity=identity) as viewer:
            situation = Situation.objects.select_related("commission").get(pk=told["situation"])
            rotation.reseal(viewer=viewer, situation=situation, section=section, batch=4)
            done = rotation.retire(viewer=viewer, situation=situation, section=section)


def _renew_server(told: dict[str, Any]) -> None:
    from deploy import server_keys

    server_keys.BATCH = 2
    server_keys.rotate(SERVER)
    server_keys.retire(SERVER)


def _renew_pepper(told: dict[str, Any]) -> None:
    from cases.access import vaults
    from cases.models import VaultSlot
    from cases.vault.recovery_code import parse_recovery_code
    from deploy import server_keys
    from tests.people import PASSPHRASE

    server_keys.rotate(PEPPER)
    for pk, kit in told["kits"].items():
        user = VaultSlot.objects.filter(user=pk).first().user
        vaults.identity_from_secret(user, "passphrase", PASSPHRASE)
        vaults.identity_from_secret(user, "recovery", parse_recovery_code(kit))
    server_keys.retire(PEPPER)


def _renew_recovery(told: dict[str, Any]) -> None:
    """Go on with a renewal under way, else begin one; its shares are kept before it stands."""
    from django.db import transaction

    from cases.access.entry import acting
    from cases.actions import renewal
    from cases.models import Commission
    from clsm_core.accounts.clock import now

    claire, denis = _people(told, "claire"), _people(told, "denis")
    commission = Commission.objects.get(pk=told["commission"])
    if not told["goes_on"]:
        ready = renewal.prepare(
            commission=commission, coordinator=claire, dpo=denis, at=now(), threshold=3, trustees=5
        )
        kept = Path(told["shares"])
        kept.write_text(kept.read_text() + json.dumps(ready.ceremony.shares) + "\n")
        renewal.put_in_force(ready)
    after = None
    while True:
        with transaction.atomic(), acting(claire[0], identity=claire[1]) as viewer:
            batch = renewal.rewrap(viewer=viewer, commission=commission, after=after, size=2)
        if batch.last is None:
            return
        after = batch.last


# --- in the parent ------------------------------------------------------------------------------
class Story:
    """A commission with texts, its own copy of the keys, and what a child needs to know of it."""

    def __init__(self, place: Any, database: str, folder: Path) -> None:
        import shutil

        from django.conf import settings

        from cases.actions import situations as acts
        from deploy.keys.file import FileKeys
        from tests import people
        from tests.files import deposited

        self.place, self.database = place, database
        self.keys = folder / "keys"
        shutil.copytree(settings.KEYS.folder, self.keys)
        self.former = settings.KEYS
        settings.KEYS = FileKeys(str(self.keys))
        self.cast = people.commission(f"tue{uuid.uuid4().hex[:6]}")
        self.pk = people.shared(self.cast, "marc", sections=("core", "housing")).pk
        others = [people.shared(self.cast).pk for _ in range(4)]
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.pk)
            for number in range(TEXTS):
                acts.write(
                    viewer=viewer,
                    situation=situation,
                    section="housing",
                    category="logement",
                    text=f"Visite {number}.",
                )
        self.files = {
            deposited(self.cast, situation, content=content, name="a.txt").pk: content
            for content in (b"Bail. " * 40_000, b"Facture. " * 60_000, b"Photo. " * 90_000)
        }
        self.all = [self.pk, *others]
        self.shares = folder / "shares"
        self.shares.write_text(json.dumps(self.cast.ceremony.shares) + "\n")
        self.path = folder / "story.json"

    def write(self) -> None:
        """Tell the child where it stands."""
        people = {name: str(one.user.pk) for name, one in self.cast.people.items()}
        kits = {str(one.user.pk): one.kit for one in self.cast.people.values() if one.kit}
        self.path.write_text(
            json.dumps(
                {
                    **people,
                    "kits": kits,
                    "situation": str(self.pk),
                    "commission": str(self.cast.commission.pk),
                    "shares": str(self.shares),
                    "goes_on": self.outstanding() > 0,
                }
            )
        )

    def outstanding(self) -> int:
        """Return how many section keys the recovery key in force does not open yet."""
        with self.admin() as admin:
            row = admin.execute(
                "SELECT count(*) FROM cases_keystore_sectionkey k"
                " JOIN cases_situation s ON s.id = k.situation"
                " JOIN cases_commission c ON c.id = s.commission_id WHERE c.id = %s AND NOT EXISTS"
                " (SELECT 1 FROM cases_wrap w WHERE w.situation_id = k.situation"
                " AND w.section = k.section AND w.key_version = k.version"
                " AND w.grant_id IS NULL AND w.recipient_key_id = c.recovery_key_id)",
                [self.cast.commission.pk],
            ).fetchone()
        return int(row[0])

    def admin(self) -> Any:
        """Return an administrator's connection."""
        import psycopg

        return psycopg.connect(self.place.server.url(self.database), autocommit=True)

    def start(self, what: str) -> subprocess.Popen[str]:
        """Start the child; it has said that it is ready."""
        self.write()
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.drills.rotation", what, self.database, str(self.keys),
             str(self.path)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**self.place.programs_environment(), "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        if line != READY:
            _, error = process.communicate()
            raise AssertionError(f"the child said {line!r}\n{error}")
        return process

    def complete(self, what: str) -> float:
        """Run the child to its end; return how long its work took, in seconds.

        Raises: AssertionError when it fails.
        """
        process = self.start(what)
        begun = time.perf_counter()
        _, error = process.communicate()
        if process.returncode:
            raise AssertionError(f"{what} does not complete:\n{error}")
        return time.perf_counter() - begun

    def kill(self, what: str, after: float) -> bool:
        """Kill the child after a time; tell whether it was still at work."""
        process = self.start(what)
        try:
            process.wait(timeout=after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
        return process.returncode == -signal.SIGKILL

    # --- what must hold ---
    def check_readable(self) -> None:
        """Open every text and key, by members and by the shares of each ceremony."""
        from cases.vault import recovery, recovery_kit
        from tests.drills.opening import open_everything

        holders: dict[str, Any] = {
            one.identity.key_id: one.identity
            for one in self.cast.people.values()
            if one.identity is not None
        }
        for line in self.shares.read_text().splitlines():
            shares = [recovery.parse_share(one) for one in json.loads(line)]
            pair = recovery_kit.recovery_pair(recovery.combine(shares[:3]))
            holders[pair.key_id] = pair
        with self.admin() as admin:
            read = sum(open_everything(admin, pk, holders) for pk in self.all)
        assert read > TEXTS, read
        self.check_files()
        self.check_vaults()

    def check_files(self) -> None:
        """Read every file whole, as a reader does."""
        from cases.access import files
        from cases.models import Situation
        from tests import people

        for pk, content in self.files.items():
            with people.as_person(self.cast.marc) as viewer:
                code = Situation.objects.get(pk=self.pk).code
                opened = files.read(viewer, code, pk)
            assert b"".join(opened.pieces) == content, pk

    def check_vaults(self) -> None:
        """Open every member's vault by both her slots, without moving them."""
        from django.db import transaction

        from cases.access import vaults
        from cases.vault.recovery_code import parse_recovery_code
        from tests.people import PASSPHRASE

        with transaction.atomic():
            for one in self.cast.people.values():
                if one.identity is not None:
                    vaults.identity_from_secret(one.user, "passphrase", PASSPHRASE)
                    vaults.identity_from_secret(one.user, "recovery", parse_recovery_code(one.kit))
            transaction.set_rollback(True)

    def check_complete(self, what: str) -> None:
        """Check that one version is left, and that rows and provider agree on it."""
        from django.conf import settings

        with self.admin() as admin:
            if what == SECTIONS:
                rows = admin.execute(
                    "SELECT count(DISTINCT version), max(version), (SELECT count(*) FROM"
                    " cases_sealeddocument d WHERE d.situation_id = %(pk)s AND d.section ="
                    " 'housing' AND d.key_version <> (SELECT max(version) FROM"
                    " cases_keystore_sectionkey WHERE situation = %(pk)s AND section = 'housing'))"
                    " + (SELECT count(*) FROM cases_attachment a WHERE a.situation_id = %(pk)s"
                    " AND a.key_version <> (SELECT max(version) FROM cases_keystore_sectionkey"
                    " WHERE situation = %(pk)s AND section = 'housing'))"
                    " FROM cases_keystore_sectionkey WHERE situation = %(pk)s"
                    " AND section = 'housing'",
                    {"pk": self.pk},
                ).fetchone()
                assert (rows[0], rows[2]) == (1, 0), rows
            elif what in (SERVER, PEPPER):
                query = {
                    SERVER: "SELECT DISTINCT provider_version FROM cases_keystore_situationkey",
                    PEPPER: "SELECT DISTINCT pepper_version FROM cases_vaultslot",
                }[what]
                held = {row[0] for row in admin.execute(query).fetchall()}
                assert held == set(settings.KEYS.versions(what)), (held, what)
                assert len(held) == 1, held
            else:
                assert self.outstanding() == 0
                row = admin.execute(
                    "SELECT count(*) FROM cases_wrap w JOIN cases_situation s"
                    " ON s.id = w.situation_id JOIN cases_commission c ON c.id = s.commission_id"
                    " WHERE c.id = %s AND w.grant_id IS NULL"
                    " AND w.recipient_key_id <> c.recovery_key_id",
                    [self.cast.commission.pk],
                ).fetchone()
                assert row[0] == 0, "a former recovery wrap is left"


@contextmanager
def telling(place: Any, database: str) -> Any:
    """Give a story in a folder of its own; the process's keys come back after."""
    import tempfile

    from django.conf import settings

    with tempfile.TemporaryDirectory(prefix="clsm-drill-") as folder:
        former = settings.KEYS
        try:
            yield Story(place, database, Path(folder))
        finally:
            settings.KEYS = former


def kill_often(
    story: Story, *, kills: int, seed: int, what: tuple[str, ...] = WHAT
) -> dict[str, Any]:
    """Kill renewals ``kills`` times in turn; return what happened. Raises: AssertionError."""
    chance = random.Random(seed)
    lasted: dict[str, float] = {}
    struck = dict.fromkeys(what, 0)
    for one in what:
        lasted[one] = story.complete(one)
        story.check_complete(one)
    story.check_readable()
    for number in range(kills):
        one = what[number % len(what)]
        struck[one] += story.kill(one, chance.uniform(0, lasted[one]))
        story.check_readable()
        story.complete(one)
        story.check_complete(one)
        story.check_readable()
    return {"kills": kills, "struck_at_work": struck, "seed": seed}


def run_drill(place: Any, database: str, *, size: int | None, seed: int) -> dict[str, Any]:
    """T-31 at full size."""
    with telling(place, database) as story:
        return kill_often(story, kills=size or 100, seed=seed)


if __name__ == "__main__":
    child(*sys.argv[1:5])
