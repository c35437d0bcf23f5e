"""The tests' databases: one server, one migrated template, one clone a suite (decisions 13–14).

Each alias logs in as its own role; migrations run as the owner; the template is made again when a
migration, a policy or a privilege changes.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from deploy.embedded import EmbeddedPostgres
from deploy.installation import Addresses, Installation

ROOT = Path(__file__).resolve().parents[1]
LOCAL = ROOT / ".local"
# Cheap on purpose; one pure test derives at the cost of production.
CHEAP = '{"iterations": 1, "memory": 64, "lanes": 1}'
WATCHED = ("deploy/sql", "deploy/privileges.py", "deploy/policies.py", "deploy/provisioning.py")


def server() -> EmbeddedPostgres:
    """Return the tests' server; CLSM_POSTGRES names the programs of another PostgreSQL."""
    other = os.environ.get("CLSM_POSTGRES")
    name = "test-other" if other else "test"
    return EmbeddedPostgres(LOCAL, name, durable=False, programs=Path(other) if other else None)


def installation(addresses: Addresses | None = None) -> Installation:
    """Return the tests' installation, its server started."""
    postgres = server()
    postgres.start()
    folder = LOCAL / f"{postgres.name}-secrets"
    return Installation(postgres, folder, addresses or Addresses())


def fingerprint() -> str:
    """Return 12 hexadecimal digits of everything that shapes the schema."""
    files = [path for pattern in ("**/migrations/*.py",) for path in ROOT.glob(pattern)]
    files = [path for path in files if ".venv" not in path.parts and ".local" not in path.parts]
    for watched in WATCHED:
        path = ROOT / watched
        files += list(path.glob("*")) if path.is_dir() else [path]
    files.append(ROOT / "requirements.lock")
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def template(place: Installation) -> str:
    """Return the name of the migrated and provisioned template, made when it is missing."""
    name = f"template_{fingerprint()}"
    if place.exists(name):
        return name
    making = f"{name}_making"
    place.drop(making)
    place.create_empty(making)
    environment = {
        **place.programs_environment(),
        **place.owner_environment(making),
        "PASSWORD_COST": CHEAP,
        "SLOT_COST": CHEAP,
    }
    for command in (["migrate", "--database", "owner", "-v0"], ["provision"]):
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *command],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
    place.rename(making, name)
    return name


def configure(service: str, database: str, place: Installation) -> None:
    """Put the environment of a service in this process, before Django is set up."""
    os.environ.update(place.environment(service, database))
    os.environ.update(PASSWORD_COST=CHEAP, SLOT_COST=CHEAP, CONN_MAX_AGE="0")
