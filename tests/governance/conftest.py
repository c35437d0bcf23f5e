"""The governance suite: real PostgreSQL, logged in as the service's own roles."""

import pytest

from tests import suite

_running = suite.running("governance")
_running.__enter__()


@pytest.fixture(scope="session", autouse=True)
def _the_suite() -> object:
    """Remove the suite's database at the end."""
    yield
    _running.__exit__(None, None, None)
