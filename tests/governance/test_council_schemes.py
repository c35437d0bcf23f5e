"""Links with CLS, PTSM and the others; meetings; the articulation table (002-09, 004-25)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pypdfium2
from django.urls import reverse
from lxml import html

from clsm_core.accounts.clock import now
from clsm_core.council.models import ArticulationMeeting, SchemeKind, SchemeLink
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.council_place import (
    METZ,
    errors_of,
    fields_of,
    fill,
    load_official,
    over,
)

PAGE = "/conseils/metz/dispositifs/"
TABLE = f"{PAGE}articulation/"
TYPED = {
    "kind": "cls",
    "name": "CLS canari",
    "reference": "Fiche canari 15",
    "starts_on": "2022-01-02",
    "ends_on": "2100-12-31",
    "purpose": "Objet canari",
    "scale": "Échelle canari",
    "bodies": "Instance canari",
    "documents": "Documents canari",
    "calendar": "Calendrier canari",
}
LINES = (
    "Objet canari",
    "Échelle canari",
    "Instance canari",
    "Documents canari",
    "Calendrier canari",
)


def text_of(pdf: bytes) -> str:
    """Return the words of a document."""
    found = pypdfium2.PdfDocument(pdf)
    pages = [found[i].get_textpage().get_text_bounded() for i in range(len(found))]
    return " ".join(" ".join(pages).split())


class Links(TestCase):
    """The page of links."""

    def setUp(self) -> None:
        """Open a council over one commune."""
        load_official()
        self.council = over(council(), METZ)
        self.claire = member(self.council, "coordinator", "claire")

    def test_every_field_typed_is_on_the_page(self) -> None:
        """002-09, 003-09: kind, name, reference, dates and the five lines."""
        self.assertRedirects(fill(self.claire, f"{PAGE}ajouter/", **TYPED), PAGE)
        page = self.claire.get(PAGE)
        for words in (
            "contrat local de santé",
            "CLS canari",
            "Fiche canari 15",
            "du 2 janvier 2022 au 31 décembre 2100",
            "en cours",
            *LINES,
        ):
            self.assertContains(page, words)

    def test_every_scheme_of_the_survey_can_be_linked(self) -> None:
        """003-09, 003-12b, D.3: CLS, PTSM, contrat de ville, ASV, CPTS, DAC, MSP, PRS."""
        for kind in SchemeKind:
            fill(self.claire, f"{PAGE}ajouter/", kind=kind.value, name=f"Lien {kind.value}")
        page = self.claire.get(PAGE)
        for kind in SchemeKind:
            self.assertContains(page, f"Lien {kind.value}")

    def test_what_ends_is_said(self) -> None:
        """An ended scheme is marked, one about to end too; a running one is not."""
        today = now().date()
        SchemeLink.objects.create(council=self.council, kind="cls", name="CLS")
        for name, ends, words in (
            ("A", today - dt.timedelta(days=1), "Ce dispositif est terminé"),
            ("B", today + dt.timedelta(days=100), "se termine le"),
            ("C", today + dt.timedelta(days=400), "en cours"),
        ):
            SchemeLink.objects.all().update(name=name, ends_on=ends)
            with self.subTest(words):
                self.assertContains(self.claire.get(PAGE), words)

    def test_the_same_link_twice_or_dates_backwards_are_refused(self) -> None:
        """The database's rules come back as words; what was typed stays."""
        fill(self.claire, f"{PAGE}ajouter/", **TYPED)
        page = fill(self.claire, f"{PAGE}ajouter/", **TYPED)
        self.assertIn("déjà lié", errors_of(page))
        self.assertContains(page, "Objet canari")
        backwards = {**TYPED, "name": "Autre", "ends_on": "2021-01-01"}
        self.assertIn("précéder", errors_of(fill(self.claire, f"{PAGE}ajouter/", **backwards)))
        self.assertEqual(SchemeLink.objects.count(), 1)

    def test_meetings_are_counted_over_a_year(self) -> None:
        """Criterion 9: at least one in the last twelve months; a coming one does not count."""
        scheme = SchemeLink.objects.create(council=self.council, kind="cls", name="CLS")
        url = reverse("council:scheme_meeting_new", args=["metz", scheme.pk])
        today = now().date()
        for days, met in ((-10, False), (400, False), (30, True)):
            ArticulationMeeting.objects.all().delete()
            on = today - dt.timedelta(days=days)
            self.assertRedirects(fill(self.claire, url, on=on.isoformat(), subject="Point"), PAGE)
            with self.subTest(days=days):
                words = "réunion tenue dans l’année" if met else "aucune réunion depuis un an"
                self.assertContains(self.claire.get(PAGE), words)
        row = ArticulationMeeting.objects.get()
        removal = reverse("council:scheme_meeting_remove", args=["metz", row.pk])
        sent = fields_of(self.claire.get(removal))
        for _ in range(2):
            self.assertRedirects(self.claire.post(removal, sent), PAGE)
        self.assertFalse(ArticulationMeeting.objects.exists())

    def test_two_tabs_on_a_link(self) -> None:
        """Style 22."""
        scheme = SchemeLink.objects.create(council=self.council, kind="cls", name="CLS")
        url = reverse("council:scheme_edit", args=["metz", scheme.pk])
        stale = fields_of(self.claire.get(url))
        fill(self.claire, url, calendar="Premier")
        self.assertContains(self.claire.post(url, {**stale, "calendar": "Second"}), "Premier")
        scheme.refresh_from_db()
        self.assertEqual((scheme.calendar, scheme.version), ("Premier", 2))


