"""Spreadsheets to hand over: OpenDocument and CSV, made in memory, the same bytes each time.

Promises: a cell is a text or a number, never a formula, and a text that a spreadsheet would take
for one is given with an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from odfdo import Document, Element

from clsm_core.ui.archive import archive

Value = str | int | None
# What starts a formula, or hides one behind a space, in one spreadsheet or another.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What no XML may hold; it comes with texts pasted from elsewhere and means nothing.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


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
        document.body.append(Element.from_tag(_table(sheet)))
    stream = io.BytesIO()
    document.save(stream)
    with zipfile.ZipFile(stream) as made:
        # The format wants its own type first and bare.
        return archive({name: made.read(name) for name in made.namelist()}, bare=("mimetype",))


def _table(sheet: Sheet) -> str:
    """Write a sheet as one text, parsed once: cell by cell, thousands of lines take a minute."""
    rows = "".join(
        f"<table:table-row>{''.join(map(_cell, values))}</table:table-row>"
        for values in (sheet.headers, *sheet.rows)
    )
    columns = f'<table:table-column table:number-columns-repeated="{len(sheet.headers)}"/>'
    name = quoteattr(_UNWRITABLE.sub("", sheet.name[:31]))
    return f"<table:table table:name={name}>{columns}{rows}</table:table>"


def _cell(value: Value) -> str:
    value = harmless(value)
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int):
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )
    text = _UNWRITABLE.sub("", value)
    # Spreadsheets read the paragraphs, one a line; programs read the value, exact.
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
    kept = quoteattr(text, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
    return (
        f'<table:table-cell office:value-type="string" office:string-value={kept}>'
        f"{lines}</table:table-cell>"
    )
