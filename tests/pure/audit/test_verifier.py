"""T-42: each way of tampering is found, and the verifier names the first bad number."""

import hashlib
import random
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.ledger import heads_to_text, row_to_line
from audit.verifier import (
    BadSignature,
    Fault,
    Head,
    Report,
    Row,
    UnreadableExport,
    body_mac,
    genesis,
    leaf_hash,
    line_to_row,
    link_hash,
    main,
    text_to_heads,
    tree_root,
    verify_chain,
    verify_lanes,
    verify_signature,
)
from tests.pure.audit.chains import KEY, LANE, chain, head_of, relinked

LENGTH = 200


def check(rows: list[Row], *, head: Head | None = None, key: bytes | None = KEY) -> Report:
    """Verify rows of the usual lane."""
    return verify_chain(rows, lane=LANE, mac_key=key, trusted_head=head)


def test_control_a_true_chain_is_sound() -> None:
    """Positive control of everything below."""
    rows = chain(LENGTH)
    report = check(rows, head=head_of(rows[:150]))
    assert report.is_sound
    assert (report.count, report.tail_proved, report.macs_checked) == (LENGTH, True, True)
    assert report.head == head_of(rows)
    assert report.root is not None
    assert check([]).is_sound


@pytest.mark.parametrize("number", [1, 2, 99, LENGTH])
def test_an_altered_body_is_named(number: int) -> None:
    """T-42, alter: one byte of one body."""
    rows = chain(LENGTH)
    assert check(rows).is_sound
    row = rows[number - 1]
    assert row.body is not None
    rows[number - 1] = replace(row, body=row.body.replace(b"situation.shown", b"situation.Shown"))
    report = check(rows)
    assert (report.fault, report.bad_seq) == (Fault.ALTERED, number)


@pytest.mark.parametrize("field", ["leaf_hash", "mac", "h"])
def test_an_altered_seal_is_named(field: str) -> None:
    """T-42, alter: one bit of a seal."""
    rows = chain(LENGTH)
    value = bytearray(getattr(rows[49], field))
    value[7] ^= 1
    rows[49] = replace(rows[49], **{field: bytes(value)})
    report = check(rows)
    assert (report.fault, report.bad_seq) == (Fault.ALTERED, 50)


@pytest.mark.parametrize("number", [1, 50, LENGTH - 1])
def test_a_deleted_row_is_named(number: int) -> None:
    """T-42, delete: a number is missing."""
    rows = chain(LENGTH)
    del rows[number - 1]
    report = check(rows)
    assert (report.fault, report.bad_seq) == (Fault.DELETED, number)


def test_a_deleted_row_with_numbers_closed_up_is_found() -> None:
    """T-42, delete: the numbers are closed up, the hashes are not."""
    rows = chain(LENGTH)
    del rows[49]
    rows = [replace(row, seq=number) for number, row in enumerate(rows, start=1)]
    report = check(rows)
    assert (report.fault, report.bad_seq) == (Fault.ALTERED, 50)


def test_reordered_rows_are_named() -> None:
    """T-42, reorder: lines exchanged, with their numbers or without."""
    rows = chain(LENGTH)
    rows[49], rows[50] = rows[50], rows[49]
    report = check(rows)
    assert (report.fault, report.bad_seq) == (Fault.REORDERED, 50)
    renumbered = [replace(row, seq=number) for number, row in enumerate(rows, start=1)]
    report = check(renumbered)
    assert (report.fault, report.bad_seq) == (Fault.REORDERED, 50)


def test_an_inserted_row_is_named() -> None:
    """T-42, insert: a row with a number already used, or pushed in between."""
    rows = chain(LENGTH)
    twice = [*rows[:50], rows[49], *rows[50:]]
    report = check(twice)
    assert (report.fault, report.bad_seq) == (Fault.INSERTED, 51)
    stranger = chain(60, key=bytes(32))[54]
    pushed = [*rows[:50], stranger, *rows[50:]]
    pushed = [replace(row, seq=number) for number, row in enumerate(pushed, start=1)]
    report = check(pushed)
    assert (report.fault, report.bad_seq) == (Fault.INSERTED, 51)


