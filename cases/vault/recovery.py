"""Recovery shares: a secret split among trustees, so many of whom rebuild it.

Promises: fewer shares than the threshold tell nothing but the secret's length; a mistyped, foreign
or altered share is refused by name and never gives a wrong secret. Shares are printed as one line:
a label, signs, four words that check the signs.
Must never: run with a share stored on the server.

The secret is followed by 16 bytes of a hash of it and of the set before it is split (Shamir over
GF(2^8), polynomial 11B): the rebuilt bytes must carry that hash.

Source: security.md D6, §2.4 (recovery); T-32.
"""

import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest

from cases.vault.encoding import lp
from cases.vault.errors import InvalidValue, WrongShares
from cases.vault.printing import Unreadable, in_groups, signs_of, spell, unspell
from cases.vault.words import fingerprint_words

_LABEL = "PART1"
_VERSION = 0x01
_SET_SIZE = 6
_HEAD_SIZE = 1 + _SET_SIZE + 3
_DIGEST_SIZE = 16
_WORDS = 4
_GROUP = 5
_MOST_SECRET = 256


@dataclass(frozen=True)
class Share:
    """One trustee's share: `index` of `total`, `threshold` of which rebuild the set's secret."""

    set_id: bytes
    threshold: int
    total: int
    index: int
    data: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.set_id) != _SET_SIZE or not (
            2 <= self.threshold <= self.total <= 255 and 1 <= self.index <= self.total
        ):
            raise InvalidValue("share")
        if not _DIGEST_SIZE < len(self.data) <= _MOST_SECRET + _DIGEST_SIZE:
            raise InvalidValue("share")

    def line(self) -> str:
        """Print the share on one line."""
        numbers = bytes((self.threshold, self.total, self.index))
        raw = bytes((_VERSION,)) + self.set_id + numbers + self.data
        return f"{_LABEL} {in_groups(spell(raw), _GROUP)} {' '.join(_check_words(raw))}"


def split(secret: bytes, threshold: int, total: int) -> list[Share]:
    """Split a secret of 1 to 256 bytes into `total` shares, `threshold` of which rebuild it.

    Raises: InvalidValue unless 2 <= threshold <= total <= 255.
    """
    if not 1 <= len(secret) <= _MOST_SECRET or not 2 <= threshold <= total <= 255:
        raise InvalidValue("share")
    set_id = os.urandom(_SET_SIZE)
    proven = secret + _digest(secret, set_id)
    rows = [proven, *(os.urandom(len(proven)) for _ in range(threshold - 1))]
    return [
        Share(set_id, threshold, total, index, _evaluate(rows, index))
        for index in range(1, total + 1)
    ]


def combine(shares: Sequence[Share]) -> bytes:
    """Rebuild the secret; every share given must agree.

    Raises: WrongShares, whose message says what is wrong.
    """
    if not shares:
        raise WrongShares("shares_missing", "Saisissez au moins une part de secours.")
    first = shares[0]
    for share in shares:
        same = (share.set_id, share.threshold, share.total, len(share.data))
        if same != (first.set_id, first.threshold, first.total, len(first.data)):
            raise WrongShares(
                "shares_mixed",
                f"La part {share.index} ne vient pas de la même cérémonie que les autres.",
            )
    points: dict[int, bytes] = {}
    for share in shares:
        if not compare_digest(points.setdefault(share.index, share.data), share.data):
            raise WrongShares("share_altered", f"Deux parts {share.index} se contredisent.")
    if len(points) < first.threshold:
        raise WrongShares(
            "shares_missing",
            f"Il faut {first.threshold} parts différentes ; vous en avez donné {len(points)}.",
        )
    base = dict(list(points.items())[: first.threshold])
    proven = _interpolate(base, 0)
    secret, digest = proven[:-_DIGEST_SIZE], proven[-_DIGEST_SIZE:]
    agree = all(
        compare_digest(_interpolate(base, index), data)
        for index, data in points.items()
        if index not in base
    )
    if not agree or not compare_digest(digest, _digest(secret, first.set_id)):
        raise WrongShares("share_altered", "L'une des parts est fausse : la clé n'est pas rendue.")
    return secret


def parse_share(line: str) -> Share:
    """Read a printed or typed share; case, accents, spaces and dashes do not matter.

    Raises: WrongShares, whose message says what to correct.
    """
    tokens = [token for token in re.split(r"\s+", _flat(line)) if token]
    if len(tokens) < 2 + _WORDS or tokens[0] != _LABEL:
        raise WrongShares(
            "share_incomplete",
            f"Une part commence par {_LABEL} et finit par {_WORDS} mots : recopiez la ligne "
            "entière.",
        )
    try:
        raw = unspell(signs_of("".join(tokens[1:-_WORDS])))
    except Unreadable:
        raise _mistyped() from None
    words = tuple(token.lower() for token in tokens[-_WORDS:])
    if len(raw) <= _HEAD_SIZE or raw[0] != _VERSION or words != _check_words(raw):
        raise _mistyped()
    threshold, total, index = raw[1 + _SET_SIZE : _HEAD_SIZE]
    try:
        return Share(raw[1 : 1 + _SET_SIZE], threshold, total, index, raw[_HEAD_SIZE:])
    except InvalidValue:
        raise _mistyped() from None


def _mistyped() -> WrongShares:
    return WrongShares(
        "share_mistyped",
        "Cette part contient une faute de frappe : ses quatre derniers mots ne correspondent pas.",
    )


def _flat(line: str) -> str:
    decomposed = unicodedata.normalize("NFKD", line)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).upper()


def _check_words(raw: bytes) -> tuple[str, ...]:
    return fingerprint_words("clsm/share/v1", raw, count=_WORDS)


def _digest(secret: bytes, set_id: bytes) -> bytes:
    return sha256(lp("clsm/shamir/v1", set_id, secret)).digest()[:_DIGEST_SIZE]


def _multiply(left: int, right: int) -> int:
    """Multiply in GF(2^8) without a table, hence without memory access that depends on secrets."""
    product = 0
    for _ in range(8):
        product ^= left & -(right & 1)
        left = left << 1 ^ 0x11B & -(left >> 7)
        right >>= 1
    return product


def _invert(value: int) -> int:
    """Invert in GF(2^8): the 254th power."""
    result = 1
    for _ in range(254):
        result = _multiply(result, value)
    return result


def _evaluate(rows: Sequence[bytes], index: int) -> bytes:
    """Evaluate, byte by byte, the polynomials whose coefficients are the rows, constant first."""
    result = bytes(len(rows[0]))
    for row in reversed(rows):
        result = bytes(
            _multiply(byte, index) ^ coefficient
            for byte, coefficient in zip(result, row, strict=True)
        )
    return result


def _interpolate(points: dict[int, bytes], at: int) -> bytes:
    """Evaluate at `at` the polynomials of least degree through the points (Lagrange)."""
    result = bytes(len(next(iter(points.values()))))
    for index, data in points.items():
        weight = 1
        for other in points:
            if other != index:
                weight = _multiply(weight, _multiply(at ^ other, _invert(index ^ other)))
        result = bytes(
            total ^ _multiply(byte, weight) for total, byte in zip(result, data, strict=True)
        )
    return result
