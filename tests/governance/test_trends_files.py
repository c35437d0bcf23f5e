"""Files taken away and questions asked of released figures: checked alone, harmless, no 500."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from unittest import TestCase

from django.test import override_settings
from odfdo import Document

from clsm_core.observatory import exports, pivot
from clsm_core.ui.spreadsheet import Sheet, csv_bytes, harmless, ods_bytes
from tests.cases_of import CommittingTestCase
from tests.governance.council_people import council, member
from tests.governance.publishing import insert_all
from tests.governance.released import PUBLIC_KEY, chain

AT = datetime(2026, 1, 15, 9, tzinfo=UTC)
FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1")


class Harmless(TestCase):
    """No cell is a formula, whatever a label says."""

    def test_a_text_that_looks_like_a_formula_is_given_as_text(self) -> None:
        for text in FORMULAS:
            with self.subTest(text=text):
                self.assertEqual(harmless(text), f"'{text}")
        for value in ("Âge", "n.d.", 12, None, "11 à 20"):
            self.assertEqual(harmless(value), value)
        rows = [(text, 12, None) for text in FORMULAS]
        given = csv_bytes(("a", "b", "c"), rows).decode("utf-8-sig")
        self.assertNotRegex(given, r"(?m)(^|;)\"?[=+\-@]")
        sheet = Sheet("Feuille", ("a", "b", "c"), rows)
        content = zipfile.ZipFile(io.BytesIO(ods_bytes([sheet], title="x", at=AT)))
        xml = content.read("content.xml").decode()
        self.assertNotIn("table:formula", xml)
        self.assertEqual(xml.count('office:value-type="float"'), len(rows))

    def test_same_bundle_same_bytes(self) -> None:
        bundle = chain("small", "metz")[0].bundle
        first = exports.ods_of(bundle, title="CLSM", at=AT)
        self.assertEqual(first, exports.ods_of(bundle, title="CLSM", at=AT))
        words = {"council": "CLSM", "commission": "Cellule", "mark": "ab"}
        document = exports.pdf_of(bundle, **words, at=AT)
        self.assertEqual(document, exports.pdf_of(bundle, **words, at=AT))
        # Tagged for screen readers, and in French.
        for mark in (b"/StructTreeRoot", b"/Lang"):
            self.assertIn(mark, document)
        names = [table.name for table in Document(io.BytesIO(first)).body.tables]
        self.assertEqual(names[0], "Lire d’abord")
        self.assertIn("Situations examinées", names)


@override_settings(RELEASE_PUBLIC_KEY=PUBLIC_KEY)
class Asked(CommittingTestCase):
    """Odd questions, and the archive opened on another machine."""

    def test_archive_is_checked_alone_and_a_changed_one_is_not(self) -> None:
        here = council("archive")
        made = insert_all(here, "large")[-1]
        browser = member(here, name="archive")
        address = f"/conseils/archive/observation/{made.id}/tout-verifier-seul.zip"
        body = browser.get(address).content
        self.assertEqual(body, browser.get(address).content)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            zipfile.ZipFile(io.BytesIO(body)).extractall(folder)

            def verdict(*more: str) -> int:
                command = [sys.executable, "certificate.py", ".", *more]
                done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
                return done.returncode

            self.assertEqual(verdict("--key", PUBLIC_KEY), 0)
            self.assertEqual(verdict(), 3)
            self.assertEqual(verdict("--key", "11" * 32), 1)
            (folder / "verifier.py").unlink()
            self.assertEqual(verdict("--key", PUBLIC_KEY), 3)
            text = (folder / "bundle.json").read_text("utf-8")
            moved = text.replace("[21,30]", "[31,40]", 1)
            self.assertNotEqual(text, moved)
            (folder / "bundle.json").write_text(moved, "utf-8")
            self.assertEqual(verdict("--key", PUBLIC_KEY), 1)

    def test_odd_questions_are_refused_in_words(self) -> None:
        here = council("questions")
        insert_all(here, "large")
        browser = member(here, name="questions")
        base = "/conseils/questions/observation/"
        self.assertEqual(browser.get(f"{base}explorer/?table=E-08").status_code, 200)
        for query in (
            "x=1",
            "table=E-99",
            "table=E-08&table=E-09-niveau",
            "population=nobody",
            "population=closed&table=E-08",
            "periode=2010-01_2011-01",
            "periode=%00",
            "table=E-08&ligne=nowhere",
            "table=E-08&reunir=lignes",
            "table=E-08&reunir=everything",
            "table=E-05-sexe&colonne=homme",
            "sens=diagonale",
            "table=" + "9" * 5000,
        ):
            with self.subTest(query=query):
                page = browser.get(f"{base}explorer/?{query}")
                self.assertContains(page, "Cette question n’a pas de réponse", status_code=400)
        for address in (
            "?periode=%00",
            "?periode=<script>",
            "?commission=zz",
            "evolution/?table=%27",
            "verifier/?commission=x",
            "explorer/?commission=zz",
            "explorer/?table=&periode=&sens=",
        ):
            with self.subTest(address=address):
                page = browser.get(f"{base}{address}")
                self.assertIn(page.status_code, (200, 400))
                self.assertNotContains(page, "<script>", status_code=page.status_code)

    def test_overlapping_periods_are_not_added(self) -> None:
        """A year and the block that contains it: their sum would count situations twice."""
        year, block = chain("total", "x")[0].bundle, chain("small", "x")[0].bundle
        bundles = {"2023-01_2026-01": block, "2025-01_2026-01": year}
        with self.assertRaisesMessage(pivot.QuestionRefused, "se recouvrent"):
            pivot.answer(
                pivot.Question(
                    "examined", "E-08", tuple(bundles), (), (), frozenset({"periodes"}), False
                ),
                bundles,
            )
