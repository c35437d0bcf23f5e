"""A person designated without her name, then named with her agreement, searched and corrected.

Each page passes axe at 1280 and 390 px and is photographed, its empty, error and long states too.
"""

from __future__ import annotations

import re

from playwright.sync_api import Browser

from tests.browser.conftest import Stage
from tests.browser.pages import Visitor
from tests.browser.test_journey import TODAY

LONG = "Ne pas laisser de message au domicile ; " * 4


def refer_without_name(julie: Visitor) -> str:
    """Go through the gates of a heaped home, keep the name, and send; return the code."""
    julie.go("/saisine/nouvelle/", shot="saisine-circuit")
    julie.fill(urgency="non", circuit="incurie")
    julie.send("Commencer")
    julie.look("orientation")
    julie.fill(insalubrite_bati="oui", risque_intervenant="oui")
    julie.send("Continuer")
    julie.look("orientation-conseils")
    julie.page.get_by_role("link", name="Continuer la saisine").click()
    julie.fill(
        person_informed="pas_encore",
        information_due_on=f"{TODAY.year + 1}-01-31",
        identification="named",
        last_name="Verdier-Fictif",
        avoid=LONG[:190],
        age_band="76+",
    )
    julie.page.get_by_role("button", name="Continuer", exact=True).click()
    julie.sees("son nom reste avec vous")
    julie.look("saisine-nom-attend")
    julie.page.get_by_role("button", name="Continuer sans son nom").click()
    julie.does_not_see("Verdier-Fictif")
    julie.fill(attest_anonymous=True)
    julie.send("Continuer")
    julie.fill(
        story="Mme Verdier ne jette plus rien.",
        problems=["logement_incurie_diogene"],
        severity="eleve",
        housing_type="proprietaire",
        building_risks=["feu"],
        signals=["encombrement", "ne_sort_plus"],
        perceived_distress="6",
    )
    julie.page.get_by_role("button", name="Continuer", exact=True).click()
    julie.sees("On dirait qu’il y a un nom")
    julie.look("saisine-a-relire")
    julie.fill(story="Elle ne jette plus rien.")
    julie.send("Continuer")
    julie.fill(
        question="Comment l’approcher ?",
        criteria=["droit_commun", "complexite"],
        referrer_category="bailleur_social",
    )
    julie.send("Sceller et envoyer")
    julie.page.wait_for_url("**/saisine/envoyee/**")
    found = re.search(r"SIT-\w{4}", julie.page.url)
    assert found
    return found.group()


def admit(claire: Visitor, code: str) -> None:
    """Screen a referral that names nobody."""
    claire.go(f"/saisines/{code}/", shot="recevabilite-sans-nom")
    claire.sees("désignée par son seul code")
    claire.go(f"/saisines/{code}/admettre/")
    lead = claire.page.locator("[name=lead] option", has_text="Perrin")
    claire.page.locator("[name=lead]").select_option(lead.first.get_attribute("value"))
    claire.fill(intensity="soutenue")
    claire.send()


