"""What names may not appear where: held by reading the sources (decision 44)."""

from __future__ import annotations

import re
from pathlib import Path
from unittest import TestCase

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("audit", "clsm_core", "cases", "deploy")
COMMISSION = re.compile(r"""["']cases\b|\bcases[.:_/][a-z]""")
ADMIN = re.compile(r"django\.contrib\.admin\b|\badmin\.site\b")
TIME = re.compile(r"\btimezone\.now\(|\bdatetime\.(?:now|utcnow|today)\(|\bdate\.today\(")
RESPONSES = re.compile(r"\bTemplateResponse\b|\bdjango\.views\.generic\b")
# A machine's path or a package host: a clone elsewhere must not meet either.
PLACES = re.compile(
    r"(?<![\w.])/(?:root|home|Users)/\w+|\bpypi\.org|pythonhosted|--(?:extra-)?index-url"
)


def sources(*parts: str, kinds: tuple[str, ...] = (".py",)) -> list[Path]:
    """Return the files of these folders."""
    found: list[Path] = []
    for part in parts:
        found += [path for path in (ROOT / part).rglob("*") if path.suffix in kinds]
    return sorted(found)


def lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Return where a pattern occurs."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]


VERIFIER = ROOT / "clsm_core" / "observatory" / "certificate.py"


class NameTests(TestCase):
    """Each rule first finds what it looks for where it is allowed."""

    def test_lower_layers_never_name_the_commission(self) -> None:
        """Neither in code, nor in a string, nor in a template."""
        kinds = (".py", ".html", ".js", ".css", ".txt", ".sql", ".svg")
        self.assertEqual(lines_with(COMMISSION, sources("clsm_core", "audit", kinds=kinds)), [])
        self.assertTrue(lines_with(COMMISSION, sources("deploy")))  # Control.

    def test_no_second_door_on_the_data(self) -> None:
        """The framework's administration site is installed nowhere."""
        self.assertEqual(lines_with(ADMIN, sources(*PARTS)), [])
        self.assertTrue(ADMIN.search("from django.contrib.admin import site"))

    def test_rules_and_writes_never_read_the_clock(self) -> None:
        """Decision 10: time is passed as `at`, the database's."""
        parts = ["cases/domain", "cases/models", "cases/actions", "cases/vault", "cases/disclosure"]
        files = sources(*parts) + [
            ROOT / "cases" / name for name in ("policies.py", "permissions.py", "queries.py")
        ]
        self.assertEqual(lines_with(TIME, files), [])
        self.assertTrue(TIME.search("at = timezone.now()"))

    def test_pages_are_drawn_inside_the_view(self) -> None:
        """Decision 9: a late rendering would leave the transaction and its context."""
        self.assertEqual(lines_with(RESPONSES, sources("cases")), [])
        self.assertTrue(RESPONSES.search("return TemplateResponse(request, name)"))

    def test_no_place_of_one_machine(self) -> None:
        """No absolute path of a machine, no package host, in code, lock or commands."""
        files = [
            *sources(*PARTS, "docs", kinds=(".py", ".html", ".md", ".sh", ".js")),
            *(ROOT / name for name in ("Makefile", "pyproject.toml", "requirements.lock")),
            *(path for path in (ROOT / ".ci").iterdir() if path.is_file()),
        ]
        self.assertEqual(lines_with(PLACES, files), [])

    def test_files_stay_readable(self) -> None:
        """Style rule 3: one subject a file, about 400 lines at most.

        The verifier that reviewers take away is one file by decision 37, shapes of texts included.
        """
        long = {
            str(path.relative_to(ROOT)): length
            for path in sources(*PARTS)
            if "migrations" not in path.parts and path != VERIFIER
            if (length := len(path.read_text().splitlines())) > 450
        }
        self.assertEqual(long, {})
