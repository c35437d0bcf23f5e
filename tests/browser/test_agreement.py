"""Given, restricted, withdrawn while a colleague has the page open (C-04, C-07, C-08; T-24).

Luc leads and writes down what the person says; Marc, of the landlord's, reads in his own browser.
Each page passes axe at 1280 and 390 px and is photographed; the withdrawal is made by keyboard.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser

from tests.browser.conftest import Stage
from tests.browser.one_situation import code_shared_with
from tests.browser.pages import Visitor

WORDS = "Je veux garder mon appartement."
HOUSING = "Le couloir est encombré."


def status(visitor: Visitor, path: str) -> int:
    """Return what an address answers to somebody who asks again."""
    answer = visitor.page.goto(visitor.origin + path)
    assert answer is not None
    return answer.status


def express(luc: Visitor, code: str, categories: list[str], **more: object) -> None:
    """Write down what the person says now."""
    today = datetime.now(ZoneInfo("Europe/Paris")).date().isoformat()
    luc.go(f"/situations/{code}/accord/")
    values = {
        "kind": "named_sharing",
        "words": "D’accord, mais pas tout.",
        "expressed_on": today,
        "giver": "personne",
        "mode": "ecrit_signe",
        "notice_version": "1",
        "notice_handed_on": today,
        "notice_form": "papier",
        "security_described": True,
        "categories": categories,
        "professions": ["professionnel_sante", "bailleur_social"],
        "purposes": ["examen", "suivi"],
        **more,
    }
    luc.fill(**values)
    luc.send()


def test_restricted_then_withdrawn_under_his_eyes(browser: Browser, stage: Stage) -> None:
    """What she closes is closed at Marc's next click; withdrawn, it is gone for all but Luc."""
    code = code_shared_with(stage, "marc")
    luc = Visitor(browser, stage, "commission", "luc")
    luc.log_in()
    marc = Visitor(browser, stage, "commission", "marc")
    marc.log_in()
    housing = f"/situations/{code}/volet/housing/"
    marc.go(housing)
    marc.sees(HOUSING)

    # The form at its emptiest, then with an error: nothing typed is lost.
    luc.go(f"/situations/{code}/accord/", shot="accord")
    luc.fill(kind="named_sharing", words="Pas mon fils.")
    luc.send_expecting_errors()
    assert luc.page.locator("[name=words]").input_value() == "Pas mon fils."
    luc.look("accord-incomplet")

    # Restricted: the housing is no longer shared, while his page is open.
    express(luc, code, ["identite", "situation_sociale"])
    luc.look("accord-restreint")
    assert status(marc, housing) in (200, 404)
    marc.does_not_see(HOUSING)
    marc.look("volet-ferme")

    # Given again, whole; what had ended is shared anew by a gesture, not by itself.
    express(luc, code, ["identite", "situation_sociale", "logement"])
    assert status(marc, housing) in (200, 404)
    marc.does_not_see(HOUSING)
    luc.go(f"/situations/{code}/accord/historique/", shot="accord-historique")
    luc.sees("situation sociale ; logement")
    with luc.page.expect_download() as started:
        luc.page.get_by_role("link", name="PDF").first.click()
    assert started.value.suggested_filename.endswith(".pdf")

    # Withdrawn by keyboard, while Marc reads the situation.
    assert status(marc, f"/situations/{code}/") == 200
    marc.sees(WORDS)
    luc.go(f"/situations/{code}/retrait/", shot="retrait")
    luc.page.locator("[name=kind]").first.focus()
    luc.page.keyboard.press("Space")
    luc.page.locator("[name=understood]").focus()
    luc.page.keyboard.press("Space")
    luc.page.locator("main form.form-page button[type=submit]").first.press("Enter")
    luc.page.wait_for_load_state()
    luc.look("retire")
    for path in (
        f"/situations/{code}/",
        housing,
        f"/situations/{code}/acces/",
        f"/situations/{code}/export/",
        f"/situations/{code}/accord/historique/",
    ):
        assert status(marc, path) == 404, path
        marc.does_not_see(WORDS)
    marc.go("/situations/")
    marc.does_not_see(code)
    assert status(luc, f"/situations/{code}/") == 200
    for visitor in (luc, marc):
        assert not visitor.problems, (visitor.name, visitor.problems)
