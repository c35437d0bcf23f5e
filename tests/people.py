"""The fixed cast of the commission's tests, and situations made only by the actions (style 23).

A state that the rules cannot reach cannot be built here.
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
from cases.actions import (
    agreements,
    commissions,
    directory,
    grants,
    members,
    referrals,
    reviews,
    sittings,
)
from cases.actions.commissions import Ceremony
from cases.domain.agreement import (
    AgreementGiver,
    AgreementKind,
    AgreementMode,
    Expression,
    NoticeForm,
)
from cases.domain.agreement_rules import PersonFacts
from cases.domain.sections import InformationCategory, ProfessionCategory
from cases.models import AgendaItem, Commission, Mandate, Review, Sitting, Situation
from cases.permissions import Role, Viewer
from cases.vault.identity import Identity
from clsm_core.accounts.adapters import owner_of_second_factor
from clsm_core.accounts.clock import now
from clsm_core.accounts.models import Charter, CharterAcceptance, User
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
        made = uuid.uuid4()
        owner.execute(
            "INSERT INTO clsm_council_council (id, slug, name, status, scale, territory_type,"
            " carrier, accent, created_on, presidency, co_animation, adult_sectors, child_sectors,"
            " priority_districts, local_contracts) VALUES (%s, %s, %s, 'active', 'commune',"
            " 'urban', 'local_authority', 'sapin', '2020-01-01', '', '', '', '', '', '')",
            [made, slug, f"CLSM {slug}"],
        )
        return made


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


# --- situations, by the actions ---
def referral_content(**changes: Any) -> dict[str, Any]:
    """Return a complete referral."""
    return {
        "identification": "named",
        "attest_anonymous": True,
        "identity": {
            "last_name": "Dupont-Fictif",
            "first_name": "Camille",
            "birth_year": "1968",
            "phone": "0000000000",
            "address": "1 rue Inventée",
        },
        "person_informed": "informee",
        "informed_by": "la gardienne, de vive voix",
        "age_band": "56-65",
        "sex": "femme",
        "household": "personne_seule",
        "zone": "commune_principale",
        "housing_type": "logement_social",
        "landlord_type": "bailleur_social",
        "visitor_risk": "non",
        "problems": ["logement_incurie_diogene", "isolement_rupture_sociale"],
        "signals": ["volets_fermes"],
        "severity": "eleve",
        "severity_factors": ["isolement_total"],
        "care_status": "connu_rupture",
        "referrer_category": "bailleur_social",
        "link": "gardienne depuis six ans",
        "story": "Elle ne sort plus depuis le printemps.",
        "housing_text": "Le couloir est encombré.",
        "health_text": "Elle dit ne plus voir son médecin.",
        "tried_steps": "Deux visites, un courrier.",
        "question": "Comment renouer le lien ?",
        "person_words": "Je veux garder mon appartement.",
        "presence_wish": "oui",
        "criteria": ["droit_commun", "complexite", "pas_urgence"],
        "urgency": False,
        **changes,
    }


def referred(cast: Cast, **changes: Any) -> Situation:
    """Refer a situation as Julie."""
    with as_person(cast.julie) as viewer:
        return referrals.send(
            viewer=viewer, commission=cast.commission, content=referral_content(**changes)
        )


def fresh(cast: Cast, pk: uuid.UUID) -> Situation:
    """Read a situation again as Claire; outside ``as_person`` nothing is visible."""
    return Situation.objects.select_related("commission").get(pk=pk)


def admitted(cast: Cast, **changes: Any) -> Situation:
    """Refer, then admit with Luc as the lead."""
    pk = referred(cast, **changes).pk
    with as_person(cast.claire) as viewer:
        situation = fresh(cast, pk)
        referrals.admit(viewer=viewer, situation=situation, lead=cast.luc.user.pk)
    return situation


def expression(viewer: Viewer, **changes: Any) -> Expression:
    """Return a complete named agreement for the whole cast's professions."""
    values: dict[str, Any] = {
        "kind": AgreementKind.NAMED_SHARING,
        "expressed_at": viewer.at,
        "recorded_at": viewer.at,
        "giver": AgreementGiver.PERSON,
        "mode": AgreementMode.SIGNED,
        "notice_version": "1",
        "notice_handed_on": viewer.at.date(),
        "notice_form": NoticeForm.PAPER,
        "security_described": True,
        "categories": frozenset(InformationCategory),
        "professions": frozenset(
            {
                ProfessionCategory.HEALTH_PROFESSIONAL.value,
                ProfessionCategory.SOCIAL_WORKER.value,
                "bailleur_social",
            }
        ),
    }
    return Expression(**{**values, **changes})


