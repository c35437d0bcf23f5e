"""The coordinator's post: who, how much time, who pays, since when (003-01…06, 002-06, 002-07)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.urls import reverse
from lxml import html

from clsm_core.accounts.clock import now
from clsm_core.council.models import Council, Post, PostFunder, PostFunding, PostTraining
from clsm_core.council.queries import post as query
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.council_place import errors_of, fields_of, fill

PAGE = "/conseils/metz/coordination/"
NEW = f"{PAGE}ajouter/"
TYPED = {
    "holder": "Claire canari",
    "starts_on": "2023-09-01",
    "employer": "hospital",
    "employer_name": "CH canari",
    "workplace": "Mairie canari",
    "is_seconded": "on",
    "time_percent": "80",
    "contract": "fixed_term",
    "background": "geography",
    "degree": "doctorate",
    "coordinated_councils": "8",
    "other_councils": "Conseils canari",
    "job_description_on": "2023-08-02",
    "mission_letter_on": "2023-08-03",
}


def a_post(of: Council, **fields: Any) -> Post:
    """Give a post."""
    values: dict[str, Any] = {
        "holder": "Claire",
        "employer": "hospital",
        "employer_name": "CH",
        "time_percent": 80,
        "contract": "permanent",
        "starts_on": dt.date(2024, 1, 1),
    }
    return Post.objects.create(council=of, **{**values, **fields})


def words_of(page: Any) -> str:
    """Return the text of a page, spaces made single."""
    return " ".join(html.fromstring(page.content.decode()).text_content().split())


class Page(TestCase):
    """The page of coordination, its forms, its history."""

    def setUp(self) -> None:
        """Open a council."""
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")

    def test_every_field_typed_is_on_the_page(self) -> None:
        """003-01 to 003-06, 001-13, 002-06: canaries."""
        self.assertRedirects(fill(self.claire, NEW, **TYPED), PAGE)
        text = words_of(self.claire.get(PAGE))
        for words in (
            "Claire canari",
            "1er septembre 2023",
            "CH canari (hôpital)",
            "Mairie canari",
            "Mise à disposition ou détachée oui",
            "80 %",
            "0,8 ETP",
            "CDD",
            "géographie",
            "doctorat",
            "8 (Conseils canari)",
            "du 2 août 2023",
            "du 3 août 2023",
            "3 à 4 ans",
        ):
            self.assertIn(words, text)
        self.assertContains(self.claire.get("/conseils/metz/"), "Claire canari")

    def test_a_career_is_for_those_who_sign(self) -> None:
        """Contract, degree, seniority and trainings: coordination, presidency, co-animation."""
        post = a_post(self.council, degree="doctorate", background="law")
        PostTraining.objects.create(post=post, title="CNFPT canari", on=dt.date(2024, 3, 1))
        private = ("doctorat", "CDI", "droit", "Ancienneté", "CNFPT canari")
        for role in ("president", "co_animator"):
            text = words_of(member(self.council, role, role).get(PAGE))
            self.assertTrue(all(words in text for words in private))
        for role in ("steering_member", "contributor", "reader"):
            text = words_of(member(self.council, role, role).get(PAGE))
            self.assertIn("80 %", text)
            self.assertFalse([words for words in private if words in text])

    def test_wrong_values_are_refused_and_stay_in_the_page(self) -> None:
        """0 or 101 %, nine councils, an end before the beginning."""
        for typed, words in (
            ({"time_percent": "0"}, "de 1 à 100"),
            ({"time_percent": "101"}, "de 1 à 100"),
            ({"coordinated_councils": "9"}, "de 1 à 8"),
            ({"employer": "nobody"}, "Nature de l’employeur"),
        ):
            with self.subTest(typed):
                page = fill(self.claire, NEW, **{**TYPED, **typed})
                self.assertIn(words, errors_of(page))
                self.assertContains(page, "Claire canari")
        self.assertFalse(Post.objects.exists())

    def test_one_ends_another_begins_and_the_history_stays(self) -> None:
        """D.3: more than 70 % stay under two years; who was there is kept."""
        today = now().date()
        former = a_post(self.council, holder="Jean canari", time_percent=50)
        url = reverse("council:post_end", args=["metz", former.pk])
        yesterday = today - dt.timedelta(days=1)
        self.assertIn("précéder", errors_of(fill(self.claire, url, ends_on="2020-01-01")))
        self.assertRedirects(fill(self.claire, url, ends_on=yesterday.isoformat()), PAGE)
        fill(self.claire, NEW, **{**TYPED, "starts_on": today.isoformat(), "time_percent": "100"})
        page = self.claire.get(PAGE)
        self.assertIn("Postes terminés", words_of(page))
        self.assertContains(page, "Jean canari")
        self.assertIn("1 ETP", words_of(page))
        self.assertIn("moins d’un an", words_of(page))
        self.assertEqual(Post.objects.count(), 2)

    def test_time_of_today_adds_posts_held_today_only(self) -> None:
        """002-06, D.5: two halves make one; past and coming posts do not count."""
        today = now().date()
        day = dt.timedelta(days=1)
        for percent, start, end in (
            (50, today, None),
            (30, today - day, today),
            (100, today + day, None),
            (100, today - 3 * day, today - day),
        ):
            a_post(self.council, time_percent=percent, starts_on=start, ends_on=end)
        self.assertEqual(query.full_time_of(Post.objects.all(), today), Decimal("0.8"))
        self.assertIn("0,8 ETP", words_of(self.claire.get(PAGE)))
        self.assertContains(self.claire.get(PAGE), "à venir")

    def test_seniority_has_the_five_classes_of_the_survey(self) -> None:
        """003-06: full years, the day before an anniversary included."""
        on = dt.date(2026, 11, 22)
        for start, words in (
            (dt.date(2026, 11, 23), "pas encore en poste"),
            (dt.date(2026, 11, 22), "moins d’un an"),
            (dt.date(2025, 11, 23), "moins d’un an"),
            (dt.date(2025, 11, 22), "1 à 2 ans"),
            (dt.date(2023, 11, 23), "1 à 2 ans"),
            (dt.date(2023, 11, 22), "3 à 4 ans"),
            (dt.date(2021, 11, 22), "5 à 6 ans"),
            (dt.date(2019, 11, 23), "5 à 6 ans"),
            (dt.date(2019, 11, 22), "7 ans et plus"),
        ):
            with self.subTest(start=start):
                self.assertEqual(query.seniority_of(Post(starts_on=start), on), words)
        ended = Post(starts_on=dt.date(2018, 1, 1), ends_on=dt.date(2019, 6, 1))
        self.assertEqual(query.seniority_of(ended, on), "1 à 2 ans")

    def test_funding_has_its_parts_and_says_who_is_missing(self) -> None:
        """003-05, 002-07: parts in %, tripartite when the three give more than nothing."""
        post = a_post(self.council)
        url = reverse("council:funding_new", args=["metz", post.pk])
        for funder, amount in (
            ("local_authority", "25000"),
            ("ars", "24000.50"),
            ("hospital", "0"),
        ):
            answer = fill(
                self.claire, url, year="2026", funder=funder, amount=amount, label=f"Note {funder}"
            )
            self.assertRedirects(answer, PAGE)
        text = words_of(self.claire.get(PAGE))
        for words in ("25 000 €", "24 000,50 €", "51 %", "49 %", "49 000,50 €", "Note ars"):
            self.assertIn(words, text)
        self.assertIn("pas encore tripartite il manque : hôpital, pôle de psychiatrie", text)
        zero = PostFunding.objects.get(funder="hospital")
        removal = reverse("council:funding_remove", args=["metz", zero.pk])
        self.assertRedirects(fill(self.claire, removal), PAGE)
        fill(self.claire, url, year="2026", funder="hospital", amount="1000")
        self.assertIn("financement tripartite", words_of(self.claire.get(PAGE)))
        self.assertFalse(PostFunding.objects.filter(pk=zero.pk).exists())

    def test_the_same_funding_twice_or_below_nothing_is_refused(self) -> None:
        """The database's rules come back as words."""
        post = a_post(self.council)
        url = reverse("council:funding_new", args=["metz", post.pk])
        typed = {"year": "2026", "funder": "ars", "amount": "10"}
        fill(self.claire, url, **typed)
        self.assertIn("déjà enregistré", errors_of(fill(self.claire, url, **typed)))
        negative = {**typed, "funder": "other", "amount": "-1"}
        self.assertIn("négatif", errors_of(fill(self.claire, url, **negative)))
        self.assertIn(
            "quatre chiffres", errors_of(fill(self.claire, url, **typed | {"year": "26"}))
        )
        self.assertEqual(PostFunding.objects.count(), 1)

    def test_all_funders_of_the_survey_can_be_chosen(self) -> None:
        """003-05: city policy, region and department beside the three."""
        post = a_post(self.council)
        page = self.claire.get(reverse("council:funding_new", args=["metz", post.pk]))
        for funder in PostFunder:
            self.assertContains(page, funder.label)

    def test_trainings_are_added_and_removed(self) -> None:
        """Criterion 6: title, organiser, date, days."""
        post = a_post(self.council)
        url = reverse("council:training_new", args=["metz", post.pk])
        typed = {"title": "Niveau 1 canari", "organiser": "CNFPT", "on": "2024-03-12"}
        fill(self.claire, url, **typed, days="2.5")
        text = words_of(self.claire.get(PAGE))
        for words in ("Niveau 1 canari", "CNFPT", "12 mars 2024", "2,5"):
            self.assertIn(words, text)
        self.assertIn("durée", errors_of(fill(self.claire, url, **typed, days="0")))
        row = PostTraining.objects.get()
        removal = reverse("council:training_remove", args=["metz", row.pk])
        sent = fields_of(self.claire.get(removal))
        for _ in range(2):
            self.assertRedirects(self.claire.post(removal, sent), PAGE)
        self.assertFalse(PostTraining.objects.exists())

    def test_two_tabs_on_a_post(self) -> None:
        """Style 22: the stale one shows both texts."""
        post = a_post(self.council)
        url = reverse("council:post_edit", args=["metz", post.pk])
        stale = fields_of(self.claire.get(url))
        fill(self.claire, url, workplace="Bureau A")
        page = self.claire.post(url, {**stale, "workplace": "Bureau B"})
        self.assertContains(page, "Bureau A")
        self.assertContains(page, "Bureau B")
        post.refresh_from_db()
        self.assertEqual((post.workplace, post.version), ("Bureau A", 2))

    def test_an_empty_page_teaches(self) -> None:
        """Nobody in the post: what it is for, and the first act, for who may do it."""
        self.assertContains(self.claire.get(PAGE), "Personne n’est en poste")
        self.assertContains(self.claire.get(PAGE), NEW)
        self.assertNotContains(member(self.council, "reader").get(PAGE), NEW)
