"""What may leave the commission, and when: R4, R15, R16, and a chain that nobody rewrites."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import date
from typing import Any

from django.urls import reverse

from audit import recorder
from cases import publish
from cases.actions import releases
from cases.domain.exceptions import NotAllowed
from cases.domain.withdrawal import WithdrawalReason
from cases.models import FacetRecord, ReleaseDraft
from clsm_core.observatory import interface
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission import releasing
from tests.commission.releasing import LAST

State = ReleaseDraft.State


class Rules(CommittingTestCase):
    """Each with its own commission."""

    def setUp(self) -> None:
        self.cast = people.commission(f"u{uuid.uuid4().hex[:8]}")

    def made(self) -> list[Any]:
        """Return what the council has of this commission."""
        return interface.history(
            council=self.cast.commission.council, source=self.cast.commission.pk
        )

    def block(self, first: int, last: int) -> ReleaseDraft:
        """Freeze and prove a block of years."""
        with people.as_person(self.cast.claire) as viewer:
            draft = releases.freeze(
                viewer=viewer,
                commission=self.cast.commission,
                start=date(first, 1, 1),
                end=date(last + 1, 1, 1),
                then=lambda pk: None,
            )
        return releasing.proved(self.cast, draft)

    def total(self, draft: ReleaseDraft) -> Any:
        """Return the published total of the examined situations."""
        (part,) = [
            one for one in json.loads(draft.bundle)["populations"] if one["code"] == "examined"
        ]
        return part["total"], sum(len(table["rows"]) for table in part["tables"])

    def test_r4_fewer_than_eleven_new(self) -> None:
        """Refused, and what the council reads does not move by a byte; with enough: accepted."""
        releasing.released(self.cast, year=LAST - 1)
        before = self.made()
        releasing.entries(self.cast, year=LAST, size=5)
        draft = self.block(LAST - 1, LAST)
        self.assertEqual(
            (draft.state, draft.refusal), (State.NOT_PUBLISHABLE, "too_few_situations")
        )
        self.assertEqual(self.made(), before)
        page = people.client_of(self.cast.claire).get(reverse("cases:release", args=[draft.pk]))
        self.assertContains(page, "ne sont pas publiables")
        # Control: the same period, once there are enough.
        releasing.entries(self.cast, year=LAST, size=30, seed=2)
        self.assertEqual(self.block(LAST - 1, LAST).state, State.AUDITED)
        self.assertEqual(self.made(), before)

    def test_r15_small_numbers(self) -> None:
        """0, 1, 5, 10: nothing, in the same words; 11 and 29: a band of the total, and no table."""
        said = set()
        for size in (0, 1, 5, 10):
            cast = people.commission(f"u{uuid.uuid4().hex[:8]}")
            draft = releasing.audited(cast, size=size)
            self.assertEqual((draft.state, draft.bundle), (State.NOT_PUBLISHABLE, ""))
            page = people.client_of(cast.claire).get(reverse("cases:release", args=[draft.pk]))
            self.assertContains(page, "ne sont pas publiables")
            said.add((draft.refusal, draft.refusal_words))
        self.assertEqual(len(said), 1)
        for size, band in ((11, [11, 20]), (29, [21, 30])):
            cast = people.commission(f"u{uuid.uuid4().hex[:8]}")
            draft = releasing.audited(cast, size=size)
            self.assertEqual((draft.state, self.total(draft)), (State.AUDITED, (band, 0)))
        draft = releasing.audited(self.cast, size=60)
        self.assertGreater(self.total(draft)[1], 5)  # Control.

    def test_r16_what_is_erased_later_changes_nothing(self) -> None:
        """The release stays to the byte, and the next one is proved without the erased records."""
        draft = releasing.released(self.cast, year=LAST - 1)
        hashes = [hashlib.sha256(text.encode()).hexdigest() for text in self.made()[0][:4]]
        with self.as_administrator() as admin:
            gone = admin.execute(
                "DELETE FROM cases_facetrecord WHERE id IN (SELECT id FROM cases_facetrecord"
                " WHERE commission_id = %s LIMIT 3)",
                [self.cast.commission.pk],
            )
        self.assertEqual(gone.rowcount, 3)  # Control.
        after = [hashlib.sha256(text.encode()).hexdigest() for text in self.made()[0][:4]]
        self.assertEqual(after, hashes)
        self.assertEqual(releasing.row(self.cast, draft.pk).bundle, draft.bundle)
        releasing.entries(self.cast, year=LAST, size=30)
        second = self.block(LAST - 1, LAST)
        self.assertEqual((second.state, second.refusal_words), (State.AUDITED, ""))
        releasing.published(self.cast, second)
        self.assertEqual(len(self.made()), 2)

    def test_a_period_that_cuts_another_is_refused(self) -> None:
        """On the form, before anything is opened."""
        releasing.released(self.cast, year=LAST - 1, size=12)
        with recorder.observe() as events, self.assertRaises(releases.NotPublishable):
            releasing.counted(self.cast, year=LAST - 1)
        self.assertNotIn("facets.opened", [one.action for one in events])

    def test_a_period_under_way_is_refused(self) -> None:
        """Whatever the form was made to send."""
        with self.assertRaises(NotAllowed) as refused:
            releasing.counted(self.cast, year=LAST + 1)
        self.assertEqual(refused.exception.code, "period_open")

    def test_only_one_at_a_time(self) -> None:
        """A second one would be proved without the first."""
        releasing.entries(self.cast, size=12)
        releasing.counted(self.cast)
        with self.assertRaises(NotAllowed) as refused:
            releasing.counted(self.cast)
        self.assertEqual(refused.exception.code, "pending")

    def test_an_altered_chain_stops_everything(self) -> None:
        """Each column of each entry, the last one included: nothing is counted, the DPO alerted."""
        releasing.released(self.cast, year=LAST - 1, size=12)
        (row,) = self.made()
        edits = {
            "bundle": row.bundle.replace("11", "12", 1),
            "manifest": row.manifest.replace("figures", "figures ", 1),
            "certificate": row.certificate.replace("0", "1", 1),
            "ledger_line": row.ledger_line.replace('"lo":11', '"lo":12', 1),
            "signature": bytes(64),
        }
        for column, value in edits.items():
            with self.subTest(column):
                before = getattr(row, column)
                self.assertNotEqual(before, value)
                self.stored(column, value)
                with recorder.observe() as events, self.assertRaises(releases.NotPublishable):
                    releasing.counted(self.cast)
                told = [one.purpose for one in events if one.action == "integrity.alert"]
                self.assertEqual(told, ["release_history_altered"])
                self.stored(column, before)
        self.assertEqual(releasing.counted(self.cast).state, State.COMPUTING)  # Control.

    def stored(self, column: str, value: Any) -> None:
        """Change a column of the council's row, as nobody but a superuser can."""
        with self.as_administrator() as admin:
            admin.execute(
                f"UPDATE clsm_observatory_release SET {column} = %s WHERE source = %s",
                [value, self.cast.commission.pk],
            )

    def test_a_chain_cut_at_its_end_is_found(self) -> None:
        """No hash tells that the last entry is gone: the commission's own memory does."""
        releasing.released(self.cast, year=LAST - 1, size=12)
        with self.as_administrator() as admin:
            admin.execute("SET session_replication_role = replica")
            admin.execute(
                "DELETE FROM clsm_observatory_release WHERE source = %s",
                [self.cast.commission.pk],
            )
        with self.assertRaises(releases.NotPublishable):
            releasing.counted(self.cast)

    def test_a_whole_chain_written_again_is_found(self) -> None:
        """Every hash agrees, and the signature is of another key: only it tells."""
        from cases.disclosure.period import Period
        from cases.disclosure.release import paper_release

        forged = paper_release(
            releasing.PLAN,
            Period.year(LAST - 1),
            [{"population": "examined", "table": "", "groups": [], "lo": 12, "hi": 12}],
            [],
            issuer=publish.issuer(self.cast.commission),
        )
        for is_signed in (False, True):
            with people.as_person(self.cast.claire) as viewer:
                from django.conf import settings

                signature = (
                    settings.KEYS.sign(publish.SIGNING, forged.manifest_text.encode())
                    if is_signed
                    else bytes(64)
                )
                interface.publish(
                    council=self.cast.commission.council,
                    bundle=forged.bundle_text,
                    manifest=forged.manifest_text,
                    certificate=forged.certificate_text,
                    ledger_line=forged.ledger_line,
                    signature=signature,
                    at=viewer.at,
                )
            if is_signed:
                self.assertEqual(releasing.counted(self.cast).state, State.COMPUTING)  # Control.
            else:
                with self.assertRaises(releases.NotPublishable):
                    releasing.counted(self.cast)
                with self.as_administrator() as admin:
                    admin.execute("SET session_replication_role = replica")
                    admin.execute("DELETE FROM clsm_observatory_release")

    def test_a_withdrawn_release_stays_known(self) -> None:
        """Gone from the council's pages, still in the chain; a reason off the list is refused."""
        draft = releasing.released(self.cast, year=LAST - 1, size=12)
        with people.as_person(self.cast.denis) as viewer:
            releases.withdraw(viewer=viewer, draft_id=draft.pk, reason=WithdrawalReason.DOUBT)
        self.assertEqual(len(self.made()), 1)
        (shown,) = interface.releases_of(
            council=self.cast.commission.council, source=self.cast.commission.pk
        )
        self.assertEqual(shown.reason, WithdrawalReason.DOUBT.label)
        self.assertIsNone(interface.latest(council=self.cast.commission.council))
        with people.as_person(self.cast.claire) as viewer, self.assertRaises(NotAllowed):
            releases.withdraw(viewer=viewer, draft_id=draft.pk, reason=WithdrawalReason.DPO)
        with self.assertRaises(releases.NotPublishable):
            releasing.counted(self.cast, year=LAST - 1)

    def test_records_of_another_commission_are_not_counted(self) -> None:
        """Entries are opened by commission and quarter; the rows have gone once counted."""
        other = people.commission(f"u{uuid.uuid4().hex[:8]}")
        releasing.entries(other, size=60)
        draft = releasing.audited(self.cast, size=12)
        self.assertEqual(self.total(draft), ([11, 20], 0))
        self.assertEqual(FacetRecord.objects.filter(commission=self.cast.commission).count(), 12)

    def test_an_altered_record_stops_the_count(self) -> None:
        """Which one is not told; the DPO is."""
        releasing.entries(self.cast, size=12)
        with self.as_administrator() as admin:
            admin.execute(
                "UPDATE cases_facetrecord SET blob = set_byte(blob, length(blob) - 1, 0) WHERE id ="
                " (SELECT id FROM cases_facetrecord WHERE commission_id = %s LIMIT 1)",
                [self.cast.commission.pk],
            )
        from cases.vault.errors import VaultError

        with recorder.observe() as events, self.assertRaises(VaultError):
            releasing.counted(self.cast)
        self.assertIn("facets_altered", [one.purpose for one in events])
        with people.as_person(self.cast.claire):
            self.assertFalse(ReleaseDraft.objects.filter(commission=self.cast.commission).exists())
