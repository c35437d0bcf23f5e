"""The releases that the council's tests show are those of the engine, certificates included."""

from __future__ import annotations

import unittest

from clsm_core.observatory.certificate import verify_texts
from tests.pure.disclosure import council_chains


class CouncilChains(unittest.TestCase):
    """Committed files are made again and compared, then verified."""

    def test_committed_chains_are_what_the_engine_makes_and_hold(self) -> None:
        for name, chain in council_chains.chains():
            made, kept = council_chains.texts_of(chain), council_chains.read(name)
            with self.subTest(chain=name):
                self.assertEqual(
                    [one["bundle"] for one in made],
                    [one["bundle"] for one in kept],
                    "python -m tests.pure.disclosure.council_chains",
                )
                ledger = ""
                for one in kept:
                    ledger += one["ledger_line"]
                    texts = (one["bundle"], one["manifest"], one["certificate"], ledger)
                    self.assertEqual(verify_texts(*texts), [])

    def test_control_a_moved_band_is_not_verified(self) -> None:
        one = council_chains.read("total")[0]
        moved = one["bundle"].replace("[11,20]", "[21,30]", 1)
        self.assertNotEqual(moved, one["bundle"])
        found = verify_texts(moved, one["manifest"], one["certificate"], one["ledger_line"])
        self.assertNotEqual(found, [])
