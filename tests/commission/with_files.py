"""A situation with two files in a database of its own, where commits are real."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from audit import recorder
from cases import storage
from cases.models import Attachment
from tests import people
from tests.cases_of import CommittingTestCase
from tests.files import address, deposited

TEXT = b"Bonjour, ceci est le bail.\n" * 8_000


class Stop(Exception):
    """The process is killed here."""


class WithFiles(CommittingTestCase):
    """A commission of its own, two situations, three files; commits are real."""

    def setUp(self) -> None:
        self.cast = people.commission(f"f{uuid.uuid4().hex[:8]}")
        self.situation = people.shared(self.cast, "marc", "claire")
        self.row = self.deposit(TEXT)
        self.twin = self.deposit(TEXT[::-1].replace(b"\n", b" "))

    def deposit(self, content: bytes = TEXT, **more: Any) -> Attachment:
        """Deposit a text in housing."""
        return deposited(self.cast, self.situation, content=content, name="a.txt", **more)

    def path(self, row: Attachment) -> Path:
        """Return where a file's object is."""
        (path,) = [path for path, name, _ in storage.stored() if name == row.stored_as]
        return path

    def get(self, row: Attachment, **headers: str) -> Any:
        """Ask for a file as Luc."""
        url = address("file", self.situation, row.pk)
        return people.client_of(self.cast.luc).get(url, headers=headers)

    def write(self, statement: str, *values: Any) -> None:
        """Write as a superuser: what no service may."""
        with self.as_administrator() as admin:
            admin.execute(statement, values)

    def fresh(self, row: Attachment) -> Attachment:
        """Read a row again."""
        with people.as_person(self.cast.luc):
            return Attachment.objects.get(pk=row.pk)

    def assertAltered(self, row: Attachment, **headers: str) -> None:
        """Check that a file gives a page without a byte of it, and its alert; others are read."""
        with recorder.observe() as events:
            answer = self.get(row, **headers)
        self.assertEqual(answer.status_code, 409)
        self.assertContains(answer, "Cette pièce a été altérée", status_code=409)
        self.assertNotContains(answer, "Bonjour", status_code=409)
        alerts = [event.purpose for event in events if event.action == "integrity.alert"]
        self.assertEqual(alerts, ["file_altered"])
        self.assertNotIn("file.shown", [event.action for event in events])
