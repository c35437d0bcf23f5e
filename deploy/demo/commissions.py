"""Open the demonstration's commissions on their first day: accounts, mandates, vaults, officers.

Every key is made by the same actions as in production; passphrases come from the seed.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from cases.actions import commissions, directory, members
from cases.actions.commissions import Ceremony
from cases.models import Commission, CouncilAccount, Mandate
from cases.permissions import Role
from cases.vault.identity import Identity
from clsm_core.accounts.models import Charter, CharterAcceptance
from clsm_core.council.models import Council, CouncilMembership
from deploy.demo import accounts, cast, clock, credentials
from deploy.demo.cast import Person

CHARTER = """\
Charte de la commission (texte de démonstration).

Le secret professionnel ne se dissout pas dans la commission : je ne partage que ce qui est utile,
avec l’accord de la personne et dans ses limites.
Je parle d’une situation, jamais d’un cas, et d’abord avec les mots de la personne.
Je ne copie rien, je ne photographie pas l’écran, je n’en parle pas ailleurs.
Si je connais la personne de trop près, je me déporte.
Je sais que chaque lecture est inscrite dans un journal que la personne peut faire interroger.
"""
PURPOSE = (
    "Examiner ensemble des situations difficiles, avec l’accord de la personne, pour lui proposer "
    "des pas utiles."
)
MANDATE_AHEAD = timedelta(days=730)


@dataclass(frozen=True)
class Opening:
    """How a commission is opened."""

    slug: str
    name: str
    mode: str
    on: datetime


@dataclass
class Player:
    """A person of the cast at work: account, and identity when there is a vault."""

    person: Person
    user: Any
    identity: Identity | None = None


@dataclass
class Stage:
    """A commission at work with its people."""

    opening: Opening
    commission: Commission
    ceremony: Ceremony
    players: dict[str, Player] = field(default_factory=dict)

    def holder(self, role: str) -> Player:
        """Return the person who holds a role here."""
        return self.players[cast.holder(self.opening.slug, role).login]

    @property
    def coordinator(self) -> Player:
        """Return who screens, convenes and records."""
        return self.holder(Role.COORDINATOR)

    @property
    def dpo(self) -> Player:
        """Return the data protection officer."""
        return self.holder(Role.DPO)

    def with_role(self, *roles: str) -> list[Player]:
        """Return the people who hold one of the roles here, in the order of the cast."""
        found = []
        for player in self.players.values():
            post = player.person.in_commission(self.opening.slug)
            if post is not None and set(post.roles) & set(roles):
                found.append(player)
        return found

    def leads(self) -> list[Player]:
        """Return the permanent members who may read health, hence lead any situation."""
        found = []
        for player in self.with_role(Role.PERMANENT):
            post = player.person.in_commission(self.opening.slug)
            if post is not None and post.profession != cast.OUTSIDE:
                found.append(player)
        return found

    def sender(self, kind: str, rng: Random) -> Player:
        """Return who refers for a kind of structure: its own account, else one by chance."""
        for player in self.with_role(Role.REFERRER) + self.with_role(Role.PERMANENT):
            post = player.person.in_commission(self.opening.slug)
            if post is not None and post.kind == kind:
                return player
        return rng.choice([self.coordinator, *self.with_role(Role.REFERRER)])


class House:
    """Everybody's accounts, made once, whatever the number of commissions they serve."""

    def __init__(self, seed: int, last: date) -> None:
        self.seed = seed
        self.last = last
        self.players: dict[str, Player] = {}
        self.charter: Charter | None = None

    def open(self, opening: Opening) -> Stage:
        """Open a commission on its day, its people enrolled and attested."""
        clock.move_to(opening.on)
        with transaction.atomic():
            return self._open(opening)

    def _open(self, opening: Opening) -> Stage:
        at = opening.on
        council = Council.objects.get(slug=opening.slug)
        commission = Commission.objects.create(
            council=council,
            slug=f"commission-{opening.slug}",
            name=opening.name,
            purpose=PURPOSE,
            agreement_mode=opening.mode,
            steering_validated_on=(at - timedelta(days=60)).date(),
            dpo_contact="dpo@exemple.invalid",
            impact_assessment="AIPD de démonstration, version 1",
            impact_assessed_on=(at - timedelta(days=75)).date(),
            created_at=at,
        )
        people = cast.members_of(opening.slug)
        players = {person.login: self._player(person, at) for person in people}
        for player in players.values():
            self._mandates(commission, player, at)
            if player.person.council == opening.slug:
                self._council_row(council, player, at)
        officers = [
            (players[cast.holder(opening.slug, role).login])
            for role in (Role.COORDINATOR, Role.DPO)
        ]
        pairs = [(one.user, one.identity) for one in officers if one.identity is not None]
        ceremony = commissions.open_commission(
            commission=commission, coordinator=pairs[0], dpo=pairs[1], at=at
        )
        # As the operator does, outside the database: the story is told under the pinned root.
        settings.DIRECTORY_ROOTS = {**settings.DIRECTORY_ROOTS, str(commission.pk): ceremony.root}
        for player in players.values():
            if player.identity is not None and player not in officers:
                directory.sign_key(commission=commission, user=player.user, officers=pairs, at=at)
        return Stage(opening, commission, ceremony, players)

    def _player(self, person: Person, at: datetime) -> Player:
        known = self.players.get(person.login)
        if known is not None:
            return known
        if self.charter is None:
            self.charter = Charter.objects.create(
                realm="commission", version=1, body=CHARTER, published_at=at
            )
        player = Player(person, accounts.make(person, self.seed, at=at))
        CharterAcceptance.objects.create(user=player.user, charter=self.charter, accepted_at=at)
        if person.has_vault:
            words = credentials.passphrase(self.seed, person.login)
            player.identity, _ = members.enrol(user=player.user, passphrase=words, at=at)
        self.players[person.login] = player
        return player

    def _mandates(self, commission: Commission, player: Player, at: datetime) -> None:
        post = player.person.in_commission(commission.council.slug)
        assert post is not None
        for role in post.roles:
            Mandate.objects.create(
                commission=commission,
                user=player.user,
                role=role,
                profession=post.profession,
                organisation=player.person.organisation,
                organisation_kind=post.kind,
                starts_on=at.date(),
                ends_on=self.last + MANDATE_AHEAD,
                steering_reference="Décision de démonstration",
            )

    def _council_row(self, council: Council, player: Player, at: datetime) -> None:
        """Give the person a ticket-only row in the council service (decision 1)."""
        row = uuid.uuid4()
        person = player.person
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT clsm_make_council_account(%s, %s, %s, %s, %s, %s)",
                [
                    row,
                    f"t-{row.hex[:24]}",
                    person.first,
                    person.last,
                    person.job,
                    person.organisation,
                ],
            )
        CouncilAccount.objects.create(user=player.user, council_user=row)
        CouncilMembership.objects.create(
            user_id=row, council=council, role=person.council_role, starts_on=at.date()
        )
