"""Files sealed as streams: speed beside OpenSSL's own, a range read, memory flat with the size.

Architecture, budgets: at least 0.3 of ``openssl speed -evp aes-256-gcm`` at 16 KiB; a range of 1 kB
inside 20 MB in 2 ms; memory that does not follow the size. See ``tests/bench.py``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tracemalloc
import uuid
from collections.abc import Iterator
from typing import Any

from tests.measures import line, median

MEGABYTE = 10**6
BLOCK = 16 * 1024
LEAST_SPEED = 0.3
RANGE_SECONDS = 0.002
# The same chunks are held whatever the size: a little more is noise.
MOST_GROWTH = 1.15


def files() -> dict[str, dict[str, Any]]:
    """Measure sealing, reading a range, and the memory of both ways."""
    name, reference = reference_speed()
    ours = sealing_speed()
    speed = line(ours, reference, LEAST_SPEED, at_most=False)
    small, large = peak(MEGABYTE), peak(20 * MEGABYTE)
    return {
        f"sealing of a file, throughput versus {name}": {
            **speed,
            "mb_per_second": ours / MEGABYTE,
        },
        "range of 1 kB in 20 MB, versus 2 ms": line(range_read(), RANGE_SECONDS, 1.0),
        "peak memory of sealing and reading, 20 MB versus 1 MB": {
            **line(large, small, MOST_GROWTH),
            "peak_kb": large / 1000,
        },
    }


def reference_speed() -> tuple[str, float]:
    """Return what AES-256-GCM is measured against here, in bytes a second."""
    if program := shutil.which("openssl"):
        said = subprocess.run(
            [
                program,
                "speed",
                "-elapsed",
                *("-seconds", "2", "-bytes", str(BLOCK), "-evp"),
                "aes-256-gcm",
            ],
            capture_output=True,
            text=True,
        ).stdout
        found = re.search(r"AES-256-GCM\s+([\d.]+)k", said, re.IGNORECASE)
        if found:
            return "openssl speed at 16 KiB", float(found[1]) * 1000
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher, block = AESGCM(bytes(32)), bytes(BLOCK)
    number = 2000

    def act() -> None:
        for rank in range(number):
            cipher.encrypt(rank.to_bytes(12, "big"), block, b"")

    return "cryptography's AES-256-GCM at 16 KiB", number * BLOCK / median(act)


def sealing_speed() -> float:
    """Return how many bytes a second are sealed, from memory to nowhere."""
    from cases.vault.files import FileContext, seal_stream

    content = os.urandom(20 * MEGABYTE)
    context = FileContext(uuid.uuid4(), uuid.uuid4(), "housing", 1)

    def act() -> None:
        for _ in seal_stream(bytes(32), [content], context, len(content)):
            pass

    return len(content) / median(act, 7)


def range_read() -> float:
    """Return how long 1 kB takes from the middle of a stored object of 20 MB (seconds)."""
    from cases import storage
    from cases.vault.files import open_range

    name, context = _stored(20 * MEGABYTE)

    def act() -> None:
        with storage.open_object(name) as source:
            start = 10 * MEGABYTE
            assert (
                len(b"".join(open_range(bytes(32), source, context, start, start + 1000))) == 1000
            )

    try:
        return median(act)
    finally:
        storage.remove(name)


def peak(size: int) -> float:
    """Return the most memory that sealing a file to the disk and reading it back take (bytes)."""
    from cases import storage
    from cases.vault.files import open_stream

    tracemalloc.start()
    try:
        name, context = _stored(size)
        with storage.open_object(name) as source:
            assert sum(map(len, open_stream(bytes(32), source, context))) == size
        return float(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()
        storage.remove(name)


def _stored(size: int) -> tuple[uuid.UUID, Any]:
    """Store a sealed object of so many bytes, made as it is written."""
    from cases import storage
    from cases.vault.files import FileContext, seal_stream

    def pieces() -> Iterator[bytes]:
        for start in range(0, size, 50_000):
            yield bytes(min(50_000, size - start))

    name = uuid.uuid4()
    context = FileContext(uuid.uuid4(), uuid.uuid4(), "housing", 1)
    storage.write(name, seal_stream(bytes(32), pieces(), context, size))
    return name, context
