"""SECURITY.md's table of the council's rights says what the code does (style rule 25)."""

from __future__ import annotations

from clsm_core.council.models import CouncilRole
from clsm_core.council.permissions import Act, allows
from tests import database
from tests.cases_of import TestCase

LINES = {
    "read the council": Act.READ,
    "read every body": Act.TRENDS,
    "propose a subject": Act.PROPOSE,
    "validate minutes": Act.VALIDATE,
    "everything else": Act.MANAGE,
}
COLUMNS = (
    (CouncilRole.COORDINATOR,),
    (CouncilRole.PRESIDENT, CouncilRole.CO_ANIMATOR),
    (CouncilRole.STEERING_MEMBER,),
    (CouncilRole.CONTRIBUTOR,),
    (CouncilRole.READER,),
)


class RightsTable(TestCase):
    """Written by hand, compared with the rule, whole."""

    def test_it_says_what_the_rule_says(self) -> None:
        text = (database.ROOT / "SECURITY.md").read_text("utf-8")
        told = {}
        for line in text.splitlines():
            title, *cells = [cell.strip() for cell in line.strip("|").split("|")]
            for beginning, act in LINES.items():
                if title.startswith(beginning) and len(cells) == len(COLUMNS):
                    told[act] = cells
        self.assertEqual(set(told), set(Act))
        for act, cells in told.items():
            for cell, roles in zip(cells, COLUMNS, strict=True):
                for role in roles:
                    with self.subTest(act=act, role=role):
                        self.assertEqual(allows(frozenset({role}), act), cell == "yes")

    def test_nothing_unknown_is_allowed(self) -> None:
        """No role, an unknown role: refused; a coordinator reads (control)."""
        for roles in (frozenset(), frozenset({"nobody"})):
            self.assertFalse(any(allows(roles, act) for act in Act))
        self.assertTrue(allows(frozenset({"coordinator"}), Act.READ))
