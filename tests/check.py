"""`make check`: format, lint, types, contracts, templates, migrations, generated pages.

Every step runs, and the failures are told together at the end. `--write` writes the generated
pages again. The audit of dependencies needs the network: it is not here (README).
"""

from __future__ import annotations

import difflib
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from deploy.installation import Installation
from tests import database

ROOT = database.ROOT
BIN = Path(sys.executable).parent
TEMPLATES = ("cases", "clsm_core", "audit")
PAGES = {
    "docs/cycle-de-vie.md": "cases.domain.lifecycle",
    "docs/evenements.md": "audit.catalogue",
    "docs/classes-de-champs.md": "deploy.field_classes",
}
# Written between two marks of a page that is otherwise written by hand.
BLOCKS = {"SECURITY.md": ("matrice", "cases.domain.matrix")}
OURS = (
    "cases",
    "cases_keystore",
    "clsm_accounts",
    "clsm_council",
    "clsm_directory",
    "clsm_governance",
    "clsm_roadmap",
    "clsm_observatory",
    "clsm_reports",
    "audit",
)
# They make or remake the tables that the linter fears to lock; nothing runs on them yet.
FIRST = (
    "0001_ledger",
    "0001_initial",
    "0002_cache_tables",
    "0003_email_once_a_realm",
    "0002_keys",
    "0003_agreement_access_files",
    "0004_releases",
    "0005_release_plan",
    "0002_proved_releases",
    "0003_field",
    "0004_transmissions",
    "0002_roadmaps",
    "0003_sheets",
    "0002_territory_posts_links",
    "0004_memberships_move",
)
# What `check --deploy` reads in production; the values are of no place.
PRODUCTION = {
    "SERVICE_ORIGIN": "https://commission.exemple.invalid",
    "ALLOWED_HOSTS": "commission.exemple.invalid",
    "COUNCIL_ORIGIN": "https://conseil.exemple.invalid",
    "COMMISSION_ORIGIN": "https://commission.exemple.invalid",
    "DIRECTORY_ROOTS": '{"00000000-0000-4000-8000-000000000000": "00"}',
}
LINT_MIGRATIONS = """
import sys, django
django.setup()
from django_migration_linter import MigrationLinter
linter = MigrationLinter(
    include_apps=sys.argv[1].split(","), database="owner", no_cache=True, quiet=["ok", "ignore"],
    ignore_name=sys.argv[2].split(","))
linter.lint_all_migrations()
sys.exit(linter.has_errors)
"""

Step = Callable[[], str]


