"""The trustees' machine, for tests and drills: the offline command as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from tests.database import ROOT

KEPT = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")


def rewrap(request: Path, answer: Path, shares: Iterable[str]) -> subprocess.CompletedProcess[str]:
    """Run `python -m cases.recover rewrap` with these shares, and nothing of the service.

    Neither settings nor addresses are in its environment: what it gives comes from the request and
    the shares alone.
    """
    return subprocess.run(
        [sys.executable, "-m", "cases.recover", "rewrap", str(request), str(answer), "--yes"],
        input="".join(f"{line}\n" for line in shares),
        env={name: os.environ[name] for name in KEPT if name in os.environ},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
