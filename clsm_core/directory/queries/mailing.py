"""Who is in a mailing list: computed each time from its rule and from those added by hand.

Promises: a person who did not accept the council's letters is never in a list (GDPR art. 6).
"""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from clsm_core.council.models import Council
from clsm_core.directory.models import Contact, MailingList


class Recipients(NamedTuple):
    """The people of a list: those reached by e-mail, those without address, those left out."""

    reached: list[Contact]
    without_address: list[Contact]
    declined: list[Contact]

    @property
    def members(self) -> list[Contact]:
        """Return all those who accepted, for letters on paper."""
        return sorted([*self.reached, *self.without_address], key=lambda one: one.sort_key)

    @property
    def addresses(self) -> list[str]:
        """Return each address once, in the order of the names."""
        found = {one.email.casefold(): one.email for one in reversed(self.reached)}
        return [address for _, address in reversed(found.items())]


def lists_of(council: Council) -> QuerySet[MailingList]:
    """Return the lists of a council, active ones first."""
    return MailingList.objects.filter(council=council).order_by("-is_active", "name")


def list_of(council: Council, list_id: UUID) -> MailingList | None:
    """Return one list of the council, None when it is not there."""
    return MailingList.objects.filter(council=council, pk=list_id).first()


def recipients_of(mailing: MailingList) -> Recipients:
    """Compute a list: by college, by category of an active organisation, or by hand."""
    by_hand = mailing.contacts.through._default_manager.filter(mailinglist_id=mailing.pk)
    wanted = (
        Q(college__in=mailing.colleges)
        | Q(organisation__category__in=mailing.categories, organisation__is_active=True)
        | Q(pk__in=by_hand.values("contact_id"))
    )
    found = Contact.objects.filter(wanted, council=mailing.council_id, is_active=True)
    rows = list(found.exclude(last_name="").select_related("organisation"))
    accepted = [one for one in rows if one.accepts_mail]
    return Recipients(
        [one for one in accepted if one.email],
        [one for one in accepted if not one.email],
        [one for one in rows if not one.accepts_mail],
    )


def picked_of(mailing: MailingList) -> list[Contact]:
    """Return those added by hand, whatever they accepted."""
    return list(mailing.contacts.filter(council=mailing.council_id).select_related("organisation"))
