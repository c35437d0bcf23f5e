"""The signed directory of a commission: whose public key is whose, as its officers attest (D7).

An SQL writer who swaps a key breaks a signature; one who swaps the officers breaks the root's
fingerprint, which the service's configuration pins outside the database (decision 16).
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings

from cases.models import Commission, MemberKey
from cases.permissions import Viewer
from cases.vault import directory
from cases.vault.directory import DirectoryEntry
from cases.vault.errors import BadSignature, VaultError
from cases.vault.identity import PublicIdentity


def root_fingerprint(officers: list[PublicIdentity]) -> str:
    """Return the SHA-256 (hexadecimal) of the officers' public identities, in key order."""
    parts = sorted(officer.to_bytes() for officer in officers)
    return hashlib.sha256(b"clsm/root/v1" + b"".join(parts)).hexdigest()


class Directory:
    """The verified entries of a commission, by account and by key id."""

    def __init__(self, commission: Commission) -> None:
        self.commission = commission
        rows = list(MemberKey.objects.filter(commission=commission, revoked_at__isnull=True))
        officers = [self._claimed(row) for row in rows if row.is_officer]
        root = root_fingerprint(officers)
        pinned = settings.DIRECTORY_ROOTS.get(str(commission.pk), commission.root_fingerprint)
        if root != pinned or root != commission.root_fingerprint:
            raise BadSignature("directory_root")
        self.by_user: dict[Any, DirectoryEntry] = {}
        self.by_key: dict[str, DirectoryEntry] = {}
        for row in rows:
            required = 1 if row.is_officer else commission.officers_required
            try:
                entry = directory.verify(bytes(row.entry), officers, required)
            except VaultError:
                continue  # An entry that its officers did not sign is no entry.
            if entry.commission == commission.pk and entry.member == row.user_id:
                self.by_user[entry.member] = entry
                self.by_key[entry.public.key_id] = entry

    @staticmethod
    def _claimed(row: MemberKey) -> PublicIdentity:
        return PublicIdentity.from_bytes(bytes(row.public))

    def of_user(self, user_id: Any, at: Any) -> DirectoryEntry:
        """Return an account's entry in force. Raises: BadSignature, Expired."""
        entry = self.by_user.get(user_id)
        if entry is None:
            raise BadSignature("directory_entry")
        entry.require_valid_at(at)
        return entry

    def of_key(self, key_id: str) -> PublicIdentity:
        """Return the identity of a key id. Raises: BadSignature when nobody attests it."""
        entry = self.by_key.get(key_id)
        if entry is None:
            raise BadSignature("directory_entry")
        return entry.public


def directory_of(viewer: Viewer, commission: Commission) -> Directory:
    """Return the directory, verified once a request."""
    cached = viewer.keys.get(("directory", commission.pk))
    if cached is None:
        cached = viewer.keys[("directory", commission.pk)] = Directory(commission)
    return cached
