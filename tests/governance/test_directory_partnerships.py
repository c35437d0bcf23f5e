"""Partnerships of the directory: entered, corrected, counted by nature and by end (000-24)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit import recorder
from clsm_core.directory.models import Partnership
from clsm_core.directory.queries.partnerships import months_after
from tests.cases_of import TestCase
from tests.governance.council_people import council, member
from tests.governance.directory_rows import organisation

PARTNERSHIPS = "/conseils/metz/annuaire/partenariats/"


class PartnershipPages(TestCase):
    """Partnerships with their nature, their dates and who takes part (000-24)."""

    def setUp(self) -> None:
        """Open two councils with an organisation each."""
        self.council = council()
        self.other = council("autre", "Autre CLSM")
        self.browser = member(self.council, "contributor", "chloe")
        self.one = organisation(self.council, "Ville")
        self.two = organisation(self.council, "Hôpital")
        self.data = {
            "subject": "Accueil commun canari",
            "nature": "protocol",
            "signed_on": "2025-01-02",
            "starts_on": "2025-02-01",
            "ends_on": "",
            "remarks": "Remarque canari",
            "organisation_0": "ville",
            "organisation_1": "Hopital",
        }

    def partnership(self, **fields: Any) -> Partnership:
        """Give a partnership of the council."""
        self.browser.post(f"{PARTNERSHIPS}nouveau/", {**self.data, **fields})
        return Partnership.objects.latest("created_at")

    def test_what_is_typed_is_found_again(self) -> None:
        """000-24: nature, dates and organisations."""
        with recorder.observe() as events:
            made = self.partnership()
        changed = [event.fields[0] for event in events if event.action == "config.changed"]
        self.assertIn("clsm_directory.partnership", changed)
        self.assertEqual(set(made.organisations.all()), {self.one, self.two})
        page = self.browser.get(f"{PARTNERSHIPS}{made.pk}/")
        for words in (
            "Accueil commun canari",
            "protocole",
            "2 janvier 2025",
            "1er février 2025",
            "Remarque canari",
            "Ville",
            "Hôpital",
        ):
            self.assertContains(page, words)
        place = f"/conseils/metz/annuaire/structures/{self.one.pk}/"
        self.assertContains(self.browser.get(place), "Accueil commun canari")

    def test_natures_and_ends_are_counted(self) -> None:
        """000-24: number and nature of the partnerships; those that end within six months."""
        today = self._today()
        self.partnership(nature="charter")
        self.partnership(ends_on=str(months_after(today, 5)))
        self.partnership(ends_on=str(months_after(today, 8)))
        self.partnership(ends_on=str(today - dt.timedelta(days=3)))
        page = self.browser.get(PARTNERSHIPS)
        counts = {tile.label: tile.number for tile in page.context["tiles"]}
        self.assertEqual(counts, {"en cours": 3, "finissent dans les six mois": 1, "terminés": 1})
        natures = {tile.label: tile.number for tile in page.context["natures"]}
        self.assertEqual(natures, {"charte": 1, "protocole": 2})
        soon = self.browser.get(f"{PARTNERSHIPS}?etat=bientot-finis")
        self.assertEqual(len(soon.context["rows"]), 1)
        charters = self.browser.get(f"{PARTNERSHIPS}?nature=charter")
        self.assertEqual(len(charters.context["rows"]), 1)

    def test_six_months_are_counted_by_the_calendar(self) -> None:
        self.assertEqual(months_after(dt.date(2026, 8, 31), 6), dt.date(2027, 2, 28))
        self.assertEqual(months_after(dt.date(2026, 7, 1), 6), dt.date(2027, 1, 1))
        self.assertEqual(months_after(dt.date(2026, 6, 30), 6), dt.date(2026, 12, 30))

    def test_rules_speak_at_the_field(self) -> None:
        address = f"{PARTNERSHIPS}nouveau/"
        late = self.browser.post(address, {**self.data, "ends_on": "2024-01-01"})
        self.assertContains(late, "précéder le début")
        nobody = self.browser.post(address, {**self.data, "organisation_0": ""})
        self.assertIn("organisation_0", nobody.context["form"].errors)
        foreign = organisation(self.other, "Étrangère")
        stolen = self.browser.post(address, {**self.data, "organisation_0": foreign.name})
        self.assertIn("organisation_0", stolen.context["form"].errors)
        self.assertFalse(Partnership.objects.exists())

    def test_a_correction_changes_who_takes_part_and_keeps_who_is_set_aside(self) -> None:
        made = self.partnership()
        self.two.is_active = False
        self.two.save()
        edit = f"{PARTNERSHIPS}{made.pk}/modifier/"
        third = organisation(self.council, "Bailleur")
        data = {**self.data, "organisation_0": "Bailleur", "organisation_1": "", "version": 1}
        self.assertEqual(self.browser.post(edit, data).status_code, 302)
        self.assertEqual(set(made.organisations.all()), {self.two, third})
        stale = self.browser.post(edit, data)
        self.assertContains(stale, "Quelqu’un a modifié cette page entre-temps")

    def test_strangers_readers_and_other_councils(self) -> None:
        made = self.partnership()
        mine = f"{PARTNERSHIPS}{made.pk}/"
        theirs = mine.replace("/metz/", "/autre/")
        stranger = member(self.other, "coordinator", "sacha")
        reader = member(self.council, "reader", "remi")
        self.assertEqual(reader.get(mine).status_code, 200)
        self.assertEqual(reader.get(f"{mine}modifier/").status_code, 404)
        self.assertEqual(reader.get(f"{PARTNERSHIPS}nouveau/").status_code, 404)
        for address in (mine, theirs, f"{mine}modifier/", f"{theirs}modifier/", PARTNERSHIPS):
            self.assertEqual(stranger.get(address).status_code, 404, address)
        self.assertEqual(stranger.get(PARTNERSHIPS.replace("metz", "autre")).status_code, 200)
        self.assertEqual(self.browser.post(PARTNERSHIPS).status_code, 405)

    def test_a_list_costs_the_same_for_one_row_and_twenty(self) -> None:
        self.partnership()
        one = self._queries()
        for _ in range(20):
            self.partnership()
        self.assertEqual(self._queries(), one)

    def _queries(self) -> int:
        self.browser.get(PARTNERSHIPS)
        with CaptureQueriesContext(connection) as seen:
            self.browser.get(PARTNERSHIPS)
        return len(seen)

    @staticmethod
    def _today() -> dt.date:
        return dt.date.today()  # noqa: DTZ011 – the test's own clock
