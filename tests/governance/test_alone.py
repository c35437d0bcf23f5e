"""Promise 4: the council service needs nothing of the commission, not even its code.

Every address, the checks and the worker run from a copy of the tree without `cases/`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings

from clsm_core.council.models import Council
from tests import database
from tests.cases_of import CommittingTestCase
from tests.governance.council_people import account_of, member
from tests.governance.test_tenancy import ELSEWHERE, ENDS, FILES, PARTS
from tests.governance.whole_council import DRAFT_YEAR, TOLD_YEAR, everything

LEFT_OUT = shutil.ignore_patterns(
    "cases", ".git", ".venv", ".local", "build", "__pycache__", "commission", "browser", "*.jsonl"
)
# For who is not logged in, or owes a second factor; and what a query must name.
NO_PAGE = re.compile(r"accounts_council:ticket|account_|mfa_|governance:document_add$")


class Alone(CommittingTestCase):
    """A council with one of everything, opened by its coordinator from a copy."""

    def run_copy(self, asked: dict[str, Any], *, leave: Any = LEFT_OUT) -> Any:
        """Walk the service from a copy of the tree; return the process."""
        folder = tempfile.mkdtemp(prefix="clsm-alone-")
        self.addCleanup(shutil.rmtree, folder)
        copy = Path(folder) / "tree"
        shutil.copytree(database.ROOT, copy, ignore=leave)
        environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            **self.place.environment("governance", self.database_name),
            "PASSWORD_COST": database.CHEAP,
            "SLOT_COST": database.CHEAP,
            "STATIC_ROOT": folder,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        return subprocess.run(
            [sys.executable, "-m", "tests.governance.alone"],
            cwd=copy,
            env=environment,
            input=json.dumps(asked),
            capture_output=True,
            text=True,
        )

    def test_every_page_check_and_task_without_the_commission(self) -> None:
        made = everything("seul")
        browser = member(made.council, "coordinator")
        done = self.run_copy(
            {
                "user": str(account_of(browser).pk),
                "slug": made.council.slug,
                "ids": made.ids,
                "pairs": made.pairs,
                "files": FILES,
                "parts": PARTS,
                "ends": ENDS,
                "years": [DRAFT_YEAR, TOLD_YEAR],
                "host": settings.ALLOWED_HOSTS[0],
            }
        )
        self.assertEqual(done.returncode, 0, done.stderr[-3000:])
        said = json.loads(done.stdout)
        crashed = {name: codes for name, codes in said["statuses"].items() if max(codes) >= 500}
        self.assertEqual(crashed, {})
        pages = {name for name, codes in said["statuses"].items() if codes[-1] in (200, 302, 405)}
        closed = set(said["statuses"]) - pages - ELSEWHERE
        self.assertEqual({name for name in closed if not NO_PAGE.match(name)}, set())
        self.assertGreater(len(pages), 60)
        self.assertEqual((said["rights"], said["secrets"]), ([], []))
        self.assertLessEqual(
            {"clear_sessions", "send_meeting_letters", "resume_meeting_letters"},
            set(said["tasks"]),
        )
        self.assertIn("communes", said["commands"])
        self.assertIn("/compte/", said["commands"])
        self.assertTrue(Council.objects.filter(slug="essai").exists())

    def test_control_beside_the_commission_it_refuses(self) -> None:
        """The copy that holds `cases/` is not the proof that is asked."""
        whole = shutil.ignore_patterns(".git", ".venv", ".local", "build", "__pycache__")
        done = self.run_copy({}, leave=whole)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("the commission stands beside", done.stderr)
