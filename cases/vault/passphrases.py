"""What a passphrase must be: long, and not a sentence anybody would try first.

Promises: length and guessability only; no rule of composition, no forced renewal.
Must never: keep or repeat the passphrase.

Source: OWASP ASVS 5.0 6.2.1–6.2.12; decision 17.
"""

import re
import unicodedata
from collections.abc import Iterable

from cases.vault.errors import WeakPassphrase

LEAST_LENGTH = 15
MOST_LENGTH = 512
_LEAST_OWN = 8
_LEAST_WORD = 3

# Sentences and keyboard walks that reach fifteen signs and that anybody tries first, written
# without accents, spaces or capitals.
_SENTENCES = """
jesuisunmotdepasse cestmonmotdepasse voicimonmotdepasse motdepassesecret
motdepassemotdepasse monmotdepassesecret ceciestunmotdepasse ceciestmonmotdepasse mettezunmotdepasse
jenaipasdemotdepasse motdepasseoublie motdepasseprovisoire changezmoisvp changezmoibientot
correcthorsebatterystaple correctchevalbatterieagrafe laissezmoientrer ouvretoisesame
sesameouvretoi ilfaitbeauaujourdhui bonjourtoutlemonde bonjourjemappelle jemappellemarie
libertegaliteegalite liberteegalitefraternite vivelafrance vivelafranceetlarepublique
jetaimemonamour jetaimepourtoujours moncoeurestatoi maisonmaisonmaison
enfantsdelapatrie allonsenfantsdelapatrie lejourdegloireestarrive
maitrecorbeausurunarbreperche lacigaleayantchante freresjacquesdormezvous
auclairdelalunemonamipierrot surlepontdavignon
etreounepasetre jepensedoncjesuis longtempsjemesuiscouchedebonneheure
conseillocaldesantementale santementalepourtous commissionsantementale
azertyuiopqsdfghjklm qwertyuiopasdfghjkl azertyuiop123456 motdepasse12345 password12345678
administrateur1 administrateur123 iloveyouforever letmeinletmein trustno1trustno1
"""
_OBVIOUS = frozenset(_SENTENCES.split())
# Fragments that add nothing to what is left once they are removed.
_FRAGMENTS = (
    "conseillocaldesantementale",
    "santementale",
    "motdepasse",
    "passphrase",
    "password",
    "administrateur",
    "commission",
    "azertyuiop",
    "qsdfghjklm",
    "qwertyuiop",
    "azerty",
    "qwerty",
    "soleil",
    "bonjour",
    "secret",
    "clsm",
)
_RUNS = ("0123456789012345678901234567890123456789", "abcdefghijklmnopqrstuvwxyzabcdefghij")


def check_passphrase(passphrase: str, own_words: Iterable[str] = ()) -> None:
    """Demand an acceptable passphrase; `own_words` are the member's names, e-mail, organisation.

    Raises: WeakPassphrase, whose message says what to change.
    """
    length = len(passphrase.strip())
    if length < LEAST_LENGTH:
        raise WeakPassphrase(
            "passphrase_short",
            f"Votre phrase de passe doit compter au moins {LEAST_LENGTH} caractères ; "
            f"celle-ci en compte {length}.",
        )
    if len(passphrase) > MOST_LENGTH:
        raise WeakPassphrase(
            "passphrase_long",
            f"Votre phrase de passe ne peut pas dépasser {MOST_LENGTH} caractères.",
        )
    bare = _bare(passphrase)
    if bare in _OBVIOUS or _is_repetition(bare) or _is_run(bare):
        raise _obvious()
    left = _without(bare, _FRAGMENTS)
    left = re.sub(r"(?:19|20)\d\d", "", left)
    if len(left) < _LEAST_OWN or _is_repetition(left) or _is_run(left):
        raise _obvious()
    words = {_bare(piece) for word in own_words for piece in re.split(r"[\s@.,'’_-]+", word)}
    own = sorted((word for word in words if len(word) >= _LEAST_WORD), key=len, reverse=True)
    if len(_without(left, own)) < _LEAST_OWN:
        raise WeakPassphrase(
            "passphrase_personal",
            "Votre phrase de passe ne doit pas reposer sur votre nom, votre adresse ou votre "
            "structure : ajoutez d'autres mots.",
        )


def _obvious() -> WeakPassphrase:
    return WeakPassphrase(
        "passphrase_obvious",
        "Cette phrase de passe est trop facile à deviner : choisissez par exemple quatre ou cinq "
        "mots sans rapport entre eux.",
    )


def _bare(text: str) -> str:
    """Reduce to lower-case signs without accents, spaces or punctuation, when that leaves any."""
    decomposed = unicodedata.normalize("NFKD", text).casefold().replace("œ", "oe")
    bare = "".join(sign for sign in decomposed if sign.isalnum())
    return bare or decomposed.strip()


def _without(text: str, fragments: Iterable[str]) -> str:
    for fragment in fragments:
        text = text.replace(fragment, "")
    return text


def _is_repetition(text: str) -> bool:
    """Tell whether one piece of at most six signs makes the whole text."""
    return any(
        (text[:size] * (len(text) // size + 1))[: len(text)] == text
        for size in range(1, min(6, len(text) // 2) + 1)
    )


def _is_run(text: str) -> bool:
    return any(text in run or text in run[::-1] for run in _RUNS)
