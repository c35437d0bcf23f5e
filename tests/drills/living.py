"""What people do to a situation at random, each told to the oracle (T-28)."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg
from django.db import DatabaseError

from cases.actions import agreements, grants, referrals, restitutions, reviews, sittings
from cases.actions import situations as acts
from cases.domain.agreement import AgreementKind, ExceptionReason, Purpose
from cases.domain.agreement_rules import PersonFacts
from cases.domain.exceptions import DomainError
from cases.domain.sections import InformationCategory
from cases.models import AgendaItem, Mandate, Situation
from cases.permissions import Refused, VaultLocked
from clsm_core.accounts.clock import now
from tests import oracle, people
from tests.drills.story import CHANGING, MEMBERS, Story, heard
from tests.happenings import Ended, Limited, Said

RECIPIENTS = (
    "professionnel_sante",
    "assistant_service_social",
    "bailleur_social",
    "psychiatrie_publique",
    "CCAS_service_social_municipal",
)
STRUCTURES = ("Centre hospitalier", "habitat public", "CCAS", "CLSM", "Ville")
AUTHORS = ("Habitat public", "Centre hospitalier", "CLSM")
WRITTEN = ("logement", "situation_sociale", "sante_psychique", "addictions", "budget_droits")
LEVELS = ("read", "contribute", "manage")


class Living(Story):
    """A story whose steps are drawn: the name of one of its acts, and a number."""

    chance: random.Random

    # --- one step ---
    def step(self, name: str, number: int) -> bool:
        """Do one thing; tell whether it was done. Raises: Unexpected."""
        self.chance = random.Random(number)
        try:
            getattr(self, name)()
        except (DomainError, Refused, VaultLocked, Situation.DoesNotExist):
            self.refused[name] += 1
            return False
        except DatabaseError as closed:
            if not isinstance(closed.__cause__, psycopg.errors.InsufficientPrivilege):
                raise
            self.refused[f"{name} (database)"] += 1
            return False
        finally:
            self.tell_items()
        self.done[name] += 1
        return True

    def one_of(self, values: Any, share: float) -> frozenset[Any]:
        """Return a part of the values."""
        return frozenset(value for value in values if self.chance.random() < share)

    def seldom(self, share: float) -> bool:
        """Tell, a share of the time, yes."""
        return self.chance.random() < share

    # --- what people do ---
    def admit(self) -> None:
        """Claire admits, with Luc or somebody else as the lead."""
        lead = self.cast.people[self.chance.choice(("luc", "luc", "sophie", "marc"))]
        with people.as_person(self.cast.claire) as viewer:
            situation = people.fresh(self.cast, self.pk)
            referrals.admit(viewer=viewer, situation=situation, lead=lead.user.pk)
        self.tell_state()
        self.tell_rights()

    def say(self) -> None:
        """The person says something; the lead or Claire writes it down."""
        draw = self.chance.random()
        author = self.chance.choice((self.lead(), self.cast.claire))
        today = now().date()
        changes = self.content(today)
        if draw > 0.88:
            changes["kind"] = AgreementKind.ANONYMOUS_EVOCATION
        elif draw > 0.75:
            changes |= {
                "kind": AgreementKind.URGENCY,
                "reason": ExceptionReason.SERIOUS_DANGER,
                "regularise_by": today + timedelta(days=self.chance.choice((0, 2))),
                "is_emergency_only": False,
                "is_disputed": False,
            }
        before = timedelta(hours=self.chance.choice((0, 0, 0, 1, 30)))
        self.agree(author, before=before, **changes)

    def agree_to_all(self) -> None:
        """The person agrees to everything, for everybody of the usual professions."""
        self.agree(self.lead())

    def agree(
        self, author: people.Person, *, before: timedelta = timedelta(0), **changes: Any
    ) -> None:
        """Somebody writes down what the person said, some hours before."""
        with people.as_person(author) as viewer:
            said_at = viewer.at - before
            expression = people.expression(
                viewer, **{"expressed_at": said_at, "notice_handed_on": said_at.date(), **changes}
            )
            agreements.record(
                viewer=viewer,
                situation=people.fresh(self.cast, self.pk),
                expression=expression,
                person=PersonFacts(age=58),
            )
            self.told.events.append(heard(expression, viewer.at, str(viewer.user_id)))
        self.tell_state()

    def content(self, today: date) -> dict[str, Any]:
        """Return what an expression holds, at random."""
        names = {str(self.cast.people[name].user.pk): name for name in MEMBERS}
        members = [uuid.UUID(member) for member in names]
        content: dict[str, Any] = {
            "categories": self.one_of(InformationCategory, self.chance.choice((1, 0.7, 0.3))),
            "professions": self.one_of(RECIPIENTS, self.chance.choice((1, 0.6))),
        }
        if self.seldom(0.25):
            content["organisations"] = self.one_of(STRUCTURES, 0.4)
        if self.seldom(0.25):
            content["excluded_organisations"] = self.one_of(STRUCTURES, 0.3)
        if self.seldom(0.2):
            content["members"] = self.one_of(members, 0.4)
        if self.seldom(0.2):
            content["excluded_members"] = self.one_of(members, 0.3)
        if self.seldom(0.2):
            content["excluded_authors"] = self.one_of(AUTHORS, 0.5)
        if self.seldom(0.15):
            content["written_from"] = today + timedelta(days=self.chance.choice((-1, 0, 1)))
        if self.seldom(0.15):
            content["written_until"] = today + timedelta(days=self.chance.choice((-1, 0, 1)))
        if self.seldom(0.3):
            content["purposes"] = self.one_of(Purpose, 0.6) or frozenset({Purpose.FOLLOW_UP})
        if self.seldom(0.3):
            content["expires_on"] = today + timedelta(days=self.chance.choice((0, 1, 3)))
        if self.seldom(0.05):
            content["is_emergency_only"] = True
        if self.seldom(0.05):
            content["is_disputed"] = True
        return content

    def withdraw(self) -> None:
        """The person refuses, or takes back what she gave."""
        kind = self.chance.choice((AgreementKind.WITHDRAWAL, AgreementKind.OBJECTION))
        author = self.chance.choice((self.lead(), self.cast.claire))
        with people.as_person(author) as viewer:
            agreements.withdraw(
                viewer=viewer, situation=people.fresh(self.cast, self.pk), kind=kind.value
            )
            said = Said(at=viewer.at, said_at=viewer.at, kind=kind.value, by=str(viewer.user_id))
        self.told.events.append(said)
        self.tell_state()

    def share(self) -> None:
        """The lead or Claire gives rights."""
        giver = self.chance.choice((self.lead(), self.cast.claire))
        names = self.chance.sample([*CHANGING, "claire"], self.chance.randint(1, 3))
        sections = list(oracle.SECTIONS)
        if self.seldom(0.4):
            sections = self.chance.sample(sections, 3)
        until = now().date() + timedelta(days=self.chance.choice((0, 1, 200)))
        self.give(giver, *names, sections=sections, level=self.chance.choice(LEVELS), until=until)

    def give(self, giver: people.Person, *names: str, **terms: Any) -> None:
        """Somebody gives members rights on sections."""
        with people.as_person(giver) as viewer:
            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, self.pk),
                recipients=[self.cast.people[name].user.pk for name in names],
                **{"sections": list(oracle.SECTIONS), "level": "contribute", **terms},
            )
        self.tell_rights()

    def revoke(self) -> None:
        """The lead or Claire ends a right."""
        rows = self.admin.execute(
            "SELECT id, recipient_id, section, level, basis, item_id FROM cases_grant"
            " WHERE situation_id = %s AND revoked_at IS NULL AND basis IN ('permanent', 'lead',"
            " 'substitute', 'guest') ORDER BY section, recipient_id, level, id",
            [self.pk],
        ).fetchall()
        if not rows:
            raise DomainError
        pk, member, section, level, basis, item = self.chance.choice(rows)
        with people.as_person(self.chance.choice((self.lead(), self.cast.claire))) as viewer:
            grants.revoke(viewer=viewer, grant_id=pk)
            at = viewer.at
        self.told.events.append(
            Ended(
                at=at,
                member=str(member),
                section=section,
                level=level,
                basis=basis,
                item=str(item or ""),
            )
        )

    def write(self) -> None:
        """Somebody writes; it may renew a section's key, which gives nothing new."""
        writer = self.chance.choice((self.lead(), *(self.cast.people[one] for one in CHANGING)))
        word = f"Canari-{self.chance.getrandbits(128):032x}"
        with people.as_person(writer) as viewer:
            row = acts.write(
                viewer=viewer,
                situation=people.fresh(self.cast, self.pk),
                section="core" if self.seldom(0.2) else "",
                category="" if self.seldom(0.1) else self.chance.choice(WRITTEN),
                text=word,
            )
        self.canaries[row.pk] = word
        self.skip_rights()

    def advance(self) -> None:
        """The situation goes one step further along its life."""
        MOVES[self.row()["state"]](self)
        self.tell_state()
        self.tell_rights()

    def inscribe(self) -> None:
        """Claire puts it on an agenda, convenes and opens the sitting."""
        with people.as_person(self.cast.claire) as viewer:
            sitting = sittings.create(
                viewer=viewer,
                commission=self.cast.commission,
                starts_at=viewer.at + timedelta(hours=2),
                place="Mairie",
            )
            situation = people.fresh(self.cast, self.pk)
            sittings.add_item(viewer=viewer, sitting=sitting, situation=situation, attested=True)
            sittings.convene(viewer=viewer, sitting=sitting)
            sittings.open_sitting(viewer=viewer, sitting=sitting)

    def review(self) -> None:
        """Claire records the review, or takes the point off."""
        with people.as_person(self.cast.claire) as viewer:
            item = (
                AgendaItem.objects.filter(situation=self.pk, removed_at__isnull=True)
                .select_related("sitting", "situation__commission")
                .order_by("-sitting__starts_at")
                .first()
            )
            if item is None:
                raise DomainError
            if self.seldom(0.2):
                sittings.remove_item(viewer=viewer, item=item, reason="report")
                return
            reviews.record(
                viewer=viewer,
                item=item,
                presence="oui",
                analysis=[("logement", "Encombré.")],
                shareable_text="Nous avons parlé du logement.",
                proposals=[],
                no_proposal=True,
                review_due_on=viewer.at.date() + timedelta(days=30),
            )

    def restitute(self) -> None:
        """The lead tells the person."""
        with people.as_person(self.lead()) as viewer:
            restitutions.record(
                viewer=viewer,
                situation=people.fresh(self.cast, self.pk),
                given_on=viewer.at.date(),
                mode="entretien",
                answers={},
                words="Merci.",
            )

    def follow(self) -> None:
        """The lead follows it up."""
        with people.as_person(self.lead()) as viewer:
            acts.follow(viewer=viewer, situation=people.fresh(self.cast, self.pk))

    def finish(self) -> None:
        """The lead closes it."""
        with people.as_person(self.lead()) as viewer:
            acts.close(
                viewer=viewer,
                situation=people.fresh(self.cast, self.pk),
                reason="objectifs_atteints",
                outcome_housing="",
                outcome_care="",
            )
        self.tell_state()

    def reopen(self) -> None:
        """The lead reopens it, under what was said since."""
        with people.as_person(self.lead()) as viewer:
            acts.reopen(viewer=viewer, situation=people.fresh(self.cast, self.pk), reason="nouveau")

    def appoint(self) -> None:
        """A mandate changes: suspended, back, another profession, another structure, its end."""
        name = self.chance.choice(CHANGING)
        today: date = now().date()
        change: dict[str, Any] = self.chance.choice(
            [
                {"status": "suspended"},
                {"status": "active"},
                {"profession": "none"},
                {"profession": people.CAST[name][1]},
                {"organisation": "CCAS", "organisation_kind": "autre"},
                {"organisation": people.CAST[name][2], "organisation_kind": people.CAST[name][3]},
                {"ends_on": today},
                {"ends_on": today - timedelta(days=1)},
                {"ends_on": today + timedelta(days=700)},
            ]
        )
        Mandate.objects.filter(pk=self.cast.people[name].mandate.pk).update(**change)
        self.tell_mandate(name)

    def limit(self) -> None:
        """Treatment is limited, or no longer is (art. 18)."""
        is_limited = not self.row()["is_limited"]
        self.admin.execute(
            "UPDATE cases_situation SET is_limited = %s WHERE id = %s", [is_limited, self.pk]
        )
        self.told.events.append(Limited(at=now(), is_limited=is_limited))


MOVES: dict[str | None, Callable[[Living], None]] = {
    None: Living.admit,
    "preparing": Living.inscribe,
    "inscribed": Living.review,
    "reviewed": Living.restitute,
    "restituted": Living.follow,
    "follow_up": Living.inscribe,
    "closed": Living.reopen,
}
