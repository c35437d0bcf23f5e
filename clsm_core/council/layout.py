"""The frame of the council service: its menu, its names."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from clsm_core.accounts.clock import now
from clsm_core.accounts.layout import account_menu
from clsm_core.council.access import memberships
from clsm_core.council.permissions import Act, allows
from clsm_core.ui.layout import Layout, NavItem


def council_layout(request: Any) -> Layout:
    """Return the frame of a council page."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Layout(login_url=reverse("account_login"))
    slug = (
        getattr(request.resolver_match, "kwargs", {}).get("slug")
        if request.resolver_match
        else None
    )
    held = memberships(user, now().date()).select_related("council").order_by("council__name")
    found = [membership.council for membership in held]
    council = next((one for one in found if one.slug == slug), found[0] if found else None)
    nav: tuple[NavItem, ...] = ()
    if council:
        roles = frozenset(one.role for one in held if one.council == council)
        # Who may not read the commission's figures enters by the needs.
        observation = "trends" if allows(roles, Act.TRENDS) else "needs"
        pages = (
            ("Le conseil", "council:home"),
            ("Annuaire", "directory:home"),
            ("Instances", "governance:home"),
            ("Feuille de route", "roadmap:list"),
            ("Observation", f"observatory:{observation}"),
            ("Bilans", "reports:home"),
        )
        here = request.resolver_match.namespace if request.resolver_match else ""
        nav = tuple(
            NavItem(label, reverse(name, args=[council.slug]), name.partition(":")[0] == here)
            for label, name in pages
        )
    return Layout(
        nav=nav,
        user_name=user.full_name,
        user_menu=account_menu(request),
        council_name=council.name if council else "",
        accent=council.accent if council else "",
        footer=(NavItem("Glossaire", reverse("glossary")),),
        home_url=reverse("home"),
        logout_url=reverse("account_logout"),
    )
