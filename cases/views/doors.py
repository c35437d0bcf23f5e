"""The door of every page of the commission: enter as the person, or answer why not.

Deny by default: absent and forbidden give the same 404, recorded (style 16). A page that needs
the vault leads to its opening; a ledger or a key provider that is down gives 503, never a page
without them (T-33).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from audit.recorder import LedgerUnavailable
from cases.access import openings, recording, vaults
from cases.access.entry import acting
from cases.middleware import cookie_key
from cases.permissions import Refused, VaultLocked, Viewer
from cases.presenters.devices import label
from cases.views import freshness
from clsm_core.accounts import receipts
from clsm_core.accounts.events import request_id, session_mark
from clsm_core.ui.errors import method_not_allowed, unavailable

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponse]


def vault_identity(request: Any, viewer: Viewer) -> Any:
    """Return the identity of the vault open in this session, None when it is closed."""
    key = cookie_key(request, settings.VAULT_COOKIE_NAME)
    if not key:
        return None
    return openings.opened(
        user=viewer.user,
        session_key=request.session.session_key,
        key=key,
        at=viewer.at,
        device=label(request.headers.get("User-Agent", "")),
    )


def page(*methods: str, fresh: str | Callable[..., str] = "") -> Callable[[View], View]:
    """Open a view ``(request, viewer, …)`` to logged-in accounts, for these methods.

    ``fresh`` says in words what a post gives away: the member then presents her secret again,
    unless she did in the last ten minutes (decision 23). A function of ``(request, …)`` says it
    for some posts only, by an empty answer for the others.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in methods and not (
                request.method == "HEAD" and "GET" in methods
            ):
                return method_not_allowed(request)
            return _answer(request, view, args, kwargs, fresh)

        opened.clsm_methods = methods
        opened.clsm_fresh = fresh
        return opened

    return decorate


def _answer(
    request: Any, view: View, args: Any, kwargs: Any, fresh: str | Callable[..., str]
) -> HttpResponse:
    try:
        with acting(
            request.user, request_id=request_id(request), session_h8=session_mark(request)
        ) as viewer:
            viewer.identity = vault_identity(request, viewer)
            return _enter(request, viewer, _confirmed(view, fresh), args, kwargs)
    except LedgerUnavailable:
        transaction.set_rollback(True)
        logger.error("the ledger does not answer")
        return unavailable(request)
    except settings.KEYS_DOWN:
        transaction.set_rollback(True)
        logger.error("the key provider does not answer")
        return unavailable(request)


def _confirmed(view: View, fresh: str | Callable[..., str]) -> View:
    """Return the view behind its confirmation."""
    if not fresh:
        return view

    def asked(request: Any, viewer: Viewer, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            title = fresh(request, *args, **kwargs) if callable(fresh) else fresh
            page = freshness.confirmation(request, viewer, title) if title else None
            if page is not None:
                return page
        return view(request, viewer, *args, **kwargs)

    return asked


def _enter(request: Any, viewer: Viewer, view: View, args: Any, kwargs: Any) -> HttpResponse:
    try:
        response = view(request, viewer, *args, **kwargs)
    except (Refused, Http404) as refused:
        code = getattr(refused, "code", "absent")
        recording.denied(
            viewer,
            "access.denied",
            commission=getattr(refused, "commission", None),
            objects=getattr(refused, "objects", ()),
            purpose=code,
        )
        raise Http404 from None
    except VaultLocked:
        has_vault = vaults.has_vault(viewer.user)
        transaction.set_rollback(True)
        if not has_vault:
            return redirect("cases:vault_new")
        where = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("home")
        return redirect(f"{reverse('cases:vault')}?{urlencode({'suite': where})}")
    except receipts.AlreadyPosted:
        # The first post stands; this one's writes are undone before its result is looked up.
        transaction.set_rollback(True)
        return redirect("cases:already_posted", receipts.posted_key(request.POST))
    _refuse_lazy(response)
    return response


def _refuse_lazy(response: HttpResponseBase) -> None:
    """Refuse a response that renders after the transaction, where nothing is visible."""
    if getattr(response, "is_rendered", True) is False:
        raise TypeError("a page of the commission renders inside its view")


@page("GET")
def already_posted(request: Any, viewer: Viewer, key: Any) -> HttpResponse:
    """Lead to what the first of two identical posts made (decision 50)."""
    return redirect(receipts.earlier_location(user=request.user, key=key) or "home")
