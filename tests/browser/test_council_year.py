"""A year of a council begun from nothing, by two people, in a real browser.

A coordinator on her first day and a president: directory, bodies, a steering meeting from its
agenda to its circulated minutes, a working group born of its decision, a plenary, a second steering
meeting; with the keyboard, on a telephone, axe clean in every state.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from tests import database
from tests.browser.conftest import Stage
from tests.browser.pages import Visitor

HOME = "/conseils/vallons/"
HEADS = "Nom;Prénom;Fonction;Collège;Adresse électronique;Accepte les informations;Accord donné le"
LINES = (
    "Ferry;Bruno;vice-président;élus;bruno@exemple.invalid;oui;15/01/2026",
    "Perrin;Luc;chef de pôle;psychiatrie;luc@exemple.invalid;oui;15/01/2026",
    "Meunier;Sacha;adhérent;personnes concernées, usagers;sacha@exemple.invalid;oui;15/01/2026",
    "Grandjean;Odile;présidente;aidants, familles;odile@exemple.invalid;oui;15/01/2026",
    "Roy;Inès;directrice;social et médico-social;;non;",
)
BAD = "Vidal;Paul;chef de service;collège inconnu;paul;non;"
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def aline(browser: Browser, stage: Stage) -> Visitor:
    """Give the coordinator, logged in."""
    return entered(browser, stage, "aline")


@pytest.fixture(scope="module")
def bruno(browser: Browser, stage: Stage) -> Visitor:
    """Give the president, logged in."""
    return entered(browser, stage, "bruno")


def entered(browser: Browser, stage: Stage, name: str) -> Visitor:
    """Log somebody in at the council service."""
    visitor = Visitor(browser, stage, "governance", name)
    visitor.log_in()
    visitor.accept_charter()
    return visitor


def work(stage: Stage) -> None:
    """Let the council's worker do what waits: letters leave."""
    done = subprocess.run(
        [sys.executable, "manage.py", "work", "--once"],
        env={
            **stage.place.programs_environment(),
            **stage.place.environment("governance", stage.database),
            "PASSWORD_COST": database.CHEAP,
            "SLOT_COST": database.CHEAP,
            "STATIC_ROOT": str(stage.logs),
            "EMAIL_URL": f"filemail:///{stage.logs / 'mail'}",
        },
        cwd=database.ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def in_a_moment() -> str:
    """Return a moment to come, as a form takes it."""
    return (datetime.now(PARIS) + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M")


def the_first_day(aline: Visitor, tmp_path: Path) -> None:
    """Everything is empty and says what to do; a spreadsheet fills the directory."""
    aline.go(HOME, shot="conseil-neuf")
    aline.sees("À compléter")
    for path, name in (
        ("annuaire/", "annuaire-vide"),
        ("instances/", "instances-vides"),
        ("reunions/", "reunions-vides"),
        ("decisions/", "decisions-vides"),
        ("documents-cadres/", "documents-vides"),
    ):
        aline.go(HOME + path, shot=name)
    aline.go(f"{HOME}annuaire/structures/nouvelle/", shot="structure-chercher")
    aline.fill(look_for="GEM des Vallons")
    aline.send("Continuer")
    aline.fill(category="users", missions="Se retrouver, s’entraider.")
    aline.look("structure-nouvelle")
    aline.send()
    aline.sees("GEM des Vallons")
    file = tmp_path / "contacts.csv"
    file.write_text("\n".join((HEADS, *LINES, BAD)), encoding="utf-8")
    aline.go(f"{HOME}annuaire/imports/")
    aline.fill(kind="contacts")
    aline.page.locator("[name=file]").set_input_files(file)
    aline.send("Lire le fichier")
    aline.sees("collège inconnu")
    aline.look("import-apercu")
    aline.send("Écrire 5 lignes dans l’annuaire")
    aline.go(f"{HOME}annuaire/contacts/", shot="contacts")
    for name in ("Ferry", "Perrin", "Meunier", "Grandjean", "Roy"):
        aline.sees(name)
    aline.does_not_see("Vidal")


def the_usual_bodies_are_opened_by_keyboard(aline: Visitor) -> None:
    """One act opens them; members are seated at once, the president by name."""
    aline.go(f"{HOME}instances/habituelles/")
    page = aline.page
    page.locator("main [type=checkbox]").first.focus()
    for box in page.locator("main [type=checkbox]").all():
        box.focus()
        if not box.is_checked():
            page.keyboard.press("Space")
    page.get_by_role("button", name="Ouvrir").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{HOME}instances/")
    aline.look("instances-ouvertes")
    page.get_by_role("link", name="Comité de pilotage", exact=True).first.click()
    page.get_by_role("link", name="Plusieurs à la fois").click()
    for box in page.locator("[name=contacts]").all():
        box.check()
    aline.look("membres-plusieurs")
    aline.send("Ajouter ces membres")
    aline.look("comite-compose")
    page.get_by_role("link", name="Bruno Ferry").first.click()
    page.get_by_role("link", name="Corriger").click()
    aline.fill(role="president")
    aline.send()
    aline.sees("présidence")


def plan(who: Visitor, body: str, title: str, points: tuple[tuple[str, str], ...]) -> None:
    """Plan a meeting a moment from now, with its agenda."""
    who.go(f"{HOME}reunions/nouvelle/")
    who.choose("body", body)
    who.fill(title=title, starts_at=in_a_moment(), place="Maison des Vallons")
    who.send("Planifier")
    for point, purpose in points:
        who.page.get_by_role("link", name="Ajouter un point").click()
        who.fill(title=point, purpose=purpose, minutes=20)
        who.send()


def note_presences(who: Visitor) -> None:
    """Note everybody present, the sheet signed."""
    who.page.get_by_role("link", name="Noter les présences").first.click()
    for chosen in who.page.locator("select[name^=presence_]").all():
        chosen.select_option("on_site")
    for radio in who.page.locator("[type=radio][name^=presence_][value=on_site]").all():
        radio.check()
    who.page.locator("[name=all_signed]").select_option("sheet")


def a_steering_meeting_whole(aline: Visitor, bruno: Visitor, stage: Stage) -> None:
    """Agenda, convocation, presences, decision, minutes signed off by the president, letters."""
    plan(
        aline,
        "Comité de pilotage",
        "Premier comité",
        (("Tour de table", "information"), ("Un groupe sur le logement", "decision")),
    )
    page = aline.page
    aline.look("reunion-prevue")
    page.get_by_role("button", name="Descendre le point 1").focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("1. Un groupe sur le logement")
    here = page.url.removeprefix(aline.origin).partition("#")[0]
    page.get_by_role("link", name="Convoquer", exact=True).click()
    aline.look("convoquer")
    aline.send("Envoyer les convocations")
    work(stage)
    aline.go(here, shot="reunion-convoquee")
    letters = sorted((stage.logs / "mail").glob("*"))
    said = "".join(one.read_text("utf-8", errors="replace") for one in letters)
    assert "luc@exemple.invalid" in said
    assert "BEGIN:VCALENDAR" in said or "text/calendar" in said
    note_presences(aline)
    aline.look("presences")
    aline.send("Enregistrer les présences")
    aline.go(here, shot="reunion-tenue")
    page.get_by_role("link", name="Enregistrer une décision").first.click()
    aline.fill(title="Créer un groupe sur le logement", kind="new_group")
    aline.fill(rule="simple", voters=5, in_favour=4, against=0, abstained=1)
    aline.look("decision-nouvelle")
    aline.send("Inscrire au registre")
    aline.go(here)
    page.get_by_role("link", name="Rédiger le compte rendu").first.click()
    aline.fill(minutes_text="Le comité s’est réuni pour la première fois.")
    aline.look("compte-rendu")
    aline.send("Enregistrer")
    aline.go(here)
    page.get_by_role("link", name="Soumettre à la validation").click()
    aline.send()
    bruno.go(here, shot="a-valider")
    bruno.page.get_by_role("link", name="Valider").first.click()
    bruno.send("Valider")
    bruno.page.wait_for_url(lambda url: url.partition("#")[0].endswith(here))
    aline.go(here, shot="compte-rendu-valide")
    page.get_by_role("link", name="Diffuser").first.click()
    aline.send()
    work(stage)
    aline.go(here, shot="compte-rendu-diffuse")
    for paper in ("Feuille d’émargement (PDF)", "Compte rendu (PDF)", "Rendez-vous"):
        with page.expect_download() as waited:
            page.get_by_role("link", name=paper).click()
        assert Path(waited.value.path()).stat().st_size > 300


def a_working_group_is_born_of_the_decision(aline: Visitor) -> None:
    """D-03, 001-05: the decision is chosen, a referent is named."""
    aline.go(f"{HOME}instances/groupe/", shot="groupe-nouveau")
    aline.choose("decision", "Créer un groupe sur le logement")
    aline.fill(name="Groupe logement", group_kind="theme", theme="logement")
    aline.page.locator("[name=referents]").first.check()
    aline.send()
    aline.look("groupe")
    aline.sees("Groupe logement")
    aline.sees(f"{datetime.now(PARIS).year}-01")


def a_plenary_and_a_second_committee(aline: Visitor, bruno: Visitor) -> None:
    """001-04, D-01: the plenary meets; a subject proposed on a telephone enters the next agenda."""
    page = aline.page
    aline.go(f"{HOME}instances/")
    page.get_by_role("link", name="Assemblée plénière", exact=True).first.click()
    page.get_by_role("link", name="Plusieurs à la fois").click()
    for box in page.locator("[name=contacts]").all():
        box.check()
    aline.send("Ajouter ces membres")
    plan(aline, "Assemblée plénière", "Assemblée de l’année", (("Bilan", "information"),))
    note_presences(aline)
    aline.send("Enregistrer les présences")
    bruno.page.set_viewport_size({"width": 390, "height": 844})
    bruno.go(f"{HOME}reunions/sujets/proposer/")
    bruno.choose("body", "Comité de pilotage")
    bruno.fill(title="Inviter la maison des adolescents")
    bruno.send("Proposer")
    bruno.look("sujets")
    plan(aline, "Comité de pilotage", "Second comité", (("Points d’étape", "information"),))
    second = page.url.removeprefix(aline.origin).partition("#")[0]
    page.get_by_role("link", name="Sujets en attente").first.click()
    aline.sees("Inviter la maison des adolescents")
    aline.look("sujets-en-attente")
    page.get_by_role("link", name="Inscrire").first.click()
    aline.choose("meeting", "Second comité")
    aline.send()
    aline.go(second)
    aline.sees("Inviter la maison des adolescents")
    note_presences(aline)
    aline.send("Enregistrer les présences")
    aline.go(second, shot="second-comite")
    aline.go(f"{HOME}reunions/annee/{datetime.now(PARIS).year}/", shot="annee")


def what_a_successor_inherits(aline: Visitor, bruno: Visitor) -> None:
    """D.3: one page, one document; the register; a page that anybody may read once opened."""
    aline.go(f"{HOME}passation/", shot="passation")
    aline.sees("Groupe logement")
    aline.go(f"{HOME}decisions/", shot="registre")
    aline.sees("Créer un groupe sur le logement")
    for path, name in (
        ("territoire/", "territoire"),
        ("coordination/", "coordination"),
        ("membres/", "membres-et-droits"),
    ):
        aline.go(HOME + path, shot=name)
    aline.go(f"{HOME}instances/")
    aline.look_dark_and_on_paper("instances")
    bruno.go(f"{HOME}membres/")
    bruno.sees("n’existe pas")


def test_a_year_from_nothing(aline: Visitor, bruno: Visitor, stage: Stage, tmp_path: Path) -> None:
    """Each step stands on the one before."""
    the_first_day(aline, tmp_path)
    the_usual_bodies_are_opened_by_keyboard(aline)
    a_steering_meeting_whole(aline, bruno, stage)
    a_working_group_is_born_of_the_decision(aline)
    a_plenary_and_a_second_committee(aline, bruno)
    what_a_successor_inherits(aline, bruno)
