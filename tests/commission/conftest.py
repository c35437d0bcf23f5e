"""The commission suite: real PostgreSQL, logged in as the service's own roles.

Set up before collection, since the tests import models; the clone is removed at the end of the
session, whatever happened.
"""

from contextlib import ExitStack

import pytest

from tests import suite

_open = ExitStack()
_open.enter_context(suite.running("commission"))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the suite's database."""
    _open.close()
