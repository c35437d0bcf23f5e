"""Situations: the list, the page of one, a section, the identity by a recorded gesture."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.access import lists
from cases.access import situations as access
from cases.permissions import MEMBER_ROLES, Refused, Role, Viewer
from cases.presenters import listing
from cases.presenters import situation as presenter
from cases.views.brake import counted
from cases.views.doors import page

SECTION_CODES = tuple(section.value for section in presenter.TABS)


@page("GET")
def situations(request: Any, viewer: Viewer) -> HttpResponse:
    """List the situations of the viewer, by code: there is no search by name."""
    if not viewer.commissions_with((*MEMBER_ROLES, Role.DPO)):
        raise Refused("role")
    address = request.GET.dict()
    asked = listing.filters(address)
    to_renew = listing.agreements_to_renew(viewer)
    found = lists.situations(viewer, listing.kept(asked, to_renew), listing.page_asked(address))
    pages = Paginator(range(found.number), lists.LINES_A_PAGE)
    context = {
        "asked": asked,
        "tiles": listing.state_tiles(found, asked),
        "due_tiles": listing.late_tiles(found, to_renew, asked),
        "rows": listing.rows(found.lines),
        "headers": listing.HEADERS,
        "page": pages.page(found.page),
        "is_empty": found.is_empty,
    }
    return render(request, "cases/situations.html", context)


@page("GET")
@counted
def situation(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Open a situation; the showing is recorded before anything is shown."""
    opened = access.open_situation(viewer, code)
    context = {
        "page": presenter.page(opened, today=viewer.at.date()),
        "headers": presenter.PROPOSAL_HEADERS,
        "agreement": presenter.agreement_facts(opened),
        "ask": presenter.ASK,
    }
    return render(request, "cases/situation.html", context)


@page("GET")
@counted
def situation_section(request: Any, viewer: Viewer, code: str, section: str) -> HttpResponse:
    """Open one section of a situation, or show its seal."""
    if section not in SECTION_CODES:
        raise Http404
    # Only this section is opened, so that the ledger says what was shown and no more.
    opened = access.open_situation(viewer, code, wanted=[section])
    context = {
        "page": presenter.page(opened, today=viewer.at.date(), current=section),
        "section": presenter.section_sheet(code, opened.section(section)),
        "can_write": opened.section(section).writable and "write" in opened.acts,
        "ask": presenter.ASK,
    }
    return render(request, "cases/section.html", context)


@page("POST")
@counted
def situation_identity(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Show the identity once, by a gesture that is recorded."""
    identity = access.reveal_identity(viewer, code)
    is_admitted = queries.situations(viewer).filter(code=code).exists()
    back = reverse("cases:situation" if is_admitted else "cases:referral", args=[code])
    context = {
        "code": code,
        "identity": presenter.identity_facts(identity or {}),
        "is_altered": identity is None,
        "back": back,
    }
    return render(request, "cases/identity.html", context)
