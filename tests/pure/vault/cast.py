"""Fixed people, places and keys of the vault tests.

Nothing here is random, so that the vectors kept beside mean the same for ever.
"""

import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from cases.vault.directory import DirectoryEntry
from cases.vault.documents import DocumentContext, commitment
from cases.vault.exceptional import AccessStatement, reason_digest
from cases.vault.files import FileContext
from cases.vault.grants import GrantStatement
from cases.vault.identity import Identity, KemPair
from cases.vault.offline import RecoveryRequest, RequestedKey
from cases.vault.recovery_kit import RECOVERY_GRANTOR, recovery_signer
from cases.vault.roots import RootStatement, assemble, message_of
from cases.vault.slots import SlotParameters
from cases.vault.wraps import WrapContext, wrap_key

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def fixed(label: str, size: int = 32) -> bytes:
    """Return bytes that depend on the label only."""
    stream = b"".join(sha256(f"{label}/{number}".encode()).digest() for number in range(5))
    return stream[:size]


def name(label: str) -> UUID:
    """Return a UUIDv4 that depends on the label only."""
    return UUID(bytes=fixed(label, 16), version=4)


CLAIRE = Identity.from_private_bytes(fixed("claire", 128))
NADIA = Identity.from_private_bytes(fixed("nadia", 128))
DENIS = Identity.from_private_bytes(fixed("denis", 128))
LUC = Identity.from_private_bytes(fixed("luc", 128))
RECOVERY = KemPair.from_seed(fixed("recovery"))
RECOVERY_SIGNER = recovery_signer(fixed("recovery"))
NEW_RECOVERY = KemPair.from_seed(fixed("new recovery"))
STATISTICS = KemPair.from_private_bytes(fixed("statistics", 96))

COMMISSION = name("metz")
SITUATION = name("situation")
OTHER_SITUATION = name("other situation")
ROW = name("row")
GRANT = name("grant")
USER = name("user")
SLOT = name("slot")
DEK = fixed("dek core")
HEALTH_DEK = fixed("dek health")
SITUATION_KEY = fixed("situation key")
VAULT_KEY = fixed("vault key")
PASSPHRASE = "quatre chats à la fenêtre"
PAYLOAD = {
    "words": "Je voudrais dormir.",
    "asked": ["logement", "écoute"],
    "count": 3,
    "none": None,
}


def root(**changes: object) -> RootStatement:
    """Return Metz's first root: Claire and Denis."""
    values: dict[str, object] = {
        "commission": COMMISSION,
        "serial": 1,
        "previous": None,
        "officers": (CLAIRE.public, DENIS.public),
        "recovery": RECOVERY.public,
        "recovery_signing": RECOVERY_SIGNER.public,
        "statistics": STATISTICS.public,
        "at": NOON,
    }
    return RootStatement(**{**values, **changes})


def signed_root(statement: RootStatement, *signers: Any) -> bytes:
    """Return a root signed by officers, or by the recovery key."""
    return assemble(statement, [signer.sign(message_of(statement)) for signer in signers])


PLAINTEXT = "Certificat d’hébergement, pièce jointe.".encode()
CHEAP = SlotParameters(memory_kib=8, iterations=1, lanes=1)
EARLY = datetime(2026, 11, 1, 8, tzinfo=UTC)
LATE = datetime(2027, 5, 1, 8, tzinfo=UTC)


def pepper(data: bytes) -> bytes:
    """Stand for the key provider's HMAC."""
    return hmac.digest(fixed("pepper"), data, "sha256")


def other_pepper(data: bytes) -> bytes:
    """Stand for the HMAC of another installation."""
    return hmac.digest(fixed("other pepper"), data, "sha256")


def document_context(**changes: object) -> DocumentContext:
    """Return the usual place of a document, with changes."""
    values = {
        "table": "cases_statement",
        "row": ROW,
        "section": "core",
        "row_version": 2,
        "situation": SITUATION,
        "key_version": 1,
    }
    return DocumentContext(**(values | changes))


def file_context(**changes: object) -> FileContext:
    """Return the usual place of an attachment, with changes."""
    values = {
        "attachment": name("attachment"),
        "situation": SITUATION,
        "section": "core",
        "key_version": 1,
    }
    return FileContext(**(values | changes))


