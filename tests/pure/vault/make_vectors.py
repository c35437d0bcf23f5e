"""Write `vectors.json`, once: what was sealed then must open for ever (T-15).

Run as `python -m tests.pure.vault.make_vectors` when a format is added: only the names that are
missing are written; nothing that exists is ever rewritten.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cases.vault import directory, exceptional
from cases.vault.documents import commitment, seal_document
from cases.vault.encoding import canonical_json, lp, pad, u32
from cases.vault.facets import seal_facets
from cases.vault.files import CHUNK, seal_stream
from cases.vault.grants import sign_grant
from cases.vault.member import seal_identity
from cases.vault.outer import outer_seal
from cases.vault.recovery import split
from cases.vault.recovery_code import format_recovery_code
from cases.vault.recovery_kit import sign_recovery_grant
from cases.vault.rewrapping import rewrap
from cases.vault.session import seal_pending, seal_session
from cases.vault.slots import SlotKind, make_slot
from cases.vault.wraps import wrap_key
from tests.pure.vault import cast

PLACE = Path(__file__).with_name("vectors.json")


def _slot(kind: SlotKind, secret: bytes | str) -> str:
    blob = make_slot(kind, secret, cast.VAULT_KEY, cast.USER, cast.SLOT, cast.pepper, cast.CHEAP)
    return blob.hex()


def _entry() -> str:
    once = directory.sign(cast.CLAIRE, cast.directory_entry())
    return directory.countersign(cast.DENIS, once, cast.CLAIRE.public).hex()


def _access() -> str:
    """Return an access asked by Nadia and confirmed by Luc."""
    said = cast.confirmed_access()
    return exceptional.confirm(
        cast.LUC,
        exceptional.ask(cast.NADIA, said.as_asked()),
        cast.NADIA.public,
        confirmer=said.confirmer,
        confirmed_at=said.confirmed_at,
        ends_at=said.ends_at,
    ).hex()


def _file(plaintext: bytes, chunk: int = CHUNK) -> str:
    parts = seal_stream(cast.DEK, [plaintext], cast.file_context(), len(plaintext), chunk=chunk)
    return b"".join(parts).hex()


def _answer() -> str:
    request = cast.recovery_request(new_recovery_public=cast.NEW_RECOVERY.public)
    return rewrap(cast.fixed("recovery"), request)[0].to_bytes().hex()


MAKERS: dict[str, Callable[[], Any]] = {
    "lp": lambda: lp("é", b"", None, u32(7), 7, cast.ROW).hex(),
    "json": lambda: canonical_json(cast.PAYLOAD).hex(),
    "padded": lambda: pad(b"abc").hex(),
    "commitment": lambda: commitment(cast.DEK, cast.SITUATION, "core", 1).hex(),
    "claire_public": lambda: cast.CLAIRE.public.to_bytes().hex(),
    "claire_key_id": lambda: cast.CLAIRE.key_id,
    "claire_words": lambda: " ".join(cast.CLAIRE.public.words()),
    "recovery_key_id": lambda: cast.RECOVERY.key_id,
    "document": lambda: seal_document(cast.DEK, cast.PAYLOAD, cast.document_context()).hex(),
    "wrap": lambda: wrap_key(cast.DEK, cast.NADIA.public.kem, cast.wrap_context()).hex(),
    "wrap_to_recovery": lambda: wrap_key(
        cast.DEK, cast.RECOVERY.public, cast.wrap_context(cast.RECOVERY)
    ).hex(),
    "outer": lambda: outer_seal(
        cast.SITUATION_KEY, b"inner wrap", cast.SITUATION, cast.GRANT, 3
    ).hex(),
    "slot_passphrase": lambda: _slot(SlotKind.PASSPHRASE, cast.PASSPHRASE),
    "slot_prf": lambda: _slot(SlotKind.PRF, cast.fixed("prf")),
    "slot_recovery": lambda: _slot(SlotKind.RECOVERY, cast.fixed("code", 20)),
    "slot_ceremony": lambda: _slot(SlotKind.CEREMONY, cast.fixed("ceremony")),
    "recovery_code": lambda: format_recovery_code(cast.fixed("code", 20)),
    "identity": lambda: seal_identity(cast.VAULT_KEY, cast.NADIA, cast.USER).hex(),
    "grant": lambda: sign_grant(cast.CLAIRE, cast.grant_statement()).hex(),
    "entry": _entry,
    "access_asked": lambda: exceptional.ask(cast.NADIA, cast.access_statement()).hex(),
    "access": _access,
    "facets": lambda: seal_facets(
        cast.STATISTICS.public, "2026-S2", "reviewed", {"age": "25-39", "needs": ["logement"]}
    ).hex(),
    "shares": lambda: [share.line() for share in split(cast.fixed("recovery"), 3, 5)],
    "file": lambda: _file(cast.PLAINTEXT),
    "file_chunks": lambda: _file(cast.PLAINTEXT * 10, 256),
    "file_empty": lambda: _file(b""),
    "recovery_signing_public": lambda: cast.RECOVERY_SIGNER.public.hex(),
    "recovery_signing_key_id": lambda: cast.RECOVERY_SIGNER.key_id,
    "recovery_grant": lambda: sign_recovery_grant(
        cast.RECOVERY_SIGNER, cast.recovery_statement()
    ).hex(),
    "recovery_request": lambda: cast.recovery_request().to_bytes().hex(),
    "recovery_answer": _answer,
    "root": lambda: cast.signed_root(cast.root(), cast.CLAIRE, cast.DENIS).hex(),
    "root_fingerprint": lambda: cast.root().fingerprint,
    "session": lambda: seal_session(cast.fixed("ks"), cast.NADIA, b"session hash").hex(),
    "pending": lambda: seal_pending(cast.fixed("ks"), cast.fixed("output"), cast.USER).hex(),
}


def main() -> None:
    """Add the vectors that do not exist yet."""
    kept = json.loads(PLACE.read_text("utf-8")) if PLACE.exists() else {}
    added = {key: make() for key, make in MAKERS.items() if key not in kept}
    text = json.dumps(kept | added, indent=1, sort_keys=True, ensure_ascii=False)
    PLACE.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
