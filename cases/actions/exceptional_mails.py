"""Tell at once whoever an exceptional access concerns: a link, and nothing else.

No code, no name, no reason: the message says that something waits in the service. One that cannot
leave never stops the access.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import partial

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.db import transaction

from cases.domain.exceptional import AccessKind
from cases.models import ExceptionalAccess, Mandate
from cases.permissions import Role, Viewer

MAIL = "cases/email/exceptional"


def asked(
    viewer: Viewer, row: ExceptionalAccess, commission: uuid.UUID, lead: uuid.UUID | None
) -> None:
    """Tell the DPO and the lead; the coordinator too when the DPO asks."""
    roles = [Role.DPO] + [Role.COORDINATOR] * (row.kind == AccessKind.CONTROL)
    _tell(viewer, {lead, *_seated(viewer, commission, roles)})


def confirmed(
    viewer: Viewer,
    row: ExceptionalAccess,
    commission: uuid.UUID,
    lead: uuid.UUID | None,
    holders: Iterable[uuid.UUID] = (),
) -> None:
    """Tell the DPO, the lead and who asked; whoever holds rights there too when the DPO reads."""
    _tell(viewer, {lead, row.asked_by_id, *holders, *_seated(viewer, commission, [Role.DPO])})


def _seated(viewer: Viewer, commission: uuid.UUID, roles: Iterable[str]) -> set[uuid.UUID]:
    today = viewer.at.date()
    return set(
        Mandate.objects.filter(
            commission=commission,
            role__in=list(roles),
            status=Mandate.Status.ACTIVE,
            starts_on__lte=today,
            ends_on__gte=today,
        ).values_list("user_id", flat=True)
    )


def _tell(viewer: Viewer, users: set[uuid.UUID | None]) -> None:
    """Send once it is done, to everybody but whoever does it."""
    told = [user for user in users if user is not None and user != viewer.user_id]
    found = EmailAddress.objects.filter(user__in=told, user__is_active=True, primary=True)
    addresses = sorted(found.values_list("email", flat=True))
    for address in addresses:
        transaction.on_commit(partial(get_adapter().send_mail, MAIL, address, {}), robust=True)
