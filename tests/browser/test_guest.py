"""A guest before, during and after her window, in every URL, file and export (C-24; decision 22).

Inès is invited by Claire to one point, three weeks ahead, with a digital access. Each page passes
axe at 1280 and 390 px and is photographed.
"""

from __future__ import annotations

import http.client

from playwright.sync_api import Browser

from tests.browser import a_guest
from tests.browser.conftest import Stage
from tests.browser.pages import Visitor

WORDS = "Je veux garder mon appartement."


def answers(visitor: Visitor, paths: list[str]) -> set[int]:
    """Return what the addresses answer to her cookies, files included; no refusal holds a word."""
    host = visitor.origin.split("//")[1]
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in visitor.context.cookies())
    found = set()
    for path in paths:
        asking = http.client.HTTPConnection("127.0.0.1", int(host.split(":")[1]), timeout=10)
        asking.request("GET", path, headers={"Host": host, "Cookie": cookies})
        answer = asking.getresponse()
        body = answer.read()
        asking.close()
        assert answer.status == 200 or WORDS.encode() not in body, path
        found.add(answer.status)
    return found


def test_before_during_after(browser: Browser, stage: Stage) -> None:
    """Nothing before her answer and her window, what was given within it, nothing after."""
    made = a_guest.invited(stage)
    code = made["code"]
    every = [
        f"/situations/{code}/",
        f"/situations/{code}/volet/housing/",
        f"/situations/{code}/acces/",
        f"/situations/{code}/pieces/{made['file']}/",
        f"/situations/{code}/export/",
        f"/situations/{code}/accord/historique/",
    ]
    claire = Visitor(browser, stage, "commission", "claire")
    claire.log_in()
    claire.go(f"/points/{made['item']}/invites/", shot="invites-vide")
    claire.go(f"/points/{made['item']}/invites/salle/", shot="inviter-en-salle")
    claire.go(f"/points/{made['item']}/invites/acces/", shot="inviter-acces")
    claire.choose("guest", "Ines")
    claire.fill(sections=["core", "housing"])
    claire.page.locator("[name=reason]").first.check()
    claire.send()
    claire.look("invites")

    ines = Visitor(browser, stage, "commission", "ines")
    ines.log_in()
    ines.go("/mes-invitations/", shot="invitation")
    ines.does_not_see(code)
    assert answers(ines, every) == {404}
    ines.page.get_by_role("button", name="Accepter").press("Enter")
    ines.page.wait_for_load_state()
    ines.look("invitation-acceptee")
    # Accepted, and before the window.
    assert answers(ines, every) == {404}
    with a_guest.moved(stage, days=a_guest.DAYS_AWAY - 2):
        visiting = Visitor(browser, stage, "commission", "ines")
        visiting.log_in()
        visiting.accept_charter()
        visiting.go(f"/situations/{code}/", shot="invitee")
        visiting.sees(WORDS)
        assert answers(visiting, [every[0], every[1], every[3]]) == {200}
    with a_guest.moved(stage, days=a_guest.DAYS_AWAY + 30):
        late = Visitor(browser, stage, "commission", "ines")
        late.log_in()
        late.accept_charter()
        assert answers(late, every) == {404}
        late.go("/mes-invitations/", shot="invitation-passee")
        late.does_not_see(code)
    for visitor in (claire, ines, visiting, late):
        assert not visitor.problems, (visitor.name, visitor.problems)
