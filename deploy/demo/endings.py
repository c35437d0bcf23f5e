"""Where each fictitious situation stops: by chance, or on purpose so that every state is seen.

The last arrivals of each commission are given an ending; the others live by the figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from random import Random

from deploy.demo import figures
from deploy.demo.figures import happens, weighted


class Ending(Enum):
    """A state kept on purpose on the last day."""

    RECEIVED = auto()
    ASKED = auto()
    REFUSED = auto()
    REDIRECTED = auto()
    TAKEN_BACK = auto()
    PREPARING = auto()
    EXCEPTION = auto()
    WITHDRAWN = auto()
    INSCRIBED = auto()
    OVERDUE = auto()
    EXPIRED = auto()
    CLOSED = auto()
    REOPENED = auto()


# Ending, days between its arrival and the last day; in the order in which a small demo takes them.
FORCED: tuple[tuple[Ending, int], ...] = (
    (Ending.RECEIVED, 1),
    (Ending.PREPARING, 13),
    (Ending.INSCRIBED, 31),
    (Ending.ASKED, 9),
    (Ending.OVERDUE, 92),
    (Ending.REOPENED, 420),
    (Ending.WITHDRAWN, 66),
    (Ending.REFUSED, 12),
    (Ending.EXCEPTION, 24),
    (Ending.CLOSED, 300),
    (Ending.REDIRECTED, 16),
    (Ending.TAKEN_BACK, 5),
    (Ending.EXPIRED, 400),
    (Ending.RECEIVED, 2),
    (Ending.INSCRIBED, 32),
    (Ending.PREPARING, 17),
    (Ending.OVERDUE, 99),
    (Ending.INSCRIBED, 33),
)


def forced(count: int) -> Iterator[tuple[Ending, int]]:
    """Give the endings kept on purpose in a commission of this many situations: a half at most."""
    yield from FORCED[: min(count // 2, max(6, count // 4 + 1))]


@dataclass
class Plan:
    """What will happen to a situation, in days from one step to the next."""

    screening: str = "admitted"
    asks_information: bool = False
    days_to_screening: int = 4
    days_to_complement: int = 5
    days_to_agreement: int = 9
    agreement: str = "valid"
    is_postponed: bool = False
    is_left_without_restitution: bool = False
    days_to_restitution: int = 12
    is_withdrawn: bool = False
    has_feedback: bool = False
    months_to_closure: int = 8
    is_reopened: bool = False
    agreement_months: int | None = None


def draw(rng: Random) -> Plan:
    """Draw a plan by the figures."""
    screening = "admitted"
    if not happens(rng, figures.ADMITTED.value):
        screening = rng.choice(["refused", "refused", "redirected", "taken_back"])
    low, high = figures.MONTHS_TO_CLOSURE.value
    return Plan(
        screening=screening,
        asks_information=happens(rng, 10),
        days_to_screening=rng.randint(2, 9),
        days_to_complement=rng.randint(3, 9),
        days_to_agreement=rng.randint(3, 22),
        agreement=weighted(rng, figures.AGREEMENT.value),
        is_postponed=happens(rng, figures.POSTPONED.value),
        days_to_restitution=rng.randint(5, 27),
        is_withdrawn=happens(rng, figures.WITHDRAWN.value),
        has_feedback=happens(rng, figures.FEEDBACK.value),
        months_to_closure=rng.randint(low, high),
        is_reopened=happens(rng, figures.REOPENED.value),
    )


def bend(plan: Plan, ending: Ending | None) -> Plan:
    """Change a plan so that the situation stands at an ending on the last day."""
    if ending is None:
        return plan
    plan.screening, plan.agreement, plan.asks_information = "admitted", "valid", False
    plan.is_postponed = plan.is_withdrawn = plan.is_reopened = plan.has_feedback = False
    plan.days_to_screening, plan.days_to_agreement = 4, 8
    match ending:
        case Ending.RECEIVED:
            plan.days_to_screening = 30
        case Ending.ASKED:
            plan.asks_information, plan.days_to_complement = True, 60
        case Ending.REFUSED:
            plan.screening = "refused"
        case Ending.REDIRECTED:
            plan.screening = "redirected"
        case Ending.TAKEN_BACK:
            plan.screening, plan.days_to_screening = "taken_back", 2
        case Ending.PREPARING:
            plan.days_to_agreement = 60
        case Ending.EXCEPTION:
            plan.agreement = "exception"
        case Ending.WITHDRAWN:
            plan.is_withdrawn = True
        case Ending.OVERDUE:
            plan.is_left_without_restitution = True
        case Ending.EXPIRED:
            plan.agreement_months, plan.months_to_closure = 11, 60
        case Ending.CLOSED:
            plan.months_to_closure = 4
        case Ending.REOPENED:
            plan.months_to_closure, plan.is_reopened = 6, True
        case Ending.INSCRIBED:
            pass
    return plan
