"""Tables of the directory."""

from clsm_core.directory.models.batch import Batch, BatchKind
from clsm_core.directory.models.contact import College, Contact
from clsm_core.directory.models.mailing import MailingList
from clsm_core.directory.models.organisation import SURVEY_CATEGORIES, Category, Organisation
from clsm_core.directory.models.partnership import Partnership, PartnershipNature

__all__ = [
    "SURVEY_CATEGORIES",
    "Batch",
    "BatchKind",
    "Category",
    "College",
    "Contact",
    "MailingList",
    "Organisation",
    "Partnership",
    "PartnershipNature",
]
