"""How long things are kept, and when they must go.

Durations are parameters of a commission with the law's own as defaults; the DPO decides.

Source: C-50 (two years after the last contact), C-51, C-53 (litigation), C-56 (referrals
not admitted); practice.md part 5, lines 4 and 5; promise 8 (thirty days, backups included).
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

BACKUP_DAYS = 30
"""Days after which an erased situation is gone from the backups as well."""


@dataclass(frozen=True)
class RetentionPolicy:
    """The durations of a commission, in months.

    Args:
        active_months: in daily use after the last contact with the person (C-50).
        archive_months: in the separate archive after that; zero means none.
        not_admitted_months: referrals not admitted, redirected or taken back (C-56).
        warning_days: how long before the term the DPO is asked to look (C-51).

    Raises:
        ValueError: a duration beyond what the law and the design allow.
    """

    active_months: int = 24
    archive_months: int = 0
    not_admitted_months: int = 6
    warning_days: int = 30

    def __post_init__(self) -> None:
        """Refuse durations that nothing justifies."""
        if not 1 <= self.active_months <= 24:
            raise ValueError("active_months lies between 1 and 24 (C-50)")
        if not 0 <= self.archive_months <= 36:
            raise ValueError("archive_months lies between 0 and 36")
        if not 1 <= self.not_admitted_months <= 6:
            raise ValueError("not_admitted_months lies between 1 and 6 (C-56)")
        if not 0 <= self.warning_days <= 90:
            raise ValueError("warning_days lies between 0 and 90")


def active_until(last_contact_on: date, policy: RetentionPolicy) -> date:
    """Return the last day of daily use: the situation is archived or erased after it (C-50)."""
    return add_months(last_contact_on, policy.active_months)


def archived_until(last_contact_on: date, policy: RetentionPolicy) -> date:
    """Return the last day of the archive: the situation is erased after it."""
    return add_months(active_until(last_contact_on, policy), policy.archive_months)


def referral_kept_until(decided_on: date, policy: RetentionPolicy) -> date:
    """Return the last day of a referral that was not admitted (C-56)."""
    return add_months(decided_on, policy.not_admitted_months)


def is_term_reached(kept_until: date, today: date, *, has_litigation: bool = False) -> bool:
    """Tell whether the term has passed; a litigation holds it open until its end (C-53)."""
    return today > kept_until and not has_litigation


def is_warning_due(kept_until: date, today: date, policy: RetentionPolicy) -> bool:
    """Tell whether the DPO must now be shown the coming term (C-51)."""
    return today >= kept_until - timedelta(days=policy.warning_days)


def gone_from_backups_on(erased_on: date) -> date:
    """Return the day from which no backup holds the situation any more (promise 8)."""
    return erased_on + timedelta(days=BACKUP_DAYS)


def add_months(day: date, months: int) -> date:
    """Add months; the last day of a shorter month stands for a day it does not have."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
