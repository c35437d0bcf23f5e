"""Two situations with everything sealed around them, and a way to change any row (T-10)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from audit import recorder
from cases.access import situations
from cases.actions.situations import write
from tests import people
from tests.cases_of import CommittingTestCase

SECRET = "CANARI-ancolie-3160"
OTHER = "CANARI-bourrache-4471"
FLIPPED = (0, 1, 2, 5, 7, 20, -17, -1)


def changes(blob: bytes, donors: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Give every way to change some bytes: flipped, cut, emptied, in clear, or another row's."""
    for place in FLIPPED:
        changed = bytearray(blob)
        changed[place % len(blob)] ^= 1
        yield f"byte {place} flipped", bytes(changed)
    yield "cut by one", blob[:-1]
    yield "cut in half", blob[: len(blob) // 2]
    yield "one byte more", blob + b"\0"
    yield "empty", b""
    yield "in clear", json.dumps({"text": SECRET}).encode()
    yield from ((f"of {name}", other) for name, other in donors.items() if other != blob)


class SealedRows(CommittingTestCase):
    """Two situations of one commission, each with its secret, and everything sealed around them."""

    @classmethod
    def setUpClass(cls) -> None:
        """Make the rows."""
        super().setUpClass()
        cls.cast = people.commission("sceaux")
        cls.situation = people.shared(cls.cast, "marc")
        cls.other = people.shared(cls.cast, "marc")
        with people.as_person(cls.cast.luc) as viewer:
            for situation, text in ((cls.situation, SECRET), (cls.other, OTHER)):
                row = people.fresh(cls.cast, situation.pk)
                for section, category in (("core", ""), ("social", "situation_sociale")):
                    write(
                        viewer=viewer,
                        situation=row,
                        section=section,
                        category=category,
                        text=f"{text} {section}",
                    )

    def one(self, query: str, *values: Any) -> Any:
        """Return one value, as a superuser."""
        with self.as_administrator() as admin:
            row = admin.execute(query, values).fetchone()
        assert row is not None
        return row[0]

    @contextmanager
    def changed(self, table: str, column: str, pk: Any, blob: bytes) -> Iterator[None]:
        """Put other bytes in a row for this block."""
        key = {
            "cases_keystore_situationkey": "situation",
            "cases_membervault": "user_id",
        }.get(table, "id")
        before = self.one(f"SELECT {column} FROM {table} WHERE {key} = %s", pk)
        with self.as_administrator() as admin:
            admin.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [blob, pk])
            try:
                yield
            finally:
                admin.execute(f"UPDATE {table} SET {column} = %s WHERE {key} = %s", [before, pk])

    def each(
        self,
        table: str,
        column: str,
        pk: Any,
        donors: dict[str, bytes],
        attempt: Callable[[], tuple[str, list[str]]],
        *told: str,
    ) -> None:
        """Attempt to read after each change: nothing of the row, and one of these events."""
        key = {
            "cases_keystore_situationkey": "situation",
            "cases_membervault": "user_id",
        }.get(table, "id")
        blob = bytes(self.one(f"SELECT {column} FROM {table} WHERE {key} = %s", pk))
        found, events = attempt()
        self.assertTrue(found, "control: untouched, it opens")
        self.assertEqual([event for event in events if event in told], [])
        for name, changed in changes(blob, donors):
            with self.subTest(f"{table} {name}"), self.changed(table, column, pk, changed):
                found, events = attempt()
                self.assertEqual(found, "")
                self.assertTrue(set(events) & set(told), events)

    @contextmanager
    def told(self) -> Iterator[list[str]]:
        """Give the alerts and the refusals of a block, by their reason."""
        reasons: list[str] = []
        with recorder.observe() as events:
            yield reasons
        told = [e for e in events if e.action in ("integrity.alert", "vault.refused")]
        reasons += [event.purpose for event in told if event.purpose]
        reasons += [event.action for event in told if event.action == "vault.refused"]

    def read(self, section: str) -> tuple[str, list[str]]:
        """Return what Luc reads of the secret in a section, and what was recorded."""
        with self.told() as events, people.as_person(self.cast.luc) as viewer:
            opened = situations.open_situation(viewer, self.situation.code)
            view = opened.section(section)
            wanted = f"{SECRET} {section}"
            text = "".join(wanted for one in view.documents if wanted in str(one.payload))
            others = [one for one in opened.sections if one.section not in (section, "identity")]
            # Others stay readable, except when the server's half of all of them is changed.
            if "situation_key_altered" not in self.reasons(viewer):
                readable = {one.section for one in others if one.readable}
                self.assertIn("housing", readable)
                for one in others:
                    self.assertFalse(
                        [document for document in one.documents if document.is_altered]
                    )
        return text, events

    def reasons(self, viewer: Any) -> set[str]:
        """Return the alerts already raised in this request."""
        return {key[1] for key in viewer.keys if isinstance(key, tuple) and key[0] == "alert"}

    def note(self, situation: Any, section: str) -> uuid.UUID:
        """Return the id of the note of a section."""
        return self.one(
            "SELECT id FROM cases_sealeddocument WHERE situation_id = %s AND section = %s"
            " AND kind = 'note'",
            situation.pk,
            section,
        )

    def blob(self, table: str, column: str, pk: Any) -> bytes:
        """Return the bytes of a row."""
        return bytes(self.one(f"SELECT {column} FROM {table} WHERE id = %s", pk))