class Articulation(TestCase):
    """The table CLS / CLSM / PTSM, page and document (practice.md 4.1)."""

    def setUp(self) -> None:
        """Link a council with a CLS that runs and one that is over."""
        load_official()
        self.council = over(council(objectives=["stigma", "care"]), METZ)
        self.claire = member(self.council, "coordinator", "claire")
        fields = {k: v for k, v in TYPED.items() if k not in ("starts_on", "ends_on")}
        SchemeLink.objects.create(council=self.council, **fields)
        SchemeLink.objects.create(
            council=self.council,
            kind="cls",
            name="Ancien CLS",
            purpose="Objet ancien",
            ends_on=dt.date(2020, 1, 1),
        )

    def table(self) -> list[list[str]]:
        """Return the rows of the page's table."""
        tree: Any = html.fromstring(self.claire.get(TABLE).content.decode())
        return [
            [" ".join(" ".join(cell.itertext()).split()) for cell in row.xpath("./th|./td")]
            for row in tree.xpath("//table//tr")
        ]

    def test_three_columns_and_five_rows(self) -> None:
        """Objet, échelle, instance, documents, calendrier; the ended scheme is left out."""
        head, *rows = self.table()
        self.assertEqual(
            head[1:], ["CLS CLS canari", "CLSM CLSM de Metz", "PTSM aucun lien en cours"]
        )
        self.assertEqual(
            [row[0] for row in rows], ["Objet", "Échelle", "Instance", "Documents", "Calendrier"]
        )
        self.assertEqual(tuple(row[1] for row in rows), LINES)
        self.assertIn("lutter contre la stigmatisation", rows[0][2])
        self.assertIn("1 commune", rows[1][2])
        self.assertEqual({row[3] for row in rows}, {"à compléter"})

    def test_the_council_writes_its_own_column(self) -> None:
        """Its four lines replace what the sheet says; a second tab is refused."""
        url = f"{TABLE}conseil/"
        stale = fields_of(self.claire.get(url))
        typed = {
            "articulation_purpose": "Objet à nous",
            "articulation_bodies": "Instance à nous",
            "articulation_documents": "Documents à nous",
            "articulation_calendar": "Calendrier à nous",
        }
        self.assertRedirects(fill(self.claire, url, **typed), TABLE)
        column = [row[2] for row in self.table()[1:]]
        self.assertEqual([column[0], *column[2:]], list(typed.values()))
        page = self.claire.post(url, {**stale, "articulation_bodies": "Autre"})
        self.assertContains(page, "Instance à nous")

    def test_the_document_says_what_the_page_says(self) -> None:
        """Tagged PDF: every cell of the page; its name names nobody."""
        answer = member(self.council, "reader").get(f"{PAGE}articulation.pdf")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn('filename="articulation.pdf"', answer.headers["Content-Disposition"])
        text = text_of(answer.content)
        for row in self.table():
            for cell in row:
                for word in cell.split():
                    self.assertIn(word, text)
        self.assertIn("CLSM de Metz", text)
        self.assertIn(b"/MarkInfo", answer.content)

    def test_names_are_never_markup_in_the_document(self) -> None:
        """A name with the document language's signs comes out as it was typed."""
        SchemeLink.objects.create(
            council=self.council, kind="ptsm", name="#sys.inputs *PTSM* $x$ @y", purpose="#panic()"
        )
        text = text_of(self.claire.get(f"{PAGE}articulation.pdf").content)
        self.assertIn("#sys.inputs *PTSM* $x$ @y", text)
        self.assertIn("#panic()", text)
