"""A commission living at random: what people do in it, what is checked after each act (T-30)."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
from django.contrib.auth import get_user_model
from django.db import DatabaseError, transaction

from cases.actions import (
    agreements,
    departures,
    directory,
    erasure,
    grants,
    referrals,
    rotation,
)
from cases.actions import situations as acts
from cases.domain.agreement import AgreementKind
from cases.domain.agreement_rules import PersonFacts
from cases.domain.exceptions import DomainError
from cases.models import Grant, Mandate, MemberKey, Situation, VaultSlot
from cases.permissions import Refused, VaultLocked
from cases.vault import recovery, recovery_kit
from clsm_core.accounts.clock import now
from deploy.privileges import COMMISSION_JOBS, OWNER
from tests import people
from tests.drills.opening import check_rows, open_everything

MOST_SITUATIONS = 8
MOSTLY = 0.9
EVERYTHING = 50
ALL = ("identity", "core", "social", "housing", "health", "legal", "shareable")
PERMANENT = ("luc", "sophie", "marc")


class Life:
    """A commission living at random from a seed; ``step`` does one thing and checks."""

    def __init__(self, place: Any, database: str, seed: int) -> None:
        self.place, self.database = place, database
        self.chance = random.Random(seed)
        self.cast = people.commission(f"vie{seed}")
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.admin = psycopg.connect(place.server.url(database), autocommit=True)
        shares = [recovery.parse_share(line) for line in self.cast.ceremony.shares]
        trustees = recovery_kit.recovery_pair(recovery.combine(self.chance.sample(shares, 3)))
        self.holders: dict[str, Any] = {trustees.key_id: trustees}
        for person in self.cast.people.values():
            if person.identity is not None:
                self.holders[person.identity.key_id] = person.identity
        self.acts: dict[str, tuple[int, Callable[[], uuid.UUID | None]]] = {
            "refer": (4, self.refer),
            "admit": (8, self.admit),
            "complement": (1, self.complement),
            "agree": (8, self.agree),
            "share": (14, self.share),
            "write": (14, self.write),
            "revoke": (8, self.revoke),
            "withdraw": (1, self.withdraw),
            "begin": (5, self.begin),
            "advance": (6, self.advance),
            "renew": (3, self.renew),
            "leave": (1, self.leave),
            "return": (3, self.come_back),
            "lose_kit": (2, self.lose_kit),
            "reset": (2, self.reset),
            "night": (2, self.night),
            "erase": (2, self.erase),
            "decline": (1, self.decline),
        }

    # --- one step ---
    def step(self, number: int) -> str:
        """Do one thing at random and check; return its name. Raises: Broken."""
        names = list(self.acts)
        (name,) = self.chance.choices(names, [self.acts[one][0] for one in names])
        touched = None
        try:
            touched = self.acts[name][1]()
        except (DomainError, Refused, VaultLocked, Situation.DoesNotExist):
            self.refused[name] += 1
        except DatabaseError as closed:
            # The second lock says no where the first one did not look.
            if not isinstance(closed.__cause__, psycopg.errors.InsufficientPrivilege):
                raise
            self.refused[f"{name} (database)"] += 1
        else:
            self.done[name] += 1
        check_rows(self.admin)
        if touched is not None:
            self.check_opens(touched)
        if number % EVERYTHING == 0:
            self.check_everything()
        return name

    def situations(self, *states: str | None) -> list[tuple[uuid.UUID, str | None]]:
        """Return the situations in some states, drawn in a random order."""
        rows = self.admin.execute(
            "SELECT id, lead_id FROM cases_situation WHERE commission_id = %s"
            " AND COALESCE(state, referral_state) = ANY (%s) ORDER BY code",
            [self.cast.commission.pk, list(states)],
        ).fetchall()
        self.chance.shuffle(rows)
        return rows

    def one(self, *states: str) -> tuple[uuid.UUID, people.Person]:
        """Return a situation and its lead, mostly one whose lead still works.

        Raises: DomainError when there is none.
        """
        rows = self.situations(*states)
        if self.chance.random() < MOSTLY:
            working = self.admin.execute(
                "SELECT DISTINCT s.id FROM cases_situation s JOIN cases_grant g"
                " ON g.situation_id = s.id AND g.recipient_id = s.lead_id"
                " WHERE NOT s.is_withdrawn AND g.revoked_at IS NULL AND g.level = 'manage'"
            ).fetchall()
            kept = {row[0] for row in working}
            rows = [row for row in rows if row[1] is None or row[0] in kept] or rows
        if not rows:
            raise DomainError
        pk, lead = rows[0]
        return pk, self.person(lead) if lead else self.cast.claire

    def person(self, user_id: uuid.UUID) -> people.Person:
        """Return who an account is."""
        return next(one for one in self.cast.people.values() if one.user.pk == user_id)

    # --- what people do ---
    def refer(self) -> uuid.UUID:
        """Julie refers, unless there is enough to do."""
        if len(self.situations("received", "information_requested", *WORKING)) >= MOST_SITUATIONS:
            raise DomainError
        return people.referred(self.cast).pk

    def admit(self) -> uuid.UUID:
        """Claire admits, with a lead in office."""
        pk, _ = self.one("received", "information_requested")
        lead = self.cast.people[self.chance.choice(PERMANENT)]
        with people.as_person(self.cast.claire) as viewer:
            referrals.admit(viewer=viewer, situation=people.fresh(self.cast, pk), lead=lead.user.pk)
        return pk

    def complement(self) -> uuid.UUID:
        """Claire asks for more, Julie answers under a new version."""
        pk, _ = self.one("received")
        with people.as_person(self.cast.claire) as viewer:
            referrals.ask_information(
                viewer=viewer,
                situation=people.fresh(self.cast, pk),
                reason="precision",
                message="?",
            )
        with people.as_person(self.cast.julie) as viewer:
            referrals.complete(viewer=viewer, situation_id=pk, text="Un mot de plus.")
        return pk

    def agree(self) -> uuid.UUID:
        """The lead records the person's agreement, whole or narrow."""
        pk, lead = self.one(*WORKING)
        changes: dict[str, Any] = {}
        if self.chance.random() < 0.3:
            changes["professions"] = frozenset({"professionnel_sante"})
        with people.as_person(lead) as viewer:
            said = people.expression(viewer)
            if self.chance.random() < 0.3:
                kept = self.chance.sample(sorted(said.categories), 4)
                said = people.expression(viewer, categories=frozenset(kept))
            agreements.record(
                viewer=viewer,
                situation=people.fresh(self.cast, pk),
                expression=said,
                person=PersonFacts(age=58),
                presence="oui",
            )
        return pk

    def share(self) -> uuid.UUID:
        """The lead or the coordinator gives rights to somebody."""
        pk, lead = self.one(*WORKING)
        giver = self.chance.choice((lead, lead, self.cast.claire))
        names = self.chance.sample([*PERMANENT, "nadia"], self.chance.randint(1, 2))
        with people.as_person(giver) as viewer:
            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, pk),
                recipients=[self.cast.people[name].user.pk for name in names],
                sections=self.chance.sample(ALL, self.chance.randint(1, 7)),
                level=self.chance.choice(("read", "contribute", "manage")),
                until=viewer.at.date() + timedelta(days=self.chance.choice((1, 3, 200))),
            )
        return pk

    def write(self) -> uuid.UUID:
        """Somebody writes in a section."""
        pk, lead = self.one(*WORKING)
        writer = self.chance.choice((lead, lead, *(self.cast.people[name] for name in PERMANENT)))
        category = self.chance.choice(("logement", "situation_sociale", "sante_psychique"))
        with people.as_person(writer) as viewer:
            acts.write(
                viewer=viewer,
                situation=people.fresh(self.cast, pk),
                section="",
                category=category,
                text="Une visite.",
            )
        return pk

    def revoke(self) -> uuid.UUID:
        """The lead or the coordinator ends some rights, as many as she likes."""
        pk, lead = self.one(*WORKING)
        with people.as_person(self.chance.choice((lead, self.cast.claire))) as viewer:
            situation = people.fresh(self.cast, pk)
            rows = list(
                Grant.objects.filter(
                    situation=situation, revoked_at__isnull=True, is_dormant=False
                ).exclude(recipient_id=situation.lead_id)
            )
            if not rows:
                raise DomainError
            chosen = self.chance.sample(rows, self.chance.randint(1, min(4, len(rows))))
            grants.revoke_all(viewer=viewer, situation=situation, grants=chosen)
        return pk

    def withdraw(self) -> uuid.UUID:
        """The person takes her agreement back."""
        pk, lead = self.one(*WORKING)
        with people.as_person(lead) as viewer:
            agreements.withdraw(
                viewer=viewer,
                situation=people.fresh(self.cast, pk),
                kind=AgreementKind.WITHDRAWAL.value,
            )
        return pk

    def begin(self) -> uuid.UUID:
        """Somebody begins to renew a section, and stops there."""
        pk, lead = self.one(*WORKING)
        with people.as_person(self.chance.choice((lead, self.cast.claire))) as viewer:
            situation = people.fresh(self.cast, pk)
            rotation.begin(viewer=viewer, situation=situation, section=self.chance.choice(ALL))
        return pk

    def advance(self) -> uuid.UUID:
        """Somebody goes on."""
        pk, lead = self.one(*WORKING)
        with people.as_person(self.chance.choice((lead, self.cast.claire))) as viewer:
            situation = people.fresh(self.cast, pk)
            section = self.chance.choice(ALL)
            rotation.reseal(viewer=viewer, situation=situation, section=section, batch=1)
            rotation.retire(viewer=viewer, situation=situation, section=section)
        return pk

    def renew(self) -> uuid.UUID:
        """Somebody presses the button."""
        pk, lead = self.one(*WORKING)
        with people.as_person(lead) as viewer:
            rotation.renew(viewer=viewer, situation=people.fresh(self.cast, pk))
        return pk

    def leave(self) -> None:
        """A permanent member leaves; what she leads is handed over, or left behind."""
        person = self.cast.people[self.chance.choice(PERMANENT)]
        mandate = self.mandate_of(person, "active")
        others = [
            self.cast.people[name].user.pk
            for name in PERMANENT
            if self.cast.people[name] is not person
            and Mandate.objects.filter(user=self.cast.people[name].user, status="active").exists()
        ]
        with people.as_person(self.cast.claire) as viewer:
            led = departures.prepare(viewer=viewer, mandate=mandate).led
            handed = {one.pk: self.chance.choice(others) for one in led if others}
            if self.chance.random() > MOSTLY:
                handed = {}
            departures.depart(viewer=viewer, mandate=mandate, successors=handed)

    def come_back(self) -> None:
        """She is appointed again, and her key is signed again."""
        gone = [
            self.cast.people[name]
            for name in PERMANENT
            if not Mandate.objects.filter(
                user=self.cast.people[name].user, status="active"
            ).exists()
        ]
        if not gone:
            raise DomainError
        person = self.chance.choice(gone)
        mandate = self.mandate_of(person, "ended")
        at = now()
        officers = [(self.cast.people[n].user, self.cast.people[n].identity) for n in OFFICERS]
        with transaction.atomic():
            Mandate.objects.filter(pk=mandate.pk).update(
                status="active", ends_on=at.date() + timedelta(days=700)
            )
            get_user_model().objects.filter(pk=person.user.pk).update(is_active=True)
            if not MemberKey.objects.filter(user=person.user, revoked_at__isnull=True).exists():
                directory.sign_key(
                    commission=self.cast.commission, user=person.user, officers=officers, at=at
                )

    def mandate_of(self, person: people.Person, status: str) -> Mandate:
        """Return a member's mandate. Raises: DomainError when she has none."""
        rows = Mandate.objects.filter(user=person.user, commission=self.cast.commission)
        found = rows.exclude(status="active") if status == "ended" else rows.filter(status=status)
        mandate = found.select_related("commission").order_by("-ends_on").first()
        if mandate is None:
            raise DomainError
        return mandate

    def lose_kit(self) -> None:
        """A member loses her kit."""
        person = self.cast.people[self.chance.choice(PERMANENT)]
        VaultSlot.objects.filter(user=person.user, kind=VaultSlot.Kind.RECOVERY).delete()

    def reset(self) -> None:
        """A forgotten passphrase is reset: the login's only, the vault is not touched."""
        person = self.cast.people[self.chance.choice(PERMANENT)]
        with transaction.atomic():
            person.user.set_password(people.PASSPHRASE + str(self.chance.random()))
            person.user.save(update_fields=["password"])

    def night(self) -> None:
        """A day passes, and the night's work is done."""
        with self.owner() as owner:
            owner.execute("UPDATE clsm_clock SET shift = shift + interval '1 day'")
        with psycopg.connect(self.place.url(self.database, COMMISSION_JOBS)) as jobs:
            jobs.execute(
                "DELETE FROM cases_wrap WHERE grant_id IN"
                " (SELECT id FROM cases_grant WHERE not_after <= clsm_now())"
            )
            jobs.execute("SELECT clsm_flag_shortages(NULL)")

    def owner(self) -> psycopg.Connection[Any]:
        """Return the owner's connection."""
        return psycopg.connect(self.place.url(self.database, OWNER), autocommit=True)

    def erase(self) -> uuid.UUID:
        """Two people erase a situation, mostly one that nobody works on any more."""
        rows = self.situations(*WORKING)
        if not rows or len(rows) < MOST_SITUATIONS / 2:
            raise DomainError
        stuck = self.admin.execute(
            "SELECT s.id FROM cases_situation s WHERE s.state <> 'erased' AND NOT EXISTS"
            " (SELECT 1 FROM cases_grant g WHERE g.situation_id = s.id AND g.revoked_at IS NULL"
            " AND g.recipient_id = s.lead_id AND NOT s.is_withdrawn)"
        ).fetchall()
        gone = {row[0] for row in stuck}
        pk, lead = next((row for row in rows if row[0] in gone), rows[0])
        for asker in (self.person(lead), self.cast.claire):
            try:
                with people.as_person(asker) as viewer:
                    situation = people.fresh(self.cast, pk)
                    act = erasure.ask(viewer=viewer, situation=situation, reason="accepted_request")
                break
            except (Refused, Situation.DoesNotExist):
                continue
        else:
            raise DomainError
        with people.as_person(self.cast.denis) as viewer:
            erasure.confirm(viewer=viewer, act=act)
        return pk

    def decline(self) -> uuid.UUID:
        """The DPO declines."""
        pk, lead = self.one(*WORKING)
        with people.as_person(lead) as viewer:
            act = erasure.ask(
                viewer=viewer, situation=people.fresh(self.cast, pk), reason="accepted_request"
            )
        with people.as_person(self.cast.denis) as viewer:
            erasure.decline(viewer=viewer, act=act)
        return pk

    # --- what must hold ---
    def check_everything(self) -> None:
        """Open every live section. Raises: Broken."""
        for pk, _ in self.situations("received", "information_requested", *WORKING):
            self.check_opens(pk)

    def check_opens(self, pk: uuid.UUID) -> None:
        """Open every key and text of a situation, by whoever holds it. Raises: Broken."""
        open_everything(self.admin, pk, self.holders)


WORKING = ("preparing", "inscribed", "reviewed", "restituted", "follow_up")
OFFICERS = ("claire", "denis")
