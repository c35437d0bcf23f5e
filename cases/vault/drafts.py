"""Drafts of referrals (EC): sealed under two halves, the browser's and the server's.

Promises: neither half alone opens a draft, and a draft opens only as itself.

Source: decision 19.
"""

from typing import Any
from uuid import UUID

from cases.vault.encoding import canonical_json, lp, pad, parse_json, unpad
from cases.vault.envelope import extract_and_expand, require_key, seal, unseal

DRAFT = 0xEC


def seal_draft(browser: bytes, server: bytes, draft: UUID, content: dict[str, Any]) -> bytes:
    """Seal a draft's fields under its two 32-byte halves.

    Raises: InvalidValue when a half is not 32 bytes or a field cannot be encoded.
    """
    return seal(DRAFT, _key(browser, server), pad(canonical_json(content)), _associated(draft))


def open_draft(browser: bytes, server: bytes, draft: UUID, blob: bytes) -> dict[str, Any]:
    """Return a draft's fields.

    Raises: UnknownFormat when it is not EC; Tampered when bytes, halves or draft differ.
    """
    return parse_json(unpad(unseal(DRAFT, _key(browser, server), blob, _associated(draft))))


def _key(browser: bytes, server: bytes) -> bytes:
    require_key(browser)
    require_key(server)
    return extract_and_expand(browser, server, lp("clsm/draft/v1"), 32)


def _associated(draft: UUID) -> bytes:
    return lp("clsm/draft/v1", draft)
