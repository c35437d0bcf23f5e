"""A file deposited, refused, kept waiting, read, deleted; a copy handed over, page by page.

Each page passes axe at 1280 and 390 px and is photographed.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser.conftest import Stage
from tests.browser.one_situation import code_shared_with
from tests.browser.pages import Visitor
from tests.pure.files import corpus

TITLE = "Bail signé de l’appartement"


def choose(visitor: Visitor, name: str, content: bytes) -> None:
    """Choose a file on one's own device."""
    visitor.page.set_input_files(
        "[name=file]", {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def test_a_file_then_a_copy(browser: Browser, stage: Stage) -> None:
    """Luc deposits a photograph taken by phone; Marc opens it; Luc takes a copy of all."""
    code = code_shared_with(stage, "marc")
    luc = Visitor(browser, stage, "commission", "luc")
    luc.log_in()
    luc.go(f"/situations/{code}/volet/housing/")
    luc.page.get_by_role("link", name="Déposer une pièce").first.click()
    luc.look("piece-nouvelle")
    luc.fill(place="logement", sort="bail", title=TITLE)
    choose(luc, "bail.docx", corpus.zip_bomb())
    luc.send_expecting_errors()
    luc.sees("s’ouvre en un volume anormal")
    luc.look("piece-refusee")
    luc.fill(title="")
    choose(luc, "photo-de-la-cuisine.jpg", corpus.jpeg())
    luc.send_expecting_errors()
    luc.sees("photo-de-la-cuisine.jpg")
    luc.look("piece-en-attente")
    luc.fill(title=TITLE)
    luc.send()
    luc.sees("La pièce est déposée, scellée.")
    luc.look("pieces-du-volet")
    marc = Visitor(browser, stage, "commission", "marc")
    marc.log_in()
    marc.go(f"/situations/{code}/", shot="pieces-situation")
    with marc.page.expect_download() as waited:
        marc.page.get_by_role("link", name=TITLE, exact=True).click()
    assert waited.value.suggested_filename == f"piece-{code}-401.jpg"
    got = Path(waited.value.path()).read_bytes()
    assert got.startswith(b"\xff\xd8")
    assert b"Exif" not in got
    luc.page.get_by_role("link", name=f"Supprimer « {TITLE} »").click()
    luc.look("piece-supprimer")
    luc.send()
    luc.does_not_see(TITLE)
    luc.go(f"/situations/{code}/export/", shot="export")
    luc.send_expecting_errors()
    luc.look("export-incomplet")
    luc.fill(reason="export_sitting", sections=["core", "housing"])
    with luc.page.expect_download() as waited:
        luc.page.locator("main form.form-page button[type=submit]").first.click()
    assert Path(waited.value.path()).read_bytes().startswith(b"%PDF-")
    for visitor in (luc, marc):
        assert not visitor.problems, (visitor.name, visitor.problems)
