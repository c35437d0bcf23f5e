"""T-33, T-58: only the word « OK » of clamd lets a file in."""

from __future__ import annotations

import pytest

from cases.files.antivirus import scan
from cases.files.refusals import FileRefused, NotScannable, NotScanned
from tests.pure.files.clamd import clamd
from tests.pure.files.corpus import EICAR


@pytest.mark.parametrize("tcp", [False, True])
def test_a_clean_file_passes(tcp: bool) -> None:
    """The control; the bytes reach clamd whole, whatever the size of the pieces."""
    pieces = [b"a" * 200_000, b"", b"b"]
    with clamd(tcp=tcp) as served:
        scan(served.address, pieces)
    assert served.scanned == [b"".join(pieces)]


def test_an_infected_file_is_refused() -> None:
    """T-58: EICAR, even split among pieces."""
    with clamd() as served, pytest.raises(FileRefused) as refused:
        scan(served.address, [EICAR[:20], EICAR[20:]])
    assert refused.value.code == "file_infected"


@pytest.mark.parametrize("manner", ["silent", "error", "broken", "mute"])
def test_anything_else_fails_closed(manner: str) -> None:
    """T-33: no answer, an error, a closed line."""
    with clamd(manner) as served, pytest.raises(NotScanned) as refused:
        scan(served.address, [b"bonjour"], seconds=0.4)
    assert refused.value.code == "antivirus_down"


def test_its_own_limit_fails_closed() -> None:
    """T-33: over clamd's size limit, nothing was examined."""
    with clamd("limit") as served, pytest.raises(NotScanned):
        scan(served.address, [b"a" * 4_000_000], seconds=3)


def test_its_own_limit_is_told() -> None:
    """Its word for it is heard when the line still stands."""
    with clamd("limit") as served, pytest.raises(NotScannable) as refused:
        scan(served.address, [], seconds=3)
    assert refused.value.code == "antivirus_limit"


@pytest.mark.parametrize(
    "address", ["", "unix:/nowhere/clamd.ctl", "tcp:192.0.2.1:3310", "tcp:127.0.0.1:1", "http://x"]
)
def test_nobody_there(address: str) -> None:
    """T-33: no socket, another machine, another protocol."""
    with pytest.raises(NotScanned):
        scan(address, [b"a"], seconds=0.5)
