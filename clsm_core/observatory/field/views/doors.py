"""What the views of the field share: a row or 404, files by a name that names nobody."""

from __future__ import annotations

from typing import Any, TypeVar

from django.http import Http404, HttpRequest
from django.views.decorators.http import require_http_methods

from clsm_core.directory.forms.choosing import Names

Row = TypeVar("Row")
PER_PAGE = 25
either = require_http_methods(["GET", "HEAD", "POST"])


def there(row: Row | None) -> Row:
    """Return a row.

    Raises:
        Http404: it is absent, or another council's: both look the same.
    """
    if row is None:
        raise Http404
    return row


def posted(request: HttpRequest) -> Any:
    """Return what a form is bound to: what was posted, nothing when the page is only asked."""
    return request.POST if request.method == "POST" else None


def labels(names: Names) -> list[str]:
    """Return the organisations that the browser suggests."""
    return list(names.labels.values())
