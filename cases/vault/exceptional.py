"""Exceptional accesses (EE): who asked to read what, and which other person confirmed it.

Promises: an access counts once two distinct members signed it, for this situation, these sections
and this time; the second signs over the first's signature, and nobody lengthens it afterwards. A
row of the database that says more than its statement opens nothing.

Layout: one statement. As it is asked, confirmer and dates of the opening are null and one
signature follows; confirmed, they are filled in, the asker's signature stays as it was and the
confirmer's comes after it. Source: security.md §2.4 (break glass), T-11.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from cases.domain.exceptional import LASTS, AccessKind
from cases.vault.encoding import lp
from cases.vault.errors import BadSignature, InvalidValue
from cases.vault.identity import Identity, PublicIdentity
from cases.vault.statements import (
    read_hex,
    read_time,
    read_uuid,
    require_text,
    require_within,
    signed_message,
    split_statement,
    statement_body,
    statement_fields,
    time_text,
    utc,
)

ACCESS = 0xEE
_ASKED = "clsm/exceptional/asked/v1"
_CONFIRMED = "clsm/exceptional/confirmed/v1"
_LONGEST_CODE = 64
_MOST_SECTIONS = 16
_MOST_SIGNATURES = 2


@dataclass(frozen=True)
class AccessStatement:
    """One access: `holder` asks to read `sections` of `situation`.

    `access`, `situation`, `holder` and `confirmer` name rows and users; key ids are 32 hexadecimal
    digits; `reason_sha256` is 32 bytes; the dates have a zone and are kept in UTC. The last four
    are None together, until it is confirmed.
    """

    access: UUID
    situation: UUID
    kind: str
    sections: tuple[str, ...]
    reason_sha256: bytes
    holder: UUID
    holder_key_id: str
    asked_at: datetime
    confirmer: UUID | None = None
    confirmer_key_id: str | None = None
    confirmed_at: datetime | None = None
    ends_at: datetime | None = None

    def __post_init__(self) -> None:
        try:
            longest = LASTS[AccessKind(self.kind)]
            if not 1 <= len(self.sections) <= _MOST_SECTIONS:
                raise ValueError
            for code in self.sections:
                require_text(code, _LONGEST_CODE)
            if tuple(sorted(set(self.sections))) != self.sections:
                raise ValueError
            if not isinstance(self.reason_sha256, bytes) or len(self.reason_sha256) != 32:
                raise ValueError
            read_hex(self.holder_key_id, 16)
            for name in (self.access, self.situation, self.holder):
                if not isinstance(name, UUID):
                    raise ValueError
        except (ValueError, TypeError):
            raise InvalidValue("exceptional") from None
        object.__setattr__(self, "asked_at", utc(self.asked_at))
        second = (self.confirmer, self.confirmer_key_id, self.confirmed_at, self.ends_at)
        if second == (None, None, None, None):
            return
        if not isinstance(self.confirmer, UUID) or self.confirmed_at is None:
            raise InvalidValue("exceptional")
        if self.ends_at is None or not isinstance(self.confirmer_key_id, str):
            raise InvalidValue("exceptional")
        try:
            read_hex(self.confirmer_key_id, 16)
        except ValueError:
            raise InvalidValue("exceptional") from None
        if self.confirmer == self.holder or self.confirmer_key_id == self.holder_key_id:
            raise InvalidValue("same_signer", "Il faut la signature d'une seconde personne.")
        begins, ends = utc(self.confirmed_at), utc(self.ends_at)
        if not self.asked_at <= begins < ends <= begins + longest:
            raise InvalidValue("exceptional_dates", "La durée d'un accès exceptionnel est limitée.")
        object.__setattr__(self, "confirmed_at", begins)
        object.__setattr__(self, "ends_at", ends)

    @property
    def is_confirmed(self) -> bool:
        """Tell whether a second person is named."""
        return self.confirmer is not None

    def as_asked(self) -> "AccessStatement":
        """Return what the asker signed."""
        return replace(self, confirmer=None, confirmer_key_id=None, confirmed_at=None, ends_at=None)

    def to_bytes(self) -> bytes:
        """Return the canonical bytes that are signed."""
        fields: dict[str, Any] = {
            "access": str(self.access),
            "situation": str(self.situation),
            "kind": str.__str__(self.kind),
            "sections": [str.__str__(code) for code in self.sections],
            "reason_sha256": self.reason_sha256.hex(),
            "holder": str(self.holder),
            "holder_key_id": self.holder_key_id,
            "asked_at": time_text(self.asked_at),
            "confirmer": None if self.confirmer is None else str(self.confirmer),
            "confirmer_key_id": self.confirmer_key_id,
            "confirmed_at": None if self.confirmed_at is None else time_text(self.confirmed_at),
            "ends_at": None if self.ends_at is None else time_text(self.ends_at),
        }
        return statement_body(ACCESS, fields)

    def require_valid_at(self, at: datetime) -> None:
        """Demand that the access covers this instant.

        Raises: Expired before it is confirmed and from its end on; BadSignature when nobody
        confirmed it.
        """
        if self.confirmed_at is None or self.ends_at is None:
            raise BadSignature("signature_missing")
        require_within("Cet accès", at, self.confirmed_at, self.ends_at)


_NAMES = frozenset(AccessStatement.__dataclass_fields__)


def reason_digest(code: str) -> bytes:
    """Return the 32 bytes that tie a statement to its coded reason."""
    return sha256(lp("clsm/exceptional/reason/v1", code)).digest()


def ask(identity: Identity, statement: AccessStatement) -> bytes:
    """Sign an access in the asker's name.

    Raises: InvalidValue when it names another key, or a confirmer already.
    """
    if statement.is_confirmed or identity.key_id != statement.holder_key_id:
        raise InvalidValue("exceptional")
    body = statement.to_bytes()
    return body + identity.sign(signed_message(_ASKED, body))


def confirm(
    identity: Identity,
    blob: bytes,
    holder: PublicIdentity,
    *,
    confirmer: UUID,
    confirmed_at: datetime,
    ends_at: datetime,
) -> bytes:
    """Add the second person's signature to an access that `holder` asked.

    Raises: UnknownFormat, BadSignature as `verify_asked`; InvalidValue when it is the same person
    or key, or when it would last longer than its kind may.
    """
    asked = verify_asked(holder, blob)
    _body, (first,) = split_statement(ACCESS, blob, most=1)
    body = replace(
        asked,
        confirmer=confirmer,
        confirmer_key_id=identity.key_id,
        confirmed_at=confirmed_at,
        ends_at=ends_at,
    ).to_bytes()
    return body + first + identity.sign(_second_message(body, first))


def _second_message(body: bytes, first: bytes) -> bytes:
    """Return what the confirmer signs: the whole, and the asker's own signature."""
    return lp(_CONFIRMED, body, first)


