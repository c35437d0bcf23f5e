"""A situation as a printed copy says it: plain values for the document, nothing read as markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from cases.access.facts import OpenSituation, SectionView
from cases.actions.exports import Copy
from cases.domain.files import ExportReason
from cases.domain.sections import Section
from cases.presenters import documents, person
from cases.presenters.documents import DocumentSheet
from cases.presenters.situation import proposal_title
from clsm_core.ui.templatetags.ui import day

TEMPLATE = Path(__file__).resolve().parents[1] / "documents" / "export.typ"


def content(
    opened: OpenSituation,
    wanted: Iterable[str],
    copy: Copy,
    *,
    reason: str,
    holder: str,
    identity: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the document prints; ``holder`` is whom the copy was made for, in words."""
    situation = opened.situation
    chosen = list(wanted)
    at = f"{day(copy.at)} à {timezone.localtime(copy.at):%H h %M}"
    mark = f"Exemplaire {copy.number} · {holder} · {at} · {copy.reference}"
    return {
        "commission": situation.commission_name,
        "code": situation.code,
        "state": situation.state_label,
        "mark": mark,
        "facts": [
            ["Exemplaire", str(copy.number)],
            ["Remis à", holder],
            ["Le", at],
            ["Motif", ExportReason(reason).label],
            ["Référence au journal", copy.reference],
            ["Accord de la personne", opened.agreement.status_label],
        ],
        "rules": [
            "Vous répondez de cet exemplaire : ni copie, ni transmission. Détruisez-le dès qu’il "
            "ne sert plus.",
            "Une erreur ? Demandez sa correction à la personne qui anime la commission.",
            "Les pièces jointes ne sont jamais reproduites.",
        ],
        "identity": _identity(identity or {}),
        "sections": [
            _section(opened.section(code))
            for code in chosen
            if code != Section.IDENTITY.value and opened.section(code).readable
        ],
        "proposals": [
            [proposal_title(one), one.holder or "—", day(one.due_on) or "—", one.status_label]
            for one in opened.proposals
            if one.readable and one.section in chosen
        ],
    }


def _identity(said: Mapping[str, Any]) -> list[list[str]]:
    sheet = person.identity(said)
    if sheet is None:
        return []
    avoid = [["À ne pas faire", sheet.avoid]] if sheet.avoid else []
    return avoid + [[fact.label, str(fact.value)] for _, held in sheet.parts for fact in held]


def _section(section: SectionView) -> dict[str, Any]:
    said: list[dict[str, Any]] = [
        {
            "title": "Ce que dit la personne",
            "facts": [],
            "texts": [["", one.text]],
            "by": _by(one.author, one.on),
        }
        for one in documents.person_words(section)
    ]
    question = documents.question(section)
    if question:
        said.append({"title": "Question posée", "facts": [], "texts": [["", question]], "by": ""})
    return {
        "label": section.label.capitalize(),
        "documents": [*said, *(_document(sheet) for sheet in documents.sheets(section))],
    }


def _document(sheet: DocumentSheet) -> dict[str, Any]:
    title = " · ".join(filter(None, (sheet.title, sheet.category)))
    if sheet.is_altered:
        return {"title": title, "facts": [], "texts": [["", "Texte altéré."]], "by": ""}
    return {
        "title": title,
        "facts": [[fact.label, str(fact.value)] for _, held in sheet.parts for fact in held],
        "texts": [[label, text] for label, text in sheet.texts],
        "by": _by(sheet.author, sheet.changed_at),
    }


def _by(author: str, at: datetime | None) -> str:
    return ", ".join(filter(None, (author, day(at) if at else "")))
