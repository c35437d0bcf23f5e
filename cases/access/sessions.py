"""End every login of an account at once: its sessions, and the vaults open in them (T-24)."""

from __future__ import annotations

import uuid
from datetime import datetime
from importlib import import_module
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY

from cases.access import openings


def end_all(user_id: uuid.UUID, at: datetime) -> int:
    """End the sessions and open vaults of an account; return how many sessions there were.

    Each living session is read, since a list beside them could miss one.
    """
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    rows = store.get_model_class().objects.filter(expire_date__gt=at)
    ended = [
        row.session_key
        for row in rows.iterator()
        if store(row.session_key).decode(row.session_data).get(SESSION_KEY) == str(user_id)
    ]
    store.get_model_class().objects.filter(session_key__in=ended).delete()
    UserSession.objects.filter(user_id=user_id).delete()
    openings.close_all(user_id)
    return len(ended)
