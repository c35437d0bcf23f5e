"""Files whose form came back wait for it, sealed to their sender alone (decision 50).

The key of each is random and wrapped to her public key: the service by itself opens none, and a
closed vault is no obstacle to keeping. They stay a day, and go at the first of: the form sent
again, her own click, the worker's.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from cases import storage
from cases.access.directory import directory_of
from cases.actions.acceptance import Received
from cases.domain.exceptions import DomainError
from cases.domain.files import MOST_WAITING, WAITING_HOURS
from cases.files.kinds import KINDS
from cases.models import FileDraft, Situation
from cases.permissions import Viewer
from cases.vault import documents, files, wraps
from cases.vault.errors import BadSignature, Tampered, VaultError
from cases.vault.identity import PublicIdentity

# Stands where a section's code would: no section has it.
PLACE = "draft"
VERSION = 1


class FileGone(DomainError):
    """The file was sent with another form, or is gone after a day."""

    code = "file_gone"
    message = "Cette pièce n’attend plus : elle a été envoyée, supprimée ou effacée. Renvoyez-la."


class TooManyWaiting(DomainError):
    """One person keeps a few files waiting, not more."""

    code = "file_waiting"
    message = (
        f"{MOST_WAITING} pièces attendent déjà : celle-ci n’est pas gardée. Envoyez-les ou "
        "supprimez-les, puis recommencez."
    )


@dataclass(frozen=True)
class Waiting:
    """A file that waits; its name is empty while the vault is closed."""

    id: uuid.UUID
    expires_at: datetime
    name: str = field(default="", repr=False)
    length: int = 0
    is_altered: bool = False


def keep(*, viewer: Viewer, situation: Situation, received: Received) -> Waiting:
    """Seal a file to its sender until tomorrow. Raises: TooManyWaiting; BadSignature."""
    held = FileDraft.objects.filter(
        user_id=viewer.user_id, situation=situation, expires_at__gt=viewer.at
    )
    if held.count() >= MOST_WAITING:
        raise TooManyWaiting
    public = _own_public(viewer, situation)
    dek = documents.new_data_key()
    draft = FileDraft(
        pk=uuid.uuid4(),
        situation=situation,
        user_id=viewer.user_id,
        commitment=documents.commitment(dek, situation.pk, PLACE, VERSION),
        stored_as=uuid.uuid4(),
        created_at=viewer.at,
        expires_at=viewer.at + timedelta(hours=WAITING_HOURS),
    )
    draft.wrap = wraps.wrap_key(dek, public.kem, _wrap_context(draft, public.key_id))
    said = {
        "name": received.name,
        "extension": received.kind.extension,
        "length": received.length,
        "sha256": received.original_sha256,
    }
    draft.blob = documents.seal_document(dek, said, _document_context(draft))
    sealed = files.seal_stream(dek, received.pieces(), _file_context(draft), received.length)
    storage.write(draft.stored_as, sealed)
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except BaseException:
        storage.remove(draft.stored_as)
        raise
    return Waiting(draft.pk, draft.expires_at, received.name, received.length)


def held(*, viewer: Viewer, situation: Situation) -> list[Waiting]:
    """Return the viewer's files that wait in a situation; those whose day is over go now."""
    rows = list(
        FileDraft.objects.filter(user_id=viewer.user_id, situation=situation).order_by("created_at")
    )
    _forget([row for row in rows if row.expires_at <= viewer.at])
    return [_told(viewer, row) for row in rows if row.expires_at > viewer.at]


def take_up(*, viewer: Viewer, situation: Situation, pk: uuid.UUID) -> Received:
    """Return a file that waits, as it was received. Raises: FileGone; VaultLocked; Tampered."""
    draft = _draft(viewer, situation, pk)
    dek, said = _opened(viewer, draft)

    def pieces() -> Iterator[bytes]:
        try:
            source = storage.open_object(draft.stored_as)
        except storage.MissingObject:
            raise Tampered from None
        with source:
            yield from files.open_stream(dek, source, _file_context(draft))

    return Received(
        KINDS[str(said["extension"])],
        str(said["name"]),
        int(said["length"]),
        str(said["sha256"]),
        pieces,
        waiting=draft.pk,
    )


def drop(*, viewer: Viewer, situation: Situation, pk: uuid.UUID) -> None:
    """Let a file that waits go, its bytes at the commit. Raises: FileGone."""
    _forget([_draft(viewer, situation, pk)])


def _draft(viewer: Viewer, situation: Situation, pk: uuid.UUID) -> FileDraft:
    draft = FileDraft.objects.filter(
        pk=pk, user_id=viewer.user_id, situation=situation, expires_at__gt=viewer.at
    ).first()
    if draft is None:
        raise FileGone
    return draft


def _forget(drafts: list[FileDraft]) -> None:
    if not drafts:
        return
    names = [draft.stored_as for draft in drafts]
    FileDraft.objects.filter(pk__in=[draft.pk for draft in drafts]).delete()
    transaction.on_commit(lambda: storage.remove(*names))


def _told(viewer: Viewer, draft: FileDraft) -> Waiting:
    if viewer.identity is None:
        return Waiting(draft.pk, draft.expires_at)
    try:
        _, said = _opened(viewer, draft)
    except VaultError:
        # A new identity since, or other bytes: it can only be sent again.
        return Waiting(draft.pk, draft.expires_at, is_altered=True)
    return Waiting(draft.pk, draft.expires_at, str(said["name"]), int(said["length"]))


def _opened(viewer: Viewer, draft: FileDraft) -> tuple[bytes, dict[str, object]]:
    """Open a draft's key and description. Raises: VaultLocked; VaultError."""
    identity = viewer.open_identity()
    context = _wrap_context(draft, identity.key_id)
    dek = wraps.unwrap_key(identity, bytes(draft.wrap), context)
    return dek, documents.open_document(dek, bytes(draft.blob), _document_context(draft))


def _own_public(viewer: Viewer, situation: Situation) -> PublicIdentity:
    """Return the viewer's public key: her open vault's, or the one that officers attest."""
    if viewer.identity is not None:
        return viewer.identity.public
    register = directory_of(viewer, situation.commission)
    for attested in (register.of_user, register.of_guest):
        try:
            return attested(viewer.user_id, viewer.at).public
        except BadSignature:
            continue
    raise BadSignature("directory_entry")


def _wrap_context(draft: FileDraft, key_id: str) -> wraps.WrapContext:
    return wraps.WrapContext(draft.situation_id, PLACE, VERSION, key_id, bytes(draft.commitment))


def _document_context(draft: FileDraft) -> documents.DocumentContext:
    return documents.DocumentContext(
        "cases_filedraft", draft.pk, PLACE, 1, draft.situation_id, VERSION
    )


def _file_context(draft: FileDraft) -> files.FileContext:
    return files.FileContext(draft.pk, draft.situation_id, PLACE, VERSION)
