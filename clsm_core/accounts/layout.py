"""The part of the frame that speaks of the person logged in."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from clsm_core.ui.layout import NavItem


def account_menu(request: Any) -> tuple[NavItem, ...]:
    """Return the links of a person's own menu."""
    path = request.path
    links = (("Sécurité du compte", "mfa_index"), ("Mes sessions", "usersessions_list"))
    return tuple(NavItem(label, reverse(name), path == reverse(name)) for label, name in links)
