"""What a row-level policy is, and the words that the commission's policies share."""

from __future__ import annotations

from typing import NamedTuple


class Policy(NamedTuple):
    """One policy: ``using`` filters what is seen, ``check`` what may be written."""

    table: str
    role: str
    command: str  # SELECT, INSERT, UPDATE, DELETE or ALL
    using: str | None
    check: str | None = None

    @property
    def name(self) -> str:
        """Return the policy's name."""
        return f"clsm_{self.command.lower()}_{self.role.removeprefix('clsm_')}"


VIEWER = "(SELECT clsm_viewer_user())"
READ = "ARRAY['read','contribute','manage']"
WRITE = "ARRAY['contribute','manage']"
MANAGE = "ARRAY['manage']"
# Once a query, not once a row.
HOLDS = f"clsm_holds({VIEWER}, (SELECT clsm_now()), "
DESKS = "ARRAY['coordinator','dpo']"
