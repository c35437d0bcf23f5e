"""What a visitor of the demonstration needs: addresses, logins, codes; on screen and in a file."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from deploy.demo import cast, credentials, place
from deploy.demo.making import say
from deploy.installation import Addresses


def make(state: dict[str, Any], addresses: Addresses) -> dict[str, Any]:
    """Return the card of a demonstration, as ``.local/demo.json`` keeps it."""
    seed = state["parameters"]["seed"]
    origins = {"commission": addresses.commission, "council": addresses.council}
    return {
        "notice": "Données fictives : aucun chiffre n’est une référence.",
        "addresses": origins,
        "made_on": state["made_on"],
        "parameters": state["parameters"],
        "states": state["states"],
        "people": [
            {
                "login": person.email,
                "name": person.name,
                "realm": person.realm,
                "role": cast.role_words(person),
                "passphrase": credentials.passphrase(seed, person.login),
                "totp_secret": credentials.totp_seed(seed, person.login),
                "url": origins[person.realm],
            }
            for person in cast.PEOPLE
        ],
        "commissions": state["commissions"],
        "shares": {one["slug"]: one["shares"] for one in state["commissions"]},
        "ledger_head": place.LEDGER_HEAD.name,
    }


def show(card: dict[str, Any]) -> None:
    """Print the card."""
    made_on = date.fromisoformat(card["made_on"])
    say("")
    say(f"La démonstration est prête. Données fictives, arrêtées au {made_on:%d/%m/%Y} ;")
    say("aucun chiffre n’est une référence.")
    say("")
    say(f"  Commission : {card['addresses']['commission']}")
    say(f"  Conseil    : {card['addresses']['council']}")
    for realm, title in (("commission", "de la commission"), ("council", "du conseil")):
        say("")
        say(f"Comptes {title} (adresse, phrase de passe, graine du code, code présent)")
        for person in card["people"]:
            if person["realm"] == realm:
                _show(person)
    say("")
    say("Claire Morel et Paul Vidal passent au conseil par un bouton du service de la commission.")
    say("Un code présent : make code USER=claire.morel")
    say("Tout ceci, et les parts de la clé de secours : .local/demo.json (lisible par vous seul).")
    say("Arrêt : Ctrl-C.")


def _show(person: dict[str, Any]) -> None:
    digits, left = credentials.current_code(person["totp_secret"], time.time())
    say(f"  {person['name']} — {person['role']}")
    say(f"    {person['login']}   {person['passphrase']}")
    say(f"    {person['totp_secret']}   {digits} (encore {left} s)")
