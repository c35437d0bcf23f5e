"""One way only to write JSON, so that the same figures always have the same fingerprint."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def canonical(value: Any) -> str:
    """Write JSON with sorted keys, no spaces, lists in their own order, and a final newline."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def sha256(text: str) -> str:
    """Give the fingerprint of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
