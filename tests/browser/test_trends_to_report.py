"""From a published figure to a need, a priority, an action and the annual report, by two people.

A president on a telephone makes a need of a line of the commission's release; a coordinator has it
retained, opens the action that answers it, follows it, informs the agency; the report is commented
by one, validated by the other, and read by anybody. Nothing is typed twice; axe is clean in every
state, and the keyboard alone does the acts that count.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from deploy.keys.provider import RELEASES
from tests.browser.conftest import ARTEFACTS, Stage
from tests.browser.pages import NARROW, WIDE, Visitor
from tests.governance.released import chain, insert_row, note_row

HOME = "/conseils/rivieres/"
NOW = datetime.now(ZoneInfo("Europe/Paris"))
YEAR, TODAY = NOW.year, NOW.strftime("%Y-%m-%d")
NOTE = "Les sorties d’hospitalisation sans solution de logement reviennent chaque trimestre."


@pytest.fixture(scope="module")
def release(stage: Stage) -> None:
    """Publish four years and a note, as the commission's role does."""
    url = stage.place.url(stage.database, "clsm_commission")
    with psycopg.connect(url) as commission:
        (row,) = commission.execute(
            "SELECT id FROM clsm_council_council WHERE slug = 'rivieres'"
        ).fetchall()
        for one in chain("large", "rivieres", sign=lambda t: stage.place.keys.sign(RELEASES, t)):
            insert_row(commission, row[0], one)
        note_row(commission, row[0], "rivieres", "Se loger après l’hôpital", NOTE, "missing_offer")


@pytest.fixture(scope="module")
def chloe(browser: Browser, stage: Stage, release: None) -> Visitor:
    """Give the coordinator, logged in."""
    return entered(browser, stage, "chloe")


@pytest.fixture(scope="module")
def hugo(browser: Browser, stage: Stage, release: None) -> Visitor:
    """Give the president, logged in."""
    return entered(browser, stage, "hugo")


def entered(browser: Browser, stage: Stage, name: str) -> Visitor:
    """Log somebody in at the council service."""
    visitor = Visitor(browser, stage, "governance", name)
    visitor.log_in()
    visitor.accept_charter()
    return visitor


def here(who: Visitor) -> str:
    """Return the address of the page that somebody reads."""
    return who.page.url.removeprefix(who.origin).partition("#")[0]


def follow(who: Visitor, name: str) -> None:
    """Follow a link of the page's text by the keyboard."""
    link = who.page.locator("#contenu").get_by_role("link", name=name).first
    link.focus()
    with who.page.expect_navigation():
        who.page.keyboard.press("Enter")


def words_of(page: Page, link: str, name: str) -> str:
    """Save a PDF by its link, keep its pages as pictures, return its words."""
    with page.expect_download() as waited:
        page.get_by_role("link", name=link).first.click()
    document = pypdfium2.PdfDocument(Path(waited.value.path()).read_bytes())
    said = ""
    for number, sheet in enumerate(document, start=1):
        said += " " + " ".join(sheet.get_textpage().get_text_range().split())
        sheet.render(scale=1).to_pil().save(ARTEFACTS / f"{name}-{number}.png")
    return said


def a_line_becomes_a_need_on_a_telephone(hugo: Visitor) -> str:
    """D-05: the committee's one screen, then two presses; the band is read in the release."""
    hugo.page.set_viewport_size({"width": NARROW, "height": 844})
    hugo.go(f"{HOME}observation/synthese/")
    hugo.sees("Ce que la commission fait remonter")
    hugo.sees("Aucune priorité n’est en cours")
    hugo.look("synthese-sans-besoin")
    hugo.page.set_viewport_size({"width": NARROW, "height": 844})
    follow(hugo, "En faire un besoin")
    hugo.look("lignes-publiees")
    button = hugo.page.locator("main form button[type=submit]").first
    button.focus()
    with hugo.page.expect_navigation():
        hugo.page.keyboard.press("Enter")
    hugo.look("besoin-de-publication")
    hugo.sees("Chiffres de la commission")
    hugo.page.set_viewport_size({"width": WIDE, "height": 900})
    return hugo.page.locator("h1").inner_text()


