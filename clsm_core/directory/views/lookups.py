"""What the views of the directory share: filters that exist, one page of a list, files."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from clsm_core.accounts.posting import posted
from clsm_core.directory.presenters.frame import PER_PAGE


def filter_of(request: HttpRequest, name: str, known: Container[str]) -> str:
    """Return a filter of the address.

    Raises:
        Http404: it is not one of those that the page offers.
    """
    value = request.GET.get(name, "")
    if value and value not in known:
        raise Http404
    return value


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """Return the page asked, the last when there are fewer."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def posted_files(request: HttpRequest) -> tuple[Any, Any]:
    """Return what a form with a file is bound to."""
    return posted(request), request.FILES if request.method == "POST" else None
