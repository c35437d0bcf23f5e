"""Passkeys that open the vault, a forgotten passphrase, and new keys, in a real browser."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from playwright.sync_api import Browser

from tests.browser.conftest import Stage
from tests.browser.one_situation import code_shared_with
from tests.browser.pages import Visitor

STORY = "Elle ne sort plus depuis le printemps."
NEW = "girouette bocal sentier minuit"


def authenticator(visitor: Visitor, *, has_prf: bool) -> None:
    """Give the visitor's browser a virtual authenticator."""
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "ctap2Version": "ctap2_1",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "hasPrf": has_prf,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def create_passkey(visitor: Visitor, name: str) -> None:
    """Add a passkey in the account's security pages, usable alone."""
    visitor.go("/compte/2fa/webauthn/add/")
    if "reauthenticate" in visitor.page.url:
        visitor.fill(password=visitor.stage.logins["commission"]["passphrase"])
        visitor.page.locator("[name=password]").press("Enter")
        visitor.page.wait_for_url("**/webauthn/add/**")
    visitor.page.fill("[name=name]", name)
    visitor.page.check("[name=passwordless]")
    visitor.page.get_by_role("button", name="Créer la clé").click()
    visitor.page.wait_for_url(lambda url: "webauthn/add" not in url)


def leave(visitor: Visitor) -> None:
    """Log out."""
    visitor.go("/compte/logout/")
    visitor.page.locator("main form button").first.click()
    visitor.page.wait_for_load_state()


def log_in_by_passkey(visitor: Visitor) -> None:
    """Log in by one gesture."""
    visitor.go("/compte/login/")
    visitor.page.get_by_role("button", name="Utiliser une clé d’accès").click()
    visitor.page.wait_for_url(lambda url: "login" not in url)


def by_passkey(visitor: Visitor, label: str) -> None:
    """Press a passkey's button and wait for the page that follows."""
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name=label).click()


def test_one_gesture_opens_the_login_and_the_vault(browser: Browser, stage: Stage) -> None:
    """Decisions 17, 18: the passkey is added, then opens both; its secret is in no URL or log."""
    code = code_shared_with(stage, "nadia")
    nadia = Visitor(browser, stage, "commission", "nadia")
    posted: list[str] = []
    nadia.page.on("request", lambda request: posted.append(request.post_data or ""))
    authenticator(nadia, has_prf=True)
    nadia.log_in()
    nadia.go("/coffre/manieres/", shot="manieres-sans-cle")
    create_passkey(nadia, "Clé de bureau")
    nadia.sees("Manières d’ouvrir le coffre")  # Said above the codes, which are shown once.
    nadia.go("/coffre/manieres/")
    nadia.page.get_by_role("link", name="Ajouter une clé d’accès").click()
    nadia.look("cle-du-coffre")
    by_passkey(nadia, "Ajouter cette clé au coffre")
    assert nadia.page.locator("[aria-invalid=true], .error-summary").count()
    nadia.look("cle-du-coffre-sans-phrase")
    nadia.fill(passphrase=stage.logins["commission"]["passphrase"])
    by_passkey(nadia, "Ajouter cette clé au coffre")
    nadia.sees("d’un seul geste")
    nadia.look("manieres")

    leave(nadia)
    log_in_by_passkey(nadia)
    nadia.go(f"/situations/{code}/volet/social/")
    nadia.sees(STORY)

    nadia.go("/coffre/")
    nadia.page.get_by_role("button", name="Refermer maintenant").click()
    nadia.go(f"/situations/{code}/volet/social/")
    nadia.sees("il est fermé")
    nadia.look("coffre-et-cle")
    by_passkey(nadia, "Ouvrir avec une clé d’accès")
    nadia.sees(STORY)

    nadia.go("/coffre/reprise/", shot="reprise-et-cle")
    nadia.page.get_by_role("link", name="Par une clé d’accès").click()
    nadia.look("reprise-cle")
    nadia.fill(passphrase=stage.logins["commission"]["passphrase"])
    by_passkey(nadia, "Ouvrir avec ma clé d’accès")
    nadia.sees("Une seule phrase de passe")

    secrets = {found for body in posted for found in parse_qs(body).get("prf", [])}
    assert len(secrets) == 1  # One authenticator, one salt: the same 32 bytes each time.
    assert len(posted) > 5
    secret = secrets.pop()
    assert re.fullmatch(r"[\w-]{43}", secret)
    assert not any(secret in url for url in nadia.urls)
    assert not any(secret.encode() in body for body in nadia.bodies.values())
    assert secret not in (stage.logs / "commission.log").read_text()

    nadia.go("/coffre/manieres/")
    nadia.page.get_by_role("link", name="Retirer Clé de bureau").click()
    nadia.look("retirer-du-coffre")
    nadia.page.get_by_role("button", name="Retirer du coffre").click()
    leave(nadia)
    log_in_by_passkey(nadia)
    nadia.go(f"/situations/{code}/volet/social/")
    nadia.sees("il est fermé")
    assert not nadia.problems, nadia.problems


