"""T-11: signed grants and directory entries are what was signed, by whom it was signed."""

import copy
import json
import pickle
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from cases.vault import directory
from cases.vault.encoding import canonical_json, u32
from cases.vault.errors import BadSignature, Expired, InvalidValue, UnknownFormat
from cases.vault.grants import (
    peek_grantor,
    sign_grant,
    verify_grant,
    wrap_digest,
)
from cases.vault.identity import Identity, PublicIdentity, generate_identity
from cases.vault.statements import signed_message
from tests.pure.vault import cast

STATEMENT = cast.grant_statement()
BLOB = sign_grant(cast.CLAIRE, STATEMENT)
ENTRY = cast.directory_entry()
ONCE = directory.sign(cast.CLAIRE, ENTRY)
TWICE = directory.countersign(cast.DENIS, ONCE, cast.CLAIRE.public)
OFFICERS = [cast.CLAIRE.public, cast.DENIS.public]


def test_control_the_grant_is_verified() -> None:
    assert verify_grant(cast.CLAIRE.public, BLOB) == STATEMENT
    assert peek_grantor(BLOB) == (STATEMENT.grantor, cast.CLAIRE.key_id)
    bare = cast.grant_statement(agreement=None, previous=cast.name("previous"))
    assert verify_grant(cast.CLAIRE.public, sign_grant(cast.CLAIRE, bare)) == bare


def test_t11_every_byte_and_truncation() -> None:
    for blob in [*cast.flips(BLOB), *(BLOB[:size] for size in range(len(BLOB))), BLOB + b"\0"]:
        with pytest.raises((BadSignature, UnknownFormat)):
            verify_grant(cast.CLAIRE.public, blob)


@pytest.mark.parametrize(
    "change",
    [
        {"not_after": cast.LATE + timedelta(days=365)},
        {"level": "manage"},
        {"section": "health"},
        {"situation": cast.OTHER_SITUATION},
        {"recipient": cast.name("luc"), "recipient_key_id": cast.LUC.key_id},
        {"commitment": cast.fixed("other")},
        {"wrap_sha256": cast.fixed("other")},
    ],
)
def test_t11_a_changed_grant_under_the_old_signature(change: dict[str, object]) -> None:
    forged = cast.grant_statement(**change).to_bytes() + BLOB[-64:]
    with pytest.raises(BadSignature):
        verify_grant(cast.CLAIRE.public, forged)


def test_t11_another_signer() -> None:
    with pytest.raises(BadSignature):
        verify_grant(cast.DENIS.public, BLOB)
    with pytest.raises(InvalidValue):
        sign_grant(cast.DENIS, STATEMENT)
    body = STATEMENT.to_bytes()
    forged = body + cast.DENIS.sign(signed_message("clsm/grant/v1", body))
    with pytest.raises(BadSignature):
        verify_grant(cast.DENIS.public, forged)


def test_a_signature_serves_one_purpose() -> None:
    body = STATEMENT.to_bytes()
    for label in ("clsm/directory/v1", "clsm/ticket/v1"):
        with pytest.raises(BadSignature):
            verify_grant(cast.CLAIRE.public, body + cast.CLAIRE.sign(signed_message(label, body)))
    right = body + cast.CLAIRE.sign(signed_message("clsm/grant/v1", body))
    assert verify_grant(cast.CLAIRE.public, right) == STATEMENT


@pytest.mark.parametrize(
    "change",
    [
        {"unknown": 1},
        {"level": None},
        {"level": 3},
        {"not_after": "2027-05-01T08:00:00+00:00"},
        {"not_after": "2026-10-01T08:00:00.000000Z"},
        {"grant": "no uuid"},
        {"grant": str(cast.GRANT).upper()},
        {"commitment": "00"},
        {"agreement": 0},
        {"grantor_key_id": cast.DENIS.key_id},
    ],
)
def test_signed_fields_are_read_strictly(change: dict[str, object]) -> None:
    text = canonical_json(STATEMENT.fields() | change)
    body = b"\xe6\x01" + u32(len(text)) + text
    signed = body + cast.CLAIRE.sign(signed_message("clsm/grant/v1", body))
    with pytest.raises(BadSignature):
        verify_grant(cast.CLAIRE.public, signed)


def test_grant_dates() -> None:
    STATEMENT.require_valid_at(cast.EARLY)
    STATEMENT.require_valid_at(cast.LATE - timedelta(microseconds=1))
    for at, code in [
        (cast.EARLY - timedelta(microseconds=1), "not_yet_valid"),
        (cast.LATE, "expired"),
    ]:
        with pytest.raises(Expired) as caught:
            STATEMENT.require_valid_at(at)
        assert caught.value.code == code
    with pytest.raises(InvalidValue):
        STATEMENT.require_valid_at(datetime(2026, 12, 1))  # noqa: DTZ001
    paris = timezone(timedelta(hours=1))
    same = cast.grant_statement(not_before=cast.EARLY.astimezone(paris))
    assert same.to_bytes() == STATEMENT.to_bytes()


