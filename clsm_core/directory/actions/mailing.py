"""Writing of mailing lists: their rule, those added by hand, set aside when over."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.directory.models import Category, College, Contact, MailingList


def save(*, mailing: MailingList) -> MailingList:
    """Write a list's name, purpose and rule.

    Raises:
        Refusal: the rule names a college or a category that does not exist.
        ValidationError: another list has its name, or a field is too long.
    """
    if not set(mailing.colleges) <= set(College.values):
        raise Refusal("Ce collège n’existe pas.", field="colleges")
    if not set(mailing.categories) <= set(Category.values):
        raise Refusal("Cette catégorie n’existe pas.", field="categories")
    with transaction.atomic():
        if not mailing._state.adding:
            mailing.version += 1
        mailing.full_clean()
        mailing.save()
    return mailing


def pick(*, mailing: MailingList, contacts: Iterable[Contact]) -> None:
    """Set who is added to a list by hand.

    Raises:
        Refusal: one of them is not of this council.
    """
    chosen = list(contacts)
    if any(one.council_id != mailing.council_id for one in chosen):
        raise Refusal("Ce contact n’est pas dans l’annuaire du conseil.")
    with transaction.atomic():
        mailing.version += 1
        mailing.save()
        mailing.contacts.set(chosen)


def set_active(*, mailing: MailingList, is_active: bool) -> None:
    """Set a list aside, or bring it back."""
    mailing.is_active = is_active
    mailing.version += 1
    mailing.save()
