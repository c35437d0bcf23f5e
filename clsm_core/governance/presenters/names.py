"""How people are named on the pages and papers of governance."""

from __future__ import annotations

from clsm_core.directory.models import Contact

FORGOTTEN = "personne oubliée"


def name_of(contact: Contact) -> str:
    """Return a contact's name; who was forgotten at her request keeps her place, not her name."""
    return contact.full_name or FORGOTTEN
