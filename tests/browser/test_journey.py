"""The whole job through five people, across both services, in a real browser.

Referrer, coordinator, member, steering member, DPO: each page passes axe at 1280 and 390 px and is
photographed in ``build/screenshots``.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from datetime import date, timedelta

from playwright.sync_api import Browser

from tests.browser.conftest import Stage
from tests.browser.pages import Visitor

TODAY = date.today()
WORDS = "Je veux garder mon appartement."
HEALTH = "Elle dit ne plus voir son médecin depuis deux ans."


def refer(julie: Visitor) -> str:
    """Refer a situation in three screens; return its code."""
    julie.go("/", shot="accueil")
    julie.go("/saisine/nouvelle/", shot="saisine-debut")
    julie.fill(urgency="non")
    julie.send("Commencer")
    julie.look("saisine-1")
    julie.fill(
        last_name="Dupont-Fictif",
        first_name="Camille",
        birth_year="1968",
        person_informed="informee",
        informed_by="La gardienne, de vive voix",
        age_band="56-65",
        sex="femme",
        household="personne_seule",
        zone="commune_principale",
    )
    julie.send("Continuer")
    julie.look("saisine-2")
    julie.fill(
        story="Elle ne sort plus depuis le printemps et n’ouvre plus son courrier.",
        problems=["logement_incurie_diogene", "isolement_rupture_sociale"],
        severity="eleve",
        severity_factors=["isolement_total"],
        housing_type="logement_social",
        landlord_type="bailleur_social",
        signals=["volets_fermes"],
        housing_text="Le couloir est encombré, la cuisine n’est plus accessible.",
        care_status="connu_rupture",
        health_text=HEALTH,
    )
    julie.send("Continuer")
    julie.look("saisine-3")
    julie.fill(
        person_words=WORDS,
        presence_wish="oui",
        question="Comment renouer le lien sans brusquer ?",
        tried_steps="Deux visites et un courrier.",
        link="Gardienne de l’immeuble depuis six ans",
        referrer_category="bailleur_social",
        criteria=["droit_commun", "complexite"],
    )
    julie.send("Sceller et envoyer")
    julie.page.wait_for_url("**/saisine/envoyee/**")
    julie.look("saisine-envoyee")
    found = re.search(r"SIT-\w{4}", julie.page.url)
    assert found
    return found.group()


def screen(claire: Visitor, code: str) -> None:
    """Read the referral and admit it with Luc as the lead."""
    claire.go("/", shot="accueil")
    claire.go("/saisines/", shot="saisines")
    claire.go(f"/saisines/{code}/", shot="recevabilite")
    claire.sees(WORDS)
    claire.does_not_see(HEALTH)
    claire.go(f"/saisines/{code}/refuser/", shot="refus")
    claire.go(f"/saisines/{code}/admettre/", shot="admission")
    lead = claire.page.locator("[name=lead] option", has_text="Perrin")
    if lead.count():
        claire.page.locator("[name=lead]").select_option(lead.first.get_attribute("value"))
    else:
        claire.page.get_by_label(re.compile("Perrin")).check()
    claire.send()


def agree_and_share(luc: Visitor, code: str) -> None:
    """Record the agreement, share with Marc and Sophie, reveal the identity once."""
    luc.go("/situations/", shot="situations")
    luc.go(f"/situations/{code}/", shot="situation-en-preparation")
    luc.does_not_see("Dupont-Fictif")
    luc.go(f"/situations/{code}/accord/", shot="accord")
    luc.page.locator("main form.form-page button[type=submit]").first.click()
    luc.look("accord-incomplet")
    assert luc.page.locator("[aria-invalid=true]").count(), "an empty agreement is refused (C-05)"
    luc.fill(
        kind="named_sharing",
        expressed_on=TODAY.isoformat(),
        giver="personne",
        mode="ecrit_signe",
        notice_version="1",
        notice_handed_on=TODAY.isoformat(),
        categories=["identite", "situation_sociale", "logement", "sante_psychique"],
        professions=["professionnel_sante", "bailleur_social"],
        security_described=True,
        presence="oui",
    )
    luc.send()
    luc.go(f"/situations/{code}/partage/", shot="partage")
    for name in ("Didier", "Petit"):
        luc.page.get_by_label(re.compile(name)).check()
    luc.fill(
        sections=["core", "social", "housing", "health", "shareable"],
        level="contribute",
        until=(TODAY + timedelta(days=200)).isoformat(),
    )
    luc.send()
    luc.go(f"/situations/{code}/", shot="situation-partagee")
    luc.page.get_by_role("button", name=re.compile("Afficher l’identité")).first.click()
    luc.sees("Dupont-Fictif")
    luc.look("identite")


def read_as_landlord(marc: Visitor, code: str) -> None:
    """Read what a landlord may, and the seal on health (C-22)."""
    marc.go("/", shot="accueil")
    marc.go(f"/situations/{code}/", shot="situation")
    marc.sees(WORDS)
    marc.go(f"/situations/{code}/volet/housing/", shot="logement")
    marc.sees("Le couloir est encombré")
    marc.go(f"/situations/{code}/volet/health/", shot="sante-scellee")
    marc.does_not_see(HEALTH)
    marc.go(f"/situations/{code}/acces/", shot="qui-peut-voir")


def sit(claire: Visitor, code: str) -> None:
    """Prepare a sitting, put the situation on its agenda, convene, open, mark presence."""
    claire.go("/seances/", shot="seances-vide")
    claire.go("/seances/nouvelle/", shot="seance-nouvelle")
    claire.fill(starts_at=f"{TODAY + timedelta(days=1)}T14:00", place="Salle des mariages")
    claire.send()
    sitting = claire.page.url
    claire.go(f"/situations/{code}/inscription/", shot="inscription")
    claire.fill(mode="nominatif")
    choice = claire.page.locator("[name=sitting]")
    if choice.count() and choice.first.evaluate("node => node.tagName") == "SELECT":
        choice.first.select_option(index=1)
    elif choice.count() and choice.first.get_attribute("type") == "radio":
        choice.first.check()
    claire.send()
    claire.page.goto(sitting)
    claire.look("seance-brouillon")
    claire.does_not_see("Dupont-Fictif")
    claire.page.get_by_role("button", name=re.compile("Convoquer")).click()
    claire.page.get_by_role("button", name=re.compile("Ouvrir")).click()
    claire.look("seance-en-cours")
    claire.page.get_by_role("link", name=re.compile("[Pp]résence|présents")).first.click()
    claire.look("presences")
    for name in ("Morel", "Perrin", "Didier"):
        claire.page.get_by_label(re.compile(name)).check()
    claire.send()
    claire.go(sitting.replace(claire.origin, "") + "ecran/", shot="seance-ecran")
    claire.page.goto(sitting)


def review(claire: Visitor) -> None:
    """Write what the sitting made of the situation, then close the sitting."""
    sitting = claire.page.url
    claire.page.get_by_role("link", name=re.compile("Noter l’examen")).first.click()
    claire.look("examen")
    claire.send_expecting_errors()
    claire.look("examen-incomplet")
    claire.fill(
        presence="oui",
        analysis_1_category="logement",
        analysis_1_text="Logement encombré ; l’accès à la cuisine est difficile.",
        analysis_2_category="sante_psychique",
        analysis_2_text="Rupture de suivi depuis deux ans.",
        proposal_1_kind="visite_a_domicile_conjointe",
        proposal_1_title="Visite à domicile à deux",
        proposal_1_category="situation_sociale",
        proposal_1_holder="CMP et CCAS",
        proposal_1_due_on=(TODAY + timedelta(days=20)).isoformat(),
        proposal_2_kind="desencombrement_nettoyage",
        proposal_2_title="Désencombrement accompagné, pièce par pièce",
        proposal_2_category="logement",
        proposal_2_holder="Association",
        shareable_text="Nous avons parlé de votre logement et de votre suivi.",
    )
    claire.send()
    claire.page.goto(sitting)
    claire.page.get_by_role("button", name=re.compile("Clore")).click()
    claire.look("seance-close")


def give_back(luc: Visitor, code: str) -> None:
    """Restitute, follow, progress, close, reopen with a new agreement."""
    luc.go(f"/situations/{code}/", shot="situation-examinee")
    luc.go(f"/situations/{code}/restitution/", shot="restitution")
    luc.fill(
        given_on=TODAY.isoformat(),
        mode="rencontre",
        words="D’accord pour la visite. Le tri, pas tout d’un coup.",
    )
    answers = luc.page.locator("select[name^=answer_]")
    radios = luc.page.locator("input[type=radio][name^=answer_][value=oui]")
    for index in range(answers.count()):
        answers.nth(index).select_option("oui" if index == 0 else "partiel")
    for index in range(radios.count()):
        radios.nth(index).check()
    luc.send()
    luc.go(f"/situations/{code}/")
    luc.page.get_by_role("button", name=re.compile("suivi", re.I)).first.click()
    luc.go(f"/situations/{code}/", shot="situation-en-suivi")
    luc.page.locator("a[href^='/propositions/']").first.click()
    luc.look("proposition")
    luc.page.locator("[name='etat-status'][value=realisee]").check()
    luc.page.locator("form", has=luc.page.locator("[name='etat-status']")).locator(
        "button[type=submit]"
    ).click()
    luc.go(f"/situations/{code}/cloture/", shot="cloture")
    luc.fill(
        reason="objectifs_atteints", outcome_housing="maintien", outcome_care="suivi_repris"
    )
    luc.send()
    luc.go(f"/situations/{code}/", shot="situation-close")
    luc.go(f"/situations/{code}/accord/")
    luc.fill(
        kind="named_sharing",
        expressed_on=TODAY.isoformat(),
        giver="personne",
        mode="ecrit_signe",
        notice_version="1",
        notice_handed_on=TODAY.isoformat(),
        categories=["identite", "situation_sociale", "logement"],
        professions=["professionnel_sante"],
        security_described=True,
    )
    luc.send()
    luc.go(f"/situations/{code}/reouverture/", shot="reouverture")
    luc.page.locator("[name=reason]").first.check()
    luc.send()
    luc.go(f"/situations/{code}/")
    luc.sees("en préparation")


def read_trends(elise: Visitor) -> None:
    """Read the council's pages; nothing of a situation is there."""
    elise.go("/", shot="conseil")
    elise.page.get_by_role("link", name=re.compile("Observation")).first.click()
    elise.look("tendances-vides")
    elise.page.get_by_role("link", name=re.compile("Feuille de route")).first.click()
    elise.look("feuille-de-route")
    for address in ("/situations/", "/saisines/", "/seances/"):
        assert elise.page.goto(elise.origin + address).status == 404


