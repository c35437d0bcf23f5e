"""Names, formats and fingerprints of a release's texts.

Source: releases.md 5.7.
"""

from __future__ import annotations

import hashlib
from typing import Final

BUNDLE_NAME: Final = "bundle.json"
CERTIFICATE_NAME: Final = "certificate.json"
MANIFEST_NAME: Final = "manifest.json"
LEDGER_NAME: Final = "ledger.jsonl"
SIGNATURE_NAME: Final = "signature.bin"
BUNDLE_FORMAT: Final = "clsm-release/2"
MANIFEST_FORMAT: Final = "clsm-manifest/2"


def fingerprint(text: str) -> str:
    """Give the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
