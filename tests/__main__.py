"""`make test`: the four suites one after the other, then one table and one line that adds them up.

    python -m tests                     all suites
    python -m tests commission …        some of them
    python -m tests --smoke             a few files on the PostgreSQL that CLSM_POSTGRES names

Exit: 0 all passed; 1 something failed; 3 all passed and the browser suite did not run, for want
of Chromium.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from deploy.embedded import EmbeddedError
from tests import database

ROOT = database.ROOT
SUITES = ("pure", "commission", "governance", "browser")
# What another PostgreSQL could do otherwise: roles, policies, privileges, the ledger, logins.
SMOKE = {
    "commission": (
        "test_privileges",
        "test_policies",
        "test_accounts_sql",
        "test_queue",
        "test_ledger",
        "test_job",
    ),
    "governance": ("test_ticket", "test_second_factor", "test_login"),
}
CHROMIUM = ("chromium", "chromium-browser")
# A class stays whole in its process; a file of the browser suite, whose journeys share people.
CORES = os.cpu_count() or 1
AT_ONCE = ("-n", str(min(CORES, 4)), "--dist", "loadscope")
# Two stages at most, each with both services and a browser of its own.
BROWSERS = ("-n", str(min(CORES, 2)), "--dist", "loadfile")
FAILED, WITHOUT_BROWSER = 1, 3


@dataclass(frozen=True)
class Result:
    """What one suite gave."""

    suite: str
    passed: int
    failed: int
    skipped: int
    seconds: float


def run_suite(suite: str, paths: Sequence[str], seed: str) -> Result:
    """Run one suite in processes of its own, its progress shown."""
    print(f"\n--- {suite}", flush=True)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="clsm-tests-") as folder:
        counts = Path(folder) / "counts.json"
        together = BROWSERS if suite == "browser" else AT_ONCE
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", *together, *paths]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, "CLSM_COUNTS": str(counts), "CLSM_SEED": seed}
        )
        said = json.loads(counts.read_text()) if counts.exists() else {}
    passed, failed = said.get("passed", 0), said.get("failed", 0)
    if done.returncode and not failed:
        # Nothing collected, or a crash: a suite that says nothing has failed.
        failed = 1
    return Result(suite, passed, failed, said.get("skipped", 0), time.monotonic() - start)


def table(results: Sequence[Result]) -> str:
    """Write the results as a table."""
    lines = [f"{'suite':<12}{'tests':>7}{'failed':>8}{'skipped':>9}{'seconds':>9}"]
    lines += [
        f"{one.suite:<12}{one.passed + one.failed:>7}{one.failed:>8}{one.skipped:>9}"
        f"{one.seconds:>9.1f}"
        for one in results
    ]
    return "\n".join(lines)


def wanted(arguments: argparse.Namespace) -> dict[str, list[str]]:
    """Return the paths to run for each suite."""
    if arguments.smoke:
        return {
            suite: [f"tests/{suite}/{name}.py" for name in names] for suite, names in SMOKE.items()
        }
    return {suite: [f"tests/{suite}"] for suite in arguments.suites or SUITES}


def main() -> int:
    """Run what is asked; return the exit code."""
    parser = argparse.ArgumentParser(prog="make test", description=__doc__.split("\n")[0])
    parser.add_argument(
        "suites", nargs="*", choices=[*SUITES, []], metavar="suite", help=", ".join(SUITES)
    )
    parser.add_argument("--smoke", action="store_true", help="a few files on CLSM_POSTGRES")
    arguments = parser.parse_args()
    if arguments.smoke and not os.environ.get("CLSM_POSTGRES"):
        parser.error("--smoke needs CLSM_POSTGRES, the folder of a PostgreSQL’s programs")
    chosen = wanted(arguments)
    without_browser = "browser" in chosen and not any(map(shutil.which, CHROMIUM))
    if without_browser:
        del chosen["browser"]
    seed = os.environ.get("CLSM_SEED") or str(int.from_bytes(os.urandom(3), "big"))
    print(f"Order of the tests: CLSM_SEED={seed}")
    results: list[Result] = []
    try:
        with ExitStack() as stack:
            if set(chosen) - {"pure"}:
                start = time.monotonic()
                print("Preparing the tests’ database … ", end="", flush=True)
                stack.enter_context(database.serving())
                print(f"{time.monotonic() - start:.1f} s", flush=True)
            results += [run_suite(suite, paths, seed) for suite, paths in chosen.items()]
    except EmbeddedError as error:
        print(f"\n{error}", file=sys.stderr)
        return FAILED
    print(f"\n{table(results)}")
    if without_browser:
        print(
            "\nThe browser suite did NOT run: Chromium is not on this machine"
            " (apt-get install chromium fonts-dejavu-core)."
        )
    passed = sum(result.passed for result in results)
    failed = sum(result.failed for result in results)
    print(f"\n{passed} passed, {failed} failed")
    if failed:
        return FAILED
    return WITHOUT_BROWSER if without_browser else 0


if __name__ == "__main__":
    sys.exit(main())
