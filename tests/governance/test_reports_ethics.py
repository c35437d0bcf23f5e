"""The steering committee's page of ethics and confidentiality (001-11, 003-13; E-12, E-19)."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from lxml import html

from clsm_core.accounts.clock import now
from clsm_core.governance.models import Body, FrameworkDocument, Signatory
from clsm_core.observatory.figures import words as band_words
from tests.cases_of import CommittingTestCase, TestCase
from tests.governance.council_people import council, member
from tests.governance.directory_rows import organisation
from tests.governance.publishing import insert_all, withdraw
from tests.governance.released import PUBLIC_KEY
from tests.governance.reports_rows import SINCE, decision, held

YEAR = 2025


def said(page: object) -> str:
    """Return the words of a page, spaces made plain."""
    tree = html.fromstring(page.content.decode())
    return " ".join(tree.text_content().replace("\xa0", " ").split())


class Charters(TestCase):
    """Charters: validated by the committee, in force, signed by all, or what is missing."""

    def setUp(self) -> None:
        """Open a council, its committee, and two structures that sign."""
        self.council = council()
        self.steering = member(self.council, "steering_member", "sam")
        self.url = reverse("reports:ethics", args=["metz", YEAR])
        self.signers = [
            organisation(self.council, "Ville", "municipal"),
            organisation(self.council, "Hôpital", "public_psychiatry"),
        ]

    def charter(self, kind: str, body: str = "steering", **values: object) -> FrameworkDocument:
        """Give a charter, signed by nobody yet."""
        where, _ = Body.objects.get_or_create(
            council=self.council, kind=body, defaults={"name": body, "starts_on": SINCE}
        )
        number = FrameworkDocument.objects.count() + 1
        made = decision(held(where, dt.date(2025, 1, 9)), number, "charter")
        values = {"is_signed": True, "starts_on": SINCE, "decision": made, **values}
        one = FrameworkDocument.objects.create(
            council=self.council, kind=kind, number=1, title=kind, **values
        )
        for signer in self.signers:
            Signatory.objects.create(document=one, organisation=signer, representative="Nom tu")
        return one

    def test_nothing_is_written_yet(self) -> None:
        """001-11: both charters are asked for, and the commission has published nothing."""
        text = said(self.steering.get(self.url))
        for expected in (
            "Écrivez la charte et faites-la valider par le comité de pilotage.",
            "Écrivez la charte de la commission et faites-la valider",
            "La commission n’a rien publié pour cette année",
        ):
            self.assertIn(expected, text)

    def test_what_is_missing_is_said_until_nothing_is(self) -> None:
        """001-11: another body's decision is not enough; signatures are counted on the day."""
        council_charter = self.charter("charter")
        commission = self.charter("commission_charter", body="plenary")
        text = said(self.steering.get(self.url))
        self.assertIn("0 sur 2", text)
        self.assertIn("Recueillez les signatures qui manquent à la charte : 2.", text)
        self.assertIn("Rattachez la charte de la commission à la décision du comité", text)
        self.assertNotIn("Rattachez la charte à", text)
        self.assertNotIn("Nom tu", text)
        for one in Signatory.objects.all():
            one.signed_on = dt.date(2025, 12, 31)
            one.save()
        commission.decision = council_charter.decision
        commission.save()
        text = said(self.steering.get(self.url))
        self.assertIn("Les deux chartes sont validées, en vigueur et signées par tous.", text)
        self.assertEqual(text.count("2 sur 2"), 2)
        self.assertIn(f"oui, décision {council_charter.decision.code}", text)
        before = said(self.steering.get(self.url.replace("2025", "2024")))
        self.assertIn("0 sur 2", before)
        commission.ends_on = dt.date(2025, 6, 30)
        commission.save()
        self.assertIn("ou renouvelez-la", said(self.steering.get(self.url)))

    def test_doors(self) -> None:
        """Who follows the commission's figures reads it; readers and strangers find nothing."""
        self.assertEqual(self.client.get(self.url).status_code, 302)
        stranger = member(council("autre", "Autre"), "coordinator", "olga")
        for browser in (
            member(self.council, "reader", "remi"),
            member(self.council, "contributor", "cara"),
            stranger,
        ):
            self.assertEqual(browser.get(self.url).status_code, 404)
        self.assertEqual(self.steering.post(self.url).status_code, 405)
        odd = self.url.replace("2025", str(now().year + 1))
        self.assertEqual(self.steering.get(odd).status_code, 404)

    def test_queries_do_not_grow(self) -> None:
        """Style 24: twenty signatories cost what two cost."""
        one = self.charter("charter")
        self.steering.get(self.url)
        with CaptureQueriesContext(connection) as few:
            self.steering.get(self.url)
        for n in range(20):
            signer = organisation(self.council, f"Structure {n}", "social")
            Signatory.objects.create(document=one, organisation=signer, representative="x")
        with self.assertNumQueries(len(few)):
            self.assertIn("0 sur 22", said(self.steering.get(self.url)))


@override_settings(RELEASE_PUBLIC_KEY=PUBLIC_KEY)
class Published(CommittingTestCase):
    """What the commission publishes of agreements and of confidentiality."""

    def test_agreements_and_incidents_as_published(self) -> None:
        """001-11, E-12, E-19: each line and band as the bundle writes it; withdrawn, gone."""
        here = council("ethique")
        made = insert_all(here, "large")
        bundle = made[-1].bundle
        end = dt.date.fromisoformat(bundle["period"]["end"]) - dt.timedelta(days=1)
        browser = member(here, "steering_member", "sam-ethique")
        url = reverse("reports:ethics", args=["ethique", end.year])
        text = said(browser.get(url))
        lines = [one for one in bundle["institution"] if one["element"] == "E-19"]
        self.assertTrue(lines)
        for one in lines:
            self.assertIn(one["label"], text)
            self.assertIn(one["text"], text)
        bands = 0
        for part in bundle["populations"]:
            for table in part["tables"]:
                if part["total"] and table["element"] == "E-12" and not table["columns"]:
                    for row in table["rows"]:
                        self.assertIn(f"{row['label']} {band_words(row['band'])}", text)
                        bands += 1
        self.assertGreater(bands, 4)
        self.assertNotIn("Problématiques rencontrées", text)
        self.assertNotIn(" %", text.replace("91 % ou plus", ""))
        for one in made:
            withdraw(one.id)
        self.assertIn("La commission n’a rien publié pour cette année", said(browser.get(url)))
