"""Spreadsheets to hand over: OpenDocument and CSV, made in memory, the same bytes each time.

Promises: a cell is a text or a number, never a formula, and a text that a spreadsheet would take
for one is given with an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from odfdo import Document, Row, Table

from clsm_core.ui.archive import archive

Value = str | int | None
# What starts a formula, or hides one behind a space, in one spreadsheet or another.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Sheet(NamedTuple):
    """One sheet: its name (31 characters are kept), its heads and its rows."""

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Value]]


def harmless(value: Value) -> Value:
    """Return a value that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return f"'{value}"
    return value


def csv_bytes(headers: Sequence[str], rows: Sequence[Sequence[Value]]) -> bytes:
    """Return a CSV as French spreadsheets open it: semicolons, UTF-8 with its mark."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    for row in (headers, *rows):
        writer.writerow(["" if value is None else harmless(value) for value in row])
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def ods_bytes(sheets: Sequence[Sheet], *, title: str, at: datetime) -> bytes:
    """Return an OpenDocument spreadsheet.

    Args:
        sheets: in the order of their tabs.
        title: the document's title, which names nobody.
        at: the date written in the document's own metadata.
    """
    document = Document("spreadsheet")
    document.meta.title = title
    document.meta.creation_date = at.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    document.body.clear()
    for sheet in sheets:
        table = Table(sheet.name[:31])
        for values in (sheet.headers, *sheet.rows):
            row = Row()
            row.set_values([harmless(value) for value in values])
            table.append_row(row)
        document.body.append(table)
    stream = io.BytesIO()
    document.save(stream)
    with zipfile.ZipFile(stream) as made:
        # The format wants its own type first and bare.
        return archive({name: made.read(name) for name in made.namelist()}, bare=("mimetype",))
