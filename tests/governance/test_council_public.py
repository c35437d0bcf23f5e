"""The public page: what a council opened of itself, without account or cookie."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.test import Client

from clsm_core.council.models import Post, PsychiatricSector
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.council_place import METZ, fill, load_official, over

PAGE = "/public/metz/"


class Public(TestCase):
    """Open, closed, and what it never shows."""

    def setUp(self) -> None:
        """Open a council whose page is public."""
        load_official()
        self.council = over(
            council(
                presidency="Élise canari",
                co_animation="Luc canari",
                presentation="Présentation canari",
                objectives=["care"],
                is_published=True,
            ),
            METZ,
        )
        self.visitor = Client(headers={"host": settings.ALLOWED_HOSTS[0]})

    def test_a_visitor_reads_what_the_council_published(self) -> None:
        """Presentation, presidency, objectives, perimeter with its source (001-01, 002-10)."""
        page = self.visitor.get(PAGE)
        for words in (
            "Présentation canari",
            "Élise canari",
            "Luc canari",
            "améliorer l’accès aux soins",
            "Metz",
            "122\u202f572",
            "populations municipales légales 2023",
        ):
            self.assertContains(page, words)

    def test_no_cookie_is_set_and_the_page_may_be_kept(self) -> None:
        """Nothing personal: no cookie, a short cache; a session never enters a cache (control)."""
        page = self.visitor.get(PAGE)
        self.assertFalse(page.cookies)
        self.assertEqual(page.headers["Cache-Control"], "public, max-age=300")
        self.assertIn("Cookie", page.headers["Vary"])
        logged = member(self.council, "reader").get(PAGE)
        self.assertIn("no-store", logged.headers["Cache-Control"])

    def test_a_closed_page_and_no_council_look_the_same(self) -> None:
        """404 both; the coordinator opens and closes it."""
        claire = member(self.council, "coordinator", "claire")
        sheet = "/conseils/metz/fiche/"
        page = claire.get(sheet)
        self.assertContains(page, "Ouvrir la page publique")
        self.council.is_published = False
        self.council.save()
        closed, unknown = self.visitor.get(PAGE), self.visitor.get("/public/inconnu/")
        self.assertEqual((closed.status_code, unknown.status_code), (404, 404))
        self.assertEqual(closed.content, unknown.content)
        fill(claire, sheet, is_published="on")
        self.assertEqual(self.visitor.get(PAGE).status_code, 200)

    def test_what_is_inside_stays_inside(self) -> None:
        """Neither the post, nor the sectors' chiefs, nor a member, nor a link inside."""
        Post.objects.create(
            council=self.council,
            holder="Claire intérieure",
            employer="hospital",
            employer_name="CH intérieur",
            time_percent=80,
            contract="permanent",
            starts_on=dt.date(2024, 1, 1),
        )
        PsychiatricSector.objects.create(
            council=self.council, kind="adult", code="57G05", hospital="CH", chief="Dr intérieur"
        )
        claire = member(self.council, "coordinator", "claire")
        self.assertContains(claire.get("/conseils/metz/territoire/"), "Dr intérieur")
        page = self.visitor.get(PAGE)
        self.assertNotContains(page, "intérieur")
        self.assertNotContains(page, "exemple.invalid")
        self.assertNotContains(page, "/conseils/")

    def test_only_reading_is_answered(self) -> None:
        """405 for a post; a head is a get."""
        self.assertEqual(self.visitor.post(PAGE).status_code, 405)
        self.assertEqual(self.visitor.head(PAGE).status_code, 200)

    def test_an_empty_council_has_a_short_page(self) -> None:
        """What is not filled in is left out, not shown as missing."""
        council("vide", "CLSM vide", is_published=True)
        page = self.visitor.get("/public/vide/")
        self.assertContains(page, "CLSM vide")
        self.assertNotContains(page, "non renseigné")
