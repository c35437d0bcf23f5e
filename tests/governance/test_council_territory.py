"""The perimeter: communes, intercommunalities, districts, sectors (002-04, 003-08 to 003-12)."""

from __future__ import annotations

import uuid
from typing import Any

from django.test import Client
from django.urls import reverse
from lxml import html

from clsm_core.council.models import (
    Commune,
    CouncilCommune,
    Epci,
    PriorityDistrict,
    PsychiatricSector,
)
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.council_place import (
    KEPT,
    MARLY,
    METROPOLE,
    METZ,
    PARIS,
    PARIS_20,
    WOIPPY,
    errors_of,
    fields_of,
    fill,
    load_official,
    over,
)

PLACE = "/conseils/metz/territoire/"


def add_url(words: str) -> str:
    """Return the address of a search."""
    return f"{PLACE}communes/ajouter/?q={words}"


class Perimeter(TestCase):
    """Communes come from the official list, and their population with its source."""

    def setUp(self) -> None:
        """Open a council without communes."""
        load_official()
        self.council = council()
        self.claire = member(self.council, "coordinator", "claire")

    def add(self, words: str, *codes: str) -> Any:
        """Search, tick, send."""
        keys = [
            str(pk) for pk in Commune.objects.filter(code__in=codes).values_list("pk", flat=True)
        ]
        return fill(self.claire, add_url(words), communes=keys)

    def codes(self) -> set[str]:
        """Return the codes of the perimeter."""
        return set(self.council.communes.values_list("code", flat=True))

    def test_a_commune_is_found_by_name_code_or_postcode(self) -> None:
        """Without accents, case or hyphens; a code that is none finds nothing."""
        for words in ("Woippy", "WOIP", "57751", "57140"):
            with self.subTest(words):
                self.assertContains(self.claire.get(add_url(words)), f"Woippy ({WOIPPY})")
        self.assertContains(self.claire.get(add_url("zzzz")), "Rien ne répond")
        self.assertNotContains(self.claire.get(add_url("")), 'name="communes"')

    def test_a_sign_that_no_text_holds_is_left_out(self) -> None:
        """An address made by hand finds what it would without it."""
        page = self.claire.get(add_url("wo%00ippy"))
        self.assertContains(page, f"Woippy ({WOIPPY})")

    def test_a_long_search_asks_no_more_questions(self) -> None:
        """One commune found or eight: the same number of queries."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        load_official(KEPT | {"57039", "57017", "57032", "57049", "57454"})
        counts = []
        for words in ("woippy", "57"):
            url = add_url(words)
            self.claire.get(url)
            with CaptureQueriesContext(connection) as seen:
                page = self.claire.get(url)
            counts.append((page.content.count(b'name="communes"'), len(seen)))
        self.assertEqual([found for found, _ in counts], [1, 8])
        self.assertEqual(counts[0][1], counts[1][1])

    def test_added_communes_are_shown_with_population_source_and_year(self) -> None:
        """003-08: population, its year 2023 and its data set are said beside it."""
        self.assertRedirects(self.add("metz", METZ), PLACE)
        page = self.claire.get(PLACE)
        self.assertContains(page, "122\u202f572")
        self.assertContains(page, "populations municipales légales 2023")
        self.assertContains(page, "decoupage-administratif 6.0.0")
        self.assertContains(page, "Metz Métropole")
        self.assertEqual(self.codes(), {METZ})

    def test_a_whole_intercommunality_comes_at_once(self) -> None:
        """Its communes join, those present stay; twice changes nothing."""
        over(self.council, METZ)
        kept = CouncilCommune.objects.get(council=self.council).pk
        url = reverse("council:epci_add", args=["metz", Epci.objects.get(siren=METROPOLE).pk])
        self.assertRedirects(fill(self.claire, url), PLACE)
        self.assertEqual(self.codes(), {METZ, WOIPPY, MARLY})
        self.assertTrue(CouncilCommune.objects.filter(pk=kept).exists())
        self.assertContains(self.claire.get(url), "Rien à ajouter")
        self.assertContains(self.claire.get(add_url(METROPOLE)), url)

    def test_a_city_and_its_arrondissement_are_not_counted_twice(self) -> None:
        """Paris and its twentieth together are refused, either alone is not."""
        self.assertRedirects(self.add("paris", PARIS), PLACE)
        self.assertIn("comptés deux fois", errors_of(self.add("paris", PARIS_20)))
        self.assertEqual(self.codes(), {PARIS})

    def test_what_was_not_found_cannot_be_added(self) -> None:
        """A key that the search did not give, or of no commune, is refused."""
        woippy = Commune.objects.get(code=WOIPPY).pk
        for key in (woippy, uuid.uuid4(), "x"):
            with self.subTest(key=str(key)):
                page = fill(self.claire, add_url("marly"), communes=[str(key)])
                self.assertTrue(errors_of(page))
        self.assertEqual(self.codes(), set())

    def test_partial_communes_are_said_and_others_taken_out(self) -> None:
        """D.1: a part of a commune; its whole population counts, and the page says so."""
        over(self.council, METZ, WOIPPY, MARLY)
        lines = {
            one.commune.code: str(one.pk)
            for one in CouncilCommune.objects.filter(council=self.council)
        }
        url = f"{PLACE}communes/"
        answer = fill(self.claire, url, partial=[lines[METZ]], removed=[lines[MARLY]])
        self.assertRedirects(answer, PLACE)
        self.assertEqual(self.codes(), {METZ, WOIPPY})
        page = self.claire.get(PLACE)
        self.assertContains(page, "en partie")
        self.assertContains(page, "communes entières")
        self.assertEqual(fields_of(self.claire.get(url))["partial"], lines[METZ])
        answer = fill(self.claire, url, partial=[])
        self.assertRedirects(answer, PLACE)
        self.assertFalse(CouncilCommune.objects.filter(is_partial=True).exists())

    def test_a_line_of_another_council_is_not_taken_out(self) -> None:
        """Tenancy in the form: the neighbour's line is refused and stays."""
        over(self.council, METZ)
        theirs = CouncilCommune.objects.get(council=over(council("autre", "Autre"), WOIPPY))
        page = fill(self.claire, f"{PLACE}communes/", removed=[str(theirs.pk)])
        self.assertTrue(errors_of(page))
        self.assertTrue(CouncilCommune.objects.filter(pk=theirs.pk).exists())

    def test_two_tabs_on_the_perimeter(self) -> None:
        """The stale one is refused; nothing it held is written."""
        over(self.council, METZ, WOIPPY)
        url = f"{PLACE}communes/"
        stale = fields_of(self.claire.get(url))
        self.add("marly", MARLY)
        line = CouncilCommune.objects.get(council=self.council, commune__code=METZ)
        page = self.claire.post(url, {**stale, "removed": [str(line.pk)]})
        self.assertIn("modifié cette page entre-temps", errors_of(page))
        self.assertEqual(self.codes(), {METZ, WOIPPY, MARLY})

    def test_queries_do_not_grow_with_communes_districts_and_sectors(self) -> None:
        """One of each or twenty: the same number of queries."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        def count() -> int:
            self.claire.get(PLACE)
            with CaptureQueriesContext(connection) as seen:
                self.claire.get(PLACE)
            return len(seen)

        over(self.council, METZ)
        metz = Commune.objects.get(code=METZ)
        for rank in range(20):
            if rank == 1:
                one = count()
            PriorityDistrict.objects.create(
                council=self.council, code=f"QP0570{rank:02d}", name="Q", commune=metz
            )
            PsychiatricSector.objects.create(
                council=self.council, kind="adult", code=str(rank), hospital="CH"
            )
        over(self.council, METZ, WOIPPY, MARLY)
        self.assertEqual(count(), one)


class Lists(TestCase):
    """Districts and sectors, entered one by one."""

    def setUp(self) -> None:
        """Open a council over two communes."""
        load_official()
        self.council = over(council(), METZ, WOIPPY)
        self.claire = member(self.council, "coordinator", "claire")

    def test_a_district_is_entered_changed_and_removed(self) -> None:
        """003-09, 003-12: every field is on the page, the total follows."""
        metz = Commune.objects.get(code=METZ)
        answer = fill(
            self.claire,
            f"{PLACE}quartiers/ajouter/",
            code="qn05701m",
            name="Borny canari",
            commune=str(metz.pk),
            population="16800",
            population_year="2021",
            source="ANCT canari",
        )
        self.assertRedirects(answer, f"{PLACE}#quartiers", fetch_redirect_response=False)
        page = self.claire.get(PLACE)
        for words in ("QN05701M", "Borny canari", "16\u202f800 (2021)", "ANCT canari"):
            self.assertContains(page, words)
        row = PriorityDistrict.objects.get()
        url = f"{PLACE}quartiers/{row.pk}/"
        fill(self.claire, url, population="17000")
        row.refresh_from_db()
        self.assertEqual((row.population, row.version), (17000, 2))
        PriorityDistrict.objects.create(council=self.council, code="QN05702M", name="Sans chiffre")
        page = self.claire.get(PLACE)
        self.assertContains(page, "17\u202f000</strong> habitants dans les quartiers")
        self.assertContains(page, "sans compter 1 quartier")
        fill(self.claire, f"{url}retirer/")
        self.assertNotContains(self.claire.get(PLACE), "Borny canari")

    def test_a_district_is_refused_with_its_reason(self) -> None:
        """A wrong code, one already there, a population without its year, a commune elsewhere."""
        PriorityDistrict.objects.create(council=self.council, code="QN05702M", name="Là")
        marly = Commune.objects.get(code=MARLY)
        url = f"{PLACE}quartiers/ajouter/"
        for typed, words in (
            ({"code": "57", "name": "X"}, "ressemble à"),
            ({"code": "QN05702M", "name": "X"}, "porte déjà ce code"),
            ({"code": "QN05703M", "name": "X", "population": "3"}, "année de la population"),
            ({"code": "QN05703M", "name": "X", "population_year": "21"}, "quatre chiffres"),
            ({"code": "QN05703M", "name": "X", "commune": str(marly.pk)}, "Commune"),
        ):
            with self.subTest(words):
                page = fill(self.claire, url, **typed)
                self.assertIn(words, errors_of(page))
                self.assertContains(page, typed["code"])
        self.assertEqual(PriorityDistrict.objects.count(), 1)

    def test_a_removal_sent_twice_leads_where_it_led(self) -> None:
        """Decision 50: the second post finds the row gone and the first answer."""
        row = PriorityDistrict.objects.create(council=self.council, code="QN05702M", name="Là")
        url = f"{PLACE}quartiers/{row.pk}/retirer/"
        sent = fields_of(self.claire.get(url))
        for _ in range(2):
            answer = self.claire.post(url, sent)
            self.assertEqual((answer.status_code, answer.url), (302, f"{PLACE}#quartiers"))
        self.assertEqual(self.claire.post(url, {}).status_code, 404)

    def test_a_removal_of_a_row_changed_meanwhile_is_refused(self) -> None:
        """What was read is what is removed."""
        row = PriorityDistrict.objects.create(council=self.council, code="QN05702M", name="Là")
        url = f"{PLACE}quartiers/{row.pk}/retirer/"
        sent = fields_of(self.claire.get(url))
        fill(self.claire, f"{PLACE}quartiers/{row.pk}/", name="Autre nom")
        self.assertContains(self.claire.post(url, sent), "entre-temps")
        self.assertTrue(PriorityDistrict.objects.filter(pk=row.pk).exists())

    def test_sectors_adult_and_child_are_entered_changed_and_removed(self) -> None:
        """003-10: every field of a sector is on the page, under its kind."""
        for kind, code in (("adult", "57G05"), ("child", "57I02")):
            fill(
                self.claire,
                f"{PLACE}secteurs/ajouter/",
                kind=kind,
                code=code,
                name=f"Pôle {code}",
                hospital=f"CH {code}",
                chief=f"Dr {code}",
                area=f"Quartiers {code}",
            )
        page = self.claire.get(PLACE)
        captions = html.fromstring(page.content.decode()).xpath("//caption/text()")
        self.assertIn("Psychiatrie adulte", captions)
        self.assertIn("Psychiatrie infanto-juvénile", captions)
        for code in ("57G05", "57I02"):
            for words in (code, f"Pôle {code}", f"CH {code}", f"Dr {code}", f"Quartiers {code}"):
                self.assertContains(page, words)
        row = PsychiatricSector.objects.get(code="57G05")
        url = f"{PLACE}secteurs/{row.pk}/"
        fill(self.claire, url, hospital="CH changé")
        self.assertContains(self.claire.get(PLACE), "CH changé")
        twice = fill(
            self.claire, f"{PLACE}secteurs/ajouter/", kind="adult", code="57G05", hospital="CH"
        )
        self.assertIn("déjà enregistré", errors_of(twice))
        fill(self.claire, f"{url}retirer/")
        self.assertFalse(PsychiatricSector.objects.filter(code="57G05").exists())

    def test_pages_only_asked_for_write_nothing(self) -> None:
        """No GET writes: every removal page is opened, nothing goes."""
        row = PriorityDistrict.objects.create(council=self.council, code="QN05702M", name="Là")
        sector = PsychiatricSector.objects.create(
            council=self.council, kind="adult", code="1", hospital="CH"
        )
        for url in (
            f"{PLACE}quartiers/{row.pk}/retirer/",
            f"{PLACE}secteurs/{sector.pk}/retirer/",
            f"{PLACE}contours/retirer/",
        ):
            self.assertEqual(self.claire.get(url).status_code, 200)
        self.assertTrue(PriorityDistrict.objects.filter(pk=row.pk).exists())
        self.assertTrue(PsychiatricSector.objects.filter(pk=sector.pk).exists())

    def test_other_methods_are_refused(self) -> None:
        """405 for what no page answers."""
        browser: Client = self.claire
        self.assertEqual(browser.put(f"{PLACE}communes/").status_code, 405)
        self.assertEqual(browser.post(PLACE).status_code, 405)
        self.assertEqual(browser.delete(f"{PLACE}quartiers/importer/").status_code, 405)
