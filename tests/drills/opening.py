"""Open a situation's keys and texts for good, straight from the tables, as their holders could."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from cases.access.keys import WRAPPING
from cases.vault import documents, outer, wraps

Key = tuple[str, int]
"""A section and a version."""


class Broken(AssertionError):
    """The invariant of §2.5 does not hold."""


def open_everything(admin: Any, pk: uuid.UUID, holders: Mapping[str, Any]) -> int:
    """Open every key by everyone it is wrapped to, then every text; return how many texts.

    ``holders`` are the members' identities and the trustees' rebuilt pair, by key id.

    Raises: Broken when a key opens for nobody, or not for the trustees; KeyError for a text without
    a key or a wrap to nobody known; VaultError for what does not open.
    """
    sealed = admin.execute(
        "SELECT provider_version, wrapped FROM cases_keystore_situationkey WHERE situation = %s",
        [pk],
    ).fetchone()
    keys = admin.execute(
        "SELECT section, version, commitment FROM cases_keystore_sectionkey WHERE situation = %s",
        [pk],
    ).fetchall()
    texts = admin.execute(
        "SELECT id, section, key_version, row_version, blob FROM cases_sealeddocument"
        " WHERE situation_id = %s",
        [pk],
    ).fetchall()
    if sealed is None:
        if keys or texts:
            raise Broken("keys without the situation's own")
        return 0
    server = settings.KEYS.unwrap(WRAPPING, sealed[0], bytes(sealed[1]), pk.bytes)
    opened = {
        (section, version): _open(admin, pk, (section, version), bytes(committed), server, holders)
        for section, version, committed in keys
    }
    for row, section, version, row_version, blob in texts:
        place = documents.DocumentContext(
            "cases_sealeddocument", row, section, row_version, pk, version
        )
        documents.open_document(opened[section, version], bytes(blob), place)
    return len(texts)


def _open(
    admin: Any,
    pk: uuid.UUID,
    key: Key,
    committed: bytes,
    server: bytes,
    holders: Mapping[str, Any],
) -> bytes:
    section, version = key
    rows = admin.execute(
        "SELECT id, grant_id, recipient_key_id, blob FROM cases_wrap"
        " WHERE situation_id = %s AND section = %s AND key_version = %s",
        [pk, section, version],
    ).fetchall()
    found = set()
    for wrap, grant, key_id, blob in rows:
        sealed = bytes(blob)
        inner = outer.outer_open(server, sealed, pk, grant or wrap, outer.outer_key_version(sealed))
        context = wraps.WrapContext(pk, section, version, key_id, committed)
        found.add(wraps.unwrap_key(holders[key_id], inner, context))
    if len(found) != 1 or all(grant is not None for _, grant, _, _ in rows):
        raise Broken(f"{section} v{version} opens for nobody")
    return found.pop()


def check_rows(admin: Any) -> None:
    """Check by SQL what must be true of every key and text of the database. Raises: Broken."""
    without = admin.execute(
        "SELECT s.code, k.section FROM cases_keystore_sectionkey k"
        " JOIN cases_situation s ON s.id = k.situation"
        " JOIN cases_commission c ON c.id = s.commission_id"
        " WHERE NOT EXISTS (SELECT 1 FROM cases_wrap w WHERE w.situation_id = k.situation"
        " AND w.section = k.section AND w.key_version = k.version AND w.grant_id IS NULL"
        " AND w.recipient_key_id = c.recovery_key_id)"
    ).fetchall()
    if without:
        raise Broken(f"no recovery wrap: {without}")
    flags = admin.execute(
        "SELECT situation, section FROM clsm_short_sections(NULL)"
        " EXCEPT SELECT situation_id, section FROM cases_keyshortage"
    ).fetchall()
    if flags:
        raise Broken(f"a shortage is not flagged: {flags}")
    lost = admin.execute(
        "SELECT d.id FROM cases_sealeddocument d WHERE NOT EXISTS"
        " (SELECT 1 FROM cases_keystore_sectionkey k WHERE k.situation = d.situation_id"
        " AND k.section = d.section AND k.version = d.key_version)"
    ).fetchall()
    if lost:
        raise Broken(f"a text without its key: {lost}")
