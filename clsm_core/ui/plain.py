"""One way to compare words whatever their accents, case and ligatures (decision 7b)."""

from __future__ import annotations

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "’": "'", "‐": "-"})


def plain(text: str) -> str:
    """Return a text in lower case without accents, its spaces made single: a stored search key."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES).casefold())
    letters = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(letters.split())
