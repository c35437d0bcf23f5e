"""T-14: whatever bytes a parser is given, it refuses them with its own exceptions."""

import io
import json
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.vault import directory, exceptional
from cases.vault.documents import document_key_version, open_document
from cases.vault.encoding import canonical_json, parse_canonical, parse_json, unpad
from cases.vault.errors import VaultError
from cases.vault.facets import open_facets
from cases.vault.files import open_range, open_stream, plain_length
from cases.vault.grants import peek_grantor, verify_grant
from cases.vault.identity import Identity, KemPair, PublicIdentity
from cases.vault.member import open_identity
from cases.vault.offline import read_answer, read_request
from cases.vault.outer import outer_key_version, outer_open
from cases.vault.recovery import parse_share
from cases.vault.recovery_code import parse_recovery_code
from cases.vault.recovery_kit import verify_recovery_grant
from cases.vault.roots import read_root, verify_chain
from cases.vault.session import open_pending, open_session
from cases.vault.slots import open_slot, slot_kind, slot_parameters
from cases.vault.wraps import unwrap_key
from tests.pure.vault import cast
from tests.pure.vault.make_vectors import PLACE

VECTORS: dict[str, Any] = json.loads(PLACE.read_text("utf-8"))
KS = cast.fixed("ks")
OFFICERS = [cast.CLAIRE.public, cast.DENIS.public]


def access_opener(blob: bytes) -> object:
    keys = {one.key_id: one.public for one in (cast.NADIA, cast.LUC)}
    return exceptional.verify_confirmed(
        blob, lambda key_id, at: keys.get(key_id, cast.CLAIRE.public)
    )


def slot_opener(secret: bytes) -> Callable[[bytes], object]:
    return lambda blob: open_slot(blob, secret, cast.USER, cast.SLOT, cast.pepper)


def file_opener(blob: bytes) -> object:
    return b"".join(open_stream(cast.DEK, io.BytesIO(blob), cast.file_context()))


def range_opener(blob: bytes) -> object:
    return b"".join(open_range(cast.DEK, io.BytesIO(blob), cast.file_context(), 1, 3))


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
    "access": ("access", access_opener),
    "access asked": (
        "access_asked",
        lambda b: exceptional.verify_asked(cast.NADIA.public, b),
    ),
    "access claimed": ("access", exceptional.peek),
    "root": ("root", read_root),
    "chain of roots": ("root", lambda b: verify_chain([b], None)),
    "file": ("file", file_opener),
    "file of chunks": ("file_chunks", file_opener),
    "empty file": ("file_empty", file_opener),
    "range of a file": ("file_chunks", range_opener),
    "length of a file": ("file", lambda b: plain_length(io.BytesIO(b))),
    "recovery grant": (
        "recovery_grant",
        lambda b: verify_recovery_grant(cast.RECOVERY_SIGNER.public, b),
    ),
    "recovery request": ("recovery_request", read_request),
    "recovery answer": ("recovery_answer", read_answer),
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


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1))
def test_t14_a_file_cannot_ask_for_memory(chunk: int, length: int) -> None:
    """Whatever sizes a header claims, nothing is read or held beyond what the file is."""
    blob = bytes.fromhex(VECTORS["file_chunks"])
    claimed = blob[:34] + chunk.to_bytes(4, "big") + length.to_bytes(8, "big") + blob[46:]
    if claimed == blob:
        return
    tracemalloc.start()
    try:
        with pytest.raises(VaultError):
            file_opener(claimed)
        assert tracemalloc.get_traced_memory()[1] < 100_000
    finally:
        tracemalloc.stop()


@given(
    st.sampled_from(["recovery_request", "recovery_answer"]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    ),
    st.data(),
)
def test_t14_recovery_files_of_strange_values(name: str, value: object, data: Any) -> None:
    """Any JSON value in any field is refused by name, or is one that the format allows."""
    file = json.loads(bytes.fromhex(VECTORS[name]))
    parts = [file, file["keys"][0], *([file["recipient"]] if "recipient" in file else [])]
    part = data.draw(st.sampled_from(parts))
    field = data.draw(st.sampled_from(sorted(part)))
    part[field] = value
    with suppress(VaultError):
        (read_request if name == "recovery_request" else read_answer)(json.dumps(file).encode())


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
