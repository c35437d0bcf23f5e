"""What nobody signs of an exceptional access, found by the nightly commands; its words' key."""

from __future__ import annotations

import io
import uuid

from django.conf import settings
from django.core.management import call_command

from cases.access import exceptional_words
from cases.actions import exceptional_endings
from cases.models import ExceptionalAccess
from deploy import vault_audit
from deploy.keys.provider import EXCEPTIONAL
from deploy.projection import OWNER
from tests import owner, people
from tests.commission import exceptionals as made
from tests.commission.test_reconcile import Written
from tests.commission.test_server_keys import own_keys


class Reconciled(Written):
    """An emergency that was opened, closed and concluded."""

    def setUp(self) -> None:
        super().setUp()
        self.row = made.opened(self.cast, self.situation.code)
        made.end(self.cast, self.row.pk, "nadia")
        with people.as_person(self.cast.denis) as viewer:
            exceptional_endings.follow_up(
                viewer=viewer, pk=self.row.pk, conclusion="justifie", words=""
            )

    def change(self, what: str) -> None:
        """Write as a superuser whom no trigger stops."""
        with made.administrator() as admin:
            admin.execute(what, {"pk": self.row.pk})

    def test_an_end_that_was_wiped(self) -> None:
        """It reads again until its signed end: the ledger remembers that it was closed."""
        _, said = self.run_it("--no-record")
        self.assertNotIn(str(self.row.pk), said)  # Control.
        self.change("UPDATE cases_exceptionalaccess SET ended_at = NULL WHERE id = %(pk)s")
        self.assertNotEqual(made.reads(self.cast.nadia, self.situation.code), "")
        self.assertNamed("refermé, est revenu", "exceptional_revived")

    def test_a_row_that_disappeared(self) -> None:
        """The register is only added to."""
        self.change("DELETE FROM cases_exceptionalaccess WHERE id = %(pk)s")
        self.assertNamed("a disparu de son registre", "exceptional_deleted")

    def test_a_conclusion_that_the_dpo_did_not_write(self) -> None:
        """An access taken off her list by hand."""
        other = made.opened(self.cast, self.situation.code)
        with made.administrator() as admin:
            admin.execute(
                "UPDATE cases_exceptionalaccess SET followed_up_by_id = %s, conclusion ="
                " 'justifie', followed_up_at = clsm_now() WHERE id = %s",
                [self.cast.denis.user.pk, other.pk],
            )
        self.assertNamed("conclusion sans auteur", "exceptional_unreviewed")


class Keys(Written):
    """The server's key of the words, and the vault's own audit."""

    def setUp(self) -> None:
        super().setUp()
        self.enterContext(owner.connected(type(self)))
        self.enterContext(own_keys())
        self.row = made.opened(self.cast, self.situation.code)
        with people.as_person(self.cast.denis) as viewer:
            exceptional_endings.follow_up(
                viewer=viewer, pk=self.row.pk, conclusion="justifie", words="CANARI-suite"
            )

    def words(self) -> tuple[str, str]:
        """Return both texts as the DPO reads them."""
        with people.as_person(self.cast.denis) as viewer:
            row = ExceptionalAccess.objects.get(pk=self.row.pk)
            first, second = (
                exceptional_words.opened(viewer, row, place, commission=self.cast.commission.pk)
                for place in (exceptional_words.WORDS, exceptional_words.CONCLUSION)
            )
        return first, second

    def test_the_key_is_renewed_under_both_texts(self) -> None:
        """T-31: every text moves, then the former version goes, and both still open."""
        said = (made.WORDS, "CANARI-suite")
        self.assertEqual(self.words(), said)
        told = io.StringIO()
        call_command("rotate_keys", EXCEPTIONAL, stdout=told, stderr=told)
        call_command("rotate_keys", EXCEPTIONAL, "--retire", stdout=told, stderr=told)
        self.assertEqual(settings.KEYS.versions(EXCEPTIONAL), (2,))
        self.assertEqual(self.words(), said)

    def test_verify_vault_names_what_was_not_signed(self) -> None:
        """Control first: a true access raises no fault."""

        def faults() -> set[str]:
            found = vault_audit.audit(OWNER).faults
            return {one.code for one in found if self.situation.pk in one.objects}

        self.assertNotIn("exceptional_altered", faults())
        with made.administrator() as admin:
            admin.execute(
                "UPDATE cases_exceptionalaccess SET reason = 'danger_pour_autrui' WHERE id = %s",
                [self.row.pk],
            )
        self.assertIn("exceptional_altered", faults())

    def test_erased_with_its_situation(self) -> None:
        """Promise 8: no access of an erased situation is left."""
        count = "SELECT count(*) FROM cases_exceptionalaccess WHERE situation_id = %s"
        with made.administrator() as admin:
            found = []
            for _ in range(2):
                found.append(admin.execute(count, [self.situation.pk]).fetchone()[0])
                admin.execute("SELECT clsm_wipe(%s, %s)", [self.situation.pk, uuid.uuid4()])
        self.assertEqual(found, [1, 0])