def wrap_context(holder: Identity | KemPair = NADIA, **changes: object) -> WrapContext:
    """Return the usual place of a wrap, with changes."""
    values = {
        "situation": SITUATION,
        "section": "core",
        "key_version": 1,
        "recipient_key_id": holder.key_id,
        "commitment": commitment(DEK, SITUATION, "core", 1),
    }
    return WrapContext(**(values | changes))


def grant_statement(**changes: object) -> GrantStatement:
    """Return a grant from Claire to Nadia on the core, with changes."""
    values = {
        "grant": GRANT,
        "situation": SITUATION,
        "section": "core",
        "recipient": name("nadia"),
        "recipient_key_id": NADIA.key_id,
        "level": "read",
        "not_before": EARLY,
        "not_after": LATE,
        "basis": "mandate",
        "agreement": name("agreement"),
        "wrap_sha256": fixed("wrap"),
        "commitment": commitment(DEK, SITUATION, "core", 1),
        "previous": None,
        "grantor": name("claire"),
        "grantor_key_id": CLAIRE.key_id,
    }
    return GrantStatement(**(values | changes))


def access_statement(**changes: object) -> AccessStatement:
    """Return an emergency access that Nadia asks to two sections, with changes."""
    values = {
        "access": name("access"),
        "situation": SITUATION,
        "kind": "break_glass",
        "sections": ("core", "identity"),
        "reason_sha256": reason_digest("vie_en_danger"),
        "holder": name("nadia"),
        "holder_key_id": NADIA.key_id,
        "asked_at": EARLY,
    }
    return AccessStatement(**(values | changes))


def confirmed_access(**changes: object) -> AccessStatement:
    """Return the same, confirmed by Luc ten minutes later for four hours, with changes."""
    values = {
        "confirmer": name("luc"),
        "confirmer_key_id": LUC.key_id,
        "confirmed_at": EARLY + timedelta(minutes=10),
        "ends_at": EARLY + timedelta(hours=4, minutes=10),
    }
    return access_statement(**(values | changes))


def recovery_statement(**changes: object) -> GrantStatement:
    """Return a grant from the recovery key to Nadia on the core, with changes."""
    values = {
        "basis": "lead",
        "agreement": None,
        "grantor": RECOVERY_GRANTOR,
        "grantor_key_id": RECOVERY_SIGNER.key_id,
    }
    return grant_statement(**(values | changes))


def requested_key(dek: bytes = DEK, **changes: object) -> RequestedKey:
    """Return a core key to recover, wrapped to the recovery key, with changes."""
    values = {
        "grant": GRANT,
        "situation": SITUATION,
        "section": "core",
        "version": 1,
        "level": "manage",
        "basis": "lead",
        "not_before": EARLY,
        "not_after": LATE,
    }
    values |= changes
    place = (values["situation"], values["section"], values["version"])
    committed = commitment(dek, *place)
    wrap = wrap_key(dek, RECOVERY.public, WrapContext(*place, RECOVERY.key_id, committed))
    return RequestedKey(**({"commitment": committed, "wrap": wrap} | values))


def recovery_request(*keys: RequestedKey, **changes: object) -> RecoveryRequest:
    """Return a request to give these keys (the usual one if none) to Nadia, with changes."""
    values = {
        "commission": COMMISSION,
        "recovery_public": RECOVERY.public,
        "recipient": name("nadia"),
        "public": NADIA.public,
        "keys": keys or (requested_key(),),
    }
    return RecoveryRequest(**(values | changes))


def directory_entry(**changes: object) -> DirectoryEntry:
    """Return Nadia's entry at Metz, with changes."""
    values = {
        "member": name("nadia"),
        "commission": COMMISSION,
        "public": NADIA.public,
        "not_before": EARLY,
        "not_after": LATE,
        "serial": 1,
    }
    return DirectoryEntry(**(values | changes))


def flips(blob: bytes, mask: int = 0x01) -> list[bytes]:
    """Return the blob with each byte altered in turn."""
    return [
        blob[:place] + bytes((byte ^ mask,)) + blob[place + 1 :] for place, byte in enumerate(blob)
    ]
