"""Keys in files at 0400, outside the tree: one file a purpose and version."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from deploy.keys.provider import KEY_BYTES, PURPOSES, LocalKeys, ProviderDown


class FileKeys(LocalKeys):
    """Read ``<folder>/<purpose>.<version>.key``, 32 raw bytes readable by its owner only."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def read(self, purpose: str, version: int) -> bytes:
        """Return the key of a file. Raises: ProviderDown when absent or open to others."""
        path = self.folder / f"{purpose}.{version}.key"
        try:
            with path.open("rb") as stream:
                mode = os.fstat(stream.fileno()).st_mode
                if stat.S_IMODE(mode) & 0o077:
                    raise ProviderDown(f"{path.name} is open to other users: chmod 0400")
                return stream.read()
        except OSError as missing:
            raise ProviderDown(f"{path.name} cannot be read") from missing


def make_keys(folder: Path) -> None:
    """Write a fresh key for every purpose that has none (first installation)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for purpose in PURPOSES:
        path = folder / f"{purpose}.1.key"
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(os.urandom(KEY_BYTES))
