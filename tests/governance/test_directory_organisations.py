"""Organisations of the directory: listed, searched, entered, corrected, verified, set aside."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from clsm_core.council.models import CouncilMembership
from clsm_core.directory.models import SURVEY_CATEGORIES, Category, Organisation
from clsm_core.directory.queries.organisations import is_verified
from tests.cases_of import TestCase
from tests.governance.council_people import account_of, council, member
from tests.governance.directory_rows import contact, organisation

HOME = "/conseils/metz/annuaire/"
NEW = f"{HOME}structures/nouvelle/"
CANARIES = {
    "name": "Groupe d’entraide La Boussole",
    "category": "users",
    "missions": "Accueillir sans rendez-vous, missions canari.",
    "objectives": "Rompre l’isolement, objectif canari.",
    "audience": "Adultes, public canari",
    "area": "Borny et Bellecroix, zone canari",
    "address": "12 rue du Canari",
    "postcode": "57070",
    "city": "Metz-Canari",
    "phone": "03 87 11 22 33",
    "email": "boussole@exemple.invalid",
    "website": "https://boussole.exemple.invalid/accueil",
    "opening_hours": "du mardi au samedi, horaire canari",
    "access_terms": "Libre et gratuit, accès canari.",
    "is_public": "on",
}


def page_of(one: Organisation, act: str = "") -> str:
    """Return the address of an organisation's page, or of an act on it."""
    return f"{HOME}structures/{one.pk}/{act}"


