"""T-22 for files: any two of the three locks may fail, and no byte of a file goes out."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest import mock

from cases.access import files as access
from cases.access import situations
from tests import people
from tests.commission import test_locks
from tests.files import address, deposited


class FileLocks(test_locks.ThreeLocks):
    """Marc has no grant at all; Luc's file is in the core."""

    @contextmanager
    def without_policy(self) -> Iterator[None]:
        """Let the first lock say yes to files as well."""
        with super().without_policy(), ExitStack() as stack:
            for name in ("live_grants", "readable"):
                answer = getattr(situations, name).return_value
                stack.enter_context(mock.patch.object(access, name, return_value=answer))
            yield

    @contextmanager
    def without_keys(self) -> Iterator[None]:
        """Hand the lead's open keys to everybody."""
        with mock.patch.object(access.keys, "open_keys", return_value=self.lead_keys):
            yield

    def test_over_http_as_well(self) -> None:
        """Two locks off: no byte; the three: the file (control). Its owner reads all along."""
        content = test_locks.SECRET.encode()
        row = deposited(
            self.cast, self.situation, content=content, name="a.txt", section="core", category=""
        )
        url = address("file", self.situation, row.pk)
        marc, luc = (people.client_of(self.cast.people[name]) for name in ("marc", "luc"))
        locks = (self.without_policy, self.without_rows_security, self.without_keys)
        for pair in itertools.combinations(locks, 2):
            with self.subTest(disabled=[lock.__name__ for lock in pair]), ExitStack() as stack:
                for lock in pair:
                    stack.enter_context(lock())
                self.assertNotIn(content, b"".join(marc.get(url)))
        self.assertEqual(b"".join(luc.get(url)), content)
        with ExitStack() as stack:
            for lock in locks:
                stack.enter_context(lock())
            self.assertEqual(b"".join(marc.get(url)), content)


# Those of texts run in their own module.
for inherited in {name for name in dir(FileLocks) if name.startswith("test_")} - set(
    vars(FileLocks)
):
    setattr(FileLocks, inherited, None)
