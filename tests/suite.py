"""What the commission's and the council's suites share: their database, their strict settings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from tests import database


@contextmanager
def running(service: str) -> Iterator[None]:
    """Set Django up on a fresh clone for one suite, and remove the clone at the end."""
    place = database.installation()
    name = f"suite_{service}_{os.getpid()}"
    place.clone(database.template(place), name)
    database.configure(service, name, place)
    import django
    from django.test.utils import setup_test_environment, teardown_test_environment

    django.setup()
    setup_test_environment()
    try:
        yield
    finally:
        teardown_test_environment()
        from django.db import connections

        connections.close_all()
        place.drop(name)
