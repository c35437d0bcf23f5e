"""What is written of an annual report: started, commented, validated, published.

Promises: a validated report keeps its figures and the bytes of its document; nothing here moves
them again.

Source: domain.md D.4; 004-03, 002-08.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from clsm_core.accounts.models import User
from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Council
from clsm_core.reports.models import AnnualReport, ReportPart, ReportState

FROZEN = "Ce bilan est validé : ses chiffres et ses commentaires ne changent plus."


@transaction.atomic
def start(*, council: Council, year: int) -> AnnualReport:
    """Start the report of a year.

    Raises:
        ValidationError: the year has one already.
    """
    report = AnnualReport(council=council, year=year)
    report.full_clean()
    report.save(force_insert=True)
    return report


@transaction.atomic
def comment(*, report: AnnualReport, part: ReportPart, text: str) -> AnnualReport:
    """Write the comment of a part; an empty text takes it away.

    Raises:
        Refusal: the report is validated.
    """
    _require_draft(report)
    kept = {code: words for code, words in report.comments.items() if code != part}
    report.comments = {**kept, part.value: text} if text.strip() else kept
    return _saved(report)


@transaction.atomic
def validate(
    *,
    report: AnnualReport,
    content: dict[str, Any],
    document: bytes,
    steering_document: bytes | None,
    by: User,
    on: date,
) -> AnnualReport:
    """Freeze a report.

    Args:
        content: its figures and comments, as plain values.
        document: the PDF that everybody may read, without what is reserved.
        steering_document: the PDF with the commission's part, None when there is none.

    Raises:
        Refusal: it is validated already.
    """
    _require_draft(report)
    report.figures = content
    report.document = document
    report.steering_document = steering_document
    report.state = ReportState.VALIDATED
    report.validated_on = on
    report.validated_by = by
    return _saved(report)


@transaction.atomic
def publish(*, report: AnnualReport) -> AnnualReport:
    """Show a validated report on the council's public page.

    Raises:
        Refusal: it is not validated.
    """
    if not report.is_validated:
        raise Refusal("Validez le bilan avant de le publier.")
    report.is_published = True
    return _saved(report)


@transaction.atomic
def unpublish(*, report: AnnualReport) -> AnnualReport:
    """Take a report away from the public page; it stays readable inside.

    Raises:
        Refusal: it is not validated.
    """
    if not report.is_validated:
        raise Refusal("Ce bilan n’est pas validé : il n’a jamais été public.")
    report.is_published = False
    return _saved(report)


def _require_draft(report: AnnualReport) -> None:
    """Raise: Refusal once a report is validated, even when it was read as a draft."""
    states = AnnualReport.objects.select_for_update().values_list("state", flat=True)
    if states.get(pk=report.pk) != ReportState.DRAFT:
        raise Refusal(FROZEN)


def _saved(report: AnnualReport) -> AnnualReport:
    report.version += 1
    report.full_clean()
    report.save()
    return report
