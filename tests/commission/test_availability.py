"""No key is lost in a short random life, and the drill sees one that is (T-30)."""

from __future__ import annotations

import os
import random

from tests.cases_of import CommittingTestCase
from tests.drills.availability import live
from tests.drills.life import Life
from tests.drills.opening import Broken, check_rows

STEPS = int(os.environ.get("CLSM_T30_STEPS", "400"))
SEED = int(os.environ.get("CLSM_SEED") or random.SystemRandom().randrange(10**6))


class AvailabilityTests(CommittingTestCase):
    """400 steps here, 10,000 in ``make drill``."""

    def test_a_random_life_loses_no_key(self) -> None:
        """T-30, from a seed that its failure prints."""
        try:
            told = live(self.place, self.database_name, seed=SEED, steps=STEPS)
        except Exception as error:
            raise AssertionError(f"CLSM_SEED={SEED}: {error}") from error
        for act in ("refer", "admit", "agree", "share", "write", "revoke", "begin", "renew"):
            self.assertGreater(told["done"].get(act, 0), 0, told)
        self.assertGreater(sum(told["done"].values()), STEPS / 4, told)


class ControlTests(CommittingTestCase):
    """Each loss, made by an administrator past the database's own refusals, is seen."""

    def test_each_loss_is_seen(self) -> None:
        """Control of T-30."""
        life = Life(self.place, self.database_name, 7)
        self.addCleanup(life.admin.close)
        pk = life.refer()
        life.admit()
        check_rows(life.admin)
        life.check_opens(pk)
        losses = {
            "a recovery wrap": "DELETE FROM cases_wrap WHERE grant_id IS NULL AND section = 'core'",
            "a flag": "UPDATE cases_mandate SET status = 'ended'",
            "a key that a text needs": (
                "DELETE FROM cases_keystore_sectionkey WHERE section = 'core'"
            ),
            "the server's half": "DELETE FROM cases_keystore_situationkey",
        }
        tables = (
            "cases_wrap",
            "cases_mandate",
            "cases_keystore_sectionkey",
            "cases_keystore_situationkey",
        )
        life.admin.execute("SET session_replication_role = replica")
        for table in tables:
            life.admin.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
        for name, statement in losses.items():
            with self.subTest(name):
                life.admin.execute(statement)
                with self.assertRaises((Broken, KeyError)):
                    check_rows(life.admin)
                    life.check_opens(pk)
                for table in tables:
                    life.admin.execute(f"DELETE FROM {table}")
                    life.admin.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
        check_rows(life.admin)
        life.check_opens(pk)
