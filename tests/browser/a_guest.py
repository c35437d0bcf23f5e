"""Add a guest, a convened point three weeks away and a file to the stage of the commission.

``python -m tests.browser.a_guest`` prints one JSON object on its last line: code, point, file and
the guest's e-mail. ``moved(stage, days=…)`` is the clock of the database, as its owner moves it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg

from deploy.privileges import OWNER
from tests import database
from tests.browser.conftest import Stage
from tests.browser.one_situation import cast_of

DAYS_AWAY = 21


def invited(stage: Stage) -> dict[str, Any]:
    """Set the point and the guest; her login joins those of the stage under ``ines``."""
    environment = {
        **stage.place.programs_environment(),
        **stage.place.environment("commission", stage.database),
        "PASSWORD_COST": database.CHEAP,
        "SLOT_COST": database.CHEAP,
    }
    made = subprocess.run(
        [sys.executable, "-m", "tests.browser.a_guest"],
        env=environment,
        cwd=database.ROOT,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise RuntimeError(made.stderr)
    found: dict[str, Any] = json.loads(made.stdout.strip().splitlines()[-1])
    stage.logins["commission"]["people"]["ines"] = {"email": found["email"], "kit": ""}
    return found


@contextmanager
def moved(stage: Stage, **delta: float) -> Iterator[None]:
    """Move the stage's clock forward in this block."""
    url = stage.place.url(stage.database, OWNER)
    with psycopg.connect(url, autocommit=True) as owner:
        row = owner.execute("SELECT shift FROM clsm_clock").fetchone()
        before = row[0] if row else timedelta(0)
        owner.execute("UPDATE clsm_clock SET shift = %s", [before + timedelta(**delta)])
        try:
            yield
        finally:
            owner.execute("UPDATE clsm_clock SET shift = %s", [before])


def make() -> dict[str, Any]:
    """Make a guest whose key is signed, an agreed situation with a file, a convened point."""
    from cases.actions import sittings
    from cases.models import AgendaItem, Sitting
    from tests import people
    from tests.commission.test_convening import sitting_of
    from tests.commission.test_invitations import guest
    from tests.files import deposited

    cast = cast_of()
    person = guest(cast, "ines")
    situation = people.shared(cast, "marc")
    file = deposited(cast, situation)
    sitting = sitting_of(cast, situation, days=DAYS_AWAY)
    with people.as_person(cast.claire) as viewer:
        row = Sitting.objects.get(pk=sitting.pk)
        sittings.convene(viewer=viewer, sitting=row)
        item = AgendaItem.objects.get(sitting=row)
    return {
        "code": situation.code,
        "item": str(item.pk),
        "file": str(file.pk),
        "email": person.user.email,
    }


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write("\n" + json.dumps(make()) + "\n")
    sys.stdout.flush()
    os._exit(0)
