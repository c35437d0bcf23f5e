"""A hint says a few bits, shared by several, and nothing without its key (decision 25)."""

import hashlib
import hmac
import math
import uuid
from collections.abc import Callable

import pytest

from cases.domain.names import key_of
from cases.vault import hints
from cases.vault.errors import InvalidValue

COMMISSION = uuid.UUID(int=7).bytes


def coded(key: bytes) -> Callable[[bytes], bytes]:
    """Return an HMAC under a key, as a provider gives it."""
    return lambda said: hmac.new(key, said, hashlib.sha256).digest()


def said(name: str = "Dupont", year: int = 1968, commission: bytes = COMMISSION) -> bytes:
    """Return what is hashed of somebody."""
    return hints.message(commission, key_of([name, "Camille"]), year)


@pytest.mark.parametrize("population", [8, 16, 34, 64, 100, 128, 175, 256, 408, 1000, 5000, 60000])
def test_each_value_is_shared(population: int) -> None:
    """CipherSweet: 2 ≤ R / 2^b < √R; 6 to 8 bits from 128 situations on."""
    bits = hints.bits_for(population)
    assert 2 <= population / 2**bits < math.sqrt(population)
    assert (6 <= bits <= 8) == (population >= 128)


def test_too_few_situations_have_no_hint() -> None:
    """Control: below eight, no length satisfies the rule, and none is made."""
    for population in range(8):
        assert hints.bits_for(population) == 0
        assert not any(2 <= population / 2**bits < math.sqrt(population) for bits in range(1, 9))
    with pytest.raises(InvalidValue):
        hints.make(coded(bytes(32)), said(), bits=0, version=1)
    with pytest.raises(InvalidValue):
        hints.make(coded(bytes(32)), said(), bits=6, version=64)


def test_a_hint_is_found_again_by_its_name_only() -> None:
    """Whatever its length, under every version that stands; another key finds nothing for sure."""
    key = bytes(range(32))
    for bits in range(1, 9):
        hint = hints.make(coded(key), said(), bits=bits, version=3)
        assert hint in hints.possible([(1, coded(b"x" * 32)), (3, coded(key))], said())
        assert hint not in hints.possible([(4, coded(key))], said())
        assert hints.version_of(hint) == 3
        assert hint < 2**15
    full = hints.make(coded(key), said(), bits=8, version=1)
    others = {
        hints.make(coded(key), said(year=year), bits=8, version=1) for year in range(1930, 2000)
    }
    assert len(others) > 40
    assert full != hints.make(coded(key), said(commission=bytes(16)), bits=8, version=1)


def test_few_bits_are_kept() -> None:
    """A thousand names share sixty-four values, none of them rare enough to name somebody."""
    key = coded(bytes(32))
    values = [hints.make(key, said(f"Nom{number}"), bits=6, version=1) for number in range(1000)]
    counts = sorted(values.count(value) for value in set(values))
    assert len(counts) == 64
    assert counts[0] >= 2