def name_her(luc: Visitor, code: str) -> None:
    """Wait for the agreement, then write the identity, show it, correct it."""
    luc.go(f"/situations/{code}/identite/ecriture/", shot="identite-attend")
    luc.sees("recueillez d’abord l’accord")
    luc.go(f"/situations/{code}/accord/")
    luc.fill(
        kind="named_sharing",
        expressed_on=TODAY.isoformat(),
        giver="personne",
        mode="ecrit_signe",
        notice_version="1",
        notice_handed_on=TODAY.isoformat(),
        categories=["identite", "situation_sociale", "logement"],
        professions=["professionnel_sante", "bailleur_social"],
        purposes=["examen", "suivi"],
        notice_form="papier",
        security_described=True,
    )
    luc.send()
    luc.go(f"/situations/{code}/identite/ecriture/", shot="identite-vide")
    luc.send_expecting_errors()
    luc.look("identite-incomplete")
    luc.fill(
        last_name="Verdier-Fictif",
        birth_name="Aubry-Fictif",
        first_name="Odette",
        birth_year="1944",
        phone="0639980000",
        reach="Le matin, par un mot glissé sous la porte",
        avoid=LONG[:190],
        protection_measure="curatelle_simple",
        representative_name="Association tutélaire (fiction)",
        representative_mandate="curateur",
        representative_informed="avec_son_accord",
        trusted_name="Sa nièce",
        carer_name="Une voisine du second",
    )
    luc.send("Enregistrer l’identité")
    luc.go(f"/situations/{code}/", shot="situation-nommee")
    luc.does_not_see("Verdier-Fictif")
    luc.page.get_by_role("button", name=re.compile("Afficher l’identité")).first.click()
    luc.sees("À ne pas faire en la contactant")
    luc.look("identite-entiere")
    luc.page.get_by_role("button", name="Compléter ou corriger").click()
    luc.look("identite-a-corriger")
    luc.fill(phone="0639980001")
    luc.send("Enregistrer l’identité")
    luc.go(f"/situations/{code}/identite/ecriture/", shot="identite-masquee")


def search(luc: Visitor, code: str) -> None:
    """Look for a name that is known, then for one that is not, by the keyboard."""
    luc.go("/recherche/", shot="recherche")
    luc.page.fill("[name=last_name]", "verdier fictif")
    luc.page.locator("[name=last_name]").press("Enter")
    luc.sees(code)
    luc.look("recherche-trouvee")
    luc.page.fill("[name=last_name]", "Inconnue")
    luc.page.locator("[name=last_name]").press("Enter")
    luc.sees("Aucune situation")
    luc.look("recherche-vide")
    assert "Verdier" not in luc.page.url + luc.page.title()


def refer_again(claire: Visitor, julie: Visitor) -> None:
    """A second referral of the same person: warned at its screening, and before a member sends."""
    julie.go("/saisine/nouvelle/")
    julie.fill(urgency="non")
    julie.send("Commencer")
    julie.fill(
        identification="named",
        last_name="Verdier Fictif",
        first_name="Odette",
        birth_year="1944",
        person_informed="informee",
        age_band="76+",
    )
    julie.send("Continuer")
    julie.sees("Ce qui se passe")
    julie.fill(story="Rien.", problems=["autre"], severity="faible", housing_type="proprietaire")
    julie.send("Continuer")
    julie.fill(
        person_words="Laissez-moi.",
        question="Que faire ?",
        criteria=["droit_commun", "complexite"],
        referrer_category="bailleur_social",
    )
    julie.send("Sceller et envoyer")
    found = re.search(r"SIT-\w{4}", julie.page.url)
    assert found
    claire.go(f"/saisines/{found.group()}/")
    claire.page.get_by_role("button", name=re.compile("Chercher si elle est déjà connue")).click()
    claire.look("deja-connue")
    claire.does_not_see("Verdier")
    claire.go("/saisine/nouvelle/")
    claire.fill(urgency="non")
    claire.send("Commencer")
    claire.fill(
        identification="named",
        last_name="Verdier Fictif",
        first_name="Odette",
        birth_year="1944",
        person_informed="informee",
        age_band="76+",
    )
    claire.page.get_by_role("button", name="Continuer", exact=True).click()
    claire.sees("Cette personne est peut-être déjà connue")
    claire.look("saisine-deja-connue")


def test_a_person_named_with_her_agreement(browser: Browser, stage: Stage) -> None:
    """Referred by her code, named when she agrees, never shown but by a gesture."""
    julie, claire, luc = (
        Visitor(browser, stage, "commission", name) for name in ("julie", "claire", "luc")
    )
    julie.log_in()
    code = refer_without_name(julie)
    claire.log_in()
    admit(claire, code)
    luc.log_in()
    name_her(luc, code)
    search(luc, code)
    refer_again(claire, julie)
    for visitor in (julie, claire, luc):
        assert not visitor.problems, (visitor.name, visitor.problems)
        assert not any("erdier" in address for address in visitor.urls)
