"""What the list of reports, one report and the public list show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.reports.models import AnnualReport, ReportPart
from clsm_core.reports.presenters.blocks import drawn
from clsm_core.reports.presenters.papers import STEERING
from clsm_core.reports.presenters.report import RESERVED, has_reserved, shown
from clsm_core.reports.presenters.sections import sections
from clsm_core.reports.queries.reports import withdrawn_since
from clsm_core.roadmap.queries.counts.years import Year, past_years
from clsm_core.ui.components import Cell
from clsm_core.ui.templatetags.ui import day

LIST_HEADERS = ("Bilan", "État", "Public")


def home_page(member: Member, reports: Iterable[AnnualReport]) -> dict[str, Any]:
    """Give the values of the list."""
    slug = member.council.slug
    return {
        "council": member.council,
        "sections": sections(member, "reports:home"),
        "may_manage": member.may(Act.MANAGE),
        "may_steer": member.may(Act.TRENDS),
        "headers": LIST_HEADERS,
        "rows": [
            [
                Cell(f"Bilan {one.year}", url=reverse("reports:report", args=[slug, one.year])),
                Cell(state_words(one), kind="done" if one.is_validated else "attention"),
                "publié" if one.is_published else "non publié",
            ]
            for one in reports
        ],
        "years": past_years(member.today, 4),
    }


def report_page(member: Member, report: AnnualReport, year: Year) -> dict[str, Any]:
    """Give the values of one report: its parts, what they lack, what may be done."""
    is_steering = member.may(Act.TRENDS)
    content = shown(report, year, is_steering=is_steering)
    may_manage = member.may(Act.MANAGE) and not report.is_validated
    there = {part["code"]: part for part in content["parts"]}
    left_out = dict(content["left_out"])
    return {
        "council": member.council,
        "sections": sections(member, "reports:home"),
        "report": report,
        "content": content,
        "state": state_words(report),
        "state_kind": "done" if report.is_validated else "attention",
        "parts": [
            {
                "code": part.value,
                "title": part.label,
                "comment": there[part.value]["comment"] if part.value in there else "",
                "blocks": [drawn(one) for one in there[part.value]["blocks"]]
                if part.value in there
                else [],
                "is_left_out": part.value not in there,
                "reason": left_out.get(part.label, ""),
                "is_reserved": part.value in RESERVED and is_steering,
            }
            for part in ReportPart
        ],
        "may_comment": may_manage,
        "may_validate": member.may(Act.VALIDATE) and not report.is_validated,
        "may_publish": member.may(Act.VALIDATE) and report.is_validated,
        "may_steer": is_steering,
        "has_reserved": has_reserved(content),
        "withdrawn": _withdrawn(member, report, content),
        "is_over": year.is_over,
        "is_council_public": member.council.is_published,
    }


def _withdrawn(member: Member, report: AnnualReport, content: Mapping[str, Any]) -> list[str]:
    """Say what a frozen report still cites though the commission took it back."""
    if not report.is_validated:
        return []
    found = withdrawn_since(member.council, content.get("cited", []))
    return [
        f"{label} : retirée le {day(timezone.localdate(at))}. Ce bilan, figé avant, la garde."
        for label, at in found
    ]


def state_words(report: AnnualReport) -> str:
    """Say where a report stands."""
    if report.is_validated:
        return f"validé le {day(report.validated_on)}"
    return "en préparation"


def foot_of(report: AnnualReport, content: Mapping[str, Any], on: date) -> str:
    """Return what stands at the foot of the papers of a report."""
    state = state_words(report) if report.is_validated else f"projet, édité le {day(on)}"
    return f"{state} · {STEERING}" if has_reserved(content) else state


def public_page(council: Council, reports: Iterable[AnnualReport]) -> dict[str, Any]:
    """Give the values of the public list."""
    return {
        "council": council,
        "reports": [
            {
                "title": f"Bilan annuel {one.year} (PDF)",
                "text": state_words(one).capitalize(),
                "url": reverse("public_reports:pdf", args=[council.slug, one.year]),
            }
            for one in reports
        ],
    }
