"""Inspect a file in a process of its own, which holds no key and may write nothing.

Readers of PDF and pictures are large programs fed by strangers: in the service's own process, a
flaw of theirs would stand beside open vaults. The child has no environment, little memory, little
time, and a limit of zero on what it writes to a disk. It says one line, then what is kept.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

from cases.files.kinds import KINDS
from cases.files.refusals import MESSAGES, FileRefused
from cases.files.verdicts import Accepted

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 40
logger = logging.getLogger(__name__)


def inspect_apart(extension: str, content: bytes) -> Accepted:
    """Return what ``inspection.inspect`` returns, from a child process. Raises: FileRefused."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the word is a key of KINDS.
            [sys.executable, "-B", "-m", "cases.files", KINDS[extension].extension],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            cwd=ROOT,
            env={"LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        raise FileRefused("file_too_complex") from None
    line, _, kept = done.stdout.partition(b"\n")
    try:
        said = json.loads(line)
        if done.returncode:
            raise ValueError
    except ValueError:
        # Killed by its limits, most often.
        logger.warning("the inspection of a file ended with %s", done.returncode)
        raise FileRefused("file_too_complex") from None
    if said.get("refused"):
        code = str(said["refused"])
        raise FileRefused(code if code in MESSAGES else "file_damaged")
    return Accepted(KINDS[extension], kept, str(said["sha256"]))
