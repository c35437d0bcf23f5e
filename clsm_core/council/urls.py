"""Addresses of a council's own pages.

Accounts know councils, so this package cannot import the door that checks who enters: the place
that mounts these addresses gives it.
"""

from collections.abc import Callable
from typing import Any

from django.urls import path
from django.urls.resolvers import URLPattern

from clsm_core.council import views

app_name = "council"


def patterns(door: Callable[..., Callable[..., Any]]) -> tuple[list[URLPattern], str]:
    """Return the addresses for `include`, every view behind ``door`` (a decorator factory)."""
    return [path("<slug:slug>/", door()(views.home), name="home")], app_name
