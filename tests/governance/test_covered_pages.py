"""docs/couverture.csv names addresses that this service has (its tests are checked elsewhere)."""

from __future__ import annotations

import csv

from tests import census, database
from tests.cases_of import TestCase


class CoveredPages(TestCase):
    """A page that is renamed or removed leaves the table with it."""

    def test_every_page_of_the_council_exists(self) -> None:
        known = {address.name for address in census.addresses()}
        with (database.ROOT / "docs" / "couverture.csv").open(encoding="utf-8") as file:
            pages = [
                page
                for row in csv.DictReader(file, delimiter=";")
                if row["subject"] != "commission"
                for page in row["page"].split()
            ]
        self.assertGreater(len(pages), 120)
        self.assertEqual([page for page in pages if page not in known], [])
        self.assertNotIn("council:of_nothing", known)