@pytest.mark.parametrize(
    "change",
    [
        {"not_after": cast.EARLY},
        {"not_after": datetime(2027, 1, 1)},  # noqa: DTZ001
        {"not_before": "2026-11-01"},
        {"section": ""},
        {"grant": "text"},
        {"recipient_key_id": "ab"},
        {"commitment": b"short"},
        {"wrap_sha256": "ab" * 32},
        {"agreement": "text"},
    ],
)
def test_a_grant_that_means_nothing_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        cast.grant_statement(**change)


def test_grant_names_its_wrap() -> None:
    statement = cast.grant_statement(wrap_sha256=wrap_digest(b"wrap"))
    statement.require_wrap(b"wrap")
    with pytest.raises(BadSignature):
        statement.require_wrap(b"other")


def test_control_the_entry_is_verified() -> None:
    assert directory.verify(ONCE, OFFICERS, required=1) == ENTRY
    assert directory.verify(TWICE, OFFICERS, required=2) == ENTRY
    assert directory.verify(TWICE, OFFICERS[::-1], required=2) == ENTRY
    assert ENTRY.public.key_id == cast.NADIA.key_id


def test_t11_entry_every_byte_and_truncation() -> None:
    for blob in [*cast.flips(TWICE), *(TWICE[:size] for size in range(len(TWICE))), TWICE + b"\0"]:
        with pytest.raises((BadSignature, UnknownFormat)):
            directory.verify(blob, OFFICERS, required=2)


def test_t11_a_swapped_public_key() -> None:
    swapped = cast.directory_entry(public=cast.LUC.public).to_bytes()
    body = ENTRY.to_bytes()
    with pytest.raises(BadSignature):
        directory.verify(swapped + TWICE[len(body) :], OFFICERS, required=2)


@pytest.mark.parametrize(
    "change", [{"fingerprint": cast.LUC.key_id}, {"serial": "1"}, {"public": "é"}, {"extra": 1}]
)
def test_signed_entry_is_read_strictly(change: dict[str, object]) -> None:
    text = canonical_json(json.loads(ENTRY.to_bytes()[6:]) | change)
    body = b"\xe7\x01" + u32(len(text)) + text
    signed = body + cast.CLAIRE.sign(signed_message("clsm/directory/v1", body))
    with pytest.raises(BadSignature):
        directory.verify(signed, OFFICERS, required=1)


def test_officers_are_distinct_known_and_enough() -> None:
    signature = ONCE[len(ENTRY.to_bytes()) :]
    with pytest.raises(BadSignature) as caught:
        directory.verify(ONCE, OFFICERS, required=2)
    assert caught.value.code == "signature_missing"
    refused = [
        (ONCE + signature, OFFICERS, 2),
        (ONCE + signature, OFFICERS, 1),
        (TWICE, [cast.CLAIRE.public], 1),
        (TWICE, [], 1),
        (directory.sign(cast.LUC, ENTRY), OFFICERS, 1),
        (ENTRY.to_bytes(), OFFICERS, 1),
    ]
    for blob, officers, required in refused:
        with pytest.raises((BadSignature, UnknownFormat)):
            directory.verify(blob, officers, required)
    for required in (0, 3, True):
        with pytest.raises(InvalidValue):
            directory.verify(TWICE, OFFICERS, required)


def test_a_key_does_not_vouch_for_itself() -> None:
    with pytest.raises(InvalidValue):
        directory.sign(cast.NADIA, ENTRY)
    body = ENTRY.to_bytes()
    own = body + cast.NADIA.sign(signed_message("clsm/directory/v1", body))
    with pytest.raises(BadSignature):
        directory.verify(own, [*OFFICERS, cast.NADIA.public], required=1)


def test_countersigning() -> None:
    with pytest.raises(InvalidValue):
        directory.countersign(cast.CLAIRE, ONCE, cast.CLAIRE.public)
    with pytest.raises(BadSignature):
        directory.countersign(cast.DENIS, TWICE, cast.CLAIRE.public)
    with pytest.raises(BadSignature):
        directory.countersign(cast.DENIS, ONCE, cast.LUC.public)


def test_entry_dates() -> None:
    ENTRY.require_valid_at(cast.EARLY)
    with pytest.raises(Expired):
        ENTRY.require_valid_at(cast.LATE)
    for change in ({"serial": -1}, {"serial": True}, {"not_after": cast.EARLY}, {"member": "x"}):
        with pytest.raises(InvalidValue):
            replace(ENTRY, **change)


def test_identity_bytes() -> None:
    public = cast.NADIA.public
    assert PublicIdentity.from_bytes(public.to_bytes()) == public
    assert len(public.words()) == 8
    assert generate_identity().public.words() != public.words()
    for raw in (
        b"",
        public.to_bytes()[1:],
        b"\x02" + public.to_bytes()[1:],
        b"\x01" + b"\xff" * 1248,
    ):
        with pytest.raises(UnknownFormat):
            PublicIdentity.from_bytes(raw)
    for private in (b"", bytes(127), bytes(129)):
        with pytest.raises(InvalidValue):
            Identity.from_private_bytes(private)


def test_private_keys_are_not_copied() -> None:
    for holder in (cast.NADIA, cast.RECOVERY):
        for carry in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(InvalidValue):
                carry(holder)
    assert pickle.loads(pickle.dumps(cast.NADIA.public)) == cast.NADIA.public
