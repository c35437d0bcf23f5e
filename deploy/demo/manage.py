"""Run a management command on the demonstration that runs: ``python -m deploy.demo.manage …``.

The commands of an installation read its environment; this one gives them the demonstration's.
"""

from __future__ import annotations

import os
import sys

from deploy.demo import place


def main(arguments: list[str]) -> int:
    """Hand the command over, with the owner's address for those that need it."""
    server = place.cluster()
    if not server.running():
        print("La démonstration ne tourne pas : lancez make demo ailleurs.", file=sys.stderr)
        return 2
    ports = (place.COMMISSION_PORT, place.COUNCIL_PORT)
    home = place.installation(server, place.addresses(*ports))
    os.environ.update(home.owner_environment(place.DATABASE))
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", *arguments])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
