"""Ask the member's secret again before an act that gives something away (decision 23).

One page for every such act: it says what is about to be done, keeps every field that was posted,
and lets the act run only once the secret opened a slot. It changes nothing by itself, and knows
nothing of what the act is about: it looks alike for what exists and what does not.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from cases.access import openings, vaults
from cases.forms.confirming import KIT, PASSPHRASE, ConfirmForm
from cases.permissions import Refused, Viewer, is_member
from cases.vault.errors import VaultError
from cases.vault.identity import Identity
from cases.views import opening
from clsm_core.accounts.events import account_event

PASSKEY = "confirm_passkey"
# Never kept: the token is made again, and a secret is never written in a page.
SECRETS = (PASSPHRASE, KIT, PASSKEY)
OF_PASSKEY = ("credential", "prf")
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field.


def confirmation(request: Any, viewer: Viewer, title: str) -> HttpResponse | None:
    """Return the page that asks for the secret, None once a fresh one stands behind the post.

    The secret leaves ``request.POST`` in every case; the viewer then acts with an open vault.

    Raises: Refused for whoever can have no vault; LedgerUnavailable.
    """
    form, refusal = ConfirmForm(_typed(request) or None), ""
    session_key = request.session.session_key
    is_proved = viewer.identity is not None and openings.is_fresh(
        user=viewer.user, session_key=session_key, at=viewer.at
    )
    if not is_proved:
        if not vaults.has_vault(viewer.user):
            if not is_member(viewer):
                raise Refused("vault")
            return redirect("cases:vault_new")
        try:
            identity = _shown(request, viewer, form)
        except VaultError as refused:
            opening.refused(request, refused)
            identity, refusal = None, refused.message
        if identity is not None:
            _prove(request, viewer, identity)
            is_proved = True
    kept = _without_secret(request)
    if is_proved:
        return None
    if refusal and form.is_bound:
        form.add_error(None, refusal)
    context = {
        "form": form,
        "title": title,
        "kept": kept,
        "passkey_refusal": "" if form.is_bound else refusal,
        **opening.passkey_request(viewer.user),
    }
    return render(request, "cases/confirm.html", context)


def _typed(request: Any) -> dict[str, str]:
    """Return the secret typed on the confirmation page, nothing on the first post."""
    return {name: request.POST[name] for name in (PASSPHRASE, KIT) if name in request.POST}


def _without_secret(request: Any) -> list[tuple[str, str]]:
    """Take the secret out of the post; return every other field, in order."""
    posted = request.POST.copy()
    names = SECRETS + (OF_PASSKEY if PASSKEY in posted else ())
    for name in names:
        posted.pop(name, None)
    posted._mutable = False
    request.POST = posted
    return [(name, one) for name, values in posted.lists() if name != TOKEN for one in values]


def _shown(request: Any, viewer: Viewer, form: ConfirmForm) -> Identity | None:
    """Return the identity that a posted secret opens, None when none was posted.

    Raises: VaultError with a French message, too many tries included.
    """
    by_passkey = PASSKEY in request.POST
    if not by_passkey and not (form.is_bound and form.is_valid()):
        return None
    if not opening.may_try(request, viewer.user):
        raise VaultError("too_many", opening.TOO_MANY)
    if by_passkey:
        key = opening.key_by_passkey(request, viewer.user)
    else:
        said = form.cleaned_data
        key = opening.key_by_typed(viewer.user, {"passphrase": said[PASSPHRASE], "kit": said[KIT]})
    return vaults.identity_of(viewer.user, key)


def _prove(request: Any, viewer: Viewer, identity: Identity) -> None:
    if viewer.identity is None:
        opening.keep_open(request, viewer.user, identity, at=viewer.at)
    else:
        openings.prove(user=viewer.user, session_key=request.session.session_key, at=viewer.at)
    viewer.identity = identity
    account_event(request, "vault.confirmed")
