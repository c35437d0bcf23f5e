"""Recovery away from the service: what goes to the trustees' machine, and what comes back.

Promises: the request holds nothing that opens without the trustees' shares; the answer holds keys
that only the named recipient opens, each with its signed grant; a key that does not prove genuine
is refused alone, by name, and hides no other.
Must never: write, print or return a section's key.

Both files are JSON objects with exactly these names; bytes are in base 64, identifiers and key ids
in their usual lower-case texts, instants in ISO 8601 with a zone, codes in [a-z0-9_-].

Request, `clsm-recovery-request/1`: format, commission (uuid), recovery_key_id (32 hexadecimal
digits), recovery_public (1216 bytes), recipient {user (uuid), public (1249 bytes)},
new_recovery_public (1216 bytes or null), keys: list of {grant (uuid), situation (uuid), section,
version (0 to 2^32-1), commitment (64 hexadecimal digits), wrap (E3 to the recovery key, its outer
seal removed), level, basis (one of `RECOVERY_BASES`), not_before, not_after} and, if there are any,
agreement and previous (uuid or null).

Answer, `clsm-recovery-answer/1`: format, commission, recovery_key_id, keys: list of {grant,
situation, section, version, wrap (E3 to the recipient), statement (E6, signed by the recovery key),
recovery_wrap (E3 to the new recovery key, or null)}. A key that was refused is not in it.

Source: security.md §2.4 (recovery); T-32.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from cases.vault.encoding import canonical_json, parse_json
from cases.vault.errors import InvalidValue, UnknownFormat, VaultError
from cases.vault.identity import PublicIdentity, kem_key_id
from cases.vault.kem import load_public
from cases.vault.recovery_kit import RECOVERY_BASES
from cases.vault.statements import read_hex, read_uuid, time_text, utc

REQUEST = "clsm-recovery-request/1"
ANSWER = "clsm-recovery-answer/1"
MOST_BYTES = 64 * 1024 * 1024
_MOST_BLOB = 16 * 1024
_CODE = re.compile(r"[a-z0-9_-]{1,64}")
_REQUEST_NAMES = frozenset(
    ("format", "commission", "recovery_key_id", "recovery_public", "recipient", "keys")
) | {"new_recovery_public"}
_KEY_NAMES = frozenset(
    ("grant", "situation", "section", "version", "commitment", "wrap", "level", "basis")
) | {"not_before", "not_after"}
_KEY_OPTIONS = frozenset(("agreement", "previous"))
_ANSWER_NAMES = frozenset(("format", "commission", "recovery_key_id", "keys"))
_ANSWERED_NAMES = frozenset(
    ("grant", "situation", "section", "version", "wrap", "statement", "recovery_wrap")
)

Value = TypeVar("Value")


class RefusedFile(VaultError):
    """A recovery file does not say what its format asks; the message names the field."""

    default_code = "refused_file"
    default_message = "Ce fichier n’est pas celui attendu."


@dataclass(frozen=True)
class RequestedKey:
    """One section key to give: its wrap to the recovery key, and the grant to sign."""

    grant: UUID
    situation: UUID
    section: str
    version: int
    commitment: bytes
    wrap: bytes
    level: str
    basis: str
    not_before: datetime
    not_after: datetime
    agreement: UUID | None = None
    previous: UUID | None = None


@dataclass(frozen=True)
class RecoveryRequest:
    """What the service asks the trustees to give, and to whom."""

    commission: UUID
    recovery_public: bytes
    recipient: UUID
    public: PublicIdentity
    keys: tuple[RequestedKey, ...]
    new_recovery_public: bytes | None = None

    @property
    def recovery_key_id(self) -> str:
        """Name of the recovery key that opens the wraps."""
        return kem_key_id(self.recovery_public)

    def to_bytes(self) -> bytes:
        """Write the request file; `read_request` reads it."""
        new = self.new_recovery_public
        return canonical_json(
            {
                "format": REQUEST,
                "commission": str(self.commission),
                "recovery_key_id": self.recovery_key_id,
                "recovery_public": _text(self.recovery_public),
                "recipient": {"user": str(self.recipient), "public": _text(self.public.to_bytes())},
                "new_recovery_public": None if new is None else _text(new),
                "keys": [_requested(key) for key in self.keys],
            }
        )


@dataclass(frozen=True)
class AnsweredKey:
    """One section key given: wraps to the recipient and to the new recovery key, signed grant."""

    grant: UUID
    situation: UUID
    section: str
    version: int
    wrap: bytes
    statement: bytes
    recovery_wrap: bytes | None


@dataclass(frozen=True)
class RecoveryAnswer:
    """What the trustees' machine gives back; nothing of it is to be believed before its checks."""

    commission: UUID
    recovery_key_id: str
    keys: tuple[AnsweredKey, ...]

    def to_bytes(self) -> bytes:
        """Write the answer file; `read_answer` reads it."""
        return canonical_json(
            {
                "format": ANSWER,
                "commission": str(self.commission),
                "recovery_key_id": self.recovery_key_id,
                "keys": [_answered(key) for key in self.keys],
            }
        )


