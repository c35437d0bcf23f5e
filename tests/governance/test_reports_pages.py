"""What is printed of a year, looked at page by page, on its text and its boxes (D.4; 004-22).

Four councils: a year with nothing, an ordinary year, eight bodies and sixty actions, and one whose
people write at length, with words longer than a column. Every paper of each: the annual report, the
slides of the plenary and of its groups, the note to the ARS, the dossier of conformity, the
roadmap. Pages are kept as pictures in ``build/papers``.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import typst
from django.test import SimpleTestCase
from PIL import Image

from clsm_core.council.models import Council
from clsm_core.reports.models import ReportPart
from clsm_core.reports.presenters import papers
from clsm_core.reports.presenters.conformity import conformity_pdf
from clsm_core.reports.presenters.groups import groups_pdf
from clsm_core.reports.presenters.note import note_pdf
from clsm_core.reports.presenters.papers import report_pdf, slides_pdf
from clsm_core.reports.presenters.report import content_of
from clsm_core.reports.typography import spaced
from clsm_core.roadmap.models import ActionSheet, Axis, Roadmap
from clsm_core.roadmap.presenters.papers import roadmap_pdf
from clsm_core.roadmap.queries import plans, sheets
from clsm_core.roadmap.queries.counts.years import Year
from tests.cases_of import TestCase
from tests.governance.council_people import council
from tests.governance.meeting_case import text_of
from tests.governance.paper_pages import ARTEFACTS, faults_of, pages_of, photograph, titles_of
from tests.governance.reports_rows import full_year, need

AT = dt.datetime(2026, 2, 3, 9, tzinfo=dt.UTC)
YEAR = Year(2025, dt.date(2025, 12, 31))
SENTENCE = "Les équipes se sont vues chaque mois ; qu’en retenir ? "
LONG_WORD = "https://exemple.fr/" + "une-adresse-qui-ne-finit-pas/" * 5
COMMENTS = {"governance": "Une année dense.\nDeux comités de pilotage.", "prospects": "Continuer."}
# The white on each side and the foot of each kind of paper, in millimetres.
SIZES: dict[str, dict[str, Any]] = {
    "report": {"margin": 19, "foot": 20},
    "dossier": {"margin": 19, "foot": 20},
    "note": {"margin": 19, "foot": 18},
    "slides": {"margin": 19, "foot": 14, "has_sections": False},
    "groups": {"margin": 19, "foot": 14, "has_sections": False},
    "roadmap": {"margin": 17, "foot": 18, "has_sections": False},
}


def wordy(here: Council) -> dict[str, str]:
    """Give a council people who write at length; return a long comment for each part."""
    full_year(here, bodies=8, actions=6)
    here.presentation = SENTENCE * 30
    here.save()
    need(here, f"Une offre manque : {LONG_WORD}", urgency=1, description=SENTENCE * 20)
    for one in ActionSheet.objects.filter(axis__council=here):
        one.description, one.context = SENTENCE * 40, LONG_WORD
        one.save()
    return {part.value: SENTENCE * (5 + 10 * rank) for rank, part in enumerate(ReportPart)}


def whole_roadmap(here: Council) -> bytes:
    """Return the roadmap of a council on paper, as its page gives it."""
    found = Roadmap.objects.get(council=here)
    kept = ActionSheet.objects.filter(axis__roadmap=found)
    full = list(sheets.in_full(kept).order_by("axis__number", "number"))
    axes: list[Axis] = list(plans.axes_of(found))
    return roadmap_pdf(here, found, axes, full, at=AT)


class Looked(TestCase):
    """Every paper of every council, without a fault."""

    @classmethod
    def setUpTestData(cls) -> None:
        """Make the four councils and all their papers once."""
        empty, full, large, long = (
            council(slug, f"CLSM {slug}") for slug in ("vide", "plein", "grand", "bavard")
        )
        full_year(full)
        full_year(large, bodies=8, actions=60, people=60)
        comments = {full.pk: COMMENTS, large.pk: COMMENTS, long.pk: wordy(long)}
        cls.papers = {}
        for here in (empty, full, large, long):
            content = content_of(here, YEAR, comments.get(here.pk, {}))
            made = {
                "report": report_pdf(content, foot="projet", at=AT),
                "slides": slides_pdf(content, foot="2025", at=AT),
                "note": note_pdf(here, YEAR, at=AT),
                "dossier": conformity_pdf(here, YEAR, at=AT),
                "groups": groups_pdf(here, YEAR, at=AT),
            }
            if here != empty:
                made["roadmap"] = whole_roadmap(here)
            cls.papers.update({(here.slug, kind): one for kind, one in made.items()})

    def test_no_paper_has_a_fault(self) -> None:
        """No lonely title, no table away from its title, nothing over a margin, nothing empty."""
        self.assertEqual(len(self.papers), 23)
        for (name, kind), content in self.papers.items():
            with self.subTest(council=name, paper=kind):
                self.assertEqual(faults_of(content, **SIZES[kind]), [])
                self.assertTrue(any(titles_of(one) for one in pages_of(content)))

    def test_no_line_begins_with_a_mark(self) -> None:
        """French typography: « : », « ; », « ? », « ! » stay with the word before them."""
        for (name, kind), content in self.papers.items():
            lines = [line.text for page in pages_of(content) for line in page.lines]
            with self.subTest(council=name, paper=kind):
                self.assertFalse([one for one in lines if one[0] in ":;?!»"])
        self.assertEqual(spaced("Vu : « a » ; b ? 3 %"), "Vu\xa0: «\xa0a\xa0»\xa0; b\xa0? 3\xa0%")
        self.assertEqual(spaced([{"a": (" : x", 2)}]), [{"a": [" : x", 2]}])

    def test_what_is_said_at_length_is_all_there(self) -> None:
        """A long word is cut, not lost; a comment of pages is printed to its last sentence."""
        kept = "".join(text_of(self.papers["bavard", "report"]).replace("\u200b", "").split())
        self.assertIn(LONG_WORD, kept)
        self.assertGreater(kept.count("".join(SENTENCE.split())), 600)

    def test_pages_are_kept_as_pictures(self) -> None:
        """Each page of each paper is photographed, and none of them is blank."""
        for (name, kind), content in self.papers.items():
            places = photograph(content, f"{name} {kind}")
            self.assertEqual(len(places), len(pages_of(content)))
            for place in places:
                self.assertEqual(place.parent, ARTEFACTS)
                with Image.open(place) as picture:
                    darkest, lightest = picture.convert("L").getextrema()
                self.assertLess(darkest, 120, place.name)
                self.assertGreater(lightest, 250, place.name)


PAGE = """#set page(paper: "a4", margin: 20mm)
#set text(font: "Libertinus Serif", size: 11pt)
#let title(body) = text(size: 15pt, weight: "bold", body)
#let rows(n, ..more) = table(columns: (1fr, 1fr), ..more,
  ..range(n).map(i => [ligne #i]).zip(range(n).map(i => [#i])).flatten())
#let head = table.header(text(size: 8.5pt)[Nom], text(size: 8.5pt)[Nombre])
"""


class Caught(SimpleTestCase):
    """Control: papers made wrong on purpose, each caught by its name."""

    def found(self, body: str, foot: float = 19) -> str:
        """Name the faults of a small document."""
        return " | ".join(faults_of(typst.compile((PAGE + body).encode()), foot=foot))

    def test_a_good_page_has_no_fault(self) -> None:
        """A title, a text, a table over two pages whose head is repeated."""
        self.assertEqual(self.found("#title[Un] \n\n Texte. \n\n #title[Deux] #rows(60, head)"), "")

    def test_each_fault_has_its_name(self) -> None:
        """Margins, lonely titles, split tables, empty sections, words over each other."""
        for body, name in (
            ("Texte #place(dx: 165mm)[bien trop long]", "over the margin"),
            ("Texte #place(dx: -10mm)[mot]", "over the margin"),
            ("Texte #place(dx: 100mm, rect(width: 90mm, height: 3mm))", "a drawing over"),
            ("Texte #place(dy: 268mm)[mot]", "over the top or the foot"),
            ("#table(columns: (9mm, 20mm))[interminable][Suite]", "words over each other"),
            ("Texte #pagebreak() #title[Seul] #pagebreak() Texte", "a page with only a title"),
            ("Texte #v(1fr) #title[En bas] #pagebreak() Texte", "a title at the foot: En bas"),
            ("#title[Un] \n\n #title[Deux] \n\n Texte", "an empty section: Un"),
            ("Texte \n\n #title[Fin]", "an empty section at the end"),
            ("Texte #v(1fr) #title[Table] #pagebreak() #rows(3, head)", "split from its title"),
            ("Texte #v(1fr) #text(size: 8.5pt)[Nom] #pagebreak() Texte", "without its rows"),
        ):
            with self.subTest(fault=name):
                self.assertIn(name, self.found(body))

    def test_a_template_that_lets_go_is_caught(self) -> None:
        """The report's own template, its two holds undone: faults wherever a page may end."""
        good = (papers.DOCUMENTS / "report.typ").read_text()
        bad = good.replace("sticky: true", "sticky: false").replace(
            "breakable: false", "breakable: true"
        )
        self.assertNotEqual(good, bad)
        found = {"good": [], "bad": []}
        for lines in range(2, 44, 3):
            data = _report("\n".join(["Une ligne de commentaire."] * lines))
            for name, source in (("good", good), ("bad", bad)):
                made = typst.compile(
                    source.encode(),
                    sys_inputs={"data": data, "title": "x"},
                    ignore_system_fonts=True,
                )
                found[name] += faults_of(made)
        self.assertEqual(found["good"], [])
        self.assertGreater(len(found["bad"]), 2)


def _report(comment: str) -> str:
    """Give the data of a report whose first page is more or less full."""
    block = {
        "title": "Une table",
        "text": [],
        "facts": [],
        "headers": ["Ligne", "Nombre"],
        "widths": [2, 1],
        "rows": [[f"ligne {n}", str(n)] for n in range(5)],
        "numbers": [1],
        "bars": [],
        "scale": 1,
        "note": "",
    }
    parts = [
        {"number": n, "title": f"Partie {n}", "comment": comment, "blocks": [block, block]}
        for n in (1, 2)
    ]
    return json.dumps(
        {
            "has_cover": False,
            "council": "CLSM",
            "heading": "Essai",
            "lead": "",
            "foot": "essai",
            "essential": [],
            "parts": parts,
        }
    )
