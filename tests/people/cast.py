"""The fixed cast of the commission's tests, their browsers and their clock.

A state that the rules cannot reach cannot be built here (style 23).
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection, transaction

from cases.access import openings
from cases.access.entry import acting
from cases.actions import commissions, directory, members
from cases.actions.commissions import Ceremony
from cases.domain.sections import ProfessionCategory
from cases.models import Commission, Mandate
from cases.permissions import Role, Viewer
from cases.vault.identity import Identity
from clsm_core.accounts.adapters import owner_of_second_factor
from clsm_core.accounts.clock import now
from clsm_core.accounts.models import Charter, CharterAcceptance, User
from clsm_core.council.models import Council
from deploy.privileges import OWNER
from tests import database
from tests.cases_of import Client

PASSPHRASE = "brume lampadaire caillou violon"
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@dataclass
class Person:
    """Somebody of the cast: account, mandate, open identity."""

    user: Any
    mandate: Mandate | None
    identity: Identity | None = None
    kit: str = ""


@dataclass
class Cast:
    """A commission at work with its people."""

    commission: Commission
    ceremony: Ceremony
    people: dict[str, Person] = field(default_factory=dict)

    def __deepcopy__(self, memo: Any) -> Cast:
        """Be shared among the tests of a class: private keys refuse to be copied."""
        return self

    def __getattr__(self, name: str) -> Person:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None


def council_row(slug: str) -> uuid.UUID:
    """Return a council's id; made as the owner, since the commission may only read councils."""
    place = database.installation()
    name = connection.settings_dict["NAME"]
    with psycopg.connect(place.url(name, OWNER), autocommit=True) as owner:
        found = owner.execute(
            "SELECT id FROM clsm_council_council WHERE slug = %s", [slug]
        ).fetchone()
        if found:
            return found[0]
        row = Council(
            slug=slug,
            name=f"CLSM {slug}",
            status="active",
            scale="commune",
            territory_type="urban",
            created_on=date(2020, 1, 1),
        )
        columns = {
            one.column: one.get_db_prep_save(getattr(row, one.attname), connection)
            for one in Council._meta.concrete_fields
            if not one.has_db_default()
        }
        owner.execute(
            f"INSERT INTO clsm_council_council ({', '.join(columns)})"
            f" VALUES ({', '.join(['%s'] * len(columns))})",
            list(columns.values()),
        )
        return row.pk


CAST: dict[str, tuple[str, str, str, str, str]] = {
    # name: (role, profession, organisation, kind of structure, last name)
    "claire": (Role.COORDINATOR, "none", "CLSM", "CCAS_service_social_municipal", "Morel"),
    "denis": (Role.DPO, "none", "Ville", "autre", "Faure"),
    "nadia": (
        Role.DEPOSITARY,
        ProfessionCategory.SOCIAL_WORKER.value,
        "CCAS",
        "CCAS_service_social_municipal",
        "Benali",
    ),
    "luc": (
        Role.PERMANENT,
        ProfessionCategory.HEALTH_PROFESSIONAL.value,
        "Centre hospitalier",
        "psychiatrie_publique",
        "Perrin",
    ),
    "sophie": (
        Role.PERMANENT,
        ProfessionCategory.HEALTH_PROFESSIONAL.value,
        "Centre hospitalier",
        "psychiatrie_publique",
        "Petit",
    ),
    "marc": (Role.PERMANENT, "none", "Habitat public", "bailleur_social", "Didier"),
    "julie": (Role.REFERRER, "none", "Habitat public", "bailleur_social", "Lambert"),
    "hugo": (Role.REFERRER, "none", "Association", "association_sociale", "Garnier"),
}
WITH_VAULT = ("claire", "denis", "nadia", "luc", "sophie", "marc")


