"""Councils and their members for the council service's tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.test import Client

from clsm_core.accounts.gate import BY_TICKET
from clsm_core.accounts.models import User
from clsm_core.council.models import Council, CouncilMembership


def council(slug: str = "metz", name: str = "CLSM de Metz", **fields: Any) -> Council:
    """Give an active council."""
    return Council.objects.create(
        slug=slug,
        name=name,
        status="active",
        scale="commune",
        territory_type="urban",
        created_on=dt.date(2015, 3, 1),
        **fields,
    )


def member(of: Council | None, role: str = "steering_member", name: str = "elise") -> Client:
    """Give the browser of a person who came by ticket, member of a council or of none."""
    user = User.objects.create_user(
        realm="council", email=f"{name}@exemple.invalid", password=None, last_name=name.title()
    )
    if of is not None:
        CouncilMembership.objects.create(
            user=user, council=of, role=role, starts_on=dt.date(2020, 1, 1)
        )
    browser = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    browser.force_login(user)
    session = browser.session
    session[BY_TICKET] = True
    session.save()
    return browser


def account_of(browser: Client) -> User:
    """Return who is logged in a browser."""
    return User.objects.get(pk=browser.session["_auth_user_id"])
