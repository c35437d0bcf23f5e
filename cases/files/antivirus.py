"""Ask clamd what it knows of some bytes, by its INSTREAM command; fail closed.

Clean is the only answer that lets a file in: an error, a silence, a limit, an unknown word do not.
``address`` is ``unix:/path/of/the/socket`` or ``tcp:127.0.0.1:3310``: never another machine.

Source: decision 53c; security.md §3; T-33, T-58.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterable

from cases.files.refusals import FileRefused, NotScannable, NotScanned

SECONDS = 30.0
_PIECE = 64 * 1024
_MOST_REPLY = 4096


def scan(address: str, pieces: Iterable[bytes], *, seconds: float = SECONDS) -> None:
    """Return when clamd says that the bytes are clean.

    Raises: FileRefused("file_infected"); NotScannable over clamd's own size limit; NotScanned for
    everything else.
    """
    deadline = time.monotonic() + seconds
    try:
        with _connected(address, deadline) as line:
            is_cut = _send(line, pieces, deadline)
            reply = _reply(line, deadline)
    except (OSError, ValueError):
        raise NotScanned from None
    if b"size limit exceeded" in reply.lower():
        raise NotScannable
    if reply.endswith(b" FOUND"):
        raise FileRefused("file_infected")
    if reply != b"stream: OK" or is_cut:
        raise NotScanned


def _connected(address: str, deadline: float) -> socket.socket:
    kind, _, place = address.partition(":")
    if kind == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        target: object = place
    elif kind == "tcp":
        host, _, port = place.rpartition(":")
        if not ipaddress.ip_address(host.strip("[]")).is_loopback:
            raise ValueError("loopback only")
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        line = socket.socket(family, socket.SOCK_STREAM)
        target = (host.strip("[]"), int(port))
    else:
        raise ValueError("address")
    try:
        line.settimeout(_left(deadline))
        line.connect(target)  # type: ignore[arg-type]
    except BaseException:
        line.close()
        raise
    return line


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _send(line: socket.socket, pieces: Iterable[bytes], deadline: float) -> bool:
    """Send everything; True when clamd stopped listening, and has most often said why."""
    try:
        line.sendall(b"zINSTREAM\0")
        for piece in pieces:
            for start in range(0, len(piece), _PIECE):
                part = piece[start : start + _PIECE]
                line.settimeout(_left(deadline))
                line.sendall(len(part).to_bytes(4, "big") + part)
        line.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        return True
    return False


def _reply(line: socket.socket, deadline: float) -> bytes:
    said = b""
    while b"\0" not in said and len(said) < _MOST_REPLY:
        line.settimeout(_left(deadline))
        part = line.recv(1024)
        if not part:
            break
        said += part
    return said.partition(b"\0")[0].strip()
