"""The agreement is asked again at each step, not at the inscription only (promise 5)."""

from __future__ import annotations

import uuid
from datetime import timedelta

from cases import queries
from cases.actions import agreements, referrals, reviews, sittings, situations
from cases.domain.agreement import AgreementKind, AgreementMode, ExceptionReason, Expression
from cases.domain.agreement_rules import PersonFacts
from cases.domain.exceptions import DomainError, NotAllowed
from cases.domain.sections import InformationCategory
from cases.models import AgendaItem, Mandate, Sitting
from cases.permissions import Refused
from tests import people
from tests.cases_of import TestCase


class AtEachStep(TestCase):
    """Each refusal is preceded by the same act, allowed."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"c{uuid.uuid4().hex[:8]}")

    def exception(self, days: int) -> tuple[AgendaItem, Sitting]:
        """Inscribe a situation under an exception of so many days."""
        pk = people.admitted(self.cast).pk
        with people.as_person(self.cast.luc) as viewer:
            agreements.record(
                viewer=viewer,
                situation=people.fresh(self.cast, pk),
                expression=Expression(
                    kind=AgreementKind.IMPOSSIBILITY,
                    expressed_at=viewer.at,
                    recorded_at=viewer.at,
                    reason=ExceptionReason.HOSPITALISED,
                    categories=frozenset({InformationCategory.HOUSING}),
                    professions=frozenset({"professionnel_sante"}),
                    regularise_by=viewer.at.date() + timedelta(days=days),
                ),
                person=PersonFacts(age=58),
            )
        with people.as_person(self.cast.claire) as viewer:
            sitting = sittings.create(
                viewer=viewer,
                commission=self.cast.commission,
                starts_at=viewer.at + timedelta(days=1),
                place="Mairie",
            )
            item = sittings.add_item(
                viewer=viewer, sitting=sitting, situation=people.fresh(self.cast, pk)
            )
        return item, sitting

    def test_an_exception_that_ended_convenes_nothing(self) -> None:
        """C-10: inscribed on Monday, over on Friday: the code is named, the item is postponed."""
        _, sitting = self.exception(days=30)
        with people.as_person(self.cast.claire) as viewer:
            sittings.convene(viewer=viewer, sitting=sitting)
        item, late = self.exception(days=2)
        with people.later(days=5), people.as_person(self.cast.claire) as viewer:
            with self.assertRaises(NotAllowed) as refused:
                sittings.convene(viewer=viewer, sitting=late)
            self.assertIn(item.situation.code, refused.exception.message)

    def test_an_agreement_that_ended_during_the_sitting_reviews_nothing(self) -> None:
        """C-09: the review asks again, even in a sitting already open."""
        _, item = people.inscribed(self.cast)
        with people.later(days=1), people.as_person(self.cast.luc) as viewer:
            agreements.record(
                viewer=viewer,
                situation=people.fresh(self.cast, item.situation_id),
                expression=people.expression(
                    viewer, expires_on=viewer.at.date() + timedelta(days=1)
                ),
                person=PersonFacts(age=58),
            )
        with people.later(days=4), people.as_person(self.cast.claire) as viewer:
            item = AgendaItem.objects.select_related("sitting", "situation__commission").get(
                pk=item.pk
            )
            with self.assertRaises(DomainError):
                reviews.record(
                    viewer=viewer,
                    item=item,
                    presence="oui",
                    analysis=[],
                    shareable_text="",
                    proposals=[],
                    no_proposal=True,
                    review_due_on=viewer.at.date() + timedelta(days=60),
                )

    def test_a_dispute_leaves_the_agenda(self) -> None:
        """C-11: person and representative disagree: the named item goes, the state goes back."""
        _, item = people.inscribed(self.cast)
        with people.later(days=1), people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, item.situation_id)
            before = situation.version
            agreements.record(
                viewer=viewer,
                situation=situation,
                expression=people.expression(viewer, mode=AgreementMode.ORAL, is_disputed=True),
                person=PersonFacts(age=58),
            )
            self.assertEqual(situation.state, "preparing")
            self.assertGreater(situation.version, before)
            item.refresh_from_db()
            self.assertIsNotNone(item.removed_at)

    def test_closing_frees_the_agenda(self) -> None:
        """A situation closed while inscribed never blocks its sitting."""
        _, item = people.inscribed(self.cast)
        with people.as_person(self.cast.claire) as viewer:
            sitting = Sitting.objects.get(pk=item.sitting_id)
            with self.assertRaises(NotAllowed):
                sittings.close_sitting(viewer=viewer, sitting=sitting)
        with people.as_person(self.cast.luc) as viewer:
            situations.close(
                viewer=viewer,
                situation=people.fresh(self.cast, item.situation_id),
                reason="demenagement",
                outcome_housing="",
                outcome_care="",
            )
        with people.as_person(self.cast.claire) as viewer:
            sittings.close_sitting(viewer=viewer, sitting=Sitting.objects.get(pk=item.sitting_id))

    def test_a_reviewed_item_is_not_postponed(self) -> None:
        """Taking off an item already examined would strand the situation."""
        _, review = people.reviewed(self.cast)
        with people.as_person(self.cast.claire) as viewer:
            item = AgendaItem.objects.select_related("sitting", "situation__commission").get(
                pk=review.item_id
            )
            with self.assertRaises(NotAllowed):
                sittings.remove_item(viewer=viewer, item=item, reason="information_manquante")

    def test_a_withdrawal_can_be_lifted_by_the_lead(self) -> None:
        """Decision 29: gone for the coordinator too; a later agreement brings it back."""
        situation = people.agreed(self.cast)
        with people.later(days=1), people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, situation.pk)
            agreements.withdraw(viewer=viewer, situation=row, kind="withdrawal")
        with people.as_person(self.cast.claire) as viewer:
            self.assertFalse(queries.situations(viewer).filter(pk=situation.pk).exists())
        with people.later(days=2), people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, situation.pk)
            agreements.record(
                viewer=viewer,
                situation=row,
                expression=people.expression(viewer),
                person=PersonFacts(age=58),
            )
            self.assertFalse(row.is_withdrawn)
        with people.as_person(self.cast.claire) as viewer:
            self.assertTrue(queries.situations(viewer).filter(pk=situation.pk).exists())

    def test_what_was_said_before_a_withdrawal_does_not_lift_it(self) -> None:
        """C-04: an earlier agreement, written down late, leaves the database's lock shut."""
        situation = people.agreed(self.cast)
        with people.later(days=1), people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, situation.pk)
            agreements.withdraw(viewer=viewer, situation=row, kind="withdrawal")
        with people.later(days=2), people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, situation.pk)
            before = viewer.at - timedelta(days=2)
            said = people.expression(viewer, expressed_at=before, notice_handed_on=before.date())
            agreements.record(
                viewer=viewer, situation=row, expression=said, person=PersonFacts(age=58)
            )
            self.assertTrue(row.is_withdrawn)
        with people.as_person(self.cast.claire) as viewer:
            self.assertFalse(queries.situations(viewer).filter(pk=situation.pk).exists())

    def test_a_referrer_whose_mandate_ended_reads_nothing_back(self) -> None:
        """C-25: neither the answer nor a complement, in Python and in SQL."""
        situation = people.referred(self.cast)
        with people.as_person(self.cast.julie) as viewer:
            self.assertTrue(queries.answers(viewer).filter(code=situation.code).exists())
        Mandate.objects.filter(pk=self.cast.julie.mandate.pk).update(status="ended")
        with people.as_person(self.cast.julie) as viewer:
            from cases.models import ReferralAnswer

            self.assertFalse(ReferralAnswer.objects.filter(code=situation.code).exists())
            with self.assertRaises(Refused):
                referrals.take_back(viewer=viewer, situation_id=situation.pk)

    def test_a_complement_after_the_screening_is_refused_in_words(self) -> None:
        """Decision 28: a page left open gets a sentence, not an error."""
        situation = people.referred(self.cast)
        with people.as_person(self.cast.claire) as viewer:
            row = people.fresh(self.cast, situation.pk)
            referrals.refuse(
                viewer=viewer, situation=row, reason="hors_territoire", message="Ailleurs."
            )
        with people.as_person(self.cast.julie) as viewer, self.assertRaises(NotAllowed):
            referrals.complete(viewer=viewer, situation_id=situation.pk, text="Encore ceci.")

    def test_an_unverified_grant_is_told(self) -> None:
        """T-11: a grant altered by SQL leaves an event beside the refusal."""
        from audit import recorder
        from cases.access.situations import open_situation
        from cases.models import Grant

        situation = people.shared(self.cast, "marc", sections=("core", "social"))
        with people.as_person(self.cast.luc) as viewer:
            Grant.objects.filter(
                situation=people.fresh(self.cast, situation.pk),
                recipient=self.cast.marc.user,
                section="social",
            ).update(not_after=viewer.at + timedelta(days=900))
        with people.as_person(self.cast.marc) as viewer, recorder.observe() as events:
            open_situation(viewer, situation.code)
        self.assertIn("grant_not_verified", {event.purpose for event in events})
