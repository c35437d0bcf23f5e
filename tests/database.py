"""The tests' databases: one server, one migrated template, one clone a suite (decisions 13–14).

Each alias logs in as its own role; migrations run as the owner; the template is made again when a
migration, a policy or a privilege changes. Several suites may start at once: a file lock lets one
of them make the server and the template.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import psycopg

from deploy.embedded import EmbeddedPostgres
from deploy.installation import Addresses, Installation

ROOT = Path(__file__).resolve().parents[1]
LOCAL = ROOT / ".local"
# Cheap on purpose; one pure test derives at the cost of production.
CHEAP = '{"iterations": 1, "memory": 64, "lanes": 1}'
WATCHED = (
    "deploy/sql",
    "deploy/privileges.py",
    "deploy/policy.py",
    "deploy/policies.py",
    "deploy/access_policies.py",
    "deploy/provisioning.py",
)
# Temporary databases carry the process that made them, so that a later run removes the orphans.
TEMPORARY = ("suite_", "own_")


def server() -> EmbeddedPostgres:
    """Return the tests' server; CLSM_POSTGRES names the programs of another PostgreSQL."""
    other = os.environ.get("CLSM_POSTGRES")
    name = "test-other" if other else "test"
    return EmbeddedPostgres(LOCAL, name, durable=False, programs=Path(other) if other else None)


@contextmanager
def alone() -> Iterator[None]:
    """Let one process at a time make the server or the template."""
    LOCAL.mkdir(mode=0o700, exist_ok=True)
    with (LOCAL / "tests.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def installation(addresses: Addresses | None = None) -> Installation:
    """Return the tests' installation, its server started."""
    postgres = server()
    with alone():
        postgres.start()
        return Installation(postgres, LOCAL / f"{postgres.name}-secrets", addresses or Addresses())


@contextmanager
def serving() -> Iterator[Installation]:
    """Give the installation, its template made; stop the server after, if it was not running."""
    postgres = server()
    was_running = postgres.running()
    try:
        place = installation()
        remove_orphans(place)
        template(place)
        yield place
    finally:
        if not was_running:
            postgres.stop()


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Return 12 hexadecimal digits of everything that shapes the schema, read once a process."""
    apart = {".venv", ".local", "build"}
    files = [path for path in ROOT.glob("**/migrations/*.py") if not apart & set(path.parts)]
    for watched in WATCHED:
        path = ROOT / watched
        files += list(path.glob("*.sql")) if path.is_dir() else [path]
    files.append(ROOT / "requirements.lock")
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def run_command(place: Installation, database: str, *command: str) -> str:
    """Run a management command as the owner on a database; return what it printed.

    Raises: RuntimeError with its output when it fails.
    """
    environment = {
        **place.programs_environment(),
        **place.owner_environment(database),
        "PASSWORD_COST": CHEAP,
        "SLOT_COST": CHEAP,
    }
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *command],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def template(place: Installation) -> str:
    """Return the name of the migrated and provisioned template, made when it is missing."""
    name = f"template_{fingerprint()}"
    with alone():
        if place.exists(name):
            return name
        making = f"{name}_making"
        place.drop(making)
        place.create_empty(making)
        # The checks load every address: `make check` runs them, a schema needs none.
        run_command(place, making, "migrate", "--skip-checks", "--database", "owner", "-v0")
        run_command(place, making, "provision")
        place.rename(making, name)
    return name


def remove_orphans(place: Installation) -> None:
    """Drop the databases of test processes that ended without cleaning, and older templates."""
    kept = f"template_{fingerprint()}"
    with alone():
        with psycopg.connect(place.server.url("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT datname FROM pg_database").fetchall()
        for (name,) in found:
            is_orphan = name.startswith(TEMPORARY) and not _alive(name)
            if is_orphan or (name.startswith("template_") and name != kept):
                place.drop(name)


def _alive(name: str) -> bool:
    pid = next((part for part in name.split("_") if part.isdigit()), "")
    return bool(pid) and Path(f"/proc/{pid}").exists()


def configure(service: str, database: str, place: Installation) -> None:
    """Put the environment of a service in this process, before Django is set up."""
    for name in place.owner_environment(database):
        os.environ.pop(name, None)
    os.environ.update(place.environment(service, database))
    os.environ.update(PASSWORD_COST=CHEAP, SLOT_COST=CHEAP, CONN_MAX_AGE="0")
