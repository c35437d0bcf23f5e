"""Released figures, proved before they are shown, to the steering roles only (R10, R12, R15)."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import psycopg
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from clsm_core.council.models import Council
from clsm_core.observatory import interface
from tests.cases_of import CommittingTestCase
from tests.governance.council_people import council, member
from tests.governance.publishing import insert, insert_all, insert_note, withdraw
from tests.governance.released import (
    PUBLIC_KEY,
    PUBLISHED_AT,
    SIGNER,
    Released,
    canonical,
    chain,
    sha256,
    signed_again,
    source_of,
)

PAGE = "/conseils/{}/observation/"
REFUSED = "Une publication n’est pas affichée"
FREQUENT = "Ce qui est fréquent"


def words(band: list[int]) -> str:
    """Write a band as the page does."""
    return f"{band[0]} à {band[1]}"


def total_of(one: Released, population: str = "examined") -> str:
    """Write the total of a population of a release."""
    return words(next(p["total"] for p in one.bundle["populations"] if p["code"] == population))


@override_settings(RELEASE_PUBLIC_KEY=PUBLIC_KEY)
class Trends(CommittingTestCase):
    """Each test opens its own council: what is published stays."""

    def test_large_year_answers_the_committee_and_shows_its_proof(self) -> None:
        grande = council("grande")
        made = insert_all(grande, "large")
        page = member(grande, name="a").get(PAGE.format("grande"))
        self.assertContains(page, total_of(made[-1]))
        for words_shown in (
            "Qu’est-ce qui est fréquent",
            "Qu’est-ce qui est grave",
            "Qu’est-ce qui manque",
            FREQUENT,
            "Ce qui est grave",
            "Ce qui manque",
            "hatched",
            "Preuve vérifiée",
            "La commission au travail",
            "Évolution depuis 2024",
        ):
            self.assertContains(page, words_shown)
        self.assertNotContains(page, "style=")

    def test_small_council_leads_with_its_block_and_its_notes(self) -> None:
        petite = council("petite")
        insert_all(petite, "small")
        insert_note(petite, "Pas d’équipe mobile", "Les visites reposent sur le seul CMP.")
        page = member(petite, name="b").get(PAGE.format("petite")).content.decode()
        self.assertIn("Les années sont réunies en un bloc", page)
        self.assertIn("2023–2025", page)
        self.assertLess(page.index("Pas d’équipe mobile"), page.index(FREQUENT))

    def test_r15_total_only_and_nothing_look_like_pages(self) -> None:
        seule = council("seule")
        browser = member(seule, name="c")
        self.assertContains(browser.get(PAGE.format("seule")), "pas encore publié de chiffres")
        made = insert_all(seule, "total")
        page = browser.get(PAGE.format("seule"))
        self.assertContains(page, total_of(made[0]))
        self.assertContains(page, "Seul le total paraît")
        for name in ("evolution/", "explorer/", "verifier/"):
            self.assertEqual(browser.get(f"{PAGE.format('seule')}{name}").status_code, 200)

    def test_paper_is_taken_into_account_and_never_shown(self) -> None:
        papier = council("papier")
        paper, year = insert_all(papier, "paper")
        browser = member(papier, name="p")
        page = browser.get(PAGE.format("papier"))
        self.assertContains(page, total_of(year))
        self.assertContains(
            page, "Des rapports plus anciens avaient donné des chiffres exacts (2021)"
        )
        text = page.content.decode()
        self.assertNotRegex(re.sub(r"<[^>]*>", " ", text), r"\b57\b")
        self.assertNotIn("periode=2021", text)
        for name in ("bundle.json", "tableaux.csv"):
            found = browser.get(f"{PAGE.format('papier')}{paper.id}/{name}")
            self.assertEqual(found.status_code, 404)

    def test_r10_forged_figures_show_nothing(self) -> None:
        faux = council("faux")
        made = chain("large", "faux")[0]
        moved = made.bundle_text.replace("[11,20]", "[21,30]", 1)
        self.assertNotEqual(moved, made.bundle_text)
        insert(faux, replace(made, bundle_text=moved))
        page = member(faux, name="d").get(PAGE.format("faux"))
        self.assertContains(page, REFUSED)
        self.assertContains(page, "Preuve en défaut")
        self.assertNotContains(page, FREQUENT)

    def test_r10_certificate_that_proves_nothing_is_refused_though_signed(self) -> None:
        """Whoever holds the signing key still cannot show what the certificate does not hold."""
        preuve = council("sans-preuve")
        made = chain("large", "sans-preuve")[0]
        weak = json.loads(made.certificate_text)
        examined = next(one for one in weak["populations"] if one["code"] == "examined")
        examined["worlds"] = examined["worlds"][:1]
        text = canonical(weak)
        files = [
            {"path": "bundle.json", "sha256": sha256(made.bundle_text)},
            {"path": "certificate.json", "sha256": sha256(text)},
        ]
        signed = signed_again(replace(made, certificate_text=text), files=files)
        line = json.loads(signed.ledger_line) | {"certificate": sha256(text)}
        insert(preuve, replace(signed, ledger_line=canonical(line)))
        page = member(preuve, name="s").get(PAGE.format("sans-preuve"))
        self.assertContains(page, "son certificat ne prouve pas")
        self.assertNotContains(page, FREQUENT)

    def test_r10_wrong_key_other_council_other_commission_are_refused(self) -> None:
        cases = {
            "cle": replace(chain("large", "cle")[0], signature=bytes(64)),
            "vole": chain("large", "autre")[0],
        }
        for slug, one in cases.items():
            with self.subTest(slug=slug):
                here = council(slug)
                insert(here, one)
                page = member(here, name=slug).get(PAGE.format(slug))
                self.assertContains(page, REFUSED)
                self.assertNotContains(page, total_of(one))

    def test_row_edited_in_sql_is_refused_and_the_true_one_shown(self) -> None:
        edits = {
            "e-periode": "period_end = '2027-01-01'",
            "e-chiffres": "bundle = replace(bundle, '[11,20]', '[11,21]')",
            "e-preuve": "certificate = certificate || ' '",
            "e-registre": "ledger_line = replace(ledger_line, '11', '12')",
            "e-source": "source = gen_random_uuid()",
            "e-rang": "rank = 9",
            "e-nature": "kind = 'paper'",
            "e-signe": "signature = decode(repeat('00', 64), 'hex')",
        }
        for slug, edit in edits.items():
            with self.subTest(slug=slug):
                here = council(slug)
                made = insert_all(here, "total")[0]
                browser = member(here, name=slug)
                self.assertContains(browser.get(PAGE.format(slug)), total_of(made))
                with self.as_administrator() as owner:
                    done = owner.execute(
                        f"UPDATE clsm_observatory_release SET {edit} WHERE id = %s", [made.id]
                    )
                    self.assertEqual(done.rowcount, 1)
                page = browser.get(PAGE.format(slug))
                self.assertContains(page, REFUSED)
                self.assertNotContains(page, total_of(made))
                file = browser.get(f"{PAGE.format(slug)}{made.id}/bundle.json")
                self.assertEqual(file.status_code, 404)

    def test_missing_or_edited_earlier_release_refuses_the_later_one(self) -> None:
        troue = council("troue")
        first, second, *_ = chain("large", "troue")
        insert(troue, second)
        browser = member(troue, name="e")
        page = browser.get(PAGE.format("troue"))
        self.assertContains(page, "une publication plus ancienne manque ou a été modifiée")
        self.assertNotContains(page, total_of(second))
        insert(troue, first)
        page = browser.get(PAGE.format("troue"))
        self.assertNotContains(page, "une publication plus ancienne manque")
        self.assertContains(page, total_of(second))
        with self.as_administrator() as owner:
            owner.execute(
                "UPDATE clsm_observatory_release SET ledger_line = replace(ledger_line, '20', '30')"
                " WHERE id = %s",
                [first.id],
            )
        page = browser.get(PAGE.format("troue"))
        self.assertContains(page, "une publication plus ancienne manque ou a été modifiée")
        self.assertNotContains(page, total_of(second))

    def test_withdrawn_release_is_no_longer_shown_and_still_counts(self) -> None:
        retire = council("retire")
        first, second, *_ = chain("large", "retire")
        for one in (first, second):
            insert(retire, one)
        browser = member(retire, name="f")
        self.assertContains(browser.get(PAGE.format("retire")), "2023")
        withdraw(second.id)
        page = browser.get(PAGE.format("retire"))
        self.assertContains(page, "La commission a retiré une publication")
        self.assertContains(page, f"{second.bundle['period']['label']}. Erreur de saisie")
        self.assertContains(page, f"· {first.bundle['period']['label']}</h1>")
        address = f"{PAGE.format('retire')}{second.id}/bundle.json"
        self.assertEqual(browser.get(address).status_code, 404)
        self.assertEqual(
            [
                texts.manifest
                for texts in interface.history(council=retire, source=source_of("retire"))
            ],
            [first.manifest_text, second.manifest_text],
        )
        listed = interface.releases_of(council=retire, source=source_of("retire"))
        self.assertEqual([one.rank for one in listed], [2, 1])
        self.assertEqual([one.reason for one in listed], ["Erreur de saisie", ""])

    def test_only_the_steering_roles_enter(self) -> None:
        portes = council("portes")
        made = insert_all(portes, "total")[0]
        pages = ("", "evolution/", "explorer/", "verifier/", f"{made.id}/tout-verifier-seul.zip")
        for role, status in (
            ("coordinator", 200),
            ("president", 200),
            ("co_animator", 200),
            ("steering_member", 200),
            ("contributor", 404),
            ("reader", 404),
        ):
            browser = member(portes, role, f"g-{role}")
            for page in pages:
                with self.subTest(role=role, page=page):
                    found = browser.get(f"{PAGE.format('portes')}{page}")
                    self.assertEqual(found.status_code, status)
        stranger = member(None, name="h")
        for page in pages:
            self.assertEqual(stranger.get(f"{PAGE.format('portes')}{page}").status_code, 404)
        self.assertEqual(stranger.post(PAGE.format("portes")).status_code, 405)

    def test_a_file_is_asked_at_its_own_council_only(self) -> None:
        ici, ailleurs = council("ici"), council("ailleurs")
        made = insert_all(ici, "total")[0]
        browser = member(ailleurs, name="ailleurs")
        self.assertEqual(
            browser.get(f"{PAGE.format('ailleurs')}{made.id}/bundle.json").status_code, 404
        )
        self.assertEqual(browser.get(f"{PAGE.format('ici')}{made.id}/bundle.json").status_code, 404)

    def test_files_are_given_byte_for_byte(self) -> None:
        here = council("preuve")
        made = insert_all(here, "large")
        one = made[-1]
        browser = member(here, name="i")
        base = f"{PAGE.format('preuve')}{one.id}/"
        for name, text in (
            ("bundle.json", one.bundle_text),
            ("certificate.json", one.certificate_text),
            ("ledger.jsonl", "".join(release.ledger_line for release in made)),
        ):
            self.assertEqual(browser.get(f"{base}{name}").content.decode(), text)
        manifest = browser.get(f"{base}manifest.json").content
        SIGNER.public_key().verify(browser.get(f"{base}signature.bin").content, manifest)
        self.assertEqual(browser.get(f"{base}other.json").status_code, 404)

    def test_older_period_can_be_chosen_and_queries_do_not_grow(self) -> None:
        annees = council("annees")
        first, second, *_ = chain("large", "annees")
        insert(annees, first)
        browser = member(annees, name="j")
        browser.get(PAGE.format("annees"))
        with CaptureQueriesContext(connection) as one:
            browser.get(PAGE.format("annees"))
        insert(annees, second)
        with CaptureQueriesContext(connection) as two:
            page = browser.get(PAGE.format("annees"))
        self.assertEqual(len(one), len(two))
        self.assertContains(page, "Évolution depuis 2022")
        older = browser.get(PAGE.format("annees"), {"periode": "2022-01_2023-01"})
        self.assertContains(older, "remonter · 2022")
        unknown = browser.get(PAGE.format("annees"), {"periode": "x"})
        self.assertContains(unknown, "Cette période n’est pas publiée")
        self.assertContains(unknown, "remonter · 2023")

    def test_two_commissions_of_a_council_never_mix(self) -> None:
        deux = council("deux")
        insert_all(deux, "total")
        other = {"commission": "Cellule jeunes", "source": source_of("deux-bis")}
        for one in chain("small", "deux", **other):
            insert(deux, one)
        browser = member(deux, name="k")
        page = browser.get(PAGE.format("deux"))
        self.assertContains(page, "Commissions")
        mark = source_of("deux").replace("-", "")[:8]
        mine = browser.get(PAGE.format("deux"), {"commission": mark})
        self.assertContains(mine, "Seul le total paraît")
        self.assertNotContains(mine, "Les années sont réunies en un bloc")
        theirs = browser.get(
            PAGE.format("deux"), {"commission": source_of("deux-bis").replace("-", "")[:8]}
        )
        self.assertContains(theirs, "Les années sont réunies en un bloc")

    def test_note_with_a_figure_is_refused_by_the_database(self) -> None:
        notes = council("notes")
        kept = insert_note(notes, "Sans chiffre", "Rien que des mots.")
        with self.assertRaises(psycopg.errors.CheckViolation):
            insert_note(notes, "Avec", "Il y a eu 3 situations.")
        browser = member(notes, name="n")
        self.assertContains(browser.get(PAGE.format("notes")), "Rien que des mots.")
        withdraw(kept, "note")
        self.assertNotContains(browser.get(PAGE.format("notes")), "Rien que des mots.")

    def test_r20_the_council_cannot_write_a_release_nor_read_a_situation(self) -> None:
        ecrire = council("ecrire")
        made = insert_all(ecrire, "total")[0]
        statements = (
            "UPDATE clsm_observatory_release SET bundle = '{}'",
            "DELETE FROM clsm_observatory_release",
            "INSERT INTO clsm_observatory_release SELECT * FROM clsm_observatory_release",
            "INSERT INTO clsm_observatory_releasewithdrawal"
            " SELECT gen_random_uuid(), 'x', now(), id FROM clsm_observatory_release",
            "INSERT INTO clsm_observatory_note SELECT * FROM clsm_observatory_note",
            "SELECT count(*) FROM cases_situation",
            "SELECT count(*) FROM cases_facetrecord",
            "SELECT count(*) FROM cases_releasedraft",
        )
        for statement in statements:
            with (
                self.subTest(statement=statement),
                self.assertRaisesMessage(Exception, "permission denied"),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM clsm_observatory_release WHERE id = %s", [made.id])
            self.assertEqual(cursor.fetchone(), (1,))

    def test_interface_refuses_texts_that_do_not_belong_together(self) -> None:
        here = council("suite")
        first, second, *_ = chain("large", "suite")
        weak = {
            "another council": chain("large", "ailleurs")[0],
            "other figures": replace(first, bundle_text=second.bundle_text),
            "another line": replace(first, ledger_line=second.ledger_line),
            "no first release": second,
        }
        for name, one in weak.items():
            with self.subTest(name=name), self.assertRaises(ValueError):
                self.publish(here, one)
        # The true one passes every check; the council's own role may still not write it.
        with self.assertRaisesMessage(Exception, "permission denied"):
            self.publish(here, first)
        insert(here, first)
        with self.assertRaisesMessage(ValueError, "does not follow"):
            self.publish(here, first)
        with self.assertRaisesMessage(Exception, "permission denied"):
            self.publish(here, second)

    @staticmethod
    def publish(here: Council, one: Released) -> None:
        """Publish as the commission would."""
        interface.publish(
            council=here,
            bundle=one.bundle_text,
            manifest=one.manifest_text,
            certificate=one.certificate_text,
            ledger_line=one.ledger_line,
            signature=one.signature,
            at=PUBLISHED_AT,
        )
