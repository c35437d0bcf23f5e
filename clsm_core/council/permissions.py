"""Who may do what in a council: by role, never by row; governance adds mandates in a body.

Source: decisions 46; domain.md D.3; style rule 8.
"""

from __future__ import annotations

from enum import StrEnum

from clsm_core.council.models import CouncilRole


class Act(StrEnum):
    """What the pages of a council let one do."""

    READ = "read"
    """Read what the council keeps: its territory, directory, bodies, register."""
    TRENDS = "trends"
    """Read what the commission released to the steering committee."""
    PROPOSE = "propose"
    """Propose a subject, correct an entry of the directory."""
    VALIDATE = "validate"
    """Sign off minutes, publish."""
    MANAGE = "manage"
    """Everything that the coordination does."""


_C = CouncilRole
RIGHTS: dict[Act, frozenset[str]] = {
    Act.READ: frozenset(_C.values),
    Act.TRENDS: frozenset(set(_C.values) - {_C.READER, _C.CONTRIBUTOR}),
    Act.PROPOSE: frozenset(set(_C.values) - {_C.READER}),
    Act.VALIDATE: frozenset({_C.COORDINATOR, _C.PRESIDENT, _C.CO_ANIMATOR}),
    Act.MANAGE: frozenset({_C.COORDINATOR}),
}


def allows(roles: frozenset[str], act: Act) -> bool:
    """Tell whether one of these roles allows an act; what is not written is refused."""
    return bool(roles & RIGHTS.get(act, frozenset()))
