"""T-10, T-14, T-15: a release's counts open in their place, under their key, and nowhere else."""

import pytest

from cases.vault.errors import InvalidValue, Tampered, UnknownFormat
from cases.vault.snapshots import CHECKPOINT, COUNTS, open_job, seal_job
from tests.pure.vault import cast

KEY, OTHER = cast.fixed("release job"), cast.fixed("another release job")
RELEASE, ELSEWHERE = cast.name("release"), cast.name("another release")
TEXT = '{"counts":{"examined":[{"total":57}]}}'
BLOB = seal_job(KEY, RELEASE, COUNTS, TEXT)
# Sealed once and kept: what was sealed yesterday opens for ever (T-15).
KEPT = bytes.fromhex(
    "ef014944bf8832c1857bf64ac381b2392344f36bc8d6587028715dc5a8ca1c7295b8dee4c726faa1c93bb63e"
    "21b11ba9430fb709a09e204bbbde81b81669cc200bcd646b210e4b3a09a84c2f7e0a12ee635fb8a9cd483d37"
    "7250bc5fd372"
)


def refused(blob: bytes, key: bytes = KEY, place: str = COUNTS, release: object = RELEASE) -> None:
    with pytest.raises((Tampered, UnknownFormat)) as caught:
        open_job(key, release, place, blob)
    assert "57" not in str(caught.value)


def test_control_it_opens() -> None:
    assert open_job(KEY, RELEASE, COUNTS, BLOB) == TEXT
    assert open_job(KEY, RELEASE, COUNTS, KEPT) == TEXT


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_t10_every_byte(mask: int) -> None:
    for blob in cast.flips(BLOB, mask):
        refused(blob)


def test_t10_another_key_place_or_release() -> None:
    refused(BLOB, key=OTHER)
    refused(BLOB, place=CHECKPOINT)
    refused(BLOB, release=ELSEWHERE)
    refused(BLOB[:-1])
    refused(b"")


def test_the_key_has_its_size() -> None:
    with pytest.raises(InvalidValue):
        seal_job(KEY[:-1], RELEASE, COUNTS, TEXT)


def test_the_length_tells_a_bucket() -> None:
    longer = TEXT.replace("57", "157")
    assert len(seal_job(KEY, RELEASE, COUNTS, longer)) == len(BLOB)
    assert seal_job(KEY, RELEASE, COUNTS, TEXT) != BLOB
