"""Write several files and a directory together, or none of them.

Everything is first written whole beside its place, then moved; when a move fails, those made are
undone. Only a machine that stops between two moves can leave them apart: the directory is moved
first, so that what may have been seen is known to the ledger inside it.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path


class Staged:
    """Texts written beside their places, not yet moved."""

    def __init__(self) -> None:
        self._mark = f".{secrets.token_hex(6)}"
        self._moves: list[tuple[Path, Path]] = []

    def directory(self, place: Path, texts: Mapping[str, str]) -> None:
        """Prepare a directory that will hold exactly these texts.

        Raises:
            OSError: it cannot be written.
        """
        staged = self._beside(place)
        staged.mkdir()
        for name, text in texts.items():
            _write(staged / name, text, 0o644)

    def file(self, place: Path, text: str, *, mode: int = 0o600) -> None:
        """Prepare a file; by default its owner alone may read it.

        Raises:
            OSError: it cannot be written.
        """
        _write(self._beside(place), text, mode)

    def move(self) -> None:
        """Move everything to its place, or nothing.

        Raises:
            OSError: a move failed; those before it were undone.
        """
        done: list[tuple[Path, Path | None]] = []
        try:
            for staged, place in self._moves:
                kept = place.with_name(place.name + self._mark + ".old")
                if place.is_dir():
                    place.rename(kept)
                    done.append((place, kept))
                    staged.rename(place)
                elif place.exists():
                    os.link(place, kept)
                    done.append((place, kept))
                    staged.replace(place)
                else:
                    done.append((place, None))
                    staged.rename(place)
        except BaseException:
            for place, old in reversed(done):
                _undo(place, old)
            raise
        for _, old in done:
            if old is not None:
                _remove(old)

    def clear(self) -> None:
        """Take away what was prepared and not moved."""
        for staged, _ in self._moves:
            _remove(staged)

    def _beside(self, place: Path) -> Path:
        """Name the place where a text is prepared, on the same disk."""
        staged = place.with_name(place.name + self._mark)
        self._moves.append((staged, place))
        return staged


@contextmanager
def all_or_nothing() -> Iterator[Staged]:
    """Give a place to prepare texts; they are moved at the end, unless something was raised."""
    staged = Staged()
    try:
        yield staged
        staged.move()
    finally:
        staged.clear()


def _undo(place: Path, old: Path | None) -> None:
    """Put back what stood in a place."""
    if old is None:
        _remove(place)
    elif old.is_dir():
        _remove(place)
        old.rename(place)
    else:
        old.replace(place)
        _remove(old)  # Two names of one file: replacing keeps both.


def _remove(path: Path) -> None:
    """Take away a file or a directory, if it is there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def _write(path: Path, text: str, mode: int) -> None:
    """Write a new file and have it on the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(handle)
