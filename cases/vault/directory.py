"""Signed directory entries (E7): which public keys are whose, from when to when.

Promises: a key counts only when enough distinct officers signed it for this member and this
commission; a key never vouches for itself; nothing written in the database swaps it.

Source: security.md §2.3 (E7), D7; decision 22; T-11.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from cases.vault.errors import BadSignature, InvalidValue, UnknownFormat
from cases.vault.identity import Identity, PublicIdentity
from cases.vault.statements import (
    read_time,
    read_uuid,
    require_within,
    signed_message,
    split_statement,
    statement_body,
    statement_fields,
    time_text,
    utc,
)

ENTRY = 0xE7
_LABEL = "clsm/directory/v1"
_MOST_OFFICERS = 2


@dataclass(frozen=True)
class DirectoryEntry:
    """One member's public identity in one commission; `serial` grows with each new key."""

    member: UUID
    commission: UUID
    public: PublicIdentity
    not_before: datetime
    not_after: datetime
    serial: int

    def __post_init__(self) -> None:
        for name in (self.member, self.commission):
            if not isinstance(name, UUID):
                raise InvalidValue("directory_entry")
        serial = self.serial
        if isinstance(serial, bool) or not isinstance(serial, int) or not 0 <= serial < 2**63:
            raise InvalidValue("directory_serial")
        object.__setattr__(self, "not_before", utc(self.not_before))
        object.__setattr__(self, "not_after", utc(self.not_after))
        if self.not_before >= self.not_after:
            raise InvalidValue("directory_dates", "La fin de validité doit suivre le début.")

    def to_bytes(self) -> bytes:
        """Return the canonical bytes that the officers sign."""
        fields: dict[str, Any] = {
            "member": str(self.member),
            "commission": str(self.commission),
            "public": b64encode(self.public.to_bytes()).decode("ascii"),
            "fingerprint": self.public.key_id,
            "not_before": time_text(self.not_before),
            "not_after": time_text(self.not_after),
            "serial": self.serial,
        }
        return statement_body(ENTRY, fields)

    def require_valid_at(self, at: datetime) -> None:
        """Demand that the entry covers this instant.

        Raises: Expired before `not_before` and from `not_after` on.
        """
        require_within("Cette clé", at, self.not_before, self.not_after)


_NAMES = frozenset(DirectoryEntry.__dataclass_fields__) | {"fingerprint"}


def sign(officer: Identity, entry: DirectoryEntry) -> bytes:
    """Sign an entry as its first officer.

    Raises: InvalidValue when the officer's key is the one of the entry.
    """
    if officer.key_id == entry.public.key_id:
        raise InvalidValue("self_signed", "Une clé ne peut pas se signer elle-même.")
    body = entry.to_bytes()
    return body + officer.sign(signed_message(_LABEL, body))


def countersign(officer: Identity, blob: bytes, first: PublicIdentity) -> bytes:
    """Add the second officer's signature to an entry that `first` signed.

    Raises: UnknownFormat, BadSignature as `verify`; InvalidValue when it is the same officer, the
    entry's own key, or an entry that has two signatures already.
    """
    entry = verify(blob, [first], required=1)
    _body, signatures = split_statement(ENTRY, blob, _MOST_OFFICERS)
    if len(signatures) != 1 or officer.key_id == first.key_id:
        raise InvalidValue("countersigned", "Il faut la signature d'une seconde personne.")
    return blob + sign(officer, entry)[-len(signatures[0]) :]


def verify(blob: bytes, officers: Sequence[PublicIdentity], required: int) -> DirectoryEntry:
    """Return the entry that at least `required` distinct officers signed.

    Every signature carried must be an officer's; the entry's own key does not count.

    Raises: UnknownFormat when it is not E7; BadSignature otherwise.
    """
    if isinstance(required, bool) or not 1 <= required <= _MOST_OFFICERS:
        raise InvalidValue("required_signatures")
    return _verified(blob, tuple(officers), required)


# A pure function of its bytes and keys: remembered once proved, never when refused.
@lru_cache(maxsize=4_096)
def _verified(blob: bytes, officers: tuple[PublicIdentity, ...], required: int) -> DirectoryEntry:
    body, signatures = split_statement(ENTRY, blob, _MOST_OFFICERS)
    message = signed_message(_LABEL, body)
    signers = {_signer(message, signature, officers) for signature in signatures}
    entry = _read(statement_fields(body, _NAMES))
    if entry.public.signing in signers or len(signers) != len(signatures):
        raise BadSignature
    if len(signers) < required:
        raise BadSignature(
            "signature_missing", "La signature d'une seconde personne manque pour cette clé."
        )
    return entry


def _signer(message: bytes, signature: bytes, officers: Sequence[PublicIdentity]) -> bytes:
    for officer in officers:
        try:
            officer.verify(message, signature)
        except BadSignature:
            continue
        return officer.signing
    raise BadSignature


def _read(fields: dict[str, Any]) -> DirectoryEntry:
    try:
        entry = DirectoryEntry(
            member=read_uuid(fields["member"]),
            commission=read_uuid(fields["commission"]),
            public=PublicIdentity.from_bytes(b64decode(fields["public"], validate=True)),
            not_before=read_time(fields["not_before"]),
            not_after=read_time(fields["not_after"]),
            serial=fields["serial"],
        )
    except (ValueError, TypeError, InvalidValue, UnknownFormat):
        raise BadSignature from None
    if fields["fingerprint"] != entry.public.key_id:
        raise BadSignature
    return entry
