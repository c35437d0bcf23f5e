"""The thief of a dump, its keystore, and the service's keys (T-03).

``python -m tests.attackers.dump_and_configuration FOLDER KEYS GUESSES``: KEYS is the key
provider's folder, one file a purpose and version. He still needs a passphrase for each member.
"""

from __future__ import annotations

import hashlib
import hmac
import sys
from collections import defaultdict
from pathlib import Path
from uuid import UUID

from cases.vault import slots
from cases.vault.envelope import aes_open
from cases.vault.errors import VaultError
from tests.attackers.loot import Loot, Tables, keep, open_document, open_vault, raw, read, unwrapped

Keys = dict[str, dict[int, bytes]]


def provider_keys(folder: Path) -> Keys:
    """Return the service's own keys, by purpose and version."""
    found: Keys = defaultdict(dict)
    for path in folder.glob("*.key"):
        purpose, version = path.name.removesuffix(".key").rsplit(".", 1)
        found[purpose][int(version)] = path.read_bytes()
    return found


def peppers(keys: Keys) -> dict[int, slots.Pepper]:
    """Return the real peppers."""
    return {
        version: lambda data, key=key: hmac.new(key, data, hashlib.sha256).digest()
        for version, key in keys["pepper"].items()
    }


def situation_keys(tables: Tables, keys: Keys) -> dict[UUID, bytes]:
    """Return the server's half of every situation's keys."""
    found = {}
    for row in tables.get("cases_keystore_situationkey", []):
        situation = UUID(row["situation"])
        wrapping = keys["situation-keys"].get(int(row["provider_version"]), bytes(32))
        try:
            found[situation] = aes_open(wrapping, raw(row["wrapped"]), situation.bytes)
        except VaultError:
            continue
    return found


def answers(tables: Tables, keys: Keys) -> dict[UUID, str]:
    """Return the words that referrers were sent back: sealed by the server alone, as it says."""
    found = {}
    for row in tables["cases_situation"]:
        sealed = raw(row["answer"] or "")
        if sealed:
            situation = UUID(row["id"])
            key = keys["answers"].get(int(row["answer_version"]), bytes(32))
            try:
                found[situation] = aes_open(key, sealed, situation.bytes).decode()
            except VaultError:
                continue
    return found


def attack(tables: Tables, keys: Keys, guesses: list[str]) -> Loot:
    """Return what the dump, the keystore and the service's keys give together."""
    loot, halves = Loot(), situation_keys(tables, keys)
    loot.answers = answers(tables, keys)
    deks: dict[tuple[UUID, str, int], bytes] = {}
    for slot in tables["cases_vaultslot"]:
        if slot["kind"] != "passphrase":
            continue
        identity = open_vault(tables, slot, guesses, peppers(keys))
        if identity is not None:
            user = UUID(slot["user_id"])
            loot.members.add(user)
            deks |= unwrapped(tables, identity, user, halves)
    for row in tables["cases_sealeddocument"]:
        dek = deks.get((UUID(row["situation_id"]), row["section"], int(row["key_version"])))
        payload = open_document(row, dek) if dek else None
        if payload is not None:
            keep(loot, row, payload)
    return loot


def main() -> int:
    """Attack what the command line names; exit 1 when something was recovered."""
    guesses = Path(sys.argv[3]).read_text().splitlines()
    loot = attack(read(Path(sys.argv[1])), provider_keys(Path(sys.argv[2])), guesses)
    print(loot.sentence())
    return 1 if loot.documents else 0


if __name__ == "__main__":
    sys.exit(main())
