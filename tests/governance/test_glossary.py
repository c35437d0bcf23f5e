"""The glossary: 003-31, for anybody logged in."""

from __future__ import annotations

from django.conf import settings
from django.test import Client
from django.urls import reverse

from clsm_core.ui.glossary import TERMS
from tests.cases_of import TestCase
from tests.governance.council_people import council, member

# The glossary of the national survey, whole, then what these pages use besides.
FIELD = [
    "ANPAA",
    "ARS",
    "AS",
    "ASE",
    "CCOMS",
    "CESF",
    "CGET",
    "CHRS",
    "CHS",
    "CLIC",
    "CLSM",
    "CMP",
    "CPAM",
    "EPCI",
    "EPSM",
    "GEM",
    "IREPS",
    "ITEP",
    "MAIA",
    "MCO",
    "MDPH",
    "MJC",
    "PAEJ",
    "PMI",
    "PRS",
    "PTSM",
    "RSA",
    "ASV",
    "CLS",
    "CSAPA",
    "QPV",
    "SIAO",
    "SISM",
    "UNAFAM",
]


class Glossary(TestCase):
    """One page, every word, found whatever its accents."""

    def setUp(self) -> None:
        self.browser = member(council(), "reader")

    def test_every_word_of_the_field_is_there(self) -> None:
        """003-31: each acronym of the national survey’s own glossary, with its long form."""
        page = self.browser.get(reverse("glossary"))
        known = {term.word: term for term in TERMS}
        for word in FIELD:
            self.assertTrue(known[word].long, word)
            self.assertContains(page, known[word].long)

    def test_found_without_accents(self) -> None:
        page = self.browser.get(reverse("glossary"), {"q": "ASSEMBLEE pleniere"})
        self.assertContains(page, "Assemblée plénière")
        self.assertNotContains(page, "<dt>QPV</dt>")
        self.assertContains(page, 'value="ASSEMBLEE pleniere"')
        self.assertContains(
            self.browser.get(reverse("glossary"), {"q": "xyzzy"}), "Aucun mot ne correspond"
        )

    def test_who_and_how(self) -> None:
        """A visitor logs in first; every page leads here; nothing is posted."""
        visitor = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
        self.assertEqual(visitor.get(reverse("glossary")).status_code, 302)
        self.assertContains(self.browser.get("/conseils/metz/"), reverse("glossary"))
        self.assertEqual(self.browser.post(reverse("glossary")).status_code, 405)
