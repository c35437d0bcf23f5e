"""Files of the suites at full width: T-20 and T-23 for everybody; R8 and R11 at their own sizes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests import database

FILES = tuple(
    f"tests/commission/{name}.py"
    for name in ("test_matrix_http", "test_matrix_agreements", "test_field_allow_list")
)


def run_drill(place: Any, name: str, *, size: int | None, seed: int) -> dict[str, Any]:
    """Run the files of both tables as a process, on a database of their own."""
    return run_files(FILES, seed)


def run_files(files: Sequence[str], seed: int) -> dict[str, Any]:
    """Run files of the suites, told to spare nothing.

    Raises: AssertionError with the end of what it printed when a test fails.
    """
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="clsm-drill-") as folder:
        counts = Path(folder) / "counts.json"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--no-header", *files],
            cwd=database.ROOT,
            env={
                **os.environ,
                "CLSM_WHOLE": "1",
                "CLSM_SEED": str(seed),
                "CLSM_COUNTS": str(counts),
            },
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
        said = json.loads(counts.read_text())
    return {"tests": said["passed"], "seconds": round(time.perf_counter() - begun, 1)}
