"""The thief of a dump: the files, this source code, a list of likely passphrases (T-02).

``python -m tests.attackers.dump FOLDER GUESSES``: FOLDER holds one CSV file a table, GUESSES one
passphrase a line. He tries each guess under every value of 32 bytes in the dump as the pepper, and
every such value as the key of every document.
"""

from __future__ import annotations

import hashlib
import hmac
import sys
from pathlib import Path
from uuid import UUID

from cases.vault import slots
from tests.attackers.loot import Loot, Tables, keep, open_document, open_vault, raw, read, unwrapped

KEY_BYTES = 32


def likely_keys(tables: Tables) -> list[bytes]:
    """Return every value of the dump that could be a key, and the obvious ones."""
    found = {bytes(KEY_BYTES): None}
    for rows in tables.values():
        for row in rows:
            for text in row.values():
                value = raw(text or "")
                if len(value) == KEY_BYTES:
                    found[value] = None
                elif len(value) == KEY_BYTES + 28:  # nonce, key, tag: perhaps never sealed at all
                    found[value[12:-16]] = None
    return list(found)


def peppers(keys: list[bytes]) -> dict[int, slots.Pepper]:
    """Return the peppers to try: each likely key, as an HMAC and as a constant."""
    made: dict[int, slots.Pepper] = {}
    for key in keys:
        made[len(made)] = lambda data, key=key: hmac.new(key, data, hashlib.sha256).digest()
        made[len(made)] = lambda data, key=key: key
    return made


def attack(tables: Tables, guesses: list[str]) -> Loot:
    """Return what the dump alone gives."""
    loot, keys = Loot(), likely_keys(tables)
    deks: list[bytes] = list(keys)
    tried = peppers(keys)
    for slot in tables["cases_vaultslot"]:
        if slot["kind"] != "passphrase":
            continue
        identity = open_vault(tables, slot, guesses, tried)
        if identity is None:
            continue
        user = UUID(slot["user_id"])
        loot.members.add(user)
        deks += unwrapped(tables, identity, user, {}).values()
    for row in tables["cases_sealeddocument"]:
        for dek in deks:
            payload = open_document(row, dek)
            if payload is not None:
                keep(loot, row, payload)
                break
    return loot


def main() -> int:
    """Attack the folder named on the command line; exit 1 when something was recovered."""
    folder, guesses = Path(sys.argv[1]), Path(sys.argv[2]).read_text().splitlines()
    loot = attack(read(folder), guesses)
    print(loot.sentence())
    return 1 if loot.documents else 0


if __name__ == "__main__":
    sys.exit(main())
