"""T-32: what the trustees hold in their hands reads back as the share that was made."""

import logging
import re
from datetime import UTC, datetime
from pathlib import Path

import numpy
import pypdfium2
import pytest
import zxingcpp

from cases.vault.errors import WrongShares
from cases.vault.recovery import combine, parse_share, split
from deploy import share_sheets
from deploy.share_sheets import sheets, terminal_qr

SECRET = bytes(range(32))
SHARES = split(SECRET, 3, 5)
LINES = [share.line() for share in SHARES]
AT = datetime(2026, 12, 1, 9, tzinfo=UTC)
# A name that would be markup, a file and a code anywhere but in data.
NAME = 'Metz #read("/etc/hostname") *gras* $x$ ] } \\ "'
ROOT = "0123456789abcdef" * 4
WORDS = ("zeste", "lezard", "bassin", "bijou", "raisin", "algue", "opale", "jardin")


@pytest.fixture(scope="module")
def printed() -> bytes:
    return sheets(NAME, LINES, 3, ROOT, AT, key_words=WORDS)


def pages(printed: bytes) -> list[str]:
    with pypdfium2.PdfDocument(printed) as document:
        return [page.get_textpage().get_text_range() for page in document]


def codes(image: numpy.ndarray) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image)]


def test_one_page_a_trustee_in_order(printed: bytes) -> None:
    texts = pages(printed)
    assert len(texts) == 5
    for place, (text, line) in enumerate(zip(texts, LINES, strict=True), start=1):
        assert f"Part {place} sur 5 – 3 parts nécessaires" in text
        assert "cérémonie du 1er décembre 2026" in text
        assert NAME in text
        assert ROOT in text
        assert " ".join(WORDS) in text
        other = LINES[place % 5]
        assert signs(line) in signs(text)
        assert signs(other) not in signs(text)


def signs(text: str) -> str:
    """Keep what a share is made of, without its layout."""
    return re.sub(r"[^A-Z0-9]", "", text)


def test_t32_what_is_copied_from_the_page_is_the_share(printed: bytes) -> None:
    """The lines between the label and the words, typed as they are printed, rebuild the key."""
    typed = []
    for text in pages(printed):
        rows = text.replace("\r", "").split("\n")
        start = rows.index("PART1")
        end = rows.index("Ses quatre mots de contrôle :")
        typed.append(parse_share(" ".join([*rows[start:end], rows[end + 1]])))
    assert typed == SHARES
    assert combine(typed[2:]) == SECRET


def test_t32_the_code_on_the_page_is_the_share(printed: bytes) -> None:
    with pypdfium2.PdfDocument(printed) as document:
        for page, line in zip(document, LINES, strict=True):
            assert codes(page.render(scale=2).to_numpy()) == [line]


def test_the_sheets_are_accessible(printed: bytes) -> None:
    """PDF/UA-1 is claimed, and the compiler refuses an image without alternative text."""
    assert b"pdfuaid" in printed
    assert b"/StructTreeRoot" in printed
    assert b"(fr-FR)" in printed
    template = share_sheets._TEMPLATE.read_text("utf-8")
    assert "alt: data.alternative" in template


def test_control_the_standard_refuses_an_image_without_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    weak = tmp_path / "share.typ"
    weak.write_text(
        share_sheets._TEMPLATE.read_text("utf-8").replace(", alt: data.alternative", ""), "utf-8"
    )
    monkeypatch.setattr(share_sheets, "_TEMPLATE", weak)
    with pytest.raises(RuntimeError, match="PDF/UA-1"):
        sheets(NAME, LINES[:1], 3, ROOT, AT)


def test_whom_to_call(printed: bytes) -> None:
    assert "Qui appeler :" in pages(printed)[0]
    named = pages(sheets("Metz", LINES[:1], 3, ROOT, AT, contact="03 87 00 00 00 *"))[0]
    assert "Qui appeler : 03 87 00 00 00 *" in named


def test_nothing_but_shares_is_printed(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        with pytest.raises(WrongShares):
            sheets("Metz", [LINES[0][:-1]], 3, ROOT, AT)
        with pytest.raises(ValueError, match="threshold"):
            sheets("Metz", LINES, 2, ROOT, AT)
        sheets("Metz", LINES, 3, ROOT, AT)
    assert LINES[0][6:30] not in caplog.text


@pytest.mark.parametrize("place", range(5))
def test_the_code_of_a_terminal(place: int) -> None:
    """Drawn as a dark terminal draws it, the code is the share's line."""
    drawn = terminal_qr(LINES[place])
    rows = []
    for row in drawn.split("\n"):
        rows.append([sign in "█▀" for sign in row])
        rows.append([sign in "█▄" for sign in row])
    image = numpy.kron(numpy.array(rows, dtype=numpy.uint8) * 255, numpy.ones((6, 6), numpy.uint8))
    assert codes(image) == [LINES[place]]
    assert max(map(len, drawn.split("\n"))) <= 80
