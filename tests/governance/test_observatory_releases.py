"""From a released line, or a note, to a need: proved at each showing, never stored (003-21)."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from lxml import html

from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Council
from clsm_core.observatory.field.actions import needs as actions
from clsm_core.observatory.models import Need
from tests.cases_of import CommittingTestCase
from tests.governance import governance_rows as rows
from tests.governance import observatory_rows as made
from tests.governance.council_people import council, member
from tests.governance.publishing import insert, insert_all, insert_note, withdraw
from tests.governance.released import PUBLIC_KEY, Released, chain

NOTE = ("Pas d’équipe mobile", "Les visites reposent sur un seul centre.")
DAY = dt.date(2026, 3, 12)
TABLE, ROW = "E-08", "logement_menace_expulsion_impayes"
LABEL, TITLE = "Impayés, menace d’expulsion", "Problématiques rencontrées"


def base(of: Council) -> str:
    """Return the beginning of the observatory's addresses."""
    return f"/conseils/{of.slug}/observation/"


def lines_url(of: Council, one: Released, table: str = TABLE) -> str:
    """Return where a line of a table becomes a need."""
    return f"{base(of)}besoins/publication/{one.id}/{table}/"


def choose(browser: Any, url: str, row: str = ROW) -> Any:
    """Press the button of a line."""
    return browser.post(url, {"row": row})


def band_of(one: Released, table: str = TABLE, row: str = ROW) -> str:
    """Read a band in the committed bundle itself."""
    for part in one.bundle["populations"]:
        for found in part["tables"]:
            if found["id"] == table:
                low, high = next(r["band"] for r in found["rows"] if r["code"] == row)
                return f"{low} à {high}"
    raise AssertionError(table)


