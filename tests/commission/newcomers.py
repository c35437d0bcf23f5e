"""People who are not of the fixed cast: a newcomer with a vault, a member who remade her keys."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction

from cases.actions import members
from cases.models import Mandate, MemberVault
from cases.vault.member import new_member_vault
from clsm_core.accounts.clock import now
from clsm_core.accounts.models import CharterAcceptance
from tests import people
from tests.people import Cast, Person


@transaction.atomic
def newcomer(
    cast: Cast,
    name: str = "paul",
    *,
    role: str = Mandate.Role.PERMANENT,
    profession: str = "professionnel_sante",
    has_vault: bool = True,
) -> Person:
    """Return a member in office whose key nobody signed yet."""
    user = people.account(name, "Vidal", suffix=f".{uuid.uuid4().hex[:8]}")
    today = now().date()
    mandate = Mandate.objects.create(
        commission=cast.commission,
        user=user,
        role=role,
        profession=profession,
        organisation="Centre hospitalier",
        organisation_kind="psychiatrie_publique",
        starts_on=today,
        ends_on=today + timedelta(days=300),
    )
    CharterAcceptance.objects.create(user=user, charter=people.charter(now()), accepted_at=now())
    people.give_second_factor(user)
    if not has_vault:
        return Person(user, mandate)
    identity, kit = members.enrol(user=user, passphrase=people.PASSPHRASE, at=now())
    return Person(user, mandate, identity, kit)


@transaction.atomic
def remade(person: Person) -> Person:
    """Return a member with new keys, as after a forgotten passphrase and a lost kit."""
    identity, kit = members.renew_identity(user=person.user, passphrase=people.PASSPHRASE, at=now())
    return Person(person.user, person.mandate, identity, kit)


def swapped(person: Person) -> Person:
    """Return a member whose vault another writer of the database replaced."""
    made = new_member_vault(person.user.pk)
    MemberVault.objects.filter(user=person.user).update(
        public=made.identity.public.to_bytes(), sealed_identity=made.sealed_identity
    )
    return Person(person.user, person.mandate, made.identity)
