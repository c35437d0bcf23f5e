"""What a file may look like: encodings, separators, types, heads, and what is refused whole."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile

from clsm_core.directory.imports import reading
from clsm_core.directory.imports.columns import COLUMNS, BadCell, Formula, cell_text, heads_of
from clsm_core.directory.models import Batch, BatchKind, Category, College, Organisation
from clsm_core.ui.spreadsheet import Sheet, ods_bytes
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.directory_files import HEADS, IMPORTS, address_of, bring, csv_file, ods_file

LINE = ["Œuvre d’été", "bailleur", "Loger", "57000", "Metz", "a@exemple.invalid", ""]


class Reading(TestCase):
    """A spreadsheet is read as its author wrote it, or said to be unreadable."""

    def setUp(self) -> None:
        """Open a council."""
        self.council = council()
        self.browser = member(self.council, "coordinator", "camille")

    def read(self, file: Any, kind: str = "organisations") -> list[dict[str, Any]]:
        """Bring a file, return the lines that it would write."""
        address = address_of(bring(self.browser, file, kind))
        return list(Batch.objects.get(pk=address.split("/")[-2]).lines)

    def refused(self, content: bytes | SimpleUploadedFile, name: str = "f.csv") -> str:
        """Bring a file that is refused whole, return the words said at its field."""
        file = content if not isinstance(content, bytes) else SimpleUploadedFile(name, content)
        page = bring(self.browser, file)
        self.assertFalse(Batch.objects.exists())
        return " ".join(page.context["form"].errors["file"])

    def test_encodings_and_separators_of_french_spreadsheets(self) -> None:
        for delimiter in (";", ",", "\t"):
            for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
                with self.subTest(delimiter=delimiter, encoding=encoding):
                    file = csv_file(HEADS, [LINE], delimiter=delimiter, encoding=encoding)
                    (line,) = self.read(file)
                    self.assertEqual(line["values"]["name"], "Œuvre d’été")
                    self.assertEqual(line["values"]["category"], "landlord")

    def test_cells_with_lines_and_separators_keep_their_row_numbers(self) -> None:
        rows = [["Une", "bailleur", "Ligne 1;\nligne 2", *LINE[3:]], ["", *LINE[1:]]]
        (line,) = self.read(csv_file(HEADS, rows))
        self.assertEqual(line["values"]["missions"], "Ligne 1;\nligne 2")
        self.assertEqual([error["n"] for error in Batch.objects.get().errors], [3])

    def test_heads_are_recognised_whatever_their_writing(self) -> None:
        heads = ["NOM *", "categorie", "mission", "CP", "ville", "e-mail", "Inconnue", ""]
        page = bring(self.browser, csv_file(heads, [[*LINE[:6], "x", ""]]))
        (line,) = Batch.objects.get().lines
        self.assertEqual(line["values"]["postcode"], "57000")
        self.assertContains(page, "Colonnes laissées de côté : « Inconnue »")

    def test_missing_and_doubled_columns_are_named(self) -> None:
        self.assertIn("« Catégorie »", self.refused(csv_file(["Nom", "Commune"], [["A", "B"]])))
        doubled = csv_file(["Nom", "Catégorie", "CP", "Code postal"], [["A", "autre", "1", "2"]])
        self.assertIn("« Code postal »", self.refused(doubled))
        self.assertIn("que des titres", self.refused(csv_file(HEADS, [])))
        self.assertIn("vide", self.refused(b" \n;;\n"))

    def test_a_spreadsheet_s_types_become_what_one_would_type(self) -> None:
        heads = [*HEADS[:4], "Vérifiée le", "Guide public", "Téléphone"]
        row = ["Centre", "bailleur", Decimal("12.5"), 1000, date(2026, 1, 5), True, "+33 3 87"]
        (line,) = self.read(ods_file(heads, [[None] * 7, row]))
        values = line["values"]
        self.assertEqual(line["n"], 3, "the number that the spreadsheet shows")
        self.assertEqual(values["missions"], "12,5")
        self.assertEqual(values["postcode"], "01000", "the zero that a number loses")
        self.assertEqual((values["verified_on"], values["is_public"]), ("2026-01-05", True))
        self.assertEqual(values["phone"], "+33 3 87")

    def test_dates_are_read_as_french_people_write_them(self) -> None:
        heads = ["Nom", "Catégorie", "Vérifiée le"]
        days = ["05/01/2026", "2026-01-05", "5.1.2026", "05-01-2026"]
        rows = [[f"S{n}", "autre", day] for n, day in enumerate(days)]
        lines = self.read(csv_file(heads, [*rows, ["Z", "autre", "31/02/2026"]]))
        self.assertEqual({line["values"]["verified_on"] for line in lines}, {"2026-01-05"})
        self.assertIn("JJ/MM/AAAA", Batch.objects.get().errors[0]["message"])

    def test_formulas_are_refused_and_telephones_are_not(self) -> None:
        for text in ("=1+1", "+cmd|x", "-2+3*A1", "@SUM(A1)", " =x", "＝1"):
            with self.subTest(text=text), self.assertRaises(BadCell):
                cell_text(text)
        with self.assertRaises(BadCell):
            cell_text(Formula("of:=1+1"))
        self.assertEqual(cell_text("+33 3 87 00 00 00"), "+33 3 87 00 00 00")
        self.assertEqual(cell_text("'=1+1"), "=1+1", "as our exports write it")

    def test_other_kinds_of_files_say_what_to_do(self) -> None:
        excel = io.BytesIO()
        with zipfile.ZipFile(excel, "w") as made:
            made.writestr("xl/workbook.xml", "<x/>")
        self.assertIn("Excel", self.refused(excel.getvalue(), "f.xlsx"))
        self.assertIn("Excel", self.refused(b"\xd0\xcf\x11\xe0" + b"x" * 100, "f.xls"))
        self.assertIn("illisible", self.refused(b"PK\x03\x04 broken", "f.ods"))
        self.assertIn("illisible", self.refused(b"Nom;Cat\x00egorie\na;b"))
        text = io.BytesIO()
        with zipfile.ZipFile(text, "w") as made:
            made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
            made.writestr("content.xml", "<x/>")
        self.assertTrue(self.refused(text.getvalue(), "f.odt"))

    def test_what_is_too_large_is_refused_before_it_is_read(self) -> None:
        too_long = b"Nom;Cat\xc3\xa9gorie\n" + b"x;autre\n" * 400_000
        self.assertGreater(len(too_long), 2_621_440, "beyond what the service keeps in memory")
        self.assertIn("2 Mo", self.refused(too_long))
        rows = [[f"S{n}", "autre"] for n in range(5_001)]
        self.assertIn("5\u202f000", self.refused(csv_file(["Nom", "Catégorie"], rows)))

    def test_an_archive_that_unfolds_too_much_is_not_parsed(self) -> None:
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
            made.writestr("content.xml", b" " * (reading.MAX_UNFOLDED + 1))
        self.assertLess(len(bomb.getvalue()), reading.MAX_BYTES)
        with mock.patch.object(reading, "Document") as parser:
            self.assertIn("illisible", self.refused(bomb.getvalue(), "f.ods"))
            parser.assert_not_called()

    def test_entities_of_a_spreadsheet_are_never_followed(self) -> None:
        """A file of the server, or a text that doubles without end, is not read."""
        at = datetime(2026, 1, 1, tzinfo=UTC)
        made = ods_bytes([Sheet("S", ["Nom", "Catégorie"], [["A", "autre"]])], title="t", at=at)
        for name in ("content.xml", "meta.xml"):
            for declared in (
                b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
                b'<!doctype x [<!ENTITY e "ha"><!ENTITY f "&e;&e;">]>',
                '<!DOCTYPE x [<!ENTITY e "ha">]>'.encode("utf-16"),
            ):
                again = io.BytesIO()
                with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(again, "w") as to:
                    for part in source.namelist():
                        body = source.read(part)
                        to.writestr(part, declared + body if part == name else body)
                with mock.patch.object(reading, "Document") as parser:
                    self.assertIn("illisible", self.refused(again.getvalue(), "f.ods"))
                    parser.assert_not_called()
        self.assertEqual(len(reading.tables_of(made)), 1, "the same file without them is read")

    def test_rows_and_cells_repeated_without_end_are_bounded(self) -> None:
        at = datetime(2026, 1, 1, tzinfo=UTC)
        made = ods_bytes([Sheet("S", ["Nom", "Catégorie"], [["A", "autre"]])], title="t", at=at)

        def repeated(old: bytes, new: bytes) -> SimpleUploadedFile:
            again = io.BytesIO()
            with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(again, "w") as to:
                for name in source.namelist():
                    body = source.read(name)
                    to.writestr(name, body.replace(old, new) if name == "content.xml" else body)
            return SimpleUploadedFile("f.ods", again.getvalue())

        end = b"</table:table>"
        empty = (
            b'<table:table-row table:number-rows-repeated="1048000"><table:table-cell'
            b' table:number-columns-repeated="16384"/></table:table-row>'
        )
        lines = self.read(repeated(end, empty + end))
        self.assertEqual(len(lines), 1, "what LibreOffice writes at the end of a sheet")
        full = empty.replace(
            b'"16384"/>',
            b'"16384" office:value-type="string"><text:p>x</text:p></table:table-cell>',
        )
        with self.assertRaises(reading.UnreadableFile):
            reading.tables_of(repeated(end, full + end).read())
        # Many lines, each repeated as often as a sheet may have lines: none is kept beyond.
        some = full.replace(b'"1048000"', b'"5000"') * 100
        many = repeated(end, some + end).read()
        blank = repeated(end, some.replace(b"<text:p>x<", b"<text:p> <") + end).read()
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        with self.assertRaises(reading.UnreadableFile):
            reading.tables_of(many)
        self.assertEqual([len(one.rows) for one in reading.tables_of(blank)], [1])
        self.assertLess(tracemalloc.get_traced_memory()[1], 20_000_000)

    def test_templates_list_what_is_accepted_and_read_themselves_back(self) -> None:
        """003-14, 003-15, 001-01: the words of categories and colleges are told."""
        guide = self.browser.get(IMPORTS)
        for label in (*Category.labels, *College.labels):
            self.assertContains(guide, f"<li>{label}</li>", html=True)
        for kind, stem in (
            (BatchKind.ORGANISATIONS, "modele-structures"),
            (BatchKind.CONTACTS, "modele-contacts"),
        ):
            for extension in ("csv", "ods"):
                answer = self.browser.get(f"{IMPORTS}modeles/{stem}.{extension}")
                (table, *others) = reading.tables_of(answer.content)
                heads = heads_of(table.headers, kind)
                self.assertEqual(list(heads.places.values()), list(COLUMNS[kind]))
                if extension == "ods":
                    words = {cell for other in others for _, row in other.rows for cell in row}
                    known = Category if kind == BatchKind.ORGANISATIONS else College
                    self.assertLessEqual(set(known.labels) | set(known.values), words)
        file = SimpleUploadedFile(
            "m.ods", self.browser.get(f"{IMPORTS}modeles/modele-structures.ods").content
        )
        self.assertEqual([line["kind"] for line in self.read(file)], ["new"])
        self.assertEqual(self.browser.get(f"{IMPORTS}modeles/autre.csv").status_code, 404)
        self.assertEqual(
            self.browser.get(f"{IMPORTS}modeles/modele-structures.exe").status_code, 404
        )

    def test_a_form_without_a_file_says_so(self) -> None:
        page = self.browser.post(IMPORTS, {"kind": "organisations"})
        self.assertContains(page, "Choisissez un fichier CSV ou ODS")
        self.assertFalse(Organisation.objects.exists())
