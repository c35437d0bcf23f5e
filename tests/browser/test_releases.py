"""Figures from the commission to the council, by two people, and back when they are withdrawn.

Counted, proved by the worker's own process, read, approved twice, read by the steering committee,
checked on another machine's terms, withdrawn. What cannot be published, what is typed wrong and
what waits are seen too. Each page passes axe at 1280 and 390 px and is photographed.
"""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, expect

from deploy.keys.provider import RELEASES
from tests import database
from tests.browser.conftest import Stage
from tests.browser.pages import Visitor

LAST = datetime.now(ZoneInfo("Europe/Paris")).year - 1
TRENDS = "/conseils/metz/observation/"
STRANGER = "00" * 32


def run(stage: Stage, *command: str) -> None:
    """Run a program of the commission, under its own roles."""
    environment = {
        **stage.place.programs_environment(),
        **stage.place.environment("commission", stage.database),
        "PASSWORD_COST": database.CHEAP,
        "SLOT_COST": database.CHEAP,
    }
    done = subprocess.run(
        [sys.executable, *command],
        env=environment,
        cwd=database.ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def prove(stage: Stage) -> None:
    """Have the worker do what waits."""
    run(stage, "manage.py", "work", "--once")


def freeze(claire: Visitor, year: int) -> str:
    """Choose a year with the keyboard alone; return the address of the figures."""
    claire.go("/publications/arreter/")
    chosen = claire.page.get_by_label(f"Année {year}", exact=True)
    field = claire.page.locator("[name=period]").first
    if field.evaluate("node => node.tagName") == "SELECT":
        field.select_option(label=f"Année {year}")
    else:
        field.focus()
        while not chosen.is_checked():
            claire.page.keyboard.press("ArrowDown")
    claire.page.keyboard.press("Enter")
    claire.page.wait_for_url(re.compile(r"/publications/[0-9a-f-]{36}/"))
    return claire.page.url.removeprefix(claire.origin)


def approve(visitor: Visitor, here: str) -> None:
    """Approve what the page shows, from the keyboard."""
    visitor.go(here)
    visitor.page.get_by_role("button", name="Approuver ces chiffres").focus()
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    visitor.sees("Votre approbation est enregistrée")


def too_few(claire: Visitor, stage: Stage) -> None:
    """See a proof under way, then figures that cannot be published, and give them up."""
    claire.go("/publications/", shot="publications-vide")
    claire.go("/publications/arreter/", shot="publication-arreter")
    here = freeze(claire, LAST - 2)
    claire.sees("Vérification en cours")
    claire.look("publication-calcul")
    prove(stage)
    claire.page.get_by_role("link", name="Actualiser").click()
    claire.sees("ne sont pas publiables")
    claire.look("publication-impossible")
    assert claire.page.url.removeprefix(claire.origin) == here
    claire.page.get_by_role("button", name="Abandonner").click()
    claire.sees("Abandonnées")


def published(claire: Visitor, denis: Visitor, stage: Stage) -> str:
    """Publish two years; the second is read whole before it is approved."""
    first = freeze(claire, LAST - 1)
    prove(stage)
    for one in (claire, denis):
        approve(one, first)
    here = freeze(claire, LAST)
    prove(stage)
    claire.go("/", shot="accueil-a-approuver")
    claire.page.get_by_role("link", name=f"Chiffres {LAST}").click()
    claire.sees("La preuve")
    claire.sees(f"Par rapport à la publication {LAST - 1}")
    claire.sees("Lecteur extérieur")
    claire.sees("Bailleur social")
    claire.look("publication-a-approuver")
    claire.look_dark_and_on_paper("publication-a-approuver")
    approve(claire, here)
    expect(claire.page.get_by_role("button", name="Approuver ces chiffres")).to_have_count(0)
    claire.look("publication-approuvee-une-fois")
    claire.go("/")
    expect(claire.page.get_by_role("link", name=f"Chiffres {LAST}")).to_have_count(0)
    denis.go("/", shot="accueil-a-approuver")
    denis.page.get_by_role("link", name=f"Chiffres {LAST}").click()
    approve(denis, here)
    denis.sees("publiée")
    denis.look("publication-publiee")
    return here


def read_by_the_committee(elise: Visitor, stage: Stage, folder: Path) -> None:
    """Read the figures, ask of a table, take the archive away and check it there."""
    elise.go(TRENDS, shot="publiees")
    elise.sees("Preuve vérifiée")
    elise.sees("51 à 60")
    elise.look_dark_and_on_paper("publiees")
    elise.page.get_by_role("link", name=re.compile("^problématiques", re.I)).first.press("Enter")
    chart = elise.page.locator("figure:target")
    expect(chart).to_be_visible()
    expect(chart).to_contain_text("Problématiques rencontrées")
    chart.locator("summary").press("Enter")
    expect(chart.locator("table")).to_be_visible()
    chart.get_by_role("link", name=re.compile("Croiser ou réunir")).press("Enter")
    elise.sees("Problématiques rencontrées")
    elise.look("explorer-publiees")
    elise.go(f"{TRENDS}verifier/")
    with elise.page.expect_download() as waited:
        elise.page.get_by_role("link", name=f"{LAST} (ZIP)").press("Enter")
    saved = folder / waited.value.suggested_filename
    waited.value.save_as(saved)
    with zipfile.ZipFile(saved) as archive:
        archive.extractall(folder / "ouvert")
    key = stage.place.keys.public(RELEASES).hex()
    for given, status in ((key, 0), (STRANGER, 1)):
        done = subprocess.run(
            [sys.executable, "certificate.py", ".", "--key", given],
            cwd=folder / "ouvert",
            capture_output=True,
            text=True,
        )
        assert done.returncode == status, done.stdout + done.stderr


def withdrawn(claire: Visitor, elise: Visitor, here: str) -> None:
    """Withdraw the last year; the council reads why, and no figure of it any more."""
    claire.go(here)
    claire.page.get_by_role("link", name="Retirer cette publication").click()
    claire.look("publication-retirer")
    claire.send_expecting_errors()
    claire.page.get_by_label(re.compile("Une erreur de méthode")).check()
    claire.send("Retirer la publication")
    claire.sees("Publication retirée")
    claire.look("publication-retiree")
    elise.go(TRENDS, shot="retiree")
    elise.sees("La commission a retiré une publication")
    elise.sees("Une erreur de méthode")
    elise.sees(f"remonter · {LAST - 1}")
    expect(elise.page.locator("body")).not_to_contain_text(f"remonter · {LAST} ")
    assert elise.go(f"{TRENDS}?periode={LAST}-01_{LAST + 1}-01").title()
    elise.sees("Cette période n’est pas publiée")


def on_paper(claire: Visitor, denis: Visitor, elise: Visitor) -> None:
    """Type an old report with two mistakes: each is told, and nothing typed is lost."""
    claire.go("/publications/", shot="publications-liste")
    claire.page.get_by_role("link", name="Saisir un ancien rapport").click()
    claire.look("rapport-ancien")
    claire.page.get_by_label("Âge", exact=True).check()
    claire.fill(period=str(LAST + 1))
    claire.fill(**{"total:examined": "quarante"})
    claire.page.get_by_role("button", name="Afficher les lignes de ces tableaux").click()
    cell = claire.page.locator("[name^='v:E-05-age:']").first
    cell.fill("12")
    claire.page.get_by_role("button", name="Préparer pour approbation").click()
    claire.sees("Écrivez un nombre, comme 12")
    claire.sees("Cette période n’est pas terminée")
    expect(cell).to_have_value("12")
    expect(claire.page.locator("[name='total:examined']")).to_have_value("quarante")
    claire.look("rapport-ancien-erreur")
    claire.fill(period=str(LAST - 4), **{"total:examined": "40"})
    claire.page.get_by_role("button", name="Préparer pour approbation").click()
    claire.page.wait_for_url(re.compile(r"/publications/[0-9a-f-]{36}/"))
    claire.look("rapport-ancien-a-approuver")
    here = claire.page.url.removeprefix(claire.origin)
    for one in (claire, denis):
        approve(one, here)
    elise.go(TRENDS, shot="avec-rapport-ancien")
    elise.sees(f"Des rapports plus anciens avaient donné des chiffres exacts ({LAST - 4})")


def test_from_the_commission_to_the_council(browser: Browser, stage: Stage, tmp_path: Path) -> None:
    """Two people of the commission and one of the council."""
    run(stage, "-m", "tests.browser.coded_entries", f"{LAST}:60", f"{LAST - 1}:45", f"{LAST - 2}:6")
    claire = Visitor(browser, stage, "commission", "claire")
    denis = Visitor(browser, stage, "commission", "denis")
    elise = Visitor(browser, stage, "governance", "elise")
    for one in (claire, denis, elise):
        one.log_in()
    elise.accept_charter()
    too_few(claire, stage)
    here = published(claire, denis, stage)
    read_by_the_committee(elise, stage, tmp_path)
    withdrawn(claire, elise, here)
    on_paper(claire, denis, elise)
    for one in (claire, denis, elise):
        assert not one.problems, (one.name, one.problems)
