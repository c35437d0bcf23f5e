"""T-11: a commission's officers and public keys change only under two signatures."""

from dataclasses import replace

import pytest

from cases.vault.errors import BadSignature, InvalidValue, UnknownFormat
from cases.vault.roots import RootStatement, read_root, verify_chain
from tests.pure.vault import cast

FIRST = cast.root()
PINNED = FIRST.fingerprint
ONE = cast.signed_root(FIRST, cast.CLAIRE, cast.DENIS)
# Luc takes Claire's place.
SECOND = cast.root(serial=2, previous=PINNED, officers=(cast.LUC.public, cast.DENIS.public))
TWO = cast.signed_root(SECOND, cast.CLAIRE, cast.DENIS)
THIRD = cast.root(
    serial=3, previous=SECOND.fingerprint, officers=(cast.LUC.public, cast.NADIA.public)
)
# Denis is gone: Luc and the trustees.
THREE = cast.signed_root(THIRD, cast.LUC, cast.RECOVERY_SIGNER)


def test_control_the_chain_holds_from_any_pin() -> None:
    assert verify_chain([ONE], PINNED) == FIRST
    assert verify_chain([ONE, TWO, THREE], PINNED) == THIRD
    assert verify_chain([ONE, TWO, THREE], THIRD.fingerprint) == THIRD
    assert verify_chain([ONE, TWO], None) == SECOND
    assert read_root(TWO) == SECOND
    assert SECOND.has_officer(cast.LUC.public)
    assert not SECOND.has_officer(cast.CLAIRE.public)


@pytest.mark.parametrize(
    "signers",
    [
        (cast.CLAIRE,),
        (cast.CLAIRE, cast.CLAIRE),
        (cast.CLAIRE, cast.NADIA),
        (cast.NADIA, cast.LUC),
        (cast.RECOVERY_SIGNER,),
        (cast.LUC, cast.DENIS),
    ],
    ids=["one", "twice", "a stranger", "strangers", "trustees alone", "the newcomer"],
)
def test_t11_one_person_never_changes_the_officers(signers: tuple[object, ...]) -> None:
    forged = cast.signed_root(SECOND, *signers)
    with pytest.raises(BadSignature):
        verify_chain([ONE, forged], PINNED)


@pytest.mark.parametrize(
    "change",
    [
        {"recovery": cast.NEW_RECOVERY.public},
        {"recovery_signing": cast.LUC.public.signing},
        {"statistics": cast.NEW_RECOVERY.public},
        {"officers": (cast.LUC.public, cast.CLAIRE.public)},
        {"commission": cast.OTHER_SITUATION},
    ],
)
def test_t11_a_changed_root_under_the_old_signatures(change: dict[str, object]) -> None:
    forged = replace(SECOND, **change).to_bytes() + TWO[-128:]
    with pytest.raises(BadSignature):
        verify_chain([ONE, forged], PINNED)
    # The pinned one itself: another text has another fingerprint.
    first = replace(FIRST, **change).to_bytes() + ONE[-128:]
    with pytest.raises(BadSignature):
        verify_chain([first], PINNED)


def test_t11_links_missing_swapped_or_of_another_chain() -> None:
    for blobs in ([], [TWO], [ONE, THREE], [ONE, TWO, ONE], [ONE, TWO, TWO]):
        with pytest.raises(BadSignature):
            verify_chain(blobs, PINNED)
    stranger = cast.root(officers=(cast.LUC.public, cast.NADIA.public))
    forged = cast.signed_root(stranger, cast.LUC, cast.NADIA)
    with pytest.raises(BadSignature):
        verify_chain([forged, TWO], PINNED)
    # Without a pin, a whole chain of a stranger's would be believed: production demands one.
    assert verify_chain([forged], None) == stranger


def test_t11_every_byte_and_truncation() -> None:
    step = 37  # A root is seven kilobytes: a sample of its bytes, all of its head and tail.
    places = {*range(12), *range(12, len(TWO) - 140, step), *range(len(TWO) - 130, len(TWO))}
    for place in sorted(places):
        flipped = TWO[:place] + bytes((TWO[place] ^ 1,)) + TWO[place + 1 :]
        with pytest.raises((BadSignature, UnknownFormat)):
            verify_chain([ONE, flipped], PINNED)
    for size in range(0, len(TWO), 97):
        with pytest.raises((BadSignature, UnknownFormat)):
            verify_chain([ONE, TWO[:size]], PINNED)


@pytest.mark.parametrize(
    "change",
    [
        {"serial": 0},
        {"serial": True},
        {"serial": 2},
        {"previous": PINNED},
        {"officers": (cast.CLAIRE.public,)},
        {"officers": (cast.CLAIRE.public, cast.CLAIRE.public)},
        {"recovery": b""},
        {"recovery_signing": b"short"},
    ],
)
def test_a_root_that_cannot_be(change: dict[str, object]) -> None:
    with pytest.raises(InvalidValue):
        cast.root(**change)


def test_the_order_of_officers_says_nothing() -> None:
    turned: RootStatement = cast.root(officers=(cast.DENIS.public, cast.CLAIRE.public))
    assert turned.fingerprint == PINNED