def read_request(raw: bytes) -> RecoveryRequest:
    """Read a request file.

    Raises: RefusedFile, whose message names the field.
    """
    top = _Fields(_parsed(raw), "", _REQUEST_NAMES)
    top.demand("format", REQUEST)
    recipient = _Fields(top.raw("recipient"), "recipient.", frozenset(("user", "public")))
    request = RecoveryRequest(
        commission=top.read("commission", read_uuid),
        recovery_public=top.read("recovery_public", _kem_public),
        recipient=recipient.read("user", read_uuid),
        public=recipient.read("public", lambda text: PublicIdentity.from_bytes(_bytes(text))),
        keys=tuple(_read_requested(fields) for fields in top.several(_KEY_NAMES, _KEY_OPTIONS)),
        new_recovery_public=top.read_or_none("new_recovery_public", _kem_public),
    )
    top.demand("recovery_key_id", request.recovery_key_id)
    _require_distinct([key.grant for key in request.keys])
    return request


def read_answer(raw: bytes) -> RecoveryAnswer:
    """Read an answer file; signatures and places stay to be checked by the reader.

    Raises: RefusedFile, whose message names the field.
    """
    top = _Fields(_parsed(raw), "", _ANSWER_NAMES)
    top.demand("format", ANSWER)
    answer = RecoveryAnswer(
        commission=top.read("commission", read_uuid),
        recovery_key_id=top.read("recovery_key_id", lambda text: read_hex(text, 16).hex()),
        keys=tuple(_read_answered(fields) for fields in top.several(_ANSWERED_NAMES)),
    )
    _require_distinct([key.grant for key in answer.keys])
    return answer


class _Fields:
    """The fields of one JSON object, each read under its full name."""

    def __init__(
        self, value: Any, path: str, names: frozenset[str], options: frozenset[str] = frozenset()
    ) -> None:
        if not isinstance(value, dict):
            raise RefusedFile(message=f"Champ « {path[:-1]} » : un objet JSON est attendu.")
        for name in sorted(names - set(value)):
            raise RefusedFile(message=f"Champ « {path}{name} » : il manque.")
        if set(value) - names - options:
            # Its name is not repeated: it comes from the file.
            where = f" dans « {path[:-1]} »" if path else ""
            raise RefusedFile(message=f"Un champ inconnu se trouve{where}.")
        self._value, self._path = value, path

    def raw(self, name: str) -> Any:
        """Return a field as the JSON has it."""
        return self._value.get(name)

    def read(self, name: str, reader: Callable[[Any], Value]) -> Value:
        """Return what the reader makes of a field. Raises: RefusedFile naming it."""
        try:
            return reader(self._value.get(name))
        except (ValueError, OverflowError, InvalidValue, UnknownFormat):
            raise self.refusal(name, "la valeur n’est pas celle attendue.") from None

    def read_or_none(self, name: str, reader: Callable[[Any], Value]) -> Value | None:
        """Return None for null or absent, else as `read`."""
        return None if self._value.get(name) is None else self.read(name, reader)

    def demand(self, name: str, expected: str) -> None:
        """Demand one value. Raises: RefusedFile naming the field and the value."""
        if self._value.get(name) != expected:
            raise self.refusal(name, f"« {expected} » est attendu.")

    def several(
        self, names: frozenset[str], options: frozenset[str] = frozenset()
    ) -> list["_Fields"]:
        """Return the objects of the list `keys`."""
        values = self._value.get("keys")
        if not isinstance(values, list) or not values:
            raise self.refusal("keys", "une liste d’au moins une clé est attendue.")
        return [
            _Fields(value, f"keys[{place}].", names, options) for place, value in enumerate(values)
        ]

    def refusal(self, name: str, what: str) -> RefusedFile:
        """Return the refusal of a field."""
        return RefusedFile(message=f"Champ « {self._path}{name} » : {what}")


