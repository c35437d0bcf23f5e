"""Tables of governance."""

from clsm_core.governance.models.body import (
    Body,
    BodyKind,
    BodyMandate,
    CategoryInvitation,
    GroupKind,
    InvitationStatus,
    Quality,
    SeatRole,
)
from clsm_core.governance.models.decision import (
    Decision,
    DecisionKind,
    DecisionState,
    FollowUp,
    Vote,
    VoteRule,
)
from clsm_core.governance.models.framework import (
    FrameworkDocument,
    FrameworkKind,
    Signatory,
)
from clsm_core.governance.models.letter import Letter, LetterKind, MinutesCorrection
from clsm_core.governance.models.meeting import (
    AgendaPoint,
    Attendance,
    Document,
    Meeting,
    MeetingMode,
    MeetingSeries,
    MeetingState,
    MeetingTemplate,
    MinutesState,
    PointPurpose,
    Presence,
    SignedHow,
)
from clsm_core.governance.models.minutes import ValidatedMinutes

__all__ = [
    "AgendaPoint",
    "Attendance",
    "Body",
    "BodyKind",
    "BodyMandate",
    "CategoryInvitation",
    "Decision",
    "DecisionKind",
    "DecisionState",
    "Document",
    "FollowUp",
    "FrameworkDocument",
    "FrameworkKind",
    "GroupKind",
    "InvitationStatus",
    "Letter",
    "LetterKind",
    "Meeting",
    "MeetingMode",
    "MeetingSeries",
    "MeetingState",
    "MeetingTemplate",
    "MinutesCorrection",
    "MinutesState",
    "PointPurpose",
    "Presence",
    "Quality",
    "SeatRole",
    "Signatory",
    "SignedHow",
    "ValidatedMinutes",
    "Vote",
    "VoteRule",
]