def test_an_event_forged_with_the_database_alone_lacks_the_mac() -> None:
    """T-42: whoever relinks the whole chain still lacks the service's key."""
    rows = chain(LENGTH)
    head = head_of(rows)
    body = rows[49].body
    salt = rows[49].salt
    assert body is not None
    assert salt is not None
    forged_body = body.replace(b'"core"', b'"none"')
    rows[49] = replace(
        rows[49],
        body=forged_body,
        leaf_hash=leaf_hash(salt, forged_body),
        mac=body_mac(bytes(32), salt, forged_body),
    )
    forged = relinked(rows)
    report = check(forged)
    assert (report.fault, report.bad_seq) == (Fault.WRONG_MAC, 50)
    # Control: without the key nothing can be seen, and the report says it did not look.
    blind = check(forged, key=None)
    assert blind.is_sound
    assert not blind.macs_checked
    # With a head kept from before, it is seen even without the key.
    report = check(forged, key=None, head=head)
    assert report.fault is Fault.OTHER_HISTORY


def test_a_true_event_played_twice_is_found() -> None:
    """A signed event copied to the tail by somebody who owns the database."""
    rows = chain(LENGTH)
    report = check(relinked([*rows, rows[10]]))
    assert (report.fault, report.bad_seq) == (Fault.INSERTED, LENGTH + 1)


def test_a_cut_tail_is_seen_with_a_saved_head_only() -> None:
    """Decision 53b: with the head it is found; without, the report says what it cannot prove."""
    rows = chain(LENGTH)
    head = head_of(rows)
    cut = rows[:-7]
    report = check(cut, head=head)
    assert (report.fault, report.bad_seq) == (Fault.TAIL_CUT, LENGTH - 6)
    alone = check(cut)
    assert alone.is_sound
    assert not alone.tail_proved
    assert "Fin non prouvée" in alone.sentence()


def test_yesterdays_table_with_new_events_is_another_history() -> None:
    """T-42, restore: the tail was cut, then other events were written over it."""
    rows = chain(LENGTH)
    other = relinked([*rows[:150], *chain(300)[200:260]])
    assert check(other).is_sound
    report = check(other, head=head_of(rows))
    assert (report.fault, report.bad_seq) == (Fault.OTHER_HISTORY, LENGTH)


def test_a_whole_lane_that_disappeared_is_found() -> None:
    """T-42, truncate: a lane known to the saved heads only."""
    rows = chain(5)
    reports = verify_lanes({}, mac_keys={}, heads={LANE: head_of(rows)})
    assert [(r.fault, r.bad_seq) for r in reports] == [(Fault.TAIL_CUT, 1)]


def test_bodies_purged_at_term_leave_a_chain_that_verifies() -> None:
    """T-47: the oldest bodies are gone; a body missing later was deleted by hand."""
    rows = chain(LENGTH)
    purged = [replace(row, body=None, salt=None) for row in rows[:120]] + rows[120:]
    report = check(purged)
    assert report.is_sound
    assert report.purged == 120
    purged[150] = replace(purged[150], body=None, salt=None)
    report = check(purged)
    assert (report.fault, report.bad_seq) == (Fault.DELETED, 151)


def test_a_lane_does_not_pass_for_another() -> None:
    """The name of the lane is bound into its first hash."""
    rows = chain(10)
    assert verify_chain(rows, lane="commission", mac_key=KEY).is_sound
    assert verify_chain(rows, lane="governance", mac_key=KEY).fault is Fault.ALTERED


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), kind=st.sampled_from(["drop", "swap", "flip", "duplicate"]))
def test_no_single_change_passes_with_key_and_head(seed: int, kind: str) -> None:
    """T-42 at random: the first bad number is never after the place touched."""
    rng = random.Random(seed)
    rows = chain(40)
    head = head_of(rows)
    place = rng.randrange(39)
    if kind == "drop":
        del rows[place]
    elif kind == "swap":
        rows[place], rows[place + 1] = rows[place + 1], rows[place]
    elif kind == "duplicate":
        rows.insert(place + 1, rows[place])
    else:
        name = rng.choice(["leaf_hash", "mac", "h", "body", "salt"])
        value = bytearray(getattr(rows[place], name))
        value[rng.randrange(len(value))] ^= 1 << rng.randrange(8)
        rows[place] = replace(rows[place], **{name: bytes(value)})
    report = check(rows, head=head)
    assert not report.is_sound
    assert report.bad_seq in (place + 1, place + 2)


