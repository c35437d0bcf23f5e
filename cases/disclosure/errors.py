"""Reasons for which a plan is refused or a release is not built, with messages for users."""

from __future__ import annotations


class DisclosureError(Exception):
    """Base of every refusal of this package; `code` is stable, the message is in French."""

    code = "disclosure"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class PlanInvalid(DisclosureError):
    """The plan file contradicts itself or a rule; the message names file, line and field."""

    code = "plan_invalid"


class RowInvalid(DisclosureError):
    """A coded row misses a facet or uses a code that the plan does not know."""

    code = "row_invalid"


class TooFewSituations(DisclosureError):
    """Fewer situations than the floor: nothing may be said of this period."""

    code = "too_few_situations"


class PeriodRefused(DisclosureError):
    """The period has a shape that is not released, or overlaps an earlier release."""

    code = "period_refused"


class HistoryBroken(DisclosureError):
    """An earlier release is missing, altered or out of order: nothing more may be published."""

    code = "history_broken"


class AuditFailed(DisclosureError):
    """The audit could not prove the release safe, even with every table dropped."""

    code = "audit_failed"


class AuditTimeout(AuditFailed):
    """The audit did not end within its time: the release is not publishable."""

    code = "audit_timeout"


class LedgerInvalid(DisclosureError):
    """The ledger is cut, altered or not readable; the message names file, line and field."""

    code = "ledger_invalid"