class OrganisationPages(TestCase):
    """Who may read reads; who may correct corrects; nobody reaches another council's rows."""

    def setUp(self) -> None:
        """Open two councils."""
        self.council = council()
        self.other = council("autre", "Autre CLSM")
        self.browser = member(self.council, "contributor", "chloe")

    def test_what_is_typed_is_found_again(self) -> None:
        """000-09, 000-13, D.1: missions, objectives, category, area, access, coordinates."""
        self.browser = member(self.council, "co_animator", "adele")
        answer = self.browser.post(NEW, CANARIES)
        one = Organisation.objects.get(council=self.council)
        self.assertRedirects(answer, page_of(one))
        page = self.browser.get(page_of(one))
        for name, value in CANARIES.items():
            if name not in ("category", "is_public"):
                self.assertContains(page, value, msg_prefix=name)
        self.assertContains(page, Category.USERS.label)
        self.assertContains(page, "visible dans le guide")
        again = self.browser.get(page_of(one, "modifier/"))
        for name, value in CANARIES.items():
            if name != "is_public":
                self.assertContains(again, value, msg_prefix=name)

    def test_who_may_not_publish_opens_no_organisation_to_the_guide(self) -> None:
        """003-28: the public guide is published, not merely corrected."""
        self.browser.post(NEW, CANARIES)
        one = Organisation.objects.get(council=self.council)
        self.assertFalse(one.is_public)
        one.is_public = True
        one.save()
        data = {**CANARIES, "version": 1}
        del data["is_public"]
        self.assertEqual(self.browser.post(page_of(one, "modifier/"), data).status_code, 302)
        one.refresh_from_db()
        self.assertTrue(one.is_public, "nor closes it")

    def test_every_category_of_the_survey_can_be_chosen(self) -> None:
        """003-14, 003-15: the 25 categories of the survey come first, the others after."""
        self.assertEqual(len(SURVEY_CATEGORIES), 25)
        page = self.browser.post(NEW, {"look_for": "Nouvelle structure"})
        for one in Category:
            self.assertContains(page, f'<option value="{one.value}"')

    def test_a_name_is_searched_before_it_is_entered(self) -> None:
        near = organisation(self.council, "Centre médico-psychologique Queuleu", city="Metz")
        far = organisation(self.council, "Mission locale", "local_mission")
        strange = organisation(self.other, "Centre médico-psychologique Voisin")
        page = self.browser.post(NEW, {"look_for": "centre medico psychologique de Queleu"})
        self.assertContains(page, near.name)
        self.assertContains(page, page_of(near))
        self.assertNotContains(page, far.name)
        self.assertNotContains(page, strange.name)
        self.assertContains(page, 'value="centre medico psychologique de Queleu"')
        self.assertEqual(Organisation.objects.filter(council=self.council).count(), 2)

    def test_the_same_name_and_postcode_is_refused_and_keeps_what_was_typed(self) -> None:
        organisation(self.council, CANARIES["name"].upper(), "users", postcode="57070")
        page = self.browser.post(NEW, CANARIES)
        self.assertContains(page, "porte déjà ce nom")
        self.assertContains(page, CANARIES["missions"])
        elsewhere = self.browser.post(NEW, {**CANARIES, "postcode": "57000"})
        self.assertEqual(elsewhere.status_code, 302)

    def test_two_posts_of_one_form_make_one_organisation(self) -> None:
        key = str(uuid.uuid4())
        first = self.browser.post(NEW, {**CANARIES, "idempotency_key": key})
        second = self.browser.post(NEW, {**CANARIES, "idempotency_key": key})
        self.assertEqual(first.url, second.url)
        self.assertEqual(Organisation.objects.filter(council=self.council).count(), 1)

    def test_bad_values_come_back_with_words(self) -> None:
        bad = {
            **CANARIES,
            "postcode": "5707",
            "email": "boussole",
            "website": "javascript:alert(1)",
            "category": "inconnue",
            "verified_on": "2999-01-01",
        }
        page = self.browser.post(NEW, bad)
        for words in ("cinq chiffres", "à venir", "Quelque chose est à corriger"):
            self.assertContains(page, words)
        form = page.context["form"]
        self.assertLessEqual(
            {"postcode", "email", "website", "category", "verified_on"}, set(form.errors)
        )
        self.assertFalse(Organisation.objects.exists())

    def test_a_stale_correction_is_refused_with_both_texts(self) -> None:
        one = organisation(self.council, missions="Texte de départ")
        data = {"name": one.name, "category": one.category, "version": one.version}
        first = self.browser.post(page_of(one, "modifier/"), {**data, "missions": "Texte A"})
        self.assertEqual(first.status_code, 302)
        late = self.browser.post(page_of(one, "modifier/"), {**data, "missions": "Texte B"})
        self.assertContains(late, "Texte A")
        self.assertContains(late, "Texte B")
        one.refresh_from_db()
        self.assertEqual(one.missions, "Texte A")

    def test_one_button_says_verified_today(self) -> None:
        """D-09: an entry is good for twelve months."""
        one = organisation(self.council)
        self.assertContains(self.browser.get(page_of(one)), "à vérifier")
        answer = self.browser.post(page_of(one, "verifier/"), {"version": one.version})
        self.assertRedirects(answer, page_of(one))
        one.refresh_from_db()
        today = dt.date.today()  # noqa: DTZ011 – the test's own clock, near the database's
        self.assertLess(abs(one.verified_on - today), dt.timedelta(days=2))
        self.assertTrue(is_verified(one, one.verified_on))
        self.assertNotContains(self.browser.get(page_of(one)), "Vérifiée aujourd’hui</button>")

    def test_twelve_months_are_counted_to_the_day(self) -> None:
        """D-09, at its edge; 29 February too."""
        one = Organisation(verified_on=dt.date(2025, 3, 10))
        self.assertTrue(is_verified(one, dt.date(2026, 3, 9)))
        self.assertFalse(is_verified(one, dt.date(2026, 3, 10)))
        leap = Organisation(verified_on=dt.date(2027, 3, 1))
        self.assertTrue(is_verified(leap, dt.date(2028, 2, 29)))

    def test_setting_aside_is_the_coordination_s_and_comes_back(self) -> None:
        one = organisation(self.council, is_public=True)
        address = page_of(one, "desactiver/")
        self.assertEqual(self.browser.post(address, {"version": 1}).status_code, 404)
        coordinator = member(self.council, "coordinator", "camille")
        self.assertEqual(coordinator.get(address).status_code, 200)
        one.refresh_from_db()
        self.assertTrue(one.is_active, "asking for the page writes nothing")
        self.assertRedirects(coordinator.post(address, {"version": 1}), page_of(one))
        self.assertNotContains(coordinator.get(HOME), one.name)
        self.assertContains(coordinator.get(f"{HOME}?etat=inactives"), one.name)
        again = page_of(one, "reactiver/")
        self.assertRedirects(coordinator.post(again, {"version": 2}), page_of(one))
        self.assertContains(coordinator.get(HOME), one.name)

    def test_a_name_taken_meanwhile_refuses_to_come_back(self) -> None:
        coordinator = member(self.council, "coordinator", "camille")
        one = organisation(self.council)
        coordinator.post(page_of(one, "desactiver/"), {"version": 1})
        organisation(self.council)
        page = coordinator.post(page_of(one, "reactiver/"), {"version": 2})
        self.assertContains(page, "porte déjà ce nom")
        one.refresh_from_db()
        self.assertFalse(one.is_active)

    def test_tiles_count_and_filter(self) -> None:
        today = dt.date.today()  # noqa: DTZ011 – the test's own clock
        organisation(self.council, "Vérifiée", verified_on=today - dt.timedelta(days=30))
        organisation(self.council, "Ancienne", verified_on=today - dt.timedelta(days=400))
        organisation(self.council, "Bailleur", "landlord", is_public=True)
        organisation(self.other, "Étrangère", "police")
        page = self.browser.get(HOME)
        counts = {tile.label: tile.number for tile in page.context["tiles"]}
        self.assertEqual(
            counts, {"actives": 3, "à vérifier": 2, "dans le guide public": 1, "inactives": 0}
        )
        categories = {tile.label: tile.number for tile in page.context["categories"]}
        self.assertEqual(categories, {"psychiatrie publique (établissement)": 2, "bailleur": 1})
        self.assertNotContains(page, "Étrangère")
        late = self.browser.get(f"{HOME}?etat=a-verifier")
        names = [row[0].text for row in late.context["rows"]]
        self.assertEqual(names, ["Bailleur", "Ancienne"], "never verified first")
        landlords = self.browser.get(f"{HOME}?categorie=landlord")
        self.assertEqual([row[0].text for row in landlords.context["rows"]], ["Bailleur"])
        self.assertEqual(self.browser.get(f"{HOME}?categorie=inconnue").status_code, 404)

    def test_a_search_ignores_accents_and_reads_missions_and_places(self) -> None:
        one = organisation(self.council, "Ébauche", city="Woippy", missions="Médiation œuvrant")
        organisation(self.council, "Autre chose", "other")
        organisation(self.other, "Ébauche voisine")
        for words in ("ebauche", "WOIPPY", "mediation oeuvrant", "Œuvrant ébau"):
            page = self.browser.post(HOME, {"words": words})
            self.assertEqual([row[0].text for row in page.context["rows"]], [one.name], words)
        nothing = self.browser.post(HOME, {"words": "zzz"})
        self.assertContains(nothing, "Aucune structure ne correspond")

    def test_a_search_stands_in_no_address(self) -> None:
        page = self.browser.post(HOME, {"words": "docteur dupont"})
        self.assertEqual(page.status_code, 200)
        self.assertNotContains(page, "?words=")
        self.assertContains(page, 'method="post"')

    def test_a_list_costs_the_same_for_one_row_and_thirty(self) -> None:
        organisation(self.council, "Une")
        one = self._queries(HOME)
        for number in range(40):
            made = organisation(self.council, f"Structure {number}", list(Category)[number].value)
            contact(self.council, f"Nom {number}", organisation=made)
        self.assertEqual(self._queries(HOME), one)
        self.assertContains(self.browser.get(HOME), "Page 1 sur 2")

    def test_a_page_costs_the_same_for_one_contact_and_twenty(self) -> None:
        one = organisation(self.council)
        contact(self.council, "Un", organisation=one)
        few = self._queries(page_of(one))
        for number in range(20):
            contact(self.council, f"Nom {number}", organisation=one)
        self.assertEqual(self._queries(page_of(one)), few)

    def test_people_are_reached_only_by_who_corrects(self) -> None:
        """GDPR art. 5: readers see names and functions."""
        one = organisation(self.council)
        contact(
            self.council,
            "Lambert",
            organisation=one,
            job_title="cadre de santé",
            email="lambert@exemple.invalid",
            phone="03 87 99 99 99",
        )
        reader = member(self.council, "reader", "remi").get(page_of(one))
        self.assertContains(reader, "Lambert")
        self.assertContains(reader, "cadre de santé")
        self.assertNotContains(reader, "lambert@exemple.invalid")
        self.assertNotContains(reader, "03 87 99 99 99")
        self.assertContains(self.browser.get(page_of(one)), "lambert@exemple.invalid")

    def test_strangers_readers_and_visitors(self) -> None:
        one = organisation(self.council)
        acts = ["modifier/", "verifier/", "desactiver/", "reactiver/"]
        stranger = member(self.other, "coordinator", "sacha")
        for address in (HOME, NEW, page_of(one), *(page_of(one, act) for act in acts)):
            anonymous = Client(headers={"host": settings.ALLOWED_HOSTS[0]}).get(address)
            self.assertEqual(anonymous.status_code, 302, address)
            self.assertEqual(stranger.get(address).status_code, 404, address)
        reader = member(self.council, "reader", "remi")
        self.assertEqual(reader.get(page_of(one)).status_code, 200)
        for act in acts:
            self.assertEqual(reader.get(page_of(one, act)).status_code, 404, act)
            self.assertEqual(reader.post(page_of(one, act), {"version": 1}).status_code, 404, act)
        self.assertEqual(reader.post(NEW, CANARIES).status_code, 404)
        self.assertEqual(self.browser.put(HOME).status_code, 405)
        self.assertEqual(self.browser.post(page_of(one)).status_code, 405)

    def test_a_right_ended_meanwhile_closes_the_page(self) -> None:
        one = organisation(self.council)
        data: dict[str, Any] = {"name": "Changé", "category": "other", "version": 1}
        user = account_of(self.browser)
        CouncilMembership.objects.filter(user=user).update(ends_on=dt.date(2020, 2, 1))
        self.assertEqual(self.browser.post(page_of(one, "modifier/"), data).status_code, 404)
        CouncilMembership.objects.filter(user=user).update(ends_on=None)
        self.assertEqual(self.browser.post(page_of(one, "modifier/"), data).status_code, 302)

    def test_another_council_s_id_leads_nowhere(self) -> None:
        mine, theirs = organisation(self.council), organisation(self.other)
        coordinator = member(self.council, "coordinator", "camille")
        self.assertEqual(coordinator.get(page_of(mine)).status_code, 200)
        for act in ("", "modifier/", "verifier/", "desactiver/", "reactiver/"):
            self.assertEqual(coordinator.get(page_of(theirs, act)).status_code, 404, act)
        for act in ("modifier/", "verifier/", "desactiver/"):
            data = {"name": "Volée", "category": "other", "version": 1}
            self.assertEqual(coordinator.post(page_of(theirs, act), data).status_code, 404, act)
        theirs.refresh_from_db()
        self.assertEqual((theirs.name, theirs.version), ("Centre médico-psychologique", 1))

    def _queries(self, address: str) -> int:
        self.browser.get(address)
        with CaptureQueriesContext(connection) as seen:
            self.browser.get(address)
        return len(seen)

    def test_a_name_slightly_misspelt_is_near(self) -> None:
        organisation(self.council, "Groupe d’entraide mutuelle La Boussole", "users")
        for number in range(30):
            organisation(self.council, f"Groupe de parole {number}", "users")
        page = self.browser.post(NEW, {"look_for": "Groupe la bousole"})
        self.assertEqual(
            page.context["near"][0][0], "Groupe d’entraide mutuelle La Boussole", "rare words weigh"
        )
