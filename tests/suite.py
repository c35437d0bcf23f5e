"""What the commission's and the council's suites share: their database, their hostile settings.

Style rule 26: an undefined template variable leaves a mark that the test client refuses, mails go
to memory, and nothing of the developer's environment is read.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from tests import database

# Left by the template engine where a variable does not exist; no page may hold it.
UNDEFINED = "«indéfini:%s»"


@contextmanager
def running(service: str) -> Iterator[None]:
    """Set Django up on a fresh clone for one suite, and remove the clone at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="clsm-static-") as static,
        tempfile.TemporaryDirectory(prefix="clsm-files-") as files,
    ):
        os.environ["STATIC_ROOT"], os.environ["FILES_ROOT"] = static, files
        place = database.installation()
        name = f"suite_{service}_{os.getpid()}"
        place.clone(database.template(place), name)
        database.configure(service, name, place)
        import django
        from django.test.utils import setup_test_environment, teardown_test_environment

        django.setup()
        make_hostile()
        setup_test_environment()
        try:
            yield
        finally:
            teardown_test_environment()
            from django.db import connections

            connections.close_all()
            place.drop(name)


def make_hostile() -> None:
    """Let undefined variables show, and serve styles without collecting them."""
    from django.conf import settings

    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = UNDEFINED
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.LOGGING["loggers"]["procrastinate"] = {"level": "WARNING"}