def a_note_becomes_a_need_too(chloe: Visitor) -> None:
    """E-14: the note's text is read again on the need; the trends say what became of it."""
    chloe.go(f"{HOME}observation/")
    follow(chloe, "En faire un besoin")
    chloe.go(f"{HOME}observation/")
    chloe.page.locator(
        "article, li, section", has_text="Se loger après l’hôpital"
    ).last.get_by_role("link", name="En faire un besoin").click()
    chloe.fill(urgency="1", theme="housing")
    chloe.look("besoin-de-note")
    chloe.send()
    chloe.sees(NOTE)
    chloe.go(f"{HOME}observation/besoins/", shot="besoins")
    chloe.go(f"{HOME}observation/", shot="tendances-et-besoins")


def the_committee_retains_a_priority(chloe: Visitor, need: str) -> None:
    """D-05: a decision of the register, a need; both pages show the link."""
    decide(chloe, "Retenir l’accès au logement", "priority")
    chloe.go(f"{HOME}observation/synthese/")
    chloe.page.locator("li", has_text=need).get_by_role(
        "link", name="En faire une priorité"
    ).click()
    chloe.fill(title="Habiter et se soigner", goal="inclusion")
    chloe.choose("decision", "Retenir l’accès au logement")
    chloe.look("priorite-nouvelle")
    chloe.send()
    chloe.look("priorite")
    chloe.sees(need)
    follow(chloe, need)
    chloe.sees("Habiter et se soigner")


def decide(who: Visitor, title: str, kind: str) -> None:
    """Enter a decision of the committee that met."""
    who.go(f"{HOME}reunions/")
    who.page.locator("main td a, main th a").first.click()
    who.page.get_by_role("link", name="Enregistrer une décision").first.click()
    who.fill(title=title, kind=kind)
    who.send("Inscrire au registre")


def an_action_answers_it(chloe: Visitor, need: str) -> str:
    """000-01…000-27, D-04: roadmap, axis, sheet drawn from the need, indicator, then the vote."""
    chloe.go(f"{HOME}feuille-de-route/", shot="feuille-vide")
    follow(chloe, "Préparer la première")
    chloe.fill(title="Feuille de route", starts_on=f"{YEAR}-01-01", ends_on=f"{YEAR + 2}-12-31")
    chloe.send()
    roadmap = here(chloe)
    follow(chloe, "Ajouter un axe")
    chloe.fill(number=3, title="Logement et cité")
    chloe.send()
    chloe.go(f"{HOME}observation/synthese/")
    follow(chloe, "Ouvrir une fiche-action")
    chloe.look("fiche-depuis-un-besoin")
    chloe.fill(title="Un bail, un accompagnement")
    chloe.send()
    sheet = here(chloe)
    chloe.sees(need)
    chloe.sees("Avant d’être validée")
    chloe.look("fiche-proposee")
    follow(chloe, "Ajouter un indicateur")
    chloe.fill(label="Personnes entrées dans un logement", kind="result", target="6 par an")
    chloe.look("indicateur-nouveau")
    chloe.send()
    chloe.go(sheet)
    follow(chloe, "Modifier : modalités de suivi")
    chloe.fill(evaluation_method="Tableau de suivi tenu avec le bailleur.")
    chloe.send()
    decide(chloe, "Valider la fiche logement", "action")
    chloe.go(sheet)
    follow(chloe, "Changer l’état")
    chloe.fill(status="validated")
    chloe.choose("decision", "Valider la fiche logement")
    chloe.look("fiche-a-valider")
    chloe.send()
    chloe.go(roadmap)
    follow(chloe, "Mettre en vigueur")
    chloe.choose("decision", "Valider la fiche logement")
    chloe.send()
    chloe.look("feuille-en-vigueur")
    chloe.look_dark_and_on_paper("feuille-en-vigueur")
    return sheet


