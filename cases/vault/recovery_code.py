"""The recovery code of the *kit de secours*: 160 random bits on paper.

Promises: 36 signs in nine groups of four, the last four being a checksum, so that a typing mistake
is named as such and never taken for a wrong code.
"""

import os
from hashlib import sha256
from hmac import compare_digest

from cases.vault.encoding import lp
from cases.vault.errors import InvalidValue, WrongRecoveryCode
from cases.vault.printing import Unreadable, in_groups, plain, signs_of, spell, unspell

CODE_SIZE = 20
_CHECK_SIGNS = 4
_SIGNS = 32 + _CHECK_SIGNS


def new_recovery_code() -> str:
    """Make a code, ready to print; `parse_recovery_code` gives the slot's secret."""
    return format_recovery_code(os.urandom(CODE_SIZE))


def format_recovery_code(code: bytes) -> str:
    """Print the 20 bytes of a code.

    Raises: InvalidValue for another length.
    """
    if not isinstance(code, bytes) or len(code) != CODE_SIZE:
        raise InvalidValue("recovery_code")
    return in_groups(spell(code) + _checksum(code), 4)


def parse_recovery_code(text: str) -> bytes:
    """Read a typed code: 20 bytes. Case, spaces and dashes do not matter.

    Raises: WrongRecoveryCode, whose message says what to correct.
    """
    signs = signs_of(text)
    if len(signs) != _SIGNS:
        raise WrongRecoveryCode(
            "recovery_code_length",
            f"Le code de secours compte {_SIGNS} caractères ; vous en avez saisi {len(signs)}.",
        )
    try:
        code = unspell(signs[:32])
        check = plain(signs[32:])
    except Unreadable:
        raise WrongRecoveryCode(
            "recovery_code_sign",
            "Le code de secours ne contient que des chiffres et des lettres, sans la lettre U ni "
            "signe particulier.",
        ) from None
    if not compare_digest(_checksum(code), check):
        raise WrongRecoveryCode(
            "recovery_code_checksum",
            "Le code de secours contient une faute de frappe : relisez-le groupe par groupe.",
        )
    return code


def _checksum(code: bytes) -> str:
    return spell(sha256(lp("clsm/recovery-code/v1", code)).digest())[:_CHECK_SIGNS]
