"""An open vault between two requests (EA), and a login between its two factors (EB).

Promises: the server keeps only sealed bytes, the browser only a random key: neither half opens
anything alone, and a sealed half moved to another session or user does not open.

Source: security.md §2.4 (login); decision 17; T-53.
"""

from uuid import UUID

from cases.vault.encoding import lp
from cases.vault.envelope import seal, unseal
from cases.vault.errors import InvalidValue, Tampered
from cases.vault.identity import Identity
from cases.vault.slots import OUTPUT_SIZE

SESSION = 0xEA
PENDING = 0xEB


def seal_session(ks32: bytes, identity: Identity, session_binding: bytes) -> bytes:
    """Seal an opened identity under the 32-byte key of the vault cookie.

    Raises: InvalidValue when the key is not 32 bytes or the binding is empty.
    """
    return seal(SESSION, ks32, identity.private_bytes(), _session(session_binding))


def open_session(ks32: bytes, blob: bytes, session_binding: bytes) -> Identity:
    """Return the opened identity.

    Raises: UnknownFormat when it is not EA; Tampered when bytes, key or session differ.
    """
    private = unseal(SESSION, ks32, blob, _session(session_binding))
    try:
        return Identity.from_private_bytes(private)
    except InvalidValue:
        raise Tampered from None


def seal_pending(key32: bytes, slot_output: bytes, user: UUID) -> bytes:
    """Seal the costly half of a slot under the key of the five-minute cookie.

    Raises: InvalidValue when a size is wrong.
    """
    if not isinstance(slot_output, bytes) or len(slot_output) != OUTPUT_SIZE:
        raise InvalidValue("slot_output")
    return seal(PENDING, key32, slot_output, _pending(user))


def open_pending(key32: bytes, blob: bytes, user: UUID) -> bytes:
    """Return the costly half of a slot (32 bytes).

    Raises: UnknownFormat when it is not EB; Tampered when bytes, key or user differ.
    """
    output = unseal(PENDING, key32, blob, _pending(user))
    if len(output) != OUTPUT_SIZE:
        raise Tampered
    return output


def _session(binding: bytes) -> bytes:
    if not isinstance(binding, bytes) or not binding:
        raise InvalidValue("session_binding")
    return lp("clsm/session/v1", binding)


def _pending(user: UUID) -> bytes:
    return lp("clsm/pending/v1", user)
