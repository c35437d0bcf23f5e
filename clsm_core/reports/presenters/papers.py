"""The annual report and its slides on paper: tagged PDF, from a report's content only.

Promises: the same content and day give the same bytes; file names and titles name nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from clsm_core.reports.content import Part
from clsm_core.reports.presenters.report import general, has_reserved
from clsm_core.reports.typography import spaced
from clsm_core.ui.pdf import compile_pdf
from clsm_core.ui.templatetags.ui import day

DOCUMENTS = Path(__file__).parents[1] / "documents"
METHOD = (
    "Les chiffres sont comptés par le service à partir de ce que le conseil y enregistre :"
    " réunions tenues et présences notées, actions validées, partenariats, besoins, financements."
    " Une barre est dessinée à partir du nombre écrit à côté d’elle."
)


def report_pdf(content: Mapping[str, Any], *, foot: str, at: datetime) -> bytes:
    """Return the report as a tagged PDF.

    Args:
        foot: what stands at the foot of each page, such as the day of validation.
    """
    heading = f"Bilan annuel {content['year']}"
    data = {
        "has_cover": True,
        "council": content["council"],
        "heading": heading,
        "lead": content["lead"],
        "foot": foot,
        "essential": content["essential"],
        "parts": content["parts"],
        "left_out": content["left_out"],
        "method": METHOD,
    }
    title = f"{heading} – {content['council']}"
    return compile_pdf(DOCUMENTS / "report.typ", spaced(data), at=at, title=title)


STEERING = "édition du comité de pilotage"


def validated_pdfs(content: Mapping[str, Any], *, at: datetime) -> tuple[bytes, bytes | None]:
    """Return the papers of a report on the day of its validation: what is kept for good.

    The first is for everybody; the second, with what is reserved, for the steering committee.
    """
    foot = f"validé le {day(timezone.localdate(at))}"
    everybody = report_pdf(general(content), foot=foot, at=at)
    if not has_reserved(content):
        return everybody, None
    return everybody, report_pdf(content, foot=f"{foot} · {STEERING}", at=at)


def dossier_pdf(
    council: str, heading: str, lead: str, parts: list[Part], *, foot: str, at: datetime
) -> bytes:
    """Return parts on paper without a cover; a table stays with its title."""
    data = {
        "has_cover": False,
        "council": council,
        "heading": heading,
        "lead": lead,
        "foot": foot,
        "essential": [],
        "parts": [{"number": None, **one.plain()} for one in parts],
    }
    title = f"{heading} – {council}"
    return compile_pdf(DOCUMENTS / "report.typ", spaced(data), at=at, title=title)


def slides_pdf(content: Mapping[str, Any], *, foot: str, at: datetime, heading: str = "") -> bytes:
    """Return what is shown in a plenary assembly, one idea a page."""
    heading = heading or f"Notre année {content['year']}"
    data = {
        "council": content["council"],
        "heading": heading,
        "lead": content["lead"],
        "foot": foot,
        "slides": content["slides"],
    }
    title = f"{heading} – {content['council']}"
    return compile_pdf(DOCUMENTS / "slides.typ", spaced(data), at=at, title=title)
