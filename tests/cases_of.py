"""Test cases: one that rolls back, one that owns a database where commits are real.

Their client refuses a page with an undefined variable, and a response without the headers that
every response owes.
"""

from __future__ import annotations

import itertools
import os
import tempfile
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import Client as DjangoClient
from django.test import SimpleTestCase, TransactionTestCase, override_settings
from django.test import TestCase as DjangoTestCase

from deploy.installation import Installation
from tests import database
from tests.suite import UNDEFINED

_counter = itertools.count(1)
ROLLED_BACK = ["default"]
ALIASES = {"default", "ledger", "cache", "dpo"} & set(settings.DATABASES)
OWED = ("Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options", "X-Frame-Options")


class Client(DjangoClient):
    """Ask the service under its own host name, and look at every answer."""

    def __init__(self, **defaults: Any) -> None:
        host = urlsplit(settings.SERVICE_ORIGIN)
        super().__init__(**{"HTTP_HOST": host.netloc, "SERVER_NAME": host.hostname, **defaults})

    def request(self, **request: Any) -> Any:
        """Return the answer. Raises: AssertionError when it lacks what every answer owes."""
        response = super().request(**request)
        missing = [name for name in OWED if name not in response.headers]
        assert not missing, f"{request.get('PATH_INFO')}: without {missing}"
        mark = UNDEFINED.split("%")[0]
        if not response.streaming and "text/html" in response.headers.get("Content-Type", ""):
            text = response.content.decode()
            at = text.find(mark)
            assert at < 0, f"{request.get('PATH_INFO')}: {text[at : at + 80]!r}"
        return response


def files_apart(case: type[SimpleTestCase]) -> None:
    """Give a class a folder for sealed files, in this process and in those that it starts."""
    root = case.enterClassContext(tempfile.TemporaryDirectory(prefix="clsm-files-"))
    case.enterClassContext(mock.patch.dict(os.environ, FILES_ROOT=root))
    case.enterClassContext(override_settings(FILES_ROOT=root))


class TestCase(DjangoTestCase):
    """Roll back the service's own connection; the ledger's is left to autocommit.

    Wrapping it would chain at teardown, behind the lock that the default connection holds
    (decision 14): events of reads stay in the suite's ledger, which nobody counts here. The rate
    limits' table is emptied before each test.
    """

    databases = ALIASES
    client_class = Client

    @classmethod
    def setUpClass(cls) -> None:
        """Give the class a place for its files."""
        files_apart(cls)
        super().setUpClass()

    @classmethod
    def _databases_names(cls, include_mirrors: bool = True) -> list[str]:
        return ROLLED_BACK

    @classmethod
    def _fixture_setup(cls) -> None:
        cache.clear()
        super()._fixture_setup()


class CommittingTestCase(TransactionTestCase):
    """Run on a database of its own, cloned from the template, where commits are real."""

    databases = ALIASES
    client_class = Client
    place: Installation
    database_name: str

    @classmethod
    def setUpClass(cls) -> None:
        """Clone the template, point every connection at the clone, and keep its files apart."""
        files_apart(cls)
        cls.place = database.installation()
        cls.database_name = f"own_{os.getpid()}_{next(_counter)}"
        cls.place.clone(database.template(cls.place), cls.database_name)
        cls._former = {alias: settings.DATABASES[alias]["NAME"] for alias in settings.DATABASES}
        cls._point_at(dict.fromkeys(settings.DATABASES, cls.database_name))
        # Registered before the parent's setup: the clone goes even when that fails.
        cls.addClassCleanup(cls._leave)
        super().setUpClass()

    @classmethod
    def _leave(cls) -> None:
        """Return to the suite's database and remove the clone."""
        cls._point_at(cls._former)
        cls.place.drop(cls.database_name)

    @classmethod
    def _point_at(cls, names: dict[str, str]) -> None:
        for alias, name in names.items():
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name
            settings.DATABASES[alias]["NAME"] = name

    @classmethod
    def _fixture_setup(cls) -> None:
        """Load nothing; forget the rate limits of the test before."""
        cache.clear()

    def _fixture_teardown(self) -> None:
        """Flush nothing: the roles may not truncate, and the clone is removed."""

    @classmethod
    def as_role(cls, role: str) -> psycopg.Connection[tuple[Any, ...]]:
        """Return a connection, in autocommit, logged in as one of the database's roles."""
        return psycopg.connect(cls.place.url(cls.database_name, role), autocommit=True)

    @classmethod
    def as_administrator(cls) -> psycopg.Connection[tuple[Any, ...]]:
        """Return a superuser's connection: what no service has."""
        return psycopg.connect(cls.place.server.url(cls.database_name), autocommit=True)