def ran(*command: str, environment: dict[str, str] | None = None) -> str:
    """Run a program; return what it printed when it failed, nothing when it passed."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return (done.stdout.strip() or f"exit {done.returncode}") if done.returncode else ""


def tool(name: str, *arguments: str) -> Step:
    """Return a step that runs a program of the virtual environment."""
    return lambda: ran(str(BIN / name), *arguments)


def shell() -> str:
    """Read the shell scripts without running them."""
    faults = [ran("sh", "-n", f".ci/{name}.sh") for name in ("setup", "browser")]
    if shutil.which("bash"):
        faults.append(ran("bash", "-n", ".ci/run"))
    return "\n".join(filter(None, faults))


def pages() -> str:
    """Compare each generated page, or block of a page, with what its module writes now."""
    differences = []
    for name, module in PAGES.items():
        path = ROOT / name
        kept = path.read_text() if path.exists() else ""
        differences.append(page_of(path, kept, importlib.import_module(module).page(), module))
    for name, (mark, module) in BLOCKS.items():
        path = ROOT / name
        kept = path.read_text()
        made = with_block(kept, mark, importlib.import_module(module).page())
        differences.append(page_of(path, kept, made, module))
    found = list(filter(None, differences))
    if found:
        found.append("Write them again with: make check ARGS=--write")
    return "\n".join(found)


def page_of(path: Path, kept: str, made: str, module: str) -> str:
    """Return how a page differs from what its module writes; write it with `--write`."""
    if "--write" in sys.argv:
        path.write_text(made)
        return ""
    lines = difflib.unified_diff(
        kept.splitlines(), made.splitlines(), path.name, module, n=0, lineterm=""
    )
    return "\n".join(list(lines)[:20])


def with_block(page: str, mark: str, made: str) -> str:
    """Return a page with its generated block replaced. Raises: ValueError without its marks."""
    begins, ends = f"<!-- {mark}: début -->\n", f"<!-- {mark}: fin -->"
    before, found, rest = page.partition(begins)
    _, closed, after = rest.partition(ends)
    if not (found and closed):
        raise ValueError(f"the block {mark} has lost its marks")
    return f"{before}{begins}{made}{ends}{after}"


def django_checks() -> str:
    """Check settings, models and migrations of both services, on a copy of the template."""
    # Outside the program, as in production.
    with database.serving() as place, tempfile.TemporaryDirectory(prefix="clsm-files-") as files:
        place.files = Path(files)
        return checked(place)


def checked(place: Installation) -> str:
    """Run the framework's checks on a database of an installation; return the faults."""
    name = f"own_{os.getpid()}_check"
    place.clone(database.template(place), name)
    try:
        faults = []
        for service in ("commission", "governance"):
            common = {
                **place.programs_environment(),
                **place.environment(service, name),
                "PASSWORD_COST": database.CHEAP,
                "SLOT_COST": database.CHEAP,
                "PYTHONWARNINGS": "error",
            }
            manage = [sys.executable, "manage.py"]
            faults.append(ran(*manage, "check", "--fail-level", "WARNING", environment=common))
            deployed = {**common, **PRODUCTION}
            faults.append(
                ran(
                    *manage,
                    "check",
                    "--deploy",
                    "--database",
                    "default",
                    "--fail-level",
                    "WARNING",
                    environment=deployed,
                )
            )
            # Control: plain HTTP is refused, or the check checks nothing.
            if not ran(*manage, "check", "--deploy", environment=common):
                faults.append(f"{service}: check --deploy accepts plain HTTP")
        owner = {
            **place.programs_environment(),
            **place.owner_environment(name),
            "PASSWORD_COST": database.CHEAP,
            "SLOT_COST": database.CHEAP,
        }
        faults.append(
            ran(
                sys.executable,
                "manage.py",
                "makemigrations",
                "--check",
                "--dry-run",
                *OURS,
                environment=owner,
            )
        )
        faults.append(
            ran(
                sys.executable,
                "-c",
                LINT_MIGRATIONS,
                ",".join(OURS),
                ",".join(FIRST),
                environment=owner,
            )
        )
        return "\n".join(filter(None, faults))
    finally:
        place.drop(name)


STEPS: dict[str, Step] = {
    "format (ruff)": tool("ruff", "format", "--check", "--quiet", "."),
    "lint (ruff)": tool("ruff", "check", "--quiet", "."),
    "types (mypy)": tool("mypy", "--no-error-summary"),
    "contracts (import-linter)": tool("lint-imports", "--no-cache", "--no-logo"),
    "names": lambda: ran(sys.executable, "-m", "pytest", "-q", "tests/pure/test_names.py"),
    "templates (djlint)": tool("djlint", "--lint", "--quiet", *TEMPLATES),
    "generated pages": pages,
    "shell scripts": shell,
    "packages agree (pip check)": lambda: ran(sys.executable, "-m", "pip", "check"),
    "services and migrations (Django)": django_checks,
}


def main() -> int:
    """Run every step; return 1 when one of them found something."""
    failed: dict[str, str] = {}
    for name, step in STEPS.items():
        print(f"{name} … ", end="", flush=True)
        start = time.monotonic()
        found = step()
        print(f"{'FAILED' if found else 'ok'} ({time.monotonic() - start:.1f} s)", flush=True)
        if found:
            failed[name] = found
    for name, found in failed.items():
        print(f"\n=== {name}\n{found}")
    print(f"\n{len(STEPS) - len(failed)} checks passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
