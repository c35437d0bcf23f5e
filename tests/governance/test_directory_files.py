"""Files of the directory: whole, re-importable, lists, labels; each recorded when handed over."""

from __future__ import annotations

import csv
import io
import time
from typing import Any

import pypdfium2
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit import recorder
from clsm_core.directory.imports import reading
from clsm_core.directory.models import Batch, Contact, MailingList, Organisation
from clsm_core.directory.naming import set_organisation_keys
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.directory_files import address_of, bring
from tests.governance.directory_rows import contact, organisation

BASE = "/conseils/metz/annuaire/"
FILES = f"{BASE}fichiers/"
LISTS = f"{BASE}listes/"
FULL: dict[str, Any] = {
    "missions": "Accueillir canari,\navec des lignes ; et « guillemets »",
    "objectives": "- écouter\n- orienter canari",
    "audience": "adultes canari",
    "area": "zone canari",
    "address": "12 rue du Canari",
    "postcode": "01000",
    "city": "Bourg-Canari",
    "phone": "+33 4 74 00 00 00",
    "email": "canari@exemple.invalid",
    "website": "https://canari.exemple.invalid/",
    "opening_hours": "9 h – 17 h canari",
    "access_terms": "=sur rendez-vous canari",
    "is_public": True,
}
PERSON: dict[str, Any] = {
    "first_name": "Solène",
    "job_title": "directrice canari",
    "email": "solene@exemple.invalid",
    "phone": "06 99 88 77 66",
    "accepts_mail": True,
    "is_referent": True,
}


def pdf_text(body: bytes) -> str:
    """Return the words of a document, on one line."""
    document = pypdfium2.PdfDocument(body)
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in document)


