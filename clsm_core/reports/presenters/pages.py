"""What the list of reports, one report and the public list show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.reports.models import AnnualReport, ReportPart
from clsm_core.reports.presenters.blocks import drawn
from clsm_core.reports.presenters.report import shown
from clsm_core.reports.presenters.sections import sections
from clsm_core.reports.years import Year, past_years
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
    content = shown(report, year)
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
            }
            for part in ReportPart
        ],
        "may_comment": may_manage,
        "may_validate": member.may(Act.VALIDATE) and not report.is_validated,
        "may_publish": member.may(Act.VALIDATE) and report.is_validated,
        "may_steer": member.may(Act.TRENDS),
        "is_over": year.is_over,
        "is_council_public": member.council.is_published,
    }


def state_words(report: AnnualReport) -> str:
    """Say where a report stands."""
    if report.is_validated:
        return f"validé le {day(report.validated_on)}"
    return "en préparation"


def foot_of(report: AnnualReport, on: date) -> str:
    """Return what stands at the foot of the papers of a report."""
    if report.is_validated:
        return state_words(report)
    return f"projet, édité le {day(on)}"


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
