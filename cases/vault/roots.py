"""Roots of a commission's directory (ED): its officers and its public keys, as a signed chain.

Promises: nothing written in the database replaces an officer, the recovery key or the statistics
key. The service's configuration pins one root; a later one counts when two distinct keys of the
root before it signed it, among its two officers and its recovery key. One officer's departure
never closes a commission, and one person alone never changes who its officers are.

Source: security.md D6, D7; decision 16; T-11.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cases.vault.encoding import lp
from cases.vault.errors import BadSignature, InvalidValue, UnknownFormat, VaultError
from cases.vault.identity import Identity, PublicIdentity
from cases.vault.kem import load_public
from cases.vault.statements import (
    SIGNATURE_SIZE,
    read_hex,
    read_time,
    read_uuid,
    signed_message,
    split_statement,
    statement_body,
    statement_fields,
    time_text,
    utc,
)

ROOT = 0xED
REQUIRED = 2
_LABEL = "clsm/root/v1"
_MOST_SIGNATURES = 3
_OFFICERS = 2


@dataclass(frozen=True)
class RootStatement:
    """One root: `previous` is the fingerprint it follows, None for the first one.

    `recovery` and `statistics` are KEM public keys (1216 bytes), `recovery_signing` 32 bytes of
    Ed25519; `serial` begins at 1.
    """

    commission: UUID
    serial: int
    previous: str | None
    officers: tuple[PublicIdentity, ...]
    recovery: bytes
    recovery_signing: bytes
    statistics: bytes
    at: datetime

    def __post_init__(self) -> None:
        serial = self.serial
        if isinstance(serial, bool) or not isinstance(serial, int) or not 1 <= serial < 2**31:
            raise InvalidValue("root_serial")
        if (self.previous is None) != (serial == 1):
            raise InvalidValue("root_previous")
        ids = [officer.key_id for officer in self.officers]
        if len(set(ids)) != _OFFICERS:
            raise InvalidValue("root_officers", "L'animation et le DPO sont deux personnes.")
        load_public(self.recovery)
        load_public(self.statistics)
        if not isinstance(self.recovery_signing, bytes) or len(self.recovery_signing) != 32:
            raise InvalidValue("root_recovery_signing")
        object.__setattr__(
            self, "officers", tuple(sorted(self.officers, key=lambda one: one.key_id))
        )
        object.__setattr__(self, "at", utc(self.at))

    def to_bytes(self) -> bytes:
        """Return the canonical bytes that are signed."""
        fields: dict[str, Any] = {
            "commission": str(self.commission),
            "serial": self.serial,
            "previous": self.previous,
            "officers": [_text(officer.to_bytes()) for officer in self.officers],
            "recovery": _text(self.recovery),
            "recovery_signing": self.recovery_signing.hex(),
            "statistics": _text(self.statistics),
            "at": time_text(self.at),
        }
        return statement_body(ROOT, fields)

    @property
    def fingerprint(self) -> str:
        """Return what the configuration pins: 64 hexadecimal digits."""
        return sha256(lp(_LABEL, self.to_bytes())).hexdigest()

    def signers(self) -> tuple[bytes, ...]:
        """Return the Ed25519 keys, two of which sign the next root."""
        return (*(officer.signing for officer in self.officers), self.recovery_signing)

    def has_officer(self, public: PublicIdentity) -> bool:
        """Tell whether an identity is an officer's."""
        return any(officer.key_id == public.key_id for officer in self.officers)


_NAMES = frozenset(RootStatement.__dataclass_fields__)


def message_of(statement: RootStatement) -> bytes:
    """Return the bytes that an officer or the recovery key signs."""
    return signed_message(_LABEL, statement.to_bytes())


def sign_root(signer: Identity, statement: RootStatement) -> bytes:
    """Return an officer's signature of a root (64 bytes)."""
    return signer.sign(message_of(statement))


def assemble(statement: RootStatement, signatures: Sequence[bytes]) -> bytes:
    """Write a root with its 1 to 3 signatures.

    Raises: InvalidValue when a signature is not 64 bytes or none is given.
    """
    if not 1 <= len(signatures) <= _MOST_SIGNATURES or any(
        len(signature) != SIGNATURE_SIZE for signature in signatures
    ):
        raise InvalidValue("root_signatures")
    return statement.to_bytes() + b"".join(signatures)


def read_root(blob: bytes) -> RootStatement:
    """Read a root; proves nothing about who signed it.

    Raises: UnknownFormat when it is not ED; BadSignature when its text cannot be read.
    """
    body, _signatures = split_statement(ROOT, blob, _MOST_SIGNATURES)
    return _read(statement_fields(body, _NAMES))


def verify_chain(blobs: Sequence[bytes], pinned: str | None) -> RootStatement:
    """Return the last root of a chain that begins at the pinned one.

    `blobs` are in the order of their serials. Without a pin (development only) the first root is
    trusted, by its officers' own signatures.

    Raises: BadSignature when the pin is not in the chain or a link does not hold.
    """
    return _verified_chain(tuple(blobs), pinned)


@lru_cache(maxsize=256)
def _verified_chain(blobs: tuple[bytes, ...], pinned: str | None) -> RootStatement:
    """A pure function of what it reads: an answer once proved stays proved."""
    try:
        roots = [read_root(blob) for blob in blobs]
    except VaultError:
        raise BadSignature("directory_root") from None
    marks = [root.fingerprint for root in roots]
    if pinned is None and roots and roots[0].serial == 1:
        _require_signed(blobs[0], roots[0].signers())
        pinned = marks[0]
    if pinned not in marks:
        raise BadSignature("directory_root")
    start = marks.index(pinned)
    for place in range(start + 1, len(roots)):
        before, root = roots[place - 1], roots[place]
        follows = (
            root.commission == before.commission
            and root.serial == before.serial + 1
            and root.previous == marks[place - 1]
        )
        if not follows:
            raise BadSignature("directory_root")
        _require_signed(blobs[place], before.signers())
    return roots[-1]


def _require_signed(blob: bytes, keys: Sequence[bytes]) -> None:
    """Demand two distinct signers among these keys."""
    body, signatures = split_statement(ROOT, blob, _MOST_SIGNATURES)
    message = signed_message(_LABEL, body)
    signers = {key for key in keys if any(_is_by(key, message, one) for one in signatures)}
    if len(signers) < REQUIRED:
        raise BadSignature("directory_root", "Le changement d'officiers n'est pas signé par deux.")


def _is_by(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _text(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")


def _raw(text: object) -> bytes:
    if not isinstance(text, str):
        raise ValueError
    raw = b64decode(text, validate=True)
    if _text(raw) != text:
        raise ValueError
    return raw


def _read(fields: dict[str, Any]) -> RootStatement:
    previous, officers = fields["previous"], fields["officers"]
    try:
        if not isinstance(officers, list):
            raise ValueError
        return RootStatement(
            commission=read_uuid(fields["commission"]),
            serial=fields["serial"],
            previous=None if previous is None else read_hex(previous, 32).hex(),
            officers=tuple(PublicIdentity.from_bytes(_raw(one)) for one in officers),
            recovery=_raw(fields["recovery"]),
            recovery_signing=read_hex(fields["recovery_signing"], 32),
            statistics=_raw(fields["statistics"]),
            at=read_time(fields["at"]),
        )
    except (ValueError, TypeError, InvalidValue, UnknownFormat):
        raise BadSignature from None
