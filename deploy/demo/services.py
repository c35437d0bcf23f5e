"""The demonstration's programs: two services, a worker each; started, watched and stopped by name.

Must never: signal a process that this start did not make.
"""

from __future__ import annotations

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from deploy.demo import place
from deploy.demo.making import DemoError

PATIENCE_SECONDS = 60.0
STOP_SECONDS = 10.0
WORKERS, THREADS = 2, 4
FIRST_OTHER = 8101
_DIE_WITH_PARENT = 1


class PortBusy(DemoError):
    """Another program listens there."""


def require_free(*ports: int) -> None:
    """Require ports that nobody listens on. Raises: PortBusy, which says what to do."""
    for port in ports:
        if not _is_free(port):
            others = (one for one in range(FIRST_OTHER, 65535) if _is_free(one))
            first, second = next(others), next(others)
            raise PortBusy(
                f"Le port {port} est déjà pris par un autre programme. Arrêtez-le, ou choisissez "
                f'deux autres ports : make demo ARGS="--ports {first} {second}"'
            )


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass
class Program:
    """One running program and its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def tail(self) -> str:
        """Return the end of its log."""
        return self.log.read_text(errors="replace")[-2000:]


def _die_with_parent() -> None:
    # Linux only: a demonstration that is killed outright leaves no program behind.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)


class Services:
    """Everything this start has made, in the order in which it was made."""

    def __init__(self) -> None:
        self.programs: list[Program] = []

    def _start(self, name: str, environment: dict[str, str], *command: str) -> None:
        place.LOGS.mkdir(mode=0o700, exist_ok=True)
        log = place.LOGS / f"{name}.log"
        stream: IO[bytes] = os.fdopen(
            os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
        )
        with stream:
            process = subprocess.Popen(
                [sys.executable, *command],
                env=environment,
                cwd=place.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                # Its own group: Ctrl-C reaches this program alone, which then stops the others.
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )
        self.programs.append(Program(name, process, log))

    def serve(self, name: str, port: int, environment: dict[str, str]) -> None:
        """Start a service on loopback."""
        self._start(
            name,
            environment,
            "-m",
            "gunicorn",
            "deploy.wsgi:application",
            f"--bind=127.0.0.1:{port}",
            f"--workers={WORKERS}",
            f"--threads={THREADS}",
            "--worker-class=gthread",
            "--preload",
            "--no-control-socket",
            "--log-level=warning",
        )

    def work(self, name: str, environment: dict[str, str]) -> None:
        """Start a service's worker."""
        self._start(name, environment, "manage.py", "work", "--skip-checks")

    def wait_for(self, origin: str, port: int) -> None:
        """Wait until a service answers. Raises: DemoError when it stops or takes too long."""
        host = origin.split("//")[1]
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            self.require_alive()
            if _answers(host, port):
                return
            time.sleep(0.1)
        raise DemoError(f"{origin} ne répond pas ; les journaux sont dans {_shown(place.LOGS)}.")

    def require_alive(self) -> None:
        """Require that every program still runs. Raises: DemoError with the end of its log."""
        for program in self.programs:
            if program.process.poll() is not None:
                raise DemoError(
                    f"Le programme « {program.name} » s’est arrêté "
                    f"({_shown(program.log)}) :\n{program.tail()}"
                )

    def stop(self) -> None:
        """Stop what was started here, last first; kill what does not stop in ten seconds."""
        for program in reversed(self.programs):
            if program.process.poll() is None:
                program.process.terminate()
        end = time.monotonic() + STOP_SECONDS
        for program in reversed(self.programs):
            try:
                program.process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(program.process.pid, signal.SIGKILL)
                program.process.wait()
        self.programs.clear()


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/sante", headers={"Host": host})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _shown(path: Path) -> str:
    return str(path.relative_to(place.ROOT))
