"""Tables of the commission. Every per-situation table is under forced row-level security."""

from cases.models.agreement import Agreement
from cases.models.attachment import Attachment, FileDraft
from cases.models.commission import Commission, CouncilAccount, DirectoryRoot, Mandate
from cases.models.continuity import Erasure, JointAct, KeyShortage
from cases.models.documents import ReferralAnswer, ReferralDraft, SealedDocument
from cases.models.exceptional import ExceptionalAccess
from cases.models.grant import Grant, SituationUserPermission, Wrap
from cases.models.invitation import Invitation, Recusal
from cases.models.member import MemberKey, MemberVault, VaultOpening, VaultSlot
from cases.models.release import FacetRecord, ReleaseApproval, ReleaseDraft
from cases.models.release_note import ReleaseNote
from cases.models.release_plan import ReleasePlan
from cases.models.review import Proposal, Restitution, Review
from cases.models.sitting import AgendaItem, ItemAttendance, Sitting
from cases.models.situation import Milestone, Situation

__all__ = [
    "AgendaItem",
    "Agreement",
    "Attachment",
    "Commission",
    "CouncilAccount",
    "DirectoryRoot",
    "Erasure",
    "ExceptionalAccess",
    "FacetRecord",
    "FileDraft",
    "Grant",
    "Invitation",
    "ItemAttendance",
    "JointAct",
    "KeyShortage",
    "Mandate",
    "MemberKey",
    "MemberVault",
    "Milestone",
    "Proposal",
    "Recusal",
    "ReferralAnswer",
    "ReferralDraft",
    "ReleaseApproval",
    "ReleaseDraft",
    "ReleaseNote",
    "ReleasePlan",
    "Restitution",
    "Review",
    "SealedDocument",
    "Sitting",
    "Situation",
    "SituationUserPermission",
    "VaultOpening",
    "VaultSlot",
    "Wrap",
]
