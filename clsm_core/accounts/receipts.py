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


def keep(*, user: Any, key: uuid.UUID | None, location: str) -> str:
    """Remember where a form led; return the location that counts.

    Two posts at once: the second one's insertion fails on the UNIQUE and its caller's transaction
    must be undone, hence ``AlreadyPosted``.
    """
    if key is None:
        return location
    try:
        with transaction.atomic():
            FormReceipt.objects.create(user=user, key=key, location=location)
    except IntegrityError as twice:
        raise AlreadyPosted from twice
    return location


class AlreadyPosted(Exception):
    """The same form was accepted meanwhile: undo this one and lead to the first one's result."""
