"""Every address of the running service, with arguments of the right shape (style rule 24)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

SAMPLES = {
    "slug": "metz",
    "uuid": "7e6f1a52-3c1d-4f0e-9a57-0f6f3b1f2d11",
    "int": "1",
    "str": "x",
    "path": "x",
}


class Address(NamedTuple):
    """One address: its full name, a path that reaches it, and its view."""

    name: str
    path: str
    view: object


def addresses() -> Iterator[Address]:
    """Walk the root URL configuration."""
    yield from _walk(get_resolver().url_patterns, "/", "")


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, space: str) -> Iterator[Address]:
    for pattern in patterns:
        path = prefix + _sample(pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, path, inner)
        else:
            yield Address(f"{space}{pattern.name}", path, pattern.callback)


def _sample(pattern: URLPattern | URLResolver) -> str:
    shape = str(pattern.pattern)
    if isinstance(pattern.pattern, RoutePattern):
        return re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found[1] or "str", "x"), shape)
    shape = re.sub(r"\(\?P<\w+>[^)]*\)", "x1-x1", shape)
    return shape.replace("^", "").replace("$", "").replace("\\", "")
