"""Print the present one-time code of a demonstration account: ``make code USER=claire.morel``."""

from __future__ import annotations

import json
import sys
import time

from deploy.demo import credentials, place


def main(arguments: list[str]) -> int:
    """Print the code, or say which accounts exist."""
    try:
        card = json.loads(place.CARD.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        print("La démonstration n’a pas encore été lancée : make demo", file=sys.stderr)
        return 2
    asked = " ".join(arguments).strip().lower()
    people = {person["login"]: person for person in card["people"]}
    found = next((one for name, one in people.items() if asked in (name, name.split("@")[0])), None)
    if found is None:
        names = ", ".join(name.split("@")[0] for name in people)
        print(f"Compte inconnu : « {asked} ». make code USER=… avec : {names}", file=sys.stderr)
        return 2
    digits, left = credentials.current_code(found["totp_secret"], time.time())
    print(f"{digits}  (encore {left} s, {found['name']})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
