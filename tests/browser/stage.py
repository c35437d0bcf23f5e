"""Set the stage of the browser journeys: run once in each service's own process and roles.

``python -m tests.browser.stage commission|governance`` prints one JSON object on its last line.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from datetime import date, timedelta
from typing import Any

SLUG = "metz"
COUNCIL_MEMBERS = ("claire", "denis")


def commission() -> dict[str, Any]:
    """Make the commission's cast, its council rows and their ticket-only accounts."""
    from django.db import connection, transaction

    from cases.models import CouncilAccount, Mandate
    from clsm_core.accounts.clock import now
    from clsm_core.council.models import CouncilMembership
    from tests import people

    cast = people.commission(SLUG)
    with transaction.atomic():
        today = now().date()
        for name in COUNCIL_MEMBERS:
            user = cast.people[name].user
            row = uuid.uuid4()
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT clsm_make_council_account(%s, %s, %s, %s, %s, %s)",
                    [row, f"u-{row.hex}", user.first_name, user.last_name, "", ""],
                )
            CouncilAccount.objects.create(user=user, council_user=row)
            CouncilMembership(
                user_id=row,
                council_id=cast.commission.council_id,
                role="coordinator",
                starts_on=today - timedelta(days=1),
            ).save(force_insert=True)
        newcomers = {
            "paul": (people.account("paul", "Vidal"), "none"),
            "noemie": (people.account("noemie", "Roche"), "professionnel_sante"),
        }
        for newcomer, profession in newcomers.values():
            Mandate.objects.create(
                commission=cast.commission,
                user=newcomer,
                role=Mandate.Role.PERMANENT,
                profession=profession,
                organisation="Association",
                organisation_kind="association_sociale",
                starts_on=today - timedelta(days=1),
                ends_on=today + timedelta(days=300),
            )
    logins = {
        name: {"email": person.user.email, "kit": person.kit}
        for name, person in cast.people.items()
    }
    return {
        "people": {
            **logins,
            **{name: {"email": user.email, "kit": ""} for name, (user, _) in newcomers.items()},
        },
        "passphrase": people.PASSPHRASE,
        "seed": people.SEED,
        "council": str(cast.commission.council_id),
    }


def governance() -> dict[str, Any]:
    """Make who plays: a steering member with her own login, two who begin a council from nothing,

    and two whose steering committee has met.
    """
    from django.db import transaction

    from clsm_core.accounts.clock import now
    from clsm_core.accounts.models import Charter
    from clsm_core.council.models import Council
    from tests.governance.governance_rows import body, meeting

    seed = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"
    passphrase = "tournesol barque cannelle hublot"
    with transaction.atomic():
        at = now()
        Charter.objects.create(
            realm="council", version=1, body="Nous parlons de politique.", published_at=at
        )
        since = at.date() - timedelta(days=1)
        new = Council.objects.create(
            slug="vallons", name="CLSM des Vallons", scale="intercommunal", territory_type="rural"
        )
        met = Council.objects.create(
            slug="rivieres", name="CLSM des Rivières", scale="commune", territory_type="urban"
        )
        meeting(body(met), at.date() - timedelta(days=30))
        body(met, "plenary")
        people = {}
        for name, first, last, council, role in (
            ("elise", "Élise", "Fontaine", Council.objects.get(slug=SLUG), "steering_member"),
            ("aline", "Aline", "Morin", new, "coordinator"),
            ("bruno", "Bruno", "Ferry", new, "president"),
            ("chloe", "Chloé", "Garnier", met, "coordinator"),
            ("hugo", "Hugo", "Lefort", met, "president"),
        ):
            email = f"{name}.{last.lower()}@exemple.invalid"
            _account(first, last, email, passphrase, seed, council, role, since)
            people[name] = {"email": email}
    return {"people": people, "passphrase": passphrase, "seed": seed}


def _account(
    first: str,
    last: str,
    email: str,
    passphrase: str,
    seed: str,
    council: Any,
    role: str,
    since: date,
) -> None:
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import encrypt

    from clsm_core.accounts.adapters import owner_of_second_factor
    from clsm_core.accounts.models import User
    from clsm_core.council.models import CouncilMembership

    user = User.objects.create_user(
        realm="council", email=email, password=passphrase, first_name=first, last_name=last
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    with owner_of_second_factor(user):
        Authenticator.objects.create(
            user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(seed)}
        )
    CouncilMembership.objects.create(user=user, council=council, role=role, starts_on=since)


if __name__ == "__main__":
    import django

    django.setup()
    made = commission() if sys.argv[1] == "commission" else governance()
    sys.stdout.write("\n" + json.dumps(made) + "\n")
    sys.stdout.flush()
    os._exit(0)
