"""Who may read, why, until when: convene, invite, answer, step aside, hand over, in Chromium.

Each page passes axe at both widths (the journey's own ``look``).
"""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from tests.browser.conftest import Stage
from tests.browser.one_sitting import GUEST, prepared
from tests.browser.pages import Visitor


def entered(browser: Browser, stage: Stage, name: str) -> Visitor:
    """Log somebody in at the commission."""
    visitor = Visitor(browser, stage, "commission", name)
    visitor.log_in()
    visitor.accept_charter()
    return visitor


def test_a_sitting_opens_to_its_members_and_its_guest(browser: Browser, stage: Stage) -> None:
    """C-21, C-24, decision 22: the whole of it by the pages, without a wait."""
    said = prepared(stage)
    code, sitting = said["code"], f"/seances/{said['sitting']}/"

    claire = entered(browser, stage, "claire")
    claire.go(sitting, shot="seance-brouillon")
    claire.page.get_by_role("link", name="Convoquer").click()
    claire.look("convocation")
    expect(claire.page.locator("main")).to_contain_text("hors des professions admises")
    claire.send("Convoquer et donner ces accès")
    expect(claire.page.locator("body")).to_contain_text("La séance est convoquée")
    claire.look("seance-convoquee")

    claire.page.get_by_role("link", name=f"Invités pour {code}").click()
    claire.look("invites-vide")
    claire.page.get_by_role("link", name="En salle").click()
    claire.look("inviter-en-salle")
    claire.fill(
        name="Gilles Fictif-Martin",
        function="Infirmier",
        organisation="Centre hospitalier",
        kind="psychiatrie_publique",
        profession="professionnel_sante",
    )
    claire.send("Inviter")
    claire.page.get_by_role("link", name="Avec un accès numérique").click()
    claire.look("inviter-acces")
    claire.choose("guest", "Gaelle")
    claire.fill(sections=["core", "housing"], reason="avis_technique")
    claire.send("Inviter")
    claire.look("invites")

    gaelle = entered(browser, stage, GUEST)
    gaelle.go("/")
    gaelle.look("journee-invitee")
    gaelle.go("/mes-invitations/", shot="invitation-attend")
    assert code not in gaelle.page.content()
    gaelle.page.get_by_role("button", name="Accepter l’invitation").click()
    gaelle.page.wait_for_load_state()
    gaelle.look("invitation-acceptee")
    gaelle.page.get_by_role("link", name="Lire la situation").click()
    expect(gaelle.page.locator("main")).to_contain_text("Je veux garder mon appartement.")

    marc = entered(browser, stage, "marc")
    marc.go(f"/situations/{code}/")
    expect(marc.page.locator("main")).to_contain_text("Je veux garder mon appartement.")
    marc.page.get_by_role("link", name="Me déporter").first.click()
    marc.look("me-deporter")
    marc.fill(reason="lien_personnel", sure=True)
    marc.send("Me déporter")
    expect(marc.page.locator("body")).to_contain_text("La suite revient à Claire Morel")
    marc.go(f"/situations/{code}/")
    expect(marc.page.locator("body")).not_to_contain_text("Je veux garder mon appartement.")

    claire.go(f"/situations/{code}/acces/", shot="qui-peut-voir")
    for words in ("Gilles Fictif-Martin", "Personne d’autre", "avis technique", "Marc Didier"):
        expect(claire.page.locator("main")).to_contain_text(words)
    claire.page.get_by_role("link", name="Déporter un membre").click()
    claire.look("deporter")
    claire.go(f"/situations/{code}/partage/", shot="partage")
    claire.go(f"/situations/{code}/referent/", shot="referent")
    claire.fill(reason="charge")
    claire.page.locator("[name=lead]").select_option(label="Sophie Petit — Centre hospitalier")
    claire.send("Changer de référent")
    claire.look("qui-peut-voir-apres")
    claire.go("/membres/", shot="membres")
    claire.page.get_by_role("link", name="Sophie Petit").click()
    claire.page.get_by_role("link", name="Transmettre ses situations").click()
    claire.look("transmettre")
    claire.go("/situations-sans-referent/", shot="sans-referent")
    claire.go("/acces/prolongation/", shot="prolonger")
    for visitor in (claire, gaelle, marc):
        assert visitor.problems == [], visitor.problems
