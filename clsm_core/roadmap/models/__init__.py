"""Tables of the roadmap."""

from clsm_core.roadmap.models.parts import (
    Activity,
    ActivityNature,
    Audience,
    BudgetKind,
    BudgetLine,
    Funder,
    Funding,
    FundingStatus,
    Indicator,
    IndicatorKind,
    IndicatorMode,
    Objective,
    ObjectiveGroup,
    Partner,
    PartnerRole,
)
from clsm_core.roadmap.models.sheet import ActionSheet, Axis, Duration, SheetStatus

__all__ = [
    "ActionSheet",
    "Activity",
    "ActivityNature",
    "Audience",
    "Axis",
    "BudgetKind",
    "BudgetLine",
    "Duration",
    "Funder",
    "Funding",
    "FundingStatus",
    "Indicator",
    "IndicatorKind",
    "IndicatorMode",
    "Objective",
    "ObjectiveGroup",
    "Partner",
    "PartnerRole",
    "SheetStatus",
]
