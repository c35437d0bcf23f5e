"""What the nightly verification finds: one change by SQL, one fault that names it (T-11)."""

from __future__ import annotations

import io
import uuid
from typing import Any

from django.core.management import CommandError, call_command

from audit import recorder
from cases import storage
from cases.actions import grants, rotation
from cases.models import Grant
from deploy import projection, vault_audit
from tests import owner, people
from tests.cases_of import CommittingTestCase
from tests.commission import planning, releasing
from tests.commission.test_erasure import erased


class VerifyTests(CommittingTestCase):
    """Each change is undone after it was found."""

    @classmethod
    def setUpClass(cls) -> None:
        """Make a shared situation, an erased one, one under renewal."""
        super().setUpClass()
        cls.cast = people.commission(f"v{uuid.uuid4().hex[:8]}")
        cls.situation, _ = people.reviewed(cls.cast, "marc", "sophie")
        erased(cls.cast, people.shared(cls.cast).pk)
        other = people.shared(cls.cast, "marc")
        with people.as_person(cls.cast.luc) as viewer:
            row = people.fresh(cls.cast, other.pk)
            rotation.begin(viewer=viewer, situation=row, section="core")
            rotation.begin(viewer=viewer, situation=row, section="housing")
            rotation.advance(viewer=viewer, situation=row, section="housing")
        people.referred(cls.cast)

    def found(self, *aliases: str) -> vault_audit.Report:
        """Audit through the backup's role unless told."""
        with owner.connected(type(self), *(aliases or ("backup",))):
            return vault_audit.audit(projection.reader())

    def sound(self) -> None:
        """Check that nothing is wrong."""
        self.assertEqual([fault.sentence for fault in self.found().faults], [])

    def test_a_sound_vault(self) -> None:
        """Through both roles; everything was looked at."""
        for alias in ("backup", "owner"):
            report = self.found(alias)
            self.assertEqual([fault.sentence for fault in report.faults], [])
            for name in ("situations", "keys", "wraps", "grants", "documents"):
                self.assertGreater(report.counts[name], 2, name)

    def test_each_change_is_found(self) -> None:
        """One SQL statement as an administrator, the fault that names it; nothing once undone."""
        s = str(self.situation.pk)
        of_core = f"situation_id = '{s}' AND section = 'core'"
        marc, sophie = self.cast.marc.user.pk, self.cast.sophie.user.pk
        stray = uuid.uuid4()
        acts: dict[str, tuple[str, str]] = {
            "recovery_wrap_missing": (
                f"DELETE FROM cases_wrap WHERE {of_core} AND grant_id IS NULL",
                "cases_wrap",
            ),
            "shortage_unflagged": (
                f"UPDATE cases_mandate SET status = 'ended' WHERE user_id IN ('{marc}', '{sophie}',"
                f" '{self.cast.nadia.user.pk}', '{self.cast.claire.user.pk}')",
                "cases_mandate",
            ),
            "shortage_outdated": (
                "INSERT INTO cases_keyshortage (id, situation_id, section, since)"
                f" VALUES (gen_random_uuid(), '{s}', 'core', now())",
                "cases_keyshortage",
            ),
            "grant_not_verified": (
                f"UPDATE cases_grant SET not_after = not_after + interval '1 day' WHERE {of_core}"
                f" AND recipient_id = '{marc}'",
                "cases_grant",
            ),
            "exceptional_altered": (
                "INSERT INTO cases_exceptionalaccess (id, situation_id, kind, sections, reason,"
                " asked_by_id, asked_at, decided_by_id, decided_at, is_confirmed, ends_at,"
                f" conclusion) SELECT gen_random_uuid(), '{s}', 'break_glass', ARRAY['core'],"
                f" 'vie_en_danger', '{self.cast.nadia.user.pk}', now(), '{marc}', now(), true,"
                " now() + interval '4 hours', ''",
                "cases_exceptionalaccess",
            ),
            "grant_without_wrap": (
                f"DELETE FROM cases_wrap WHERE grant_id IN (SELECT id FROM cases_grant WHERE"
                f" {of_core} AND recipient_id = '{marc}')",
                "cases_wrap",
            ),
            "commitment_altered": (
                f"UPDATE cases_keystore_sectionkey SET commitment = sha256('x')"
                f" WHERE situation = '{s}' AND section = 'core'",
                "cases_keystore_sectionkey",
            ),
            "wrap_altered": (
                f"UPDATE cases_wrap SET blob = overlay(blob placing '\\x00'::bytea from 40)"
                f" WHERE {of_core}",
                "cases_wrap",
            ),
            "wrap_of_revoked": (
                f"UPDATE cases_grant SET revoked_at = now(), revoked_by_id = recipient_id"
                f" WHERE {of_core} AND recipient_id = '{marc}'",
                "cases_grant",
            ),
            "wrap_orphan": (
                f"UPDATE cases_wrap SET key_version = 9 WHERE {of_core} AND grant_id IS NOT NULL",
                "cases_wrap",
            ),
            "document_without_key": (
                f"UPDATE cases_sealeddocument SET key_version = 9 WHERE {of_core}",
                "cases_sealeddocument",
            ),
            "projection_missing": (
                f"DELETE FROM cases_situationuserpermission WHERE content_object_id = '{s}'"
                f" AND user_id = '{marc}'",
                "cases_situationuserpermission",
            ),
            "projection_extra": (
                "INSERT INTO cases_situationuserpermission (id, content_object_id, user_id,"
                f" permission_id) SELECT gen_random_uuid(), '{s}', '{marc}', id"
                " FROM auth_permission WHERE codename = 'manage_health'",
                "cases_situationuserpermission",
            ),
            "situation_key_missing": (
                f"DELETE FROM cases_keystore_situationkey WHERE situation = '{s}'",
                "cases_keystore_situationkey",
            ),
            "situation_key_altered": (
                "UPDATE cases_keystore_situationkey SET wrapped = overlay(wrapped placing"
                f" '\\x00'::bytea from 20) WHERE situation = '{s}'",
                "cases_keystore_situationkey",
            ),
            "key_orphan": (
                "INSERT INTO cases_keystore_situationkey SELECT"
                f" '{stray}', provider_version, wrapped FROM cases_keystore_situationkey LIMIT 1",
                "cases_keystore_situationkey",
            ),
            "erased_remains": (
                "INSERT INTO cases_keystore_situationkey SELECT e.situation, k.provider_version,"
                " k.wrapped FROM cases_keystore_situationkey k, cases_erasure e LIMIT 1",
                "cases_keystore_situationkey",
            ),
            "erasure_unproved": ("DELETE FROM cases_erasure", "cases_erasure"),
            "directory_root": (
                "UPDATE cases_commission SET recovery_public = statistics_public",
                "cases_commission",
            ),
            "directory_entry": (
                f"UPDATE cases_memberkey SET key_id = repeat('a', 32) WHERE user_id = '{marc}'",
                "cases_memberkey",
            ),
            "recovery_key_altered": (
                "UPDATE cases_commission SET recovery_key_id = repeat('a', 32)",
                "cases_commission",
            ),
            "slot_missing": (
                f"DELETE FROM cases_vaultslot WHERE user_id = '{marc}' AND kind = 'recovery'",
                "cases_vaultslot",
            ),
            "version_missing": (
                f"UPDATE cases_vaultslot SET pepper_version = 7 WHERE user_id = '{marc}'",
                "cases_vaultslot",
            ),
        }
        # Those of files are in test_files_integrity.
        untested = {
            "directory_unpinned",
            *(code for code in vault_audit.SENTENCES if code.startswith("file_")),
        }
        self.assertEqual(set(acts) | untested, set(vault_audit.SENTENCES))
        self.sound()
        for code, (statement, table) in acts.items():
            with self.subTest(code), self.as_administrator() as admin:
                # Past the triggers, as a restored or edited database would be.
                admin.execute("SET session_replication_role = replica")
                admin.execute(f"CREATE TABLE kept AS SELECT * FROM {table}")
                try:
                    self.assertGreater(admin.execute(statement).rowcount, 0)
                    self.assertIn(code, {fault.code for fault in self.found().faults})
                finally:
                    admin.execute(f"DELETE FROM {table}")
                    admin.execute(f"INSERT INTO {table} SELECT * FROM kept")
                    admin.execute("DROP TABLE kept")
        self.sound()

    def test_an_unpinned_root_is_a_fault_where_others_are_pinned(self) -> None:
        """Decision 16; with no pin at all it is a remark."""
        self.assertTrue(self.found().remarks)
        with self.settings(DIRECTORY_ROOTS={str(uuid.uuid4()): "0" * 64}):
            self.assertIn("directory_unpinned", {fault.code for fault in self.found().faults})
        root = self.cast.ceremony.root
        with self.settings(DIRECTORY_ROOTS={str(self.cast.commission.pk): root}):
            report = self.found()
            self.assertEqual((report.faults, report.remarks), ([], []))
            # Control: an object of no row is said.
            stray = uuid.uuid4()
            storage.write(stray, [b"sealed"])
            self.addCleanup(storage.remove, stray)
            self.assertEqual(len(self.found().remarks), 1)

    def test_every_version_that_seals_rows_is_counted(self) -> None:
        """A version of the provider's keys that is gone is named, whatever it sealed."""
        releasing.entries(self.cast)
        releasing.counted(self.cast)
        planning.noted(self.cast)
        columns = {
            ("release-job", "cases_releasedraft", "job_key_version"),
            ("release-job", "cases_releasedraft", "report_version"),
            ("note-words", "cases_releasenote", "words_version"),
            ("answers", "cases_situation", "answer_version"),
        }
        for purpose, table, column in sorted(columns):
            with self.subTest(column), self.as_administrator() as admin:
                admin.execute("SET session_replication_role = replica")
                admin.execute(f"CREATE TABLE kept AS SELECT id, {column} AS was FROM {table}")
                try:
                    self.assertGreater(
                        admin.execute(f"UPDATE {table} SET {column} = 7").rowcount, 0
                    )
                    for alias in ("backup", "owner"):
                        faults = [fault.sentence for fault in self.found(alias).faults]
                        self.assertEqual(len(faults), 1, faults)
                        self.assertIn(f"{purpose}, version 7", faults[0])
                finally:
                    admin.execute(
                        f"UPDATE {table} t SET {column} = was FROM kept WHERE kept.id = t.id"
                    )
                    admin.execute("DROP TABLE kept")
        counts = self.found().versions
        self.assertEqual((counts["release-job"].total(), counts["note-words"].total()), (1, 1))
        self.sound()

    def test_the_commands(self) -> None:
        """A summary and 0; a fault named by its code, an alert in the ledger and 1."""
        own = people.shared(self.cast, "marc")
        told = io.StringIO()
        with owner.connected(type(self), "backup"):
            call_command("verify_vault", stdout=told)
        self.assertIn("Coffre vérifié", told.getvalue())
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, own.pk)
            mine = Grant.objects.filter(situation=row, recipient=self.cast.marc.user)
            grants.revoke_all(
                viewer=viewer, situation=row, grants=list(mine.filter(section="core"))
            )
        with self.as_administrator() as admin:
            admin.execute(
                "INSERT INTO cases_situationuserpermission (id, content_object_id, user_id,"
                " permission_id) SELECT gen_random_uuid(), %s, %s, id FROM auth_permission"
                " WHERE codename IN ('contribute_core', 'read_legal')",
                [own.pk, self.cast.marc.user.pk],
            )
            admin.execute(
                "DELETE FROM cases_situationuserpermission WHERE content_object_id = %s"
                " AND user_id = %s AND permission_id = (SELECT id FROM auth_permission"
                " WHERE codename = 'contribute_housing')",
                [own.pk, self.cast.marc.user.pk],
            )
        told = io.StringIO()
        with owner.connected(type(self)), recorder.observe() as events:
            with self.assertRaises(CommandError) as failed:
                call_command("verify_vault", stdout=told)
            self.assertEqual(failed.exception.returncode, 1)
            self.assertIn(own.code, told.getvalue())
            self.assertNotIn(str(own.pk), told.getvalue())
            self.assertEqual(
                {event.purpose for event in events}, {"projection_missing", "projection_extra"}
            )
            told = io.StringIO()
            with self.assertRaises(CommandError):
                call_command("rebuild_permissions", check=True, stdout=told)
            self.assertIn(f"{own.code} : 1 manquante(s), 2 en trop.", told.getvalue())
            call_command("rebuild_permissions", stdout=told)
            told = io.StringIO()
            call_command("rebuild_permissions", check=True, stdout=told)
            self.assertIn("sont celles", told.getvalue())
        self.sound()

    def test_what_a_forged_grant_says_is_not_projected(self) -> None:
        """Decision 21: the projection is made from what verifies, not from columns."""
        marc: Any = self.cast.marc.user.pk
        with self.as_administrator() as admin:
            admin.execute(
                "UPDATE cases_grant SET level = 'manage' WHERE situation_id = %s AND section ="
                " 'social' AND recipient_id = %s",
                [self.situation.pk, marc],
            )
        with owner.connected(type(self)):
            call_command("rebuild_permissions", stdout=io.StringIO())
        with self.as_administrator() as admin:
            rows = admin.execute(
                "SELECT p.codename FROM cases_situationuserpermission s JOIN auth_permission p"
                " ON p.id = s.permission_id WHERE s.user_id = %s AND s.content_object_id = %s",
                [marc, self.situation.pk],
            ).fetchall()
            self.assertNotIn("manage_social", {name for (name,) in rows})
            self.assertNotIn("contribute_social", {name for (name,) in rows})
            admin.execute(
                "UPDATE cases_grant SET level = 'contribute' WHERE situation_id = %s AND section ="
                " 'social' AND recipient_id = %s",
                [self.situation.pk, marc],
            )
        with owner.connected(type(self)):
            call_command("rebuild_permissions", stdout=io.StringIO())
        self.sound()
