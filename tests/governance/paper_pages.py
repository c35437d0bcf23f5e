"""Look at a PDF as a reader does: its lines, what is bold, where words and drawings stand.

``faults_of`` names what a printed paper must not show. It knows nothing of the data: only text,
sizes and boxes. ``photograph`` keeps each page as a picture in ``build/papers``.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw

ARTEFACTS = Path(__file__).parents[2] / "build" / "papers"
MM = 72 / 25.4
# Two words overlap when they share more than this; a table's columns never do.
TOUCH = 1.0
# The heads of tables are smaller than everything else of a page's body.
HEAD_SIZE = 8.6


@dataclass
class Word:
    """A run of text in one face: where it stands from the left and the top, in points."""

    left: float
    top: float
    right: float
    bottom: float
    text: str
    size: float
    is_bold: bool


@dataclass
class Line:
    """Words that stand on one line, columns included."""

    words: list[Word] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the words, from left to right."""
        return " ".join(one.text for one in self.words)

    @property
    def is_bold(self) -> bool:
        """Tell whether nothing on the line is plain: a title."""
        return all(one.is_bold for one in self.words)

    @property
    def size(self) -> float:
        """Return the largest size, in points."""
        return max(one.size for one in self.words)

    @property
    def top(self) -> float:
        """Return where the line begins."""
        return min(one.top for one in self.words)

    @property
    def bottom(self) -> float:
        """Return where the line ends."""
        return max(one.bottom for one in self.words)


class Page:
    """A page of a PDF; ``lines`` is its body, its foot left out."""

    def __init__(self, page: Any, foot: float) -> None:
        self.width, self.height = page.get_size()
        self.words = sorted(_words(page, self.height), key=lambda one: (one.top, one.left))
        limit = self.height - foot * MM
        self.lines = _lines([one for one in self.words if one.bottom <= limit])
        self.drawn = [
            (left, self.height - top, right, self.height - bottom)
            for left, bottom, right, top in (
                one.get_bounds() for one in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH])
            )
        ]


def _words(page: Any, height: float) -> Iterator[Word]:
    text = page.get_textpage()
    for n in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(n)
        whole = text.get_text_bounded(left, bottom, right, top)
        said = whole.strip()
        if not said:
            continue
        at = text.get_index((left + right) / 2, (top + bottom) / 2, right - left, top - bottom)
        at = at if at is not None else 0
        size = round(raw.FPDFText_GetFontSize(text, at), 1)
        # The space that ends a line hangs over its edge and shows nothing.
        hanging = size * 0.3 if whole.endswith(" ") else 0
        yield Word(
            left,
            height - top,
            right - hanging,
            height - bottom,
            said,
            size,
            "Bold" in _face(text, at),
        )


def _face(text: Any, at: int) -> str:
    name, flags = ctypes.create_string_buffer(200), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text, at, name, 200, ctypes.byref(flags))
    return name.value.decode()


def _lines(words: list[Word]) -> list[Line]:
    lines: list[Line] = []
    for one in words:
        middle = (one.top + one.bottom) / 2
        if lines and lines[-1].top <= middle <= lines[-1].bottom:
            lines[-1].words.append(one)
        else:
            lines.append(Line([one]))
    for line in lines:
        line.words.sort(key=lambda one: one.left)
    return lines


def pages_of(content: bytes, *, foot: float = 20) -> list[Page]:
    """Read a PDF.

    Args:
        foot: the height of the foot of a page, in millimetres.
    """
    document = pypdfium2.PdfDocument(content)
    try:
        return [Page(page, foot) for page in document]
    finally:
        document.close()


def titles_of(page: Page) -> list[tuple[Line, Line | None]]:
    """Return the titles of a page, each with the line after it, wrapped titles put together."""
    found: list[tuple[Line, Line | None]] = []
    lines = page.lines
    for rank, line in enumerate(lines):
        following = lines[rank + 1] if rank + 1 < len(lines) else None
        if line.is_bold and not (following and _goes_on(line, following)):
            found.append((line, following))
    return found


def _goes_on(line: Line, following: Line) -> bool:
    """Tell whether a title is cut on two lines: the same size, close below."""
    close = following.top - line.top < 1.75 * line.size
    return following.is_bold and following.size == line.size and close


def is_head(line: Line) -> bool:
    """Tell whether a line is the head of a table."""
    return line.size <= HEAD_SIZE


def faults_of(
    content: bytes, *, margin: float = 19, foot: float = 20, has_sections: bool = True
) -> list[str]:
    """Name what is wrong on the pages of a PDF, nothing when all is well.

    Args:
        margin: the least white on each side, in millimetres.
        foot: the height of the foot, in millimetres.
        has_sections: whether a title with another one of its size below is an empty section.
    """
    found: list[str] = []
    pages = pages_of(content, foot=foot)
    for number, page in enumerate(pages, start=1):
        before = pages[number - 2] if number > 1 else None
        told = [*_boxes(page, margin), *_titles(page, has_sections), *_table(page, before)]
        if not any(not line.is_bold for line in page.lines):
            told.append("a page with only a title")
        found += [f"page {number}: {one}" for one in told]
    last = pages[-1].lines
    if last and last[-1].is_bold:
        found.append("an empty section at the end")
    return found


def _boxes(page: Page, margin: float) -> Iterator[str]:
    low, high = margin * MM, page.width - margin * MM
    for one in page.words:
        if one.left < low or one.right > high:
            yield f"over the margin: {one.text}"
        if one.top < 14 * MM or one.bottom > page.height - 7 * MM:
            yield f"over the top or the foot: {one.text}"
    for left, top, right, bottom in page.drawn:
        if left < low or right > high or top < 14 * MM or bottom > page.height - 7 * MM:
            yield "a drawing over the margin"
    for line in page.lines:
        for one, other in pairwise(line.words):
            if one.right > other.left + TOUCH:
                yield f"words over each other: {one.text} / {other.text}"


def _titles(page: Page, has_sections: bool) -> Iterator[str]:
    for title, following in titles_of(page):
        if following is None:
            yield f"a title at the foot: {title.text}"
        elif has_sections and following.is_bold and following.size >= title.size:
            yield f"an empty section: {title.text}"


def _table(page: Page, before: Page | None) -> Iterator[str]:
    if not page.lines:
        return
    if is_head(page.lines[-1]):
        yield f"the head of a table without its rows: {page.lines[-1].text}"
    first = page.lines[0]
    if is_head(first) and not (before and first.text in [one.text for one in before.lines]):
        yield f"a table split from its title: {first.text}"


def photograph(content: bytes, name: str) -> list[Path]:
    """Keep each page of a PDF as a picture; return their places."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower())
    for old in ARTEFACTS.glob(f"{stem}-[0-9]*.png"):
        old.unlink()
    document = pypdfium2.PdfDocument(content)
    places = []
    try:
        for number, page in enumerate(document, start=1):
            places.append(ARTEFACTS / f"{stem}-{number:02}.png")
            page.render(scale=1.2).to_pil().save(places[-1])
    finally:
        document.close()
    return places
