"""Keys by which the directory sorts, searches and recognises: without accents, computed once.

Source: decision 7b; an organisation is recognised by its name and its postcode.
"""

from __future__ import annotations

from clsm_core.directory.models import Contact, Organisation
from clsm_core.ui.plain import plain

_ORGANISATION_KEY = 400
_CONTACT_KEY = 300


def organisation_key(name: str, postcode: str) -> str:
    """Return what two organisations of a council may not share while both are active."""
    return f"{plain(name)} {postcode}".strip()[:_ORGANISATION_KEY]


def contact_key(last_name: str, first_name: str) -> str:
    """Return what a contact is sorted and searched by; empty for a person forgotten."""
    return plain(f"{last_name} {first_name}")[:_CONTACT_KEY]


def set_organisation_keys(organisation: Organisation) -> None:
    """Compute the keys of an organisation from what it says of itself."""
    one = organisation
    one.sort_key = organisation_key(one.name, one.postcode)
    told = (one.name, one.postcode, one.city, one.area, one.audience, one.missions, one.objectives)
    one.search_key = plain(" ".join(told))


def set_contact_keys(contact: Contact) -> None:
    """Compute the key of a contact from her name."""
    contact.sort_key = contact_key(contact.last_name, contact.first_name)
