"""Sealed objects on disk: whole or absent, under names that say nothing.

Promises: an object appears under its name only once every byte is on the disk; folders are 0700,
objects 0600; a name is a random UUID, given by the row that owns the object. Nothing here knows a
key: what is given to be written is sealed already.
Must never: follow a link, write over an object, hold one whole in memory.

An object whose row was not committed, or whose row is gone, is swept (``manage.py sweep_files``).

Source: security.md §3; T-07, T-13, T-34.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

_PIECE = 2**20
_NAME = re.compile(r"\.?[0-9a-f]{32}(?:\.part)?")
READ_ONLY = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class MissingObject(Exception):
    """No object has this name: its row says more than the disk holds."""


def write(name: UUID, pieces: Iterable[bytes]) -> bytes:
    """Write an object and return its SHA-256; nothing is left of one that failed.

    Raises: FileExistsError for a name in use; OSError; whatever the pieces raise.
    """
    path = _path(name)
    folder = path.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / f".{name.hex}.part"
    digest = hashlib.sha256()
    descriptor = os.open(unfinished, NEW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            for piece in pieces:
                digest.update(piece)
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        # Names are drawn at random: one in use is a defect, never a race.
        if path.exists():
            raise FileExistsError(name)
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync(folder)
    return digest.digest()


def open_object(name: UUID) -> BinaryIO:
    """Return an object open for reading. Raises: MissingObject."""
    try:
        return os.fdopen(os.open(_path(name), READ_ONLY), "rb")
    except OSError:
        raise MissingObject(str(name)) from None


def digest_of(name: UUID) -> bytes:
    """Return an object's SHA-256. Raises: MissingObject."""
    digest = hashlib.sha256()
    with open_object(name) as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.digest()


def size_of(name: UUID) -> int:
    """Return an object's length, 0 when it is missing."""
    try:
        return _path(name).stat(follow_symlinks=False).st_size
    except OSError:
        return 0


def remove(*names: UUID) -> int:
    """Remove objects; return how many there were."""
    removed = 0
    for name in names:
        path = _path(name)
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        _sync(path.parent)
        removed += 1
    return removed


def stored() -> Iterator[tuple[Path, UUID, float]]:
    """Give every object with its name and the time it was written, unfinished ones included."""
    root = Path(settings.FILES_ROOT)
    if not root.is_dir():
        return
    for folder in sorted(root.iterdir()):
        if not folder.is_dir() or folder.is_symlink():
            continue
        for path in sorted(folder.iterdir()):
            if not _NAME.fullmatch(path.name) or path.is_symlink():
                continue
            try:
                written = path.stat().st_mtime
            except FileNotFoundError:
                continue
            yield path, UUID(hex=path.name.strip(".")[:32]), written


def _path(name: UUID) -> Path:
    # Two digits a folder: few entries each, however many files.
    return Path(settings.FILES_ROOT) / name.hex[:2] / name.hex


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
