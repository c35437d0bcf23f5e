"""What a dump, a dump with the keys, and an SQL writer obtain (T-02, T-03, T-11; decision 49)."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from pathlib import Path
from typing import Any
from unittest import mock

from django.conf import settings
from django.urls import reverse

from audit import recorder
from cases.access import keys, vaults
from cases.access.keys import open_keys
from cases.actions import agreements, grants, referrals, situations
from cases.models import Commission, Grant, VaultSlot
from cases.vault import outer, slots
from cases.vault.errors import BadSignature
from deploy.privileges import BACKUP, OUT_OF_DUMP
from tests import people
from tests.attackers import dump, dump_and_configuration, loot, sql_writer
from tests.cases_of import CommittingTestCase
from tests.people import stories

WEAK = "violettes sous la neige"
GUESSES = ["motdepasse motdepasse", WEAK, "le chat dort sur le toit"]
SECRET = "CANARI-pervenche-2208"
PLAIN_PAGES = (
    "situations",
    "referrals",
    "sittings",
    "members",
    "sign_keys",
    "continuity",
    "releases",
    "my_referrals",
    "vault",
)
SITUATION_PAGES = ("situation", "readers", "share", "keys", "agreement", "document_new", "close")
TABLES = (
    "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
    " AND c.relnamespace = 'public'::regnamespace ORDER BY 1"
)


def rekey(person: people.Person, passphrase: str) -> None:
    """Close a member's vault under a passphrase of her own."""
    vault_key = vaults.vault_key_from_secret(
        person.user, VaultSlot.Kind.PASSPHRASE, people.PASSPHRASE
    )
    former = VaultSlot.objects.get(user=person.user, kind=VaultSlot.Kind.PASSPHRASE)
    made = vaults.make_slot(
        user=person.user,
        kind=VaultSlot.Kind.PASSPHRASE,
        secret=passphrase,
        vault_key=vault_key,
        at=former.created_at,
    )
    VaultSlot.objects.filter(pk=former.pk).delete()
    made.save(force_insert=True)


