"""Who sits in the commission, and what each may ever read."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from cases import queries
from cases.access import recording
from cases.permissions import MEMBER_ROLES, Refused, Role, Viewer
from cases.presenters import members as presenter
from cases.views.doors import page


@page("GET")
def members(request: Any, viewer: Viewer) -> HttpResponse:
    """List the members of the viewer's commissions."""
    commissions = list(queries.commissions(viewer, (*MEMBER_ROLES, Role.DPO)))
    if not commissions:
        raise Refused("role")
    recording.shown(viewer, "list.shown")
    groups = [
        (commission.name, presenter.rows(queries.members(commission, viewer.at)))
        for commission in commissions
    ]
    context = {"groups": groups, "headers": presenter.HEADERS}
    return render(request, "cases/members.html", context)
