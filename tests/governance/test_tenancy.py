"""Nothing of one council is reached from another: every address, id, search and export.

Two councils with one of everything; the coordinator of one tries the other's ids everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests import census
from tests.cases_of import TestCase
from tests.governance.council_people import member
from tests.governance.whole_council import CANARY, Made, everything

UUID = census.SAMPLES["uuid"]
SLUG = f"/{census.SAMPLES['slug']}/"
ASKED = ("", "?q=canari")
# Files that an address asks for by name.
FILES = {
    "directory:list_download": "liste.csv",
    "directory:export": "structures.csv",
    "directory:import_template": "modele-structures.csv",
}
# Parts of a row that an address asks for by name.
PARTS = {
    "roadmap:part_remove": "axes",
    "roadmap:sheet_edit": "action",
    "roadmap:line_new": "etapes",
    "roadmap:line": "partenaires",
    "roadmap:line_remove": "partenaires",
}
# Ends of addresses that ask for one of a few words.
ENDS = {"roadmap:sheet_pdf": "fiche-terres.pdf", "reports:report_comment": "governance/"}
# A released file and an import that was confirmed have tests of their own with another council's
# ids; an intercommunality is official and belongs to nobody.
ELSEWHERE = {
    "observatory:file",
    "observatory:lines",
    "observatory:need_of_note",
    "directory:import_undo",
    "council:epci_add",
}


def of_councils() -> list[census.Address]:
    """Return the addresses that name a council."""
    return [one for one in census.addresses() if SLUG in one.path]


class Tenancy(TestCase):
    """« ici » and « ailleurs » share an installation and nothing else."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.here = everything("ici")
        cls.there = everything("ailleurs", canary=CANARY)
        cls.mine = member(cls.here.council, "coordinator", name="claire")
        cls.theirs = member(cls.there.council, "coordinator", name="denise")

    def paths(self, address: census.Address, made: Made, label: str = "") -> Iterator[str]:
        """Give an address below a council with the ids that it may ask for."""
        # A year in place of the census's sample number.
        path = (
            address.path.replace(SLUG, f"/{made.council.slug}/")
            .replace("/1.", "/2026.")
            .replace("/1/", "/2026/")
        )
        if address.name in FILES:
            path = path.removesuffix("x") + FILES[address.name]
        if address.name in PARTS:
            path = path.replace("/x/", f"/{PARTS[address.name]}/")
        if address.name in ENDS:
            path = f"{path.rstrip('/').rpartition('/')[0]}/{ENDS[address.name]}"
        if path.count(UUID) == 2:
            for outer, inner in made.pairs:
                yield path.replace(UUID, outer, 1).replace(UUID, inner)
        elif UUID in path:
            for name, ids in made.rows.items():
                if label in ("", name):
                    yield from (path.replace(UUID, one) for one in ids)
        else:
            yield path

    def own(self, address: census.Address) -> tuple[str, str]:
        """Return a path of her own that answers, and the table whose id opens it."""
        labels = [""] if address.path.count(UUID) != 1 else list(self.here.rows)
        posted = ""
        for label in labels:
            for path in self.paths(address, self.here, label):
                status = self.mine.get(path).status_code
                if status in (200, 302):
                    return path, label
                posted = posted or (path if status == 405 else "")
        return posted, ""

    def test_no_other_council_is_opened(self) -> None:
        """The other's slug answers 404 to GET and POST; public pages excepted."""
        opened = 0
        for address in of_councils():
            if address.name.startswith("public_"):
                continue
            path = next(self.paths(address, self.there))
            for method in ("get", "post"):
                with self.subTest(f"{method} {address.name}"):
                    answer = getattr(self.mine, method)(path)
                    self.assertIn(answer.status_code, (404, 405), path)
                    opened += 1
        self.assertGreater(opened, 80)

    def test_no_other_id_is_reached(self) -> None:
        """Her own slug with the other's ids: 404. Her own id opens each address (control).

        What is her own and answers offers, in its forms, no id of the other.
        """
        offered = 0
        for address in of_councils():
            if UUID not in address.path or address.name in ELSEWHERE:
                continue
            with self.subTest(address.name):
                path, label = self.own(address)
                self.assertTrue(path, "nothing of her own opens it")
                body = self.body(self.mine, path).decode(errors="replace")
                offered += "<form" in body and any(one in body for one in self.here.ids)
                self.assertEqual([one for one in self.there.ids if one in body], [])
                foreign = Made(self.here.council, self.there.rows, self.there.pairs)
                for path in self.paths(address, foreign, label):
                    for method in ("get", "post"):
                        status = getattr(self.mine, method)(path).status_code
                        self.assertIn(status, (404, 405), path)
        self.assertGreater(offered, 10)

    def test_no_list_search_or_export_holds_a_word_of_another(self) -> None:
        """A canary in every text of the other council; control: its coordinator finds it."""
        found_there = 0
        for address in of_councils():
            if UUID in address.path:
                continue
            for asked in ASKED:
                path = next(self.paths(address, self.here)) + asked
                with self.subTest(path):
                    body = self.body(self.mine, path)
                    self.assertNotIn(CANARY.encode(), body)
                    self.assertEqual([i for i in self.there.ids if i.encode() in body], [])
                path = next(self.paths(address, self.there)) + asked
                found_there += CANARY.encode() in self.body(self.theirs, path)
        self.assertGreater(found_there, 15)

    def body(self, browser: Any, path: str) -> bytes:
        """Return what an address answers."""
        answer = browser.get(path)
        return answer.getvalue() if answer.streaming else answer.content


class WholeCouncil(TestCase):
    """The fixture holds one row of every table of a council: what it lacks would go unseen."""

    def test_one_of_everything(self) -> None:
        self.assertEqual(everything("entier").empty_tables(), [])
