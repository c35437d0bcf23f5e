"""Signed grants (E6): who may open which section, at which level, from when to when.

Promises: a grant is what its grantor signed, dates included; nothing written in the database
lengthens, widens or readdresses it. Guardian rows and wraps are projections of it (decision 21).

Source: security.md §2.3 (E6), D7; T-11.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

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

GRANT = 0xE6
_LABEL = "clsm/grant/v1"
_LONGEST_CODE = 64
SERVER_KEY_ID = "0" * 32
SERVER_BASES = ("intake", "depositary")


@dataclass(frozen=True)
class GrantStatement:
    """One grant on one section.

    `grant`, `situation`, `recipient`, `grantor` name rows and users; key ids are 32 hexadecimal
    digits; `wrap_sha256` and `commitment` are 32 bytes; the dates have a zone and are kept in UTC;
    `previous` is the grant that this one replaces.
    """

    grant: UUID
    situation: UUID
    section: str
    recipient: UUID
    recipient_key_id: str
    level: str
    not_before: datetime
    not_after: datetime
    basis: str
    agreement: UUID | None
    wrap_sha256: bytes
    commitment: bytes
    previous: UUID | None
    grantor: UUID
    grantor_key_id: str

    def __post_init__(self) -> None:
        try:
            for code in (self.section, self.level, self.basis):
                require_text(code, _LONGEST_CODE)
            for key_id in (self.recipient_key_id, self.grantor_key_id):
                read_hex(key_id, 16)
            for digest in (self.wrap_sha256, self.commitment):
                if not isinstance(digest, bytes) or len(digest) != 32:
                    raise ValueError
            for name in (self.grant, self.situation, self.recipient, self.grantor):
                if not isinstance(name, UUID):
                    raise ValueError
            for other in (self.agreement, self.previous):
                if other is not None and not isinstance(other, UUID):
                    raise ValueError
        except ValueError:
            raise InvalidValue("grant") from None
        object.__setattr__(self, "not_before", utc(self.not_before))
        object.__setattr__(self, "not_after", utc(self.not_after))
        if self.not_before >= self.not_after:
            raise InvalidValue("grant_dates", "La fin de l'habilitation doit suivre son début.")

    def fields(self) -> dict[str, Any]:
        """Return the signed fields as plain JSON values."""
        return {
            "grant": str(self.grant),
            "situation": str(self.situation),
            "section": str.__str__(self.section),
            "recipient": str(self.recipient),
            "recipient_key_id": self.recipient_key_id,
            "level": str.__str__(self.level),
            "not_before": time_text(self.not_before),
            "not_after": time_text(self.not_after),
            "basis": str.__str__(self.basis),
            "agreement": str(self.agreement) if self.agreement else None,
            "wrap_sha256": self.wrap_sha256.hex(),
            "commitment": self.commitment.hex(),
            "previous": str(self.previous) if self.previous else None,
            "grantor": str(self.grantor),
            "grantor_key_id": self.grantor_key_id,
        }

    def to_bytes(self) -> bytes:
        """Return the canonical bytes that the grantor signs."""
        return statement_body(GRANT, self.fields())

    def require_valid_at(self, at: datetime) -> None:
        """Demand that the grant covers this instant.

        Raises: Expired before `not_before` and from `not_after` on.
        """
        require_within("Cette habilitation", at, self.not_before, self.not_after)

    def require_wrap(self, wrap: bytes) -> None:
        """Demand that the grant was made with this inner wrap.

        Raises: BadSignature otherwise.
        """
        if wrap_digest(wrap) != self.wrap_sha256:
            raise BadSignature("foreign_wrap")


_NAMES = frozenset(GrantStatement.__dataclass_fields__)


def wrap_digest(wrap: bytes) -> bytes:
    """Return the 32 bytes that tie a grant to its inner wrap."""
    return sha256(wrap).digest()


def sign_grant(identity: Identity, statement: GrantStatement) -> bytes:
    """Sign a grant in the grantor's name.

    Raises: InvalidValue when the statement names another grantor's key.
    """
    if identity.key_id != statement.grantor_key_id:
        raise InvalidValue("grantor")
    body = statement.to_bytes()
    return body + identity.sign(signed_message(_LABEL, body))


def verify_grant(public: PublicIdentity, blob: bytes) -> GrantStatement:
    """Return the grant that this public identity signed.

    Raises: UnknownFormat when it is not E6; BadSignature when it is not signed by this identity.
    """
    return _verified(public, blob)


# Verifying is a pure function of key and bytes: an answer once proved stays proved, for every
# viewer. Only answers are remembered, never a failure; statements hold ids and dates.
@lru_cache(maxsize=16_384)
def _verified(public: PublicIdentity, blob: bytes) -> GrantStatement:
    body, (signature,) = split_statement(GRANT, blob, most=1)
    public.verify(signed_message(_LABEL, body), signature)
    statement = _read(statement_fields(body, _NAMES))
    if statement.grantor_key_id != public.key_id:
        raise BadSignature
    return statement


def sign_server_grant(sign: Callable[[bytes], bytes], statement: GrantStatement) -> bytes:
    """Sign an intake grant with the server's key, whose private half stays in its provider.

    A referrer has no key: the first grants of a situation are the server's (decision 19).

    Raises: InvalidValue when the statement names a member as its signer, or is no intake grant.
    """
    if statement.grantor_key_id != SERVER_KEY_ID or statement.basis not in SERVER_BASES:
        raise InvalidValue("grantor")
    body = statement.to_bytes()
    return body + sign(signed_message(_LABEL, body))


def verify_server_grant(public_key: bytes, blob: bytes) -> GrantStatement:
    """Return the intake grant that the server signed; `public_key` is 32 bytes of Ed25519.

    Raises: UnknownFormat when it is not E6; BadSignature when it is not the server's, or when it
    gives more than an intake grant may.
    """
    return _server_verified(public_key, blob)


@lru_cache(maxsize=16_384)
def _server_verified(public_key: bytes, blob: bytes) -> GrantStatement:
    body, (signature,) = split_statement(GRANT, blob, most=1)
    try:
        key = Ed25519PublicKey.from_public_bytes(public_key)
        key.verify(signature, signed_message(_LABEL, body))
    except (InvalidSignature, ValueError):
        raise BadSignature from None
    statement = _read(statement_fields(body, _NAMES))
    if statement.grantor_key_id != SERVER_KEY_ID or statement.basis not in SERVER_BASES:
        raise BadSignature
    return statement


def peek_grantor(blob: bytes) -> tuple[UUID, str]:
    """Read who a grant says signed it (user, key id), to find the key; proves nothing.

    Raises: UnknownFormat when it is not E6; BadSignature when its text cannot be read.
    """
    return _claimed(blob)


@lru_cache(maxsize=16_384)
def _claimed(blob: bytes) -> tuple[UUID, str]:
    body, _signatures = split_statement(GRANT, blob, most=1)
    statement = _read(statement_fields(body, _NAMES))
    return statement.grantor, statement.grantor_key_id


def _read(fields: dict[str, Any]) -> GrantStatement:
    agreement, previous = fields["agreement"], fields["previous"]
    try:
        return GrantStatement(
            grant=read_uuid(fields["grant"]),
            situation=read_uuid(fields["situation"]),
            section=fields["section"],
            recipient=read_uuid(fields["recipient"]),
            recipient_key_id=fields["recipient_key_id"],
            level=fields["level"],
            not_before=read_time(fields["not_before"]),
            not_after=read_time(fields["not_after"]),
            basis=fields["basis"],
            agreement=None if agreement is None else read_uuid(agreement),
            wrap_sha256=read_hex(fields["wrap_sha256"], 32),
            commitment=read_hex(fields["commitment"], 32),
            previous=None if previous is None else read_uuid(previous),
            grantor=read_uuid(fields["grantor"]),
            grantor_key_id=fields["grantor_key_id"],
        )
    except (ValueError, InvalidValue):
        raise BadSignature from None