@override_settings(RELEASE_PUBLIC_KEY=PUBLIC_KEY)
class Lines(CommittingTestCase):
    """Each test opens its own council: what is published stays."""

    def opened(self, slug: str, name: str = "small") -> tuple[Council, Released]:
        """Publish a committed chain in a council of its own."""
        here = council(slug)
        return here, insert_all(here, name)[-1]

    def test_a_line_becomes_a_need_in_two_clicks_with_a_link_both_ways(self) -> None:
        """003-21, E-14: the page of figures leads to the line, one button makes the need."""
        here, one = self.opened("deux-clics")
        elise = member(here, name="elise-deux")
        figures = elise.get(base(here))
        self.assertContains(figures, f'href="{lines_url(here, one)}"')
        self.assertContains(figures, "besoins/?origine=release")
        page = elise.get(lines_url(here, one))
        self.assertContains(page, band_of(one))
        answer = choose(elise, lines_url(here, one), ROW)
        need = Need.objects.get(council=here)
        self.assertRedirects(answer, f"{base(here)}besoins/{need.pk}/")
        self.assertEqual((need.origin, need.table, need.row), ("release", TABLE, ROW))
        self.assertEqual((str(need.release_id), need.proposed_by), (one.id, rows.user_of(elise)))
        shown = elise.get(f"{base(here)}besoins/{need.pk}/")
        for words in (TITLE, LABEL, band_of(one), "2023–2025"):
            self.assertContains(shown, words)
        back = shown.content.decode().split(f'href="{base(here)}?periode=')[1].split('"')[0]
        there = elise.get(f"{base(here)}?periode={back.partition('#')[0]}")
        self.assertContains(there, f'id="{back.partition("#")[2]}"')
        self.assertContains(elise.get(lines_url(here, one)), f"/besoins/{need.pk}/")
        # An offer that is missing is a line like any other.
        choose(elise, lines_url(here, one, "E-14"), "habitat")
        missing = Need.objects.get(council=here, table="E-14")
        page = elise.get(f"{base(here)}besoins/{missing.pk}/")
        self.assertContains(page, band_of(one, "E-14", "habitat"))

    def test_no_figure_is_stored(self) -> None:
        """The band is read again in the bundle: no column of the need holds it."""
        here, one = self.opened("sans-chiffre")
        elise = member(here, name="elise-sans")
        choose(elise, lines_url(here, one), ROW)
        values = Need.objects.filter(council=here).values().get()
        self.assertNotIn(band_of(one), " ".join(map(str, values.values())))

    def test_crossed_lines_say_each_column(self) -> None:
        here, one = self.opened("croisee", "large")
        elise = member(here, name="elise-croisee")
        choose(elise, lines_url(here, one, "E-10"), ROW)
        page = elise.get(f"{base(here)}besoins/{Need.objects.get(council=here).pk}/")
        for words in ("Problématiques selon la gravité", "Faible ou modéré", "21 à 30"):
            self.assertContains(page, words)

    def test_unpublished_unknown_and_doubled_lines_are_refused(self) -> None:
        """A row without a band, a row of nothing, a line that is a need already."""
        here, one = self.opened("refusees")
        elise = member(here, name="elise-refus")
        url = lines_url(here, one)
        page = html.fromstring(elise.get(url).content.decode())
        offered = page.xpath("//input[@name='row']/@value")
        self.assertIn(ROW, offered)
        self.assertNotIn("incurie", offered)
        for wrong in ("incurie", "rien"):
            choose(elise, url, wrong)
            with self.assertRaises(Refusal):
                self.make(here, one, wrong)
        self.assertFalse(Need.objects.filter(council=here).exists())
        choose(elise, url, ROW)
        self.assertContains(choose(elise, url, ROW), "déjà un besoin repéré")
        self.assertEqual(Need.objects.filter(council=here).count(), 1)
        self.assertEqual(self.make(here, one, "budget_droits").row, "budget_droits")
        self.assertEqual(elise.get(lines_url(here, one, "E-99")).status_code, 404)
        self.assertEqual(elise.get(lines_url(here, one, "E-10")).status_code, 404)

    def make(self, here: Council, one: Released, row: str = ROW) -> Need:
        """Ask the action itself."""
        by = made.account(f"auteur-{uuid.uuid4().hex[:12]}")
        return actions.from_line(
            council=here, release_id=uuid.UUID(one.id), table_id=TABLE, row=row, by=by, on=DAY
        )

    def test_no_need_of_a_forged_release(self) -> None:
        """R10: a figure changed after the signature opens nothing, by page or by action."""
        here = council("forgee")
        (one,) = chain("small", here.slug)
        forged = replace(one, bundle_text=one.bundle_text.replace("[21,30]", "[31,40]", 1))
        self.assertNotEqual(forged.bundle_text, one.bundle_text)
        insert(here, forged)
        elise = member(here, name="elise-forgee")
        self.assertContains(elise.get(base(here)), "Une publication n’est pas affichée")
        self.assertEqual(elise.get(lines_url(here, one)).status_code, 404)
        self.assertEqual(choose(elise, lines_url(here, one), ROW).status_code, 404)
        with self.assertRaises(Refusal):
            self.make(here, one)
        self.assertFalse(Need.objects.filter(council=here).exists())

    def test_a_release_forged_afterwards_shows_no_figure(self) -> None:
        """The need stays, its figure does not; control: it was shown before."""
        here, one = self.opened("forgee-ensuite")
        elise = member(here, name="elise-ensuite")
        choose(elise, lines_url(here, one), ROW)
        need = Need.objects.get(council=here)
        url = f"{base(here)}besoins/{need.pk}/"
        self.assertContains(elise.get(url), band_of(one))
        with self.as_administrator() as owner:
            owner.execute(
                "UPDATE clsm_observatory_release SET bundle = replace(bundle, '[21,30]', '[41,50]')"
                " WHERE id = %s",
                [one.id],
            )
        page = elise.get(url)
        self.assertContains(page, "La preuve de cette publication est en défaut")
        for wrong in ("21 à 30", "41 à 50"):
            self.assertNotContains(page, wrong)

    def test_withdrawn_release_is_said_on_the_need_and_on_the_note(self) -> None:
        here, one = self.opened("retiree-besoin")
        claire = member(here, "coordinator", name="claire-retiree")
        choose(claire, lines_url(here, one), ROW)
        need = Need.objects.get(council=here)
        sent = made.transmission(here, need)
        url, paper = (
            f"{base(here)}besoins/{need.pk}/",
            f"{base(here)}transmissions/{sent.pk}/note.pdf",
        )
        self.assertContains(claire.get(url), band_of(one))
        self.assertIn(band_of(one), rows.pdf_text(claire.get(paper).content))
        self.assertEqual(self.make(here, one, "budget_droits").row, "budget_droits")
        withdraw(one.id)
        self.assertContains(claire.get(url), "La commission a retiré cette publication")
        self.assertNotContains(claire.get(url), band_of(one))
        text = rows.pdf_text(claire.get(paper).content)
        self.assertIn("La commission a retiré cette publication", text)
        self.assertNotIn(band_of(one), text)
        self.assertEqual(claire.get(lines_url(here, one)).status_code, 404)
        with self.assertRaises(Refusal):
            self.make(here, one, "troubles_voisinage")

    def test_figures_for_the_steering_roles_only(self) -> None:
        """Readers and contributors read the need, not its figure, nor the page of the line."""
        here, one = self.opened("roles-besoin")
        elise = member(here, name="elise-roles")
        choose(elise, lines_url(here, one), ROW)
        url = f"{base(here)}besoins/{Need.objects.get(council=here).pk}/"
        self.assertContains(elise.get(url), band_of(one))
        for role in ("reader", "contributor"):
            browser = member(here, role, name=f"{role}-roles")
            self.assertContains(browser.get(url), "comité de pilotage")
            self.assertNotContains(browser.get(url), band_of(one))
            self.assertNotContains(browser.get(f"{base(here)}besoins/"), band_of(one))
            self.assertEqual(browser.get(lines_url(here, one)).status_code, 404)
            self.assertEqual(browser.get(f"{base(here)}synthese/").status_code, 404)
        stranger = member(council("roles-autre"), "coordinator", name="sam-roles")
        self.assertEqual(stranger.get(lines_url(here, one)).status_code, 404)
        self.assertEqual(self.client.get(lines_url(here, one)).status_code, 302)

    def test_another_councils_release_and_note(self) -> None:
        """Tenancy: the id in the address is the council's own."""
        here, one = self.opened("chez-moi")
        there = council("chez-eux")
        note = insert_note(here, *NOTE)
        denise = member(there, "coordinator", name="denise-eux")
        for url in (
            f"{base(there)}besoins/publication/{one.id}/{TABLE}/",
            f"{base(there)}besoins/note/{note}/",
        ):
            self.assertEqual(denise.get(url).status_code, 404)
            self.assertEqual(denise.post(url, {"row": ROW}).status_code, 404)
        with self.assertRaises(Refusal):
            self.make(there, one)
        claire = member(here, "coordinator", name="claire-moi")
        self.assertEqual(claire.get(lines_url(here, one)).status_code, 200)
        self.assertEqual(self.make(here, one).council, here)

    def test_a_paper_report_gives_no_need(self) -> None:
        here = council("papier-besoin")
        issued = insert_all(here, "paper")
        elise = member(here, name="elise-papier")
        papers = [one for one in issued if one.manifest["kind"] == "paper"]
        self.assertTrue(papers)
        for one in papers:
            for table in ("E-08", "E-01", "total"):
                self.assertEqual(elise.get(lines_url(here, one, table)).status_code, 404)

    def test_a_note_becomes_a_need_and_its_withdrawal_is_said(self) -> None:
        """E-14: what is missing, written by hand by the commission; two clicks."""
        here = council("note-besoin")
        note = insert_note(here, *NOTE)
        elise = member(here, name="elise-note")
        url = f"{base(here)}besoins/note/{note}/"
        self.assertContains(elise.get(base(here)), f'href="{url}"')
        form = elise.get(url)
        self.assertContains(form, f'value="{NOTE[0]}"')
        answer = rows.submit(
            elise,
            url,
            title=NOTE[0],
            description="",
            theme="",
            territory="",
            urgency="1",
            seen_on="2026-02-01",
        )
        need = Need.objects.get(council=here)
        page = f"{base(here)}besoins/{need.pk}/"
        self.assertRedirects(answer, page)
        self.assertEqual((need.origin, str(need.note_id)), ("note", note))
        self.assertContains(elise.get(page), NOTE[1])
        reader = member(here, "reader", name="rene-note")
        self.assertNotContains(reader.get(page), NOTE[1])
        withdraw(note, "note")
        self.assertContains(elise.get(page), "La commission a retiré la note")
        self.assertNotContains(elise.get(page), NOTE[1])
        self.assertEqual(elise.get(url).status_code, 404)
        with self.assertRaises(Refusal):
            actions.from_note(
                council=here,
                note=need.note,
                values={"title": "x", "seen_on": DAY},
                by=rows.user_of(elise),
            )

    def test_the_one_screen_says_what_the_release_says(self) -> None:
        """001-08: the essential answers of the proved figures, with the way to a need."""
        here, one = self.opened("ecran", "large")
        elise = member(here, name="elise-ecran")
        page = elise.get(f"{base(here)}synthese/")
        figures = html.fromstring(elise.get(base(here)).content.decode())
        shown = html.fromstring(page.content.decode())
        answers = [
            [" ".join(x.text_content().split()) for x in tree.xpath("//span[@class='answer']")]
            for tree in (figures, shown)
        ]
        self.assertTrue(answers[0])
        self.assertEqual(*answers)
        self.assertContains(page, f"/besoins/publication/{one.id}/")
        withdraw(one.id)
        self.assertNotContains(elise.get(f"{base(here)}synthese/"), one.id)

    def test_queries_do_not_grow_with_the_needs_of_a_note(self) -> None:
        here, one = self.opened("constantes", "large")
        claire = member(here, "coordinator", name="claire-const")
        codes = [ROW, "incurie"]
        needs = [self.make(here, one, code) for code in codes]
        urls = []
        for of in (needs[:1], needs):
            sent = made.transmission(here, *of)
            urls.append(f"{base(here)}transmissions/{sent.pk}/note.pdf")
        counts = []
        for url in (urls[0], *urls):
            with CaptureQueriesContext(connection) as asked:
                self.assertEqual(claire.get(url).status_code, 200)
            counts.append(len(asked))
        self.assertEqual(counts[1], counts[2])
