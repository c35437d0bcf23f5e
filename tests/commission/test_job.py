"""The whole job through the actions: referral, agreement, sitting, review, restitution, closure."""

from __future__ import annotations

from datetime import timedelta

from cases.access.situations import open_situation, reveal_identity
from cases.actions import agreements, proposals, referrals, restitutions, situations
from cases.domain.agreement_rules import PersonFacts
from cases.domain.exceptions import AgreementMissing, FactMissing, NotAllowed
from cases.domain.lifecycle import ReferralState, SituationState
from cases.models import FacetRecord, Grant, Proposal, ReferralAnswer, Situation, Wrap
from cases.permissions import Refused, VaultLocked
from tests import people
from tests.cases_of import TestCase


class TheJob(TestCase):
    """Each step leads to the next; each refusal is preceded by the right person's success."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission()

    def test_a_referral_is_sealed_to_the_intake_holders(self) -> None:
        """Decision 19: the coordinator opens it, the referrer and the others do not."""
        situation = people.referred(self.cast)
        with people.as_person(self.cast.claire) as viewer:
            from cases.access.situations import open_referral

            opened = open_referral(viewer, situation.code)
            words = opened.section("core").documents[0].payload
            self.assertEqual(words["person_words"], "Je veux garder mon appartement.")
            # Claire is outside the list R1110-2: health stays sealed for her too (C-22).
            self.assertFalse(opened.section("health").readable)
        for name in ("julie", "luc", "nadia", "denis"):
            with (
                self.subTest(name),
                people.as_person(self.cast.people[name]) as viewer,
                self.assertRaises(Refused),
            ):
                open_referral(viewer, situation.code)

    def test_a_locked_vault_opens_nothing(self) -> None:
        """Decision 17: a login alone reads no section."""
        situation = people.shared(self.cast, "marc")
        claire = people.Person(self.cast.luc.user, self.cast.luc.mandate)
        with people.as_person(claire) as viewer, self.assertRaises(VaultLocked):
            open_situation(viewer, situation.code)

    def test_agreement_opens_the_agreed_sections_only(self) -> None:
        """C-08, C-22: the landlord reads social and housing, never health."""
        situation = people.shared(self.cast, "marc", "sophie")
        with people.as_person(self.cast.marc) as viewer:
            opened = open_situation(viewer, situation.code)
            readable = {view.section for view in opened.sections if view.readable}
            self.assertEqual(
                readable, {"identity", "core", "social", "housing", "legal", "shareable"}
            )
        with people.as_person(self.cast.sophie) as viewer:
            opened = open_situation(viewer, situation.code)
            self.assertTrue(opened.section("health").readable)
            health = opened.section("health").documents[0].payload
            self.assertEqual(health["health_text"], "Elle dit ne plus voir son médecin.")
            self.assertEqual(reveal_identity(viewer, situation.code)["last_name"], "Dupont-Fictif")

    def test_no_named_item_without_agreement(self) -> None:
        """C-02, promise 5; the control is the inscription with an agreement."""
        _, item = people.inscribed(self.cast, "marc")
        self.assertEqual(item.mode, "nominatif")
        situation = people.admitted(self.cast)
        with people.as_person(self.cast.claire) as viewer:
            from cases.actions import sittings

            sitting = sittings.create(
                viewer=viewer,
                commission=self.cast.commission,
                starts_at=viewer.at + timedelta(days=3),
                place="Mairie",
            )
            with self.assertRaises(AgreementMissing):
                sittings.add_item(
                    viewer=viewer, sitting=sitting, situation=people.fresh(self.cast, situation.pk)
                )

    def test_from_review_to_reopening(self) -> None:
        """Decision 29: every state in order, the person's answer per proposal."""
        situation, _ = people.reviewed(self.cast, "marc")
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, situation.pk)
            self.assertEqual(row.state, SituationState.REVIEWED)
            first, second = Proposal.objects.filter(situation=row).order_by("due_on")
            restitutions.record(
                viewer=viewer,
                situation=row,
                given_on=viewer.at.date(),
                mode="rencontre",
                answers={first.pk: "oui", second.pk: "non"},
                words="D’accord pour la visite, pas tout de suite pour le CMP.",
            )
            situations.follow(viewer=viewer, situation=row)
            first.refresh_from_db()
            proposals.progress(
                viewer=viewer,
                proposal_id=first.pk,
                status="realisee",
                reason="",
                version=first.version,
            )
            situations.close(
                viewer=viewer,
                situation=row,
                reason="objectifs_atteints",
                outcome_housing="maintien",
                outcome_care="sans_suivi",
            )
            with self.assertRaises(FactMissing):
                situations.reopen(viewer=viewer, situation=row, reason="aggravation")
        self.assertEqual(
            sorted(FacetRecord.objects.values_list("population", flat=True))[-4:],
            ["closed", "examined", "referred", "screened"],
        )

    def test_a_withdrawal_leaves_the_lead_alone(self) -> None:
        """C-04: keys, grants and agenda go in the same transaction; the lead must close."""
        situation, _item = people.inscribed(self.cast, "marc")
        with people.as_person(self.cast.marc) as viewer:
            open_situation(viewer, situation.code)
        with people.as_person(self.cast.luc) as viewer:
            agreements.withdraw(
                viewer=viewer,
                situation=people.fresh(self.cast, situation.pk),
                kind="withdrawal",
            )
        with people.as_person(self.cast.marc) as viewer, self.assertRaises(Refused):
            open_situation(viewer, situation.code)
        with people.as_person(self.cast.luc) as viewer:
            opened = open_situation(viewer, situation.code)
            self.assertEqual(opened.agreement.status, "withdrawn")
            self.assertEqual(opened.acts, {"close", "record_agreement", "reveal", "step_aside"})
            row = people.fresh(self.cast, situation.pk)
            with self.assertRaises(NotAllowed):
                from cases.actions import situations as acts

                acts.close(
                    viewer=viewer,
                    situation=row,
                    reason="",
                    outcome_housing="",
                    outcome_care="",
                )
            self.assertFalse(
                Wrap.objects.filter(situation=row, grant__recipient=self.cast.marc.user).exists()
            )
            self.assertFalse(
                Grant.objects.filter(situation=row, revoked_at__isnull=True, is_dormant=False)
                .exclude(recipient=self.cast.luc.user)
                .exists()
            )

    def test_screening_answers_the_referrer(self) -> None:
        """A refusal carries a reason that the referrer sees, and nobody else's referral."""
        situation = people.referred(self.cast)
        with people.as_person(self.cast.claire) as viewer:
            referrals.refuse(
                viewer=viewer,
                situation=people.fresh(self.cast, situation.pk),
                reason="hors_territoire",
                message="Adressez-vous à la commission voisine.",
            )
        with people.as_person(self.cast.julie) as viewer:
            answer = ReferralAnswer.objects.get(code=situation.code)
            self.assertEqual(answer.referral_state, ReferralState.NOT_ADMITTED)
            self.assertEqual(
                referrals.opened_answer(viewer=viewer, answer=answer),
                "Adressez-vous à la commission voisine.",
            )
            # The referrer sees the answer's columns, never the situation's row.
            self.assertFalse(Situation.objects.filter(pk=situation.pk).exists())
        with people.as_person(self.cast.hugo):
            self.assertFalse(ReferralAnswer.objects.filter(code=situation.code).exists())

    def test_a_complement_reaches_the_screening(self) -> None:
        """Decision 28: received ⇄ information requested; the referrer seals without a vault."""
        situation = people.referred(self.cast)
        with people.as_person(self.cast.claire) as viewer:
            referrals.ask_information(
                viewer=viewer,
                situation=people.fresh(self.cast, situation.pk),
                reason="information_insuffisante",
                message="Qui d’autre intervient ?",
            )
        with people.as_person(self.cast.julie) as viewer:
            referrals.complete(
                viewer=viewer, situation_id=situation.pk, text="Une aide à domicile."
            )
        with people.as_person(self.cast.claire) as viewer:
            from cases.access.situations import open_referral

            opened = open_referral(viewer, situation.code)
            self.assertEqual(opened.situation.referral_state, ReferralState.RECEIVED)
            texts = [document.payload.get("text") for document in opened.documents("complement")]
            self.assertEqual(texts, ["Une aide à domicile."])

    def test_reopening_needs_a_new_agreement(self) -> None:
        """C-09: closed → preparing only with an agreement recorded since the closure."""
        situation = people.agreed(self.cast)
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, situation.pk)
            situations.close(
                viewer=viewer,
                situation=row,
                reason="demenagement",
                outcome_housing="",
                outcome_care="",
            )
            with self.assertRaises(FactMissing):
                situations.reopen(viewer=viewer, situation=row, reason="retour")
        with people.later(days=3), people.as_person(self.cast.luc) as viewer:
            agreements.record(
                viewer=viewer,
                situation=row,
                expression=people.expression(viewer),
                person=PersonFacts(age=58),
            )
            situations.reopen(viewer=viewer, situation=row, reason="retour")
            self.assertEqual(row.state, SituationState.PREPARING)
            # What was agreed before the closure lapsed with it, the new agreement counts.
            self.assertEqual(open_situation(viewer, row.code).agreement.status, "valid")
