"""Both services as real processes on a database of their own, and a real Chromium."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from deploy.embedded import free_port
from deploy.installation import Addresses, Installation
from tests import database

ARTEFACTS = database.ROOT / "build" / "screenshots"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


class Stage:
    """Where the services answer, and who plays."""

    def __init__(
        self, place: Installation, name: str, logins: dict[str, dict[str, Any]], logs: Path
    ) -> None:
        self.place = place
        self.database = name
        self.addresses = place.addresses
        self.logins = logins
        self.logs = logs


def _wait(origin: str, process: subprocess.Popen[bytes], log: Path) -> None:
    host = origin.split("//")[1]
    port = host.split(":")[1]
    request = urllib.request.Request(f"http://127.0.0.1:{port}/sante", headers={"Host": host})
    for _ in range(600):
        with suppress(OSError):
            if urllib.request.urlopen(request, timeout=2).status == 200:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"{origin} does not answer:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Start both services; stop them and remove their database at the end."""
    addresses = Addresses(
        f"http://commission.localhost:{free_port()}", f"http://conseil.localhost:{free_port()}"
    )
    place = database.installation(addresses)
    name = f"browser_{os.getpid()}"
    place.clone(database.template(place), name)
    logs = tmp_path_factory.mktemp("logs")
    static = tmp_path_factory.mktemp("static")
    place.files = tmp_path_factory.mktemp("files")
    logins: dict[str, dict[str, Any]] = {}
    running: list[subprocess.Popen[bytes]] = []
    try:
        for service in ("commission", "governance"):
            environment = {
                **place.programs_environment(),
                **place.environment(service, name),
                "PASSWORD_COST": database.CHEAP,
                "SLOT_COST": database.CHEAP,
                "STATIC_ROOT": str(static),
                "EMAIL_URL": f"filemail:///{logs / 'mail'}",
            }
            if service == "commission":
                subprocess.run(
                    [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
                    env=environment,
                    cwd=database.ROOT,
                    check=True,
                    capture_output=True,
                )
            made = subprocess.run(
                [sys.executable, "-m", "tests.browser.stage", service],
                env=environment,
                cwd=database.ROOT,
                capture_output=True,
                text=True,
            )
            if made.returncode:
                raise RuntimeError(made.stderr)
            logins[service] = json.loads(made.stdout.strip().splitlines()[-1])
            origin = addresses.commission if service == "commission" else addresses.council
            log = logs / f"{service}.log"
            with log.open("wb") as stream:
                process = subprocess.Popen(
                    [
                        sys.executable,
                        "-m",
                        "gunicorn",
                        "--workers=1",
                        "--threads=4",
                        f"--bind=127.0.0.1:{origin.rsplit(':', 1)[1]}",
                        "deploy.wsgi:application",
                    ],
                    env=environment,
                    cwd=database.ROOT,
                    stdout=stream,
                    stderr=stream,
                )
            running.append(process)
            _wait(origin, process, log)
        yield Stage(place, name, logins, logs)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=20)
        place.drop(name)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium, driven by Playwright."""
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is needed for this suite"
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()
