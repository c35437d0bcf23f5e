"""One installation on a local database: its secrets, its roles, its two services' environments.

Used by the demo and by the tests; an operator writes the same variables by hand (README).
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import psycopg

from deploy import provisioning
from deploy.embedded import EmbeddedPostgres
from deploy.keys.file import FileKeys, make_keys
from deploy.keys.provider import RELEASES, TICKETS
from deploy.privileges import (
    COMMISSION,
    COMMISSION_JOBS,
    DPO,
    GOVERNANCE,
    GOVERNANCE_JOBS,
    LOGIN_ROLES,
    OWNER,
)


@dataclass(frozen=True)
class Addresses:
    """Where the two services answer."""

    commission: str = "http://commission.localhost:8001"
    council: str = "http://conseil.localhost:8002"


class Installation:
    """Secrets in ``<folder>`` at 0700; the databases on ``server``."""

    def __init__(self, server: EmbeddedPostgres, folder: Path, addresses: Addresses) -> None:
        self.server = server
        self.folder = folder
        # Tests give each suite a folder of its own.
        self.files = Path(os.environ.get("FILES_ROOT") or folder / "files")
        self.addresses = addresses
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.files.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_keys(folder / "keys")
        self.keys = FileKeys(str(folder / "keys"))
        self.secrets = self._secrets()

    def _secrets(self) -> dict[str, dict[str, str]]:
        path = self.folder / "secrets.json"
        if path.exists():
            stored: dict[str, dict[str, str]] = json.loads(path.read_text())
            return stored
        made = {
            "roles": {role: secrets.token_urlsafe(24) for role in LOGIN_ROLES},
            **{
                service: {
                    "SECRET_KEY": secrets.token_urlsafe(48),
                    "PASSWORD_PEPPER": secrets.token_urlsafe(32),
                    "ACCOUNTS_KEY": secrets.token_hex(32),
                    "AUDIT_MAC_KEY": secrets.token_hex(32),
                }
                for service in ("commission", "governance")
            },
        }
        path.touch(mode=0o600)
        path.write_text(json.dumps(made, indent=1))
        return made

    def url(self, database: str, role: str) -> str:
        """Return the address of a database for a role."""
        return self.server.url(database, role, self.secrets["roles"][role])

    def environment(self, service: str, database: str) -> dict[str, str]:
        """Return the variables of one service; the council gets public keys only (decision 4)."""
        commission = service == "commission"
        origin = self.addresses.commission if commission else self.addresses.council
        roles = (COMMISSION, COMMISSION_JOBS) if commission else (GOVERNANCE, GOVERNANCE_JOBS)
        host = origin.split("//")[1].split(":")[0]
        common = {
            **self.secrets[service],
            "DJANGO_SETTINGS_MODULE": f"deploy.settings.{service}",
            "ALLOWED_HOSTS": host,
            "SERVICE_ORIGIN": origin,
            "DATABASE_URL": self.url(database, roles[0]),
            "JOBS_DATABASE_URL": self.url(database, roles[1]),
        }
        if commission:
            return {
                **common,
                "KEY_PROVIDER": f"file:{self.folder / 'keys'}",
                "DPO_DATABASE_URL": self.url(database, DPO),
                "COUNCIL_ORIGIN": self.addresses.council,
                "FILES_ROOT": str(self.files),
                # A local installation has no antivirus, and its pages say so.
                "ANTIVIRUS": "none",
                "ANTIVIRUS_DECISION": "installation locale, sans données réelles",
            }
        return {
            **common,
            "TICKET_PUBLIC_KEY": self.keys.public(TICKETS).hex(),
            "RELEASE_PUBLIC_KEY": self.keys.public(RELEASES).hex(),
            "COMMISSION_ORIGIN": self.addresses.commission,
        }

    def owner_environment(self, database: str) -> dict[str, str]:
        """Return the variables of management commands: the commission's, and the owner's."""
        return {
            **self.environment("commission", database),
            "OWNER_DATABASE_URL": self.url(database, OWNER),
        }

    # --- databases ----------------------------------------------------------------------------
    def exists(self, database: str) -> bool:
        """Tell whether a database stands."""
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            found = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [database]
            ).fetchone()
        return found is not None

    def create_empty(self, database: str) -> None:
        """Create a database with the roles in place, ready for the owner's migrations."""
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE template0')
            provisioning.create_roles(connection, database, self.secrets["roles"])
        with psycopg.connect(self.server.url(database), autocommit=True) as connection:
            provisioning.own_schema(connection)

    def clone(self, source: str, database: str) -> None:
        """Copy a database (about 20 ms); nobody may be connected to the source."""
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{source}" OWNER {OWNER}')
            connection.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
            for role in LOGIN_ROLES:
                connection.execute(f'GRANT CONNECT ON DATABASE "{database}" TO {role}')

    def drop(self, database: str) -> None:
        """Remove a database, whoever is connected to it."""
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def rename(self, source: str, database: str) -> None:
        """Rename a database."""
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{source}" RENAME TO "{database}"')

    def programs_environment(self) -> dict[str, str]:
        """Return the variables every child process keeps from this one."""
        kept = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "TZ", "FILES_ROOT")
        return {name: os.environ[name] for name in kept if name in os.environ}
