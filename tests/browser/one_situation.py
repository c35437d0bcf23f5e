"""Add one shared situation to the stage, in the commission's own process and role.

``python -m tests.browser.one_situation <member>`` prints its code on its last line.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from tests import database
from tests.browser.conftest import Stage


def code_shared_with(stage: Stage, member: str) -> str:
    """Make a situation that a member of the cast reads; return its code."""
    environment = {
        **stage.place.programs_environment(),
        **stage.place.environment("commission", stage.database),
        "PASSWORD_COST": database.CHEAP,
        "SLOT_COST": database.CHEAP,
    }
    made = subprocess.run(
        [sys.executable, "-m", "tests.browser.one_situation", member],
        env=environment,
        cwd=database.ROOT,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise RuntimeError(made.stderr)
    return made.stdout.strip().splitlines()[-1]


def cast_of() -> Any:
    """Return the cast of the stage, its vaults opened by their passphrase."""
    from cases.access import vaults
    from cases.models import Mandate, VaultSlot
    from tests import people

    cast: dict[str, people.Person] = {}
    for mandate in Mandate.objects.select_related("user", "commission"):
        name = mandate.user.email.split(".")[0]
        if name not in people.CAST:
            continue
        identity = None
        if vaults.has_vault(mandate.user):
            identity = vaults.identity_from_secret(
                mandate.user, VaultSlot.Kind.PASSPHRASE, people.PASSPHRASE
            )
        cast[name] = people.Person(mandate.user, mandate, identity)
    commission = cast["luc"].mandate.commission
    return people.Cast(commission, None, cast)


def make(member: str) -> str:
    """Refer, admit, agree and share a situation with a member."""
    from tests import people

    return people.shared(cast_of(), member).code


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write("\n" + make(sys.argv[1]) + "\n")
    sys.stdout.flush()
    os._exit(0)
