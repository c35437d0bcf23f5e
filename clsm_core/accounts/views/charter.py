"""The confidentiality charter, accepted at first login and at every new version."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audit import recorder
from audit.events import Event
from clsm_core.accounts.clock import now
from clsm_core.accounts.events import request_id, session_mark
from clsm_core.accounts.gate import charter_in_force, charter_is_accepted
from clsm_core.accounts.models import CharterAcceptance


@require_http_methods(["GET", "POST"])
@transaction.atomic
def charter(request: Any) -> HttpResponse:
    """Show the charter in force, or accept it."""
    text = charter_in_force(request.user.realm)
    if text is None or (request.method == "POST" and charter_is_accepted(request.user)):
        return redirect("home")
    if request.method == "POST":
        if request.POST.get("version") == str(text.version) and request.POST.get("accept"):
            CharterAcceptance.objects.create(user=request.user, charter=text, accepted_at=now())
            recorder.done(
                Event(
                    action="member.charter_signed",
                    actor=request.user.pk,
                    objects=(text.pk,),
                    request_id=request_id(request),
                    session_h8=session_mark(request),
                )
            )
            return redirect("home")
        error = "Cochez la case après avoir lu la charte, puis validez."
        return render(request, "accounts/charter.html", {"charter": text, "error": error})
    accepted = charter_is_accepted(request.user)
    return render(request, "accounts/charter.html", {"charter": text, "accepted": accepted})
