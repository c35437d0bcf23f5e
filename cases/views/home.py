"""« Ma journée »: the first page, by role."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from cases.access import recording
from cases.permissions import Viewer
from cases.presenters import home as presenter
from cases.presenters import listing, referrals
from cases.views import draft
from cases.views.doors import page


@page("GET")
def home(request: Any, viewer: Viewer) -> HttpResponse:
    """Show what is due today, and the one act of each role."""
    day = presenter.day(viewer, has_draft=draft.stands(request, viewer))
    if day.mine:
        # Answers to her own referrals: a list like that of « Mes saisines ».
        recording.shown(viewer, "list.shown")
    context = {"day": day, "headers": listing.HEADERS, "mine_headers": referrals.MINE_HEADERS}
    return render(request, "cases/home.html", context)
