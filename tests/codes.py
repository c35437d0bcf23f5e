"""One-time codes that still hold when the form that carries them arrives."""

from __future__ import annotations

import time

from clsm_core.accounts import second_factor

# A code read in the last moments of its step is refused by a server that reads it in the next.
MARGIN_SECONDS = 0.5


def current_code(secret: str, at: float | None = None) -> str:
    """Return the digits of a seed at a time; those of now, after a wait when they will change."""
    if at is not None:
        return second_factor.current_code(secret, at)
    left = second_factor.STEP_SECONDS - time.time() % second_factor.STEP_SECONDS
    if left < MARGIN_SECONDS:
        time.sleep(left)
    return second_factor.current_code(secret)
