"""Writing of contacts: entered, corrected, set aside, and forgotten when they ask."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Council
from clsm_core.directory.models import Batch, BatchKind, Contact, MailingList
from clsm_core.directory.naming import set_contact_keys


def create(*, council: Council, **fields: Any) -> Contact:
    """Enter a contact in the directory of a council.

    Raises:
        Refusal: her organisation or her account is not of this council, or her account has a
            contact already.
        ValidationError: a field is too long, or its code unknown.
    """
    return save(contact=Contact(council=council, **fields))


def save(*, contact: Contact) -> Contact:
    """Write a contact as she stands, new or corrected.

    Raises:
        Refusal: as in ``create``.
        ValidationError: a field is too long, or its code unknown.
    """
    if contact.organisation and contact.organisation.council_id != contact.council_id:
        raise Refusal("Cette structure n’est pas dans l’annuaire du conseil.", field="organisation")
    if not contact.accepts_mail:
        contact.accepts_mail_since = None
    set_contact_keys(contact)
    with transaction.atomic():
        _require_own_account(contact)
        if not contact._state.adding:
            contact.version += 1
        contact.full_clean(validate_unique=False)
        contact.save()
    return contact


def deactivate(*, contact: Contact) -> None:
    """Set a contact aside: she leaves the lists, the past of the council stays."""
    contact.is_active = False
    contact.version += 1
    contact.save()


def reactivate(*, contact: Contact) -> None:
    """Bring back a contact who was set aside.

    Raises:
        Refusal: she was forgotten, and nothing says who she was.
    """
    if not contact.last_name:
        raise Refusal("Cette personne a été oubliée : saisissez-la de nouveau si elle revient.")
    contact.is_active = True
    contact.version += 1
    contact.save()


def forget(*, contact: Contact) -> bool:
    """Delete a contact whom nothing cites; otherwise keep her function and college alone.

    The copies of her line that imports keep go with her, in both events.

    Returns: True when the row itself is gone.

    Source: GDPR art. 17; minutes and mandates keep that a college was represented.
    """
    with transaction.atomic():
        _forget_in_batches(contact)
        try:
            with transaction.atomic():
                contact.delete()
        except ProtectedError:
            _empty(contact)
            return False
    return True


def _empty(contact: Contact) -> None:
    for one in MailingList.objects.filter(council=contact.council, contacts=contact):
        one.contacts.remove(contact)
    contact.first_name = contact.last_name = contact.email = contact.phone = ""
    contact.accepts_mail, contact.accepts_mail_since = False, None
    contact.account = None
    contact.is_active = contact.is_referent = False
    contact.version += 1
    set_contact_keys(contact)
    contact.save()


def _forget_in_batches(contact: Contact) -> None:
    """Take a person's line out of the imports that still hold it."""
    key = str(contact.pk)
    holding = Batch.objects.select_for_update().filter(
        council=contact.council, kind=BatchKind.CONTACTS, lines__contains=[{"id": key}]
    )
    for batch in holding:
        batch.lines = [line for line in batch.lines if line.get("id") != key]
        batch.save(update_fields=["lines"])


def _require_own_account(contact: Contact) -> None:
    if contact.account_id is None:
        return
    taken = Contact.objects.filter(council=contact.council, account=contact.account_id)
    if taken.exclude(pk=contact.pk).exists():
        raise Refusal("Ce compte est déjà celui d’un autre contact du conseil.")
