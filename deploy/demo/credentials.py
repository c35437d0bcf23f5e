"""Passphrases and one-time-code seeds of the demonstration, the same for the same seed.

Printed on the screen and known to everybody: must never be used outside the demonstration.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cases.vault.words import WORDS

PASSPHRASE_WORDS = 5
SEED_BYTES = 20
STEP_SECONDS = 30


def _drawn(seed: int, purpose: str, login: str) -> bytes:
    return hashlib.sha256(f"clsm-demo\x00{seed}\x00{purpose}\x00{login}".encode()).digest()


def passphrase(seed: int, login: str) -> str:
    """Return five French words, 15 characters at least."""
    drawn = _drawn(seed, "passphrase", login)
    return " ".join(WORDS[byte] for byte in drawn[:PASSPHRASE_WORDS])


def totp_seed(seed: int, login: str) -> str:
    """Return the seed of a one-time code (160 bits in base 32)."""
    return base64.b32encode(_drawn(seed, "totp", login)[:SEED_BYTES]).decode()


def current_code(totp: str, at: float) -> tuple[str, int]:
    """Return the six digits of a seed at a time, and how many seconds they still hold.

    Source: RFC 6238 with SHA-1 and 30 seconds, as telephones compute it.
    """
    step, spent = divmod(int(at), STEP_SECONDS)
    mac = hmac.digest(base64.b32decode(totp), step.to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}", STEP_SECONDS - spent
