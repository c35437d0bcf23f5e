"""Every code that a refusal, an alert or a step may leave in the ledger has French words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from cases.access import summaries
from cases.describer import Describer
from cases.domain.recorded import STATE_AFTER
from deploy.management.commands import reconcile
from tests.cases_of import TestCase
from tests.database import ROOT

LOOKED_AT = ("cases", "clsm_core", "audit", "deploy")
# They carry a sentence or their own words, for a person at a terminal or a developer.
APART = {
    *("CommandError", "ValidationError", "ProvisionError", "ValueError", "TypeError", "Error"),
    "Refusal",
}
# What the council refuses goes to its form in whole sentences, and leaves no code in the ledger.
SPEAKING = tuple(
    f"clsm_core/{one}"
    for one in ("council", "directory", "governance", "observatory/field", "roadmap", "reports")
)
# Their first argument is the code; so is the second of an alert.
REFUSALS = {"Refused", "TicketRefused", "Altered"}


def vault_errors() -> set[str]:
    """Return the names of the vault's refusals, whose first argument is a code."""
    tree = ast.parse((ROOT / "cases/vault/errors.py").read_text())
    return {node.name for node in tree.body if isinstance(node, ast.ClassDef)}


def constant(node: ast.AST | None) -> str:
    """Return a literal text, empty when it is not one."""
    value = node.value if isinstance(node, ast.Constant) else ""
    return value if isinstance(value, str) else ""


def codes_in(tree: ast.AST, raised: set[str], *, speaks: bool = False) -> Iterator[str]:
    """Give the codes that a module may hand to the ledger."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and not speaks:
            for line in node.body:
                names = getattr(line, "targets", [])
                if names and getattr(names[0], "id", "") in ("code", "default_code"):
                    yield constant(getattr(line, "value", None))
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        for keyword in node.keywords if name not in APART else ():
            if keyword.arg in ("code", "purpose"):
                yield constant(keyword.value)
        if name in raised and node.args:
            yield constant(node.args[0])
        if name == "alert" and len(node.args) > 1:
            yield constant(node.args[1])


def codes() -> set[str]:
    """Return every code of the tree: read in the source, and told by tables of acts."""
    raised = (vault_errors() | REFUSALS) - APART
    found: set[str] = set()
    for top in LOOKED_AT:
        for path in (ROOT / top).rglob("*.py"):
            if not {"migrations", "demo"} & set(path.parts):
                speaks = path.relative_to(ROOT).as_posix().startswith(SPEAKING)
                found |= set(codes_in(ast.parse(path.read_text()), raised, speaks=speaks))
    found |= set(summaries._ACTS.values()) | {"record_agreement", "withdraw", "write", "reveal"}
    found |= set(reconcile.SENTENCES)
    return {code for code in found if code and " " not in code}


class ReasonsHaveWords(TestCase):
    """Style: the DPO reads sentences, never a program's code."""

    def test_every_code_has_words(self) -> None:
        """The codes are read in the source, so that a new one fails here."""
        describer = Describer()
        self.assertEqual({code for code in codes() if describer.describe_code(code) == code}, set())

    def test_the_reading_finds_them(self) -> None:
        """Control: each kind of place is read."""
        found = codes()
        for code in (
            "sections",
            "grant_not_verified",
            "anonymous_not_allowed",
            "tampered",
            "grant_columns",
            "document_rolled_back",
            "forged",
        ):
            self.assertIn(code, found)
        module = ast.parse("raise Refused('nowhere')")
        self.assertEqual(set(codes_in(module, REFUSALS)), {"nowhere"})
        self.assertTrue(Path(ROOT / "cases/domain/reasons.py").exists())

    def test_the_steps_that_move_a_situation_are_those_of_the_chronology(self) -> None:
        """T-11: a step has its words, and every one that moves a state is known to move it."""
        self.assertLessEqual(set(STATE_AFTER) - {"archived"}, set(summaries.MILESTONES))
        still = {
            "agreement",
            "exception",
            "withdrawn",
            "shared",
            "taken_back",
            "lead_changed",
            "lead_left",
            "opened_for_sitting",
            "named",
            "exported",
        }
        self.assertEqual(set(summaries.MILESTONES) - set(STATE_AFTER), still)
