"""The papers of a year say what the data say, part by part (D.4; 004-22, 001-04, 001-09).

Three shows: a year with nothing, an ordinary year, a council of eight bodies and sixty actions.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import Any

from odfdo import Document

from clsm_core.council.models import Council
from clsm_core.reports.models import ReportPart
from clsm_core.reports.odt import report_odt
from clsm_core.reports.presenters.conformity import conformity_pdf
from clsm_core.reports.presenters.note import note_pdf
from clsm_core.reports.presenters.papers import METHOD, report_pdf, slides_pdf
from clsm_core.reports.presenters.report import content_of
from clsm_core.reports.typography import spaced
from clsm_core.roadmap.queries.counts.years import Year
from tests.cases_of import TestCase
from tests.governance.council_people import council
from tests.governance.meeting_case import text_of
from tests.governance.paper_pages import pages_of
from tests.governance.reports_rows import full_year, need

AT = dt.datetime(2026, 2, 3, 9, tzinfo=dt.UTC)
YEAR = Year(2025, dt.date(2025, 12, 31))
COMMENTS = {
    "governance": "Une année dense.\nDeux comités de pilotage.",
    "prospects": "Ouvrir un groupe sur la jeunesse.",
}


def shows() -> dict[str, tuple[Council, dict[str, Any]]]:
    """Give the three councils and the content of their report."""
    empty, full, large = (council(slug, f"CLSM {slug}") for slug in ("vide", "plein", "grand"))
    full_year(full)
    full_year(large, bodies=8, actions=60, people=60)
    return {
        "empty": (empty, content_of(empty, YEAR, {})),
        "full": (full, content_of(full, YEAR, COMMENTS)),
        "large": (large, content_of(large, YEAR, COMMENTS)),
    }


def squeezed(text: str) -> str:
    """Return a text without spaces nor hyphens: lines are cut where the paper wants."""
    return re.sub(r"[\s\-\u00ad\ufffe\x02]", "", text)


class Shows(TestCase):
    """What each paper says, and the content it comes from (its pages: test_reports_pages)."""

    @classmethod
    def setUpTestData(cls) -> None:
        """Make the three shows once."""
        cls.shows = shows()

    def papers(self) -> dict[str, bytes]:
        """Compile every paper of every show."""
        made = {}
        for name, (of, content) in self.shows.items():
            made[f"{name} report"] = report_pdf(content, foot="projet", at=AT)
            made[f"{name} slides"] = slides_pdf(content, foot="2025", at=AT)
            made[f"{name} note"] = note_pdf(of, YEAR, at=AT)
            made[f"{name} dossier"] = conformity_pdf(of, YEAR, at=AT)
        return made

    def test_titles_stay_with_their_tables(self) -> None:
        """The head and the first row of each table follow its title on the same page."""
        for name in ("full", "large"):
            of, content = self.shows[name]
            titles = {
                squeezed(block["title"]): block
                for part in content["parts"]
                for block in part["blocks"]
            }
            pages = pages_of(report_pdf(content, foot="projet", at=AT))
            seen = set()
            for number, page in enumerate(pages[1:], start=2):
                lines = [squeezed(one.text) for one in page.lines]
                with self.subTest(show=name, page=number):
                    for rank, line in enumerate(lines):
                        block = titles.get(line)
                        if block and block["rows"] and not block["text"] and not block["facts"]:
                            following = " ".join(lines[rank + 1 : rank + 10])
                            self.assertIn(squeezed(block["headers"][0]), following)
                            self.assertIn(squeezed(block["rows"][0][0].split()[0]), following)
                            seen.add(line)
            self.assertGreater(len(seen), 12)
            self.assertTrue(of.pk)

    def test_short_tables_are_not_cut(self) -> None:
        """A table of at most eight lines has its last line on the page of its title."""
        _, content = self.shows["large"]
        found = pages_of(report_pdf(content, foot="x", at=AT))[1:]
        pages = [squeezed(" ".join(line.text for line in one.lines)) for one in found]
        checked = 0
        for part in content["parts"]:
            for block in part["blocks"]:
                if block["title"] and 0 < len(block["rows"]) <= 8:
                    title, last = (
                        squeezed(block["title"]),
                        squeezed(block["rows"][-1][0].split()[0]),
                    )
                    kept = any(last in one.split(title)[-1] for one in pages if title in one)
                    self.assertTrue(kept, (block["title"], last))
                    checked += 1
        self.assertGreater(checked, 8)

    def test_parts_are_thirteen_or_named_in_the_appendix(self) -> None:
        """D.4: each of the thirteen parts is printed with something, or named with its reason."""
        self.assertEqual(len(ReportPart.values), 13)
        for name, (_, content) in self.shows.items():
            printed = {one["title"] for one in content["parts"]}
            left_out = {title for title, _ in content["left_out"]}
            self.assertEqual(printed | left_out, {str(one.label) for one in ReportPart}, name)
            self.assertFalse(printed & left_out)
            words = squeezed(text_of(report_pdf(content, foot="x", at=AT)))
            for title, reason in content["left_out"]:
                self.assertIn(squeezed(f"{title} : {reason}."), words)
            for one in content["parts"]:
                self.assertIn(squeezed(f"{one['number']}. {one['title']}"), words)
                self.assertTrue(one["comment"] or one["blocks"])
                for block in one["blocks"]:
                    self.assertTrue(block["text"] or block["facts"] or block["rows"], block)
        self.assertEqual(
            [one["code"] for one in self.shows["empty"][1]["parts"]], ["territory", "conformity"]
        )
        missing = [title for title, _ in self.shows["full"][1]["left_out"]]
        self.assertEqual(missing, ["Commission : ce qui est remonté"])

    def test_every_cell_is_printed_and_every_bar_is_its_number(self) -> None:
        """Tables and charts come from the same numbers: a bar's end is the number beside it."""
        _, content = self.shows["full"]
        words = squeezed(text_of(report_pdf(content, foot="x", at=AT)))
        bars = 0
        for part in content["parts"]:
            for block in part["blocks"]:
                for row, ends in zip(block["rows"], block["bars"] or [None] * 99, strict=False):
                    for cell in row:
                        self.assertIn(squeezed(cell), words)
                    if ends is not None and block["headers"][-1] != "Taux":
                        number = re.sub(r"[^\d,]", "", row[1]).replace(",", ".") or "0"
                        self.assertEqual(float(number), ends[0])
                        self.assertLessEqual(ends[1], block["scale"])
                        bars += 1
        self.assertGreater(bars, 20)

    def test_papers_are_tagged_french_and_the_same_twice(self) -> None:
        """PDF/UA-1: structure, language, title; same content and day, same bytes."""
        first, second = self.papers(), self.papers()
        self.assertEqual(first, second)
        for name, content in first.items():
            with self.subTest(paper=name):
                for mark in (b"/StructTreeRoot", b"/Lang", b"pdfuaid"):
                    self.assertIn(mark, content)

    def test_the_note_is_one_or_two_pages_whatever_the_council_holds(self) -> None:
        """001-09, D-08: needs and actions; sixty actions and forty long needs still fit."""
        large = self.shows["large"][0]
        for n in range(40):
            need(large, f"Besoin {n} : " + "une offre de proximité qui manque " * 5, urgency=1)
        for name, (of, _) in self.shows.items():
            content = note_pdf(of, YEAR, at=AT)
            self.assertLessEqual(len(pages_of(content)), 2, name)
        words = text_of(note_pdf(large, YEAR, at=AT))
        for expected in (
            "Besoins repérés",
            "une offre de proximité",
            "Actions menées",
            "Et 50 actions de plus.",
            "Transmettre les besoins à l’ARS",
            "Réponses attendues",
        ):
            self.assertIn(expected, words)

    def test_slides_hold_one_idea_a_page(self) -> None:
        """001-04, 003-16: wide pages, a title each, none empty; an empty year still opens."""
        for name, (_, content) in self.shows.items():
            pages = pages_of(slides_pdf(content, foot="2025", at=AT))
            self.assertEqual(len(pages), len(content["slides"]) + 1)
            for page, slide in zip(pages[1:], content["slides"], strict=True):
                self.assertGreater(page.width, page.height)
                self.assertEqual(squeezed(page.lines[0].text), squeezed(slide["title"]))
                filled = [bool(slide[key]) for key in ("tiles", "rows", "points")]
                self.assertEqual(sum(filled), 1, (name, slide["title"]))
                self.assertLessEqual(len(slide["rows"]), 8)
        titles = [one["title"] for one in self.shows["full"][1]["slides"]]
        self.assertIn("2 actions réalisées sur 6", titles)
        self.assertIn("Nous nous sommes réunis 5 fois", titles)

    def test_the_editable_text_says_what_the_paper_says(self) -> None:
        """D.4: an ODT with real headings and tables of the same content, same bytes twice."""
        for name, (_, content) in self.shows.items():
            made = [report_odt(content, foot="Projet", method=METHOD, at=AT) for _ in range(2)]
            self.assertEqual(made[0], made[1])
            with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
                self.assertEqual(archive.namelist()[0], "mimetype")
                self.assertEqual(
                    archive.read("mimetype"), b"application/vnd.oasis.opendocument.text"
                )
            document = Document(io.BytesIO(made[0]))
            heads = [(int(one.level), one.text) for one in document.body.headers]
            expected = [(2, spaced(f"{one['number']}. {one['title']}")) for one in content["parts"]]
            self.assertEqual(
                [one for one in heads if one[0] == 2], [*expected, (2, "Annexe")], name
            )
            blocks = [one for part in content["parts"] for one in part["blocks"] if one["rows"]]
            for table, block in zip(document.body.tables, blocks, strict=True):
                rows = [
                    [str(cell.text_recursive).strip() for cell in row.traverse()]
                    for row in table.traverse()
                ]
                self.assertEqual(rows[0], spaced(block["headers"]))
                for row, cells in zip(rows[1:], block["rows"], strict=True):
                    self.assertEqual(row, spaced(cells))

    def test_odd_words_stay_words(self) -> None:
        """Markup, formulas and control characters typed by somebody are printed as typed."""
        of = self.shows["empty"][0]
        typed = "#import x; <b>gras</b> $1 + 2$ *étoile* & \x0b fin"
        content = content_of(of, YEAR, {"prospects": typed})
        kept = "#import x; <b>gras</b> $1 + 2$ *étoile* &"
        for made in (report_pdf, slides_pdf):
            self.assertIn(kept, text_of(made(content, foot="x", at=AT)))
        document = Document(io.BytesIO(report_odt(content, foot="x", method=METHOD, at=AT)))
        self.assertIn(kept, str(document.get_formatted_text()))
