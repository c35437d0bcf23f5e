"""Official data in small, and forms filled in as a browser would (the council's own pages)."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path
from typing import Any

from django.test import Client
from lxml import html

from clsm_core.council import territory
from clsm_core.council.models import Council

METZ, WOIPPY, MARLY = "57463", "57751", "57447"
PARIS, PARIS_20 = "75056", "75120"
KEPT = {METZ, WOIPPY, MARLY, PARIS, PARIS_20}
METROPOLE = "200039865"


def load_official(codes: set[str] = KEPT) -> None:
    """Load a few communes of the official files and their intercommunality."""
    with tempfile.TemporaryDirectory() as name:
        for file, key, kept in (
            ("communes.csv", "code_insee", codes),
            ("epci.csv", "siren", {METROPOLE}),
        ):
            with (territory.DATA / file).open(encoding="utf-8", newline="") as source:
                rows = [row for row in csv.DictReader(source) if row[key] in kept]
            with (Path(name) / file).open("w", encoding="utf-8", newline="") as target:
                writer = csv.DictWriter(target, rows[0])
                writer.writeheader()
                writer.writerows(rows)
        territory.load(using="default", folder=Path(name))


def over(council: Council, *codes: str) -> Council:
    """Give a council its communes."""
    territory.set_perimeter(council, codes)
    return council


def fields_of(page: Any) -> dict[str, Any]:
    """Return what the page's posting form would send as it stands."""
    tree = html.fromstring(page.content.decode())
    forms = [
        form
        for form in tree.xpath("//main//form[@method='post']")
        if form.xpath(".//input[@name='idempotency_key']")
    ]
    assert len(forms) == 1, f"{len(forms)} forms on {page.request['PATH_INFO']}"
    sent: dict[str, Any] = {}
    for name, value in forms[0].form_values():
        if name in sent:
            kept = sent[name]
            sent[name] = [*kept, value] if isinstance(kept, list) else [kept, value]
        else:
            sent[name] = value
    return sent


def fill(browser: Client, url: str, **typed: Any) -> Any:
    """Open a form, type into it, send it."""
    page = browser.get(url)
    assert page.status_code == 200, (url, page.status_code)
    return browser.post(url, {**fields_of(page), **typed})


def errors_of(page: Any) -> str:
    """Return the words of the errors of a page, one line."""
    tree = html.fromstring(page.content.decode())
    return " ".join(tree.xpath("//*[@id='erreurs']//text()")).strip()