def verify_asked(holder: PublicIdentity, blob: bytes) -> AccessStatement:
    """Return the access that this identity asked and nobody confirmed yet.

    Raises: UnknownFormat when it is not EE; BadSignature otherwise.
    """
    body, signatures = split_statement(ACCESS, blob, _MOST_SIGNATURES)
    statement = _read(statement_fields(body, _NAMES))
    if len(signatures) != 1 or statement.is_confirmed:
        raise BadSignature
    if statement.holder_key_id != holder.key_id:
        raise BadSignature
    holder.verify(signed_message(_ASKED, body), signatures[0])
    return statement


def verify_confirmed(
    blob: bytes, of_key: Callable[[str, datetime], PublicIdentity]
) -> AccessStatement:
    """Return the access that two distinct people signed.

    `of_key` gives the public identity of a key id at the instant it signed, or raises.

    Raises: UnknownFormat when it is not EE; BadSignature otherwise.
    """
    statement = peek(blob)
    if statement.confirmer_key_id is None or statement.confirmed_at is None:
        raise BadSignature("signature_missing", "La signature d'une seconde personne manque.")
    holder = of_key(statement.holder_key_id, statement.asked_at)
    confirmer = of_key(statement.confirmer_key_id, statement.confirmed_at)
    return _verified(blob, holder, confirmer)


# A pure function of its bytes and keys: remembered once proved, never when refused.
@lru_cache(maxsize=1_024)
def _verified(blob: bytes, holder: PublicIdentity, confirmer: PublicIdentity) -> AccessStatement:
    body, signatures = split_statement(ACCESS, blob, _MOST_SIGNATURES)
    statement = _read(statement_fields(body, _NAMES))
    keys = (statement.holder_key_id, statement.confirmer_key_id)
    if len(signatures) != _MOST_SIGNATURES or keys != (holder.key_id, confirmer.key_id):
        raise BadSignature
    # Two names of one key are one person.
    if holder.signing == confirmer.signing:
        raise BadSignature
    first, second = signatures
    holder.verify(signed_message(_ASKED, statement.as_asked().to_bytes()), first)
    confirmer.verify(_second_message(body, first), second)
    return statement


def peek(blob: bytes) -> AccessStatement:
    """Read what a statement claims, to find the keys; proves nothing.

    Raises: UnknownFormat when it is not EE; BadSignature when its text cannot be read.
    """
    body, _signatures = split_statement(ACCESS, blob, _MOST_SIGNATURES)
    return _read(statement_fields(body, _NAMES))


def _read(fields: dict[str, Any]) -> AccessStatement:
    second = tuple(fields[name] for name in ("confirmer", "confirmed_at", "ends_at"))
    try:
        if not isinstance(fields["sections"], list):
            raise ValueError
        return AccessStatement(
            access=read_uuid(fields["access"]),
            situation=read_uuid(fields["situation"]),
            kind=require_text(fields["kind"], _LONGEST_CODE),
            sections=tuple(require_text(code, _LONGEST_CODE) for code in fields["sections"]),
            reason_sha256=read_hex(fields["reason_sha256"], 32),
            holder=read_uuid(fields["holder"]),
            holder_key_id=fields["holder_key_id"],
            asked_at=read_time(fields["asked_at"]),
            confirmer=None if second[0] is None else read_uuid(second[0]),
            confirmer_key_id=fields["confirmer_key_id"],
            confirmed_at=None if second[1] is None else read_time(second[1]),
            ends_at=None if second[2] is None else read_time(second[2]),
        )
    except (ValueError, TypeError, InvalidValue):
        raise BadSignature from None
