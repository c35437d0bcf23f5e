"""Which texts the person opened, by who wrote them and when (C-08; décret 2016-1349).

A limit on authors names structures: a text is closed when any mandate of its author in the
commission, past or present, was for one of them. A limit on days closes a text unless it was
written, and last changed, within them: what was added later is no older than its change.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.utils import timezone

from cases.domain.agreement import Perimeter
from cases.models import Mandate, Situation


class Written(Protocol):
    """A row that somebody wrote: a sealed document."""

    created_by_id: uuid.UUID
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class Covering:
    """The limits of a perimeter on texts, and the structures of the commission's people."""

    perimeter: Perimeter
    structures: Mapping[uuid.UUID, frozenset[str]] = field(default_factory=dict)

    def opens(self, text: Written) -> bool:
        """Tell whether the person opened this text to those who read under the perimeter."""
        if not self.perimeter.limits_texts:
            return True
        authors = self.structures.get(text.created_by_id) or frozenset({""})
        days = {timezone.localdate(text.created_at), timezone.localdate(text.changed_at)}
        return all(self.perimeter.covers(author, day) for author in authors for day in days)


def covering(situation: Situation, perimeter: Perimeter) -> Covering:
    """Return what decides on each text of a situation; asks the database only if she set limits."""
    if not perimeter.excluded_authors:
        return Covering(perimeter)
    structures: dict[uuid.UUID, set[str]] = defaultdict(set)
    rows = Mandate.objects.filter(commission_id=situation.commission_id)
    for user_id, organisation in rows.values_list("user_id", "organisation"):
        structures[user_id].add(organisation)
    return Covering(perimeter, {user: frozenset(names) for user, names in structures.items()})
