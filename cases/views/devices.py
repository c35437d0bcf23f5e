"""« Mes appareils »: where one's vault is open, and the button that closes it there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from cases.access import openings, vaults
from cases.permissions import Viewer
from cases.presenters import devices as presenter
from cases.views.doors import page


@page("GET", "POST")
def devices(request: Any, viewer: Viewer) -> HttpResponse:
    """List one's open vaults, two at most; close another one (decision 23)."""
    if not vaults.has_vault(viewer.user):
        return redirect("cases:vault_new")
    if request.method == "POST":
        try:
            opening = UUID(request.POST.get("opening", ""))
        except ValueError as malformed:
            raise Http404 from malformed
        if openings.close_device(user=viewer.user, opening=opening, at=viewer.at):
            messages.success(request, "Le coffre est refermé sur cet appareil.")
        else:
            messages.info(request, "Le coffre y était déjà fermé.")
        return redirect("cases:devices")
    found = openings.devices(
        user=viewer.user, session_key=request.session.session_key, at=viewer.at
    )
    return render(request, "cases/devices.html", {"devices": presenter.rows(found)})
