"""The browser's canaries cover every free text of a referral: a new field fails here."""

from __future__ import annotations

from cases.actions import referral_content
from cases.domain.identity import REFERRED
from tests.browser.test_journey import CODED, FREE_TEXTS
from tests.cases_of import TestCase


class CanaryFields(TestCase):
    """T-01: the list of confidential fields is computed, not remembered."""

    def test_every_free_text_has_a_canary(self) -> None:
        """The action's own lists, codes left out, are exactly the fields that carry a canary."""
        fields = {
            *referral_content.CORE_FIELDS,
            *referral_content.SOCIAL_FIELDS,
            *referral_content.HOUSING_FIELDS,
            *referral_content.HEALTH_FIELDS,
            *referral_content.LEGAL_FIELDS,
        }
        identity = set(REFERRED) - {"birth_year"}
        self.assertEqual(fields - CODED, FREE_TEXTS - identity)
