"""An emergency opened by two people, followed up by the DPO; then the DPO's own control (§2.4).

Each page passes axe at 1280 and 390 px and is photographed.
"""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.conftest import Stage
from tests.browser.one_situation import code_shared_with
from tests.browser.pages import Visitor

WORDS = "Je veux garder mon appartement."
WHY = "Un appel ce matin : elle dit vouloir en finir, la référente est en congé."


def visitor(browser: Browser, stage: Stage, name: str) -> Visitor:
    """Return somebody logged in."""
    found = Visitor(browser, stage, "commission", name)
    found.log_in()
    return found


def test_an_emergency(browser: Browser, stage: Stage) -> None:
    """Nadia asks, Claire confirms, everybody is told, Nadia closes, Denis concludes."""
    code = code_shared_with(stage, "marc")
    nadia, claire = visitor(browser, stage, "nadia"), visitor(browser, stage, "claire")
    nadia.go("/acces-exceptionnels/", shot="acces-exceptionnels-aucun")
    nadia.page.get_by_role("link", name="Demander un accès d’urgence").click()
    nadia.look("acces-en-veille")
    nadia.page.get_by_role("link", name=code).click()
    nadia.look("urgence-demande")
    nadia.send_expecting_errors()
    nadia.look("urgence-incomplete")
    nadia.fill(reason="vie_en_danger", words=WHY, is_lead_absent=True)
    nadia.send()
    nadia.look("urgence-demandee")
    nadia.sees("Appelez une seconde personne")
    claire.go("/", shot="urgence-a-confirmer")
    claire.page.get_by_role("link", name="accès d’urgence à confirmer").click()
    claire.look("acces-exceptionnels")
    claire.page.get_by_role("link", name=code).click()
    claire.look("urgence-a-lire")
    claire.page.get_by_role("button", name="Confirmer", exact=True).click()
    claire.page.wait_for_load_state()
    claire.look("urgence-confirmee")
    nadia.go(f"/situations/{code}/", shot="urgence-situation")
    nadia.sees(WORDS)
    nadia.sees("Accès d’urgence ouvert sur")
    nadia.go("/", shot="urgence-journee")
    luc = visitor(browser, stage, "luc")
    luc.go(f"/situations/{code}/", shot="urgence-vue-du-referent")
    luc.sees("Accès d’urgence en cours")
    nadia.page.get_by_role("link", name="Refermer cet accès").click()
    nadia.page.get_by_role("button", name="Refermer maintenant").click()
    nadia.page.wait_for_load_state()
    nadia.does_not_see("Accès d’urgence ouvert sur")
    denis = visitor(browser, stage, "denis")
    denis.go("/", shot="urgence-a-suivre")
    denis.page.get_by_role("link", name="à suivre").click()
    denis.page.get_by_role("link", name=code).click()
    denis.look("urgence-suivi")
    denis.sees("Volets réellement ouverts")
    denis.page.get_by_role("link", name="Conclure").click()
    denis.look("urgence-conclure")
    denis.fill(conclusion="justifie", words="La situation le demandait.")
    denis.send()
    denis.look("urgence-conclue")
    for one in (nadia, claire, luc, denis):
        assert not one.problems, (one.name, one.problems)


def test_a_control(browser: Browser, stage: Stage) -> None:
    """Denis asks from the situation's page, Claire accepts, Luc sees it and closes it."""
    code = code_shared_with(stage, "marc")
    denis, claire = visitor(browser, stage, "denis"), visitor(browser, stage, "claire")
    denis.go(f"/situations/{code}/")
    denis.page.get_by_role("link", name="Demander à lire pour un contrôle").click()
    denis.look("controle-demande")
    denis.fill(sections=["core", "social"], reason="reclamation", words="Une plainte reçue.")
    denis.send()
    denis.look("controle-demande-faite")
    claire.go("/acces-exceptionnels/")
    claire.page.get_by_role("link", name=code).click()
    claire.look("controle-a-accepter")
    claire.page.get_by_role("button", name="Confirmer", exact=True).click()
    claire.page.wait_for_load_state()
    denis.go(f"/situations/{code}/", shot="controle-situation")
    denis.sees(WORDS)
    luc = visitor(browser, stage, "luc")
    luc.go(f"/situations/{code}/", shot="controle-vu-du-referent")
    luc.go("/acces-exceptionnels/")
    luc.page.get_by_role("link", name=code).click()
    luc.page.get_by_role("button", name="Refermer maintenant").click()
    luc.page.wait_for_load_state()
    denis.go(f"/situations/{code}/")
    denis.does_not_see(WORDS)
    for one in (claire, luc, denis):
        assert not one.problems, (one.name, one.problems)
