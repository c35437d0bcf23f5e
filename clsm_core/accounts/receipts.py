"""A form posted twice makes one object (decision 50)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import IntegrityError, transaction

from clsm_core.accounts.models import FormReceipt


def posted_key(data: Any) -> uuid.UUID | None:
    """Return the idempotency key of a posted form, None when it has none or a wrong one."""
    try:
        return uuid.UUID(str(data.get("idempotency_key", "")))
    except ValueError:
        return None


def earlier_location(*, user: Any, key: uuid.UUID | None) -> str | None:
    """Return where the same form led when it was posted before."""
    if key is None:
        return None
    found = FormReceipt.objects.filter(user=user, key=key).first()
    return found.location if found else None


def reserve(*, user: Any, key: uuid.UUID | None) -> None:
    """Take a form's key before acting, in the transaction of the act.

    Two posts at once: the second waits here for the end of the first. If the first acted, the
    UNIQUE refuses the second, and ``AlreadyPosted`` undoes its caller's transaction.
    """
    if key is None:
        return
    try:
        with transaction.atomic():
            FormReceipt.objects.create(user=user, key=key, location="")
    except IntegrityError as twice:
        raise AlreadyPosted from twice


def settle(*, user: Any, key: uuid.UUID | None, location: str) -> None:
    """Remember where a form whose key is taken led."""
    if key is not None:
        FormReceipt.objects.filter(user=user, key=key).update(location=location)


class AlreadyPosted(Exception):
    """The same form was accepted meanwhile: undo this one and lead to the first one's result."""
