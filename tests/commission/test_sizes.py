"""T-06: the length of what is sealed tells a bucket, not a content."""

from __future__ import annotations

import os
import random
import uuid
from typing import Any
from unittest import mock

from cases.access.keys import open_keys, seal
from cases.actions import drafts, sealing
from cases.models import Commission, FacetRecord, ReferralDraft, SealedDocument, Wrap
from cases.vault import documents, encoding
from tests import people
from tests.cases_of import TestCase

# Texts drawn up to 40 KiB fall in so many lengths: 32 below 1 KiB, then Padmé's.
BUCKETS = 32
PADME = 90
DRAWN = 400


def text_of(size: int) -> str:
    """Return a text of so many letters, none like the next."""
    return os.urandom(size // 2 + 1).hex()[:size]


class SealedLengths(TestCase):
    """Random contents, sealed by the service's own code."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("tailles")
        cls.situation = people.shared(cls.cast, "marc")

    def lengths(self, sizes: list[int]) -> set[int]:
        """Return the lengths of the blobs of texts of these sizes."""
        found = set()
        with people.as_person(self.cast.luc) as viewer:
            keys = open_keys(viewer, people.fresh(self.cast, self.situation.pk))
            for size in sizes:
                _, blob = seal(
                    keys=keys,
                    situation_id=self.situation.pk,
                    section="core",
                    row=uuid.uuid4(),
                    row_version=1,
                    payload={"text": text_of(size)},
                )
                found.add(len(blob))
        return found

    def test_texts_fall_in_few_lengths(self) -> None:
        """T-06: at most 32 below 1 KiB, at most 90 up to 40 KiB; control: unpadded, one a size."""
        drawn = random.Random(6)
        small = [drawn.randrange(0, 900) for _ in range(DRAWN)]
        large = [drawn.randrange(0, 40_000) for _ in range(DRAWN)]
        self.assertLessEqual(len(self.lengths(small)), BUCKETS)
        self.assertLessEqual(len(self.lengths(large)), PADME)
        with mock.patch.object(documents, "pad", lambda raw: encoding.u32(len(raw)) + raw):
            self.assertGreater(len(self.lengths(small)), DRAWN // 2)

    def test_one_bucket_is_one_length(self) -> None:
        """T-06: every content of one bucket gives one length; the next one gives another."""
        drawn = random.Random(7)
        within = [drawn.randrange(700, 715) for _ in range(60)]
        self.assertEqual(len(self.lengths(within)), 1)
        self.assertNotEqual(self.lengths([700]), self.lengths([800]))

    def test_lengths_at_rest(self) -> None:
        """T-06: the rows that the actions write; wraps and facets have one length each."""
        drawn = random.Random(8)
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.situation.pk)
            keys = open_keys(viewer, situation)
            for _ in range(40):
                sealing.write_document(
                    viewer=viewer,
                    situation=situation,
                    keys=keys,
                    section="core",
                    kind="note",
                    payload={"text": text_of(drawn.randrange(180, 205))},
                )
            notes = SealedDocument.objects.filter(situation=situation, kind="note")
            self.assertEqual(self.sizes(notes, "blob"), 1)
            self.assertEqual(notes.count(), 40)
            self.assertEqual(self.sizes(Wrap.objects.filter(situation=situation), "blob"), 1)
        for severity in ("faible", "eleve"):
            people.referred(self.cast, severity=severity, story=text_of(drawn.randrange(500)))
        self.assertEqual(self.sizes(FacetRecord.objects.all(), "blob"), 1)
        self.assertGreater(FacetRecord.objects.count(), 1)

    def test_drafts(self) -> None:
        """T-06: a draft of a referral, too."""
        drawn = random.Random(9)
        commission = Commission.objects.get(pk=self.cast.commission.pk)
        with people.as_person(self.cast.julie) as viewer:
            for _ in range(30):
                drafts.save(
                    viewer=viewer,
                    commission=commission,
                    content={"story": text_of(drawn.randrange(275, 300))},
                    key=None,
                    draft_id=None,
                )
            self.assertEqual(self.sizes(ReferralDraft.objects.all(), "blob"), 1)
            self.assertEqual(ReferralDraft.objects.count(), 30)

    def sizes(self, rows: Any, column: str) -> int:
        """Return how many different lengths a column has."""
        return len({len(bytes(blob)) for blob in rows.values_list(column, flat=True)})
