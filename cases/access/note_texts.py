"""Words of notes, sealed under the server's key until two persons have checked them (C-98).

The server can read them, and SECURITY.md says so: their form asks to name nobody, but nobody has
verified it yet, and a copy of the database must not tell more than what was published.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from django.conf import settings

from cases.access import recording
from cases.access.search import identities_held
from cases.domain.note_identities import Held, held
from cases.models import ReleaseNote
from cases.permissions import MEMBER_ROLES, Viewer

PURPOSE = "note-words"
ALTERED = "note_words_altered"


@dataclass(frozen=True)
class NoteText:
    """The title and the text of a note, as written."""

    title: str = field(repr=False)
    text: str = field(repr=False)


def sealed(row: ReleaseNote, said: NoteText) -> tuple[int, bytes]:
    """Seal the words of a note for its row; return (provider version, blob)."""
    words = json.dumps([said.title, said.text], ensure_ascii=False).encode()
    version, blob = settings.KEYS.wrap(PURPOSE, words, row.pk.bytes)
    return version, blob


def opened(viewer: Viewer, row: ReleaseNote) -> NoteText | None:
    """Return the words of a note, None when they are gone or altered, which raises the alert.

    The caller has recorded the showing. Raises: LedgerUnavailable.
    """
    if row.words is None:
        return None
    try:
        plain = settings.KEYS.unwrap(PURPOSE, row.words_version, bytes(row.words), row.pk.bytes)
    except settings.KEYS_REFUSED:
        recording.alert(viewer, ALTERED, commission=row.commission_id, objects=(row.pk,))
        return None
    title, text = json.loads(plain)
    return NoteText(title, text)


def digest(row: ReleaseNote, said: NoteText) -> str:
    """Return what an approval approves: words, origin, subject (224 bits in hexadecimal)."""
    told = [str(row.pk), said.title, said.text, row.basis, row.category, row.missing_offer]
    words = json.dumps(told, ensure_ascii=False).encode()
    return hashlib.sha256(words).hexdigest()[: recording.PROVED_DIGITS]


def known_to(viewer: Viewer) -> Held:
    """Return the words of the identities that the viewer may open; empty for the DPO alone.

    Raises: VaultLocked; LedgerUnavailable.
    """
    if not viewer.commissions_with(MEMBER_ROLES):
        return held([])
    viewer.open_identity()
    return held(identities_held(viewer))
