"""T-14: whatever bytes a parser is given, it refuses them with its own exceptions."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.vault import directory
from cases.vault.documents import document_key_version, open_document
from cases.vault.encoding import canonical_json, parse_canonical, parse_json, unpad
from cases.vault.errors import VaultError
from cases.vault.facets import open_facets
from cases.vault.grants import peek_grantor, verify_grant
from cases.vault.identity import Identity, KemPair, PublicIdentity
from cases.vault.member import open_identity
from cases.vault.outer import outer_key_version, outer_open
from cases.vault.recovery import parse_share
from cases.vault.recovery_code import parse_recovery_code
from cases.vault.session import open_pending, open_session
from cases.vault.slots import open_slot, slot_kind, slot_parameters
from cases.vault.wraps import unwrap_key
from tests.pure.vault import cast
from tests.pure.vault.make_vectors import PLACE

VECTORS: dict[str, Any] = json.loads(PLACE.read_text("utf-8"))
KS = cast.fixed("ks")
OFFICERS = [cast.CLAIRE.public, cast.DENIS.public]


def slot_opener(secret: bytes) -> Callable[[bytes], object]:
    return lambda blob: open_slot(blob, secret, cast.USER, cast.SLOT, cast.pepper)


# The vector each parser accepts, and the parser. The passphrase slot is read, not derived: a
# mutated cost may be legal and slow.
PARSERS: dict[str, tuple[str, Callable[[bytes], object]]] = {
    "document": ("document", lambda b: open_document(cast.DEK, b, cast.document_context())),
    "document version": ("document", document_key_version),
    "wrap": ("wrap", lambda b: unwrap_key(cast.NADIA, b, cast.wrap_context())),
    "outer": (
        "outer",
        lambda b: outer_open(cast.SITUATION_KEY, b, cast.SITUATION, cast.GRANT, 3),
    ),
    "outer version": ("outer", outer_key_version),
    "slot kind": ("slot_passphrase", slot_kind),
    "slot cost": ("slot_passphrase", slot_parameters),
    "slot prf": ("slot_prf", slot_opener(cast.fixed("prf"))),
    "slot recovery": ("slot_recovery", slot_opener(cast.fixed("code", 20))),
    "slot ceremony": ("slot_ceremony", slot_opener(cast.fixed("ceremony"))),
    "identity": ("identity", lambda b: open_identity(cast.VAULT_KEY, b, cast.USER)),
    "grant": ("grant", lambda b: verify_grant(cast.CLAIRE.public, b)),
    "grantor": ("grant", peek_grantor),
    "entry": ("entry", lambda b: directory.verify(b, OFFICERS, 2)),
    "facets": ("facets", lambda b: open_facets(cast.STATISTICS, b, "2026-S2", "reviewed")),
    "session": ("session", lambda b: open_session(KS, b, b"session hash")),
    "pending": ("pending", lambda b: open_pending(KS, b, cast.USER)),
    "public identity": ("claire_public", PublicIdentity.from_bytes),
    "padding": ("padded", unpad),
    "json": ("json", parse_json),
    "canonical json": ("json", parse_canonical),
}


@pytest.mark.parametrize("name", PARSERS)
def test_control_the_vector_is_accepted(name: str) -> None:
    vector, parse = PARSERS[name]
    parse(bytes.fromhex(VECTORS[vector]))


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=60)
@given(data=st.data())
def test_t14_parsers_of_bytes(name: str, data: st.DataObject) -> None:
    vector, parse = PARSERS[name]
    valid = bytes.fromhex(VECTORS[vector])
    start = data.draw(st.integers(0, len(valid)))
    end = data.draw(st.integers(start, len(valid)))
    blob = data.draw(
        st.binary(max_size=300)
        | st.binary(max_size=300).map(lambda tail: valid[:2] + tail)
        | st.binary(max_size=40).map(lambda middle: valid[:start] + middle + valid[end:])
    )
    with suppress(VaultError):
        parse(blob)


@given(st.recursive(st.none() | st.integers() | st.text(), lambda i: st.lists(i, max_size=3)))
def test_t14_signed_nonsense(value: object) -> None:
    """Even a signed text with strange values is refused by name."""
    for field in cast.grant_statement().fields():
        text = canonical_json(cast.grant_statement().fields() | {field: value})
        body = b"\xe6\x01" + len(text).to_bytes(4, "big") + text
        with pytest.raises(VaultError):
            verify_grant(cast.CLAIRE.public, body + bytes(64))
        with suppress(VaultError):
            peek_grantor(body + bytes(64))


@pytest.mark.parametrize("parse", [parse_recovery_code, parse_share])
@settings(max_examples=200)
@given(data=st.data())
def test_t14_parsers_of_text(parse: Callable[[str], object], data: st.DataObject) -> None:
    line = VECTORS["recovery_code"] if parse is parse_recovery_code else VECTORS["shares"][0]
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    text = data.draw(
        st.text(max_size=200)
        | st.text(max_size=10).map(lambda middle: line[:start] + middle + line[end:])
    )
    parse(line)
    with suppress(VaultError):
        parse(text)


@given(st.binary(max_size=200))
def test_t14_private_bytes(raw: bytes) -> None:
    for build in (Identity.from_private_bytes, KemPair.from_private_bytes, KemPair.from_seed):
        with suppress(VaultError):
            build(raw)
