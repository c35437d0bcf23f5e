"""No sign that somebody types refuses a document; what the fonts draw is printed as typed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
import typst

from clsm_core.ui import pdf

AT = datetime(2026, 3, 12, 9, tzinfo=UTC)
TEMPLATE = """#set document(title: sys.inputs.title)
#let data = json(bytes(sys.inputs.data))
#data.text #strong(data.text) #emph(data.text)
"""


def printed(folder: Path, text: str) -> str:
    """Compile a text; return what a reader extracts of it."""
    template = folder / "text.typ"
    template.write_text(TEMPLATE, encoding="utf-8")
    content = pdf.compile_pdf(template, {"text": text}, at=AT, title="Essai")
    (page, *_) = pypdfium2.PdfDocument(content)
    return str(page.get_textpage().get_text_range())


@pytest.mark.parametrize(
    "text",
    [
        "Merci 🙂",
        "心の健康",
        "👨‍👩‍👧 famille 🇫🇷",
        "sonnette \x07 ici",
        "zéro \x00 ici",
        "sans carte",
    ],
)
def test_what_cannot_be_drawn_is_a_square(tmp_path: Path, text: str) -> None:
    said = printed(tmp_path, text)
    kept = [word for word in text.split() if word.isascii() and word.isprintable()]
    assert all(word in said for word in kept)
    assert (pdf.SQUARE in said) == (text != "sans carte")


def test_what_is_drawn_is_kept_as_typed(tmp_path: Path) -> None:
    """Control: a text of our fonts goes through whole, in the second try too."""
    text = "Ça n’empêche : « œuvre », 12 € → ½ ≤ ■ Żółw"
    assert pdf.drawn(text) == text
    assert text.split()[0] in printed(tmp_path, text)


def test_every_sign_that_is_kept_is_drawn(tmp_path: Path) -> None:
    """The second try never fails: each block is compiled whole."""
    for first, last in pdf.DRAWN:
        signs = " ".join(chr(number) for number in range(first, last + 1))
        assert printed(tmp_path, signs)


def test_another_fault_is_not_hidden(tmp_path: Path) -> None:
    template = tmp_path / "wrong.typ"
    template.write_text("#unknown")
    with pytest.raises(typst.TypstError):
        pdf.compile_pdf(template, {}, at=AT, title="Essai")
