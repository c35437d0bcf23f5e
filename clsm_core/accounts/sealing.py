"""Seal small secrets of accounts under the service's accounts key, bound to what they belong to."""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

VERSION = b"\x01"


class SealBroken(ValueError):
    """The sealed text was altered, or belongs to somebody or something else."""


def seal(plaintext: bytes, bound_to: str) -> str:
    """Return base64 of version ‖ nonce ‖ AES-256-GCM(plaintext), with ``bound_to`` as its AAD."""
    nonce = os.urandom(12)
    sealed = AESGCM(settings.ACCOUNTS_KEY).encrypt(nonce, plaintext, bound_to.encode())
    return base64.b64encode(VERSION + nonce + sealed).decode()


def open_sealed(text: str, bound_to: str) -> bytes:
    """Return what was sealed for ``bound_to``. Raises: SealBroken."""
    try:
        blob = base64.b64decode(text, validate=True)
        if blob[:1] != VERSION:
            raise SealBroken("unknown version")
        return AESGCM(settings.ACCOUNTS_KEY).decrypt(blob[1:13], blob[13:], bound_to.encode())
    except (InvalidTag, ValueError) as broken:
        raise SealBroken("not opened") from broken
