"""Move a situation along its life cycle, with its chronology."""

from __future__ import annotations

import uuid
from typing import Any

from cases.domain.exceptions import DomainError
from cases.models import Milestone, Situation
from cases.permissions import Viewer


class StaleSituation(DomainError):
    """The situation changed in another tab: the page must be read again."""

    code = "stale"
    message = (
        "Cette situation a changé entre-temps : relisez la page, votre texte est gardé ci-dessous."
    )


def note(viewer: Viewer, situation: Situation, act: str, reason: str = "") -> None:
    """Add a step to the chronology."""
    Milestone(
        pk=uuid.uuid4(),
        situation=situation,
        act=act,
        at=viewer.at,
        by_id=viewer.user_id,
        reason=reason,
    ).save(force_insert=True)


def change(viewer: Viewer, situation: Situation, **fields: Any) -> None:
    """Write fields of a situation, if nobody changed it since it was read.

    Raises: StaleSituation.
    """
    changed = Situation.objects.filter(pk=situation.pk, version=situation.version).update(
        **fields, changed_at=viewer.at, version=situation.version + 1
    )
    if changed != 1:
        raise StaleSituation
    for name, value in fields.items():
        setattr(situation, name, value)
    situation.version += 1
