"""Districts from a file: all of them or none, after a look (003-09, 003-12)."""

from __future__ import annotations

import unittest
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from clsm_core.council import districts_csv
from clsm_core.council.models import Commune, PriorityDistrict
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.council_place import (
    MARLY,
    METZ,
    WOIPPY,
    errors_of,
    fields_of,
    fill,
    load_official,
    over,
)

CHECK = "/conseils/metz/territoire/quartiers/importer/"
WRITE = "/conseils/metz/territoire/quartiers/enregistrer/"
HEAD = "code;nom;code_insee;population;annee\n"
GOOD = HEAD + "QN05701M;Borny canari;57463;16 800;2021\nqn05702m;Saint-Éloy;57751;;\n"


class Import(TestCase):
    """Upload, look, confirm."""

    def setUp(self) -> None:
        """Open a council over two communes."""
        load_official()
        self.council = over(council(), METZ, WOIPPY)
        self.claire = member(self.council, "coordinator", "claire")

    def check(self, content: bytes, **typed: Any) -> Any:
        """Send a file to be read."""
        file = SimpleUploadedFile("q.csv", content, content_type="text/csv")
        return fill(self.claire, CHECK, file=file, **typed)

    def confirm(self, page: Any) -> Any:
        """Accept what the page shows."""
        return self.claire.post(WRITE, fields_of(page))

    def test_a_file_is_shown_then_written_whole(self) -> None:
        """Nothing before the confirmation; after it every field is on the page."""
        page = self.check(GOOD.encode(), source="ANCT canari")
        self.assertContains(page, "Borny canari")
        self.assertContains(page, "2 lignes : 2 à ajouter")
        self.assertFalse(PriorityDistrict.objects.exists())
        self.assertEqual(self.confirm(page).status_code, 302)
        page = self.claire.get("/conseils/metz/territoire/")
        for words in ("QN05701M", "QN05702M", "16\u202f800 (2021)", "Saint-Éloy", "ANCT canari"):
            self.assertContains(page, words)
        self.assertContains(page, "sans compter 1 quartier")

    def test_older_spreadsheets_and_commas_are_read(self) -> None:
        """Windows letters, a byte-order mark, commas, pasted lines: the same districts."""
        for content in (GOOD.encode("cp1252"), b"\xef\xbb\xbf" + GOOD.encode()):
            self.assertContains(self.check(content), "Saint-Éloy")
        pasted = GOOD.replace(";", ",").replace("\n", "\r\n")
        self.assertContains(fill(self.claire, CHECK, text=pasted), "Saint-Éloy")

    def test_every_wrong_line_is_named_and_nothing_is_written(self) -> None:
        """One good line among wrong ones is not written either."""
        page = self.check(
            (
                HEAD + "QN05701M;Borny;57463;16800;2021\n"
                "57;Court;57463;1;2021\n"
                "QN05703M;;57463;1;2021\n"
                "QN05704M;Loin;57447;1;2021\n"
                "QN05705M;Peu;57463;beaucoup;2021\n"
                "QN05706M;Sans année;57463;12;\n"
                "QN05701M;Encore;57463;1;2021\n"
                "QN05707M;Tard;57463;1;21\n"
            ).encode()
        )
        told = errors_of(page)
        for line, words in (
            (3, "le code doit ressembler"),
            (4, "le nom manque"),
            (5, f"la commune {MARLY} n’est pas dans le périmètre"),
            (6, "la population doit être"),
            (7, "l’année de la population manque"),
            (8, "le code QN05701M est déjà à la ligne 2"),
            (9, "l’année doit être"),
        ):
            self.assertIn(f"Ligne {line} : {words}", told)
        self.assertNotIn("Ligne 2", told)
        self.assertFalse(PriorityDistrict.objects.exists())

    def test_what_is_no_such_file_is_refused(self) -> None:
        """No column, no line, too long, nothing at all: each says why."""
        for content, words in (
            (b"a;b\n1;2\n", "Il manque : code, nom"),
            (HEAD.encode(), "aucun quartier"),
            (b"\x00" * 400_000, "dépasse 300 ko"),
            (HEAD.encode() + b"QN057%03dM;x;;;\n" % 1 + b'"' + b"\n", "Ligne"),
        ):
            with self.subTest(words):
                self.assertIn(words, errors_of(self.check(content)))
        self.assertIn("Envoyez un fichier", errors_of(fill(self.claire, CHECK)))

    def test_a_second_import_updates_and_adds(self) -> None:
        """Known codes are changed, said so before, and keep their id."""
        self.confirm(self.check(GOOD.encode()))
        first = PriorityDistrict.objects.get(code="QN05701M")
        page = self.check(
            (
                HEAD + "QN05701M;Borny;57463;17000;2022\nQN05702M;Saint-Éloy;57751;;\n"
                "QN05709M;Neuf;;;\n"
            ).encode()
        )
        self.assertContains(page, "1 à ajouter, 1 à mettre à jour, 1 sans changement")
        self.confirm(page)
        again = PriorityDistrict.objects.get(code="QN05701M")
        self.assertEqual((again.pk, again.population, again.version), (first.pk, 17000, 2))
        self.assertEqual(PriorityDistrict.objects.get(code="QN05702M").version, 1)
        self.assertEqual(PriorityDistrict.objects.count(), 3)

    def test_the_confirmation_reads_the_lines_again(self) -> None:
        """A text forged in the hidden field meets the same rules; nothing is half written."""
        page = self.check(GOOD.encode())
        forged = {**fields_of(page), "text": GOOD + "QN05709M;Loin;57447;1;2021\n"}
        self.assertIn("n’est pas dans le périmètre", errors_of(self.claire.post(WRITE, forged)))
        self.assertFalse(PriorityDistrict.objects.exists())

    def test_a_commune_that_left_meanwhile_stops_the_whole_import(self) -> None:
        """Between the look and the confirmation the perimeter changed."""
        page = self.check(GOOD.encode())
        over(self.council, METZ)
        self.assertIn(WOIPPY, errors_of(self.confirm(page)))
        self.assertFalse(PriorityDistrict.objects.exists())

    def test_a_confirmation_sent_twice_writes_once(self) -> None:
        """Decision 50; the versions did not move."""
        sent = fields_of(self.check(GOOD.encode()))
        for _ in range(2):
            self.assertEqual(self.claire.post(WRITE, sent).status_code, 302)
        self.assertEqual(list(PriorityDistrict.objects.values_list("version", flat=True)), [1, 1])

    def test_the_upload_needs_its_token(self) -> None:
        """The check moved to the view still refuses a forged form; with its token it passes."""
        from django.conf import settings
        from django.test import Client
        from lxml import html

        strict = Client(enforce_csrf_checks=True, headers={"host": settings.ALLOWED_HOSTS[0]})
        strict.cookies.update(self.claire.cookies)
        with self.assertLogs("django.security.csrf", "WARNING"):
            self.assertEqual(strict.post(CHECK, {"text": GOOD}).status_code, 403)
        page = strict.get(CHECK)
        (token,) = html.fromstring(page.content.decode()).xpath(
            "//main//input[@name='csrfmiddlewaretoken']/@value"
        )
        answer = strict.post(
            CHECK,
            {"text": GOOD, "csrfmiddlewaretoken": token},
            headers={"Origin": settings.SERVICE_ORIGIN},
        )
        self.assertContains(answer, "Borny canari")

    def test_another_council_gets_nothing(self) -> None:
        """The same codes in two councils are two rows."""
        other = over(council("autre", "Autre"), METZ)
        PriorityDistrict.objects.create(council=other, code="QN05701M", name="À eux")
        self.confirm(self.check(GOOD.encode()))
        self.assertEqual(PriorityDistrict.objects.get(council=other).name, "À eux")
        self.assertEqual(Commune.objects.filter(code=METZ).count(), 1)


class Reader(unittest.TestCase):
    """The reader of lines never fails otherwise than with its own words."""

    @given(st.text(max_size=300))
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        """Property: a list, or Faults with at least one message."""
        try:
            lines = districts_csv.read(text, frozenset({METZ}))
        except districts_csv.Faults as faults:
            self.assertTrue(faults.messages)
        else:
            self.assertTrue(lines)

    @given(st.text(alphabet='QN0571M;,"\n 2é', max_size=120))
    def test_any_lines_under_the_head_are_read_or_refused(self, text: str) -> None:
        """Property: what is returned has a code, a name and a known commune."""
        try:
            lines = districts_csv.read(HEAD + text, frozenset({METZ}))
        except districts_csv.Faults as faults:
            self.assertTrue(faults.messages)
        else:
            for line in lines:
                self.assertTrue(districts_csv.CODE.fullmatch(line.code) and line.name)
                self.assertIn(line.insee, ("", METZ))
