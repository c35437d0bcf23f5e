"""The closed lists of the commission's forms.

Source: domain.md B.5, completed by practice.md 1.3. Codes are those of B.5; a code is never
reused for another meaning.
"""

from cases.domain.vocabulary.housing import (
    BuildingRisk,
    HousingType,
    LandlordType,
    Litigation,
    Zone,
)
from cases.domain.vocabulary.person import (
    AgeBand,
    CareStatus,
    Household,
    ProtectionMeasure,
    RefusalOfHelp,
    Resources,
    Sex,
)
from cases.domain.vocabulary.referral import (
    InformationOutcome,
    PersonPresenceWish,
    RedirectionDestination,
    ReferralChannel,
    ReferrerCategory,
    RefusalReason,
)
from cases.domain.vocabulary.review import (
    AnswerOfPerson,
    CareOutcome,
    ClosureReason,
    DimensionOutcome,
    HousingOutcome,
    NotDoneReason,
    PersonPresence,
    PostponementReason,
    ProposalHorizon,
    ProposalOutcome,
    ProposalStatus,
    ProposalType,
    RestitutionMode,
    ReviewKind,
)
from cases.domain.vocabulary.situation import (
    Intensity,
    Problem,
    Severity,
    SeverityFactor,
    Signal,
    SignalGroup,
)

__all__ = [
    "AgeBand",
    "AnswerOfPerson",
    "BuildingRisk",
    "CareOutcome",
    "CareStatus",
    "ClosureReason",
    "DimensionOutcome",
    "Household",
    "HousingOutcome",
    "HousingType",
    "InformationOutcome",
    "Intensity",
    "LandlordType",
    "Litigation",
    "NotDoneReason",
    "PersonPresence",
    "PersonPresenceWish",
    "PostponementReason",
    "Problem",
    "ProposalHorizon",
    "ProposalOutcome",
    "ProposalStatus",
    "ProposalType",
    "ProtectionMeasure",
    "RedirectionDestination",
    "ReferralChannel",
    "ReferrerCategory",
    "RefusalOfHelp",
    "RefusalReason",
    "Resources",
    "RestitutionMode",
    "ReviewKind",
    "Severity",
    "SeverityFactor",
    "Sex",
    "Signal",
    "SignalGroup",
    "Zone",
]
