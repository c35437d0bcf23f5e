"""A member's first day: charter, second factor, vault, kit; then a passkey of her own."""

from __future__ import annotations

import re

from playwright.sync_api import Browser

from tests.browser.codes import code_of
from tests.browser.conftest import Stage
from tests.browser.pages import Visitor


def test_a_newcomer_owes_a_charter_a_second_factor_and_a_vault(
    browser: Browser, stage: Stage
) -> None:
    """BR-02, decisions 17 and 19: no page before them; the kit is shown once and typed back."""
    paul = Visitor(browser, stage, "commission", "paul")
    paul.type_passphrase()
    paul.go("/situations/")
    assert "/charte/" in paul.page.url
    paul.look("charte")
    paul.page.get_by_role("button", name="Accepter la charte").click()
    paul.page.check("[name=accept]")
    paul.page.get_by_role("button", name="Accepter la charte").click()
    paul.go("/situations/")
    assert "/2fa/totp/activate/" in paul.page.url
    paul.look("second-facteur")
    paul.page.locator("summary", has_text="viser").click()
    seed = re.search(r"\b[A-Z2-7]{32}\b", paul.page.locator("main").inner_text().replace(" ", ""))
    found = seed.group() if seed else paul.page.locator("#authenticator_secret").input_value()
    paul.page.fill("[name=code]", code_of(found, "paul"))
    paul.page.locator("[name=code]").press("Enter")
    paul.page.wait_for_load_state()
    paul.look("codes-de-secours")
    paul.go("/coffre/")
    assert paul.page.url.endswith("/coffre/nouveau/")
    paul.look("coffre-nouveau")
    paul.fill(passphrase="une autre phrase tout à fait")
    paul.send_expecting_errors()
    paul.fill(passphrase=stage.logins["commission"]["passphrase"])
    paul.send()
    paul.look("kit")
    code = paul.page.locator("p.key.code").inner_text()
    paul.fill(code="AAAA-BBBB")
    paul.send_expecting_errors()
    paul.does_not_see(code)
    paul.fill(code=code)
    paul.send()
    paul.go("/coffre/", shot="coffre-ouvert")
    paul.sees("Votre coffre est ouvert")
    paul.page.get_by_role("button", name="Refermer maintenant").click()
    paul.go("/coffre/", shot="coffre-ferme")
    paul.fill(kit=code)
    paul.send()
    paul.go("/coffre/")
    paul.sees("Votre coffre est ouvert")
    paul.go("/coffre/refaire/")
    paul.fill(passphrase=stage.logins["commission"]["passphrase"], understood=True)
    paul.send()
    paul.sees("Vos clés sont refaites")
    paul.look("cles-refaites")
    paul.does_not_see(code)
    assert not paul.problems, paul.problems


def test_a_passkey_opens_the_login_and_not_the_vault(browser: Browser, stage: Stage) -> None:
    """Decision 17, C-81: the key logs in; the vault still asks for its own opening."""
    sophie = Visitor(browser, stage, "commission", "sophie")
    devtools = sophie.context.new_cdp_session(sophie.page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sophie.log_in()
    sophie.go("/compte/2fa/webauthn/add/", shot="confirmer")
    if "reauthenticate" in sophie.page.url:
        sophie.fill(password=stage.logins["commission"]["passphrase"])
        sophie.page.locator("[name=password]").press("Enter")
        sophie.page.wait_for_url("**/webauthn/add/**")
    sophie.look("cle-d-acces")
    name = sophie.page.locator("[name=name]")
    if name.count():
        name.fill("Clé de bureau")
    for box in sophie.page.locator("input[type=checkbox]").all():
        box.check()
    sophie.page.locator("main form button").first.click()
    sophie.page.wait_for_url(lambda url: "webauthn/add" not in url)
    sophie.sees("Elle ne sait pas ouvrir le coffre")
    sophie.go("/compte/logout/")
    sophie.page.locator("main form button").first.click()
    sophie.page.wait_for_load_state()
    sophie.go("/compte/login/")
    sophie.page.get_by_role("button", name=re.compile("clé d’accès", re.I)).click()
    sophie.page.wait_for_url(lambda url: "login" not in url)
    sophie.go("/coffre/")
    sophie.sees("il est fermé")
    assert not sophie.problems, sophie.problems
