"""Speak with the attacker's program, which runs in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.simulator.told import Answers, Told
from tests.simulator.verdict import Verdict

ROOT = Path(__file__).parents[2]


class ToldFalse(Exception):
    """What was told contradicts itself: no table of whole numbers agrees with it."""


class Attacker:
    """The attacker's process; to be used as a context."""

    def __enter__(self) -> Attacker:
        """Start the process."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.simulator.attack"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process, which stops at the end of its entry."""
        self._process.communicate()

    def attack(
        self,
        plan: Mapping[str, Any],
        population: str,
        told: Sequence[Told],
        rows: Sequence[Answers],
        *,
        own: Sequence[Answers] = (),
        every: bool = True,
    ) -> Verdict:
        """Attack one population: see `tests.simulator.attack`.

        Raises:
            ToldFalse: what was told cannot be true.
        """
        said = {
            "plan": plan,
            "population": population,
            "told": [one.as_json() for one in told],
            "rows": list(rows),
            "own": list(own),
            "every": every,
        }
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(said) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the attacker's program stopped")
        answer = json.loads(line)
        if answer.get("false"):
            raise ToldFalse
        return Verdict(**answer)
