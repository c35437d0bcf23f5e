"""Each lock of an exceptional access alone (T-22); what an SQL writer or a faulty service gains.

No row opens anything without two people's signatures; no service lets one person do both halves.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from django.db import Error, transaction

from audit import recorder
from cases import queries
from cases.access import situations
from cases.access.keys import open_keys
from cases.actions import exceptional
from cases.domain.reading import Decision, GrantBasis, GrantFacts, GrantLevel
from cases.domain.sections import Section
from cases.models import ExceptionalAccess, SealedDocument, Situation, Wrap
from deploy.policies import FORCED_TABLES
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission import exceptionals as made

CONFIRMED = (
    "INSERT INTO cases_exceptionalaccess (id, situation_id, kind, sections, reason, asked_by_id,"
    " asked_at, statement, decided_by_id, decided_at, is_confirmed, ends_at, conclusion)"
    " SELECT %(id)s, %(situation)s, 'break_glass', ARRAY['core','identity'], 'vie_en_danger',"
    " %(nadia)s, clsm_now(), %(statement)s, %(claire)s, clsm_now(), true,"
    " clsm_now() + interval '4 hours', ''"
)


class Locked(CommittingTestCase):
    """Nadia, the depositary; Claire, the coordinator; Luc, the lead."""

    def setUp(self) -> None:
        self.cast = people.commission(f"l{uuid.uuid4().hex[:8]}")
        self.situation = made.situation(self.cast)
        self.code = self.situation.code

    def nadia(self) -> str:
        """Return what the depositary is shown."""
        return made.reads(self.cast.nadia, self.code)

    def write(self, statement: str, /, **values: Any) -> None:
        """Write as a superuser whom no trigger stops."""
        with made.administrator() as admin:
            admin.execute(statement, values)


class ThreeLocksAlone(Locked):
    """T-22: with two locks off and nothing signed, nothing; with the three off, the text."""

    @contextmanager
    def without_policy(self) -> Iterator[None]:
        """Let the first lock say yes to everything."""
        grants = {
            section.value: GrantFacts(
                section=section,
                level=GrantLevel.READ,
                basis=GrantBasis.DEPOSITARY,
                not_before=self.situation.created_at,
                not_after=self.situation.created_at.replace(year=2099),
            )
            for section in Section
        }
        everything = Situation.objects.filter(state__isnull=False).select_related("commission")
        yes = Decision(True, ("patched",), "patched")
        with (
            mock.patch.object(queries, "situations", return_value=everything),
            mock.patch.object(situations, "live_grants", return_value=grants),
            mock.patch.object(situations, "readable", return_value=yes),
            mock.patch("cases.access.texts.readable", return_value=yes),
        ):
            yield

    @contextmanager
    def without_rows_security(self) -> Iterator[None]:
        """Switch the second lock off, as a superuser."""
        with made.administrator() as admin:
            for table in FORCED_TABLES:
                admin.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
            try:
                yield
            finally:
                for table in FORCED_TABLES:
                    admin.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")

    @contextmanager
    def without_signatures(self) -> Iterator[None]:
        """Believe that every sleeping right is awake."""
        with mock.patch("cases.access.keys._is_awake", return_value=True):
            yield

    def test_two_locks_out_of_three_may_fail(self) -> None:
        """Nobody asked for anything: her own vault holds the wraps all the while."""
        locks = (self.without_policy, self.without_rows_security, self.without_signatures)
        for kept in range(3):
            with self.subTest(kept=locks[kept].__name__), ExitStack() as stack:
                for number, lock in enumerate(locks):
                    if number != kept:
                        stack.enter_context(lock())
                self.assertNotIn(made.SECRET, self.nadia())
        with ExitStack() as stack:
            for lock in locks:
                stack.enter_context(lock())
            self.assertIn(made.SECRET, self.nadia())

    def test_the_database_alone(self) -> None:
        """Raw, in her own context: her wraps, and nothing more until two people opened them."""

        def seen() -> tuple[int, int]:
            with people.as_person(self.cast.nadia) as viewer:
                rows = SealedDocument.objects.filter(situation=self.situation.pk)
                self.assertTrue(Wrap.objects.filter(grant__recipient_id=viewer.user_id).exists())
                found = Situation.objects.filter(pk=self.situation.pk)
                return rows.count(), found.count()

        self.assertEqual(seen(), (0, 0))
        row = made.ask(self.cast, self.code)
        self.assertEqual(seen(), (0, 0))
        made.confirm(self.cast, row.pk)
        self.assertGreater(seen()[0], 3)
        self.assertEqual(seen()[1], 1)
        with people.later(hours=4, seconds=1):
            self.assertEqual(seen(), (0, 0))
        made.end(self.cast, row.pk, "claire")
        self.assertEqual(seen(), (0, 0))

    def test_the_database_reads_and_never_writes(self) -> None:
        """Awake, a right to manage reads: no text, grant, step or proposal enters in her name."""
        made.opened(self.cast, self.code)
        with people.as_person(self.cast.nadia) as viewer:
            document = SealedDocument.objects.filter(situation=self.situation.pk).first()
            assert document is not None
            changed = SealedDocument.objects.filter(pk=document.pk).update(kind="note")
            self.assertEqual(changed, 0)
            self.assertEqual(
                Situation.objects.filter(pk=self.situation.pk).update(state="closed"), 0
            )
            document.pk, document.created_by_id = uuid.uuid4(), viewer.user_id
            with self.assertRaises(Error), transaction.atomic():
                document.save(force_insert=True)

    def test_the_database_opens_the_sections_that_were_asked(self) -> None:
        """Not the others, whatever she holds asleep there."""
        from cases.domain.sections import InformationCategory as Category

        situation = made.situation(self.cast, categories=frozenset({Category.HOUSING}))
        made.opened(self.cast, situation.code)
        with people.as_person(self.cast.nadia):
            rows = SealedDocument.objects.filter(situation=situation.pk)
            found = set(rows.values_list("section", flat=True))
        self.assertLessEqual(found, {"core", "housing", "shareable"})
        self.assertIn("core", found)


class SqlWriter(Locked):
    """T-11: rows written or changed by hand open nothing, and leave an alert."""

    def forge(self, statement: bytes | None, **changes: Any) -> uuid.UUID:
        """Insert a confirmed access that nobody asked."""
        pk = changes.pop("id", uuid.uuid4())
        values = {
            "id": pk,
            "situation": self.situation.pk,
            "nadia": self.cast.nadia.user.pk,
            "claire": self.cast.claire.user.pk,
            "statement": statement,
        }
        self.write(CONFIRMED, **{**values, **changes})
        return pk

    def assertRefusedAndTold(self, name: str) -> None:
        """Check that she reads nothing, by page, list and keys, and that the ledger says why."""
        with self.subTest(name):
            with recorder.observe() as events:
                self.assertEqual(self.nadia(), "")
            told = [one for one in events if one.action == "integrity.alert"]
            self.assertEqual([one.purpose for one in told], ["exceptional_altered"])
            with people.as_person(self.cast.nadia) as viewer:
                self.assertEqual(situations.list_situations(viewer), [])
                row = Situation(pk=self.situation.pk, commission=self.cast.commission)
                self.assertEqual(open_keys(viewer, row).deks, {})

    def test_a_row_without_signatures(self) -> None:
        """Columns alone say that it is confirmed: the database believes them, nobody else."""
        self.forge(None)
        self.assertRefusedAndTold("no statement")

    def test_the_signatures_of_another_access(self) -> None:
        """Copied from a true one, ended since, under another id or over the same one."""
        true = made.opened(self.cast, self.code)
        made.end(self.cast, true.pk, "nadia")
        with people.as_person(self.cast.claire):
            statement = bytes(ExceptionalAccess.objects.get(pk=true.pk).statement)
        self.forge(statement)
        self.assertRefusedAndTold("copied")

    def test_columns_that_say_more_than_was_signed(self) -> None:
        """Longer, wider, somebody else's, another reason; put back, it opens (control)."""
        row = made.opened(self.cast, self.code)
        self.assertIn(made.SECRET, self.nadia())
        acts = {
            "longer": "ends_at = ends_at + interval '1 day'",
            "wider": "sections = sections || ARRAY['other']",
            "another second person": f"decided_by_id = '{self.cast.luc.user.pk}'",
            "another reason": "reason = 'danger_pour_autrui'",
            "earlier": "decided_at = decided_at - interval '1 minute'",
            "one byte": "statement = set_byte(statement, 200, get_byte(statement, 200) # 1)",
        }
        with made.administrator() as admin:
            for name, change in acts.items():
                admin.execute("CREATE TEMP TABLE kept AS SELECT * FROM cases_exceptionalaccess")
                admin.execute(f"UPDATE cases_exceptionalaccess SET {change}")
                self.assertRefusedAndTold(name)
                admin.execute("DELETE FROM cases_exceptionalaccess")
                admin.execute("INSERT INTO cases_exceptionalaccess SELECT * FROM kept")
                admin.execute("DROP TABLE kept")
        self.assertIn(made.SECRET, self.nadia())
        # Past its signed end, a longer column does not help either.
        self.write(
            "UPDATE cases_exceptionalaccess SET ends_at = ends_at + interval '1 day' WHERE id ="
            " %(id)s",
            id=row.pk,
        )
        with people.later(hours=5):
            self.assertRefusedAndTold("late")

    def test_a_request_that_was_changed_is_not_confirmed(self) -> None:
        """The second person signs what the first asked, or nothing."""
        row = made.ask(self.cast, self.code)
        self.write("UPDATE cases_exceptionalaccess SET reason = 'danger_pour_autrui'")
        with recorder.observe() as events, self.assertRaises(exceptional.Altered):
            made.confirm(self.cast, row.pk)
        self.assertIn("exceptional_altered", [one.purpose for one in events])
        self.write("UPDATE cases_exceptionalaccess SET reason = 'vie_en_danger'")
        made.confirm(self.cast, row.pk)  # Control.
        self.assertIn(made.SECRET, self.nadia())

    def test_a_key_revoked_before_it_signed_confirms_nothing(self) -> None:
        """What she signed before she left stays good; what she would sign after does not."""
        row = made.ask(self.cast, self.code)
        self.write(
            "UPDATE cases_memberkey SET revoked_at = clsm_now() WHERE user_id = %(who)s",
            who=self.cast.marc.user.pk,
        )
        with self.assertRaises(made.VaultError):
            made.confirm(self.cast, row.pk, "marc")
        self.assertEqual(self.nadia(), "")
        made.confirm(self.cast, row.pk, "sophie")
        self.assertIn(made.SECRET, self.nadia())  # Control.