def account(first: str, last: str, *, suffix: str = "") -> Any:
    """Make a commission account with its verified e-mail and its second factor."""
    email = f"{first}.{last}{suffix}@exemple.invalid".lower()
    user = User.objects.create_user(
        realm="commission",
        email=email,
        password=PASSPHRASE,
        first_name=first.capitalize(),
        last_name=last,
    )
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def give_second_factor(user: Any) -> None:
    """Enrol the fixed seed, sealed for its account."""
    from allauth.mfa.utils import encrypt

    with owner_of_second_factor(user):
        Authenticator.objects.create(
            user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(SEED)}
        )


def charter(at: datetime) -> Charter:
    """Return the commission's charter in force."""
    found = Charter.objects.filter(realm="commission").order_by("-version").first()
    if found is None:
        found = Charter.objects.create(
            realm="commission", version=1, body="Nous taisons ce que nous savons.", published_at=at
        )
    return found


@transaction.atomic
def commission(slug: str = "metz", *, mode: str = Commission.AgreementMode.REQUIRED) -> Cast:
    """Open a commission with the whole cast."""
    at = now()
    signed = charter(at)
    today = at.date()
    made = Commission.objects.create(
        council_id=council_row(slug),
        slug=f"commission-{slug}",
        name=f"Cellule de réflexion et d’aide · {slug}",
        purpose="Examiner ensemble des situations difficiles.",
        agreement_mode=mode,
        steering_validated_on=today - timedelta(days=100),
        dpo_contact="dpo@exemple.invalid",
        impact_assessment="AIPD-1",
        impact_assessed_on=today - timedelta(days=90),
        created_at=at,
    )
    people: dict[str, Person] = {}
    for name, (role, profession, organisation, kind, last) in CAST.items():
        user = account(name, last, suffix=f".{slug}")
        mandate = Mandate.objects.create(
            commission=made,
            user=user,
            role=role,
            profession=profession,
            organisation=organisation,
            organisation_kind=kind,
            starts_on=today - timedelta(days=30),
            ends_on=today + timedelta(days=700),
        )
        give_second_factor(user)
        CharterAcceptance.objects.create(user=user, charter=signed, accepted_at=at)
        people[name] = Person(user, mandate)
        if name in WITH_VAULT:
            identity, kit = members.enrol(user=user, passphrase=PASSPHRASE, at=at)
            people[name].identity, people[name].kit = identity, kit
    officers = [(people[name].user, people[name].identity) for name in ("claire", "denis")]
    ceremony = commissions.open_commission(
        commission=made, coordinator=officers[0], dpo=officers[1], at=at
    )
    for name in ("nadia", "luc", "sophie", "marc"):
        directory.sign_key(commission=made, user=people[name].user, officers=officers, at=at)
    return Cast(made, ceremony, people)


@contextmanager
def as_person(person: Person) -> Iterator[Viewer]:
    """Act as somebody of the cast, vault open when there is one."""
    with transaction.atomic(), acting(person.user, identity=person.identity) as viewer:
        yield viewer


def client_of(person: Person, *, vault: bool = True) -> Client:
    """Return a browser logged in as somebody, vault open when there is one."""
    client = Client()
    client.force_login(person.user, backend="clsm_core.accounts.backends.RealmBackend")
    if vault and person.identity is not None:
        key = openings.open_in_session(
            user=person.user,
            identity=person.identity,
            session_key=client.session.session_key,
            at=now(),
        )
        client.cookies[settings.VAULT_COOKIE_NAME] = base64.urlsafe_b64encode(key).decode()
    return client


@contextmanager
def later(**delta: float) -> Iterator[None]:
    """Move the database's clock forward in this block, as its owner (decision 10)."""
    place = database.installation()
    name = connection.settings_dict["NAME"]
    with psycopg.connect(place.url(name, OWNER), autocommit=True) as owner:
        row = owner.execute("SELECT shift FROM clsm_clock").fetchone()
        before = row[0] if row else timedelta(0)
        owner.execute("UPDATE clsm_clock SET shift = %s", [before + timedelta(**delta)])
        try:
            yield
        finally:
            owner.execute("UPDATE clsm_clock SET shift = %s", [before])
