"""T-20 and T-23 at full width: every address, every method, everybody, nobody spared."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests import database

FILES = ("test_matrix_http", "test_matrix_agreements", "test_field_allow_list")


def run_drill(place: Any, name: str, *, size: int | None, seed: int) -> dict[str, Any]:
    """Run the files of both tables as a process, on a database of their own.

    Raises: AssertionError with the end of what it printed when a test fails.
    """
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="clsm-drill-") as folder:
        counts = Path(folder) / "counts.json"
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "--no-header"),
                *(f"tests/commission/{one}.py" for one in FILES),
            ],
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
