"""What people do around a situation at random: guests, interests, leads, exceptions (T-28)."""

from __future__ import annotations

import uuid
from datetime import timedelta

from cases.actions import (
    exceptional,
    exceptional_endings,
    invitations,
    leads,
    recusals,
    signing,
)
from cases.domain.exceptions import DomainError
from cases.models import AgendaItem, ExceptionalAccess, Invitation, Recusal, Sitting
from cases.permissions import Role
from clsm_core.accounts.clock import now
from tests import oracle, people
from tests.commission.newcomers import newcomer
from tests.drills.living import Living
from tests.happenings import Answered, Aside, Ended, Woken

ASIDE = ("luc", "sophie", "marc", "nadia")
SECONDS = ("claire", "denis", "sophie", "marc")


def guest(cast: people.Cast) -> None:
    """Add Gaëlle, a nurse with a guest's mandate, whose key one officer signed."""
    person = newcomer(cast, "gaelle", role=Role.GUEST, profession="professionnel_sante")
    cast.people["gaelle"] = person
    assert person.identity is not None
    with people.as_person(cast.claire) as viewer:
        signing.sign(
            viewer=viewer,
            commission=cast.commission,
            user_id=person.user.pk,
            seen=person.identity.key_id,
        )


class Around(Living):
    """A story with everybody who may come near it."""

    def step_aside(self, name: str = "") -> None:
        """Somebody declares an interest, or Claire sets her aside."""
        person = self.cast.people[name or self.chance.choice(ASIDE)]
        by_herself = self.seldom(0.5)
        with people.as_person(person if by_herself else self.cast.claire) as viewer:
            situation = people.fresh(self.cast, self.pk)
            if by_herself:
                recusals.declare(viewer=viewer, situation=situation, reason="autre_lien")
            else:
                recusals.set_aside(
                    viewer=viewer,
                    situation=situation,
                    user_id=person.user.pk,
                    reason="autre_lien",
                )
            at = viewer.at
        self.told.events.append(Aside(at=at, member=str(person.user.pk), stands=True))
        self.tell_state()

    def come_back(self) -> None:
        """Claire lifts a recusal; nothing is given back."""
        with people.as_person(self.cast.claire) as viewer:
            rows = Recusal.objects.filter(situation=self.pk, lifted_at__isnull=True)
            row = rows.select_related("situation").first()
            if row is None:
                raise DomainError
            recusals.lift(viewer=viewer, recusal=row)
            back = Aside(at=viewer.at, member=str(row.user_id), stands=False)
        self.told.events.append(back)

    def pass_on(self, name: str = "") -> None:
        """Claire gives the situation another lead."""
        row = self.row()
        if row["state"] is None:
            # The pages lead nowhere before admission.
            raise DomainError
        former = row["lead_id"]
        name = name or self.chance.choice(("luc", "sophie", "marc"))
        with people.as_person(self.cast.claire) as viewer:
            leads.change_lead(
                viewer=viewer,
                situation=people.fresh(self.cast, self.pk),
                lead=self.cast.people[name].user.pk,
                reason="charge",
                keeps=self.seldom(0.5),
            )
        self.tell_state()
        if former is not None:
            self.told.events.append(Ended(at=now(), member=str(former), basis="lead"))
        self.tell_rights()

    def invite(self) -> None:
        """Claire invites Gaëlle to a point, with an access."""
        with people.as_person(self.cast.claire) as viewer:
            item = (
                AgendaItem.objects.filter(situation=self.pk, removed_at__isnull=True)
                .exclude(sitting__state=Sitting.State.CLOSED)
                .select_related("sitting", "situation__commission")
                .first()
            )
            if item is None:
                raise DomainError
            invitations.invite(
                viewer=viewer,
                item=item,
                user_id=self.cast.gaelle.user.pk,
                sections=oracle.SECTIONS,
            )
        self.tell_rights()
        if self.seldom(0.7):
            self.answer()

    def answer(self) -> None:
        """Gaëlle accepts, or declines; she may decline what she accepted."""
        member = str(self.cast.gaelle.user.pk)
        with people.as_person(self.cast.gaelle) as viewer:
            row = (
                Invitation.objects.filter(user=self.cast.gaelle.user).order_by("invited_at").last()
            )
            if row is None:
                raise DomainError
            accepts = self.seldom(0.8)
            if accepts:
                invitations.accept(viewer=viewer, invitation_id=row.pk)
            else:
                invitations.decline(viewer=viewer, invitation_id=row.pk, reason="indisponible")
            at, item = viewer.at, str(row.item_id)
        self.told.events.append(Answered(at=at, member=member, item=item, is_accepted=accepts))
        if not accepts:
            self.told.events.append(Ended(at=at, member=member, basis="guest", item=item))

    def call(self, second: str = "") -> None:
        """Nadia asks in an emergency; somebody else confirms, or nobody does."""
        with people.as_person(self.cast.nadia) as viewer:
            asked = exceptional.ask_emergency(
                viewer=viewer,
                code=self.row()["code"],
                reason="vie_en_danger",
                words="On craint pour elle.",
                is_lead_absent=True,
            )
        if self.seldom(0.2):
            return
        second = second or self.chance.choice(SECONDS)
        with people.as_person(self.cast.people[second]) as viewer:
            exceptional.confirm(viewer=viewer, pk=asked.pk)
            at = viewer.at
        (until,) = self.told_of(asked.pk, "ends_at")
        self.told.events.append(
            Woken(
                at=at,
                member=str(self.cast.nadia.user.pk),
                sections=frozenset(asked.sections),
                until=until,
            )
        )

    def control(self) -> None:
        """Denis asks to read for a day; Claire confirms."""
        sections = self.chance.sample(exceptional.CONTROLLABLE, 3)
        with people.as_person(self.cast.denis) as viewer:
            asked = exceptional.ask_control(
                viewer=viewer,
                situation=people.fresh(self.cast, self.pk),
                reason="reclamation",
                words="Une réclamation.",
                sections=sections,
            )
        with people.as_person(self.cast.claire) as viewer:
            exceptional.confirm(viewer=viewer, pk=asked.pk)
        self.tell_rights()

    def call_off(self, name: str = "") -> None:
        """Whoever asked closes an exceptional access."""
        person = self.cast.people[name or self.chance.choice(("nadia", "denis"))]
        member = str(person.user.pk)
        with people.as_person(person) as viewer:
            row = ExceptionalAccess.objects.filter(
                situation=self.pk, asked_by=person.user, is_confirmed=True, ended_at__isnull=True
            ).first()
            if row is None:
                raise DomainError
            exceptional_endings.end(viewer=viewer, pk=row.pk)
            at = viewer.at
        self.told.events.append(Ended(at=at, member=member, basis="dpo"))
        self.told.events.append(Woken(at=at, member=member, sections=frozenset(), until=at))

    def told_of(self, access: uuid.UUID, *names: str) -> tuple[object, ...]:
        """Return columns of an exceptional access, as an administrator reads them."""
        found = self.admin.execute(
            f"SELECT {', '.join(names)} FROM cases_exceptionalaccess WHERE id = %s", [access]
        ).fetchone()
        assert found is not None
        return found

    def wait(self) -> None:
        """Some hours or days pass: an emergency lasts four hours, a control a day."""
        with self.owner() as owner:
            owner.execute(
                "UPDATE clsm_clock SET shift = shift + %s",
                [timedelta(hours=self.chance.choice((1, 5, 24, 48, 240)))],
            )
