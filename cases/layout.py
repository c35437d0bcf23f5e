"""The frame of the commission service: menu, vault state, names."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from cases import queries
from cases.access import openings, vaults
from cases.permissions import MEMBER_ROLES, Role
from cases.presenters import exceptional
from clsm_core.accounts.layout import account_menu
from clsm_core.ui.layout import Layout, NavItem, VaultState

MENU = (
    ("Ma journée", "home", (*MEMBER_ROLES, Role.REFERRER, Role.DPO)),
    ("Situations", "cases:situations", MEMBER_ROLES),
    ("Séances", "cases:sittings", MEMBER_ROLES),
    ("Mes invitations", "cases:my_invitations", (Role.GUEST,)),
    ("Saisines reçues", "cases:referrals", (Role.COORDINATOR,)),
    ("Mes saisines", "cases:my_referrals", (Role.REFERRER,)),
    ("Membres", "cases:members", (Role.COORDINATOR, Role.DPO)),
    ("Publications", "cases:releases", (Role.COORDINATOR, Role.DPO)),
    ("Effacements", "cases:erasures", (Role.DPO,)),
    (
        "Accès exceptionnels",
        "cases:exceptional",
        (Role.COORDINATOR, Role.DEPOSITARY, Role.DPO),
    ),
    ("Journal des accès", "audit:desk", (Role.DPO,)),
)


def layout(request: Any) -> Layout:
    """Return the frame of a commission page."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Layout(login_url=reverse("account_login"))
    mandates = queries.live_mandates(user)
    roles = {mandate.role for mandate in mandates}
    nav = []
    for label, name, allowed in MENU:
        if roles & set(allowed):
            url = reverse(name)
            here = request.path == url or (url != "/" and request.path.startswith(url))
            nav.append(NavItem(label, url, here))
    vault = None
    minutes = openings.minutes_left(
        user=user, session_key=request.session.session_key, at=queries.moment(user)
    )
    if minutes is not None or vaults.has_vault(user):
        vault = VaultState(minutes, reverse("cases:vault"))
    where = queries.frame(user, mandates)
    menu = account_menu(request)
    if vault is not None:
        menu = (
            *menu,
            NavItem("Manières d’ouvrir le coffre", reverse("cases:slots")),
            NavItem("Mes appareils", reverse("cases:devices")),
        )
    if where.council_user:
        menu = (*menu, NavItem("Aller au conseil", reverse("cases:to_council")))
    # Asked of those alone who may hold one; outside the commission's pages nothing shows.
    may_hold = roles & {Role.DEPOSITARY, Role.DPO}
    return Layout(
        notices=exceptional.frame_notices(user, queries.moment(user)) if may_hold else (),
        nav=tuple(nav),
        vault=vault,
        user_name=user.full_name,
        user_menu=menu,
        council_name=where.council_name,
        service_name=where.service_name,
        accent=where.accent,
        home_url=reverse("home"),
        logout_url=reverse("account_logout"),
    )
