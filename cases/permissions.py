"""Who may act: the viewer of a request, and the rights that her mandates give.

Never looks at a situation's state (``policies.py``) and never at content. There is no superuser
path: ``is_superuser`` is read nowhere (C-20, C-21).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases.models import Commission, Mandate
from cases.vault.identity import Identity

Role = Mandate.Role


class Refused(Exception):
    """The actor may not do this; upstream it is a 404 like an absent object."""

    def __init__(
        self,
        code: str,
        *,
        commission: uuid.UUID | None = None,
        objects: tuple[uuid.UUID, ...] = (),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.commission = commission
        self.objects = objects


class VaultLocked(Exception):
    """The act needs the member's vault, which is closed."""


@dataclass(frozen=True)
class MandateFacts:
    """A live mandate: what rules need to know of it."""

    id: uuid.UUID
    commission: uuid.UUID
    role: str
    profession: str
    organisation: str
    organisation_kind: str
    ends_on: Any


@dataclass(eq=False)
class Viewer:
    """The person of a request: account, live mandates, time, and the open vault if any.

    ``charter_signed`` false leaves no right at all (BR-02).
    """

    user_id: uuid.UUID
    user: Any
    mandates: tuple[MandateFacts, ...]
    at: datetime
    charter_signed: bool = True
    request_id: str = ""
    session_h8: str = ""
    identity: Identity | None = None
    keys: dict[Any, Any] = field(default_factory=dict, repr=False)

    def roles_in(self, commission: uuid.UUID) -> set[str]:
        """Return the roles held in a commission."""
        return {mandate.role for mandate in self.mandates if mandate.commission == commission}

    def mandate_in(self, commission: uuid.UUID) -> MandateFacts | None:
        """Return the mandate under which the person reads in a commission."""
        found = [mandate for mandate in self.mandates if mandate.commission == commission]
        order = list(Role.values)
        return min(found, key=lambda mandate: order.index(mandate.role)) if found else None

    def holds(self, commission: uuid.UUID, *roles: str) -> bool:
        """Tell whether one of the roles is held in a commission."""
        return self.charter_signed and bool(self.roles_in(commission) & set(roles))

    def commissions_with(self, roles: Iterable[str]) -> list[uuid.UUID]:
        """Return the commissions in which one of the roles is held."""
        if not self.charter_signed:
            return []
        wanted = set(roles)
        return list(dict.fromkeys(m.commission for m in self.mandates if m.role in wanted))

    def open_identity(self) -> Identity:
        """Return the member's keys. Raises: VaultLocked."""
        if self.identity is None:
            raise VaultLocked
        return self.identity


MEMBER_ROLES = (
    Role.COORDINATOR,
    Role.DEPOSITARY,
    Role.PERMANENT,
    Role.SUBSTITUTE,
    Role.GUEST,
    Role.USERS_REPRESENTATIVE,
)
REFERRING_ROLES = (Role.REFERRER, Role.COORDINATOR, Role.PERMANENT, Role.DEPOSITARY)


def require_role(viewer: Viewer, commission: Commission | uuid.UUID, *roles: str) -> None:
    """Require one of the roles in a commission. Raises: Refused."""
    key = commission if isinstance(commission, uuid.UUID) else commission.pk
    if not viewer.holds(key, *roles):
        raise Refused("role")


def require_coordinator(viewer: Viewer, commission: Commission | uuid.UUID) -> None:
    """Require the commission's coordinator. Raises: Refused."""
    require_role(viewer, commission, Role.COORDINATOR)


def require_member(viewer: Viewer, commission: Commission | uuid.UUID) -> None:
    """Require a member of the commission. Raises: Refused."""
    require_role(viewer, commission, *MEMBER_ROLES)


def is_member(viewer: Viewer) -> bool:
    """Tell whether the person is a member or DPO anywhere: not a mere referrer."""
    return any(mandate.role != Role.REFERRER for mandate in viewer.mandates)
