"""The three plans on which commissions are drawn, as JSON: the product's, a lean and a wide one.

*Lean* is what a small council would keep: seven tables, none crossed. *Wide* is close to the plan
of releases.md 2.2 (some 130 cells): neighbourhoods inside sectors, four of which are cut by a
priority area (R6), crossed with age, housing and problems.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

_HERE: Final = Path(__file__).parent / "plans"
PATHS: Final = {
    "default": Path(__file__).parents[2] / "cases" / "disclosure" / "plans" / "default.json",
    "lean": _HERE / "lean.json",
    "wide": _HERE / "wide.json",
}


def plan_json(name: str) -> dict[str, Any]:
    """Read one of the three plans."""
    value: dict[str, Any] = json.loads(PATHS[name].read_text("utf-8"))
    return value
