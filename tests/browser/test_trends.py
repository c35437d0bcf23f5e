"""What the steering committee sees of the commission, in a real browser.

A large council with four years, a small one with a block of three, one with a total only: the page,
the questions, the evolution, the files, the proof; at 1280 and 390 px, in the dark, on paper, and
without JavaScript. Every page passes axe and is photographed in ``build/screenshots``.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, expect

from deploy.keys.provider import RELEASES
from tests.browser.conftest import ARTEFACTS, Stage
from tests.browser.pages import Visitor
from tests.governance.released import Released, chain, insert_row, note_row

NOTES = (
    (
        "Un interlocuteur unique",
        "Les structures disent la même chose : une personne qui refuse dix rendez-vous en accepte"
        " un, chez elle, avec quelqu’un qu’elle connaît.",
        "missing_offer",
    ),
    (
        "Se loger après l’hôpital",
        "Les sorties d’hospitalisation sans solution de logement reviennent. Les bailleurs"
        " demandent un accompagnement avant la signature du bail, pas après le premier impayé.",
        "frequent",
    ),
)
COUNCILS = {
    "grand": ("large", "CLSM de la Grande Vallée"),
    "confluences": ("small", "CLSM Terres des Confluences"),
    "seule": ("total", "CLSM des Trois Vallées"),
    "ancien": ("paper", "CLSM du Vieux Pont"),
    "neuf": ("", "CLSM du Pays neuf"),
}


@pytest.fixture(scope="module")
def released(stage: Stage) -> dict[str, list[Released]]:
    """Open councils beside the first one, and publish in them as the commission's role does."""
    made: dict[str, list[Released]] = {}
    with psycopg.connect(stage.place.server.url(stage.database), autocommit=True) as owner:
        for slug, (_, name) in COUNCILS.items():
            owner.execute(
                "INSERT INTO clsm_council_council SELECT (jsonb_populate_record(c,"
                " jsonb_build_object('id', gen_random_uuid(), 'slug', %s::text, 'name', %s::text)"
                ")).* FROM clsm_council_council c WHERE c.slug = 'metz'",
                [slug, name],
            )
            owner.execute(
                "INSERT INTO clsm_council_councilmembership"
                " SELECT (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(),"
                " 'council_id', c.id))).* FROM clsm_council_councilmembership m,"
                " clsm_accounts_user u, clsm_council_council c WHERE m.user_id = u.id"
                " AND u.email LIKE 'elise%%' AND m.role = 'steering_member' AND c.slug = %s"
                " LIMIT 1",
                [slug],
            )
        ids: dict[str, Any] = dict(
            owner.execute("SELECT slug, id FROM clsm_council_council").fetchall()
        )
    with psycopg.connect(stage.place.url(stage.database, "clsm_commission")) as commission:
        for slug, (name, _) in COUNCILS.items():
            if not name:
                continue
            made[slug] = chain(name, slug, sign=lambda text: stage.place.keys.sign(RELEASES, text))
            for one in made[slug]:
                insert_row(commission, ids[slug], one)
            for note in NOTES:
                note_row(commission, ids[slug], slug, *note)
    return made


@pytest.fixture(scope="module")
def elise(browser: Browser, stage: Stage, released: dict[str, list[Released]]) -> Visitor:
    """Give the steering member, logged in once."""
    visitor = Visitor(browser, stage, "governance", "elise")
    visitor.log_in()
    visitor.accept_charter()
    return visitor


def page_of(slug: str) -> str:
    """Give the address of a council's trends."""
    return f"/conseils/{slug}/observation/"


def test_large_council(elise: Visitor) -> None:
    elise.go(page_of("grand"), shot="tendances-grand")
    elise.sees("Preuve vérifiée")
    elise.sees("Qu’est-ce qui est fréquent")
    chart = elise.page.locator("figure", has_text="Problématiques rencontrées").first
    chart.locator("summary").click()
    expect(chart.locator("table")).to_be_visible()
    elise.look("tendances-grand-tableau")
    elise.page.get_by_role("link", name="2022", exact=True).click()
    elise.sees("remonter · 2022")


def test_small_council_leads_with_its_notes(elise: Visitor) -> None:
    elise.go(page_of("confluences"), shot="tendances-petit")
    elise.sees("Les années sont réunies en un bloc")
    elise.sees("Un interlocuteur unique")
    elise.page.set_viewport_size({"width": 390, "height": 844})
    elise.page.screenshot(path=ARTEFACTS / "elise-tendances-petit-ecran.png")
    elise.page.set_viewport_size({"width": 1280, "height": 900})