def test_the_chain_formulas_are_fixed() -> None:
    """T-15: fixed vectors of the four hashes; old exports must verify for ever."""
    leaf = leaf_hash(bytes(16), b"{}")
    assert leaf.hex() == "d49d107d35fc788f422bc716c87a1f13c4c5ce102911cd9a4d018c4b74d7996a"
    assert genesis(LANE).hex() == (
        "e9c381480c6b6e5a4128a82eea1d35fdc10a12f5a05cb8c449acdb8b5b1d82cb"
    )
    assert link_hash(genesis(LANE), 1, leaf, bytes(32)).hex() == (
        "c1d20b8b5632958b6180cebe05c7eb4e339278fb2e87684235761d9e1d863b7e"
    )
    assert body_mac(bytes(32), bytes(16), b"{}").hex() == (
        "a1f2ef454a198c86ce4ba212dc0e24f7e2771a7de29702d04c5c4ec437233b88"
    )


def test_signatures_raise_and_return_nothing() -> None:
    """A wrong key, message, signature or length raises BadSignature."""
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = private.public_key().public_bytes_raw()
    signature = private.sign(b"head")
    verify_signature(public, b"head", signature)
    for key, message, proof in (
        (public, b"heaD", signature),
        (public, b"head", signature[:-1]),
        (public, b"head", bytes(64)),
        (bytes(32), b"head", signature),
        (public[:-1], b"head", signature),
    ):
        with pytest.raises(BadSignature):
            verify_signature(key, message, proof)


def test_an_export_is_verified_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The DPO's laptop: sound with head and key, then one line removed."""
    rows = chain(30)
    export = tmp_path / "export.jsonl"
    head = tmp_path / "head.json"
    key = tmp_path / "key.hex"
    export.write_text("".join(row_to_line(LANE, row) + "\n" for row in rows), "ascii")
    head.write_text(heads_to_text({LANE: head_of(rows)}), "ascii")
    key.write_text(KEY.hex() + "\n", "ascii")
    options = ["--head", str(head), "--mac-key-file", f"{LANE}={key}"]
    assert main([str(export), *options]) == 0
    assert "30 évènements, chaîne intègre." in capsys.readouterr().out
    lines = export.read_text("ascii").splitlines(keepends=True)
    export.write_text("".join(lines[:11] + lines[12:]), "ascii")
    assert main([str(export), *options]) == 1
    assert "n° 12 : ligne supprimée" in capsys.readouterr().out
    export.write_text("not json\n", "ascii")
    assert main([str(export), *options]) == 2


@given(body=st.binary(max_size=200), seq=st.integers(1, 2**40))
def test_an_export_line_keeps_every_byte(body: bytes, seq: int) -> None:
    """An altered body must reach the verifier as it stands, whatever its bytes."""
    row = Row(seq, bytes(32), bytes(32), bytes(32), body, bytes(16))
    assert line_to_row(row_to_line(LANE, row)) == (LANE, row)


@given(st.text(max_size=80))
def test_unreadable_files_raise_one_documented_error(text: str) -> None:
    """T-14: no other exception comes out of the parsers."""
    for read in (line_to_row, text_to_heads):
        with pytest.raises(UnreadableExport):
            read(text)


def recursive_root(leaves: list[bytes]) -> bytes:
    """Compute the root by the recursive words of RFC 9162, as an oracle."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = recursive_root(leaves[:split]), recursive_root(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("size", [*range(18), 31, 32, 33, 100])
def test_the_tree_root_follows_the_rfc(size: int) -> None:
    """RFC 9162, section 2.1.1."""
    leaves = [bytes([n % 256]) * (n % 5) for n in range(size)]
    assert tree_root(leaves) == recursive_root(leaves)


def test_the_tree_root_has_known_values() -> None:
    """Known-answer roots: the empty tree, and the tree of one empty leaf."""
    assert tree_root([]).hex() == (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )
    assert tree_root([b""]).hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
