"""Test cases: one that rolls back, one that owns a database where commits are real."""

from __future__ import annotations

import itertools
import os
from typing import Any

from django.conf import settings
from django.db import connections
from django.test import TestCase as DjangoTestCase
from django.test import TransactionTestCase

from tests import database

_counter = itertools.count(1)
ROLLED_BACK = ["default"]


class TestCase(DjangoTestCase):
    """Roll back the service's own connection; the ledger's is left to autocommit.

    Wrapping it would chain at teardown, behind the lock that the default connection holds
    (decision 14): events of reads stay in the suite's ledger, which nobody counts here.
    """

    databases = {"default", "ledger", "cache", "dpo"} & set(settings.DATABASES)

    @classmethod
    def _databases_names(cls, include_mirrors: bool = True) -> list[str]:
        return ROLLED_BACK

    @classmethod
    def _should_check_constraints(cls, connection: Any) -> bool:
        return connection.alias == "default"

    def _should_check_constraints_instance(self, connection: Any) -> bool:
        return False


class CommittingTestCase(TransactionTestCase):
    """Run on a database of its own, cloned from the template, where commits are real."""

    databases = {"default", "ledger", "cache", "dpo"} & set(settings.DATABASES)

    @classmethod
    def setUpClass(cls) -> None:
        """Clone the template and point every connection at the clone."""
        super().setUpClass()
        cls.place = database.installation()
        cls.database_name = f"own_{os.getpid()}_{next(_counter)}"
        cls.place.clone(database.template(cls.place), cls.database_name)
        cls._former = {alias: settings.DATABASES[alias]["NAME"] for alias in settings.DATABASES}
        cls._point_at(dict.fromkeys(settings.DATABASES, cls.database_name))

    @classmethod
    def tearDownClass(cls) -> None:
        """Return to the suite's database and remove the clone."""
        cls._point_at(cls._former)
        cls.place.drop(cls.database_name)
        super().tearDownClass()

    @classmethod
    def _point_at(cls, names: dict[str, str]) -> None:
        for alias, name in names.items():
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name
            settings.DATABASES[alias]["NAME"] = name

    def _fixture_setup(self) -> None:
        """Load nothing."""

    def _fixture_teardown(self) -> None:
        """Flush nothing: the roles may not truncate, and the clone is removed."""
