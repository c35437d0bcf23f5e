"""Guests of a point of an agenda: a member with a guest's mandate, invited, who answers."""

from __future__ import annotations

from cases.actions import invitations, signing
from cases.models import AgendaItem, Invitation, Mandate
from tests import people
from tests.commission.newcomers import newcomer


def guest(cast: people.Cast, name: str = "gaelle", *, signed: bool = True) -> people.Person:
    """Return a guest whose key one officer signed, after comparing its words by phone."""
    person = newcomer(cast, name, role=Mandate.Role.GUEST, profession="professionnel_sante")
    cast.people[name] = person
    if signed:
        sign_once(cast, person)
    return person


def sign_once(cast: people.Cast, person: people.Person) -> bool:
    """Sign a key as Claire alone; tell whether it is enough."""
    assert person.identity is not None
    with people.as_person(cast.claire) as viewer:
        return signing.sign(
            viewer=viewer,
            commission=cast.commission,
            user_id=person.user.pk,
            seen=person.identity.key_id,
        )


def invited(
    cast: people.Cast, item: AgendaItem, person: people.Person, *sections: str
) -> Invitation:
    """Invite a guest to a point, with an access."""
    with people.as_person(cast.claire) as viewer:
        return invitations.invite(
            viewer=viewer,
            item=item,
            user_id=person.user.pk,
            sections=sections or ("core", "housing", "health"),
        )


def accept(person: people.Person, row: Invitation) -> None:
    """Accept, vault closed."""
    with people.as_person(people.Person(person.user, person.mandate)) as viewer:
        invitations.accept(viewer=viewer, invitation_id=row.pk)
