"""The dossier that a new coordinator inherits: everything, on one page and on paper."""

from __future__ import annotations

import datetime as dt
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext

from clsm_core.council.models import Post, SchemeLink
from clsm_core.directory.models import MailingList, Partnership
from clsm_core.governance.actions import framework
from tests.cases_of import Client, TestCase
from tests.governance import governance_rows as rows
from tests.governance.council_people import council, member

PAGE = "/conseils/metz/passation/"
PDF = "/conseils/metz/passation/dossier.pdf"
NOW = dt.datetime(2026, 6, 15, 10, 0, tzinfo=rows.PARIS)


class Dossier(TestCase):
    """D.3: more than 70 % are in post for less than two years."""

    def setUp(self) -> None:
        for name in ("clsm_core.council.access.now", "clsm_core.governance.views.dossier.now"):
            self.enterContext(mock.patch(name, return_value=NOW))
        self.council = council(presentation="canari-présentation", presidency="canari-présidence")
        self.claire = member(self.council, "coordinator", "claire")

    def fill(self) -> None:
        """Write one of everything, each with a word of its own."""
        here = self.council
        place = rows.organisation(here, "canari-structure", "social")
        steering = rows.body(here, name="canari-instance")
        rows.mandate(
            steering,
            rows.contact(here, "canari-membre", "elected", place),
            role="president",
            ends_on=dt.date(2026, 8, 31),
        )
        rows.meeting(steering, dt.date(2026, 3, 12), title="canari-tenue")
        rows.meeting(steering, dt.date(2026, 10, 8), "planned", title="canari-prochaine")
        rows.meeting(steering, dt.date(2026, 5, 4), "planned", title="canari-oubliée")
        rows.decision(
            rows.meeting(steering, dt.date(2026, 3, 13)),
            "canari-décision",
            due_on=dt.date(2026, 6, 1),
        )
        rows.decision(rows.meeting(steering, dt.date(2026, 3, 14)), "canari-faite", state="done")
        charter = rows.framework_document(here, title="canari-charte", duration_months=24)
        framework.mark_signed(document=charter, on=dt.date(2024, 9, 1))
        partnership = Partnership.objects.create(
            council=here,
            nature="convention",
            subject="canari-partenariat",
            starts_on=dt.date(2025, 1, 1),
        )
        partnership.organisations.add(place)
        SchemeLink.objects.create(council=here, kind="ptsm", name="canari-dispositif")
        Post.objects.create(
            council=here,
            holder="canari-coordinatrice",
            employer="local_authority",
            employer_name="canari-employeur",
            time_percent=80,
            contract="civil_servant",
            starts_on=dt.date(2025, 9, 1),
        )
        MailingList.objects.create(council=here, name="canari-liste", purpose="canari-usage")

    def test_everything_is_there_on_page_and_paper(self) -> None:
        """Each part, by its own word; what is done is not; the commission's words never."""
        self.fill()
        page = self.claire.get(PAGE)
        answer = self.claire.get(PDF)
        text = rows.pdf_text(answer.content).replace("\ufffe", "-").replace("- ", "-")
        for word in (
            "présentation",
            "présidence",
            "structure",
            "instance",
            "membre",
            "tenue",
            "prochaine",
            "décision",
            "charte",
            "partenariat",
            "dispositif",
            "coordinatrice",
            "employeur",
            "liste",
            "usage",
        ):
            self.assertContains(page, f"canari-{word}")
            self.assertIn(f"canari-{word}", text)
        self.assertNotContains(page, "canari-faite")
        self.assertIn(b"/StructTreeRoot", answer.content)
        self.assertIn('filename="passation.pdf"', answer.headers["Content-Disposition"])

    def test_what_is_late_comes_first(self) -> None:
        """D-01, D-02, D-06, D-07, D-09: decisions, meetings, minutes, ends, unverified entries."""
        self.fill()
        page = self.claire.get(PAGE).content.decode()
        late = page[page.index("Ce qui est en retard") : page.index("Le conseil et son territoire")]
        for words in (
            "due le 1er juin 2026",
            "Le jour est passé",
            "Le compte rendu n’est pas diffusé",
            "échéance le 31 août 2026",
            "finit le 31 août 2026",
            "1 structure non vérifiée depuis un an",
            "aucun membre du collège « aidants, familles »",
            "n’a pas d’assemblée plénière",
        ):
            self.assertIn(words, late)
        self.assertNotIn("canari-prochaine", late)

    def test_an_empty_council_has_its_dossier(self) -> None:
        """Each part says that nothing is written there."""
        page = self.claire.get(PAGE)
        for words in ("Aucune instance n’est ouverte", "Aucun poste n’est inscrit"):
            self.assertContains(page, words)
        self.assertIn("Aucune décision n’est en cours", rows.pdf_text(self.claire.get(PDF).content))

    def test_another_council_s_rows_stay_there(self) -> None:
        self.fill()
        other = council("autre", "Autre")
        denise = member(other, "coordinator", "denise")
        page = denise.get("/conseils/autre/passation/")
        self.assertEqual(page.status_code, 200)
        for word in ("canari-membre", "canari-décision", "canari-liste", "canari-charte"):
            self.assertNotContains(page, word)
        self.assertEqual(denise.get(PAGE).status_code, 404)

    def test_doors(self) -> None:
        """Coordination and those who preside; nobody else; GET only."""
        for role, expected in (
            ("president", 200),
            ("co_animator", 200),
            ("steering_member", 404),
            ("contributor", 404),
            ("reader", 404),
        ):
            browser = member(self.council, role, role)
            for url in (PAGE, PDF):
                self.assertEqual(browser.get(url).status_code, expected, (role, url))
        for url in (PAGE, PDF):
            self.assertEqual(self.claire.get(url).status_code, 200)
            self.assertEqual(self.claire.post(url).status_code, 405)
            self.assertEqual(Client().get(url).status_code, 302)

    def test_queries_do_not_grow(self) -> None:
        """One of everything, or twenty more."""
        self.fill()
        self.claire.get(PAGE)
        with CaptureQueriesContext(connection) as one:
            self.claire.get(PAGE)
        for number in range(20):
            body = rows.body(self.council, "technical", name=f"Comité {number}")
            rows.mandate(body, rows.contact(self.council, f"Nom {number}"))
            rows.decision(rows.meeting(body), f"Décision {number}")
            partnership = Partnership.objects.create(
                council=self.council,
                nature="informal",
                subject=f"Objet {number}",
                starts_on=dt.date(2025, 1, 1),
            )
            partnership.organisations.add(rows.organisation(self.council, f"Lieu {number}"))
        with CaptureQueriesContext(connection) as twenty:
            self.assertContains(self.claire.get(PAGE), "Décision 19")
        self.assertEqual(len(twenty), len(one))
