"""What the history of a row says of a field that names or reaches somebody.

Promise: that it changed, when and by whom; never its value, before or after: a history is never
deleted, a person is forgotten when she asks.

Source: decisions 31; GDPR art. 17.
"""

from __future__ import annotations

UNSAID = "clsm_core.council.history.unsaid"


def unsaid(value: str) -> str:
    """Return what stands for a value in a history; an empty one stays empty."""
    return "…" if value not in ("", "None") else ""
