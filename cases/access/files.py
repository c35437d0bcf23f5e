"""Open a file for a viewer: the decision of a text of its section and category, its key, its bytes.

Each request decides everything again, one range or the whole (T-24). The event is committed before
the first byte, and no byte goes out before the last chunk and those asked for are proved.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from cases import queries, storage
from cases.access import agreements, exceptional, keys, recording, summaries
from cases.access.facts import DocumentView, OpenSituation
from cases.access.situations import find, live_grants, reading_facts
from cases.access.texts import coverings, facts_of_text, opened_texts
from cases.domain.files import FileSort
from cases.domain.reading import GrantFacts, GrantLevel, readable
from cases.domain.sections import Section
from cases.files.kinds import KINDS
from cases.files.ranges import Part, part_of
from cases.models import Attachment, SealedDocument, Situation
from cases.permissions import Refused, Viewer
from cases.vault import files
from cases.vault.errors import VaultError

FILE = "file"
ALTERED = "file_altered"


class FileAltered(Exception):
    """The stored bytes, or their description, are not those that were sealed; it is alerted."""


@dataclass(frozen=True)
class FileLine:
    """A file as its section lists it; ``is_altered`` when its description is not its own."""

    id: uuid.UUID
    section: str
    category_label: str
    number: int = 0
    title: str = field(default="", repr=False)
    sort_label: str = ""
    extension: str = ""
    length: int = 0
    author: str = ""
    deposited_at: datetime | None = None
    is_altered: bool = False
    can_delete: bool = False
    is_proof: bool = False


@dataclass(frozen=True)
class OpenFile:
    """A part of a file about to be sent; iterating reads it, and closes it at the end."""

    name: str
    media_type: str
    length: int
    part: Part
    pieces: Pieces = field(repr=False)


class Pieces:
    """The bytes of a part, opened chunk by chunk."""

    def __init__(self, source: BinaryIO, opened: Iterator[bytes]) -> None:
        self._source, self._opened = source, opened

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._opened
        finally:
            self.close()

    def close(self) -> None:
        """Close the object, whether it was read or not."""
        self._source.close()


def lines(viewer: Viewer, opened: OpenSituation) -> dict[str, tuple[FileLine, ...]]:
    """Return the files of the sections that were just opened, oldest first; their showing stands.

    What was let be shown is the description, by the same decision as a text.
    """
    described = [
        document
        for section in opened.sections
        for document in section.documents
        if document.kind == FILE
    ]
    return of_documents(viewer, opened.situation.id, described)


def of_documents(
    viewer: Viewer, situation_id: uuid.UUID, described: list[DocumentView]
) -> dict[str, tuple[FileLine, ...]]:
    """Return the files of these descriptions, by section."""
    kept = [one for one in described if not (one.payload or {}).get("deleted")]
    if not kept:
        return {}
    situation = Situation.objects.select_related("commission").get(pk=situation_id)
    rows = {
        row.document_id: row
        for row in Attachment.objects.filter(
            situation=situation, document__in=[one.id for one in kept]
        )
    }
    grants = live_grants(viewer, situation)
    found: dict[str, list[FileLine]] = {}
    for document in kept:
        row = rows.get(document.id)
        line = _line(viewer, situation, document, row, grants.get(document.section))
        found.setdefault(document.section, []).append(line)
    return {section: tuple(lines) for section, lines in found.items()}


def _line(
    viewer: Viewer,
    situation: Situation,
    document: DocumentView,
    row: Attachment | None,
    grant: GrantFacts | None,
) -> FileLine:
    said = document.payload
    if row is None or said is None or not _is_described(row, said):
        if said is not None:
            # The other case has raised its own alert.
            _alert(viewer, situation, row.pk if row else document.id, document.section)
        return FileLine(
            row.pk if row else document.id,
            document.section,
            document.category_label,
            author=document.author,
            deposited_at=document.changed_at,
            is_altered=True,
        )
    return FileLine(
        id=row.pk,
        section=row.section,
        category_label=document.category_label,
        number=int(said["number"]),
        title=str(said["title"]),
        sort_label=FileSort(said["sort"]).label,
        extension=str(said["extension"]),
        length=int(said["length"]),
        author=document.author,
        deposited_at=row.created_at,
        can_delete=can_delete(viewer, row, grant) and row.agreement_id is None,
        is_proof=row.agreement_id is not None,
    )


def _is_described(row: Attachment, said: dict[str, Any]) -> bool:
    """Tell whether a sealed description is this row's: its seal holds place and category."""
    return (said.get("file"), said.get("section"), said.get("category")) == (
        str(row.pk),
        row.section,
        row.category,
    )