class StolenDump(CommittingTestCase):
    """Marc's passphrase is in the thief's list; everybody else's is drawn at random."""

    @classmethod
    def setUpClass(cls) -> None:
        """Make two situations, one of which Marc may read, and steal the database."""
        super().setUpClass()
        cls.cast = people.commission("vol")
        for name in people.WITH_VAULT:
            rekey(cls.cast.people[name], WEAK if name == "marc" else os.urandom(12).hex())
        cls.read_by_marc, _ = people.reviewed(cls.cast, "marc", "claire")
        cls.closed_to_marc = people.shared(cls.cast, "sophie")
        answered = people.referred(cls.cast)
        with people.as_person(cls.cast.claire) as viewer:
            referrals.ask_information(
                viewer=viewer,
                situation=people.fresh(cls.cast, answered.pk),
                reason="",
                message=SECRET,
            )
        cls.answered = answered.pk
        cls.folder = Path(tempfile.mkdtemp(prefix="clsm-dump-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        with cls.as_role(BACKUP) as backup:
            for (table,) in backup.execute(TABLES).fetchall():
                columns = backup.execute(f"SELECT * FROM {table} LIMIT 0").description
                assert columns is not None
                path = cls.folder / f"{table}.csv"
                with (
                    path.open("wb") as stream,
                    backup.cursor().copy(
                        f"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT csv, HEADER)"
                    ) as rows,
                ):
                    for some in rows:
                        stream.write(some)

    def tables(self, *, keystore: bool) -> loot.Tables:
        """Return the dump, as the backup makes it or with the keystore's own."""
        held = loot.read(self.folder)
        apart = {"clsm_viewer_key"} if keystore else set(OUT_OF_DUMP)
        return {name: rows for name, rows in held.items() if name not in apart}

    def test_a_dump_gives_nothing(self) -> None:
        """T-02: 0 sealed bytes, the keystore's dump included, whatever passphrase is known."""
        for keystore in (False, True):
            with self.subTest(keystore=keystore):
                tables = self.tables(keystore=keystore)
                self.assertGreater(len(tables["cases_sealeddocument"]), 15)
                found = dump.attack(tables, GUESSES)
                self.assertEqual((found.size, found.members, found.answers), (0, set(), {}))

    def test_the_thief_of_the_dump_can_succeed(self) -> None:
        """T-02, control: without the pepper and without the outer seal, Marc's sections fall."""
        tables = self.tables(keystore=True)
        marc = self.cast.marc
        key = vaults.vault_key_from_secret(marc.user, VaultSlot.Kind.PASSPHRASE, WEAK)
        for row in tables["cases_vaultslot"]:
            if row["user_id"] == str(marc.user.pk) and row["kind"] == "passphrase":
                weak = slots.make_slot(
                    slots.SlotKind.PASSPHRASE,
                    WEAK,
                    key,
                    marc.user.pk,
                    uuid.UUID(row["id"]),
                    lambda data: bytes(32),
                    vaults.cost(),
                )
                row["blob"] = "\\x" + weak.hex()
        halves = dump_and_configuration.situation_keys(
            tables, dump_and_configuration.provider_keys(self.place.folder / "keys")
        )
        for row in tables["cases_wrap"]:
            sealed, situation = loot.raw(row["blob"]), uuid.UUID(row["situation_id"])
            place = uuid.UUID(row["grant_id"] or row["id"])
            inner = outer.outer_open(halves[situation], sealed, situation, place, 1)
            row["blob"] = "\\x" + inner.hex()
        found = dump.attack(tables, GUESSES)
        self.assertEqual(found.sections, self.sections_of("marc"))

    def sections_of(self, name: str) -> set[loot.Section]:
        """Return the sections with documents for which a member holds a wrap."""
        with self.as_administrator() as admin:
            rows = admin.execute(
                "SELECT DISTINCT g.situation_id, g.section FROM cases_grant g"
                " JOIN cases_wrap w ON w.grant_id = g.id"
                " JOIN cases_sealeddocument d ON d.situation_id = g.situation_id"
                " AND d.section = g.section WHERE g.recipient_id = %s",
                [self.cast.people[name].user.pk],
            ).fetchall()
        return {(situation, section) for situation, section in rows}

    def test_a_dump_and_the_keys_give_marc_and_nothing_more(self) -> None:
        """T-03: exactly the sections of the member whose passphrase is in the list."""
        stolen = dump_and_configuration.provider_keys(self.place.folder / "keys")
        found = dump_and_configuration.attack(self.tables(keystore=True), stolen, GUESSES)
        expected = self.sections_of("marc")
        self.assertEqual(found.members, {self.cast.marc.user.pk})
        self.assertEqual(found.sections, expected)
        self.assertEqual({situation for situation, _ in expected}, {self.read_by_marc.pk})
        self.assertNotIn("health", {section for _, section in expected})
        total = {
            (row["situation_id"], row["section"])
            for row in self.tables(keystore=True)["cases_sealeddocument"]
        }
        self.assertGreater(len(total), 2 * len(expected))
        # What the server seals alone, as SECURITY.md says: the answer to a referrer.
        self.assertEqual(found.answers, {self.answered: SECRET})

    def test_without_a_guess_the_keys_give_no_document(self) -> None:
        """T-03: the service's keys open no vault; nor, with a vault, a key without the keystore."""
        stolen = dump_and_configuration.provider_keys(self.place.folder / "keys")
        found = dump_and_configuration.attack(self.tables(keystore=True), stolen, GUESSES[:1])
        self.assertEqual(found.size, 0)
        without = dump_and_configuration.attack(self.tables(keystore=False), stolen, GUESSES)
        self.assertEqual((without.size, without.members), (0, {self.cast.marc.user.pk}))


class SqlWriter(CommittingTestCase):
    """One fresh commission an attack; Sophie holds no right on its situation."""

    def prepare(self, drill: sql_writer.Drill) -> tuple[people.Cast, Any]:
        """Make a situation whose core holds the secret, shared with Marc."""
        cast = people.commission(f"e{uuid.uuid4().hex[:8]}")
        with mock.patch.object(
            stories,
            "referral_content",
            lambda content=people.referral_content, **changes: content(
                person_words=SECRET, **changes
            ),
        ):
            situation = people.shared(cast, "marc")
        with people.as_person(cast.luc) as viewer:
            row = people.fresh(cast, situation.pk)
            if drill.prepared == "withdrawn":
                agreements.withdraw(viewer=viewer, situation=row, kind="withdrawal")
            if drill.prepared == "revoked":
                for grant in Grant.objects.filter(
                    situation=row, recipient_id=cast.marc.user.pk, revoked_at__isnull=True
                ):
                    grants.revoke(viewer=viewer, grant_id=grant.pk)
        return cast, situation

    def target(self, cast: people.Cast, situation: Any, drill: sql_writer.Drill) -> Any:
        """Return what the attacker aims at."""
        return sql_writer.Target(
            commission=cast.commission.pk,
            situation=situation.pk,
            lead=cast.luc.user.pk,
            attacker=cast.people[drill.works_for].user.pk,
        )

    def ask(self, cast: people.Cast, name: str, code: str, at: str) -> tuple[str, list[str]]:
        """Ask one page as somebody; return its text and the alerts that it left."""
        client = people.client_of(cast.people[name])
        with recorder.observe() as events:
            if at == "vault":
                response = client.post(reverse("cases:vault"), {"passphrase": people.PASSPHRASE})
            else:
                response = client.get(reverse("cases:situation", args=[code]))
        told = [
            event.purpose or event.action
            for event in events
            if event.action in ("integrity.alert", "vault.refused")
        ]
        self.assertLess(response.status_code, 500)
        return response.content.decode(), told

    def test_each_write_gives_nothing_and_one_alert(self) -> None:
        """T-11: 0 bytes for the attacker, an alert within one request of whoever meets it."""
        for name, drill in sql_writer.DRILLS.items():
            with self.subTest(name):
                cast, situation = self.prepare(drill)
                pinned = {str(cast.commission.pk): cast.commission.root_fingerprint}
                with mock.patch.object(settings, "DIRECTORY_ROOTS", pinned):
                    if drill.prepared != "withdrawn":
                        text, told = self.ask(cast, "luc", situation.code, drill.at)
                        self.assertEqual(told, [])  # Control: nothing is said of sound rows.
                        if drill.at == "situation":
                            self.assertIn(SECRET, text)
                    with self.as_administrator() as admin:
                        drill.attack(admin, self.target(cast, situation, drill))
                    text, told = self.ask(cast, drill.works_for, situation.code, drill.at)
                    if drill.at == "situation":
                        self.assertNotIn(SECRET, text)
                    if drill.met_by != drill.works_for:
                        _, told = self.ask(cast, drill.met_by, situation.code, drill.at)
                    self.assertTrue(told)

    def test_the_same_writes_succeed_on_a_weak_build(self) -> None:
        """T-11, control: without signatures and member keys, the inserted grant reads."""
        drill = sql_writer.DRILLS["insert a grant"]
        cast, situation = self.prepare(drill)
        with people.as_person(cast.luc) as viewer:
            lead = open_keys(viewer, people.fresh(cast, situation.pk))
        with self.as_administrator() as admin:
            drill.attack(admin, self.target(cast, situation, drill))
        with mock.patch.object(keys, "open_keys", return_value=lead):
            text, _ = self.ask(cast, "sophie", situation.code, "situation")
        self.assertIn(SECRET, text)

    def test_an_older_document_is_altered_in_its_new_version(self) -> None:
        """T-10, T-11: an older blob under the present version does not open."""
        drill = sql_writer.DRILLS["swap documents"]
        cast, situation = self.prepare(drill)
        with people.as_person(cast.luc) as viewer:
            note = situations.write(
                viewer=viewer,
                situation=people.fresh(cast, situation.pk),
                section="core",
                category="",
                text="première note",
            )
        with self.as_administrator() as admin:
            first = admin.execute(
                "SELECT blob FROM cases_sealeddocument WHERE id = %s", [note.pk]
            ).fetchone()
        with people.as_person(cast.luc) as viewer:
            situations.rewrite(viewer=viewer, document_id=note.pk, text="seconde note", version=1)
        text, told = self.ask(cast, "luc", situation.code, "situation")
        self.assertIn("seconde note", text)  # Control.
        self.assertEqual(told, [])
        with self.as_administrator() as admin:
            admin.execute(
                "UPDATE cases_sealeddocument SET blob = %s WHERE id = %s", [first[0], note.pk]
            )
        text, told = self.ask(cast, "luc", situation.code, "situation")
        self.assertNotIn("première note", text)
        self.assertIn("Ce texte a été altéré", text)
        self.assertEqual(told, ["document_altered"])

    def test_no_page_fails_under_another_directory(self) -> None:
        """T-11: with the officers swapped, every page refuses or explains; none is an error."""
        drill = sql_writer.DRILLS["swap the officers"]
        cast, situation = self.prepare(drill)
        pinned = {str(cast.commission.pk): cast.commission.root_fingerprint}
        pages = [reverse(name) for name in ("home", *(f"cases:{one}" for one in PLAIN_PAGES))]
        pages += [reverse(f"cases:{one}", args=[situation.code]) for one in SITUATION_PAGES]
        pages += [
            reverse(f"cases:{one}", args=[cast.marc.mandate.pk])
            for one in ("member", "depart", "regrant")
        ]
        with (
            mock.patch.object(settings, "DIRECTORY_ROOTS", pinned),
            self.as_administrator() as admin,
        ):
            drill.attack(admin, self.target(cast, situation, drill))
            for name in ("claire", "luc", "denis"):
                client = people.client_of(cast.people[name])
                for page in pages:
                    with self.subTest(f"{name} {page}"):
                        response = client.get(page)
                        self.assertLess(response.status_code, 500)
                        self.assertNotIn(SECRET, response.content.decode())

    def test_a_situation_born_after_the_swap_is_not_wrapped_to_the_writer(self) -> None:
        """T-11: with another recovery key or other officers in the database, nothing is sealed."""
        for name in ("swap the recovery key", "swap the officers"):
            with self.subTest(name):
                drill = sql_writer.DRILLS[name]
                cast, situation = self.prepare(drill)
                pinned = {str(cast.commission.pk): cast.commission.root_fingerprint}
                with mock.patch.object(settings, "DIRECTORY_ROOTS", pinned):
                    with self.as_administrator() as admin:
                        drill.attack(admin, self.target(cast, situation, drill))
                    cast.commission = Commission.objects.get(pk=cast.commission.pk)
                    with self.assertRaises(BadSignature):
                        people.referred(cast)