def _parsed(raw: bytes) -> dict[str, Any]:
    if len(raw) > MOST_BYTES:
        raise RefusedFile(message="Le fichier dépasse 64 Mio.")
    try:
        return parse_json(raw)
    except VaultError:
        raise RefusedFile(message="Le fichier n’est pas un objet JSON valable.") from None


def _read_requested(fields: _Fields) -> RequestedKey:
    key = RequestedKey(
        grant=fields.read("grant", read_uuid),
        situation=fields.read("situation", read_uuid),
        section=fields.read("section", _code),
        version=fields.read("version", _version),
        commitment=fields.read("commitment", lambda text: read_hex(text, 32)),
        wrap=fields.read("wrap", _bytes),
        level=fields.read("level", _code),
        basis=fields.read("basis", _code),
        not_before=fields.read("not_before", _instant),
        not_after=fields.read("not_after", _instant),
        agreement=fields.read_or_none("agreement", read_uuid),
        previous=fields.read_or_none("previous", read_uuid),
    )
    if key.basis not in RECOVERY_BASES:
        raise fields.refusal("basis", "ce fondement ne se donne pas par la clé de secours.")
    if key.not_before >= key.not_after:
        raise fields.refusal("not_after", "la fin doit suivre le début.")
    return key


def _read_answered(fields: _Fields) -> AnsweredKey:
    return AnsweredKey(
        grant=fields.read("grant", read_uuid),
        situation=fields.read("situation", read_uuid),
        section=fields.read("section", _code),
        version=fields.read("version", _version),
        wrap=fields.read("wrap", _bytes),
        statement=fields.read("statement", _bytes),
        recovery_wrap=fields.read_or_none("recovery_wrap", _bytes),
    )


def _requested(key: RequestedKey) -> dict[str, Any]:
    return {
        "grant": str(key.grant),
        "situation": str(key.situation),
        "section": str.__str__(key.section),
        "version": key.version,
        "commitment": key.commitment.hex(),
        "wrap": _text(key.wrap),
        "level": str.__str__(key.level),
        "basis": str.__str__(key.basis),
        "not_before": time_text(key.not_before),
        "not_after": time_text(key.not_after),
        "agreement": None if key.agreement is None else str(key.agreement),
        "previous": None if key.previous is None else str(key.previous),
    }


def _answered(key: AnsweredKey) -> dict[str, Any]:
    return {
        "grant": str(key.grant),
        "situation": str(key.situation),
        "section": key.section,
        "version": key.version,
        "wrap": _text(key.wrap),
        "statement": _text(key.statement),
        "recovery_wrap": None if key.recovery_wrap is None else _text(key.recovery_wrap),
    }


def _require_distinct(grants: list[UUID]) -> None:
    seen: set[UUID] = set()
    for place, grant in enumerate(grants):
        if grant in seen:
            raise RefusedFile(
                message=f"Champ « keys[{place}].grant » : cette habilitation y est deux fois."
            )
        seen.add(grant)


def _text(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")


def _bytes(text: object) -> bytes:
    """Read base 64 in its one form. Raises: ValueError."""
    if not isinstance(text, str) or not 1 <= len(text) <= _MOST_BLOB:
        raise ValueError
    raw = b64decode(text, validate=True)
    if _text(raw) != text:
        raise ValueError
    return raw


def _kem_public(text: object) -> bytes:
    raw = _bytes(text)
    load_public(raw)
    return raw


def _code(text: object) -> str:
    """Read a code, which can be printed as it is. Raises: ValueError."""
    if not isinstance(text, str) or not _CODE.fullmatch(text):
        raise ValueError
    return text


def _version(number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**32:
        raise ValueError
    return number


def _instant(text: object) -> datetime:
    if not isinstance(text, str):
        raise ValueError
    return utc(datetime.fromisoformat(text))
