"""Open a council: its name, what it covers, who coordinates. Run again, it does what is missing.

Source: domain.md D.1; decisions 5.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db import transaction

from clsm_core.accounts.models import User
from clsm_core.accounts.posting import Refusal
from clsm_core.council.actions import members, perimeter, rows
from clsm_core.council.models import (
    Commune,
    Council,
    CouncilMembership,
    CouncilRole,
    Epci,
    Scale,
    TerritoryType,
)


class Opening(NamedTuple):
    """What stands after an opening, and what it had to make."""

    council: Council
    coordinator: User
    is_new: bool
    communes_added: int
    role_given: bool


def communes_named(codes: Collection[str], siren: str) -> list[Commune]:
    """Return the official communes of INSEE codes, or of an intercommunality.

    Raises:
        Refusal: a code is unknown, or neither is given.
    """
    if siren:
        epci = Epci.objects.filter(siren=siren).first()
        if epci is None:
            raise Refusal(f"Aucune intercommunalité n’a le SIREN {siren}.", code="siren")
        return list(epci.communes.all())
    found = list(Commune.objects.filter(code__in=codes))
    unknown = sorted(set(codes) - {commune.code for commune in found})
    if unknown:
        raise Refusal(f"Codes INSEE inconnus : {', '.join(unknown)}.", code="insee")
    if not found:
        raise Refusal("Donnez des codes INSEE, ou le SIREN d’une intercommunalité.", code="none")
    return found


@transaction.atomic
def open_council(
    *,
    slug: str,
    name: str,
    communes: Collection[Commune],
    coordinator: members.Newcomer,
    on: date,
) -> Opening:
    """Make a council with its perimeter and its coordinator, or complete it.

    Raises:
        Refusal: the address or the name belongs to another council, or somebody else coordinates.
    """
    council = Council.objects.select_for_update().filter(slug=slug).first()
    is_new = council is None
    if council is None:
        if Council.objects.filter(name__iexact=name).exists():
            raise Refusal(f"Un conseil s’appelle déjà « {name} ».", code="name")
        council = Council(
            slug=slug,
            name=name,
            scale=Scale.COMMUNE if len(communes) == 1 else Scale.INTERCOMMUNAL,
            territory_type=TerritoryType.MIXED,
        )
        rows.add(row=council)
    elif council.name != name:
        raise Refusal(
            f"L’adresse « {slug} » est déjà celle du conseil « {council.name} ».", code="slug"
        )
    before = council.communes.count()
    added = 0
    if not before:
        added = perimeter.add_communes(council=council, communes=communes)
    held = CouncilMembership.objects.filter(
        council=council, role=CouncilRole.COORDINATOR, ends_on__isnull=True, ended_at__isnull=True
    ).select_related("user")
    own = next((one for one in held if one.user.email == coordinator.email.lower()), None)
    if own is None and held:
        raise Refusal(
            "Ce conseil a déjà une coordination : c’est elle qui donne les rôles, dans « Membres et"
            " droits ».",
            code="coordinated",
        )
    given = own or members.invite(
        council=council, who=coordinator, role=CouncilRole.COORDINATOR, starts_on=on
    )
    return Opening(council, given.user, is_new, added, own is None)
