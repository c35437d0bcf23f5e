"""How errors are told: by class, place and reference; never by a value (T-55).

An exception's text can quote a row, a constraint's name can tell that a situation exists, and a
local variable can hold an opened document: none of them reaches a log.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any

from django.views.debug import SafeExceptionReporterFilter

HIDDEN = "…"


class SilentFilter(SafeExceptionReporterFilter):
    """Hide every setting, request value and local variable from error reports."""

    def is_active(self, request: Any) -> bool:
        """Hide in all circumstances, debugging included."""
        return True

    def get_safe_settings(self) -> dict[str, Any]:
        """Show no setting."""
        return {}

    def get_post_parameters(self, request: Any) -> dict[str, Any]:
        """Show the names of the fields posted, never their values."""
        return dict.fromkeys(getattr(request, "POST", {}), HIDDEN)

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> list[tuple[str, Any]]:
        """Show the names of local variables, never their values."""
        return [(name, HIDDEN) for name in tb_frame.f_locals]


class PlainFormatter(logging.Formatter):
    """One line an event: time, level, logger, message; an exception as class and places.

    Request paths hold opaque references only; line breaks are neutralised (T-46).
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(self, ei: Any) -> str:
        """Return the exception's class and the lines of code it crossed, without its text."""
        kind, _, trace = ei
        places = [
            f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(trace)
        ]
        return f"{getattr(kind, '__name__', kind)} at " + " < ".join(reversed(places))

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        if record.exc_info and record.name.startswith("django"):
            # Django's own message is "%s: %s" of method or path; the exception text is dropped.
            record.exc_text = None
        text = super().format(record)
        return text.replace("\r", " ").replace("\n", " | ")
