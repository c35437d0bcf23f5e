"""The council's people in tests, and how they come in (fictitious, like the demo's)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.urls import reverse

from clsm_core.accounts.adapters import owner_of_second_factor
from clsm_core.accounts.models import Charter, CharterAcceptance, User
from clsm_core.council.models import Council, CouncilMembership, CouncilRole, Scale, TerritoryType
from deploy.installation import Installation
from deploy.keys.provider import TICKETS
from deploy.privileges import COMMISSION
from tests.codes import current_code

PASSPHRASE = "sept tilleuls au bord de l’eau"
ELUE = "elise.fontaine@exemple.invalid"


def council(slug: str = "metz") -> Council:
    """Return a council with nothing but its name."""
    made, _ = Council.objects.get_or_create(
        slug=slug,
        defaults={
            "name": f"Conseil local de santé mentale de {slug.title()}",
            "scale": Scale.values[0],
            "territory_type": TerritoryType.values[0],
        },
    )
    return made


def member(
    email: str = ELUE, *, where: Council | None = None, role: str = CouncilRole.STEERING_MEMBER
) -> User:
    """Return an account of the council, with a role in ``where`` when it is given."""
    user = User.objects.create_user(
        realm=settings.REALM,
        email=email,
        password=PASSPHRASE,
        first_name="Élise",
        last_name="Fontaine",
    )
    user.emailaddress_set.create(email=user.email, primary=True, verified=True)
    if where is not None:
        CouncilMembership.objects.create(
            user=user, council=where, role=role, starts_on=date(2024, 1, 1)
        )
    return user


def give_code(user: User) -> str:
    """Install a one-time-code application; return its seed."""
    seed: str = generate_totp_secret()
    with owner_of_second_factor(user):
        TOTP.activate(user, seed)
    return seed


def sign_charter(user: User, version: int = 1) -> None:
    """Accept the charter of the realm, published when it is missing."""
    from clsm_core.accounts.clock import now

    charter, _ = Charter.objects.get_or_create(
        realm=user.realm, version=version, defaults={"body": "Charte.", "published_at": now()}
    )
    CharterAcceptance.objects.get_or_create(
        user=user, charter=charter, defaults={"accepted_at": now()}
    )


def type_passphrase(client: Any, email: str, passphrase: str = PASSPHRASE) -> Any:
    """Post the login form."""
    return client.post(reverse("account_login"), {"login": email, "password": passphrase})


def type_code(client: Any, code: str) -> Any:
    """Post the second step."""
    return client.post(reverse("mfa_authenticate"), {"code": code})


def come_in(client: Any, user: User, seed: str) -> Any:
    """Pass both steps; the code is taken as if none had served yet."""
    Authenticator.objects.filter(user=user).update(data={**_totp(user).data, "last_step": 0})
    type_passphrase(client, user.email)
    return type_code(client, current_code(seed))


def _totp(user: User) -> Authenticator:
    return Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)


def is_in(client: Any) -> bool:
    """Tell whether the client's session belongs to an account."""
    return "_auth_user_id" in client.session


def ticket_row(place: Installation, database: str, name: str = "Morel") -> User:
    """Return the council row of a member, made as the commission makes it."""
    import psycopg

    made = uuid.uuid4()
    with psycopg.connect(place.url(database, COMMISSION), autocommit=True) as connection:
        connection.execute(
            "SELECT clsm_make_council_account(%s, %s, %s, %s, %s, %s)",
            [made, f"u-{made.hex[:12]}", "Claire", name, "coordinatrice", "Ville de Metz"],
        )
    return User.objects.get(pk=made)


def signer(place: Installation) -> Any:
    """Return the commission's signature of tickets."""
    return lambda message: place.keys.sign(TICKETS, message)


def is_in_with(client: Any, email: str, passphrase: str = PASSPHRASE) -> bool:
    """Tell whether a passphrase passes the first step (and the whole login without a code)."""
    type_passphrase(client, email, passphrase)
    return is_in(client)
