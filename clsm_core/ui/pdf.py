"""Documents to print or to hand over: tagged PDF (PDF/UA-1), compiled in memory.

Promises: nothing is written on disk; what varies reaches the document as data, never as markup;
fonts are the compiler's own, so that two machines give the same pages.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

STANDARD = "ua-1"


def compile_pdf(template: Path, data: dict[str, Any], *, at: datetime, title: str) -> bytes:
    """Return the PDF of a Typst template.

    Args:
        template: the file; it reads ``sys.inputs.data`` (JSON) and ``sys.inputs.title``.
        data: plain values, given as text.
        at: the date written in the document's own metadata.
        title: the document's title, which names nobody.
    """
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
