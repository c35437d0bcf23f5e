"""T-32: the files that travel, the shares that rebuild, the signature of what is given."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cases.vault.errors import BadSignature, InvalidValue, UnknownFormat, WrongShares
from cases.vault.grants import sign_grant, sign_server_grant, verify_grant, verify_server_grant
from cases.vault.identity import KemPair
from cases.vault.offline import RefusedFile, read_answer, read_request
from cases.vault.recovery import split
from cases.vault.recovery_kit import (
    recovery_pair,
    recovery_signer,
    sign_recovery_grant,
    verify_recovery_grant,
)
from cases.vault.rewrapping import rebuild_seed, rewrap
from tests.pure.vault import cast

SEED = cast.fixed("recovery")
SHARES = split(SEED, 3, 5)


def edited(change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return the usual request with a field changed."""
    value = json.loads(cast.recovery_request().to_bytes())
    change(value)
    return json.dumps(value).encode()


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "format": (lambda v: v.update(format="clsm-recovery-request/2"), "« format »"),
    "commission": (lambda v: v.update(commission="metz"), "« commission »"),
    "key id": (lambda v: v.update(recovery_key_id="0" * 32), "« recovery_key_id »"),
    "public": (lambda v: v.update(recovery_public="AAAA"), "« recovery_public »"),
    "recipient": (lambda v: v.update(recipient=None), "« recipient »"),
    "user": (lambda v: v["recipient"].update(user=3), "« recipient.user »"),
    "identity": (lambda v: v["recipient"].update(public="?"), "« recipient.public »"),
    "no keys": (lambda v: v.update(keys=[]), "« keys »"),
    "key": (lambda v: v["keys"].append(1), "« keys[1] »"),
    "twice": (lambda v: v["keys"].append(v["keys"][0]), "« keys[1].grant »"),
    "wrap": (lambda v: v["keys"][0].update(wrap="é"), "« keys[0].wrap »"),
    "section": (lambda v: v["keys"][0].update(section="\x1b[2J"), "« keys[0].section »"),
    "version": (lambda v: v["keys"][0].update(version=True), "« keys[0].version »"),
    "commitment": (lambda v: v["keys"][0].update(commitment="ab"), "« keys[0].commitment »"),
    "naive": (lambda v: v["keys"][0].update(not_before="2026-11-01"), "« keys[0].not_before »"),
    "dates": (
        lambda v: v["keys"][0].update(not_after="2020-01-01T00:00:00Z"),
        "« keys[0].not_after »",
    ),
    "edge": (
        lambda v: v["keys"][0].update(not_after="9999-12-31T23:59:59-05:00"),
        "« keys[0].not_after »",
    ),
    "basis": (lambda v: v["keys"][0].update(basis="guest"), "« keys[0].basis »"),
    "missing": (lambda v: v["keys"][0].pop("level"), "« keys[0].level » : il manque"),
    "unknown": (lambda v: v["keys"][0].update(more=1), "inconnu se trouve dans « keys[0] »"),
    "new key": (lambda v: v.update(new_recovery_public=7), "« new_recovery_public »"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_request_names_its_field(name: str) -> None:
    change, expected = BROKEN[name]
    with pytest.raises(RefusedFile) as caught:
        read_request(edited(change))
    assert expected in caught.value.message
    read_request(edited(lambda value: value["keys"][0].update(agreement=None)))


def test_t32_two_false_shares_are_named() -> None:
    broken = [replace(share, data=bytes(len(share.data))) for share in SHARES[3:]]
    with pytest.raises(WrongShares) as caught:
        rebuild_seed([*broken, *SHARES[:3]])
    assert "4" in caught.value.message
    assert "5" in caught.value.message
    assert rebuild_seed(SHARES) == SEED


def test_the_recovery_signature_is_worth_nothing_elsewhere() -> None:
    signer = cast.RECOVERY_SIGNER
    statement = cast.recovery_statement()
    blob = sign_recovery_grant(signer, statement)
    assert verify_recovery_grant(signer.public, blob) == statement
    other = recovery_signer(cast.fixed("new recovery"))
    for public in (other.public, bytes(31), b"\xff" * 32):
        with pytest.raises(BadSignature):
            verify_recovery_grant(public, blob)
    for changed in cast.flips(blob):
        with pytest.raises((BadSignature, UnknownFormat)):
            verify_recovery_grant(signer.public, changed)
    with pytest.raises(BadSignature):
        verify_grant(cast.CLAIRE.public, blob)
    with pytest.raises(BadSignature):
        verify_server_grant(signer.public, blob)
    as_server = sign_server_grant(
        signer.sign, cast.grant_statement(grantor_key_id="0" * 32, basis="intake")
    )
    with pytest.raises(BadSignature):
        verify_recovery_grant(signer.public, as_server)
    with pytest.raises(BadSignature):
        verify_recovery_grant(
            cast.CLAIRE.public.signing, sign_grant(cast.CLAIRE, cast.grant_statement())
        )
    for change in (
        {"basis": "guest"},
        {"grantor": cast.name("claire")},
        {"grantor_key_id": other.key_id},
    ):
        with pytest.raises(InvalidValue):
            sign_recovery_grant(signer, cast.recovery_statement(**change))


def test_the_recovery_kit_comes_from_the_seed() -> None:
    assert recovery_pair(SEED).public == KemPair.from_seed(SEED).public
    assert recovery_signer(SEED).public == cast.RECOVERY_SIGNER.public
    assert recovery_signer(SEED).public not in recovery_pair(SEED).private_bytes()
    assert SEED.hex() not in repr(recovery_signer(SEED))
    for seed in (b"", bytes(31), bytes(33)):
        with pytest.raises(InvalidValue):
            recovery_signer(seed)


def test_the_answer_reads_back() -> None:
    answer, _refused = rewrap(SEED, cast.recovery_request())
    assert read_answer(answer.to_bytes()) == answer
    for change in ({"format": "clsm-recovery-request/1"}, {"keys": {}}, {"recovery_key_id": "A"}):
        with pytest.raises(RefusedFile):
            read_answer(json.dumps(json.loads(answer.to_bytes()) | change).encode())
    with pytest.raises(RefusedFile):
        read_request(answer.to_bytes())
