"""The council's worker, run as its own process under its own role."""

from __future__ import annotations

import os
import subprocess
import sys

from deploy.installation import Installation
from tests import database


def work(place: Installation, name: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Let the worker do what waits in a database, then stop; return the process."""
    environment = {
        **{one: os.environ[one] for one in ("PATH", "HOME", "LANG") if one in os.environ},
        **place.environment("governance", name),
        "PASSWORD_COST": database.CHEAP,
        **more,
    }
    return subprocess.run(
        [sys.executable, "manage.py", "work", "--once"],
        cwd=database.ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
