"""Passphrases and one-time-code seeds of the demonstration, the same for the same seed.

Printed on the screen and known to everybody: must never be used outside the demonstration.
"""

from __future__ import annotations

import base64
import hashlib

from cases.vault.words import WORDS

PASSPHRASE_WORDS = 5
SEED_BYTES = 20


def _drawn(seed: int, purpose: str, login: str) -> bytes:
    return hashlib.sha256(f"clsm-demo\x00{seed}\x00{purpose}\x00{login}".encode()).digest()


def passphrase(seed: int, login: str) -> str:
    """Return five French words, 15 characters at least."""
    drawn = _drawn(seed, "passphrase", login)
    return " ".join(WORDS[byte] for byte in drawn[:PASSPHRASE_WORDS])


def totp_seed(seed: int, login: str) -> str:
    """Return the seed of a one-time code (160 bits in base 32)."""
    return base64.b32encode(_drawn(seed, "totp", login)[:SEED_BYTES]).decode()
