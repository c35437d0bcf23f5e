"""Documents of a council's own pages: the articulation table, as tagged PDF."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from clsm_core.council.models import Council
from clsm_core.council.presenters.schemes import EMPTY, THEMES, articulation
from clsm_core.ui.pdf import compile_pdf
from clsm_core.ui.templatetags.ui import day

_TEMPLATE = Path(__file__).parent / "documents" / "articulation.typ"


def articulation_pdf(council: Council, *, at: datetime) -> bytes:
    """Return the table CLS / CLSM / PTSM (practice.md 4.1; 002-09)."""
    columns = articulation(council, at.date())
    data = {
        "council": council.name,
        "heading": "Articulation CLS, CLSM, PTSM",
        "on": f"État au {day(at.date())}",
        "titles": [[column.title, column.name] for column in columns],
        "rows": [
            [theme, *(column.lines[rank] or EMPTY for column in columns)]
            for rank, theme in enumerate(THEMES)
        ],
    }
    return compile_pdf(_TEMPLATE, data, at=at, title=f"Articulation – {council.name}")