def the_action_is_followed(chloe: Visitor, sheet: str) -> None:
    """004-03, 000-18: its state, a figure with its chart and table, the year in words."""
    chloe.go(sheet)
    follow(chloe, "Changer l’état")
    chloe.fill(status="ongoing", progress=40)
    chloe.send()
    follow(chloe, "Personnes entrées dans un logement")
    chloe.fill(year=YEAR, value="4")
    chloe.send()
    chloe.look("indicateur-avec-une-valeur")
    chloe.go(sheet)
    follow(chloe, "Écrire le bilan d’une année")
    chloe.fill(year=YEAR, done="Un bailleur et une équipe mobile se voient chaque mois.")
    chloe.send()
    chloe.look("fiche-suivie")
    said = words_of(
        chloe.page, "Fiche, présentation Terres des Confluences (PDF)", "chloe-fiche-terres"
    )
    for words in ("Un bail, un accompagnement", "Personnes entrées dans un logement"):
        assert words in said


def the_agency_is_informed(chloe: Visitor, need: str) -> None:
    """D-08: a need leaves in a note, with its band; the answer closes the letter."""
    chloe.go(f"{HOME}observation/transmissions/nouvelle/")
    for box in chloe.page.locator("[name=chosen]").all():
        box.check()
    chloe.fill(on=TODAY)
    chloe.look("transmission-nouvelle")
    chloe.send()
    assert need in words_of(chloe.page, "À envoyer (PDF)", "chloe-note-ars")
    follow(chloe, "Noter la réponse")
    chloe.fill(answered_on=TODAY, answer="Un rendez-vous est proposé.")
    chloe.send()
    chloe.look("transmission-repondue")


def the_year_is_told(chloe: Visitor, hugo: Visitor, need: str) -> str:
    """D.4, 002-08: one comments, the other validates on a telephone; then nothing moves."""
    chloe.go(f"{HOME}bilans/indicateurs/{YEAR}/", shot="indicateurs")
    chloe.go(f"{HOME}bilans/conformite/{YEAR}/", shot="conformite")
    chloe.go(f"{HOME}bilans/", shot="bilans-vides")
    follow(chloe, "Commencer un bilan")
    chloe.fill(year=YEAR)
    chloe.send()
    report = here(chloe)
    chloe.look("bilan-brouillon")
    follow(chloe, "Commenter")
    chloe.fill(comment_territory="Une première année de travail avec les bailleurs.")
    chloe.send()
    hugo.page.set_viewport_size({"width": NARROW, "height": 844})
    hugo.go(report)
    hugo.sees("Une première année de travail avec les bailleurs.")
    follow(hugo, "Valider le bilan")
    hugo.look("bilan-a-valider")
    hugo.send()
    hugo.look("bilan-valide")
    hugo.look_dark_and_on_paper("bilan-valide")
    said = words_of(hugo.page, "Bilan, édition du comité de pilotage (PDF)", "hugo-bilan")
    for words in (need, "Un bail, un accompagnement", "Habiter et se soigner", NOTE):
        assert words in said, words
    return report


def anybody_reads_it(browser: Browser, chloe: Visitor, hugo: Visitor, report: str) -> None:
    """002-08: published, read without an account once the council's page opens; no band there."""
    hugo.go(report)
    follow(hugo, "Publier")
    hugo.send()
    stranger = browser.new_context(locale="fr-FR").new_page()
    address = f"{chloe.origin}/public/rivieres/bilans/"
    answer = stranger.goto(address)
    assert answer is not None
    assert answer.status == 404, "the council has not opened its public page yet"
    chloe.go(f"{HOME}fiche/")
    chloe.fill(is_published=True)
    chloe.send()
    answer = stranger.goto(address)
    assert answer is not None
    assert answer.status == 200
    said = words_of(stranger, str(YEAR), "anybody-bilan")
    assert "Un bail, un accompagnement" in said
    assert NOTE not in said, "the commission's part is the steering committee's"


def test_from_a_figure_to_the_annual_report(
    browser: Browser, chloe: Visitor, hugo: Visitor
) -> None:
    """Each step stands on the one before."""
    need = a_line_becomes_a_need_on_a_telephone(hugo)
    a_note_becomes_a_need_too(chloe)
    the_committee_retains_a_priority(chloe, need)
    sheet = an_action_answers_it(chloe, need)
    the_action_is_followed(chloe, sheet)
    the_agency_is_informed(chloe, need)
    report = the_year_is_told(chloe, hugo, need)
    anybody_reads_it(browser, chloe, hugo, report)
