"""T-10, T-04: a sealed document opens in its place, with its key, and nowhere else."""

from dataclasses import replace

import pytest

from cases.vault.documents import (
    check_commitment,
    commitment,
    document_key_version,
    new_data_key,
    open_document,
    seal_document,
)
from cases.vault.encoding import canonical_json
from cases.vault.errors import InvalidValue, Tampered, UnknownFormat, VaultError
from tests.pure.vault import cast

CONTEXT = cast.document_context()
BLOB = seal_document(cast.DEK, cast.PAYLOAD, CONTEXT)


def refused(blob: bytes, context: object = CONTEXT, dek: bytes = cast.DEK) -> VaultError:
    with pytest.raises((Tampered, UnknownFormat)) as caught:
        open_document(dek, blob, context)
    assert caught.value.__cause__ is None
    assert "dormir" not in str(caught.value)
    return caught.value


def test_control_the_document_opens() -> None:
    assert open_document(cast.DEK, BLOB, CONTEXT) == cast.PAYLOAD


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_t10_every_byte(mask: int) -> None:
    for blob in cast.flips(BLOB, mask):
        refused(blob)


@pytest.mark.parametrize(
    "change",
    [
        {"table": "cases_proposal"},
        {"row": cast.name("other row")},
        {"section": "health"},
        {"row_version": 1},
        {"row_version": 3},
        {"situation": cast.OTHER_SITUATION},
        {"key_version": 2},
    ],
)
def test_t10_every_other_place(change: dict[str, object]) -> None:
    assert refused(BLOB, replace(CONTEXT, **change)).code == "tampered"


def test_t10_other_key() -> None:
    refused(BLOB, dek=cast.HEALTH_DEK)
    refused(BLOB, dek=new_data_key())


def test_t10_every_truncation_and_extension() -> None:
    for size in range(len(BLOB)):
        refused(BLOB[:size])
    refused(BLOB + b"\x00")
    refused(BLOB + BLOB)


@pytest.mark.parametrize(
    "blob", [b"", canonical_json(cast.PAYLOAD), b"{}", b"\xe1\x02" + BLOB[2:], b"\xe2" + BLOB[1:]]
)
def test_t10_unsealed_and_unknown(blob: bytes) -> None:
    assert refused(blob).code == "unknown_format"


def test_t10_another_valid_document_in_its_place() -> None:
    other = replace(CONTEXT, row=cast.name("other row"))
    foreign = seal_document(cast.DEK, {"words": "autre"}, other)
    assert open_document(cast.DEK, foreign, other) == {"words": "autre"}
    refused(foreign)


def test_t04_the_core_key_opens_no_other_section() -> None:
    """T-04: even a blob of another section sealed by mistake under the core key stays shut."""
    for section in ("identity", "social", "housing", "health", "legal", "shareable"):
        context = replace(CONTEXT, section=section)
        own_key = cast.fixed(f"dek {section}")
        blob = seal_document(own_key, cast.PAYLOAD, context)
        assert open_document(own_key, blob, context) == cast.PAYLOAD
        refused(blob, context)
        refused(blob, CONTEXT)
        mistaken = seal_document(cast.DEK, cast.PAYLOAD, context)
        refused(mistaken, CONTEXT)


def test_two_seals_of_one_content_differ() -> None:
    blobs = {seal_document(cast.DEK, cast.PAYLOAD, CONTEXT) for _ in range(50)}
    assert len({blob[6:18] for blob in blobs}) == 50


def test_commitment() -> None:
    arguments = (cast.SITUATION, "core", 1)
    expected = commitment(cast.DEK, *arguments)
    check_commitment(cast.DEK, *arguments, expected)
    others = [
        (cast.HEALTH_DEK, *arguments),
        (cast.DEK, cast.OTHER_SITUATION, "core", 1),
        (cast.DEK, cast.SITUATION, "health", 1),
        (cast.DEK, cast.SITUATION, "core", 2),
    ]
    for other in others:
        with pytest.raises(Tampered):
            check_commitment(*other, expected)
    with pytest.raises(Tampered):
        check_commitment(cast.DEK, *arguments, expected[:31])


@pytest.mark.parametrize("payload", [{"a": 1.5}, {"a": b"b"}, [], "texte"])
def test_payload_must_be_plain(payload: object) -> None:
    with pytest.raises(InvalidValue):
        seal_document(cast.DEK, payload, CONTEXT)


def test_sizes_of_keys_and_versions_are_checked() -> None:
    for dek in (b"", bytes(16), bytes(33)):
        with pytest.raises(InvalidValue):
            seal_document(dek, cast.PAYLOAD, CONTEXT)
    for change in ({"key_version": 2**32}, {"row_version": -1}, {"key_version": True}):
        with pytest.raises(InvalidValue):
            seal_document(cast.DEK, cast.PAYLOAD, replace(CONTEXT, **change))
    with pytest.raises(UnknownFormat):
        document_key_version(b"\xe1\x01\x00")
