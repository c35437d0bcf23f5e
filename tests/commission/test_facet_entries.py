"""What is sealed for statistics, population by population, from what the commission records."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import Any
from unittest import mock

from django.urls import reverse

from cases.access import statistics
from cases.actions import agreements, proposals, referrals, restitutions, reviews, situations
from cases.domain.exceptions import NotAllowed, SituationClosed
from cases.domain.facets import FACETS, INSIDER, Population, complete, facets_of
from cases.models import Commission, FacetRecord, Proposal, SealedDocument, Situation
from cases.vault import facets
from tests import people
from tests.cases_of import TestCase


class Entries(TestCase):
    """Decision 36: one record an entry, each with the insider's facet."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"e{uuid.uuid4().hex[:8]}")

    def opened(self, population: Population) -> list[dict[str, Any]]:
        """Open the records of a population as the coordinator, in the order of their periods."""
        with people.as_person(self.cast.claire) as viewer:
            commission = Commission.objects.get(pk=self.cast.commission.pk)
            pair = statistics.statistics_key(viewer, commission)
            rows = FacetRecord.objects.filter(commission=commission, population=population.value)
            return [
                facets.open_facets(pair, bytes(row.blob), row.period, row.population)
                for row in rows
            ]

    def close(self, pk: uuid.UUID, **said: Any) -> None:
        """Close a situation as its lead."""
        with people.as_person(self.cast.luc) as viewer:
            values = {"reason": "objectifs_atteints", "outcome_housing": "", "outcome_care": ""}
            situation = people.fresh(self.cast, pk)
            situations.close(viewer=viewer, situation=situation, **{**values, **said})

    def test_every_answer_to_a_referral_is_counted_once(self) -> None:
        """E-01: the reason is known when the referral is answered, not when it is received."""
        people.admitted(self.cast)
        arrears = "impaye_seul_sans_dimension_sante"
        for act, said in (
            (referrals.refuse, {"reason": arrears}),
            (referrals.redirect, {"destination": "dac"}),
        ):
            pk = people.referred(self.cast).pk
            with people.as_person(self.cast.claire) as viewer:
                act(viewer=viewer, situation=people.fresh(self.cast, pk), message="x", **said)
        found = self.opened(Population.SCREENED)
        self.assertEqual(
            sorted(row["admissibility"] for row in found),
            ["admise", "hors_perimetre", "reorientee"],
        )
        self.assertEqual({len(row) for row in found}, {2})

    def test_a_second_tab_counts_nothing_more(self) -> None:
        """The life cycle answers and closes once; control: the first of each is counted."""
        pk = people.referred(self.cast).pk
        for _ in range(2):
            with people.as_person(self.cast.claire) as viewer, suppress(NotAllowed):
                referrals.refuse(
                    viewer=viewer,
                    situation=people.fresh(self.cast, pk),
                    reason="doublon",
                    message="x",
                )
        self.assertEqual(
            [row["admissibility"] for row in self.opened(Population.SCREENED)], ["doublon"]
        )
        situation, _ = people.reviewed(self.cast)
        self.close(situation.pk)
        with self.assertRaises(SituationClosed):
            self.close(situation.pk)
        self.assertEqual(len(self.opened(Population.CLOSED)), 1)

    def test_nothing_and_something_are_not_both_true(self) -> None:
        """The closing form asks again, and closes nothing; control: it closes what is coherent."""
        situation, _ = people.reviewed(self.cast)
        page = reverse("cases:close", args=[situation.code])
        client = people.client_of(self.cast.luc)
        said = {
            "reason": "objectifs_atteints",
            "outcome_housing": "maintien",
            "outcome_care": "inconnu",
            "outcome_rights": ["droits_ouverts"],
        }
        for lacking, status in (
            (["aucun", "hebergement"], 200),
            (["inventé"], 200),
            (["aucun"], 302),
        ):
            key = str(uuid.uuid4())
            answer = client.post(page, {**said, "missing_offer": lacking, "idempotency_key": key})
            self.assertEqual(answer.status_code, status)
        (row,) = self.opened(Population.CLOSED)
        self.assertEqual(row["missing_offer"], ["aucun"])

    def test_the_first_review_seals_the_presence_and_the_referrer(self) -> None:
        """E-12; the category comes from the referral itself, opened with the rest."""
        people.reviewed(self.cast)
        (row,) = self.opened(Population.EXAMINED)
        self.assertEqual(set(row), {f.code for f in facets_of(Population.EXAMINED)} | {INSIDER})
        self.assertIn(row["presence"], FACETS["presence"].values.codes())
        self.assertEqual(row[INSIDER], people.referral_content()[INSIDER])

    def test_health_is_coded_by_a_scribe_who_may_not_read_it(self) -> None:
        """C-22 hides the document from Claire; its codes are counted all the same, as they are."""
        _, _ = people.reviewed(self.cast)
        (row,) = self.opened(Population.EXAMINED)
        said = people.referral_content()
        told = {code: row[code] for code in ("problem", "severity", "care_status")}
        self.assertEqual(
            told,
            {
                "problem": sorted(said["problems"]),
                "severity": said["severity"],
                "care_status": said["care_status"],
            },
        )
        self.assertNotEqual(told["problem"], reviews.UNSAID["problem"])

    def test_the_codes_are_given_once_to_who_records_the_first_review(self) -> None:
        """Before, after, or to somebody else: nothing; control: the moment itself."""
        given: list[int] = []

        def counted(*said: Any) -> None:
            rows = SealedDocument.objects.raw("SELECT * FROM clsm_to_code(%s)", [said[1].pk])
            given.append(len(list(rows)))

        waiting = people.inscribed(self.cast)[0].pk
        with mock.patch.object(reviews, "_code", counted):
            pk = people.reviewed(self.cast)[0].pk
        self.assertEqual(given, [1])
        for name in ("claire", "luc", "marc", "denis"):
            for situation in (waiting, pk):
                with self.subTest(name), people.later(hours=1):
                    with people.as_person(self.cast.people[name]) as viewer:
                        counted(viewer, Situation(pk=situation))
                    self.assertEqual(given.pop(), 0)

    def test_the_closure_seals_what_became_of_the_situation(self) -> None:
        """E-01, E-04, E-12 to E-15 at the closure, from dates, states and the form."""
        situation, _ = people.reviewed(self.cast)
        with people.later(days=20), people.as_person(self.cast.luc) as viewer:
            rows = list(Proposal.objects.filter(situation=situation.pk))
            restitutions.record(
                viewer=viewer,
                situation=people.fresh(self.cast, situation.pk),
                given_on=viewer.at.date(),
                mode="rencontre",
                answers={row.pk: "oui" for row in rows},
                words="",
            )
            situations.follow(viewer=viewer, situation=people.fresh(self.cast, situation.pk))
            first = Proposal.objects.get(pk=rows[0].pk)
            proposals.progress(
                viewer=viewer,
                proposal_id=first.pk,
                status="non_realisee",
                reason="manque_offre",
                version=first.version,
            )
        self.close(
            situation.pk,
            outcome_rights=("droits_ouverts", "mesure_protection"),
            missing_offer=("medecin_traitant", "equipe_mobile"),
        )
        (row,) = self.opened(Population.CLOSED)
        self.assertEqual(set(row), {f.code for f in facets_of(Population.CLOSED)} | {INSIDER})
        said = {
            "outcome_rights": ["droits_ouverts", "mesure_protection"],
            "missing_offer": ["equipe_mobile", "medecin_traitant"],
            "proposal_outcome": ["acceptee_en_cours", "manque_offre"],
            "restitution": "16-30",
            "follow_up": "0-3",
            "examinations": "une",
            "agreement_end": "maintenu",
        }
        self.assertEqual({code: row[code] for code in said}, said)

    def test_a_withdrawal_is_counted_without_opening_anything(self) -> None:
        """E-12, promise 5: the closure after a withdrawal reads no document."""
        situation, _ = people.reviewed(self.cast)
        with people.as_person(self.cast.luc) as viewer:
            agreements.withdraw(
                viewer=viewer, situation=people.fresh(self.cast, situation.pk), kind="withdrawal"
            )
        self.close(situation.pk, reason="refus_ou_retrait_de_la_personne")
        (row,) = self.opened(Population.CLOSED)
        self.assertEqual((row["agreement_end"], row["restitution"]), ("retire", "non_faite"))
        self.assertEqual(row["missing_offer"], ["inconnu"])
        self.assertEqual(row[INSIDER], "bailleur_social")

    def test_a_situation_never_examined_enters_no_closure(self) -> None:
        """Decision 36; control: the others of this class do."""
        self.close(people.agreed(self.cast).pk)
        self.assertEqual(self.opened(Population.CLOSED), [])

    def test_a_record_sealed_before_the_new_facets_still_counts(self) -> None:
        """A plan changes once a year: silence becomes the code "unknown", never an error."""
        people.referred(self.cast)
        old: dict[str, Any] = {
            "closure_reason": "deces",
            "outcome_housing": "maintien",
            "outcome_care": "inconnu",
            "proposal_outcome": ["realisee"],
        }
        with people.as_person(self.cast.claire):
            commission = Commission.objects.get(pk=self.cast.commission.pk)
            blob = facets.seal_facets(bytes(commission.statistics_public), "2025T4", "closed", old)
            FacetRecord(
                commission=commission, population="closed", period="2025T4", blob=blob
            ).save(force_insert=True)
        (row,) = self.opened(Population.CLOSED)
        whole = complete(Population.CLOSED, row)
        self.assertEqual(set(whole), {facet.code for facet in facets_of(Population.CLOSED)})
        self.assertEqual(
            {code: whole[code] for code in old}, {**old, "proposal_outcome": ("realisee",)}
        )
        self.assertEqual((whole["missing_offer"], whole["follow_up"]), (("inconnu",), "inconnue"))
