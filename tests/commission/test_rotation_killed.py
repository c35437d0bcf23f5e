"""Renewals killed at random, in short (T-31); a hundred times in ``make drill``."""

from __future__ import annotations

import os
import random

from cases.models import SealedDocument
from tests.cases_of import CommittingTestCase
from tests.drills import rotation

KILLS = int(os.environ.get("CLSM_T31_KILLS", "5"))
SEED = int(os.environ.get("CLSM_SEED") or random.SystemRandom().randrange(10**6))


class KilledTests(CommittingTestCase):
    """Section keys, server keys, pepper, recovery key: one child process each time."""

    def test_nothing_is_lost(self) -> None:
        """T-31; controls: a text under a key that is gone, and a row left behind, are seen."""
        with rotation.telling(self.place, self.database_name) as story:
            told = rotation.kill_often(story, kills=KILLS, seed=SEED)
            self.assertEqual(told["kills"], KILLS)
            with story.admin() as admin:
                admin.execute("SET session_replication_role = replica")
                row = SealedDocument(situation_id=story.pk)
                admin.execute(
                    "UPDATE cases_sealeddocument SET key_version = key_version + 1 WHERE id ="
                    " (SELECT id FROM cases_sealeddocument WHERE situation_id = %s"
                    " AND section = 'housing' LIMIT 1)",
                    [row.situation_id],
                )
            with self.assertRaises(AssertionError):
                story.check_complete(rotation.SECTIONS)
            with self.assertRaises(KeyError):
                story.check_readable()
