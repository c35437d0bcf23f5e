"""The login's passphrase hash: Argon2id over a peppered passphrase.

Its cost equals the vault slot's, so that it never is the cheaper oracle (``security.md`` §6); its
salt and pepper are others, so that one output tells nothing of the other (decision 17).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Any

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from django.conf import settings
from django.contrib.auth.hashers import BasePasswordHasher, mask_hash


class PepperedArgon2idHasher(BasePasswordHasher):
    """Encode as ``argon2id-pepper$<memory>$<iterations>$<lanes>$<salt>$<hash>``."""

    algorithm = "argon2id-pepper"

    def _derive(self, password: str, salt: bytes, memory: int, iterations: int, lanes: int) -> str:
        peppered = hmac.new(
            settings.PASSWORD_PEPPER.encode(), password.encode(), hashlib.sha256
        ).digest()
        derived = Argon2id(
            salt=salt, length=32, iterations=iterations, lanes=lanes, memory_cost=memory
        ).derive(peppered)
        return base64.b64encode(derived).decode()

    def encode(self, password: str, salt: str) -> str:
        """Return the stored form of a passphrase under the present cost."""
        cost = settings.PASSWORD_COST
        memory, iterations, lanes = cost["memory"], cost["iterations"], cost["lanes"]
        derived = self._derive(password, bytes.fromhex(salt), memory, iterations, lanes)
        return f"{self.algorithm}${memory}${iterations}${lanes}${salt}${derived}"

    def salt(self) -> str:
        """Return 128 random bits in hexadecimal."""
        return secrets.token_hex(16)

    def decode(self, encoded: str) -> dict[str, Any]:
        """Return the parts of a stored hash."""
        _, memory, iterations, lanes, salt, derived = encoded.split("$", 5)
        return {
            "memory": int(memory),
            "iterations": int(iterations),
            "lanes": int(lanes),
            "salt": salt,
            "hash": derived,
        }

    def verify(self, password: str, encoded: str) -> bool:
        """Tell, in constant time, whether a passphrase matches."""
        parts = self.decode(encoded)
        derived = self._derive(
            password,
            bytes.fromhex(parts["salt"]),
            parts["memory"],
            parts["iterations"],
            parts["lanes"],
        )
        return hmac.compare_digest(derived, parts["hash"])

    def must_update(self, encoded: str) -> bool:
        """Tell whether a stored hash was made at another cost."""
        parts = self.decode(encoded)
        return any(parts[name] != settings.PASSWORD_COST[name] for name in settings.PASSWORD_COST)

    def safe_summary(self, encoded: str) -> dict[str, Any]:
        """Return what may be shown of a stored hash."""
        parts = self.decode(encoded)
        return {"algorithm": self.algorithm, "hash": mask_hash(parts["hash"])}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Do nothing: a cost change is applied at the next login."""
