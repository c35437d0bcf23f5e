"""Who is cited by what the council keeps: minutes, mandates, whatever protects its people.

The relations are found in the models themselves: the directory knows none of those above it.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import PROTECT, RESTRICT

from clsm_core.directory.models import Contact


def cited_contacts(ids: Iterable[UUID]) -> set[UUID]:
    """Return those of these contacts that a protected relation holds."""
    wanted = list(ids)
    found: set[UUID] = set()
    for relation in Contact._meta.get_fields(include_hidden=True):
        if getattr(relation, "on_delete", None) not in (PROTECT, RESTRICT):
            continue
        if not (relation.auto_created and not relation.concrete):
            continue
        name = relation.field.attname
        rows = relation.related_model._base_manager.filter(**{f"{name}__in": wanted})
        found |= set(rows.values_list(name, flat=True))
    return found
