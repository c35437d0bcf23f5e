"""A ceremony's terminal for tests: what is typed, by prompt, and what is printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from deploy.management.guard import as_guard
from deploy.privileges import OWNER
from tests import people
from tests.cases_of import CommittingTestCase

__all__ = [
    "OperatorTestCase",
    "as_guard",
    "pinned",
    "printed_root",
    "printed_shares",
    "read_back",
    "run",
]
PASSPHRASES = "deploy.management.officers.getpass"
SHARES = "deploy.management.shares.getpass"
Proof = Callable[[str], str]


def printed_shares(text: str) -> list[str]:
    """Return the shares that a ceremony wrote on the terminal."""
    return re.findall(r"Part \d+ sur \d+\. (PART1 .+)", text)


def printed_root(text: str) -> str:
    """Return the root that a ceremony asks to configure."""
    return re.findall(r'"([0-9a-f]{64})"\}', text)[-1]


def read_back(text: str) -> str:
    """Type back the second share, as a person copies it: small letters, no dash."""
    return printed_shares(text)[1].lower().replace("-", " ")


def run(
    command: str,
    *arguments: str,
    passphrases: Iterable[str] | None = None,
    shares: Iterable[str] | Proof = read_back,
    answer: str = "oui",
) -> str:
    """Run a command with what people type; return what it printed.

    ``shares`` are lines typed in order, or what makes the proof out of what is printed so far.
    """
    out, errors = StringIO(), StringIO()
    typed = iter(passphrases) if passphrases is not None else None
    lines = None if callable(shares) else iter(shares)

    def passphrase(prompt: str) -> str:
        return people.PASSPHRASE if typed is None else next(typed)

    def share(prompt: str) -> str:
        if lines is None:
            assert callable(shares)
            return shares(out.getvalue())
        return next(lines, "")

    with (
        patch(PASSPHRASES, side_effect=passphrase),
        patch(SHARES, side_effect=share),
        patch("builtins.input", return_value=answer),
    ):
        call_command(command, *arguments, stdout=out, stderr=errors)
    return out.getvalue() + errors.getvalue()


@contextmanager
def pinned(commission: Any, root: str) -> Iterator[None]:
    """Configure a commission's root in this block, as an operator does."""
    with patch.dict(settings.DIRECTORY_ROOTS, {str(commission.pk): root}):
        yield


class OperatorTestCase(CommittingTestCase):
    """A database of its own, with the owner's address as management commands have it."""

    @classmethod
    def setUpClass(cls) -> None:
        """Add the owner's alias once the parent has made the clone."""
        super().setUpClass()
        address = connections.settings["default"].copy()
        address.update(
            NAME=cls.database_name,
            USER=OWNER,
            PASSWORD=cls.place.secrets["roles"][OWNER],
            ATOMIC_REQUESTS=False,
        )
        connections.settings["owner"] = address
        cls.databases = frozenset({*cls.databases, "owner"})
        # Runs before the parent's own cleanups, which expect the aliases they know.
        cls.addClassCleanup(cls._forget_owner)

    @classmethod
    def _forget_owner(cls) -> None:
        connections["owner"].close()
        delattr(connections._connections, "owner")
        del connections.settings["owner"]
