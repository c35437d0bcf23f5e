"""One-time codes of the stage's seeds (RFC 6238), each used once."""

from __future__ import annotations

import base64
import hmac
import struct
import time

_last: dict[str, int] = {}
STEP_SECONDS = 30


def code_of(seed: str, person: str) -> str:
    """Return a code that this person has not given before; waits for nothing.

    The service accepts the step before and after the present one: three logins of one person in
    thirty seconds are possible, no more.
    """
    present = int(time.time()) // STEP_SECONDS
    step = max(_last.get(person, present - 2) + 1, present - 1)
    if step > present + 1:
        time.sleep((step - present - 1) * STEP_SECONDS - time.time() % STEP_SECONDS + 0.2)
    _last[person] = step
    digest = hmac.new(base64.b32decode(seed), struct.pack(">Q", step), "sha1").digest()
    offset = digest[-1] & 15
    value = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{value % 1_000_000:06d}"
