"""Add a draft sitting, its situation and a guest to the stage, in the commission's own process.

``python -m tests.browser.one_sitting`` prints one JSON object on its last line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

from tests import database
from tests.browser.conftest import Stage
from tests.browser.one_situation import cast_of

GUEST = "gaelle"


def prepared(stage: Stage) -> dict[str, str]:
    """Make them; the guest may log in. Return the code and the sitting's id."""
    environment = {
        **stage.place.programs_environment(),
        **stage.place.environment("commission", stage.database),
        "PASSWORD_COST": database.CHEAP,
        "SLOT_COST": database.CHEAP,
    }
    made = subprocess.run(
        [sys.executable, "-m", "tests.browser.one_sitting"],
        env=environment,
        cwd=database.ROOT,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise RuntimeError(made.stderr)
    said: dict[str, str] = json.loads(made.stdout.strip().splitlines()[-1])
    stage.logins["commission"]["people"][GUEST] = {"email": said["guest"], "kit": ""}
    return said


def make() -> dict[str, Any]:
    """Agree with everybody, prepare a sitting in five days, sign a guest's key once."""
    from cases.actions import signing, sittings
    from cases.models import Mandate
    from tests import people
    from tests.commission.newcomers import newcomer

    cast = cast_of()
    guest = newcomer(cast, GUEST, role=Mandate.Role.GUEST)
    assert guest.identity is not None
    with people.as_person(cast.claire) as viewer:
        signing.sign(
            viewer=viewer,
            commission=cast.commission,
            user_id=guest.user.pk,
            seen=guest.identity.key_id,
        )
    situation = people.agreed(cast)
    with people.as_person(cast.claire) as viewer:
        sitting = sittings.create(
            viewer=viewer,
            commission=cast.commission,
            starts_at=viewer.at + timedelta(days=5),
            place="Salle des mariages",
        )
        sittings.add_item(
            viewer=viewer, sitting=sitting, situation=people.fresh(cast, situation.pk)
        )
    return {"code": situation.code, "sitting": str(sitting.pk), "guest": guest.user.email}


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write("\n" + json.dumps(make()) + "\n")
    sys.stdout.flush()
    os._exit(0)