class WholeDirectory(TestCase):
    """What goes out comes back unchanged; addresses of people go out to the coordination alone."""

    def setUp(self) -> None:
        """Fill a council's directory, and another's."""
        self.council = council()
        self.other = council("autre", "Autre CLSM")
        self.browser = member(self.council, "coordinator", "camille")
        self.reader = member(self.council, "reader", "remi")
        self.place = organisation(self.council, "Structure canari", "users", **FULL)
        organisation(self.council, "Homonyme", "police", postcode="57000")
        twin = organisation(self.council, "Homonyme", "police", postcode="57140")
        self.person = contact(self.council, "Canari-Lefèvre", "psychiatry", self.place, **PERSON)
        contact(self.council, "Jumeau", "elected", twin)
        contact(self.council, "Habitante", "inhabitants")
        closed = organisation(self.council, "Close depuis", "other")
        contact(self.council, "Restée", "social", closed)
        closed.is_active = False
        closed.save()
        contact(self.council, "Partie", "elected", is_active=False)
        organisation(self.council, "Fermée", "other", is_active=False)
        organisation(self.other, "Étrangère", "other")
        contact(self.other, "Inconnue")

    def unchanged(self, name: str, body: bytes, kind: str, number: int) -> None:
        """Bring a file of ours back: every line is the same, none is refused."""
        page = bring(self.browser, SimpleUploadedFile(name, body), kind)
        batch = Batch.objects.get(pk=address_of(page).split("/")[-2])
        self.assertEqual(batch.errors, [], name)
        self.assertEqual([line["kind"] for line in batch.lines], ["same"] * number, name)
        self.assertContains(page, "L’annuaire dit déjà tout")

    def test_what_goes_out_comes_back_unchanged(self) -> None:
        for name, kind, number in (
            ("structures.csv", "organisations", 3),
            ("contacts.csv", "contacts", 4),
            ("annuaire.ods", "organisations", 3),
            ("annuaire.ods", "contacts", 4),
        ):
            self.unchanged(name, self.browser.get(FILES + name).content, kind, number)
        # Positive control: one cell changed shows.
        body = self.browser.get(f"{FILES}structures.csv").content
        page = bring(
            self.browser, SimpleUploadedFile("s.csv", body.replace(b"zone canari", b"zone"))
        )
        self.assertEqual(len(page.context["changed_rows"]), 1)

    def test_no_cell_is_a_formula(self) -> None:
        text = self.browser.get(f"{FILES}structures.csv").content.decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
        self.assertIn("'=sur rendez-vous canari", cells)
        self.assertFalse([cell for cell in cells if cell.startswith(("=", "+", "@", "-"))])

    def test_the_document_holds_every_field_by_category(self) -> None:
        """D.4 (annuaire), 000-09, 003-28, 003-29, 004-11: a directory to print, tagged."""
        answer = self.browser.get(f"{FILES}annuaire.pdf")
        text = pdf_text(answer.content)
        for name, value in FULL.items():
            if name != "is_public":
                self.assertIn(" ".join(str(value).split()), text.replace(" – ", " – "), name)
        for words in (
            "Structure canari",
            "Association d’usagers, GEM",
            "Police, gendarmerie",
            "Solène Canari-Lefèvre, directrice canari, référent",
            "solene@exemple.invalid",
            "06 99 88 77 66",
            "Habitante",
        ):
            self.assertIn(words, text)
        for words in ("Étrangère", "Inconnue", "Fermée", "Partie"):
            self.assertNotIn(words, text)
        self.assertIn(b"/StructTreeRoot", answer.content)
        self.assertIn(b"/Lang", answer.content)

    def test_readers_take_away_names_and_functions_without_addresses(self) -> None:
        """GDPR art. 5: addresses of people stay with who answers for them."""
        text = pdf_text(self.reader.get(f"{FILES}annuaire.pdf").content)
        self.assertIn("directrice canari", text)
        self.assertIn("canari@exemple.invalid", text, "an organisation's own address")
        sheets = reading.tables_of(self.reader.get(f"{FILES}annuaire.ods").content)
        self.assertEqual([sheet.name for sheet in sheets], ["Structures"])
        for secret in ("solene@exemple.invalid", "06 99 88 77 66"):
            self.assertNotIn(secret, text)
        self.assertEqual(self.reader.get(f"{FILES}structures.csv").status_code, 200)
        self.assertEqual(self.reader.get(f"{FILES}contacts.csv").status_code, 404)
        self.assertEqual(self.browser.get(f"{FILES}contacts.csv").status_code, 200)

    def test_each_file_is_recorded_before_it_is_given(self) -> None:
        for name in ("annuaire.pdf", "annuaire.ods", "structures.csv", "contacts.csv"):
            with recorder.observe() as events:
                answer = self.browser.get(FILES + name)
            self.assertEqual(
                [(e.action, e.purpose) for e in events], [("export.written", f"directory.{name}")]
            )
            self.assertIn(f'filename="{name}"', answer["Content-Disposition"])
        with recorder.observe() as events:
            self.assertEqual(self.browser.get(f"{FILES}autre.csv").status_code, 404)
        self.assertEqual(events, [])

    def test_a_file_costs_the_same_for_few_and_many(self) -> None:
        for name in ("structures.csv", "annuaire.pdf"):
            few = self._queries(FILES + name)
            for number in range(15):
                place = organisation(self.council, f"{name} {number}")
                contact(self.council, f"{name} {number}", organisation=place)
            self.assertEqual(self._queries(FILES + name), few, name)

    def test_strangers_and_visitors_get_nothing(self) -> None:
        stranger = member(self.other, "coordinator", "sacha")
        for name in ("annuaire.pdf", "structures.csv"):
            visitor = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
            self.assertEqual(visitor.get(FILES + name).status_code, 302)
            self.assertEqual(stranger.get(FILES + name).status_code, 404)
            theirs = stranger.get(FILES.replace("metz", "autre") + name)
            self.assertEqual(theirs.status_code, 200)
            self.assertEqual(self.browser.post(FILES + name).status_code, 405)

    def _queries(self, address: str) -> int:
        self.browser.get(address)
        with CaptureQueriesContext(connection) as seen:
            self.browser.get(address)
        return len(seen)


