"""T-06, T-14: lists, JSON and padding are injective, canonical and of few lengths."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.vault.documents import open_document, seal_document
from cases.vault.encoding import (
    canonical_json,
    lp,
    pad,
    padded_length,
    parse_canonical,
    parse_json,
    u32,
    unpad,
)
from cases.vault.errors import InvalidValue, Tampered
from cases.vault.facets import seal_facets
from tests.pure.vault import cast

parts = st.lists(st.none() | st.binary(max_size=6), max_size=4)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)
objects = st.dictionaries(st.text(max_size=6), plain, max_size=5)


@given(parts, parts)
def test_lp_is_injective(left: list[bytes | None], right: list[bytes | None]) -> None:
    assert (lp(*left) == lp(*right)) == (left == right)


def test_lp_separates_null_empty_and_neighbours() -> None:
    variants = [
        lp(),
        lp(None),
        lp(b""),
        lp("", ""),
        lp("ab", "c"),
        lp("a", "bc"),
        lp("abc"),
        lp(b"\xff\xff\xff\xff"),
        lp(0),
        lp(u32(0)),
    ]
    assert len(set(variants)) == len(variants)


@pytest.mark.parametrize("part", [True, 1.5, -1, 2**64, [], "\ud800", bytearray(b"a")])
def test_lp_refuses_what_it_cannot_write(part: object) -> None:
    with pytest.raises(InvalidValue):
        lp(part)


@given(objects)
def test_json_comes_back_in_its_one_form(value: dict[str, object]) -> None:
    raw = canonical_json(value)
    assert parse_json(raw) == parse_canonical(raw) == value
    shuffled = dict(reversed(value.items()))
    assert canonical_json(shuffled) == raw


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), {1: "a"}, {"a": b"b"}, {"a": cast.ROW}, {"a": "\ud800"}]
)
def test_json_refuses_what_has_no_one_form(value: object) -> None:
    with pytest.raises(InvalidValue):
        canonical_json(value)


def test_json_refuses_excessive_depth() -> None:
    value: object = "bottom"
    for _ in range(100):
        value = [value]
    with pytest.raises(InvalidValue):
        canonical_json({"deep": value})
    with pytest.raises(Tampered):
        parse_json(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{", b'{"a":1,"a":2}', b'{"a":1.5}', b'{"a":NaN}', b'{"a":"\xff"}']
)
def test_json_reads_strictly(raw: bytes) -> None:
    assert parse_json(b'{"a":1}') == {"a": 1}
    with pytest.raises(Tampered):
        parse_json(raw)


@pytest.mark.parametrize("raw", [b'{ "a":1}', b'{"b":1,"a":2}', b'{"a":"\\u00e9"}'])
def test_canonical_json_has_one_form(raw: bytes) -> None:
    assert parse_json(raw)
    with pytest.raises(Tampered):
        parse_canonical(raw)


@given(st.binary(max_size=3000), st.sampled_from([0, 1024]))
def test_padding_comes_back(raw: bytes, least: int) -> None:
    padded = pad(raw, least)
    assert unpad(padded, least) == raw
    assert len(padded) % 32 == 0
    assert len(padded) >= least


@pytest.mark.parametrize(
    "padded",
    [b"", b"\x00\x00\x00\x05abc", pad(b"a") + bytes(32), pad(b"a")[:-1] + b"\x01", bytes(4)],
)
def test_padding_is_exact(padded: bytes) -> None:
    with pytest.raises(Tampered):
        unpad(padded)


def test_padded_lengths() -> None:
    assert [padded_length(size) for size in (0, 1, 32, 33, 1000, 1024)] == [
        32,
        32,
        32,
        64,
        1024,
        1024,
    ]
    for size in range(1, 300_000, 97):
        padded = padded_length(size)
        assert padded_length(padded) == padded >= size
        assert size < 1024 or padded <= size * 1.12


def test_t06_lengths_of_a_bucket_are_one() -> None:
    """T-06: 200 random contents of 100 to 150 characters make few lengths."""
    lengths, plain_lengths = set(), set()
    for size in range(200):
        payload = {"words": os.urandom(50 + size % 25).hex()}
        blob = seal_document(cast.DEK, payload, cast.document_context())
        assert open_document(cast.DEK, blob, cast.document_context()) == payload
        lengths.add(len(blob))
        plain_lengths.add(len(canonical_json(payload)))
    assert len(lengths) <= 3
    assert len(plain_lengths) == 25, "the control: without padding each length shows"


def test_t06_ordinary_facets_have_one_length() -> None:
    public = cast.STATISTICS.public
    blobs = {
        len(seal_facets(public, "2026-S2", "reviewed", {"needs": ["logement"] * count}))
        for count in range(40)
    }
    assert len(blobs) == 1
