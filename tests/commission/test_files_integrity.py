"""T-12, T-13: files, their rows and their descriptions changed by hand."""

from __future__ import annotations

import uuid
from functools import partial

from django.conf import settings
from django.db import connections, transaction

from cases import storage
from cases.actions import files, rotation
from cases.domain.sections import InformationCategory
from cases.models import Attachment, FileDraft
from cases.vault.files import CHUNK, HEADER_SIZE
from deploy import projection, reconciliation, vault_audit
from tests import owner, people
from tests.commission.with_files import TEXT, WithFiles
from tests.files import address, body, deposited, posted, status

CHUNKS = -(-len(TEXT) // CHUNK)


class Bytes(WithFiles):
    """T-13 over HTTP: the object itself."""

    def test_cut_extended_reordered_altered_or_gone(self) -> None:
        """At every chunk boundary and inside; the twin is read all along; put back, it is too."""
        path = self.path(self.row)
        good = path.read_bytes()
        sealed = CHUNK + 16
        first, second = HEADER_SIZE, HEADER_SIZE + sealed
        boundaries = [0, HEADER_SIZE, *(HEADER_SIZE + n * sealed for n in range(1, CHUNKS))]
        changes = {f"cut at {at}": good[:at] for at in boundaries}
        changes |= {
            "one byte less": good[:-1],
            "one byte more": good + b"\0",
            "a chunk more": good + good[-sealed:],
            "reordered": good[:first]
            + good[second : second + sealed]
            + good[first:second]
            + good[second + sealed :],
            "a bit": good[:-20] + bytes((good[-20] ^ 1,)) + good[-19:],
            "the header": good[:40] + bytes((good[40] ^ 1,)) + good[41:],
            "another's": self.path(self.twin).read_bytes(),
            "clear": TEXT,
        }
        self.assertGreaterEqual(CHUNKS, 3)
        for what, content in changes.items():
            with self.subTest(what):
                path.write_bytes(content)
                self.assertAltered(self.row)
                self.assertEqual(status(self.get(self.twin)), 200)
        path.unlink()
        self.assertAltered(self.row)
        # Only a range of the first chunk is asked: the last one is proved all the same.
        path.write_bytes(good[: HEADER_SIZE + sealed])
        self.assertAltered(self.row, range="bytes=0-9")
        path.write_bytes(good)
        self.assertEqual(body(self.get(self.row)), TEXT)

    def test_a_link_is_not_followed(self) -> None:
        """An object replaced by a link to another is no object."""
        path = self.path(self.row)
        path.unlink()
        path.symlink_to(self.path(self.twin))
        self.assertAltered(self.row)

    def test_an_altered_file_does_not_take_the_listing_with_it(self) -> None:
        """The page names both; the one whose description was changed says so."""
        client = people.client_of(self.cast.luc)
        page = address("situation_section", self.situation, "housing")
        self.assertContains(client.get(page), "Bail signé", count=4)  # Title and delete link.
        self.write(
            "UPDATE cases_attachment SET category = 'budget_droits' WHERE id = %s", self.row.pk
        )
        answer = client.get(page)
        self.assertContains(answer, "Cette pièce a été altérée", count=1)
        self.assertContains(answer, "Bail signé", count=2)
        self.assertAltered(self.row)


class Rows(WithFiles):
    """What an SQL writer changes; each control is the same file, read before and after."""

    def swap(self, column: str) -> None:
        """Exchange a column between the two files."""
        one, two = (getattr(self.fresh(row), column) for row in (self.row, self.twin))
        if column == "stored_as":
            self.write(
                "UPDATE cases_attachment SET stored_as = %s WHERE id = %s",
                uuid.uuid4(),
                self.row.pk,
            )
        for row, value in ((self.twin, one), (self.row, two)):
            self.write(f"UPDATE cases_attachment SET {column} = %s WHERE id = %s", value, row.pk)

    def test_swapped_objects_and_descriptions(self) -> None:
        """T-13: an object opens under its own row only; a description says whose it is."""
        self.assertEqual(status(self.get(self.row)), 200)
        self.swap("stored_as")
        self.assertAltered(self.row)
        self.assertAltered(self.twin)
        self.swap("stored_as")
        self.assertEqual(status(self.get(self.row)), 200)
        with self.as_administrator() as admin:
            admin.execute(
                "ALTER TABLE cases_attachment DROP CONSTRAINT IF EXISTS"
                " cases_attachment_document_id_key"
            )
        self.swap("document_id")
        self.assertAltered(self.row)

    def test_a_category_in_clear_changed_opens_nothing_more(self) -> None:
        """C-08: legal was not agreed; renamed « logement » by SQL, it is altered, not shown."""
        kept = frozenset(InformationCategory) - {InformationCategory.BUDGET_AND_RIGHTS}
        situation = people.shared(self.cast, "marc", categories=kept)
        closed = deposited(
            self.cast, situation, content=TEXT, name="a.txt", category="budget_droits"
        )
        marc = people.client_of(self.cast.marc)
        url = address("file", situation, closed.pk)
        self.assertEqual(marc.get(url).status_code, 404)
        for table, pk in (
            ("cases_attachment", closed.pk),
            ("cases_sealeddocument", closed.document_id),
        ):
            self.write(f"UPDATE {table} SET category = 'situation_sociale' WHERE id = %s", pk)
        self.assertEqual(marc.get(url).status_code, 409)

    def test_a_file_of_another_situation(self) -> None:
        """Moved by SQL to a situation one reads: the seal says where it was."""
        other = people.shared(self.cast)
        foreign = deposited(self.cast, other, content=TEXT, name="a.txt")
        self.write(
            "UPDATE cases_attachment SET situation_id = %s WHERE id = %s",
            self.situation.pk,
            foreign.pk,
        )
        answer = self.get(foreign)
        self.assertIn(answer.status_code, (404, 409))

    def test_a_key_version_that_does_not_exist(self) -> None:
        """The row keeps the version; E2's seal holds it too."""
        self.write("UPDATE cases_attachment SET key_version = 7 WHERE id = %s", self.row.pk)
        self.assertAltered(self.row)

    def audited(self) -> set[str]:
        """Return the faults of the nightly check."""
        with owner.connected(type(self), "backup"):
            report = vault_audit.audit(projection.reader())
        self.assertGreaterEqual(report.counts["files"], 2)
        return {fault.code for fault in report.faults if self.situation.pk in fault.objects}

    def test_the_nightly_check(self) -> None:
        """Each row has its object, its digest, its description and its key."""
        self.assertEqual(self.audited(), set())
        path = self.path(self.row)
        good = path.read_bytes()
        for content, code in ((good[:-1], "file_altered"), (None, "file_missing")):
            if content is None:
                path.unlink()
            else:
                path.write_bytes(content)
            self.assertEqual(self.audited(), {code})
        path.write_bytes(good)
        for column, value, code in (
            ("key_version", 9, "file_without_key"),
            ("category", "", "file_misplaced"),
        ):
            former = getattr(self.row, column)
            change = f"UPDATE cases_attachment SET {column} = %s WHERE id = %s"
            self.write(change, value, self.row.pk)
            self.assertEqual(self.audited(), {code})
            self.write(change, former, self.row.pk)
        posted(people.client_of(self.cast.luc), self.situation, b"bonjour", "a.txt", title="")
        with people.as_person(self.cast.luc):
            draft = FileDraft.objects.get(situation=self.situation)
        self.assertEqual(self.audited(), set())
        storage.remove(draft.stored_as)
        self.assertEqual(self.audited(), {"file_waiting_lost"})

    def findings(self) -> set[str]:
        """Return what contradicts the ledger."""
        with owner.connected(type(self), "owner"):
            found, _, _ = reconciliation.reconcile(
                connections["owner"],
                partial(transaction.atomic, using="owner"),
                {"commission": settings.AUDIT_MAC_KEY},
            )
        return {one.kind for one in found if one.situation == self.situation.pk}

    def test_the_ledger_knows_each_file(self) -> None:
        """T-12: replaced, rolled back to the seal of before a renewal, deleted, inserted."""
        self.assertEqual(self.findings(), set())
        before = self.fresh(self.row)
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.situation.pk)
            rotation.begin(viewer=viewer, situation=situation, section="housing")
            rotation.reseal(viewer=viewer, situation=situation, section="housing")
        self.assertEqual(self.findings(), set())
        digest = "UPDATE cases_attachment SET digest = %s WHERE id = %s"
        after = bytes(self.fresh(self.row).digest)
        self.write(digest, bytes(before.digest), self.row.pk)
        self.assertEqual(self.findings(), {"file_rolled_back"})
        self.write(digest, bytes(32), self.row.pk)
        self.assertEqual(self.findings(), {"file_replaced"})
        self.write(digest, after, self.row.pk)
        self.assertEqual(self.findings(), set())
        self.write("DELETE FROM cases_attachment WHERE id = %s", self.row.pk)
        self.assertEqual(self.findings(), {"file_deleted"})
        columns = ", ".join(
            one.column
            for one in Attachment._meta.concrete_fields
            if one.column not in ("id", "stored_as", "document_id")
        )
        self.write(
            f"INSERT INTO cases_attachment (id, stored_as, document_id, {columns})"
            f" SELECT gen_random_uuid(), gen_random_uuid(), %s, {columns}"
            " FROM cases_attachment WHERE id = %s",
            before.document_id,
            self.twin.pk,
        )
        self.assertEqual(self.findings(), {"file_deleted", "file_inserted"})

    def test_a_deletion_by_the_page_is_no_finding(self) -> None:
        """Control of the one above."""
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.situation.pk)
            files.delete(viewer=viewer, situation=situation, attachment=self.fresh(self.row))
        self.assertEqual(self.findings(), set())
        self.assertEqual(storage.size_of(self.row.stored_as), 0)
