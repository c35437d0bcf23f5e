"""Who enters the council, with what role, until when."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.models import Council, CouncilMembership, CouncilRole
from clsm_core.council.queries import members as query
from clsm_core.council.words import ROLE_HELP
from clsm_core.ui.components import Cell, Fact
from clsm_core.ui.templatetags.ui import short_day

HEADERS = ("Personne", "Fonction", "Rôle", "Du", "Au", "")
PAST_HEADERS = ("Personne", "Rôle", "Du", "Au")


def members_page(council: Council, member: Member) -> dict[str, Any]:
    """Give the values of the page of members and rights."""
    held = list(query.memberships_of(council))
    order = {role: rank for rank, role in enumerate(CouncilRole.values)}
    open_ones = [
        one
        for one in held
        if query.is_held(one, member.today) or query.is_to_come(one, member.today)
    ]
    open_ones.sort(key=lambda one: (order[one.role], query.name_of(one).lower()))
    past = [one for one in held if one not in open_ones]
    return {
        "council": council,
        "people": [_row(council, one, member) for one in open_ones],
        "past_headers": PAST_HEADERS,
        "past": [_past(one) for one in past],
        "roles": [
            Fact(role.label.capitalize(), ROLE_HELP[role].capitalize()) for role in CouncilRole
        ],
    }


def _row(council: Council, one: CouncilMembership, member: Member) -> dict[str, Any]:
    return {
        "name": query.name_of(one),
        "email": one.user.email or "entre par billet, sans adresse",
        "job": one.person_job or _own_job(one),
        "role": one.get_role_display(),
        "starts": short_day(one.starts_on),
        "ends": short_day(one.ends_on) or "sans fin",
        "is_to_come": query.is_to_come(one, member.today),
        "is_self": one.user_id == member.user.pk,
        "end_url": reverse("council:member_end", args=[council.slug, one.pk]),
        "invite_url": reverse("council:member_invite", args=[council.slug, one.pk])
        if one.user.email
        else "",
    }


def _own_job(one: CouncilMembership) -> str:
    """Give the function of the account, when this council gave it no words of its own."""
    if one.person_name:
        return ""
    return ", ".join(filter(None, [one.user.job_title, one.user.organisation]))


def _past(one: CouncilMembership) -> list[Any]:
    return [
        query.name_of(one),
        Cell(one.get_role_display()),
        short_day(one.starts_on),
        short_day(one.ends_on),
    ]
