"""What the record of a situation says it must be: its state, and whether the agreement is stopped.

The state and the flag of a situation are clear columns, which whoever writes in the database can
set. The steps and the person's expressions are written beside them by the same acts: a column that
they do not lead to was not written by the service.

Source: decision 29; C-04; T-11.
"""

from collections.abc import Iterable
from datetime import datetime

from cases.domain.agreement import Expression
from cases.domain.agreement_history import Heard
from cases.domain.lifecycle import SituationState

_S = SituationState
STATE_AFTER: dict[str, SituationState | None] = {
    "sent": None,
    "information_requested": None,
    "completed": None,
    "not_admitted": None,
    "redirected": None,
    "admitted": _S.PREPARING,
    "inscribed": _S.INSCRIBED,
    "postponed": _S.PREPARING,
    "reviewed": _S.REVIEWED,
    "restituted": _S.RESTITUTED,
    "followed": _S.FOLLOW_UP,
    "closed": _S.CLOSED,
    "reopened": _S.PREPARING,
    "archived": _S.ARCHIVED,
}
"""The state that each step leads to; steps that are not here change none."""

# An expression of the person may take a situation off its agenda, without a step of its own.
_UNSETTLING = frozenset({"withdrawn", "agreement", "exception"})


def states_after(steps: Iterable[tuple[datetime, str]]) -> frozenset[SituationState | None]:
    """Return the states in which these dated steps may leave a situation.

    Several only when steps bear one instant, or when an expression may have cut an inscription
    short. Without any step, the situation is no more than received.
    """
    known = list(steps)
    leading = [(at, step) for at, step in known if step in STATE_AFTER]
    if not leading:
        return frozenset({None})
    last = max(at for at, _ in leading)
    states = {STATE_AFTER[step] for at, step in leading if at == last}
    if _S.INSCRIBED in states and any(at >= last for at, step in known if step in _UNSETTLING):
        states.add(_S.PREPARING)
    return frozenset(states)


def is_stopped_after(said: Iterable[Expression]) -> bool:
    """Tell whether sharing is stopped after all these expressions.

    A withdrawal or an objection stops; an agreement both said and written later lifts it; an
    exception never does (C-04, C-10).
    """
    known = tuple(said)
    if not known:
        return False
    return Heard.of(known, max(max(one.expressed_at, one.recorded_at) for one in known)).is_stopped
