"""Files brought to the directory: previewed, confirmed once and whole, undone."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from typing import Any
from unittest import mock

from django.conf import settings
from django.test import Client

from audit import recorder
from clsm_core.directory.models import Batch, Contact, Organisation
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.directory_files import (
    BAD_LINES,
    HEADS,
    IMPORTS,
    PEOPLE_HEADS,
    address_of,
    bring,
    csv_file,
    many_lines,
)
from tests.governance.directory_rows import contact, organisation
from tests.governance.test_directory_contacts import cite

GOOD = ["La Boussole", "association d’usagers, GEM", "Accueillir", "57000", "Metz", "", ""]


class Imports(TestCase):
    """Nothing is written before one confirmation; one confirmation writes all or nothing."""

    def setUp(self) -> None:
        """Open two councils."""
        self.council = council()
        self.other = council("autre", "Autre CLSM")
        self.browser = member(self.council, "coordinator", "camille")

    def bring(self, rows: list[list[str]], heads: list[str] = HEADS) -> str:
        """Bring a file of organisations; return its preview's address."""
        return address_of(bring(self.browser, csv_file(heads, rows)))

    def bring_people(self, rows: list[list[str]], heads: list[str] = PEOPLE_HEADS) -> Any:
        """Bring a file of contacts; return its preview."""
        return bring(self.browser, csv_file(heads, rows), "contacts")

    def test_two_thousand_lines_forty_bad_ones_confirmed_and_undone(self) -> None:
        """Forty lines explained, the rest previewed, one confirmation, one way back."""
        started = time.monotonic()
        page = bring(self.browser, csv_file(HEADS, list(many_lines(2000, bad=40))))
        batch = Batch.objects.get()
        self.assertEqual({line["kind"] for line in batch.lines}, {"new"})
        self.assertEqual((len(batch.lines), len({e["n"] for e in batch.errors})), (1960, 40))
        for _, words in BAD_LINES:
            self.assertContains(page, words)
        for error in batch.errors:
            self.assertTrue(error["message"], error)
        self.assertContains(page, "Écrire 1960 lignes dans l’annuaire")
        self.assertFalse(Organisation.objects.exists(), "a preview writes nothing")
        address = address_of(page)
        with recorder.observe() as events:
            self.assertRedirects(self.browser.post(address, {}), address)
        # One event stands for the file; its lines have none of their own.
        self.assertEqual(
            [(e.action, e.objects) for e in events if e.action != "list.shown"],
            [("directory.imported", (batch.pk,))],
        )
        self.assertEqual(Organisation.objects.filter(council=self.council).count(), 1960)
        self.assertContains(self.browser.get("/conseils/metz/annuaire/"), "Page 1 sur 66")
        with recorder.observe() as events:
            undone = self.browser.post(f"{address}annuler/", {}, follow=True)
        self.assertEqual([e.action for e in events], ["directory.undone"])
        self.assertContains(undone, "annulé en entier")
        active = Organisation.objects.filter(council=self.council, is_active=True)
        self.assertEqual((active.count(), Organisation.objects.count()), (0, 1960))
        batch.refresh_from_db()
        self.assertEqual((batch.lines, batch.errors), ([], []))
        self.assertLess(time.monotonic() - started, 30)

    def test_a_confirmation_posted_twice_writes_once(self) -> None:
        address = self.bring([GOOD])
        self.browser.post(address, {})
        again = self.browser.post(address, {})
        self.assertContains(again, "déjà terminé")
        self.assertEqual(Organisation.objects.count(), 1)

    def test_changed_lines_show_before_and_after_and_empty_cells_change_nothing(self) -> None:
        one = organisation(
            self.council, "La Boussole", "users", postcode="57000", missions="Avant", city="Metz"
        )
        same = organisation(self.council, "Mission locale", "local_mission", postcode="57000")
        page = bring(
            self.browser,
            csv_file(
                HEADS,
                [
                    ["LA BOUSSOLE", "users", "Après", "57000", "", "", ""],
                    ["Mission locale", "mission locale", "", "57000", "", "", ""],
                ],
            ),
        )
        rows = page.context["changed_rows"]
        self.assertEqual(
            [[getattr(cell, "text", cell) for cell in row] for row in rows],
            [
                ["ligne 2", "La Boussole", "Nom", "La Boussole", "LA BOUSSOLE"],
                ["ligne 2", "La Boussole", "Missions", "Avant", "Après"],
            ],
        )
        counts = {label: number for number, label, _ in page.context["counts"]}
        self.assertEqual(counts, {"nouvelles": 0, "modifiées": 1, "inchangées": 1, "refusées": 0})
        self.browser.post(address_of(page), {})
        one.refresh_from_db()
        same.refresh_from_db()
        self.assertEqual((one.missions, one.city, one.version), ("Après", "Metz", 2))
        self.assertIn("apres", one.search_key)
        self.assertEqual(same.version, 1)
        self.browser.post(f"{address_of(page)}annuler/", {})
        one.refresh_from_db()
        self.assertEqual((one.name, one.missions, one.version), ("La Boussole", "Avant", 3))

    def test_a_postcode_tells_homonyms_apart(self) -> None:
        here = organisation(self.council, "Centre social", "social_centre", postcode="57000")
        organisation(self.council, "Centre social", "social_centre", postcode="57140")
        bare = organisation(self.council, "CMP", "public_psychiatry")
        self.bring(
            [
                ["Centre social", "centre social", "Une", "57000", "", "", ""],
                ["Centre social", "centre social", "", "", "", "", ""],
                ["Centre social", "centre social", "", "57950", "", "", ""],
                ["C.M.P.", "autre", "", "", "", "", ""],
                ["CMP", "autre", "", "57100", "", "", ""],
            ]
        )
        batch = Batch.objects.get()
        kinds = {line["n"]: (line["kind"], line.get("id")) for line in batch.lines}
        self.assertEqual(kinds[2], ("changed", str(here.pk)))
        self.assertEqual(kinds[4][0], "new")
        self.assertEqual(kinds[5][0], "new")
        self.assertEqual(kinds[6], ("changed", str(bare.pk)))
        self.assertEqual([error["n"] for error in batch.errors], [3])
        self.assertIn("code postal", batch.errors[0]["message"])

    def test_lines_that_repeat_each_other_are_refused(self) -> None:
        organisation(self.council, "CMP", "public_psychiatry")
        self.bring(
            [GOOD, ["la BOUSSOLE", *GOOD[1:]], ["CMP", "autre", *GOOD[2:]], ["cmp", *GOOD[1:]]]
        )
        errors = Batch.objects.get().errors
        self.assertEqual([error["n"] for error in errors], [3, 5])
        self.assertIn("ligne 2", errors[0]["message"])
        self.assertIn("ligne 4", errors[1]["message"])

    def test_what_is_set_aside_is_said(self) -> None:
        organisation(self.council, "La Boussole", "users", postcode="57000", is_active=False)
        self.bring([GOOD])
        self.assertIn("réactivez", Batch.objects.get().errors[0]["message"])

    def test_the_directory_moved_since_the_preview(self) -> None:
        one = organisation(self.council, "La Boussole", "users", postcode="57000")
        address = self.bring([GOOD, ["Nouvelle", *GOOD[1:]]])
        one.version += 1
        one.save()
        page = self.browser.post(address, {})
        self.assertContains(page, "a changé depuis l’aperçu (ligne 2)")
        self.assertFalse(Organisation.objects.filter(name="Nouvelle").exists(), "all or nothing")
        # The same file, read again, passes.
        self.assertEqual(self.browser.post(self.bring([GOOD]), {}).status_code, 302)

    def test_a_name_taken_since_the_preview(self) -> None:
        address = self.bring([GOOD, ["Nouvelle", *GOOD[1:]]])
        organisation(self.council, "Nouvelle", "users", postcode="57000")
        page = self.browser.post(address, {})
        self.assertContains(page, "Rien n’a été écrit")
        self.assertEqual(Organisation.objects.count(), 1)

    def test_undoing_says_line_by_line_what_stays(self) -> None:
        old = organisation(self.council, "La Boussole", "users", postcode="57000")
        address = self.bring([GOOD, ["Nouvelle", *GOOD[1:]], ["Autre", *GOOD[1:]]])
        self.browser.post(address, {})
        for one in (Organisation.objects.get(pk=old.pk), Organisation.objects.get(name="Autre")):
            self.browser.post(
                f"/conseils/metz/annuaire/structures/{one.pk}/verifier/", {"version": one.version}
            )
        page = self.browser.post(f"{address}annuler/", {}, follow=True)
        self.assertContains(page, "sauf quelques lignes")
        batch = Batch.objects.get()
        self.assertEqual([error["n"] for error in batch.errors], [2, 4])
        self.assertEqual(batch.lines, [])
        old.refresh_from_db()
        self.assertEqual(old.missions, "Accueillir")
        self.assertFalse(Organisation.objects.get(name="Nouvelle").is_active)
        self.assertTrue(Organisation.objects.get(name="Autre").is_active)
        again = self.browser.post(f"{address}annuler/", {})
        self.assertContains(again, "ne peut plus être annulé")

    def test_contacts_are_read_compared_and_forgotten_when_undone(self) -> None:
        """D.1 (contact): organisation by name, college, agreement with its date."""
        place = organisation(self.council, "Mission locale", "local_mission", postcode="57000")
        organisation(self.other, "Ailleurs")
        heads = [*PEOPLE_HEADS, "Accepte les informations", "Accord donné le"]
        page = self.bring_people(
            [
                [
                    "Lambert",
                    "Inès",
                    "agente",
                    "habitants",
                    "mission LOCALE",
                    "",
                    "oui",
                    "15/01/2026",
                ],
                ["Morel", "", "", "élus", "", "morel@exemple.invalid", "", ""],
                ["Petit", "", "", "élus", "Ailleurs", "", "", ""],
                ["Grand", "", "", "élus", "Mision locale", "", "", ""],
                ["Sansdate", "", "", "élus", "", "", "oui", ""],
                ["Demain", "", "", "élus", "", "", "oui", "15/01/2999"],
                ["Collège", "", "", "élu municipal", "", "", "", ""],
                ["Date", "", "", "élus", "", "", "", "15/01/2026"],
            ],
            heads,
        )
        batch = Batch.objects.get()
        told = {error["n"]: error["message"] for error in batch.errors}
        self.assertEqual(sorted(told), [4, 5, 6, 7, 8, 9])
        self.assertIn("n’est pas dans l’annuaire", told[4])
        self.assertIn("« Mission locale »", told[5])
        self.assertIn("indiquez la date", told[6])
        self.assertIn("à venir", told[7])
        self.assertIn("« élus »", told[8])
        self.assertIn("sans accord", told[9])
        self.assertContains(page, "Mission locale")
        self.browser.post(address_of(page), {})
        one = Contact.objects.get(last_name="Lambert")
        self.assertEqual(
            (one.organisation, one.college, one.accepts_mail_since),
            (place, "inhabitants", dt.date(2026, 1, 15)),
        )
        cited = Contact.objects.get(last_name="Morel")
        cite(cited)
        undone = self.browser.post(f"{address_of(page)}annuler/", {}, follow=True)
        self.assertContains(undone, "cité par une instance")
        self.assertEqual(list(Contact.objects.all()), [cited])
        batch.refresh_from_db()
        self.assertEqual(batch.lines, [])

    def test_a_contact_is_recognised_by_name_then_address_or_organisation(self) -> None:
        one = organisation(self.council, "Une")
        two = organisation(self.council, "Deux")
        first = contact(self.council, "Martin", organisation=one)
        second = contact(self.council, "Martin", organisation=two, email="m@exemple.invalid")
        self.bring_people(
            [
                ["Martin", "", "cadre", "social et médico-social", "Une", ""],
                ["MARTIN", "", "agent", "social et médico-social", "", "M@exemple.invalid"],
                ["Martin", "", "autre", "social et médico-social", "", ""],
                ["Martin", "", "neuve", "social et médico-social", "", "x@exemple.invalid"],
            ]
        )
        batch = Batch.objects.get()
        kinds = {line["n"]: (line["kind"], line["id"]) for line in batch.lines}
        self.assertEqual(kinds[2], ("changed", str(first.pk)))
        self.assertEqual(kinds[3], ("changed", str(second.pk)))
        self.assertEqual(kinds[5][0], "new")
        self.assertIn("plusieurs contacts", batch.errors[0]["message"])

    def test_an_organisation_set_aside_since_the_preview_stops_its_contacts(self) -> None:
        place = organisation(self.council, "Mission locale", "local_mission")
        page = self.bring_people([["Lambert", "", "", "élus", "Mission locale", ""]])
        place.is_active = False
        place.save()
        self.assertContains(self.browser.post(address_of(page), {}), "Rien n’a été écrit")
        self.assertFalse(Contact.objects.exists())

    def test_giving_up_empties_what_was_read(self) -> None:
        address = self.bring([GOOD, ["", *GOOD[1:]]])
        self.assertRedirects(self.browser.post(f"{address}abandonner/", {}), IMPORTS)
        batch = Batch.objects.get()
        self.assertEqual((batch.lines, batch.errors), ([], []))
        self.assertIsNotNone(batch.given_up_at)
        self.assertContains(self.browser.post(address, {}), "déjà terminé")
        self.assertFalse(Organisation.objects.exists())

    def test_a_second_file_takes_the_place_of_the_one_that_waited(self) -> None:
        self.bring([GOOD])
        self.bring([["Nouvelle", *GOOD[1:]]])
        waiting = Batch.objects.filter(given_up_at__isnull=True)
        self.assertEqual((Batch.objects.count(), waiting.count()), (2, 1))

    def test_the_next_import_ends_what_the_last_could_undo(self) -> None:
        first = self.bring([GOOD])
        self.browser.post(first, {})
        self.assertContains(self.browser.get(first), "Annuler cet import")
        second = self.bring([["Nouvelle", *GOOD[1:]]])
        self.browser.post(second, {})
        self.assertNotContains(self.browser.get(first), "Annuler cet import")
        self.assertEqual(self.browser.get(f"{first}annuler/").status_code, 404)
        self.assertEqual(self.browser.get(f"{second}annuler/").status_code, 200)

    def test_when_the_ledger_does_not_answer_nothing_is_written(self) -> None:
        address = self.bring([GOOD])
        with (
            mock.patch.object(recorder, "record", side_effect=recorder.LedgerUnavailable),
            self.assertRaises(recorder.LedgerUnavailable),
        ):
            self.browser.post(address, {})
        self.assertFalse(Organisation.objects.exists())
        self.assertIsNone(Batch.objects.get().confirmed_at)
        self.assertEqual(self.browser.post(address, {}).status_code, 302)

    def test_a_file_posted_twice_is_one_import(self) -> None:
        key = str(uuid.uuid4())
        data = {"kind": "organisations", "idempotency_key": key}
        first = self.browser.post(IMPORTS, {**data, "file": csv_file(HEADS, [GOOD])})
        second = self.browser.post(IMPORTS, {**data, "file": csv_file(HEADS, [GOOD])})
        self.assertEqual((first.url, Batch.objects.count()), (second.url, 1))

    def test_a_file_from_another_site_is_not_read(self) -> None:
        careful = Client(headers={"host": settings.ALLOWED_HOSTS[0]}, enforce_csrf_checks=True)
        careful.cookies = self.browser.cookies
        data = {"kind": "organisations", "file": csv_file(HEADS, [GOOD])}
        self.assertEqual(careful.post(IMPORTS, data).status_code, 403)
        self.assertFalse(Batch.objects.exists())
        page = careful.get(IMPORTS)
        token = page.context["csrf_token"]
        data = {
            "kind": "organisations",
            "file": csv_file(HEADS, [GOOD]),
            "csrfmiddlewaretoken": str(token),
        }
        referer = {"referer": settings.SERVICE_ORIGIN + IMPORTS}
        self.assertEqual(careful.post(IMPORTS, data, headers=referer).status_code, 302)
        self.assertTrue(Batch.objects.exists())

    def test_only_the_coordination_imports_and_only_in_its_council(self) -> None:
        address = self.bring([GOOD])
        acts = [address, f"{address}annuler/", f"{address}abandonner/"]
        models = [f"{IMPORTS}modeles/modele-structures.csv"]
        stranger = member(self.other, "coordinator", "sacha")
        president = member(self.council, "president", "paul")
        for one in (IMPORTS, *acts, *models):
            visitor = Client(headers={"host": settings.ALLOWED_HOSTS[0]}).get(one)
            self.assertEqual(visitor.status_code, 302, one)
            self.assertEqual(stranger.get(one).status_code, 404, one)
            self.assertEqual(president.get(one).status_code, 404, one)
            if one not in models:
                self.assertEqual(president.post(one, {}).status_code, 404, one)
        for one in acts:
            theirs = one.replace("/metz/", "/autre/")
            self.assertEqual(stranger.get(theirs).status_code, 404, theirs)
            self.assertEqual(stranger.post(theirs, {}).status_code, 404, theirs)
        self.assertEqual(stranger.get(IMPORTS.replace("metz", "autre")).status_code, 200)
        self.assertEqual(self.browser.put(address).status_code, 405)
        self.assertEqual(self.browser.post(address, {}).status_code, 302)

    def test_a_file_never_reaches_another_council_s_rows(self) -> None:
        theirs = organisation(self.other, "La Boussole", "users", postcode="57000")
        self.browser.post(self.bring([GOOD]), {})
        theirs.refresh_from_db()
        self.assertEqual((theirs.missions, theirs.version), ("", 1))
        mine = Organisation.objects.get(council=self.council)
        batch = Batch.objects.get()
        # Even a batch whose lines were tampered with stays in its council.
        batch.lines = [{**batch.lines[0], "id": str(theirs.pk)}]
        batch.save()
        self.browser.post(f"{IMPORTS}{batch.pk}/annuler/", {})
        theirs.refresh_from_db()
        mine.refresh_from_db()
        self.assertTrue(theirs.is_active)
        self.assertTrue(mine.is_active)
