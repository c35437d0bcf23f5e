"""Make the demonstration's database: schema, rights, councils, story; or find it made already.

The work is done under another name and renamed at the end: an interrupted start leaves nothing
half made.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import psycopg

from deploy.demo import place
from deploy.demo.parameters import Parameters
from deploy.installation import Installation
from deploy.privileges import COMMISSION_JOBS

# Nothing is lost that cannot be made again: the disk is not waited for.
FAST = "-c synchronous_commit=off"


class DemoError(RuntimeError):
    """The demonstration cannot start; the message, in French, says what to do."""


def say(text: str) -> None:
    """Write a line at once."""
    print(text, flush=True)


@contextmanager
def timed(label: str) -> Iterator[None]:
    """Say what begins, then how long it took when that is more than two seconds."""
    say(f"{label}…")
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    if took >= 2:
        say(f"  fait en {took:.0f} s.")


def run(
    home: Installation,
    environment: dict[str, str],
    *command: str,
    is_shown: bool = False,
) -> None:
    """Run a Python program of the project. Raises: DemoError with its words when it fails."""
    process = subprocess.Popen(
        [sys.executable, *command],
        env={**home.programs_environment(), **environment, "STATIC_ROOT": str(place.STATIC)},
        cwd=place.ROOT,
        text=True,
        stdout=None if is_shown else subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Its own group: Ctrl-C reaches this program alone, which then ends that one.
        start_new_session=True,
    )
    try:
        written, errors = process.communicate()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if process.returncode:
        words = "\n".join(part for part in (written, errors) if part)[-4000:]
        raise DemoError(f"L’étape « {' '.join(command[:3])} » a échoué :\n{words}")


def ready(home: Installation, parameters: Parameters, *, is_fresh: bool) -> dict[str, Any]:
    """Return the state of a database made for these parameters, making it when it must be."""
    state = place.read_state()
    wanted = {"parameters": asdict(parameters), "schema": place.fingerprint()}
    known = {name: state.get(name) for name in wanted}
    if home.exists(place.DATABASE) and known == wanted and not is_fresh:
        return state
    if state and home.exists(place.DATABASE):
        say("Les paramètres ou le programme ont changé : les données sont refaites.")
    state = {**_make(home, parameters), **wanted, "made_at": time.time()}
    place.write_private(place.STATE, state)
    return state


def _make(home: Installation, parameters: Parameters) -> dict[str, Any]:
    home.drop(place.MAKING)
    owner = home.owner_environment(place.MAKING)
    with timed("Création de la base"):
        home.create_empty(place.MAKING)
        # The checks load every address of a service: a schema needs none.
        migrate = ("manage.py", "migrate", "--skip-checks", "--database", "owner", "-v0")
        run(home, owner, *migrate)
        run(home, owner, "manage.py", "provision")
        run(home, owner, "manage.py", "create_ledger_months", "--skip-checks")
    with timed("Communes officielles et conseils"):
        run(home, _council(home), "-m", "deploy.demo.councils", str(parameters.seed))
    say("Histoire fictive : trois à dix minutes selon la machine, une seule fois.")
    result = place.LOCAL / "demo-story.json"
    told = json.dumps(asdict(parameters))
    try:
        program = ("-m", "deploy.demo.story", told, str(result))
        run(home, {**owner, "PGOPTIONS": FAST}, *program, is_shown=True)
        story: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    finally:
        result.unlink(missing_ok=True)
    with timed("Vie des conseils"):
        run(home, _council(home), "-m", "deploy.demo.council_life")
    # What the nightly task would have said: rights that ended with time leave no other trace.
    with psycopg.connect(home.url(place.MAKING, COMMISSION_JOBS), autocommit=True) as worker:
        worker.execute("SELECT clsm_flag_shortages(NULL)")
    home.drop(place.DATABASE)
    home.rename(place.MAKING, place.DATABASE)
    return story


def _council(home: Installation) -> dict[str, str]:
    """Return the council's variables with the owner's address, for the territory alone."""
    owner = home.owner_environment(place.MAKING)["OWNER_DATABASE_URL"]
    return {
        **home.environment("governance", place.MAKING),
        "OWNER_DATABASE_URL": owner,
        "PGOPTIONS": FAST,
    }


def collect_static(home: Installation) -> None:
    """Collect the style sheets, unless they are those of the last start."""
    mark = place.STATIC / ".collected"
    wanted = place.static_fingerprint()
    if mark.exists() and mark.read_text() == wanted:
        return
    with timed("Feuilles de style"):
        environment = home.environment("commission", place.DATABASE)
        run(home, environment, "manage.py", "collectstatic", "--noinput", "--clear", "-v0")
    mark.write_text(wanted)


def save_ledger_head(home: Installation, environment: dict[str, str]) -> None:
    """Verify the ledger and keep its head, so that a cut tail can be found later."""
    place.LEDGER_HEAD.unlink(missing_ok=True)
    program = ("manage.py", "verify_ledger", "--skip-checks", "--save-head")
    run(home, environment, *program, str(place.LEDGER_HEAD))
