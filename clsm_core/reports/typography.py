"""French spaces of what is printed: no line of a paper begins with « : », « ; », « ? » or « ! ».

Promises: only spaces change, never a word; plain values in, the same shape out.
"""

from __future__ import annotations

import re
from typing import Any

from clsm_core.council.words import HARD

_BEFORE = re.compile(r"(?<=\S) (?=[:;?!»%€](?:\s|[.,)]|$))")
_AFTER = re.compile(r"(?<=«) (?=\S)")


def spaced(value: Any) -> Any:
    """Return texts, or plain values made of texts, with French no-break spaces."""
    if isinstance(value, str):
        return _AFTER.sub(HARD, _BEFORE.sub(HARD, value))
    if isinstance(value, dict):
        return {key: spaced(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [spaced(one) for one in value]
    return value
