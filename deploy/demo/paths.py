"""The life of one fictitious situation, from its referral to wherever it stands on the last day.

Each step acts as the person whose work it is, then plans the next one. Nothing is written but by
the actions of the commission.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from cases.access import agreements as agreed
from cases.access.situations import open_referral, open_situation, reveal_identity
from cases.actions import (
    agreements,
    grants,
    proposals,
    referrals,
    restitutions,
    situations,
)
from cases.domain.agreement_rules import PersonFacts
from cases.domain.sections import InformationCategory, Section
from cases.models import AgendaItem, Proposal, Situation
from cases.permissions import Role, Viewer
from deploy.demo import endings, examinations, expressions, figures, letters, texts
from deploy.demo.agendas import Calendar
from deploy.demo.commissions import Player, Stage
from deploy.demo.endings import Ending, Plan
from deploy.demo.figures import Profile, happens, weighted
from deploy.demo.schedule import Act, Schedule

# Openings are shown in the ledger for the last months; older ones would only slow the start.
WATCHED = timedelta(days=150)
LONGEST_FOLLOW_UP = timedelta(days=330)
# A lead's rights end after two years and nobody renews them here: everything is closed before.
KEYS_LAST = timedelta(days=640)


@dataclass
class World:
    """What every situation of a commission shares."""

    stage: Stage
    schedule: Schedule
    calendar: Calendar
    town: str


class Path:
    """One situation; ``pk`` and ``code`` are known once it is sent."""

    def __init__(
        self,
        world: World,
        rng: Random,
        arrival: datetime,
        profile: Profile,
        plan: Plan,
        ending: Ending | None,
        *,
        is_anonymous: bool,
    ) -> None:
        self.world = world
        self.rng = rng
        self.arrival = arrival
        self.profile = profile
        self.plan = plan
        self.ending = ending
        self.is_anonymous = is_anonymous
        self.pk: uuid.UUID | None = None
        self.code = ""
        self.lead = rng.choice(world.stage.leads())
        self.categories = list(InformationCategory)
        self.reviews = 0
        self.closing_at: datetime | None = None

    # --- who and when -------------------------------------------------------------------------
    @property
    def stage(self) -> Stage:
        """Return the commission."""
        return self.world.stage

    def after(self, days: float, moment: datetime) -> datetime:
        """Return a working hour some days after a moment."""
        day = moment + timedelta(days=days)
        if day.weekday() > 4 and self.ending is None:
            day += timedelta(days=7 - day.weekday())
        later = day.replace(hour=self.rng.randint(8, 16), minute=self.rng.randint(0, 59))
        return max(later, moment + timedelta(minutes=20))

    def then(self, days: float, viewer: Viewer, who: Player, act: Act) -> datetime:
        """Plan the next step."""
        when = self.after(days, viewer.at)
        self.world.schedule.at(when, who, act)
        return when

    def row(self) -> Situation:
        """Read the situation as the acting person sees it."""
        return Situation.objects.select_related("commission__council").get(pk=self.pk)

    # --- referral -----------------------------------------------------------------------------
    def begin(self) -> None:
        """Plan the referral."""
        self.sender = self.stage.sender(self.profile.origin.value, self.rng)
        self.world.schedule.at(self.arrival, self.sender, self._send)

    def _send(self, viewer: Viewer) -> None:
        content = letters.referral(
            self.rng,
            self.profile,
            at=viewer.at,
            town=self.world.town,
            informed_by=self.sender.person.name,
            is_anonymous=self.is_anonymous,
            is_reachable=self.ending is not Ending.PREPARING,
        )
        situation = referrals.send(viewer=viewer, commission=self.stage.commission, content=content)
        self.pk, self.code = situation.pk, situation.code
        self.is_unnamed = content["identification"] == "coded" and not self.is_anonymous
        days = self.plan.days_to_screening
        if self.plan.screening == "taken_back":
            self.then(min(days, 2), viewer, self.sender, self._take_back)
        elif self.plan.asks_information:
            self.then(min(days, 4), viewer, self.stage.coordinator, self._ask)
        else:
            self.then(days, viewer, self.stage.coordinator, self._screen)

    def _take_back(self, viewer: Viewer) -> None:
        assert self.pk is not None
        referrals.take_back(viewer=viewer, situation_id=self.pk)

    def _ask(self, viewer: Viewer) -> None:
        referrals.ask_information(
            viewer=viewer,
            situation=self.row(),
            reason="information_insuffisante",
            message=texts.ASKED,
        )
        self.then(self.plan.days_to_complement, viewer, self.sender, self._complete)

    def _complete(self, viewer: Viewer) -> None:
        assert self.pk is not None
        text = self.rng.choice(texts.COMPLEMENT)
        referrals.complete(viewer=viewer, situation_id=self.pk, text=text)
        self.then(2, viewer, self.stage.coordinator, self._screen)

    def _screen(self, viewer: Viewer) -> None:
        if self._is_watched(viewer):
            open_referral(viewer, self.code)
        situation = self.row()
        if self.plan.screening == "refused":
            reason = self.rng.choice(list(texts.REFUSED))
            message = texts.REFUSED[reason]
            referrals.refuse(viewer=viewer, situation=situation, reason=reason, message=message)
        elif self.plan.screening == "redirected":
            where = self.rng.choice(list(texts.REDIRECTED))
            message = texts.REDIRECTED[where]
            referrals.redirect(
                viewer=viewer, situation=situation, destination=where, message=message
            )
        else:
            referrals.admit(viewer=viewer, situation=situation, lead=self.lead.user.pk)
            if self.is_anonymous:
                self.then(1, viewer, self.lead, self._share)
            elif self.plan.agreement == "absent":
                self.then(95, viewer, self.lead, self._close_untraced)
            else:
                self.then(self.plan.days_to_agreement, viewer, self.lead, self._agree)

    # --- agreement and rights -----------------------------------------------------------------
    def _agree(self, viewer: Viewer) -> None:
        kind = self.plan.agreement
        if self._is_watched(viewer):
            open_situation(viewer, self.code)
            reveal_identity(viewer, self.code)
        expression = expressions.expression(kind, viewer.at, months=self.plan.agreement_months)
        agreements.record(
            viewer=viewer,
            situation=self.row(),
            expression=expression,
            person=PersonFacts(age=self.profile.age),
            presence=self.rng.choice(["oui", "non", "ne_sait_pas"]),
        )
        if kind == "refused":
            self.then(9, viewer, self.lead, self._close_refused)
            return
        if self.is_unnamed:
            letters.name(viewer, self.row(), self.profile, self.rng, town=self.world.town)
        self.categories = sorted(expression.categories)
        if kind == "exception":
            # Only an agreement that can be asked puts an exception right (C-10).
            self.plan.agreement = "valid"
            self.then(self.rng.randint(20, 50), viewer, self.lead, self._confirm)
        self.then(1, viewer, self.lead, self._share)

    def _confirm(self, viewer: Viewer) -> None:
        situation = self.row()
        if situation.state != "closed" and not situation.is_withdrawn:
            agreements.record(
                viewer=viewer,
                situation=situation,
                expression=expressions.expression("valid", viewer.at),
                person=PersonFacts(age=self.profile.age),
            )

    def _share(self, viewer: Viewer) -> None:
        recipients = self._recipients(viewer)
        sections = {Section.CORE.value, Section.SHAREABLE.value}
        sections |= {category.section.value for category in self.categories}
        grants.share(
            viewer=viewer,
            situation=self.row(),
            recipients=[player.user.pk for player in recipients],
            sections=sorted(sections - {Section.LEGAL.value}),
            level="contribute",
        )
        slot = self.world.calendar.slot(viewer.at + timedelta(days=1))
        if self._is_watched(viewer):
            for player in recipients:
                if player.identity is not None and happens(self.rng, 60):
                    self.then(self.rng.randint(1, 6), viewer, player, self._look)
        if slot is not None:
            self.then(0.5, viewer, self.stage.coordinator, lambda v: self._inscribe(v, slot))

    def _recipients(self, viewer: Viewer) -> list[Player]:
        found = [
            player
            for player in self.stage.with_role(Role.PERMANENT, Role.USERS_REPRESENTATIVE)
            if player is not self.lead
        ]
        # An old situation concerns few people by now; keys for all would only slow the start.
        return found if viewer.at > self.world.schedule.last - timedelta(days=250) else found[:2]

    def _look(self, viewer: Viewer) -> None:
        row = Situation.objects.filter(pk=self.pk, is_withdrawn=False).first()
        if row is not None and row.state != "closed":
            open_situation(viewer, self.code)

    def _is_watched(self, viewer: Viewer) -> bool:
        return viewer.at > self.world.schedule.last - WATCHED

    # --- sittings -----------------------------------------------------------------------------
    def _inscribe(self, viewer: Viewer, slot: datetime) -> None:
        # Withdrawn, it is no longer there for the coordinator (C-04).
        situation = Situation.objects.select_related("commission").filter(pk=self.pk).first()
        if situation is None or situation.state not in ("preparing", "follow_up"):
            return
        if self.is_anonymous or agreed.status(situation, viewer.at).allows_naming:
            self.world.calendar.inscribe(viewer, situation, self, slot, attested=self.is_anonymous)

    def examine(self, viewer: Viewer, item: AgendaItem) -> bool:
        """Record the examination; False when the point is postponed."""
        if self.plan.is_postponed:
            self.plan.is_postponed = False
            return False
        if self._is_watched(viewer):
            open_situation(viewer, self.code)
        examinations.record(viewer, item, self.stage, self.profile, self.categories, self.rng)
        self.reviews += 1
        if self.ending is Ending.WITHDRAWN:
            when = max(self.world.schedule.last - timedelta(days=4), viewer.at)
            self.world.schedule.at(self.after(0, when), self.lead, self._withdraw)
        elif self.plan.is_withdrawn and self.reviews == 1:
            self.then(self.rng.randint(10, 60), viewer, self.lead, self._withdraw)
        if not self.plan.is_left_without_restitution:
            self.then(self.plan.days_to_restitution, viewer, self.lead, self._restitute)
        return True

    def postponed(self, viewer: Viewer) -> None:
        """Go to the next sitting."""
        slot = self.world.calendar.slot(viewer.at + timedelta(days=1))
        if slot is not None:
            self.then(1, viewer, self.stage.coordinator, lambda v: self._inscribe(v, slot))

    # --- after the sitting --------------------------------------------------------------------
    def _restitute(self, viewer: Viewer) -> None:
        situation = self.row()
        if situation.is_withdrawn or situation.state != "reviewed":
            return
        pending = Proposal.objects.filter(situation=situation, answer="en_attente")
        answers = {
            proposal.pk: weighted(self.rng, figures.ANSWERS.value)
            for proposal in pending.order_by("review__recorded_at", "due_on")
        }
        restitutions.record(
            viewer=viewer,
            situation=situation,
            given_on=viewer.at.date(),
            mode=self.rng.choice(["rencontre", "visite_domicile", "telephone"]),
            answers=answers,
            words=self.rng.choice(texts.PERSON_ANSWERS),
        )
        self.then(self.rng.randint(2, 10), viewer, self.lead, self._follow)

    def _follow(self, viewer: Viewer) -> None:
        situation = self.row()
        if situation.is_withdrawn or situation.state != "restituted":
            return
        if self.closing_at is None:
            planned = self.after(self.plan.months_to_closure * 30, viewer.at)
            latest = max(self.arrival + KEYS_LAST, viewer.at + timedelta(days=1))
            self.closing_at = min(planned, latest)
            self.world.schedule.at(self.closing_at, self.lead, self._close)
        due = min(self.closing_at, viewer.at + LONGEST_FOLLOW_UP).date()
        situations.follow(viewer=viewer, situation=situation, review_due_on=due)
        self.then(self.rng.randint(25, 80), viewer, self.lead, self._progress)
        if self.plan.has_feedback and self.reviews == 1:
            slot = self.world.calendar.slot(viewer.at + timedelta(days=60))
            if slot is not None:
                self.then(50, viewer, self.stage.coordinator, lambda v: self._inscribe(v, slot))

    def _progress(self, viewer: Viewer) -> None:
        situation = self.row()
        if situation.is_withdrawn or situation.state not in ("follow_up", "restituted"):
            return
        accepted = Proposal.objects.filter(situation=situation, status="acceptee")
        for proposal in accepted.order_by("review__recorded_at", "due_on"):
            status, reason = weighted(self.rng, figures.PROGRESS.value)
            proposals.progress(
                viewer=viewer,
                proposal_id=proposal.pk,
                status=status,
                reason=reason,
                version=proposal.version,
            )
        if self._is_watched(viewer):
            situations.write(
                viewer=viewer,
                situation=situation,
                section=Section.SOCIAL.value,
                category=InformationCategory.SOCIAL_SITUATION.value,
                text=self.rng.choice(texts.NOTES),
            )

    # --- ends ---------------------------------------------------------------------------------
    def _withdraw(self, viewer: Viewer) -> None:
        situation = self.row()
        if situation.state != "closed" and not situation.is_withdrawn:
            agreements.withdraw(viewer=viewer, situation=situation, kind="withdrawal")
            self.then(7, viewer, self.lead, self._close_refused)

    def _close_refused(self, viewer: Viewer) -> None:
        self._end(viewer, "refus_ou_retrait_de_la_personne")

    def _close_untraced(self, viewer: Viewer) -> None:
        self._end(viewer, "absence_de_piste")

    def _close(self, viewer: Viewer) -> None:
        situation = self.row()
        if situation.is_withdrawn or situation.state == "closed":
            return
        if situation.state != "follow_up":
            # On an agenda again: closed a little later.
            self.then(15, viewer, self.lead, self._close)
            return
        reason = weighted(self.rng, figures.CLOSURE.value)
        said = {
            "outcome_housing": weighted(self.rng, figures.HOUSING_OUTCOME.value),
            "outcome_care": weighted(self.rng, figures.CARE_OUTCOME.value),
            "words": self.rng.choice(texts.CLOSING_WORDS) if reason != "deces" else "",
            "outcome_rights": figures.some(self.rng, figures.RIGHTS_OUTCOME.value),
            "missing_offer": figures.some(self.rng, figures.MISSING_OFFER.value),
        }
        self._end(viewer, reason, **said)
        is_young = viewer.at < self.arrival + KEYS_LAST / 2
        if self.plan.is_reopened and is_young and reason != "deces":
            self.plan.is_reopened = False
            self.then(self.rng.randint(60, 110), viewer, self.lead, self._reopen)

    def _end(self, viewer: Viewer, reason: str, **said: Any) -> None:
        unknown = {"outcome_housing": "inconnu", "outcome_care": "inconnu"}
        row = self.row()
        situations.close(viewer=viewer, situation=row, reason=reason, **{**unknown, **said})

    def _reopen(self, viewer: Viewer) -> None:
        situation = self.row()
        if self.is_anonymous:
            return
        agreements.record(
            viewer=viewer,
            situation=situation,
            expression=expressions.expression("valid", viewer.at),
            person=PersonFacts(age=self.profile.age),
        )
        situations.reopen(viewer=viewer, situation=situation, reason="nouvelle_demande")
        # A second life: examined again, closed again, never arranged.
        self.reviews, self.closing_at = 0, None
        self.plan.has_feedback = self.plan.is_withdrawn = False
        if self.ending is not Ending.REOPENED:
            self.then(2, viewer, self.lead, self._share)


def make(
    world: World, rng: Random, arrival: datetime, ending: Ending | None, *, is_anonymous: bool
) -> Path:
    """Draw a situation and its plan."""
    profile = figures.draw(rng, is_rural=world.stage.opening.slug != "metz")
    plan = endings.bend(endings.draw(rng), ending)
    return Path(world, rng, arrival, profile, plan, ending, is_anonymous=is_anonymous)
