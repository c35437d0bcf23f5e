"""Tables of the accounts; every row belongs to one realm and no service sees the other's."""

from clsm_core.accounts.models.charter import Charter, CharterAcceptance
from clsm_core.accounts.models.receipt import FormReceipt, UsedTicket
from clsm_core.accounts.models.session import CommissionSession, CouncilSession
from clsm_core.accounts.models.user import Realm, User

__all__ = [
    "Charter",
    "CharterAcceptance",
    "CommissionSession",
    "CouncilSession",
    "FormReceipt",
    "Realm",
    "UsedTicket",
    "User",
]
