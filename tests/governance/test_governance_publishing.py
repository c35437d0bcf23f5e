"""What of the framework documents ends, is published, and who opens them."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext

from clsm_core.accounts.posting import Refusal
from clsm_core.governance.actions import framework
from clsm_core.governance.models import Document
from tests.cases_of import Client
from tests.governance import governance_rows as rows
from tests.governance.council_people import council, member
from tests.governance.test_governance_framework import LIST, PUBLIC, Framework


class Ending(Framework):
    """D-07: said six months before, until a later version takes its place."""

    def test_alert_six_months_before(self) -> None:
        self.signed(dt.date(2024, 1, 1), duration_months=36)
        self.assertContains(self.claire.get(LIST), "échéance le 31 décembre 2026", 0)
        ending = self.signed(dt.date(2024, 1, 1), kind="rules", duration_months=35)
        self.assertContains(self.claire.get(LIST), "échéance le 30 novembre 2026")
        self.assertContains(self.claire.get(self.url(ending)), "Moins de six mois")

    def test_an_expired_one_is_said_until_it_is_replaced(self) -> None:
        old = self.signed(dt.date(2020, 1, 1), duration_months=12)
        self.assertContains(self.claire.get(LIST), "échu depuis le 31 décembre 2020")
        self.assertContains(self.claire.get(self.url(old)), "échu")
        self.signed(dt.date(2026, 1, 1), duration_months=36)
        self.assertNotContains(self.claire.get(LIST), "échu depuis")


class Shown(Framework):
    """A signed charter, in a council whose public page is open."""

    def setUp(self) -> None:
        super().setUp()
        self.charter = self.signed(title="canari-charte", text="canari-texte")
        self.council.is_published = True
        self.council.save()


class Publishing(Shown):
    """What anybody reads, without logging in."""

    def test_signed_then_published_then_public(self) -> None:
        """A version in project has no such act; publishing shows it, taking back hides it."""
        project = rows.framework_document(self.council, "rules", "canari-projet")
        with self.assertRaises(Refusal):
            framework.publish(document=project, is_published=True)
        self.assertNotContains(Client().get(PUBLIC), "canari-charte")
        pdf = f"{PUBLIC}{self.charter.pk}.pdf"
        self.assertEqual(Client().get(pdf).status_code, 404)
        url = self.url(self.charter, "publier/")
        self.assertEqual(rows.submit(self.claire, url, self.charter).status_code, 302)
        page = Client().get(PUBLIC)
        self.assertContains(page, "canari-charte")
        self.assertNotContains(page, "canari-projet")
        self.assertIn(
            "canari-texte", rows.pdf_text(Client().get(pdf).content).replace("\ufffe", "-")
        )
        self.assertEqual(Client().get(f"{PUBLIC}{project.pk}.pdf").status_code, 404)
        self.charter.refresh_from_db()
        rows.submit(self.claire, url, self.charter)
        self.assertNotContains(Client().get(PUBLIC), "canari-charte")
        self.assertEqual(Client().get(pdf).status_code, 404)

    def test_a_closed_council_shows_nothing(self) -> None:
        """Same answer as a council that does not exist; control: open, it answers."""
        framework.publish(document=self.charter, is_published=True)
        self.assertEqual(Client().get(PUBLIC).status_code, 200)
        self.council.is_published = False
        self.council.save()
        for url in (PUBLIC, f"{PUBLIC}{self.charter.pk}.pdf", "/public/inconnu/documents/"):
            self.assertEqual(Client().get(url).status_code, 404, url)

    def test_another_council_s_page_does_not_give_it(self) -> None:
        framework.publish(document=self.charter, is_published=True)
        council("autre", "Autre", is_published=True)
        self.assertNotContains(Client().get("/public/autre/documents/"), "canari-charte")
        self.assertEqual(
            Client().get(f"/public/autre/documents/{self.charter.pk}.pdf").status_code, 404
        )

    def test_the_public_page_only_reads(self) -> None:
        self.assertEqual(Client().post(PUBLIC).status_code, 405)
        framework.publish(document=self.charter, is_published=True)
        self.assertEqual(Client().post(f"{PUBLIC}{self.charter.pk}.pdf").status_code, 405)

    def test_presidency_publishes_members_do_not(self) -> None:
        """D.3: coordination, presidency, co-animation."""
        url = self.url(self.charter, "publier/")
        for role, expected in (
            ("president", 200),
            ("co_animator", 200),
            ("steering_member", 404),
            ("contributor", 404),
            ("reader", 404),
        ):
            self.assertEqual(member(self.council, role, role).get(url).status_code, expected, role)

    def test_published_minutes_are_listed(self) -> None:
        """Validated and published only; each leads to its public page."""
        body = rows.body(self.council, name="Canari-instance")
        hidden = rows.validated(rows.meeting(body, dt.date(2025, 2, 3)), rows.user_of(self.claire))
        self.assertNotContains(Client().get(PUBLIC), "Canari-instance")
        hidden.is_published = True
        hidden.save()
        page = Client().get(PUBLIC)
        self.assertContains(page, "Canari-instance, 3 février 2025")
        self.assertContains(page, f"/public/metz/comptes-rendus/{hidden.pk}/")

    def test_an_empty_public_page_says_so(self) -> None:
        self.assertContains(Client().get(PUBLIC), "Rien n’est publié pour l’instant")


class Files(Shown):
    """A file stands for the text; the public reads it when the version is published."""

    def setUp(self) -> None:
        super().setUp()
        self.file = Document.objects.create(
            council=self.council,
            framework=self.charter,
            title="canari-fichier",
            file_name="charte signée.pdf",
            media_type="application/pdf",
            size=4,
            sha256="0" * 64,
            content=b"%PDF",
            added_by=rows.user_of(self.claire),
        )
        self.public = f"{PUBLIC}fichiers/{self.file.pk}/"

    def test_the_page_lists_it(self) -> None:
        page = self.claire.get(self.url(self.charter))
        self.assertContains(page, "canari-fichier")
        self.assertContains(page, f"?framework={self.charter.pk}")

    def test_public_with_its_version_only(self) -> None:
        """Unpublished, withdrawn, of a meeting, of another council: absent."""
        self.assertEqual(Client().get(self.public).status_code, 404)
        framework.publish(document=self.charter, is_published=True)
        self.assertContains(Client().get(PUBLIC), "canari-fichier")
        answer = Client().get(self.public)
        self.assertEqual(answer.content, b"%PDF")
        self.assertTrue(answer.headers["Content-Disposition"].startswith("attachment"))
        self.assertIn("sandbox", answer.headers["Content-Security-Policy"])
        council("autre", "Autre", is_published=True)
        other = self.public.replace("/metz/", "/autre/")
        self.assertEqual(Client().get(other).status_code, 404)
        self.file.is_withdrawn = True
        self.file.save()
        self.assertEqual(Client().get(self.public).status_code, 404)
        self.assertNotContains(Client().get(PUBLIC), "canari-fichier")
        self.file.is_withdrawn = False
        self.file.framework, self.file.meeting = None, rows.meeting(rows.body(self.council))
        self.file.save()
        self.assertEqual(Client().get(self.public).status_code, 404)


class Doors(Framework):
    """Who reads, who writes."""

    def test_siblings(self) -> None:
        charter = self.signed()
        stranger = member(council("autre", "Autre"), "coordinator", "denise")
        for url in (LIST, self.url(charter), self.url(charter, "document.pdf")):
            self.assertEqual(self.claire.get(url).status_code, 200)
            self.assertEqual(Client().get(url).status_code, 302)
            self.assertEqual(stranger.get(url).status_code, 404)
            self.assertEqual(self.claire.post(url).status_code, 405)

    def test_only_the_coordination_writes(self) -> None:
        charter = rows.framework_document(self.council)
        one = rows.signatory(charter, "Ville", "municipal")
        pages = [f"{LIST}nouveau/"]
        pages += [
            self.url(charter, more)
            for more in (
                "modifier/",
                "version/",
                "signer/",
                "signataires/ajouter/",
                f"signataires/{one.pk}/",
                f"signataires/{one.pk}/signer/",
                f"signataires/{one.pk}/retirer/",
            )
        ]
        for role in ("president", "steering_member", "contributor", "reader"):
            browser = member(self.council, role, role)
            for page in pages:
                for method in (browser.get, browser.post):
                    self.assertEqual(method(page).status_code, 404, (role, page))
        for page in pages:
            self.assertEqual(self.claire.get(page).status_code, 200, page)

    def test_a_project_is_for_those_who_steer(self) -> None:
        project = rows.framework_document(self.council, title="canari-projet")
        for role, expected in (("steering_member", 200), ("contributor", 404), ("reader", 404)):
            browser = member(self.council, role, role)
            self.assertEqual(browser.get(self.url(project)).status_code, expected, role)
            self.assertEqual(
                browser.get(self.url(project, "document.pdf")).status_code, expected, role
            )
            self.assertEqual(b"canari-projet" in browser.get(LIST).content, expected == 200)

    def test_a_list_costs_the_same_for_twenty(self) -> None:
        rows.signatory(rows.framework_document(self.council), "Ville", "municipal")
        self.claire.get(LIST)
        with CaptureQueriesContext(connection) as one:
            self.claire.get(LIST)
        for number in range(19):
            made = rows.framework_document(self.council, title=f"Version {number}")
            rows.signatory(made, f"Structure {number}", "social")
        with CaptureQueriesContext(connection) as twenty:
            self.assertContains(self.claire.get(LIST), "Version 18")
        self.assertEqual(len(twenty), len(one))
