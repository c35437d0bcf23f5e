"""Where the demonstration lives: the folder ``.local/``, its cluster, its secrets, its state."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from deploy.embedded import EmbeddedPostgres
from deploy.installation import Addresses, Installation

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
# Its state stands in `.local/demo-postgres.json`: `.local/demo.json` is the card.
CLUSTER = "demo-postgres"
DATABASE = "clsm_demo"
MAKING = "clsm_demo_making"
STATE = LOCAL / "demo-state.json"
CARD = LOCAL / "demo.json"
LEDGER_HEAD = LOCAL / "ledger-head.json"
STATIC = LOCAL / "static"
LOCK = LOCAL / "demo.lock"
LOGS = LOCAL / "demo-logs"
COMMISSION_PORT, COUNCIL_PORT = 8001, 8002
# What shapes the schema or the story; a change makes the data again.
WATCHED = ("deploy/sql", "deploy/demo")
# These run the demonstration and put nothing in its database.
RUNNING = {"__main__.py", "card.py", "code.py", "making.py", "manage.py", "place.py", "progress.py"}
RUNNING |= {"services.py"}
APART = {".venv", ".local", "build", "tests", "__pycache__"}


def addresses(commission_port: int, council_port: int) -> Addresses:
    """Return the two addresses: one host name each, since cookies do not separate ports."""
    return Addresses(
        f"http://commission.localhost:{commission_port}",
        f"http://conseil.localhost:{council_port}",
    )


def cluster() -> EmbeddedPostgres:
    """Return the demonstration's own cluster."""
    return EmbeddedPostgres(LOCAL, CLUSTER)


def installation(server: EmbeddedPostgres, where: Addresses) -> Installation:
    """Return the installation on a started server."""
    return Installation(server, LOCAL / "demo-secrets", where)


def fingerprint() -> str:
    """Return 12 hexadecimal digits of the migrations, functions, rights and of the story."""
    files = [path for path in ROOT.glob("**/migrations/*.py") if _counts(path)]
    files += [
        path
        for folder in WATCHED
        for path in (ROOT / folder).glob("*")
        if path.is_file() and path.name not in RUNNING
    ]
    files += [ROOT / "deploy" / name for name in ("privileges.py", "policies.py")]
    files += [ROOT / "deploy" / "provisioning.py"]
    return _digest(files)


def static_fingerprint() -> str:
    """Return 12 hexadecimal digits of the files to collect, by name, size and date."""
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted(ROOT.glob("*/**/static/**/*")):
        if path.is_file() and _counts(path):
            seen = path.stat()
            digest.update(f"{path.relative_to(ROOT)} {seen.st_size} {seen.st_mtime_ns}".encode())
    return digest.hexdigest()[:12]


def _counts(path: Path) -> bool:
    return not APART & set(path.relative_to(ROOT).parts)


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def read_state() -> dict[str, Any]:
    """Return what the last start kept; empty when there was none."""
    try:
        said: dict[str, Any] = json.loads(STATE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said


def write_private(path: Path, content: Any) -> None:
    """Write JSON that its owner alone may read."""
    temporary = path.with_suffix(".tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(content, stream, ensure_ascii=False, indent=1)
        stream.write("\n")
    temporary.replace(path)
