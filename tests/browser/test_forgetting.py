"""Keys renewed and a situation erased by two people, page by page (T-31, T-34; promise 8).

Each page passes axe at 1280 and 390 px and is photographed.
"""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.conftest import Stage
from tests.browser.one_situation import code_shared_with
from tests.browser.pages import Visitor

WORDS = "Je veux garder mon appartement."


def test_renewed_then_forgotten(browser: Browser, stage: Stage) -> None:
    """Luc renews the keys and Marc still reads; Luc asks, Denis confirms, nobody finds it."""
    code = code_shared_with(stage, "marc")
    luc = Visitor(browser, stage, "commission", "luc")
    luc.log_in()
    marc = Visitor(browser, stage, "commission", "marc")
    marc.log_in()
    luc.go(f"/situations/{code}/cles/", shot="cles")
    luc.page.get_by_role("button", name="Renouveler").click()
    luc.page.wait_for_load_state()
    luc.look("cles-renouvelees")
    luc.go(f"/situations/{code}/acces/", shot="acces")
    luc.go("/ouvertures/motif/", shot="motif-ouvertures")
    marc.go(f"/situations/{code}/")
    marc.sees(WORDS)
    luc.go(f"/situations/{code}/effacement/", shot="effacement")
    luc.send_expecting_errors()
    luc.look("effacement-incomplet")
    luc.page.get_by_label("demandé").first.check()
    luc.send()
    luc.look("effacement-demande")
    denis = Visitor(browser, stage, "commission", "denis")
    denis.log_in()
    denis.go("/", shot="a-deux")
    denis.sees("effacement à confirmer")
    denis.go("/effacements/", shot="effacements")
    denis.page.get_by_role("link", name=f"Décider pour {code}").click()
    denis.look("effacement-a-decider")
    denis.page.get_by_role("button", name="Effacer définitivement").click()
    denis.page.wait_for_load_state()
    denis.look("effacement-fait")
    denis.does_not_see(code)
    for visitor in (luc, marc, denis):
        answer = visitor.page.goto(f"{visitor.origin}/situations/{code}/")
        assert answer is not None
        assert answer.status == 404, visitor.name
        visitor.does_not_see(WORDS)
        assert not visitor.problems, (visitor.name, visitor.problems)
