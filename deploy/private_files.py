"""Files that an operator keeps apart: written whole or not at all, readable by their owner only."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class FileRefused(ValueError):
    """A file or folder cannot be used; the text says why, in French."""


def write(path: Path, content: bytes) -> None:
    """Write a file at 0600 under another name, then give it its own; both are on the disk."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def require_apart(folder: Path, *public: str) -> None:
    """Require an existing folder outside the program and what it serves.

    Raises: FileRefused.
    """
    if not folder.is_dir():
        raise FileRefused("Ce dossier n’existe pas : créez-le, à 0700.")
    place = folder.resolve()
    for closed in (ROOT, *(Path(one) for one in public if one)):
        if place == closed.resolve() or closed.resolve() in place.parents:
            raise FileRefused("Choisissez un dossier hors du programme et de ses fichiers publics.")