def prove(denis: Visitor, code: str) -> None:
    """Ask who saw the situation, and with what right."""
    denis.go("/", shot="accueil")
    denis.go(f"/journal/acces/?situation={code}", shot="journal")
    for name in ("Perrin", "Didier", "Morel"):
        denis.sees(name)
    denis.does_not_see("Dupont-Fictif")
    denis.go("/publications/", shot="publications")
    denis.go("/membres/", shot="membres")


def pass_to_council(claire: Visitor) -> None:
    """Go to the council by the one-way ticket; a second use of it is refused."""
    claire.go("/vers-le-conseil/", shot="vers-le-conseil")
    ticket = claire.page.locator("[name=ticket]").get_attribute("value")
    claire.page.get_by_role("button", name="Entrer au conseil").click()
    claire.page.wait_for_url(f"{claire.stage.addresses.council}/**")
    claire.look("conseil-par-billet")
    assert replay(claire.stage, ticket or "") == 403


def replay(stage: Stage, ticket: str) -> int:
    """Post a ticket again, as the commission's page would; return the answer's status."""
    host = stage.addresses.council.split("//")[1]
    request = urllib.request.Request(
        f"http://127.0.0.1:{host.split(':')[1]}/entree/",
        data=urllib.parse.urlencode({"ticket": ticket}).encode(),
        headers={"Host": host, "Origin": stage.addresses.commission},
    )
    try:
        return int(urllib.request.urlopen(request).status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_the_whole_job(browser: Browser, stage: Stage) -> None:
    """From the referral to the committee's page, and the DPO's proof."""
    julie = Visitor(browser, stage, "commission", "julie")
    julie.log_in()
    code = refer(julie)
    claire = Visitor(browser, stage, "commission", "claire")
    claire.log_in()
    screen(claire, code)
    julie.go("/mes-saisines/", shot="mes-saisines")
    julie.go(f"/mes-saisines/{code}/", shot="ma-saisine")
    luc = Visitor(browser, stage, "commission", "luc")
    luc.log_in()
    agree_and_share(luc, code)
    marc = Visitor(browser, stage, "commission", "marc")
    marc.log_in()
    read_as_landlord(marc, code)
    sit(claire, code)
    review(claire)
    give_back(luc, code)
    elise = Visitor(browser, stage, "governance", "elise")
    elise.log_in()
    elise.accept_charter()
    read_trends(elise)
    denis = Visitor(browser, stage, "commission", "denis")
    denis.log_in()
    prove(denis, code)
    pass_to_council(claire)
    for visitor in (julie, claire, luc, marc, elise, denis):
        assert not visitor.problems, (visitor.name, visitor.problems)
