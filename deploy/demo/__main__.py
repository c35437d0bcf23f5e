"""``make demo``: everything on one machine, on loopback, until Ctrl-C.

Starts its own database, makes the fictitious data once, starts both services and their workers,
prints how to enter, waits; stops exactly what it started.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any, NoReturn

from deploy.demo import card, making, parameters, place
from deploy.demo.making import DemoError, say
from deploy.demo.parameters import Parameters
from deploy.demo.services import PortBusy, Services, require_free
from deploy.embedded import EmbeddedError
from deploy.installation import Addresses, Installation

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked for the end."""


def _ask_to_stop(number: int, frame: FrameType | None) -> None:
    # Once is enough: what follows is the orderly end.
    for one in SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    raise Stopped


class Options(argparse.ArgumentParser):
    """Refuse in French."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to ask for help, then exit with code 2."""
        self.exit(2, f"Option refusée. {message}\nAide : make demo ARGS=--help\n")


def read(arguments: list[str]) -> argparse.Namespace:
    """Return the options. Raises: SystemExit with the usage in French."""
    parser = Options(prog="make demo", description="Lance la démonstration (données fictives).")
    parser.add_argument(
        "--situations",
        type=_number(1, 5000),
        default=parameters.SITUATIONS,
        metavar="N",
        help=f"situations de la grande commission ({parameters.SITUATIONS})",
    )
    parser.add_argument(
        "--seed", type=_number(0, 10**9), default=parameters.SEED, metavar="S", help="graine"
    )
    parser.add_argument(
        "--days",
        type=_number(200, 3650),
        default=parameters.DAYS,
        metavar="J",
        help="jours d’histoire de la grande commission",
    )
    parser.add_argument(
        "--ports",
        type=_number(1, 65535),
        nargs=2,
        default=(place.COMMISSION_PORT, place.COUNCIL_PORT),
        metavar=("COMMISSION", "CONSEIL"),
        help="ports des deux services",
    )
    parser.add_argument("--fresh", action="store_true", help="refait les données")
    parser.add_argument(
        "--prepare", action="store_true", help="prépare les données, sans lancer les services"
    )
    return parser.parse_args(arguments)


def _number(low: int, high: int) -> Any:
    def read_number(text: str) -> int:
        if not text.isdigit() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"un nombre de {low} à {high} est attendu")
        return int(text)

    return read_number


@contextmanager
def alone() -> Iterator[None]:
    """Let one demonstration run at a time in this folder. Raises: PortBusy."""
    place.LOCAL.mkdir(mode=0o700, parents=True, exist_ok=True)
    with place.LOCK.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as busy:
            raise PortBusy(
                "Une démonstration tourne déjà dans ce dossier : arrêtez-la par Ctrl-C."
            ) from busy
        yield


def start(options: argparse.Namespace, stack: ExitStack) -> Services:
    """Start everything; what is started is stopped when the stack closes."""
    where = place.addresses(*options.ports)
    if not options.prepare:
        require_free(*options.ports)
    server = place.cluster()
    stack.callback(server.stop)
    with making.timed("Base de données locale"):
        server.start()
    home = place.installation(server, where)
    wanted = Parameters(options.situations, options.seed, options.days)
    state = making.ready(home, wanted, is_fresh=options.fresh)
    making.collect_static(home)
    environments = _environments(home, where, state)
    if state.get("ledger_head_of") != state["made_at"] or not place.LEDGER_HEAD.exists():
        with making.timed("Vérification du journal"):
            making.save_ledger_head(home, environments["commission"])
        state["ledger_head_of"] = state["made_at"]
        place.write_private(place.STATE, state)
    services = Services()
    stack.callback(services.stop)
    place.write_private(place.CARD, card.make(state, where))
    if options.prepare:
        return services
    say("Démarrage des deux services…")
    for (service, environment), port in zip(environments.items(), options.ports, strict=True):
        services.serve(service, port, environment)
        services.work(f"{service}-worker", environment)
    for origin, port in zip((where.commission, where.council), options.ports, strict=True):
        services.wait_for(origin, port)
    return services


def _environments(
    home: Installation, where: Addresses, state: dict[str, Any]
) -> dict[str, dict[str, str]]:
    """Return each service's variables; the roots are pinned outside the database (decision 16)."""
    roots = {one["id"]: one["root"] for one in state["commissions"]}
    made = {}
    for service in ("commission", "governance"):
        made[service] = {
            **home.programs_environment(),
            **home.environment(service, place.DATABASE),
            "STATIC_ROOT": str(place.STATIC),
        }
    made["commission"]["DIRECTORY_ROOTS"] = json.dumps(roots)
    return made


def main(arguments: list[str]) -> int:
    """Run the demonstration; return the exit code."""
    options = read(arguments)
    for number in SIGNALS:
        signal.signal(number, _ask_to_stop)
    began = time.monotonic()
    is_ready = False
    try:
        with alone(), ExitStack() as stack:
            services = start(options, stack)
            if options.prepare:
                say("Les données sont prêtes.")
                return 0
            card.show(json.loads(place.CARD.read_text(encoding="utf-8")))
            say(f"(prête en {time.monotonic() - began:.0f} s)")
            is_ready = True
            while True:
                time.sleep(1)
                services.require_alive()
    except Stopped:
        say("\nDémonstration arrêtée : services, tâches de fond et base de données.")
        return 0 if is_ready else 130
    except PortBusy as busy:
        print(busy, file=sys.stderr)
        return 2
    except EmbeddedError as broken:
        print(f"La base de données locale ne démarre pas. {broken}", file=sys.stderr)
        return 2
    except DemoError as broken:
        print(broken, file=sys.stderr)
        return 1


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main(sys.argv[1:]))
