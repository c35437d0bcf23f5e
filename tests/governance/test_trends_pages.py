"""Released figures, proved before they are shown, to the steering roles only (R10, R12, R15)."""

from __future__ import annotations

from dataclasses import replace

import psycopg
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from cases.disclosure.bundle import ReleaseFiles, check_history
from cases.disclosure.errors import HistoryBroken
from cases.disclosure.period import Period
from clsm_core.observatory import interface
from tests.cases_of import CommittingTestCase
from tests.governance.council_people import (
    COMMISSION,
    PUBLIC_KEY,
    SIGNER,
    council,
    insert,
    insert_note,
    member,
    release_files,
    withdraw,
)

PAGE = "/conseils/{}/observation/"
REFUSED = "Une publication n’est pas affichée"


@override_settings(RELEASE_PUBLIC_KEY=PUBLIC_KEY)
class Trends(CommittingTestCase):
    """Each test opens its own council: what is published stays."""

    def test_large_year_shows_bands_hatching_and_proof(self) -> None:
        metz = council("grande")
        files = release_files("grande", "examined", Period.year(2025), 120)
        insert(metz, files)
        page = member(metz, name="a").get(PAGE.format("grande"))
        self.assertContains(page, "121 à 130" if files.bundle["total"][0] == 121 else "111 à 120")
        self.assertContains(page, "Ce qui est fréquent")
        self.assertContains(page, "hatched")
        self.assertContains(page, "Preuve vérifiée")
        self.assertNotContains(page, "style=")

    def test_small_council_leads_with_its_block_and_its_notes(self) -> None:
        petite = council("petite")
        insert(petite, release_files("petite", "examined", Period.years(2023, 2025), 45))
        insert_note(petite, "Pas d’équipe mobile", "Les visites reposent sur le seul CMP.")
        page = member(petite, name="b").get(PAGE.format("petite")).content.decode()
        self.assertIn("Les années sont réunies en un bloc", page)
        self.assertIn("une période qui commence en 2026", page)
        self.assertLess(page.index("Pas d’équipe mobile"), page.index("Ce qui est fréquent"))

    def test_r15_total_only_and_nothing_look_like_pages(self) -> None:
        seule = council("seule")
        browser = member(seule, name="c")
        self.assertContains(browser.get(PAGE.format("seule")), "pas encore publié de chiffres")
        insert(seule, release_files("seule", "examined", Period.year(2025), 20))
        page = browser.get(PAGE.format("seule"))
        self.assertContains(page, "11 à 20")
        self.assertContains(page, "Seul le total paraît")

    def test_r10_forged_release_shows_no_figure(self) -> None:
        faux = council("faux")
        files = release_files("faux", "examined", Period.year(2025), 120)
        moved = replace(files, bundle_text=files.bundle_text.replace("[11,20]", "[21,30]", 1))
        self.assertNotEqual(moved, files)
        insert(faux, moved)
        page = member(faux, name="d").get(PAGE.format("faux"))
        self.assertContains(page, REFUSED)
        self.assertContains(page, "Preuve en défaut")
        self.assertNotContains(page, "Ce qui est fréquent")

    def test_r10_wrong_key_and_other_council_are_refused(self) -> None:
        for slug, files, signature in (
            ("cle", release_files("cle", "examined", Period.year(2025), 40), bytes(64)),
            ("vole", release_files("autre", "examined", Period.year(2025), 40), None),
        ):
            with self.subTest(slug=slug):
                here = council(slug)
                insert(here, files, signature=signature)
                page = member(here, name=slug).get(PAGE.format(slug))
                self.assertContains(page, REFUSED)
                self.assertNotContains(page, "31 à 40")

    def test_missing_earlier_release_is_said(self) -> None:
        troue = council("troue")
        first = release_files("troue", "examined", Period.year(2024), 40)
        second = release_files("troue", "examined", Period.year(2025), 40, (first,))
        insert(troue, second)
        browser = member(troue, name="e")
        self.assertContains(browser.get(PAGE.format("troue")), "historique des publications")
        insert(troue, first)
        self.assertNotContains(browser.get(PAGE.format("troue")), "historique des publications")

    def test_withdrawn_release_is_no_longer_shown(self) -> None:
        retire = council("retire")
        made = insert(retire, release_files("retire", "examined", Period.year(2025), 40))
        browser = member(retire, name="f")
        self.assertContains(browser.get(PAGE.format("retire")), "31 à 40")
        withdraw(made)
        page = browser.get(PAGE.format("retire"))
        self.assertNotContains(page, "31 à 40")
        self.assertNotContains(page, "historique des publications")
        self.assertEqual(browser.get(f"{PAGE.format('retire')}{made}/bundle.json").status_code, 404)

    def test_only_the_steering_roles_enter(self) -> None:
        portes = council("portes")
        for role, status in (
            ("coordinator", 200),
            ("president", 200),
            ("co_animator", 200),
            ("steering_member", 200),
            ("contributor", 404),
            ("reader", 404),
        ):
            with self.subTest(role=role):
                browser = member(portes, role, f"g-{role}")
                self.assertEqual(browser.get(PAGE.format("portes")).status_code, status)
        stranger = member(None, name="h")
        self.assertEqual(stranger.get(PAGE.format("portes")).status_code, 404)
        self.assertEqual(stranger.post(PAGE.format("portes")).status_code, 405)

    def test_files_are_given_byte_for_byte(self) -> None:
        preuve = council("preuve")
        files = release_files("preuve", "examined", Period.year(2025), 40)
        made = insert(preuve, files)
        browser = member(preuve, name="i")
        base = f"{PAGE.format('preuve')}{made}/"
        self.assertEqual(browser.get(f"{base}bundle.json").content.decode(), files.bundle_text)
        manifest = browser.get(f"{base}manifest.json").content
        SIGNER.public_key().verify(browser.get(f"{base}signature.bin").content, manifest)
        self.assertEqual(browser.get(f"{base}other.json").status_code, 404)

    def test_older_period_can_be_chosen_and_queries_do_not_grow(self) -> None:
        annees = council("annees")
        first = release_files("annees", "examined", Period.year(2024), 40)
        insert(annees, first)
        browser = member(annees, name="j")
        browser.get(PAGE.format("annees"))
        with CaptureQueriesContext(connection) as one:
            browser.get(PAGE.format("annees"))
        insert(annees, release_files("annees", "examined", Period.year(2025), 90, (first,)))
        with CaptureQueriesContext(connection) as two:
            page = browser.get(PAGE.format("annees"))
        self.assertEqual(len(one), len(two))
        self.assertContains(page, "Évolution depuis 2024")
        older = browser.get(PAGE.format("annees"), {"periode": "2024-01_2025-01"})
        self.assertContains(older, "31 à 40")
        self.assertContains(browser.get(PAGE.format("annees"), {"periode": "x"}), "2025")

    def test_history_is_given_in_order_and_hides_nothing(self) -> None:
        suite = council("suite")
        first = release_files("suite", "examined", Period.year(2023), 40)
        second = release_files("suite", "examined", Period.year(2024), 40, (first,))
        third = release_files("suite", "examined", Period.year(2025), 40, (first, second))
        stray = release_files("suite", "referred", Period.year(2025), 40)
        for files in (third, stray, first, second):
            insert(suite, files)
        given = interface.history(council=suite, commission_label=COMMISSION)
        chained = [texts.manifest for texts in given]
        self.assertEqual(
            sorted(chained), sorted(f.manifest_text for f in (first, second, third, stray))
        )
        past = [ReleaseFiles(texts.bundle, texts.manifest) for texts in given]
        with self.assertRaises(HistoryBroken):
            check_history(past)
        check_history([first, second, third])

    def test_note_with_a_figure_is_refused_by_the_database(self) -> None:
        notes = council("notes")
        insert_note(notes, "Sans chiffre", "Rien que des mots.")
        with self.assertRaises(psycopg.errors.CheckViolation):
            insert_note(notes, "Avec", "Il y a eu 3 situations.")

    def test_the_council_cannot_write_a_release(self) -> None:
        metz = council("ecrire")
        made = insert(metz, release_files("ecrire", "examined", Period.year(2025), 40))
        for statement in (
            "UPDATE clsm_observatory_release SET bundle = '{}' WHERE id = %s",
            "DELETE FROM clsm_observatory_release WHERE id = %s",
        ):
            with (
                self.subTest(statement=statement),
                self.assertRaisesMessage(Exception, "permission denied"),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement, [made])
