"""Tables of the observatory."""

from clsm_core.observatory.models.field import (
    Diagnosis,
    Goal,
    Method,
    Need,
    NeedState,
    Origin,
    Priority,
    Series,
    SeriesValue,
    Transmission,
    Urgency,
)
from clsm_core.observatory.models.release import (
    Note,
    NoteBasis,
    NoteCategory,
    NoteWithdrawal,
    Release,
    ReleaseKind,
    ReleaseWithdrawal,
)

__all__ = [
    "Diagnosis",
    "Goal",
    "Method",
    "Need",
    "NeedState",
    "Note",
    "NoteBasis",
    "NoteCategory",
    "NoteWithdrawal",
    "Origin",
    "Priority",
    "Release",
    "ReleaseKind",
    "ReleaseWithdrawal",
    "Series",
    "SeriesValue",
    "Transmission",
    "Urgency",
]
