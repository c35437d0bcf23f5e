"""``python -m tests.drills NAME [SIZE]``: one long drill, on a fresh database of its own.

The last line is its result. Django is set up before the drill is imported.
"""

from __future__ import annotations

import importlib
import json
import os
import sys

from tests import database, suite


def main() -> int:
    """Run the drill; return its exit code."""
    name = sys.argv[1]
    size = int(sys.argv[2]) if len(sys.argv) > 2 else None
    with suite.running("commission"):
        from django.conf import settings

        drill = importlib.import_module(f"tests.drills.{name}")
        if not hasattr(drill, "run_drill"):
            sys.argv = [name, *sys.argv[2:]]
            return int(drill.main())
        place, held = database.installation(), settings.DATABASES["default"]["NAME"]
        seed = int(os.environ.get("CLSM_SEED", "30"))
        print(json.dumps(drill.run_drill(place, held, size=size, seed=seed)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
