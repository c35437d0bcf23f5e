"""What the recovery key holds of a commission, read when no member can be asked.

The recovery wraps of a situation show themselves to nobody but its members: the reading runs on a
connection of the operator's, under the role that bypasses the rows' rules. It gives wraps that only
the trustees' shares open, never a section's key.

Source: security.md §2.4 (recovery), D6; T-32.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from cases.access.directory import root_of
from cases.access.keys import WRAPPING
from cases.keystore.models import SectionKey, SituationKey
from cases.models import Commission, DirectoryRoot, Situation, Wrap
from cases.vault import outer, roots
from cases.vault.errors import BadSignature, VaultError
from cases.vault.identity import kem_key_id
from cases.vault.roots import RootStatement


@dataclass(frozen=True)
class StoredKey:
    """A section's key as the recovery key holds it: ``wrap`` is E3, its outer seal removed."""

    situation: Situation
    section: str
    version: int
    commitment: bytes
    wrap: bytes


@dataclass(frozen=True)
class Stored:
    """What was found, and the codes of situations of which a seal does not open."""

    keys: tuple[StoredKey, ...]
    altered: tuple[str, ...]


def situation_keys(situation_ids: Collection[UUID], using: str) -> dict[UUID, bytes]:
    """Return the server's half of situations' keys; one that does not open is left out."""
    found = {}
    for row in SituationKey.objects.using(using).filter(pk__in=situation_ids):
        try:
            found[row.pk] = settings.KEYS.unwrap(
                WRAPPING, row.provider_version, bytes(row.wrapped), row.pk.bytes
            )
        except settings.KEYS_REFUSED:
            continue
    return found


def commitments(situation_ids: Collection[UUID], using: str) -> dict[tuple[UUID, str, int], bytes]:
    """Return what is committed to for each live version of the sections of situations."""
    rows = SectionKey.objects.using(using).filter(situation__in=situation_ids)
    return {(row.situation, row.section, row.version): bytes(row.commitment) for row in rows}


def stored(
    *, commission: Commission, recovery_key_id: str, using: str, codes: Collection[str] = ()
) -> Stored:
    """Return every live section key wrapped to one recovery key, of these codes or of all."""
    rows = Wrap.objects.using(using).filter(
        grant__isnull=True,
        situation__commission_id=commission.pk,
        recipient_key_id=recovery_key_id,
    )
    if codes:
        rows = rows.filter(situation__code__in=codes)
    held = list(
        rows.select_related("situation").order_by("situation__code", "section", "key_version")
    )
    ids = {row.situation_id for row in held}
    server_keys, committed = situation_keys(ids, using), commitments(ids, using)
    found: dict[tuple[UUID, str, int], StoredKey] = {}
    altered = set()
    for row in held:
        place = (row.situation_id, row.section, row.key_version)
        if place not in committed or place in found:
            continue
        sealed = bytes(row.blob)
        try:
            inner = outer.outer_open(
                server_keys.get(row.situation_id, b""),
                sealed,
                row.situation_id,
                row.pk,
                outer.OUTER_VERSION,
            )
        except VaultError:
            altered.add(row.situation.code)
            continue
        found[place] = StoredKey(
            row.situation, row.section, row.key_version, committed[place], inner
        )
    return Stored(tuple(found.values()), tuple(sorted(altered)))


def outstanding(commission: Commission, using: str) -> Counter[str]:
    """Count, by situation's code, the section keys still wrapped to a former recovery key.

    Zero in all: the former shares open nothing any more and may be destroyed.
    """
    rows = (
        Wrap.objects.using(using)
        .filter(grant__isnull=True, situation__commission_id=commission.pk)
        .exclude(recipient_key_id=kem_key_id(root_of(commission).recovery))
        .values_list("situation__code", "section", "key_version")
        .distinct()
    )
    return Counter(code for code, _, _ in rows)


def former_roots(commission: Commission) -> list[RootStatement]:
    """Return the roots before the one in force, latest first, each named by its follower's hash.

    The verified root names the one before by its fingerprint, which names the one before it.

    Raises: BadSignature when one of them was changed.
    """
    following = root_of(commission)
    rows = DirectoryRoot.objects.filter(
        commission=commission, serial__lt=following.serial
    ).order_by("-serial")
    found = []
    for row in rows:
        root = roots.read_root(bytes(row.statement))
        if root.fingerprint != following.previous:
            raise BadSignature("directory_root")
        found.append(root)
        following = root
    return found
