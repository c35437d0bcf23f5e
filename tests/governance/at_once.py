"""Two acts at once, the second begun while the first is written and not yet committed."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from django.db import connections, transaction


def during(first: Callable[[], Any], second: Callable[[], Any]) -> None:
    """Begin a second act while the first is written and not yet committed."""
    written = Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                first()
                written.set()
                # Time enough for the other act to read, then to wait for this row.
                time.sleep(0.5)
        finally:
            written.set()
            connections.close_all()

    thread = Thread(target=slow)
    thread.start()
    written.wait(10)
    try:
        second()
    finally:
        thread.join()
