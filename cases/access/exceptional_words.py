"""Words about an exceptional access, sealed under the server's key: who reviews it has no other.

The server can read them, and SECURITY.md says so: their forms ask to name nobody (decision 19 does
the same for answers to referrers).
"""

from __future__ import annotations

import uuid

from django.conf import settings

from cases.access import recording
from cases.models import ExceptionalAccess
from cases.permissions import Viewer

PURPOSE = "exceptional-words"
# What a row's two texts are bound to, after its id: one never stands for the other.
WORDS, CONCLUSION = b"words", b"conclusion"
ALTERED = "exceptional_words_altered"
ALTERED_WORDS = "Ce texte a été altéré : il n’est pas affiché. La DPO en est alertée."


def sealed(row: ExceptionalAccess, place: bytes, text: str) -> tuple[int, bytes]:
    """Seal one of a row's texts; return (provider version, blob)."""
    version, blob = settings.KEYS.wrap(PURPOSE, text.encode(), row.pk.bytes + place)
    return version, blob


def opened(viewer: Viewer, row: ExceptionalAccess, place: bytes, *, commission: uuid.UUID) -> str:
    """Return one of a row's texts, empty for none, or that it is altered, which raises the alert.

    The caller has recorded the showing. Raises: LedgerUnavailable.
    """
    blob, version = (
        (row.words, row.words_version)
        if place == WORDS
        else (row.conclusion_words, row.conclusion_version)
    )
    if blob is None:
        return ""
    try:
        plain: bytes = settings.KEYS.unwrap(PURPOSE, version, bytes(blob), row.pk.bytes + place)
    except settings.KEYS_REFUSED:
        recording.alert(viewer, ALTERED, commission=commission, objects=(row.situation_id, row.pk))
        return ALTERED_WORDS
    return plain.decode()
