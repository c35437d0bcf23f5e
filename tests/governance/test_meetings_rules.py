"""Pure rules of meetings: files that are kept, words about somebody, days that come back."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from unittest import TestCase

from clsm_core.governance.filetypes import MAX_BYTES, FileRefused, kind_of, safe_name
from clsm_core.governance.individuals import pointed_at
from clsm_core.governance.recurrence import Rhythm, days

ODT = b"application/vnd.oasis.opendocument.text"


def archive(**members: bytes) -> bytes:
    """Give an archive; « __ » in a name is a slash, « _dot_ » a dot."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def docx(**more: bytes) -> bytes:
    """Give the least that is a DOCX."""
    types = {"[Content_Types]_dot_xml": b"<Types/>", "word__document_dot_xml": b"<w/>"}
    return archive(**types, **more)


class Files(TestCase):
    """A name and a content that agree, nothing that acts by itself."""

    def kind(self, name: str, content: bytes) -> str:
        """Return the extension that is kept, or the code of the refusal."""
        try:
            return kind_of(name, content, len(content)).extension
        except FileRefused as refused:
            return f"refused: {refused.code}"

    def test_each_kind_is_kept(self) -> None:
        for name, content, expected in (
            ("a.pdf", b"%PDF-1.4 x", "pdf"),
            ("A.PDF", b"%PDF-1.4 x", "pdf"),
            ("a.png", b"\x89PNG\r\n\x1a\n..", "png"),
            ("a.jpeg", b"\xff\xd8\xff..", "jpg"),
            ("a.csv", "é;è\n".encode(), "csv"),
            ("a.csv", "é;è\n".encode("cp1252"), "csv"),
            ("a.txt", b"bonjour", "txt"),
            ("a.docx", docx(), "docx"),
            ("a.odt", archive(mimetype=ODT, content_dot_xml=b"<o/>"), "odt"),
        ):
            with self.subTest(name):
                self.assertEqual(self.kind(name, content), expected)

    def test_what_lies_or_acts_is_refused(self) -> None:
        odt_macro = archive(mimetype=ODT, Basic__Standard__script_dot_xml=b"x")
        locked = archive(
            mimetype=ODT,
            **{"META-INF__manifest_dot_xml": b"<manifest:encryption-data/>"},
        )
        for name, content, code in (
            ("a.exe", b"MZ", "type"),
            ("a", b"%PDF-", "type"),
            ("a.docm", docx(), "type"),
            ("a.svg", b"<svg/>", "type"),
            ("a.html", b"<p>", "type"),
            ("a.pdf", docx(), "other"),
            ("a.docx", b"%PDF-1.4", "other"),
            ("a.xlsx", docx(), "other"),
            ("a.odt", docx(), "other"),
            ("a.ods", archive(mimetype=ODT), "other"),
            ("a.docx", b"PK\x03\x04 torn", "other"),
            ("a.csv", b"MZ\x00", "other"),
            ("a.txt", b"a\x00b", "other"),
            ("a.docx", docx(word__vbaProject_dot_bin=b"x"), "macro"),
            ("a.odt", odt_macro, "macro"),
            ("a.pdf", b"%PDF-1.4 /JavaScript (x)", "macro"),
            ("a.pdf", b"%PDF-1.4 /Encrypt 4 0 R", "locked"),
            ("a.odt", locked, "locked"),
            ("a.pdf", b"", "empty"),
        ):
            with self.subTest(name=name, code=code):
                self.assertEqual(self.kind(name, content), f"refused: {code}")

    def test_ten_mebibytes_and_no_more(self) -> None:
        self.assertEqual(kind_of("a.pdf", b"%PDF-", MAX_BYTES).extension, "pdf")
        with self.assertRaises(FileRefused) as refused:
            kind_of("a.pdf", b"", MAX_BYTES + 1)
        self.assertEqual(refused.exception.code, "long")

    def test_names_are_made_safe(self) -> None:
        kind = kind_of("a.pdf", b"%PDF-", 5)
        for given, kept in (
            ("Bilan été.pdf", "Bilan été.pdf"),
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("C:\\x\\y.PDF", "y.pdf"),
            ('a"\r\nX: y.pdf', "aX y.pdf"),
            ("fdp.\u202eexe.pdf", "fdp.exe.pdf"),
            (".pdf", "document.pdf"),
        ):
            self.assertEqual(safe_name(given, kind), kept)


class Individuals(TestCase):
    """D-10: pointed at, with members left alone."""

    def test_what_is_pointed_at(self) -> None:
        for text, found in (
            ("La situation de Mme Durand", ["Mme Durand"]),
            ("M. Jean Dupont et Monsieur Petit", ["M. Jean Dupont", "Monsieur Petit"]),
            ("Mme D. est suivie", ["Mme D."]),
            ("née le 12/03/1980", ["née le 12/03/1980"]),
            ("un homme âgé de 43 ans", ["âgé de 43 ans"]),
            ("appeler le 06 12 34 56 78", ["06 12 34 56 78"]),
            ("tél. +33 6 12 34 56 78", ["+33 6 12 34 56 78"]),
        ):
            with self.subTest(text):
                self.assertEqual(pointed_at(text), found)

    def test_what_is_not(self) -> None:
        for text in (
            "Madame la maire ouvre la séance",
            "Monsieur le préfet",
            "les jeunes de 16 à 25 ans",
            "depuis 10 ans, budget de 12 345 678 €",
            "Le CLSM compte 2026 habitants",
            "décision 2026-07 du 12/03/2026",
        ):
            with self.subTest(text):
                self.assertEqual(pointed_at(text), [])

    def test_members_may_be_named(self) -> None:
        text = "Mme Anne WÉBER présente. Mme Durand aussi."
        self.assertEqual(pointed_at(text, known=["Weber"]), ["Mme Durand"])


class Recurrence(TestCase):
    """Days of a series."""

    def test_the_same_weekday(self) -> None:
        found = days(dt.date(2026, 3, 31), every_months=1, count=3, rhythm=Rhythm.WEEKDAY)
        # A fifth Tuesday: April has four.
        self.assertEqual(found, [dt.date(2026, 3, 31), dt.date(2026, 4, 28), dt.date(2026, 5, 26)])

    def test_the_same_day(self) -> None:
        found = days(dt.date(2027, 12, 31), every_months=2, count=3, rhythm=Rhythm.DAY)
        self.assertEqual(found, [dt.date(2027, 12, 31), dt.date(2028, 2, 29), dt.date(2028, 4, 30)])

    def test_each_series_starts_on_its_first_day_and_keeps_its_weekday(self) -> None:
        start = dt.date(2026, 1, 1)
        for offset in range(366):
            first = start + dt.timedelta(days=offset)
            found = days(first, every_months=3, count=5, rhythm=Rhythm.WEEKDAY)
            self.assertEqual(found[0], first)
            self.assertEqual({one.weekday() for one in found}, {first.weekday()})

    def test_absurd_numbers_are_refused(self) -> None:
        for months, count in ((0, 4), (13, 4), (1, 0), (1, 25)):
            with self.assertRaises(ValueError):
                days(dt.date(2026, 1, 1), every_months=months, count=count, rhythm=Rhythm.DAY)