def can_delete(viewer: Viewer, row: Attachment, grant: GrantFacts | None) -> bool:
    """Tell whether the viewer may delete a file: its author, or whoever manages its section."""
    if grant is None or grant.is_dormant or not grant.is_current(viewer.at):
        return False
    is_author = row.created_by_id == viewer.user_id
    least = GrantLevel.CONTRIBUTE if is_author else GrantLevel.MANAGE
    return grant.level.rank >= least.rank


def description_of(row: Attachment) -> SealedDocument:
    """Return a file's sealed description, with what writing it again needs."""
    return SealedDocument.objects.select_related("situation__commission").get(pk=row.document_id)


def attachment(viewer: Viewer, situation: Situation, pk: uuid.UUID) -> Attachment:
    """Return a file's row in this very situation. Raises: Refused, alike when absent."""
    row = (
        Attachment.objects.filter(pk=pk, situation=situation)
        .select_related("document__created_by")
        .first()
    )
    if row is None:
        raise Refused(FILE, commission=situation.commission_id, objects=(situation.pk,))
    return row


def read(viewer: Viewer, code: str, pk: uuid.UUID, *, wanted: str = "") -> OpenFile:
    """Open a file for its viewer; ``wanted`` is the request's Range header.

    Raises: Refused; VaultLocked; FileAltered; Unsatisfiable; LedgerUnavailable.
    """
    situation = find(viewer, code, reads=True)
    row, source = _with_object(viewer, situation, attachment(viewer, situation, pk))
    try:
        return _proved(viewer, situation, row, source, wanted)
    except BaseException:
        if source is not None:
            source.close()
        raise


def _with_object(
    viewer: Viewer, situation: Situation, row: Attachment
) -> tuple[Attachment, BinaryIO | None]:
    """Return a row with its object open; a renewal may replace both between two looks."""
    try:
        return row, storage.open_object(row.stored_as)
    except storage.MissingObject:
        again = attachment(viewer, situation, row.pk)
    if again.stored_as == row.stored_as:
        return row, None
    try:
        return again, storage.open_object(again.stored_as)
    except storage.MissingObject:
        return again, None


def _proved(
    viewer: Viewer, situation: Situation, row: Attachment, source: BinaryIO | None, wanted: str
) -> OpenFile:
    """Decide, prove and record; only then give what reads the bytes."""
    ground, dek = _allowed(viewer, situation, row)
    said = keys.shown(viewer, situation, dek, row.document)
    if said is None:
        raise FileAltered
    if source is None or not _is_described(row, said):
        _alert(viewer, situation, row.pk, row.section)
        raise FileAltered
    context = files.FileContext(row.pk, situation.pk, row.section, row.key_version)
    try:
        length = files.plain_length(source)
        part = part_of(wanted, length)
        opened = files.open_range(_file_key(viewer, situation, row), source, context, *part[:2])
    except VaultError:
        opened = None
    if opened is None or length != said["length"]:
        _alert(viewer, situation, row.pk, row.section)
        raise FileAltered
    recording.shown(
        viewer,
        "file.shown",
        commission=situation.commission_id,
        objects=(situation.pk, row.pk),
        sections=[row.section],
        purpose=ground,
    )
    kind = KINDS[str(said["extension"])]
    name = f"piece-{situation.code}-{said['number']}.{kind.extension}"
    return OpenFile(name, kind.media_type, length, part, Pieces(source, opened))


