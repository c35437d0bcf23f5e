"""T-30: no key is ever lost, whatever people do, in whatever order (security.md §2.5).

A commission lives at random: referrals, agreements, rights given and ended, withdrawals, renewals
of keys, departures and returns, lost kits, passphrases reset, nights, erasures. After each step the
database is read by an administrator and the sections of the situation concerned are opened for
good, with the members' own keys and with the recovery key rebuilt from three shares out of five.
"""

from __future__ import annotations

import time
from typing import Any

from tests.drills.life import Life


def live(place: Any, database: str, *, seed: int, steps: int) -> dict[str, Any]:
    """Live ``steps`` steps; return what happened. Raises: Broken."""
    begun = time.perf_counter()
    life = Life(place, database, seed)
    try:
        for number in range(1, steps + 1):
            name = life.step(number)
            if steps > 1000 and number % 500 == 0:
                print(f"  {number} steps, the last one {name}", flush=True)
        life.check_everything()
    finally:
        life.admin.close()
    return {
        "steps": steps,
        "seed": seed,
        "done": dict(life.done),
        "refused": dict(life.refused),
        "seconds": round(time.perf_counter() - begun, 1),
    }


def run_drill(place: Any, database: str, *, size: int | None, seed: int) -> dict[str, Any]:
    """T-30 at full size."""
    return live(place, database, seed=seed, steps=size or 10_000)
