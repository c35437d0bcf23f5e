"""T-32 and onboarding: recovery codes, passphrases, trustees' shares."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.vault.errors import InvalidValue, WeakPassphrase, WrongRecoveryCode, WrongShares
from cases.vault.identity import KemPair, new_recovery_seed
from cases.vault.passphrases import check_passphrase
from cases.vault.printing import Unreadable, spell, unspell
from cases.vault.recovery import _interpolate, combine, parse_share, split
from cases.vault.recovery_code import (
    format_recovery_code,
    new_recovery_code,
    parse_recovery_code,
)
from tests.pure.vault import cast

CODE = format_recovery_code(cast.fixed("code", 20))
SECRET = cast.fixed("recovery")
SHARES = split(SECRET, 3, 5)


@given(st.binary(max_size=60))
def test_signs_come_back(raw: bytes) -> None:
    assert unspell(spell(raw)) == raw
    assert unspell(spell(raw).lower().upper()) == raw


@pytest.mark.parametrize("signs", ["U", "AU", "É0", "0", "01Z", "000"])
def test_signs_have_one_form(signs: str) -> None:
    with pytest.raises(Unreadable):
        unspell(signs)


def test_recovery_code_is_read_however_it_is_typed() -> None:
    code = cast.fixed("code", 20)
    as_typed = [
        CODE,
        CODE.lower(),
        CODE.replace("-", ""),
        CODE.replace("-", " "),
        f"  {CODE} \n",
        CODE.replace("-", " – "),
        CODE.replace("0", "O").replace("1", "l"),
        CODE.replace("0", "o").replace("1", "I"),
    ]
    for text in as_typed:
        assert parse_recovery_code(text) == code
    assert len({new_recovery_code() for _ in range(20)}) == 20
    assert len(parse_recovery_code(new_recovery_code())) == 20


def test_recovery_code_every_typing_mistake_is_named() -> None:
    signs = CODE.replace("-", "")
    for place, sign in enumerate(signs):
        other = "7" if sign != "7" else "8"
        with pytest.raises(WrongRecoveryCode) as caught:
            parse_recovery_code(signs[:place] + other + signs[place + 1 :])
        assert caught.value.code == "recovery_code_checksum"
    with pytest.raises(WrongRecoveryCode) as caught:
        parse_recovery_code(signs[:-1])
    assert caught.value.code == "recovery_code_length"
    assert "35" in caught.value.message
    with pytest.raises(WrongRecoveryCode) as caught:
        parse_recovery_code("U" + signs[1:])
    assert caught.value.code == "recovery_code_sign"
    with pytest.raises(InvalidValue):
        format_recovery_code(b"short")


OWN_WORDS = ("Claire Morel", "claire.morel@metz.example", "Ville de Metz")


@pytest.mark.parametrize(
    "passphrase",
    [
        "quatre chats à la fenêtre",
        "le tuba de ma voisine est bleu",
        "Xk7 pluie tiède sur lavande",
        "日本語のとても長い合言葉ですよね本当",
        "metz brille sous la pluie d'octobre",
    ],
)
def test_good_passphrases(passphrase: str) -> None:
    check_passphrase(passphrase, OWN_WORDS)


@pytest.mark.parametrize(
    ("passphrase", "code"),
    [
        ("", "passphrase_short"),
        ("quatorze signes"[:14], "passphrase_short"),
        ("court          " + " " * 30, "passphrase_short"),
        ("a" * 513, "passphrase_long"),
        ("Je suis un mot de passe !", "passphrase_obvious"),
        ("aaaaaaaaaaaaaaaaaa", "passphrase_obvious"),
        ("abcabcabcabcabcabc", "passphrase_obvious"),
        ("012345678901234567", "passphrase_obvious"),
        ("abcdefghijklmnopqr", "passphrase_obvious"),
        ("zyxwvutsrqponmlkji", "passphrase_obvious"),
        ("MotDePasse-2026-CLSM", "passphrase_obvious"),
        ("Azertyuiop-2026-2026", "passphrase_obvious"),
        ("!!!!!!!!!!!!!!!!!!", "passphrase_obvious"),
        ("Claire Morel, ville de Metz", "passphrase_personal"),
        ("morel.claire.metz.57", "passphrase_personal"),
    ],
)
def test_bad_passphrases(passphrase: str, code: str) -> None:
    with pytest.raises(WeakPassphrase) as caught:
        check_passphrase(passphrase, OWN_WORDS)
    assert caught.value.code == code
    assert not passphrase or passphrase not in str(caught.value)


def test_t32_every_three_of_five_recover() -> None:
    for size in (3, 4, 5):
        for chosen in combinations(SHARES, size):
            assert combine(chosen) == SECRET
            assert combine(chosen[::-1]) == SECRET


def test_t32_two_do_not() -> None:
    for chosen in [*combinations(SHARES, 2), *combinations(SHARES, 1), ()]:
        with pytest.raises(WrongShares) as caught:
            combine(chosen)
        assert caught.value.code == "shares_missing"
    twice = (SHARES[0], SHARES[1], SHARES[1])
    with pytest.raises(WrongShares):
        combine(twice)
    for first, second in combinations(SHARES, 2):
        lowered = [replace(share, threshold=2) for share in (first, second)]
        with pytest.raises(WrongShares) as caught:
            combine(lowered)
        assert caught.value.code == "share_altered"


def test_two_shares_of_one_set_fit_every_secret() -> None:
    """A third share can be found that leads two given ones to any byte: two tell nothing."""
    reached = set()
    for value in range(256):
        third = replace(SHARES[2], data=bytes((value,)) + SHARES[2].data[1:])
        points = {share.index: share.data[:1] for share in (SHARES[0], SHARES[1], third)}
        reached.add(_interpolate(points, 0))
    assert len(reached) == 256


def test_t32_wrong_share_is_detected() -> None:
    for place in range(len(SHARES[1].data)):
        data = bytearray(SHARES[1].data)
        data[place] ^= 1
        wrong = replace(SHARES[1], data=bytes(data))
        for others in ((SHARES[0], SHARES[2]), (SHARES[0], SHARES[2], SHARES[3])):
            with pytest.raises(WrongShares) as caught:
                combine([*others, wrong])
            assert caught.value.code == "share_altered"
    contradiction = replace(SHARES[1], data=bytes(len(SHARES[1].data)))
    with pytest.raises(WrongShares):
        combine([*SHARES[:3], contradiction])
    assert combine([*SHARES[:3], SHARES[1]]) == SECRET
    renamed = replace(SHARES[3], index=2)
    with pytest.raises(WrongShares):
        combine([SHARES[0], SHARES[2], renamed])


def test_t32_foreign_share_is_named() -> None:
    foreign = split(SECRET, 3, 5)
    with pytest.raises(WrongShares) as caught:
        combine([SHARES[0], SHARES[1], foreign[4]])
    assert caught.value.code == "shares_mixed"
    assert "5" in caught.value.message
    disguised = replace(foreign[4], set_id=SHARES[0].set_id)
    with pytest.raises(WrongShares) as caught:
        combine([SHARES[0], SHARES[1], disguised])
    assert caught.value.code == "share_altered"


def test_share_lines() -> None:
    for share in SHARES:
        line = share.line()
        assert parse_share(line) == share
        assert parse_share(line.lower()) == share
        assert parse_share("  " + line.replace("-", " ").replace(" ", "  ") + "\n") == share
        assert share.data.hex() not in repr(share)


def test_share_every_typing_mistake_is_named() -> None:
    line = SHARES[0].line()
    for place, sign in enumerate(line):
        if sign in "- ":
            continue
        other = "7" if sign != "7" else "8"
        with pytest.raises(WrongShares):
            parse_share(line[:place] + other + line[place + 1 :])
    words = line.split(" ")
    for broken in ("", "PART1", " ".join(words[:-1]), " ".join(words[1:])):
        with pytest.raises(WrongShares):
            parse_share(broken)


@given(st.binary(min_size=1, max_size=100), st.integers(2, 5), st.integers(0, 4))
def test_split_and_combine_any_secret(secret: bytes, threshold: int, spare: int) -> None:
    shares = split(secret, threshold, threshold + spare)
    assert combine(shares[-threshold:]) == secret


@pytest.mark.parametrize(("threshold", "total"), [(1, 5), (0, 0), (6, 5), (3, 256)])
def test_split_refuses_other_thresholds(threshold: int, total: int) -> None:
    with pytest.raises(InvalidValue):
        split(SECRET, threshold, total)


def test_recovery_pair_from_its_seed() -> None:
    seed = new_recovery_seed()
    pair = KemPair.from_seed(combine(split(seed, 2, 3)[1:]))
    assert pair.public == KemPair.from_seed(seed).public
    whole = KemPair.from_private_bytes(combine(split(pair.private_bytes(), 3, 5)[:3]))
    assert whole.public == pair.public
