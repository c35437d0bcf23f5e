"""Keys in files at 0400, outside the tree: one file a purpose and version."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from deploy.keys.provider import KEY_BYTES, PURPOSES, KeyRefused, LocalKeys, ProviderDown


class FileKeys(LocalKeys):
    """Read ``<folder>/<purpose>.<version>.key``, 32 raw bytes readable by its owner only."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def read(self, purpose: str, version: int) -> bytes:
        """Return the key of a file. Raises: ProviderDown when absent or open to others."""
        path = self._path(purpose, version)
        try:
            with path.open("rb") as stream:
                mode = os.fstat(stream.fileno()).st_mode
                if stat.S_IMODE(mode) & 0o077:
                    raise ProviderDown(f"{path.name} is open to other users: chmod 0400")
                return stream.read()
        except OSError as missing:
            raise ProviderDown(f"{path.name} cannot be read") from missing

    def listed(self, purpose: str) -> tuple[int, ...]:
        """Return the versions of which a file stands. Raises: ProviderDown without the folder."""
        shape = re.compile(rf"{re.escape(purpose)}\.([1-9][0-9]*)\.key")
        try:
            names = os.listdir(self.folder)
        except OSError as missing:
            raise ProviderDown("the folder of keys cannot be read") from missing
        return tuple(sorted(int(found[1]) for name in names if (found := shape.fullmatch(name))))

    def new_version(self, purpose: str) -> int:
        """Write the next version's file, on the disk before it is used. Raises: KeyRefused."""
        version = self.current_version(purpose) + 1
        _write(self._path(purpose, version))
        return version

    def destroy(self, purpose: str, version: int) -> None:
        """Remove a former version's file. Raises: KeyRefused for the current one."""
        if version == self.current_version(purpose):
            raise KeyRefused(f"{purpose}: version {version} is the current one")
        self._path(purpose, version).unlink(missing_ok=True)

    def _path(self, purpose: str, version: int) -> Path:
        return self.folder / f"{purpose}.{version}.key"


def make_keys(folder: Path) -> None:
    """Write a fresh key for every purpose that has none (first installation)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for purpose in PURPOSES:
        if not FileKeys(str(folder)).listed(purpose):
            _write(folder / f"{purpose}.1.key")


def _write(path: Path) -> None:
    """Write a key under another name, then give it its own: no half-written key is ever listed."""
    unfinished = path.with_suffix(f".{os.getpid()}.new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(os.urandom(KEY_BYTES))
            stream.flush()
            os.fsync(stream.fileno())
        os.link(unfinished, path)  # Refused when another process made it meanwhile.
    except FileExistsError as raced:
        raise KeyRefused(f"{path.name} was made meanwhile") from raced
    finally:
        unfinished.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
