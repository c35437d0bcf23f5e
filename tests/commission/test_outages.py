"""The provider or the ledger stops answering, at any request of any page (T-33).

Each page is asked again and again, another of its requests failing each time: every answer is a 503
without a word of content, and nothing is written. Then once with none failing (control).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

from django.conf import settings
from django.urls import reverse

from audit import recorder
from audit.recorder import LedgerUnavailable
from cases.keystore.models import SituationKey
from cases.models import Grant, SealedDocument, Situation
from clsm_core.accounts.clock import now
from deploy.keys.provider import ProviderDown
from tests import people
from tests.cases_of import TestCase
from tests.commission.test_pages_conflicts import key

# What the person said, in the fixture and in the form.
CANARY = "garder mon appartement"
MOST = 400
Ask = Callable[[], Any]


class Failing:
    """Something asked again and again, whose ``fails_at``-th answer (from 1) is an outage."""

    def __init__(self) -> None:
        self.asked = 0
        self.fails_at: int | None = None

    def count(self) -> bool:
        """Count one request; tell whether it is the one that fails."""
        self.asked += 1
        return self.asked == self.fails_at


class FailingKeys(Failing):
    """The service's provider, whose line drops."""

    def __init__(self, inner: Any) -> None:
        super().__init__()
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        asked = getattr(self._inner, name)
        if not callable(asked):
            return asked

        def ask(*arguments: Any) -> Any:
            if self.count():
                raise ProviderDown("the key provider does not answer")
            return asked(*arguments)

        return ask


class OutageTests(TestCase):
    """Reading, opening the vault, referring, sharing, renewing keys."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("pannes")
        cls.situation = people.shared(cls.cast, "marc")

    @contextmanager
    def failing_keys(self) -> Any:
        """Give the service a provider that may fail."""
        keys = FailingKeys(settings.KEYS)
        with self.settings(KEYS=keys):
            yield keys

    @contextmanager
    def failing_ledger(self) -> Any:
        """Give the service a ledger that may fail."""
        ledger, insert = Failing(), recorder._insert

        def write(sealed: Any, *, using: str) -> None:
            if ledger.count():
                raise LedgerUnavailable
            insert(sealed, using=using)

        with mock.patch.object(recorder, "_insert", write):
            yield ledger

    def url(self, name: str) -> str:
        """Return the address of the situation's pages."""
        return reverse(f"cases:{name}", args=[self.situation.code])

    def pages(self) -> dict[str, tuple[Ask, int]]:
        """Return what is asked, each ready to be asked again, with the answer of a good day."""
        lead = people.client_of(self.cast.luc)
        closed = people.client_of(self.cast.luc, vault=False)
        julie = people.client_of(self.cast.julie)
        julie.post(reverse("cases:referral_new"), {"urgency": "non", "idempotency_key": key()})
        for step, fields in STEPS.items():
            julie.post(
                reverse("cases:referral_step", args=[step]),
                {**fields, "action": "next", "idempotency_key": key()},
            )
        share = {
            "recipients": str(self.cast.sophie.user.pk),
            "sections": ["core", "health"],
            "level": "read",
            "reason": "suivi",
            "until": (now() + timedelta(days=30)).date().isoformat(),
            "passphrase": people.PASSPHRASE,
        }

        def post(client: Any, address: str, fields: dict[str, Any]) -> Ask:
            return lambda: client.post(address, {**fields, "idempotency_key": key()})

        last = reverse("cases:referral_step", args=["demande"])
        return {
            "situation": (lambda: lead.get(self.url("situation")), 200),
            "section": (
                lambda: lead.get(
                    reverse("cases:situation_section", args=[self.situation.code, "health"])
                ),
                200,
            ),
            "identity": (lambda: lead.post(self.url("situation_identity")), 200),
            "vault": (
                post(closed, reverse("cases:vault"), {"passphrase": people.PASSPHRASE}),
                302,
            ),
            "referral": (post(julie, last, {**REQUEST, "action": "next"}), 302),
            "share": (post(lead, self.url("share"), share), 302),
            "keys": (post(lead, self.url("keys"), {"passphrase": people.PASSPHRASE}), 302),
        }

    def rows(self) -> list[int]:
        """Return how many rows each act would change."""
        tables = (Situation, SealedDocument, Grant, SituationKey)
        with people.as_person(self.cast.luc):
            return [table.objects.count() for table in tables]

    def each(self, make: Callable[[], Any], names: set[str]) -> None:
        """Fail each request of each page in turn, then ask on a good day."""
        pages = self.pages()
        for name, (ask, good) in pages.items():
            if name not in names:
                continue
            with self.subTest(name), make() as failing:
                place, answer = 0, None
                before = self.rows()
                while place < MOST:
                    # The first ones each, then one in four: the same calls come again.
                    place += 1 if place < 6 else 4
                    failing.asked, failing.fails_at = 0, place
                    answer = ask()
                    if failing.asked < place:
                        break
                    self.assertEqual(answer.status_code, 503, f"request {place}")
                    self.assertNotContains(answer, CANARY, status_code=503)
                    failing.fails_at = None
                    self.assertEqual(self.rows(), before, f"request {place}")
                self.assertGreater(place, 1, "nothing was asked of it")
                self.assertEqual(answer.status_code, good)  # Control: the last one failed nowhere.
                if name == "situation":
                    self.assertContains(answer, CANARY)

    def test_the_provider_is_down(self) -> None:
        """Every page that needs a key."""
        self.each(
            self.failing_keys,
            {"situation", "section", "identity", "vault", "referral", "share", "keys"},
        )

    def test_the_ledger_is_down(self) -> None:
        """Every page that shows or does something."""
        self.each(
            self.failing_ledger,
            {"situation", "section", "identity", "vault", "referral", "share", "keys"},
        )


STEPS = {
    "personne": {
        "last_name": "Dupont-Fictif",
        "first_name": "Camille",
        "person_informed": "informee",
        "informed_by": "la gardienne",
        "age_band": "56-65",
    },
    "situation": {
        "story": "Elle ne sort plus depuis le printemps.",
        "problems": ["logement_incurie_diogene"],
        "visitor_risk": "non",
        "severity": "eleve",
        "housing_type": "logement_social",
        "care_status": "connu_rupture",
    },
}
REQUEST = {
    "person_words": "Je veux garder mon appartement.",
    "question": "Comment renouer le lien ?",
    "referrer_category": "bailleur_social",
    "criteria": ["droit_commun", "complexite"],
}
