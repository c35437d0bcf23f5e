"""Page objects that speak the domain: log in, fill, send, look, and pass axe."""

from __future__ import annotations

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.codes import code_of
from tests.browser.conftest import ARTEFACTS, Stage

WIDE, NARROW = 1280, 390
_axe = Axe()
STEP_SECONDS = 30


class Visitor:
    """Somebody in front of a browser of her own."""

    def __init__(self, browser: Browser, stage: Stage, service: str, name: str) -> None:
        self.stage = stage
        self.service = service
        self.name = name
        self.context = browser.new_context(viewport={"width": WIDE, "height": 900}, locale="fr-FR")
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(8000)
        self.problems: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("request", self._request)
        self.urls: list[str] = []
        self.bodies: dict[str, bytes] = {}
        self.shots = 0

    def _console(self, message: Any) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.problems.append(message.text)

    def _request(self, request: Any) -> None:
        self.urls.append(request.url)
        allowed = (self.stage.addresses.commission, self.stage.addresses.council, "data:")
        if not request.url.startswith(allowed):
            self.problems.append(f"third-party request: {request.url}")

    @property
    def origin(self) -> str:
        """Return the address of the visitor's service."""
        if self.service == "commission":
            return self.stage.addresses.commission
        return self.stage.addresses.council

    def go(self, path: str, *, shot: str = "") -> Page:
        """Open a page; with ``shot``, check and photograph it."""
        self.page.goto(self.origin + path)
        if shot:
            self.look(shot)
        return self.page

    def type_passphrase(self) -> None:
        """Type e-mail and passphrase on the login page."""
        logins = self.stage.logins[self.service]
        self.go("/compte/login/")
        if self.name in ("claire", "elise"):
            self.look("connexion")
        self.page.fill("[name=login]", logins["people"][self.name]["email"])
        self.page.fill("[name=password]", logins["passphrase"])
        self.page.locator("[name=password]").press("Enter")
        self.page.wait_for_load_state()

    def log_in(self) -> None:
        """Type e-mail, passphrase and one-time code, and arrive at the home page."""
        logins = self.stage.logins[self.service]
        self.type_passphrase()
        self.page.wait_for_url("**/2fa/authenticate/**")
        self.page.fill("[name=code]", code_of(logins["seed"], self.name))
        self.page.locator("[name=code]").press("Enter")
        self.page.wait_for_url(lambda url: "2fa" not in url)

    def fill(self, **values: Any) -> None:
        """Fill fields by name: text, choices, boxes; a list checks several boxes."""
        for name, value in values.items():
            field = self.page.locator(f"[name='{name}']").first
            # Folded parts of a form open by their own summary.
            folded = field.locator("xpath=ancestor::details[not(@open)]")
            if folded.count():
                folded.first.locator("summary").first.click()
            tag = field.evaluate("node => node.tagName.toLowerCase()")
            kind = field.get_attribute("type") or ""
            if tag == "select":
                field.select_option(str(value))
            elif kind in ("radio", "checkbox"):
                for one in value if isinstance(value, list) else [value]:
                    if one is True:
                        field.check()
                    else:
                        self.page.locator(f"[name='{name}'][value='{one}']").check()
            else:
                field.fill(str(value))

    def choose(self, name: str, words: str) -> None:
        """Choose in a list the line that holds these words."""
        line = self.page.locator(f"[name='{name}'] option", has_text=words)
        self.page.locator(f"[name='{name}']").select_option(line.get_attribute("value"))

    def send(self, label: str = "") -> None:
        """Press the page's main button, or the one with this label."""
        button = (
            self.page.get_by_role("button", name=label, exact=True)
            if label
            else self.page.locator("main form.form-page button[type=submit]").first
        )
        button.click()
        self.page.wait_for_load_state()
        errors = self.page.locator("[role=alert] a, .error-summary a")
        assert not errors.count(), errors.all_inner_texts()

    def send_expecting_errors(self) -> None:
        """Press the main button of a form that is not complete; its errors are told."""
        self.page.locator("main form.form-page button[type=submit]").first.click()
        self.page.wait_for_load_state()
        assert self.page.locator("[aria-invalid=true]").count()

    def accept_charter(self) -> None:
        """Accept the charter, when it is owed."""
        if "/charte/" in self.page.url:
            self.look("charte")
            self.page.check("[name=accept]")
            self.page.get_by_role("button", name="Accepter la charte").click()

    def look(self, name: str) -> None:
        """Pass axe at both widths, photograph both, and let no error stand."""
        self.shots += 1
        self.bodies[f"{self.service} {self.name} {name}"] = self.page.content().encode()
        stem = re.sub(r"[^a-z0-9-]+", "-", f"{self.name}-{name}".lower())
        for width in (WIDE, NARROW):
            self.page.set_viewport_size({"width": width, "height": 900})
            self.page.screenshot(path=ARTEFACTS / f"{stem}-{width}.png", full_page=True)
            found = _axe.run(self.page).response["violations"]
            told = [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]
            assert not told, f"{self.page.url} at {width} px: {told}"
            overflow = self.page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert overflow <= 1, f"{self.page.url} overflows by {overflow} px at {width} px"
        self.page.set_viewport_size({"width": WIDE, "height": 900})
        assert not self.problems, self.problems

    def look_dark_and_on_paper(self, name: str) -> None:
        """Photograph the page in the dark and as it is printed."""
        for scheme, media, word in (("dark", "screen", "sombre"), ("light", "print", "papier")):
            self.page.emulate_media(color_scheme=scheme, media=media)  # type: ignore[arg-type]
            path = ARTEFACTS / f"{self.name}-{name}-{word}.png"
            self.page.screenshot(path=path, full_page=True)
        self.page.emulate_media(color_scheme="light", media="screen")

    def sees(self, text: str) -> None:
        """Expect a text on the page."""
        expect(self.page.locator("body")).to_contain_text(text)

    def does_not_see(self, text: str) -> None:
        """Expect a text to be absent."""
        expect(self.page.locator("body")).not_to_contain_text(text)