class MailingLists(TestCase):
    """A list is a rule and a few people by hand; who did not accept is never in it."""

    def setUp(self) -> None:
        """Fill a council's directory."""
        self.council = council()
        self.other = council("autre", "Autre CLSM")
        self.browser = member(self.council, "coordinator", "camille")
        self.place = organisation(
            self.council,
            "Bailleur social",
            "landlord",
            address="1 rue des Étiquettes",
            postcode="57000",
            city="Metz",
        )
        self.elected = contact(
            self.council, "Élue", "elected", email="elue@exemple.invalid", accepts_mail=True
        )
        self.landlord = contact(
            self.council,
            "Bailleresse",
            "social",
            self.place,
            first_name="Ana",
            email="Bail@exemple.invalid",
            accepts_mail=True,
        )
        self.silent = contact(self.council, "Muette", "elected", email="muette@exemple.invalid")
        self.paper = contact(self.council, "Papier", "elected", self.place, accepts_mail=True)
        self.free = contact(
            self.council, "Ajoutée", "users", email="ajoutee@exemple.invalid", accepts_mail=True
        )
        contact(self.council, "Twin", "elected", email="ELUE@exemple.invalid", accepts_mail=True)
        contact(self.other, "Étrangère", "elected", email="loin@exemple.invalid", accepts_mail=True)

    def made(self, **fields: Any) -> MailingList:
        """Give a list of elected people and of landlords' contacts."""
        data = {"name": "Lettre", "purpose": "Usage canari", "colleges": ["elected"], **fields}
        answer = self.browser.post(f"{LISTS}nouvelle/", {"categories": ["landlord"], **data})
        self.assertEqual(answer.status_code, 302)
        return MailingList.objects.latest("created_at")

    def address(self, one: MailingList, act: str = "") -> str:
        """Return the address of a list's page, or of an act on it."""
        return f"{LISTS}{one.pk}/{act}"

    def test_the_rule_joins_colleges_and_categories(self) -> None:
        page = self.browser.get(self.address(self.made()))
        reached = [row[0].text for row in page.context["reached"]]
        self.assertEqual(sorted(reached), ["Ana Bailleresse", "Twin", "Élue"])
        self.assertEqual([row[0].text for row in page.context["without_address"]], ["Papier"])
        self.assertEqual([row[0].text for row in page.context["declined"]], ["Muette"])
        self.assertContains(page, "Usage canari")
        self.assertNotContains(page, "Étrangère")

    def test_who_did_not_accept_is_in_no_file(self) -> None:
        """GDPR art. 6: by rule or by hand, no agreement, no letter."""
        one = self.made()
        one.contacts.add(self.silent)
        text = self.browser.get(self.address(one, "adresses/"))
        self.assertContains(text, "Bail@exemple.invalid; elue@exemple.invalid")
        self.assertNotContains(text, "muette@exemple.invalid")
        body = self.browser.get(self.address(one, "fichiers/liste.csv")).content.decode()
        self.assertIn("Papier", body)
        self.assertNotIn("Muette", body)
        ods = self.browser.get(self.address(one, "fichiers/liste.ods")).content
        (sheet,) = reading.tables_of(ods)
        names = [row[0] for _, row in sheet.rows]
        self.assertEqual(sorted(names), ["Bailleresse", "Papier", "Twin", "Élue"])
        # Positive control: once she accepts, she is there.
        Contact.objects.filter(pk=self.silent.pk).update(
            accepts_mail=True, accepts_mail_since="2026-01-01"
        )
        again = self.browser.get(self.address(one, "adresses/"))
        self.assertContains(again, "muette@exemple.invalid")

    def test_an_address_shared_by_two_is_written_once(self) -> None:
        text = self.browser.get(self.address(self.made(), "adresses/")).content.decode()
        self.assertEqual(text.lower().count("elue@exemple.invalid"), 1)

    def test_labels_are_24_a_page_with_the_organisation_s_address(self) -> None:
        one = self.made()
        answer = self.browser.get(self.address(one, "fichiers/etiquettes.pdf"))
        text = pdf_text(answer.content)
        self.assertIn("Ana Bailleresse Bailleur social 1 rue des Étiquettes 57000 Metz", text)
        self.assertIn("Papier", text)
        self.assertNotIn("Élue", text, "no postal address")
        document = pypdfium2.PdfDocument(answer.content)
        width, height = document[0].get_size()
        self.assertAlmostEqual(width / 72 * 25.4, 210, delta=0.5)
        self.assertAlmostEqual(height / 72 * 25.4, 297, delta=0.5)
        for number in range(23):
            contact(self.council, f"Nom {number}", "elected", self.place, accepts_mail=True)
        body = self.browser.get(self.address(one, "fichiers/etiquettes.pdf")).content
        self.assertEqual(len(pypdfium2.PdfDocument(body)), 2, "25 labels")

    def test_people_are_added_and_removed_by_hand(self) -> None:
        one = self.made(colleges=[], categories=[])
        pick = self.address(one, "a-la-main/")
        found = self.browser.post(pick, {"words": "ajoutee"})
        self.assertContains(found, str(self.free.pk))
        self.assertEqual(one.contacts.count(), 0, "a search writes nothing")
        added = self.browser.post(pick, {"people": [str(self.free.pk)], "version": 1})
        self.assertRedirects(added, self.address(one))
        self.assertContains(self.browser.get(self.address(one)), "Ajoutée")
        stranger = Contact.objects.get(last_name="Étrangère")
        refused = self.browser.post(pick, {"people": [str(stranger.pk)], "version": 2})
        self.assertIn("people", refused.context["form"].errors)
        self.browser.post(pick, {"version": 2})
        self.assertEqual(one.contacts.count(), 0)
        stale = self.browser.post(pick, {"people": [str(self.free.pk)], "version": 2})
        self.assertContains(stale, "Quelqu’un a modifié")

    def test_each_remittance_is_recorded(self) -> None:
        one = self.made()
        for act, purpose in (
            ("adresses/", "addresses"),
            ("fichiers/liste.csv", "liste.csv"),
            ("fichiers/liste.ods", "liste.ods"),
            ("fichiers/etiquettes.pdf", "etiquettes.pdf"),
        ):
            with recorder.observe() as events:
                self.assertEqual(self.browser.get(self.address(one, act)).status_code, 200)
            self.assertEqual(
                [(e.action, e.purpose, e.objects) for e in events],
                [("export.written", f"directory.{purpose}", (one.pk,))],
            )
        self.assertEqual(self.browser.get(self.address(one, "fichiers/x.csv")).status_code, 404)

    def test_a_list_s_name_is_once_a_council_and_a_list_is_set_aside(self) -> None:
        one = self.made()
        twice = self.browser.post(f"{LISTS}nouvelle/", {"name": "Lettre"})
        self.assertContains(twice, "porte déjà ce nom")
        forged = self.browser.post(f"{LISTS}nouvelle/", {"name": "X", "colleges": ["inconnu"]})
        self.assertIn("colleges", forged.context["form"].errors)
        edit = self.address(one, "modifier/")
        data = {"name": "Lettre", "version": 1}
        self.browser.post(edit, {**data, "colleges": ["users", "carers"]})
        late = self.browser.post(edit, {**data, "colleges": ["elected"]})
        self.assertContains(late, "personnes concernées, usagers, aidants, familles")
        aside = self.address(one, "mettre-de-cote/")
        self.assertRedirects(self.browser.post(aside, {"version": 2}), self.address(one))
        self.assertContains(self.browser.get(LISTS), "mise de côté")

    def test_only_the_coordination_and_only_in_its_council(self) -> None:
        one = self.made()
        contributor = member(self.council, "contributor", "chloe")
        stranger = member(self.other, "coordinator", "sacha")
        acts = (
            "",
            "modifier/",
            "a-la-main/",
            "mettre-de-cote/",
            "adresses/",
            "fichiers/liste.csv",
        )
        for address in (LISTS, f"{LISTS}nouvelle/", *(self.address(one, act) for act in acts)):
            visitor = Client(headers={"host": settings.ALLOWED_HOSTS[0]}).get(address)
            self.assertEqual(visitor.status_code, 302, address)
            self.assertEqual(contributor.get(address).status_code, 404, address)
            self.assertEqual(stranger.get(address).status_code, 404, address)
            self.assertEqual(self.browser.get(address).status_code, 200, address)
        for act in acts:
            theirs = self.address(one, act).replace("/metz/", "/autre/")
            self.assertEqual(stranger.get(theirs).status_code, 404, theirs)
        self.assertEqual(stranger.get(LISTS.replace("metz", "autre")).status_code, 200)

    def test_pages_cost_the_same_for_few_and_many(self) -> None:
        one = self.made()
        few = self._queries(self.address(one)), self._queries(LISTS)
        for number in range(20):
            contact(self.council, f"Nom {number}", "elected", self.place, accepts_mail=True)
            MailingList.objects.create(council=self.council, name=f"Liste {number}")
        self.assertEqual((self._queries(self.address(one)), self._queries(LISTS)), few)

    def _queries(self, address: str) -> int:
        self.browser.get(address)
        with CaptureQueriesContext(connection) as seen:
            self.browser.get(address)
        return len(seen)


class LargeDirectory(TestCase):
    """Two thousand organisations leave as a spreadsheet, and texts pasted from anywhere too."""

    def test_two_thousand_organisations_are_written_in_seconds(self) -> None:
        of = council()
        browser = member(of, "coordinator", "camille")
        rows = [
            Organisation(council=of, name=f"Structure {n}", category="other", missions="x" * 200)
            for n in range(2_000)
        ]
        for one in rows:
            set_organisation_keys(one)
        Organisation.objects.bulk_create(rows)
        started = time.monotonic()
        for name in ("annuaire.ods", "annuaire.pdf", "structures.csv"):
            self.assertEqual(browser.get(FILES + name).status_code, 200, name)
        self.assertLess(time.monotonic() - started, 30)

    def test_a_sign_that_no_document_may_hold_is_left_out(self) -> None:
        of = council()
        browser = member(of, "coordinator", "camille")
        organisation(of, "Une", missions="Collé depuis\x0b un traitement de texte")
        (sheet,) = reading.tables_of(browser.get(f"{FILES}annuaire.ods").content)[:1]
        self.assertIn("Collé depuis un traitement de texte", sheet.rows[0][1])
        self.assertEqual(browser.get(f"{FILES}annuaire.pdf").status_code, 200)
