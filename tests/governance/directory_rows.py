"""Rows of a council's directory for the tests, written by the directory's own actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from clsm_core.council.models import Council
from clsm_core.directory.actions import contacts, organisations
from clsm_core.directory.models import Contact, Organisation


def organisation(
    council: Council,
    name: str = "Centre médico-psychologique",
    category: str = "public_psychiatry",
    **fields: Any,
) -> Organisation:
    """Give an organisation of a council's directory."""
    return organisations.create(council=council, name=name, category=category, **fields)


def contact(
    council: Council,
    last_name: str = "Lambert",
    college: str = "social",
    organisation: Organisation | None = None,
    **fields: Any,
) -> Contact:
    """Give a contact of a council's directory; ``accepts_mail=True`` dates her agreement."""
    if fields.get("accepts_mail"):
        fields.setdefault("accepts_mail_since", dt.date(2026, 1, 15))
    return contacts.create(
        council=council, last_name=last_name, college=college, organisation=organisation, **fields
    )