def test_little_or_nothing_to_show(elise: Visitor) -> None:
    elise.go(page_of("seule"), shot="tendances-total")
    elise.sees("Seul le total paraît")
    elise.go(page_of("neuf"), shot="tendances-rien")
    elise.sees("pas encore publié de chiffres")
    elise.go(page_of("ancien"), shot="tendances-rapport-ancien")
    elise.sees("Des rapports plus anciens")


def test_questions_without_javascript(
    browser: Browser, stage: Stage, elise: Visitor, released: dict[str, list[Released]]
) -> None:
    elise.go(f"{page_of('grand')}explorer/", shot="explorer")
    context = browser.new_context(java_script_enabled=False, locale="fr-FR")
    context.add_cookies(elise.context.cookies())
    page = context.new_page()
    page.set_default_timeout(8000)
    page.goto(f"{elise.origin}{page_of('grand')}explorer/")
    page.get_by_label("Tableau", exact=True).select_option("E-05-age-sexe")
    page.get_by_role("button", name="Choisir ce tableau").click()
    page.get_by_label("2024", exact=True).check()
    page.get_by_label("Additionner les périodes cochées").check()
    page.get_by_label("Échanger lignes et colonnes").check()
    page.get_by_role("button", name="Afficher").click()
    expect(page.locator("body")).to_contain_text("2024 + 2025")
    expect(page.locator("body")).to_contain_text("fourchettes publiées additionnées")
    asked = page.url.removeprefix(elise.origin)
    page.goto(f"{elise.origin}{page_of('grand')}explorer/?table=E-08&reunir=lignes")
    expect(page.get_by_role("alert")).to_contain_text("plusieurs lignes")
    context.close()
    elise.go(asked, shot="explorer-croise")
    elise.go(f"{page_of('grand')}explorer/?table=E-08&reunir=lignes", shot="explorer-refus")
    elise.go(f"{page_of('grand')}explorer/?table=E-99&x=1")
    elise.sees("Cette question n’a pas de réponse")


def test_evolution(elise: Visitor) -> None:
    elise.go(f"{page_of('grand')}evolution/", shot="evolution")
    elise.sees("Suivre dans le temps")
    expect(elise.page.locator(".marks").first.locator("li")).to_have_count(4)
    elise.go(f"{page_of('confluences')}evolution/", shot="evolution-vide")
    elise.sees("au moins deux publications")


def test_everything_to_check_alone(
    elise: Visitor, stage: Stage, released: dict[str, list[Released]], tmp_path: Path
) -> None:
    elise.go(f"{page_of('grand')}verifier/", shot="verifier-seul")
    with elise.page.expect_download() as waited:
        elise.page.get_by_role("link", name="2025 (ZIP)").click()
    saved = tmp_path / waited.value.suggested_filename
    waited.value.save_as(saved)
    folder = tmp_path / "ouvert"
    with zipfile.ZipFile(saved) as archive:
        archive.extractall(folder)
    key = (folder / "cle-publique.txt").read_text().strip()
    assert key == stage.place.keys.public(RELEASES).hex()
    for more, status in (([], 3), (["--key", key], 0), (["--key", "00" * 32], 1)):
        done = subprocess.run(
            [sys.executable, "-I", "-S", "certificate.py", ".", *more]
            if not more
            else [sys.executable, "certificate.py", ".", *more],
            cwd=folder,
            capture_output=True,
            text=True,
        )
        assert done.returncode == status, (more, done.stdout, done.stderr)
    for link, extension in (("PDF", "pdf"), ("ODS", "ods"), ("CSV", "csv")):
        elise.go(page_of("grand"))
        with elise.page.expect_download() as waited:
            elise.page.get_by_role("link", name=f"({link})").click()
        assert waited.value.suggested_filename == f"tableaux-2025-01_2026-01.{extension}"


def test_dark_and_paper(browser: Browser, elise: Visitor) -> None:
    for scheme, media, name in (("dark", "screen", "sombre"), ("light", "print", "papier")):
        for slug in ("grand", "confluences"):
            elise.page.emulate_media(color_scheme=scheme, media=media)  # type: ignore[arg-type]
            elise.go(page_of(slug))
            elise.page.screenshot(
                path=ARTEFACTS / f"elise-tendances-{slug}-{name}.png", full_page=True
            )
    elise.go(f"{page_of('grand')}evolution/")
    elise.page.emulate_media(color_scheme="dark", media="screen")
    elise.page.screenshot(path=ARTEFACTS / "elise-evolution-sombre.png", full_page=True)
    elise.page.emulate_media(color_scheme="light", media="screen")
    assert not elise.problems, elise.problems
