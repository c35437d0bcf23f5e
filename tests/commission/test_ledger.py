"""The ledger on real PostgreSQL, as the application's own roles (T-40…T-44, decision 31).

The attacker of the drill is the database's superuser with the triggers switched off: the only
one who can still touch what the services may only add to.
"""

from __future__ import annotations

import io
import tempfile
import threading
import uuid
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import psycopg
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections, transaction

from audit import export, queries, recorder
from audit.events import Event, InvalidEvent, Outcome
from audit.recorder import LedgerUnavailable, OutsideTransaction
from audit.verifier import main as verify_export
from tests.cases_of import CommittingTestCase

ALICE = uuid.UUID(int=0xA11CE)
SITUATION = uuid.UUID(int=0x517)
LANE = "commission"


def showing(**changes: object) -> Event:
    """Return a showing of the usual situation to Alice."""
    fields: dict[str, object] = {
        "action": "situation.shown",
        "actor": ALICE,
        "role": "permanent",
        "objects": (SITUATION,),
        "sections": ("core", "health"),
    }
    return Event(**{**fields, **changes})


def refusal() -> Event:
    """Return a refusal."""
    return Event(action="situation.denied", outcome=Outcome.DENIED, objects=(SITUATION,))


class LedgerCase(CommittingTestCase):
    """Ways into the ledger that only these tests need."""

    @contextmanager
    def superuser(self):
        """Give a superuser's cursor with every trigger switched off."""
        url = self.place.server.url(self.database_name)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            yield connection

    def verify(self, **options: object) -> tuple[bool, str]:
        """Run the command; return whether it found the ledger sound, and what it said."""
        out = io.StringIO()
        try:
            call_command("verify_ledger", stdout=out, stderr=out, no_record=True, **options)
        except CommandError as error:
            code = error.returncode
        else:
            code = 0
        self.assertIn(code, (0, 1))
        return code == 0, out.getvalue()

    def length(self) -> int:
        """Return the last number of the commission's lane."""
        return next((state.seq for state in queries.ledger_state() if state.lane == LANE), 0)


class RecordingTests(LedgerCase):
    """What is written, when, and by whom."""

    def test_a_showing_is_numbered_and_projected(self) -> None:
        """T-40: one number, one projection row an object, readable by the DPO's role only."""
        before = self.length()
        with recorder.observe() as events:
            recorder.shown(showing(objects=(SITUATION, uuid.uuid4())))
        self.assertEqual([event.action for event in events], ["situation.shown"])
        self.assertEqual(self.length(), before + 1)
        row = queries.who_saw(SITUATION)[0]
        self.assertEqual(
            (row.lane, row.actor, row.role, row.sections),
            (LANE, ALICE, "permanent", ["core", "health"]),
        )

    def test_denials_survive_a_rollback_and_changes_do_not(self) -> None:
        """T-41: the refusal stays, the change that did not happen leaves no event."""
        before = self.length()
        with recorder.observe() as events, self.assertRaises(RuntimeError), transaction.atomic():
            recorder.done(Event(action="grant.given", objects=(SITUATION,)))
            recorder.denied(refusal())
            raise RuntimeError
        self.assertEqual(len(events), 2)
        self.assertEqual(self.length(), before + 1)
        with transaction.atomic():
            recorder.done(Event(action="grant.given", objects=(SITUATION,)))
        self.assertEqual(self.length(), before + 2)  # Control: committed, it is there.

    def test_each_function_takes_its_own_events(self) -> None:
        """A change outside a transaction, a showing recorded as a change: refused."""
        with self.assertRaises(OutsideTransaction):
            recorder.done(Event(action="grant.given"))
        for function, event in (
            (recorder.shown, Event(action="grant.given")),
            (recorder.denied, showing()),
            (recorder.authenticated, showing()),
        ):
            with self.assertRaises(InvalidEvent):
                function(event)
        with transaction.atomic(), self.assertRaises(InvalidEvent):
            recorder.done(showing())

    def test_no_ledger_no_showing(self) -> None:
        """T-33: the failure is one documented exception; control: the same event passes."""
        recorder.shown(showing())
        elsewhere = recorder._INSERT.replace("audit_body", "nothing_of_the_kind")
        with (
            mock.patch.object(recorder, "_INSERT", elsewhere),
            self.assertRaises(LedgerUnavailable) as caught,
        ):
            recorder.shown(showing())
        self.assertNotIn("nothing_of_the_kind", str(caught.exception))

    def test_the_service_may_only_insert(self) -> None:
        """Decision 31: no reading, changing, deleting, numbering, nor another month."""
        recorder.shown(showing())
        statements = (
            "SELECT body FROM audit_body",
            "UPDATE audit_body SET body = body",
            "DELETE FROM audit_body",
            "TRUNCATE audit_body",
            "INSERT INTO audit_body (id, month, body, salt, mac) VALUES"
            " (gen_random_uuid(), '2020-01-01', '{}', decode(repeat('00', 16), 'hex'),"
            " decode(repeat('00', 32), 'hex'))",
            "INSERT INTO audit_body_default (id, body, salt, mac) VALUES"
            " (gen_random_uuid(), '{}', '', '')",
            "SELECT h FROM audit_seal",
            "DELETE FROM audit_seal",
            "UPDATE audit_head SET seq = 0",
            "DELETE FROM audit_projection",
            "ALTER TABLE audit_body DISABLE TRIGGER ALL",
            "SELECT audit_create_month('2020-01-01')",
        )
        for statement in statements:
            with (
                self.subTest(statement),
                self.assertRaises(DatabaseError),
                connections["ledger"].cursor() as cursor,
            ):
                cursor.execute(statement)
        for table in ("audit_body", "audit_seal", "audit_head", "audit_projection"):
            with (
                self.subTest(table),
                self.assertRaises(DatabaseError),
                connections["dpo"].cursor() as cursor,
            ):
                cursor.execute(f"DELETE FROM {table}")

    def test_eight_writers_leave_no_gap(self) -> None:
        """T-43 in small: eight connections, some rollbacks, every number there once."""
        before = self.length()
        rounds, kept = 12, []

        def write(number: int) -> None:
            for turn in range(rounds):
                try:
                    with transaction.atomic():
                        recorder.done(Event(action="situation.written", objects=(SITUATION,)))
                        recorder.shown(showing())
                        if (number + turn) % 6 == 0:
                            raise RuntimeError
                    kept.append(2)
                except RuntimeError:
                    kept.append(1)
            for alias in ("default", "ledger"):
                connections[alias].close()

        writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        self.assertEqual(len(kept), 8 * rounds)
        self.assertEqual(self.length(), before + sum(kept))
        self.assertTrue(self.verify()[0])


