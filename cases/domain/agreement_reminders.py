"""What must be asked of the person again, and since which day.

Dates and kinds alone are read: a worker that holds no key can tell it.

Source: C-09, C-10, C-18; practice.md part 5, line 7 (asking again after a year is the commission's
practice, not the law's).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cases.domain.agreement import LEGAL_ZONE, Expression
from cases.domain.agreement_history import Heard, in_force, status
from cases.domain.agreement_rules import RECONFIRMATION_MONTHS, is_reconfirmation_due
from cases.domain.choice import Choice
from cases.domain.lifecycle import AgreementStatus
from cases.domain.retention import add_months

REPEAT_DAYS = 7
"""A reminder comes again each week for as long as nothing is written down."""


class DueKind(Choice):
    """Why the agreement must be asked for."""

    MISSING = "absent", "accord à recueillir"
    ENDING = "bientot_fini", "accord à renouveler"
    OVER = "fini", "accord arrivé à son terme"
    REGULARISE = "a_regulariser", "accord à demander : exception bientôt finie"
    OVERDUE = "regularisation_en_retard", "accord à demander : exception terminée"
    OLD = "ancien", "accord à redemander : il a plus d’un an"


@dataclass(frozen=True)
class Due:
    """Something to ask; ``since`` is the first day of its reminder, None while nobody asked."""

    kind: DueKind
    since: date | None = None

    @property
    def words(self) -> str:
        """Give the French words of what is due."""
        return self.kind.label

    def is_told_on(self, today: date) -> bool:
        """Tell whether a mail reminds of it that day: its first one, then once a week."""
        if self.since is None or today < self.since:
            return False
        return (today - self.since).days % REPEAT_DAYS == 0


def due(history: Iterable[Expression], at: datetime, *, notice_days: int) -> Due | None:
    """Return what must be asked again at this moment, None when nothing must.

    An agreement kept for emergencies or naming nobody is an answer like another: it is asked again
    before its end and after a year, never before. A refusal is not asked about again.
    """
    known = tuple(history)
    now = status(known, at, closed=False)
    if now is AgreementStatus.WITHDRAWN:
        return None
    today = at.astimezone(LEGAL_ZONE).date()
    heard = Heard.of(known, at)
    said = in_force(known, at, closed=False) or _quiet(heard.voice)
    if said is None:
        over = heard.exception if heard.voice is None else None
        if over is not None and over.regularise_by is not None:
            return Due(DueKind.OVERDUE, over.regularise_by + timedelta(days=1))
        return Due(DueKind.MISSING)
    if said.expires_on is not None and said.expires_on < today:
        return Due(DueKind.OVER, said.expires_on + timedelta(days=1))
    notice = timedelta(days=notice_days)
    if said.regularise_by is not None and said.regularise_by - notice <= today:
        return Due(DueKind.REGULARISE, said.regularise_by - notice)
    if said.expires_on is not None and said.expires_on - notice <= today:
        return Due(DueKind.ENDING, said.expires_on - notice)
    if is_reconfirmation_due(said.expressed_at, at):
        asked_on = said.expressed_at.astimezone(LEGAL_ZONE).date()
        return Due(DueKind.OLD, add_months(asked_on, RECONFIRMATION_MONTHS) + timedelta(days=1))
    return None


def _quiet(voice: Expression | None) -> Expression | None:
    """Return her standing word when it opens nothing to ordinary readers, or has ended."""
    return None if voice is None or voice.is_disputed else voice
