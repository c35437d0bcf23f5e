"""Read a CSV or an OpenDocument spreadsheet as rows of texts, in memory, within bounds.

Promises: nothing is computed, no formula is followed; what cannot be read says what to do.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from odfdo import Document

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 5_000
MAX_COLUMNS = 60
# A spreadsheet is a compressed file: what it unfolds into is bounded before it is parsed.
MAX_UNFOLDED = 40 * 1024 * 1024
# A few signs announce a number that takes minutes to write: « 1e9999999 ».
MAX_DIGITS = 30
SEPARATORS = ";,\t"
_BEGINNING = 64 * 1024


class UnreadableFile(Exception):
    """Say why a file cannot be read, and what to do, in words for who brought it."""

    code = "unreadable_file"

    def __init__(self, message: str) -> None:
        super().__init__(self.code)
        self.message = message


class Formula(str):
    """The text of a cell that the spreadsheet computed."""

    __slots__ = ()


class Table(NamedTuple):
    """One table of a file: its name, its heads, its rows with the number a spreadsheet shows."""

    name: str
    headers: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


def tables_of(content: bytes) -> list[Table]:
    """Return the tables of a file: one for a CSV, one a sheet for a spreadsheet.

    Raises:
        UnreadableFile: too large, of another kind, or damaged.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableFile("Ce fichier dépasse 2 Mo. Coupez-le en plusieurs fichiers.")
    if content.startswith(b"PK"):
        return [_table(name, rows) for name, rows in _sheets(content)]
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(_EXCEL)
    return [_table("", enumerate(_csv_rows(content), start=1))]


_EXCEL = (
    "C’est un classeur Excel. Dans le tableur, choisissez « Enregistrer sous », puis ODS"
    " ou CSV, et déposez ce nouveau fichier."
)
_DAMAGED = "Ce fichier est illisible. Ouvrez-le dans un tableur et enregistrez-le de nouveau."


def _table(name: str, numbered: Iterable[tuple[int, list[str]]]) -> Table:
    """Take the first row that holds something as heads, and drop the empty ones."""
    headers: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    for number, values in numbered:
        if not any(value.strip() for value in values):
            continue
        if not headers:
            headers = values
            continue
        rows.append((number, values))
        if len(rows) > MAX_ROWS:
            raise UnreadableFile(
                "Ce fichier a plus de 5\u202f000 lignes. Coupez-le en plusieurs fichiers."
            )
    return Table(name, headers, rows)


def _csv_rows(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    if "\0" in text:
        raise UnreadableFile(_DAMAGED)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text))
    try:
        for row in reader:
            yield row[:MAX_COLUMNS]
    except csv.Error as error:
        raise UnreadableFile(_DAMAGED) from error


def _decoded(content: bytes) -> str:
    """Read UTF-8, then what French spreadsheets wrote before it."""
    encodings = ["utf-8-sig", "cp1252"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(
        "Les lettres de ce fichier sont illisibles. Enregistrez-le en CSV, encodage UTF-8."
    )


def _separator(text: str) -> str:
    """Return the sign that parts most cells in the first line that holds something."""
    first = next((line for line in text[:_BEGINNING].splitlines() if line.strip(SEPARATORS)), "")
    return max(SEPARATORS, key=first.count)


def _sheets(content: bytes) -> Iterator[tuple[str, Iterator[tuple[int, list[str]]]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            unfolded = sum(entry.file_size for entry in archive.infolist())
            is_bare = unfolded <= MAX_UNFOLDED and not any(
                _declares(archive.read(name)) for name in names if name.endswith(".xml")
            )
        if "xl/workbook.xml" in names:
            raise UnreadableFile(_EXCEL)
        if "content.xml" not in names or not is_bare:
            raise UnreadableFile(_DAMAGED)
        document = Document(io.BytesIO(content))
        if document.get_type() != "spreadsheet":
            raise UnreadableFile("Ce n’est pas un tableur. Déposez un fichier ODS ou CSV.")
        tables = document.body.get_elements("table:table")
    except UnreadableFile:
        raise
    except Exception as error:
        # Whatever a damaged archive raises, its reader only needs to know that it is damaged.
        raise UnreadableFile(_DAMAGED) from error
    for table in tables:
        # One by one: a few repeated lines announce more than a memory holds.
        yield str(table.get_attribute("table:name") or ""), _sheet_rows(table)


def _declares(xml: bytes) -> bool:
    """Tell whether an XML declares entities, which could read a file of the server or never end.

    No spreadsheet program writes any; the zeros are those of the wider encodings.
    """
    text = xml.replace(b"\0", b"").upper()
    return b"<!DOCTYPE" in text or b"<!ENTITY" in text


def _sheet_rows(table: Any) -> Iterator[tuple[int, list[str]]]:
    """Give the rows that hold something; a row repeated empty only moves the number on."""
    number = 1
    for row in table.get_elements("descendant::table:table-row"):
        repeated = _repeated(row, "table:number-rows-repeated")
        values = _cells(row)
        if any(value.strip() for value in values):
            if repeated > MAX_ROWS:
                raise UnreadableFile(_DAMAGED)
            for offset in range(repeated):
                yield number + offset, values
        number += repeated


def _cells(row: Any) -> list[str]:
    values: list[str] = []
    for cell in row.get_elements("table:table-cell|table:covered-table-cell"):
        repeated = _repeated(cell, "table:number-columns-repeated")
        values += [_text(cell)] * min(repeated, MAX_COLUMNS - len(values))
        if len(values) >= MAX_COLUMNS:
            break
    return values


def _repeated(element: Any, name: str) -> int:
    return max(element.get_attribute_integer(name) or 1, 1)


def _is_endless(number: str) -> bool:
    """Tell whether writing a number out would take more digits than any table holds."""
    try:
        return bool(number) and abs(Decimal(number).adjusted()) > MAX_DIGITS
    except InvalidOperation:
        return False


def _text(cell: Any) -> str:
    """Write a cell's value as somebody would type it."""
    if formula := cell.get_attribute("table:formula"):
        return Formula(formula)
    if _is_endless(cell.get_attribute("office:value") or ""):
        raise UnreadableFile(_DAMAGED)
    try:
        value = cell.value
    except (ValueError, ArithmeticError) as error:
        raise UnreadableFile(_DAMAGED) from error
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value).replace(".", ",")
    return str(value)
