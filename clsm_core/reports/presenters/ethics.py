"""What the steering committee checks of ethics and confidentiality, on one page (001-11, 003-13).

Promises: what comes from the commission is read from proved releases only and stays as published:
bands and words, never a rate made here.

Source: domain.md 001-11, E-12, E-19; decisions 35-39.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.governance.models import BodyKind, FrameworkDocument, FrameworkKind
from clsm_core.governance.queries.framework import documents_of, standing, superseded
from clsm_core.governance.validity import Standing
from clsm_core.observatory.figures import chart_of, in_order
from clsm_core.observatory.queries import Reading
from clsm_core.reports.presenters.blocks import drawn
from clsm_core.reports.presenters.parts_observation import bands_of, readings_in, title_of
from clsm_core.reports.presenters.sections import neighbours, sections
from clsm_core.roadmap.queries.counts.years import Year
from clsm_core.ui.components import Cell
from clsm_core.ui.templatetags.ui import short_day

CHARTERS = (FrameworkKind.CHARTER, FrameworkKind.COMMISSION_CHARTER)
HEADERS = ("Document", "État", "Validé par le comité de pilotage", "Signatures")
AGREEMENT, CONFIDENTIALITY = "E-12", "E-19"


class Published(NamedTuple):
    """What a release says of agreements and of confidentiality."""

    title: str
    lines: list[tuple[str, str]]
    blocks: list[dict[str, Any]]


def ethics_page(member: Member, year: Year) -> dict[str, Any]:
    """Give the values of the page."""
    council = member.council
    charters = [(kind, _latest(council, kind, year.on)) for kind in CHARTERS]
    return {
        "council": council,
        "sections": sections(member, "reports:ethics"),
        "neighbours": neighbours(member, "reports:ethics", year.number),
        "year": year,
        "headers": HEADERS,
        "rows": [_row(council, kind, one, year.on) for kind, one in charters],
        "lacks": [words for kind, one in charters for words in _lacks(kind, one, year.on)],
        "published": [_published(one) for one in readings_in(council, year)],
    }


def _latest(council: Council, kind: FrameworkKind, on: date) -> FrameworkDocument | None:
    """Return the version of a day: the one that holds, else the latest that is not replaced."""
    versions = list(
        documents_of(council).filter(kind=kind).select_related("decision__meeting__body")
    )
    old = superseded(versions, on)
    kept = [one for one in versions if one.pk not in old]
    signed = [one for one in kept if standing(one, on) == Standing.SIGNED]
    return next(iter([*signed, *kept]), None)


def _row(
    council: Council, kind: FrameworkKind, one: FrameworkDocument | None, on: date
) -> list[Cell | str]:
    if one is None:
        return [str(kind.label).capitalize(), Cell("absente", kind="attention"), "", ""]
    state = standing(one, on)
    words = f"{state.value}, jusqu’au {short_day(one.ends_on)}" if one.ends_on else state.value
    signed, asked = _signatures(one, on)
    return [
        Cell(
            f"{str(kind.label).capitalize()}, version {one.number}",
            url=reverse("governance:framework_document", args=[council.slug, one.pk]),
        ),
        Cell(words, kind="done" if state == Standing.SIGNED else "attention"),
        f"oui, décision {one.decision.code}" if _is_validated(one) and one.decision else "non",
        f"{signed} sur {asked}",
    ]


def _signatures(one: FrameworkDocument, on: date) -> tuple[int, int]:
    """Count who has signed on a day, among who is to sign."""
    asked = list(one.signatories.all())
    return sum(bool(each.signed_on and each.signed_on <= on) for each in asked), len(asked)


def _is_validated(one: FrameworkDocument) -> bool:
    """Tell whether the steering committee's own decision validates a version (001-11)."""
    return one.decision is not None and one.decision.meeting.body.kind == BodyKind.STEERING


def _lacks(kind: FrameworkKind, one: FrameworkDocument | None, on: date) -> list[str]:
    """Say what is left to do for a charter, nothing when all is there."""
    name = f"la {kind.label}"
    if one is None:
        return [f"Écrivez {name} et faites-la valider par le comité de pilotage."]
    signed, asked = _signatures(one, on)
    checks = (
        (_is_validated(one), f"Rattachez {name} à la décision du comité de pilotage."),
        (standing(one, on) == Standing.SIGNED, f"Mettez en vigueur {name}, ou renouvelez-la."),
        (asked > 0, f"Nommez les signataires de {name}."),
        (signed == asked, f"Recueillez les signatures qui manquent à {name} : {asked - signed}."),
    )
    return [words for is_met, words in checks if not is_met]


def _published(reading: Reading) -> Published:
    bundle = reading.proved.bundle if reading.proved else {"populations": (), "institution": ()}
    charts = [
        chart_of(part, table)
        for part in in_order([one for one in bundle["populations"] if one["total"]])
        for table in part["tables"]
        if table["element"] == AGREEMENT and table["rows"] and not table["columns"]
    ]
    return Published(
        title_of(reading),
        [
            (line["label"], line["text"])
            for line in bundle["institution"]
            if line["element"] == CONFIDENTIALITY
        ],
        [drawn(asdict(bands_of(one))) for one in charts],
    )
