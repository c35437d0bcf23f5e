"""``python -m tests.simulator``: compare the methods on sizes, seeds and plans; write the page.

Results are kept as they come, one line each: a run that is stopped starts again where it was.
``--seeds 1-5``, ``--sizes 50,100``, ``--plans lean`` and ``--methods audited`` (the methods whose
name holds the word) measure a part; the page always tells everything that is known.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from itertools import product
from pathlib import Path

from tests.simulator import parameters
from tests.simulator.attacker import ROOT, Attacker
from tests.simulator.comparison import key_of, known_results, measure, page
from tests.simulator.known_plans import PATHS
from tests.simulator.methods import METHODS

RESULTS = ROOT / "build" / "comparison.jsonl"
PAGE = ROOT / "docs" / "publications-comparees.md"


def main(arguments: list[str]) -> int:
    """Measure what is not known yet, then write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator")
    parser.add_argument("--seeds", default="1-20")
    parser.add_argument("--sizes", default=",".join(map(str, parameters.SIZES)))
    parser.add_argument("--plans", default=",".join(PATHS))
    parser.add_argument("--methods", default="")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--page", type=Path, default=PAGE)
    asked = parser.parse_args(arguments)
    first, _, last = asked.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    wanted = [
        (plan, size, seed, method)
        for seed, size, plan, method in product(
            seeds, map(int, asked.sizes.split(",")), asked.plans.split(","), METHODS
        )
        if asked.methods in method
    ]
    asked.results.parent.mkdir(parents=True, exist_ok=True)
    known = {key_of(result) for result in known_results(asked.results)}
    left = [one for one in wanted if one not in known]
    start = time.monotonic()
    with Attacker() as attacker, asked.results.open("a", encoding="utf-8") as kept:
        for rank, (plan, size, seed, method) in enumerate(left, start=1):
            result = measure(plan, size, seed, method, attacker)
            kept.write(json.dumps(result, ensure_ascii=False, sort_keys=True) + "\n")
            kept.flush()
            spent = time.monotonic() - start
            sys.stdout.write(
                f"{rank} of {len(left)}, {spent:.0f} s: {plan}, {size} situations, seed {seed}, "
                f"{method}\n"
            )
            sys.stdout.flush()
    asked.page.write_text(page(known_results(asked.results)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
