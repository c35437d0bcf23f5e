"""The plan of figures and the notes: prepared, refused, compared, approved by two, in a browser.

Each page passes axe at 1280 and 390 px and is photographed, its empty and error states too.
"""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.conftest import Stage
from tests.browser.pages import Visitor


def a_plan(claire: Visitor, denis: Visitor) -> None:
    """Prepare a version with one table less; an error stays beside its field."""
    claire.go("/publications/plan/", shot="plan-livre")
    claire.sees("Plan livré avec le logiciel")
    claire.look_dark_and_on_paper("plan-livre")
    claire.page.get_by_role("link", name="Préparer une nouvelle version").click()
    claire.look("plan-nouvelle")
    claire.fill(version="2027.1", note="Moins de tableaux.")
    for name in ("table_E-16", "table_E-07"):
        claire.page.uncheck(f"[name='{name}']")
    claire.fill(layout_sex_deux="Femmes = femme\nAutres = homme, femme")
    claire.send_expecting_errors()
    claire.sees("est déjà dans la ligne 1")
    claire.look("plan-erreur")
    lines = "Femmes = femme\nHommes, autre ou non précisé = homme, autre_ou_non_precise"
    claire.fill(layout_sex_deux=lines)
    claire.send("Enregistrer cette version")
    claire.sees("Tableau retiré")
    claire.look("plan-version")
    claire.page.get_by_role("button", name="Approuver cette version").click()
    address = claire.page.url.removeprefix(claire.origin)
    denis.go(address)
    denis.page.get_by_role("button", name="Approuver cette version").click()
    denis.sees("en vigueur")
    claire.go("/publications/plan/", shot="plan-en-vigueur")
    claire.go("/publications/plan/importer/", shot="plan-importer")
    claire.fill(text="{", note="Essai.")
    claire.send_expecting_errors()
    claire.look("plan-importer-erreur")


def a_note(claire: Visitor, denis: Visitor) -> None:
    """Write from a missing offer, be refused a number, confirm a harmless word, publish."""
    claire.go("/publications/notes/", shot="notes-vide")
    claire.go("/publications/manques/", shot="manques")
    claire.page.get_by_role("link", name="Équipe mobile de psychiatrie").click()
    claire.look("note-nouvelle")
    claire.fill(
        basis="structures",
        title="Équipes mobiles",
        text="Il manque un relais pour deux personnes.",
    )
    claire.send_expecting_errors()
    claire.sees("« deux »")
    claire.look("note-refusee")
    claire.fill(text="Il manque un relais à domicile : les structures le disent souvent.")
    claire.send_expecting_errors()
    claire.look("note-a-confirmer")
    claire.fill(is_confirmed=True)
    claire.send("Enregistrer la note")
    claire.look("note-a-approuver")
    claire.page.get_by_role("button", name="Approuver cette note").click()
    denis.go(claire.page.url.removeprefix(claire.origin))
    denis.page.get_by_role("button", name="Approuver cette note").click()
    denis.sees("publiée")
    denis.look("note-publiee")
    denis.page.get_by_role("link", name="Retirer cette note").click()
    denis.look("note-retrait")
    denis.fill(reason="Le relais existe désormais.")
    denis.send("Retirer la note")
    claire.go("/publications/notes/", shot="notes")
    claire.sees("retirée")


def test_the_plan_and_the_notes(browser: Browser, stage: Stage) -> None:
    """Two people, from the missing offer to the council."""
    claire = Visitor(browser, stage, "commission", "claire")
    denis = Visitor(browser, stage, "commission", "denis")
    for one in (claire, denis):
        one.log_in()
    a_plan(claire, denis)
    a_note(claire, denis)
    for one in (claire, denis):
        assert not one.problems
