"""Read a stolen dump, and open what keys open: what the two thieves share."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from cases.vault import documents, member, outer, slots, wraps
from cases.vault.errors import VaultError
from cases.vault.identity import Identity

Row = dict[str, str]
Tables = dict[str, list[Row]]
Section = tuple[UUID, str]
csv.field_size_limit(sys.maxsize)


@dataclass
class Loot:
    """What was recovered: documents by id, and the sections that they belong to."""

    documents: dict[UUID, dict[str, object]] = field(default_factory=dict)
    sections: set[Section] = field(default_factory=set)
    members: set[UUID] = field(default_factory=set)
    answers: dict[UUID, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Return how many bytes of sealed documents were recovered."""
        return sum(len(json.dumps(one)) for one in self.documents.values())

    def sentence(self) -> str:
        """Say what was recovered."""
        return (
            f"{self.size} sealed bytes, {len(self.documents)} documents, {len(self.sections)}"
            f" sections, {len(self.members)} members, {len(self.answers)} answers"
        )


def read(folder: Path) -> Tables:
    """Return every table of a dump: one CSV file a table, its columns on the first line."""
    found: Tables = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="") as stream:
            found[path.stem] = list(csv.DictReader(stream))
    return found


def raw(text: str) -> bytes:
    """Return the bytes that PostgreSQL writes as ``\\x…``; empty for anything else."""
    return bytes.fromhex(text[2:]) if text.startswith("\\x") else b""


def open_vault(
    tables: Tables, slot: Row, guesses: Iterable[str], peppers: dict[int, slots.Pepper]
) -> Identity | None:
    """Return a member's identity, if a guess opens her passphrase slot under a pepper."""
    blob, user = raw(slot["blob"]), UUID(slot["user_id"])
    for guess in guesses:
        try:
            output = slots.slot_output(blob, guess)
        except VaultError:
            return None
        for pepper in peppers.values():
            try:
                key = slots.open_slot_with_output(blob, output, user, UUID(slot["id"]), pepper)
            except VaultError:
                continue
            for row in tables["cases_membervault"]:
                if row["user_id"] == slot["user_id"]:
                    return member.open_identity(key, raw(row["sealed_identity"]), user)
    return None


def unwrapped(
    tables: Tables, identity: Identity, user: UUID, situation_keys: dict[UUID, bytes]
) -> dict[tuple[UUID, str, int], bytes]:
    """Return the data keys in the wraps made to a member, dormant or ended, signed or not."""
    grants = {row["id"]: row for row in tables["cases_grant"] if row["recipient_id"] == str(user)}
    commitments = {
        (row["situation"], row["section"], row["version"]): raw(row["commitment"])
        for row in tables.get("cases_keystore_sectionkey", [])
    }
    found = {}
    for wrap in tables["cases_wrap"]:
        grant = grants.get(wrap["grant_id"])
        if grant is None:
            continue
        situation, sealed = UUID(wrap["situation_id"]), raw(wrap["blob"])
        place = (wrap["situation_id"], wrap["section"], wrap["key_version"])
        try:
            inner = sealed
            if situation in situation_keys:
                inner = outer.outer_open(
                    situation_keys[situation],
                    sealed,
                    situation,
                    UUID(grant["id"]),
                    outer.outer_key_version(sealed),
                )
            context = wraps.WrapContext(
                situation,
                wrap["section"],
                int(wrap["key_version"]),
                identity.key_id,
                commitments.get(place, b""),
            )
            key = wraps.unwrap_key(identity, inner, context)
        except VaultError:
            continue
        found[situation, wrap["section"], int(wrap["key_version"])] = key
    return found


def open_document(row: Row, dek: bytes) -> dict[str, object] | None:
    """Return what a document says, None when the key does not open it."""
    context = documents.DocumentContext(
        table="cases_sealeddocument",
        row=UUID(row["id"]),
        section=row["section"],
        row_version=int(row["row_version"]),
        situation=UUID(row["situation_id"]),
        key_version=int(row["key_version"]),
    )
    try:
        return documents.open_document(dek, raw(row["blob"]), context)
    except VaultError:
        return None


def keep(loot: Loot, row: Row, payload: dict[str, object]) -> None:
    """Add an opened document to the loot."""
    loot.documents[UUID(row["id"])] = payload
    loot.sections.add((UUID(row["situation_id"]), row["section"]))
