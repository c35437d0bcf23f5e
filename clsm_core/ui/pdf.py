"""Documents to print or to hand over: tagged PDF (PDF/UA-1), compiled in memory.

Promises: nothing is written on disk; what varies reaches the document as data, never as markup;
fonts are the compiler's own, so that two machines give the same pages. A sign that they cannot draw
(an emoji, an ideogram) is printed as an empty square: nothing that is typed refuses a document.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

STANDARD = "ua-1"
SQUARE = "□"
# Blocks of Unicode that the compiler's fonts draw whole: Latin, Cyrillic, punctuation, currencies,
# arrows, mathematics, geometry.
DRAWN = (
    *((0x20, 0x7E), (0xA0, 0x24F), (0x400, 0x45F), (0x1E00, 0x1EFF), (0x2000, 0x2040)),
    *((0x20A0, 0x20BF), (0x2190, 0x22FF), (0x25A0, 0x25FF)),
)
# Line ends and tabs part words; what ties two signs into one ties nothing between squares.
_KEPT, _TIES = "\n\r\t", re.compile("[\u200d\ufe00-\ufe0f]")
_UNDRAWN = re.compile(f"[^{_KEPT}{''.join(f'{chr(a)}-{chr(z)}' for a, z in DRAWN)}]")


def compile_pdf(template: Path, data: dict[str, Any], *, at: datetime, title: str) -> bytes:
    """Return the PDF of a Typst template.

    Args:
        template: the file; it reads ``sys.inputs.data`` (JSON) and ``sys.inputs.title``.
        data: plain values, given as text.
        at: the date written in the document's own metadata.
        title: the document's title, which names nobody.
    """
    try:
        return _compiled(template, data, at, title)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    return _compiled(template, drawn(data), at, drawn(title))


def drawn(value: Any) -> Any:
    """Return plain values whose texts hold only signs that the fonts draw."""
    if isinstance(value, str):
        return _UNDRAWN.sub(SQUARE, _TIES.sub("", unicodedata.normalize("NFC", value)))
    if isinstance(value, dict):
        return {key: drawn(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [drawn(one) for one in value]
    return value


def _compiled(template: Path, data: dict[str, Any], at: datetime, title: str) -> bytes:
    return bytes(
        typst.compile(
            template.read_bytes(),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False), "title": title},
            ignore_system_fonts=True,
            pdf_standards=[STANDARD],
            # The compiler takes no named zone and no fraction of a second.
            timestamp=at.astimezone(UTC).replace(microsecond=0),
        )
    )
