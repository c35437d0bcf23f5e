"""A lead whose rights came to their term: refused in words, by each action that needs a key."""

from __future__ import annotations

from cases.actions import grants, situations
from cases.actions.sealing import SectionSealed
from cases.domain.sections import Section
from cases.models import Situation
from cases.permissions import Refused, Viewer
from tests import people
from tests.cases_of import TestCase

# The lead's grants last two years at most.
PAST_THE_TERM = 740


class EndedRights(TestCase):
    """C-24: the dates of the grants decide, whoever the lead is."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission()
        cls.situation = people.agreed(cls.cast)

    def row(self) -> Situation:
        """Read the situation while the lead may still see it."""
        with people.as_person(self.cast.luc):
            return people.fresh(self.cast, self.situation.pk)

    def close(self, viewer: Viewer, row: Situation) -> None:
        """Close with the person's words, which a key must seal."""
        situations.close(
            viewer=viewer,
            situation=row,
            reason="objectifs_atteints",
            outcome_housing="maintien",
            outcome_care="inconnu",
            words="« Merci. »",
        )

    def share(self, viewer: Viewer, row: Situation) -> None:
        """Give a colleague the core."""
        grants.share(
            viewer=viewer,
            situation=row,
            recipients=[self.cast.sophie.user.pk],
            sections=[Section.CORE.value],
            level="read",
        )

    def test_in_their_time_both_acts_succeed(self) -> None:
        """The control of the two tests below."""
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, self.situation.pk)
            self.share(viewer, row)
            self.close(viewer, row)

    def test_words_are_refused_after_the_term(self) -> None:
        """The database keeps the server's half of the keys: a refusal, never an error."""
        row = self.row()
        with (
            people.later(days=PAST_THE_TERM),
            people.as_person(self.cast.luc) as viewer,
            self.assertRaises(SectionSealed),
        ):
            self.close(viewer, row)

    def test_nothing_is_shared_after_the_term(self) -> None:
        """An ended right gives no right."""
        row = self.row()
        with (
            people.later(days=PAST_THE_TERM),
            people.as_person(self.cast.luc) as viewer,
            self.assertRaises(Refused),
        ):
            self.share(viewer, row)
