"""Votes: a result is computed from the rule, and a rejected decision goes no further."""

from __future__ import annotations

import itertools

from clsm_core.accounts.posting import Refusal
from clsm_core.governance.actions import decisions
from clsm_core.governance.models import Decision, Vote
from clsm_core.governance.voting import result_of
from tests.governance import governance_rows as rows
from tests.governance.test_governance_decisions import COUNTS, Register


class Votes(Register):
    """A result is computed from the rule, by hand-made tables and by the law of each rule."""

    def test_rules(self) -> None:
        """Rule, voters, for, against, abstained: adopted or not, at each edge."""
        for rule, voters, yes, no, abstained, expected in (
            ("consensus", 10, 7, 0, 3, True),
            ("consensus", 10, 9, 1, 0, False),
            ("consensus", 10, 0, 0, 10, False),
            ("simple", 10, 2, 1, 7, True),
            ("simple", 10, 3, 3, 0, False),
            ("simple", 10, 0, 0, 0, False),
            ("absolute", 10, 5, 0, 5, False),
            ("absolute", 10, 6, 4, 0, True),
            ("absolute", 11, 5, 0, 0, False),
            ("absolute", 11, 6, 0, 0, True),
            ("two_thirds", 12, 6, 3, 3, True),
            ("two_thirds", 12, 5, 3, 4, False),
            ("two_thirds", 12, 0, 0, 12, False),
        ):
            with self.subTest(f"{rule} {yes}/{no}/{abstained} of {voters}"):
                counts = {
                    "voters": voters,
                    "in_favour": yes,
                    "against": no,
                    "abstained": abstained,
                }
                self.assertIs(result_of(rule, **counts).is_adopted, expected)

    def test_every_small_vote(self) -> None:
        """Two thirds imply simple; one more voice in favour never rejects; wrong counts raise."""
        for yes, no, abstained in itertools.product(range(6), repeat=3):
            counts = {"voters": 16, "against": no, "abstained": abstained}
            results = {
                rule: result_of(rule, in_favour=yes, **counts).is_adopted
                for rule in ("consensus", "simple", "absolute", "two_thirds")
            }
            if results["two_thirds"] or results["consensus"]:
                self.assertTrue(results["simple"])
            for rule, adopted in results.items():
                more = result_of(rule, in_favour=yes + 1, **counts).is_adopted
                self.assertTrue(more or not adopted, rule)
        with self.assertRaises(ValueError):
            result_of("simple", voters=2, in_favour=2, against=1, abstained=0)
        with self.assertRaises(ValueError):
            result_of("other", voters=2, in_favour=1, against=0, abstained=0)

    def test_a_rejected_decision_is_dropped_and_stays(self) -> None:
        answer = rows.submit(
            self.claire,
            self.new,
            **self.typed(kind="new_group", rule="two_thirds", **COUNTS, state="ongoing")
            | {"in_favour": 5, "against": 4},
        )
        made = Decision.objects.get()
        self.assertRedirects(answer, self.url(made))
        self.assertEqual(made.state, "dropped")
        page = self.claire.get(self.url(made))
        self.assertContains(page, "rejetée")
        self.assertNotContains(page, "Créer le groupe de travail")
        follow = rows.submit(
            self.claire,
            self.url(made, "suivi/"),
            made,
            on="2026-04-01",
            state="done",
            text="passer outre",
        )
        self.assertContains(follow, "elle reste sans suite")

    def test_counts_are_asked_for_and_must_add_up(self) -> None:
        missing = rows.submit(self.claire, self.new, **self.typed(rule="simple"))
        self.assertContains(missing, "Indiquez un nombre")
        wrong = rows.submit(
            self.claire, self.new, **self.typed(rule="simple", **{**COUNTS, "voters": 9})
        )
        self.assertContains(wrong, "plus de voix que de votants")
        self.assertFalse(Decision.objects.exists())

    def test_a_recorded_vote_is_corrected_never_erased(self) -> None:
        made = rows.decision(self.meeting, voices={"rule": "simple", **COUNTS})
        url = self.url(made, "modifier/")
        gone = rows.submit(self.claire, url, made, **self.typed())
        self.assertContains(gone, "ne s’efface pas")
        done = rows.submit(
            self.claire, url, made, **self.typed(rule="simple", **{**COUNTS, "in_favour": 2})
        )
        self.assertEqual(done.status_code, 302)
        made.refresh_from_db()
        self.assertEqual((Vote.objects.get().in_favour, made.state), (2, "dropped"))

    def test_a_decision_that_founded_something_is_not_rejected_afterwards(self) -> None:
        group = rows.group(self.council)
        with self.assertRaises(Refusal):
            decisions.edit(
                council=self.council,
                decision=group.created_by,
                values={},
                voices={"rule": "simple", **COUNTS, "in_favour": 0},
            )
