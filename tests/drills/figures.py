"""R8 with a thousand planted people and R11 with a hundred programs (releases.md 6).

R2 at every size, plan and seed is `make comparison`.
"""

from __future__ import annotations

from typing import Any

from tests.drills.tables import run_files

FILES = ("tests/pure/disclosure/test_attacks.py", "tests/pure/disclosure/test_second_solver.py")


def run_drill(place: Any, name: str, *, size: int | None, seed: int) -> dict[str, Any]:
    """Run both files at full size; no database is read."""
    return run_files(FILES, seed)
