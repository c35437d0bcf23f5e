"""Run in a copy of the tree without the commission: open every address of the council service.

    python -m tests.governance.alone   < what to open, as JSON: {"user", "slug", "host", "ids",
                                         "pairs", "files", "parts", "ends", "years"}

Prints, as JSON, the statuses of each address by its name, what the role may do on the commission's
tables, and what the environment holds of its keys. The parent judges.
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import sys
from typing import Any

OPENING = (
    *("essai", "--name", "CLSM d’essai", "--insee", "57463", "--print-link"),
    *("--email", "ines@exemple.invalid", "--first-name", "Inès", "--last-name", "Roy"),
)
SECRETS = ("KEY_PROVIDER", "KEYS_FOLDER", "OWNER_DATABASE_URL", "DPO_DATABASE_URL")


def main() -> None:
    """Set the service up and walk it."""
    asked = json.load(sys.stdin)
    if importlib.util.find_spec("cases") is not None:
        raise SystemExit("the commission stands beside this copy")
    import django

    django.setup()
    from django.core.management import call_command

    checked = io.StringIO()
    call_command("check", stdout=checked, stderr=checked)
    found: dict[str, Any] = {
        "statuses": statuses(asked),
        "rights": rights(),
        "secrets": [name for name in SECRETS if os.environ.get(name)],
    }
    told = io.StringIO()
    call_command("import_territory", stdout=told)
    call_command("open_council", *OPENING, stdout=told)
    # Last: the worker takes its own role for the whole process.
    call_command("work", "--once", stdout=checked)
    json.dump({**found, "tasks": tasks(), "commands": told.getvalue()}, sys.stdout)


def statuses(asked: dict[str, Any]) -> dict[str, list[int]]:
    """Return the statuses of GET on each address, with each id in turn until one opens it."""
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.test.utils import setup_test_environment

    from clsm_core.accounts.gate import BY_TICKET
    from tests import census
    from tests.suite import make_hostile

    # Styles are served without having been collected.
    make_hostile()
    setup_test_environment()
    client = Client(headers={"host": asked["host"]}, raise_request_exception=False)
    client.force_login(get_user_model().objects.get(pk=asked["user"]))
    session = client.session
    session[BY_TICKET] = True
    session.save()
    sample, found = census.SAMPLES["uuid"], {}
    census.SAMPLES["slug"] = asked["slug"]
    for address in census.addresses():
        if "logout" in address.name:
            continue
        path = address.path
        if address.name in asked["files"]:
            path = path.removesuffix("x") + asked["files"][address.name]
        if address.name in asked["parts"]:
            path = path.replace("/x/", f"/{asked['parts'][address.name]}/")
        if address.name in asked["ends"]:
            path = f"{path.rstrip('/').rpartition('/')[0]}/{asked['ends'][address.name]}"
        paths = [path]
        if path.count(sample) == 2:
            paths = [path.replace(sample, a, 1).replace(sample, b) for a, b in asked["pairs"]]
        elif sample in path:
            paths = [path.replace(sample, one) for one in asked["ids"]]
        seen = found[address.name] = []
        # Years in place of the census's sample number.
        for one in (in_year(one, year) for year in asked["years"] for one in paths):
            seen.append(client.get(one).status_code)
            if seen[-1] in (200, 302, 405):
                break
    return found


def in_year(path: str, year: int) -> str:
    """Return an address with a year in place of the census's sample number."""
    return path.replace("/1.", f"/{year}.").replace("/1/", f"/{year}/")


def rights() -> list[str]:
    """Return the commission's tables that the service's role may touch in any way."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v')"
            " AND relname LIKE 'cases%'"
            " AND has_table_privilege(oid, 'SELECT, INSERT, UPDATE, DELETE')"
        )
        touched = [name for (name,) in cursor.fetchall()]
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'cases%'")
        (count,) = cursor.fetchone()
    # Control: the tables are there, and closed.
    return touched if count > 20 else ["no table of the commission to be closed"]


def tasks() -> list[str]:
    """Return the names of the background tasks that the worker knows."""
    from django.conf import settings
    from procrastinate.contrib.django import app

    return sorted(
        name
        for name, task in app.tasks.items()
        if getattr(task.func, "__module__", "") in settings.PROCRASTINATE_IMPORT_PATHS
    )


if __name__ == "__main__":
    main()