class TamperTests(LedgerCase):
    """T-42 on the tables: seven ways, the first bad number named each time."""

    def setUp(self) -> None:
        """Write twenty showings, keep the head, check that all is sound."""
        super().setUp()
        self.first = self.length() + 1
        for _ in range(20):
            recorder.shown(showing())
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.head = Path(folder.name) / "head.json"
        sound, said = self.verify(save_head=self.head)
        self.assertTrue(sound, said)
        self.assertIn("Fin non prouvée", said)

    def tampered(self, change: Callable[[psycopg.Connection], object]) -> tuple[str, str]:
        """Tamper, put back; return what is said without and with the saved head."""
        tables = ("audit_body_default", "audit_seal", "audit_head")
        with self.superuser() as superuser:
            for table in tables:
                superuser.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
            change(superuser)
            try:
                alone = self.verify()[1]
                sound, said = self.verify(head=self.head)
                self.assertFalse(sound, said)
            finally:
                for table in tables:
                    superuser.execute(f"DELETE FROM {table}")
                    superuser.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
                    superuser.execute(f"DROP TABLE kept_{table}")
        self.assertTrue(self.verify(head=self.head)[0])
        return alone, said

    def test_the_tables_of_bodies_have_no_month_yet(self) -> None:
        """The drill below copies the default partition: nothing may be elsewhere."""
        with self.superuser() as superuser:
            elsewhere = superuser.execute(
                "SELECT count(*) FROM audit_body WHERE tableoid <> 'audit_body_default'::regclass"
            ).fetchone()
        self.assertEqual(elsewhere, (0,))

    def test_alter(self) -> None:
        """One body rewritten."""
        number = self.first + 4
        alone, _ = self.tampered(
            lambda db: db.execute(
                "UPDATE audit_body SET body = convert_to(replace(convert_from(body, 'UTF8'),"
                " 'situation.shown', 'list.shown'), 'UTF8') WHERE id ="
                " (SELECT body_id FROM audit_seal WHERE lane = %s AND seq = %s)",
                [LANE, number],
            )
        )
        self.assertIn(f"n° {number} : ligne modifiée", alone)

    def test_delete(self) -> None:
        """One number removed; one body removed."""
        number = self.first + 7
        alone, _ = self.tampered(
            lambda db: db.execute(
                "DELETE FROM audit_seal WHERE lane = %s AND seq = %s", [LANE, number]
            )
        )
        self.assertIn(f"n° {number} : ligne supprimée", alone)
        alone, _ = self.tampered(
            lambda db: db.execute(
                "DELETE FROM audit_body WHERE id ="
                " (SELECT body_id FROM audit_seal WHERE lane = %s AND seq = %s)",
                [LANE, number],
            )
        )
        self.assertIn(f"n° {number} : ligne supprimée", alone)

    def test_reorder(self) -> None:
        """Two numbers exchanged."""
        number = self.first + 9

        def exchange(db: psycopg.Connection) -> None:
            free = 10**9
            for old, new in ((number, free), (number + 1, number), (free, number + 1)):
                db.execute(
                    "UPDATE audit_seal SET seq = %s WHERE lane = %s AND seq = %s", [new, LANE, old]
                )

        alone, _ = self.tampered(exchange)
        self.assertIn(f"n° {number} : lignes déplacées", alone)

    def test_insert(self) -> None:
        """A body that no number covers."""
        alone, _ = self.tampered(
            lambda db: db.execute(
                "INSERT INTO audit_body (id, body, salt, mac)"
                " SELECT gen_random_uuid(), body, salt, mac FROM audit_body LIMIT 1"
            )
        )
        self.assertIn("1 contenu(s) sans numéro", alone)

    def test_cut_the_tail(self) -> None:
        """Decision 53b: seen with the head kept elsewhere; alone, only the proof is missing."""

        def cut(db: psycopg.Connection) -> None:
            last = self.first + 16
            db.execute(
                "DELETE FROM audit_body WHERE id IN"
                " (SELECT body_id FROM audit_seal WHERE lane = %s AND seq > %s)",
                [LANE, last],
            )
            db.execute("DELETE FROM audit_seal WHERE lane = %s AND seq > %s", [LANE, last])
            db.execute(
                "UPDATE audit_head SET seq = %s, h = (SELECT h FROM audit_seal"
                " WHERE lane = %s AND seq = %s) WHERE lane = %s",
                [last, LANE, last, LANE],
            )

        alone, with_head = self.tampered(cut)
        self.assertIn("chaîne intègre", alone)
        self.assertIn("Fin non prouvée", alone)
        self.assertIn(f"n° {self.first + 17} : fin du journal coupée", with_head)

    def test_replace_the_head(self) -> None:
        """A head ahead of the rows is a fault by itself."""
        alone, _ = self.tampered(
            lambda db: db.execute("UPDATE audit_head SET seq = seq + 3 WHERE lane = %s", [LANE])
        )
        self.assertIn("fin du journal coupée", alone)

    def test_a_forged_event_lacks_the_mac(self) -> None:
        """The service's role without the MAC key: numbered by the trigger, refused by the check."""
        with mock.patch("django.conf.settings.AUDIT_MAC_KEY", bytes(32)):
            recorder.shown(showing())
        number = self.length()
        sound, said = self.verify()
        self.assertFalse(sound)
        self.assertIn(f"n° {number} : sceau du service faux", said)
        with self.superuser() as superuser:
            superuser.execute(
                "DELETE FROM audit_body WHERE id ="
                " (SELECT body_id FROM audit_seal WHERE lane = %s AND seq = %s)",
                [LANE, number],
            )
            for table in ("audit_seal", "audit_projection"):
                superuser.execute(
                    f"DELETE FROM {table} WHERE lane = %s AND seq = %s", [LANE, number]
                )
            superuser.execute(
                "UPDATE audit_head SET seq = %s, h = (SELECT h FROM audit_seal WHERE lane = %s"
                " AND seq = %s) WHERE lane = %s",
                [number - 1, LANE, number - 1, LANE],
            )
        self.assertTrue(self.verify()[0])

    def test_an_export_verifies_on_another_machine(self) -> None:
        """The stand-alone verifier agrees, and the export is itself in the ledger."""
        target = self.head.with_name("export.jsonl")
        with recorder.observe() as events:
            call_command("export_ledger", target, stdout=io.StringIO())
        self.assertEqual([event.action for event in events], ["ledger.exported"])
        self.assertEqual(verify_export([str(target), "--head", str(self.head)]), 0)
        lines = target.read_text("ascii").splitlines(keepends=True)
        target.write_text("".join(lines[:-1]), "ascii")
        self.assertEqual(verify_export([str(target)]), 0)


class PartitionTests(LedgerCase):
    """Months: rows move without a second number."""

    def test_a_month_is_cut_out_of_the_default(self) -> None:
        """Run as the owner; the chain and the rows stay; the next event falls in the month."""
        recorder.shown(showing())
        before = self.length()
        url = self.place.url(self.database_name, "clsm_owner")
        with psycopg.connect(url) as owner:
            (name,) = owner.execute("SELECT audit_create_month(current_date)").fetchone()
            (again,) = owner.execute("SELECT audit_create_month(current_date)").fetchone()
        self.assertEqual(name, again)
        recorder.shown(showing())
        self.assertEqual(self.length(), before + 1)
        self.assertEqual(export.count_unnumbered(), 0)
        sound, said = self.verify()
        self.assertTrue(sound, said)
        with self.superuser() as superuser:
            (left,) = superuser.execute("SELECT count(*) FROM audit_body_default").fetchone()
        self.assertEqual(left, 0)
