"""The annual report as an editable text (OpenDocument), with the same content as its PDF.

Promises: made in memory, the same bytes for the same content and day; what varies is only ever
text, never markup; real headings and table heads, so that a word processor and a screen reader
find their way.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from odfdo import Document, Element

from clsm_core.council.words import HARD
from clsm_core.reports.typography import spaced
from clsm_core.ui.archive import archive

# What no XML may hold; it comes with texts pasted from elsewhere and means nothing.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_STYLES = (
    '<style:style style:name="kept" style:family="paragraph"'
    ' style:parent-style-name="Text_20_body"><style:paragraph-properties'
    ' fo:keep-with-next="always" fo:margin-bottom="0.15cm"/></style:style>',
    '<style:style style:name="head" style:family="paragraph"'
    ' style:parent-style-name="Standard"><style:text-properties'
    ' fo:font-weight="bold" fo:font-size="9pt"/></style:style>',
    '<style:style style:name="cell" style:family="paragraph"'
    ' style:parent-style-name="Standard"><style:text-properties fo:font-size="10pt"/>'
    "</style:style>",
    '<style:style style:name="number" style:family="paragraph"'
    ' style:parent-style-name="Standard"><style:paragraph-properties fo:text-align="end"/>'
    '<style:text-properties fo:font-size="10pt"/></style:style>',
    '<style:style style:name="quiet" style:family="paragraph"'
    ' style:parent-style-name="Text_20_body"><style:text-properties'
    ' fo:font-size="9pt" fo:color="#5d564c"/></style:style>',
    '<style:style style:name="box" style:family="table-cell"><style:table-cell-properties'
    ' fo:padding="0.1cm" fo:border-bottom="0.5pt solid #cdc3b3"/></style:style>',
)


def report_odt(content: Mapping[str, Any], *, foot: str, method: str, at: datetime) -> bytes:
    """Return the report as an editable text.

    Args:
        foot: the state of the report, written under its title.
        method: how the figures are counted.
    """
    title = f"Bilan annuel {content['year']}"
    document = Document("text")
    document.meta.title = f"{title} – {content['council']}"
    document.meta.creation_date = at.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    document.set_language("fr-FR")
    for style in _STYLES:
        document.insert_style(Element.from_tag(style), automatic=True)
    document.body.clear()
    for text in _everything(spaced(content), title, foot, spaced(method)):
        document.body.append(Element.from_tag(text))
    stream = io.BytesIO()
    document.save(stream)
    with zipfile.ZipFile(stream) as made:
        # The format wants its own type first and bare.
        return archive({name: made.read(name) for name in made.namelist()}, bare=("mimetype",))


def _everything(content: Mapping[str, Any], title: str, foot: str, method: str) -> list[str]:
    found = [
        _paragraph(content["council"], "quiet"),
        _heading(title, 1),
        _paragraph(content["lead"]),
        _paragraph(foot, "quiet"),
    ]
    found += [_paragraph(f"{number} {label}") for number, label in content["essential"]]
    for part in content["parts"]:
        found.append(_heading(f"{part['number']}. {part['title']}", 2))
        if part["comment"]:
            found.append(_paragraph(part["comment"]))
        for rank, block in enumerate(part["blocks"], start=1):
            found += _block(block, f"{part['code']}-{rank}")
    found += [_heading("Annexe", 2), _paragraph(method)]
    if content["left_out"]:
        found.append(_paragraph(f"Parties sans contenu, laissées de côté{HARD}:", "kept"))
        found += [_paragraph(f"– {name}{HARD}: {why}.") for name, why in content["left_out"]]
    return found


def _block(block: Mapping[str, Any], name: str) -> list[str]:
    found = [_heading(block["title"], 3)] if block["title"] else []
    found += [_paragraph(text) for text in block["text"]]
    found += [_paragraph(f"{label}{HARD}: {value}") for label, value in block["facts"]]
    if block["rows"]:
        found.append(_table(block, name))
    if block["note"]:
        found.append(_paragraph(block["note"], "quiet"))
    return found


def _table(block: Mapping[str, Any], name: str) -> str:
    heads = "".join(_cell(text, "head") for text in block["headers"])
    rows = "".join(
        "<table:table-row>"
        + "".join(
            _cell(text, "number" if index in block["numbers"] else "cell")
            for index, text in enumerate(row)
        )
        + "</table:table-row>"
        for row in block["rows"]
    )
    return (
        f"<table:table table:name={quoteattr(name)}>"
        f'<table:table-column table:number-columns-repeated="{len(block["headers"])}"/>'
        f"<table:table-header-rows><table:table-row>{heads}</table:table-row>"
        f"</table:table-header-rows>{rows}</table:table>"
    )


def _cell(text: str, style: str) -> str:
    return (
        '<table:table-cell table:style-name="box" office:value-type="string">'
        f"{_paragraph(text, style)}</table:table-cell>"
    )


def _heading(text: str, level: int) -> str:
    return (
        f'<text:h text:style-name="Heading_20_{level}" text:outline-level="{level}">'
        f"{_words(text)}</text:h>"
    )


def _paragraph(text: str, style: str = "Text_20_body") -> str:
    lines = "<text:line-break/>".join(_words(line) for line in text.split("\n"))
    return f'<text:p text:style-name="{style}">{lines}</text:p>'


def _words(text: str) -> str:
    return escape(_UNWRITABLE.sub("", text))