def test_a_key_without_prf_degrades(browser: Browser, stage: Stage) -> None:
    """It opens the login, says so in one sentence, and the passphrase opens the vault."""
    marc = Visitor(browser, stage, "commission", "marc")
    authenticator(marc, has_prf=False)
    marc.log_in()
    create_passkey(marc, "Vieille clé")
    marc.sees("Elle ne sait pas ouvrir le coffre")
    marc.go("/coffre/manieres/cle/")
    assert marc.page.url.endswith("/coffre/manieres/")
    marc.look("manieres-cle-simple")
    leave(marc)
    log_in_by_passkey(marc)
    marc.go("/coffre/", shot="coffre-cle-simple")
    marc.sees("il est fermé")
    assert not marc.page.get_by_role("button", name="Ouvrir avec une clé d’accès").count()
    marc.fill(passphrase=stage.logins["commission"]["passphrase"])
    marc.send()
    marc.go("/coffre/")
    marc.sees("Votre coffre est ouvert")
    assert not marc.problems, marc.problems


def reset(visitor: Visitor) -> None:
    """Ask for a link by mail and choose a new passphrase."""
    people = visitor.stage.logins["commission"]["people"]
    mails = visitor.stage.logs / "mail"
    visitor.go("/compte/password/reset/")
    visitor.page.fill("[name=email]", people[visitor.name]["email"])
    visitor.page.get_by_role("button", name="Recevoir le lien").click()
    visitor.page.wait_for_load_state()
    latest = max(mails.iterdir(), key=lambda path: path.stat().st_mtime)
    link = re.search(r"/compte/password/reset/key/[\w-]+/", latest.read_text())
    assert link is not None
    visitor.go(link.group(), shot="nouvelle-phrase")
    visitor.fill(password1=NEW, password2=NEW)
    visitor.page.locator("[name=password2]").press("Enter")
    visitor.page.wait_for_load_state()
    visitor.look("phrase-enregistree")


def test_a_forgotten_passphrase(browser: Browser, stage: Stage) -> None:
    """The reset opens the login; the vault says why it is shut; the kit makes one phrase again."""
    sophie = Visitor(browser, stage, "commission", "sophie")
    people = stage.logins["commission"]["people"]
    reset(sophie)
    passphrase, stage.logins["commission"]["passphrase"] = (
        stage.logins["commission"]["passphrase"],
        NEW,
    )
    try:
        sophie.log_in()
    finally:
        stage.logins["commission"]["passphrase"] = passphrase
    sophie.go("/coffre/", shot="coffre-apres-oubli")
    sophie.sees("Rien n’est perdu")
    sophie.go("/coffre/reprise/", shot="reprise")
    sophie.page.get_by_role("link", name="Par le kit de secours").click()
    sophie.look("reprise-kit")
    sophie.fill(kit="AAAA", passphrase=NEW)
    sophie.send_expecting_errors()
    sophie.look("reprise-kit-erreur")
    sophie.fill(kit=people["sophie"]["kit"], passphrase=NEW)
    sophie.send()
    sophie.sees("Une seule phrase de passe")
    sophie.go("/coffre/")
    sophie.sees("Votre coffre est ouvert")
    sophie.go("/coffre/reprise/phrase/", shot="reprise-ancienne-phrase")
    # Back to the passphrase of the stage, by the page that changes both.
    sophie.go("/compte/password/change/", shot="changer-de-phrase")
    sophie.fill(oldpassword=NEW, password1=passphrase, password2=passphrase)
    sophie.page.locator("[name=password2]").press("Enter")
    sophie.page.wait_for_url("**/coffre/manieres/")
    sophie.look("phrase-changee")
    sophie.go("/coffre/")
    sophie.sees("Votre coffre est ouvert")
    sophie.go("/coffre/refaire/", shot="refaire-mes-cles")
    assert not sophie.problems, sophie.problems
