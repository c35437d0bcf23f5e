"""Two people at once on the same import: one writes, the other is told; with real commits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

from clsm_core.directory.models import Batch, Organisation
from tests.cases_of import CommittingTestCase
from tests.governance.council_people import council, member
from tests.governance.directory_files import HEADS, address_of, bring, csv_file, many_lines


class AtOnce(CommittingTestCase):
    """Whatever the order, an import is written once and whole."""

    def test_two_confirmations_at_once_write_once(self) -> None:
        of = council()
        browsers = [member(of, "coordinator", name) for name in ("camille", "cyril")]
        rows = list(many_lines(200, bad=2))
        address = address_of(bring(browsers[0], csv_file(HEADS, rows)))
        together = Barrier(2)

        def confirm(browser: Any) -> int:
            together.wait(10)
            try:
                return int(browser.post(address, {}).status_code)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            answers = sorted(pool.map(confirm, browsers))
        self.assertEqual(answers, [200, 302])
        self.assertEqual(Organisation.objects.filter(council=of).count(), 198)
        self.assertIsNotNone(Batch.objects.get(council=of).confirmed_at)

    def test_an_entry_and_an_import_of_one_organisation_make_one(self) -> None:
        of = council("second", "Second")
        browser = member(of, "coordinator", "chloe")
        imports = "/conseils/second/annuaire/imports/"
        line = [["La Boussole", "autre", "", "57000", "", "", ""]]
        data = {"kind": "organisations", "file": csv_file(HEADS, line)}
        address = browser.post(imports, data).url
        together = Barrier(2)

        def confirm() -> int:
            together.wait(10)
            try:
                return int(browser.post(address, {}).status_code)
            finally:
                connections.close_all()

        def enter() -> int:
            other = member(of, "contributor", "adele")
            fields = {"name": "La Boussole", "category": "other", "postcode": "57000"}
            together.wait(10)
            try:
                page = "/conseils/second/annuaire/structures/nouvelle/"
                return int(other.post(page, fields).status_code)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as pool:
            answers = [pool.submit(confirm), pool.submit(enter)]
        self.assertEqual(sorted(one.result() for one in answers), [200, 302])
        self.assertEqual(Organisation.objects.filter(council=of).count(), 1)
