"""A clamd of the tests: speaks its protocol on a socket of its own, and misbehaves when asked."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.pure.files.corpus import EICAR


class Clamd:
    """What was asked of it, and how it answers: honest, silent, limit, error, broken, mute."""

    def __init__(self, address: str, manner: str) -> None:
        self.address, self.manner = address, manner
        self.scanned: list[bytes] = []

    def serve(self, line: socket.socket) -> None:
        """Answer one client."""
        with line:
            if self.manner == "broken":
                return
            asked = _exactly(line, 10)
            if asked != b"zINSTREAM\0":
                line.sendall(b"UNKNOWN COMMAND\0")
                return
            if self.manner == "limit":
                line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
            content = b""
            while size := int.from_bytes(_exactly(line, 4), "big"):
                content += _exactly(line, size)
            self.scanned.append(content)
            if self.manner == "silent":
                line.recv(1)
            elif self.manner == "mute":
                return
            elif self.manner == "error":
                line.sendall(b"stream: lstat() failed. ERROR\0")
            elif EICAR in content:
                line.sendall(b"stream: Win.Test.EICAR_HDB-1 FOUND\0")
            else:
                line.sendall(b"stream: OK\0")


def _exactly(line: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        part = line.recv(size - len(got))
        if not part:
            raise ConnectionError
        got += part
    return got


@contextmanager
def clamd(manner: str = "honest", *, tcp: bool = False) -> Iterator[Clamd]:
    """Run a clamd for the block."""
    with tempfile.TemporaryDirectory(prefix="clsm-clamd-") as folder:
        listener = socket.socket(socket.AF_INET if tcp else socket.AF_UNIX, socket.SOCK_STREAM)
        place: Any = ("127.0.0.1", 0) if tcp else str(Path(folder) / "clamd.ctl")
        listener.bind(place)
        listener.listen()
        listener.settimeout(0.05)
        address = f"tcp:127.0.0.1:{listener.getsockname()[1]}" if tcp else f"unix:{place}"
        served, ended = Clamd(address, manner), threading.Event()

        def listen() -> None:
            while not ended.is_set():
                try:
                    line, _ = listener.accept()
                except OSError:
                    continue
                line.settimeout(5)
                try:
                    served.serve(line)
                except OSError:
                    continue

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield served
        finally:
            ended.set()
            thread.join()
            listener.close()