def agreed(cast: Cast, **changes: Any) -> Situation:
    """Refer, admit, and record the person's agreement."""
    pk = admitted(cast).pk
    with as_person(cast.luc) as viewer:
        situation = fresh(cast, pk)
        agreements.record(
            viewer=viewer,
            situation=situation,
            expression=expression(viewer, **changes),
            person=PersonFacts(age=58),
            presence="oui",
        )
    return situation


def shared(
    cast: Cast,
    *names: str,
    sections: tuple[str, ...] = (
        "identity",
        "core",
        "social",
        "housing",
        "health",
        "legal",
        "shareable",
    ),
    until: date | None = None,
    level: str = "contribute",
    **changes: Any,
) -> Situation:
    """An agreed situation, shared with members of the cast."""
    situation = agreed(cast, **changes)
    if not names:
        return situation
    pk = situation.pk
    with as_person(cast.luc) as viewer:
        situation = fresh(cast, pk)
        grants.share(
            viewer=viewer,
            situation=situation,
            recipients=[cast.people[name].user.pk for name in names],
            sections=list(sections),
            level=level,
            until=until,
        )
    return situation


def inscribed(cast: Cast, *names: str) -> tuple[Situation, AgendaItem]:
    """A shared situation on the agenda of a convened and opened sitting."""
    pk = shared(cast, *names).pk
    with as_person(cast.claire) as viewer:
        sitting = sittings.create(
            viewer=viewer,
            commission=cast.commission,
            starts_at=viewer.at + timedelta(days=7),
            place="Salle des mariages",
        )
        situation = fresh(cast, pk)
        item = sittings.add_item(viewer=viewer, sitting=sitting, situation=situation)
        sittings.convene(viewer=viewer, sitting=sitting)
        sittings.open_sitting(viewer=viewer, sitting=sitting)
        sittings.mark_present(
            viewer=viewer, item=item, user_ids=[cast.luc.user.pk, cast.claire.user.pk]
        )
    return situation, item


def reviewed(cast: Cast, *names: str) -> tuple[Situation, Review]:
    """An inscribed situation, examined with two proposals."""
    situation, item = inscribed(cast, *names)
    with as_person(cast.claire) as viewer:
        item = AgendaItem.objects.select_related("sitting", "situation__commission").get(pk=item.pk)
        review = reviews.record(
            viewer=viewer,
            item=item,
            presence="oui",
            analysis=[
                ("logement", "Logement encombré, accès difficile."),
                ("sante_psychique", "Rupture de suivi depuis deux ans."),
            ],
            shareable_text="Nous avons parlé du logement et du suivi.",
            proposals=[
                {
                    "kind": "visite_a_domicile_conjointe",
                    "title": "Visite à deux",
                    "category": "situation_sociale",
                    "holder": "CMP et CCAS",
                    "due_on": viewer.at.date() + timedelta(days=20),
                },
                {
                    "kind": "reprise_suivi",
                    "title": "Rendez-vous au CMP",
                    "category": "sante_psychique",
                    "holder": "CMP",
                    "due_on": viewer.at.date() + timedelta(days=30),
                },
            ],
            no_proposal=False,
            review_due_on=viewer.at.date() + timedelta(days=90),
        )
        sittings.close_sitting(viewer=viewer, sitting=Sitting.objects.get(pk=item.sitting_id))
    return situation, review


def ended(cast: Cast, situation: Situation, *names: str) -> None:
    """End every right of members on a situation, those of its sitting included, as Claire."""
    from cases.models import Grant

    with as_person(cast.claire) as viewer:
        held = Grant.objects.filter(
            situation_id=situation.pk,
            recipient__in=[cast.people[name].user for name in names],
            revoked_at__isnull=True,
        )
        for pk in list(held.values_list("pk", flat=True)):
            grants.revoke(viewer=viewer, grant_id=pk)