def _allowed(viewer: Viewer, situation: Situation, row: Attachment) -> tuple[str, bytes]:
    """Decide as for a text of the file's section and category; return the ground and the key.

    The key is that of its description. Raises: Refused, once it is recorded; VaultLocked.
    """
    held = queries.grants(situation)
    grants = live_grants(viewer, situation, held)
    agreed = agreements.standing(situation, viewer.at)
    facts = reading_facts(viewer, situation, grants, Section(row.section), agreed)
    facts = exceptional.with_emergency(viewer, situation, held, facts)
    covered = coverings(situation, {row.section: facts}, agreed)[row.section]
    verdicts = [
        readable(facts),
        readable(facts_of_text(facts, row.document, covered)),
        # Its own category too: the row's and its description's must both be open.
        readable(facts_of_text(facts, _as_text(row), covered)),
    ]
    dek = None
    if all(verdict.allow for verdict in verdicts):
        dek = keys.open_keys(viewer, situation).deks.get((row.section, row.document.key_version))
    if dek is None or row.document.section != row.section:
        recording.denied(
            viewer,
            "file.denied",
            commission=situation.commission_id,
            objects=(situation.pk, row.pk),
            sections=[row.section],
            purpose=next((one.reason for one in verdicts if not one.allow), "keys"),
        )
        raise Refused(FILE, commission=situation.commission_id, objects=(situation.pk, row.pk))
    return exceptional.ground_of(verdicts[1:2]), dek


def _as_text(row: Attachment) -> SealedDocument:
    """Return a file's row as a text: its category, its author, its day."""
    return SealedDocument(
        section=row.section,
        category=row.category,
        created_by_id=row.created_by_id,
        created_at=row.created_at,
        changed_at=row.created_at,
    )


def _file_key(viewer: Viewer, situation: Situation, row: Attachment) -> bytes:
    """Return the key of the version under which the bytes are sealed, none's when it is shut."""
    opened = keys.open_keys(viewer, situation).deks.get((row.section, row.key_version))
    return opened if opened is not None else b""


def _alert(viewer: Viewer, situation: Situation, pk: uuid.UUID, section: str) -> None:
    recording.alert(
        viewer,
        ALTERED,
        commission=situation.commission_id,
        objects=(situation.pk, pk),
        sections=[section],
    )


def of_identity(viewer: Viewer, code: str) -> tuple[FileLine, ...]:
    """Return the files that go with the identity, once its own gesture was recorded.

    Raises: Refused; VaultLocked; LedgerUnavailable.
    """
    situation = find(viewer, code, reads=True)
    section = Section.IDENTITY.value
    held = queries.grants(situation)
    grants = live_grants(viewer, situation, held)
    agreed = agreements.standing(situation, viewer.at)
    facts = reading_facts(viewer, situation, grants, Section.IDENTITY, agreed)
    facts = exceptional.with_emergency(viewer, situation, held, facts)
    if not readable(facts).allow:
        return ()
    covered = coverings(situation, {section: facts}, agreed)[section]
    rows = list(
        SealedDocument.objects.filter(situation=situation, section=section, kind=FILE)
        .select_related("created_by")
        .order_by("created_at", "id")
    )
    opened = keys.open_keys(viewer, situation)
    described = opened_texts(viewer, situation, section, facts, opened, rows, covered)
    return of_documents(viewer, situation.pk, described).get(section, ())


def described(viewer: Viewer, code: str, pk: uuid.UUID) -> tuple[Situation, Attachment, FileLine]:
    """Return a file with its description, whose showing is recorded.

    Raises: Refused; VaultLocked; LedgerUnavailable.
    """
    situation = find(viewer, code)
    row = attachment(viewer, situation, pk)
    ground, dek = _allowed(viewer, situation, row)
    recording.shown(
        viewer,
        "document.shown",
        commission=situation.commission_id,
        objects=(situation.pk, row.document_id),
        sections=[row.section],
        purpose=ground,
    )
    document = DocumentView(
        id=row.document_id,
        kind=FILE,
        section=row.section,
        category=row.category,
        category_label="",
        payload=keys.shown(viewer, situation, dek, row.document),
        author=summaries.name_of(row.document.created_by),
        changed_at=row.document.changed_at,
    )
    grant = live_grants(viewer, situation).get(row.section)
    return situation, row, _line(viewer, situation, document, row, grant)
