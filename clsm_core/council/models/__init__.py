"""Tables of the councils, of the official territory and of who works there."""

from clsm_core.council.models.council import (
    Carrier,
    Council,
    CouncilStatus,
    Objective,
    Scale,
    TerritoryType,
)
from clsm_core.council.models.links import (
    ArticulationMeeting,
    SchemeKind,
    SchemeLink,
)
from clsm_core.council.models.membership import (
    CouncilMembership,
    CouncilRole,
)
from clsm_core.council.models.official import (
    Commune,
    Epci,
)
from clsm_core.council.models.perimeter import (
    Contour,
    CouncilCommune,
    PriorityDistrict,
    PsychiatricSector,
    SectorKind,
)
from clsm_core.council.models.post import (
    Background,
    Contract,
    Degree,
    Employer,
    Post,
    PostFunder,
    PostFunding,
    PostTraining,
)

__all__ = [
    "ArticulationMeeting",
    "Background",
    "Carrier",
    "Commune",
    "Contour",
    "Contract",
    "Council",
    "CouncilCommune",
    "CouncilMembership",
    "CouncilRole",
    "CouncilStatus",
    "Degree",
    "Employer",
    "Epci",
    "Objective",
    "Post",
    "PostFunder",
    "PostFunding",
    "PostTraining",
    "PriorityDistrict",
    "PsychiatricSector",
    "Scale",
    "SchemeKind",
    "SchemeLink",
    "SectorKind",
    "TerritoryType",
]
