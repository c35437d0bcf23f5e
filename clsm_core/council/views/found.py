"""Rows that are no longer there."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from clsm_core.accounts import receipts


def gone(request: Any) -> HttpResponse:
    """Lead a form posted twice where it led the first time.

    Raises:
        Http404: this form removed nothing: absent and elsewhere look the same.
    """
    if request.method == "POST":
        key = receipts.posted_key(request.POST)
        earlier = receipts.earlier_location(user=request.user, key=key)
        if earlier:
            return redirect(earlier)
    raise Http404
