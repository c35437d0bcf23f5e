"""The signed directory of a commission: whose public key is whose, as its officers attest (D7).

An SQL writer who swaps a key breaks a signature; one who swaps the officers, the recovery key or
the statistics key breaks the chain of roots, whose beginning the service's configuration pins
outside the database (decision 16).
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings

from cases.access import recording
from cases.models import Commission, DirectoryRoot, MemberKey
from cases.permissions import Viewer
from cases.vault import directory, roots
from cases.vault.directory import DirectoryEntry
from cases.vault.errors import BadSignature, VaultError
from cases.vault.roots import RootStatement


def pinned_root(commission_id: uuid.UUID) -> str | None:
    """Return the fingerprint that the configuration pins, None when it pins none."""
    pinned: str | None = settings.DIRECTORY_ROOTS.get(str(commission_id))
    return pinned


def root_of(commission: Commission) -> RootStatement:
    """Return the root in force. Raises: BadSignature when the chain or a public key was changed."""
    rows = DirectoryRoot.objects.filter(commission=commission).order_by("serial")
    blobs = [bytes(row) for row in rows.values_list("statement", flat=True)]
    root = roots.verify_chain(blobs, pinned_root(commission.pk))
    told = (bytes(commission.recovery_public or b""), bytes(commission.statistics_public or b""))
    if root.commission != commission.pk or told != (root.recovery, root.statistics):
        raise BadSignature("directory_root")
    return root


class Directory:
    """The verified entries of a commission, by account and by key id.

    ``guests`` holds the live entries that one officer signed where two are required: enough to be
    invited to a point, for a guest and nothing else (decision 22). ``broken`` holds the accounts
    whose live entry is not what officers signed.
    """

    def __init__(self, commission: Commission) -> None:
        self.commission = commission
        self.root = root_of(commission)
        self.by_user: dict[Any, DirectoryEntry] = {}
        self.by_key: dict[str, DirectoryEntry] = {}
        self.guests: dict[Any, DirectoryEntry] = {}
        self.broken: list[uuid.UUID] = []
        self._ended: dict[str, datetime] = {}
        for row in MemberKey.objects.filter(commission=commission).order_by("serial"):
            entry = self._verified(row)
            if entry is None:
                continue
            key_id = entry.public.key_id
            if row.revoked_at is None:
                self.by_user[entry.member] = entry
                self._ended.pop(key_id, None)
            elif key_id not in self.by_key:
                self._ended[key_id] = row.revoked_at
            self.by_key[key_id] = entry

    def _verified(self, row: MemberKey) -> DirectoryEntry | None:
        """Return what a row's officers signed, None when it is not theirs."""
        is_waiting = (
            row.countersigned_by_id is None and self.commission.officers_required > 1
        ) and not row.is_officer
        try:
            entry = directory.verify(bytes(row.entry), self.root.officers, 1)
            if not self.root.has_officer(entry.public) and not is_waiting:
                required = self.commission.officers_required
                entry = directory.verify(bytes(row.entry), self.root.officers, required)
            if entry.commission != self.commission.pk or entry.member != row.user_id:
                raise BadSignature("directory_entry")
            if bytes(row.public) != entry.public.to_bytes() or row.key_id != entry.public.key_id:
                raise BadSignature("directory_entry")
        except VaultError:
            # Ended entries of former officers are signed again when officers change.
            if row.revoked_at is None and not is_waiting:
                self.broken.append(row.user_id)
            return None
        if is_waiting:
            if row.revoked_at is None:
                self.guests[entry.member] = entry
            return None
        return entry

    def of_guest(self, user_id: Any, at: Any) -> DirectoryEntry:
        """Return a guest's entry in force, one signature being enough.

        Raises: BadSignature, Expired.
        """
        entry = self.by_user.get(user_id) or self.guests.get(user_id)
        if entry is None:
            raise BadSignature("directory_entry")
        entry.require_valid_at(at)
        return entry

    def of_user(self, user_id: Any, at: Any) -> DirectoryEntry:
        """Return an account's entry in force. Raises: BadSignature, Expired."""
        entry = self.by_user.get(user_id)
        if entry is None:
            raise BadSignature("directory_entry")
        entry.require_valid_at(at)
        return entry

    def of_key(self, key_id: str, signed_at: datetime) -> DirectoryEntry:
        """Return the entry of a key that signed something then.

        What a member signed before she left stays good: nothing is lost by a departure.

        Raises: BadSignature when nobody attests the key, or it had ended.
        """
        entry = self.by_key.get(key_id)
        ended = self._ended.get(key_id)
        if entry is None or (ended is not None and signed_at >= ended):
            raise BadSignature("directory_entry")
        return entry


def directory_of(viewer: Viewer, commission: Commission) -> Directory:
    """Return the directory, verified once a request; what was changed in it raises an alert.

    Raises: BadSignature when the root is not the pinned one's; LedgerUnavailable.
    """
    cached = viewer.keys.get(("directory", commission.pk))
    if cached is None:
        try:
            cached = Directory(commission)
        except BadSignature:
            recording.alert(viewer, "directory_root", commission=commission.pk)
            raise
        if cached.broken:
            recording.alert(
                viewer, "directory_entry", commission=commission.pk, objects=cached.broken
            )
        viewer.keys["directory", commission.pk] = cached
    return cached
