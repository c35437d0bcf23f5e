"""T-28: in random lives of situations, who reads what is what the oracle says (tests/oracle.py).

Pages, texts and keys, member by member, after each act. The oracle is an independent writing of
the rules; the controls below break the product, one rule at a time, and are each found.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import mock

from cases.access import situations as access
from cases.access import texts
from cases.access.keys import open_keys
from cases.actions import agreements, grants
from cases.domain.agreement import Purpose
from cases.domain.lifecycle import AgreementStatus
from cases.domain.reading import Decision, ReadingFacts, readable
from cases.domain.sections import InformationCategory, ProfessionCategory
from clsm_core.accounts.clock import now
from tests import people
from tests.cases_of import CommittingTestCase
from tests.drills.around import Around
from tests.drills.reading import casts, compare, compare_over_http, drawn, live
from tests.drills.story import Unexpected

LIVES = int(os.environ.get("CLSM_T28_LIVES", "2"))
STEPS = 9
SEED = int(os.environ.get("CLSM_SEED") or random.SystemRandom().randrange(10**6))
HOUSING = frozenset({InformationCategory.HOUSING})


class Stories(CommittingTestCase):
    """A commission that names people and one that allows coded evocations, with their guests."""

    @classmethod
    def setUpClass(cls) -> None:
        """Open both commissions once."""
        super().setUpClass()
        cls.casts = casts(28)

    def story(self, *, coded: bool = False) -> Around:
        """Return a situation just admitted, led by Luc."""
        story = Around(self.place, self.database_name, self.casts[coded], coded=coded)
        self.addCleanup(story.close)
        story.chance = random.Random(1)
        with mock.patch.object(story.chance, "choice", lambda names: names[0]):
            story.admit()
        return story


class EveryLife(Stories):
    """Random lives; ``make drill`` lives hundreds."""

    def test_random_lives_agree_with_the_oracle(self) -> None:
        """T-28, from a seed that its failure prints."""
        chance, shown, done = random.Random(SEED), 0, 0
        for number in range(LIVES):
            coded = number % 2 == 1
            told = live(
                self.place,
                self.database_name,
                self.casts[coded],
                steps=drawn(chance.getrandbits(32), STEPS),
                coded=coded,
                is_browsed=True,
            )
            shown += told["shown"]
            done += sum(told["done"].values())
        self.assertGreater(shown, LIVES, f"CLSM_SEED={SEED}: nobody reads anything")
        self.assertGreater(done, LIVES, f"CLSM_SEED={SEED}: nothing happens")


class OneLife(Stories):
    """One life written down, from the referral to a withdrawal, each stage compared."""

    def test_a_whole_life(self) -> None:
        """T-28, C-02…C-25: every event there is, in an order that passes, pages included."""
        story = self.story()
        luc, claire = story.cast.luc, story.cast.claire
        counts = [compare(story)]
        for act in (
            lambda: story.agree(luc, categories=HOUSING, excluded_authors=frozenset({"Ville"})),
            lambda: story.give(luc, "sophie", "marc", "nadia"),
            lambda: story.agree(luc),
            lambda: story.give(luc, "sophie", "marc", level="manage"),
            story.inscribe,
            story.invite,
            lambda: story.call("sophie"),
            story.control,
            lambda: story.call_off("nadia"),
            lambda: story.agree(claire, purposes=frozenset({Purpose.EXAMINATION})),
            story.review,
            story.restitute,
            lambda: story.pass_on("sophie"),
            lambda: story.agree(story.lead()),
            lambda: story.step_aside("marc"),
            story.come_back,
            story.limit,
            story.limit,
            story.withdraw,
        ):
            with mock.patch.object(story.chance, "random", return_value=0.5):
                act()
            story.tell_state()
            story.tell_rights()
            story.tell_items()
            counts.append(compare(story))
        compare_over_http(story)
        self.assertGreater(max(counts), 20)
        self.assertLess(counts[-1], max(counts) / 2)


class Defects(Stories):
    """Control: each rule, forgotten by the product, is found by the comparison."""

    def forgets(self, **changes: Any) -> Any:
        """Return the first lock with facts changed before it decides."""

        def decide(facts: ReadingFacts) -> Decision:
            return readable(replace(facts, **changes))

        return [mock.patch.object(module, "readable", decide) for module in (access, texts)]

    def assertFound(self, story: Around, patches: list[Any], act: Callable[[], Any]) -> None:
        """Check that a story agrees before, and no longer once its product is broken."""
        compare(story)
        for patch in patches:
            patch.start()
            self.addCleanup(patch.stop)
        act()
        with self.assertRaises(Unexpected):
            compare(story)
        mock.patch.stopall()

    def test_a_policy_that_forgets_is_found(self) -> None:
        """Uses, categories, recipients, covered texts, refusals by name, professions."""
        everybody = frozenset(InformationCategory)
        defects: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
            "uses": (
                {"purposes": frozenset({Purpose.FOLLOW_UP})},
                {"agreed_purposes": frozenset(Purpose)},
            ),
            "categories": (
                {"categories": everybody - {InformationCategory.SOCIAL_SITUATION}},
                {"agreed_categories": everybody},
            ),
            "texts": (
                {"excluded_authors": frozenset({"Habitat public"})},
                {"is_covered": True},
            ),
        }
        for name, (said, forgotten) in defects.items():
            with self.subTest(name):
                story = self.story()
                story.agree(story.cast.luc)
                story.give(story.cast.luc, "sophie", "marc")
                story.agree(story.cast.luc, **said)
                self.assertFound(story, self.forgets(**forgotten), lambda: None)

    def test_an_agreement_that_never_ends_is_found(self) -> None:
        """C-09: a term that the product does not see passing."""
        story = self.story()
        story.agree(story.cast.luc, expires_on=now().date())
        story.give(story.cast.luc, "sophie")

        def tomorrow() -> None:
            with story.owner() as owner:
                owner.execute("UPDATE clsm_clock SET shift = shift + %s", [timedelta(days=2)])

        compare(story)
        tomorrow()
        compare(story)
        forgotten = {
            "agreement": AgreementStatus.VALID,
            "agreed_categories": frozenset(InformationCategory),
            "agreed_purposes": frozenset(Purpose),
            "is_recipient": True,
        }
        self.assertFound(story, self.forgets(**forgotten), lambda: None)

    def test_an_act_that_ends_nothing_is_found(self) -> None:
        """A narrowing, a revocation and a recusal whose keys stay."""
        nothing = mock.patch.object
        acts: dict[str, tuple[list[Any], Callable[[Around], Any]]] = {
            "narrow": (
                [nothing(agreements, "narrow", lambda **_: None)],
                lambda story: story.agree(story.cast.luc, categories=HOUSING),
            ),
            "revoke": (
                [nothing(grants, "revoke_all", lambda **_: None)],
                lambda story: story.revoke(),
            ),
        }
        for name, (patches, act) in acts.items():
            with self.subTest(name):
                story = self.story()
                story.agree(story.cast.luc)
                story.give(story.cast.luc, "sophie", "marc")
                self.assertFound(story, patches, lambda act=act, story=story: act(story))

    def test_health_given_to_anybody_is_found(self) -> None:
        """C-22: the key of the health section, wrapped to a landlord, opens and is found."""
        story = self.story()
        story.agree(story.cast.luc)
        compare(story)
        everything = mock.patch.object(
            ProfessionCategory, "reads_health", property(lambda self: True)
        )
        with everything, self.assertRaises(Unexpected):
            story.give(story.cast.luc, "marc")

    def test_keys_are_asked_apart_from_pages(self) -> None:
        """Control: the comparison sees keys that no page shows."""
        story = self.story()
        story.agree(story.cast.luc)
        story.give(story.cast.luc, "sophie")
        with people.as_person(story.cast.sophie) as viewer:
            held = open_keys(viewer, people.fresh(story.cast, story.pk)).sections()
        self.assertIn("health", held)
