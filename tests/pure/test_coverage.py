"""docs/couverture.csv: each element that the founding documents ask for has a place and a test.

An element of a subject that is built names a test that exists; one of a later subject says which.
When a part of it stands already, its row names that part's page and test as well.
"""

from __future__ import annotations

import ast
import csv
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "couverture.csv"
COLUMNS = ["id", "element", "subject", "page", "document", "test"]
# How many elements each founding document has; 003-12 has a second one.
DOCUMENTS = {"000": 27, "001": 15, "002": 10, "003": 31, "004": 25}
BUILT = {
    "conseil",
    "commission",
    "publications",
    "feuille de route",
    "observatoire",
    "rapport et conformité",
}
# In these subjects one test at least says in its own words which element it proves.
CITED = {"feuille de route", "observatoire", "rapport et conformité"}
LATER = {"actions vers le public", "questionnaires", "vie de la commission"}


def wanted() -> set[str]:
    """Return the numbers of all elements."""
    numbered = {
        f"{document}-{number:02d}"
        for document, count in DOCUMENTS.items()
        for number in range(1, count + 1)
    }
    return numbered | {"003-12b"}


def rows(path: Path = TABLE) -> list[dict[str, str]]:
    """Read the table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@cache
def defined_in(path: Path) -> dict[str, str]:
    """Return the names `Class::test` and `test` that a file defines, each with its docstring."""
    found = {}
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef):
            for one in node.body:
                if isinstance(one, ast.FunctionDef):
                    found[f"{node.name}::{one.name}"] = ast.get_docstring(one) or ""
        elif isinstance(node, ast.FunctionDef):
            found[node.name] = ast.get_docstring(node) or ""
    return found


def cites(test: str, element: str) -> bool:
    """Tell whether the docstring of a test names an element, alone or in « 000-01 to 000-27 »."""
    path, _, name = test.partition("::")
    words = defined_in(ROOT / path)[name]
    ranges = re.findall(r"(\d{3}-\d{2}) to (\d{3}-\d{2})", words)
    return element in words or any(first <= element <= last for first, last in ranges)


def faults(table: list[dict[str, str]]) -> list[str]:
    """Name every element that is missing, told twice, or without what its subject asks for."""
    told = [row["id"] for row in table]
    found = [f"{one}: missing" for one in sorted(wanted() - set(told))]
    found += [f"{one}: unknown" for one in sorted(set(told) - wanted())]
    found += [f"{one}: twice" for one in sorted({one for one in told if told.count(one) > 1})]
    for row in table:
        if list(row) != COLUMNS:
            found.append(f"{row['id']}: columns")
        if row["subject"] not in BUILT | LATER:
            found.append(f"{row['id']}: subject {row['subject']}")
        if row["subject"] in BUILT and not (row["test"] and (row["page"] or row["document"])):
            found.append(f"{row['id']}: no test, or nothing that it tests")
        for test in filter(None, row["test"].split(" ")):
            path, _, name = test.partition("::")
            if not (ROOT / path).is_file() or name not in defined_in(ROOT / path):
                found.append(f"{row['id']}: {test} does not exist")
                break
        else:
            tests = row["test"].split()
            if row["subject"] in CITED and not any(cites(test, row["id"]) for test in tests):
                found.append(f"{row['id']}: no test cites it")
    return found


def test_every_element_has_its_place() -> None:
    table = rows()
    assert faults(table) == []
    assert len(table) == 109


def test_control_a_missing_element_a_wrong_test_and_an_empty_one_are_named() -> None:
    table = rows()
    first = next(row for row in table if row["subject"] == "conseil")
    assert faults([row for row in table if row is not first]) == [f"{first['id']}: missing"]
    for change in (
        {"test": ""},
        {"test": "tests/pure/test_coverage.py::test_of_nothing"},
        {"subject": "plus tard"},
        {"page": "", "document": ""},
    ):
        spoilt = [{**row, **change} if row is first else row for row in table]
        assert any(fault.startswith(first["id"]) for fault in faults(spoilt)), change


def test_control_a_test_that_cites_another_element_is_named() -> None:
    table = rows()
    wrong = "tests/pure/test_coverage.py::test_every_element_has_its_place"
    spoilt = [{**row, "test": wrong} if row["id"] == "004-24" else row for row in table]
    assert faults(spoilt) == ["004-24: no test cites it"]
