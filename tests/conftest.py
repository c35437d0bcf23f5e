"""Rules of every suite: loopback only, and an order drawn at random whose seed is printed.

`CLSM_SEED=<number>` gives the same order again. Classes stay whole, since some own a database.
"""

from __future__ import annotations

import ipaddress
import json
import os
import random
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# In the environment, so that each process of a suite draws the same order.
SEED = int(os.environ.setdefault("CLSM_SEED", str(random.SystemRandom().randrange(10**6))))


class NetworkRefused(RuntimeError):
    """A test tried to reach another machine."""


def _is_here(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    if name in {"", "localhost"} or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    """Refuse every connection and name look-up beyond this machine."""
    connect, connect_ex, look_up = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def check(family: int, address: Any) -> None:
        if family in {socket.AF_INET, socket.AF_INET6} and not _is_here(address[0]):
            raise NetworkRefused(f"{address[0]} is not this machine")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        check(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        check(self.family, address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        check(socket.AF_INET, (host,))
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the counts to `python -m tests`, which adds the suites up."""
    target = os.environ.get("CLSM_COUNTS")
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if not target or reporter is None:
        return
    of = {kind: len(reporter.stats.get(kind, [])) for kind in ("passed", "failed", "error")}
    skipped = sum(len(reporter.stats.get(kind, [])) for kind in ("skipped", "xfailed", "xpassed"))
    counts = {"passed": of["passed"], "failed": of["failed"] + of["error"], "skipped": skipped}
    Path(target).write_text(json.dumps(counts))


def pytest_report_header() -> str:
    """Print the seed of the order."""
    return f"order: CLSM_SEED={SEED}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Shuffle modules, then classes inside them, then tests inside those."""
    drawn = random.Random(SEED)
    ranks: dict[str, float] = {}

    def rank(name: str) -> float:
        return ranks.setdefault(name, drawn.random())

    def key(item: pytest.Item) -> tuple[float, float, float]:
        module, *inner = item.nodeid.split("::")
        klass = "::".join([module, *inner[:-1]])
        return rank(module), rank(klass), rank(item.nodeid)

    items.sort(key=key)
