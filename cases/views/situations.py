"""Situations: the list, the page of one, a section, the identity by a recorded gesture."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.access import exceptional, files, lists
from cases.access import situations as access
from cases.permissions import MEMBER_ROLES, Refused, Role, Viewer
from cases.presenters import files as attached
from cases.presenters import listing, person
from cases.presenters import situation as presenter
from cases.views import lookup
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
    lines = files.lines(viewer, opened)
    context = {
        "page": presenter.page(opened, today=viewer.at.date(), lines=lines),
        "headers": presenter.PROPOSAL_HEADERS,
        "agreement": presenter.agreement_facts(opened),
        "history_url": presenter.history_url(
            opened, is_dpo=viewer.holds(opened.situation.commission_id, Role.DPO)
        ),
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
        "section": presenter.section_sheet(
            code, opened.section(section), files.lines(viewer, opened).get(section, ())
        ),
        "can_write": opened.section(section).writable and "write" in opened.acts,
        "ask": presenter.ASK,
    }
    return render(request, "cases/section.html", context)


@page("POST")
@counted
def situation_identity(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Show the identity once, by a gesture that is recorded."""
    identity = access.reveal_identity(viewer, code)
    admitted = queries.situations(viewer, exceptional.woken(viewer)).filter(code=code).first()
    back = reverse("cases:referral" if admitted is None else "cases:situation", args=[code])
    context = {
        "code": code,
        "identity": person.identity(identity or {}),
        "can_edit": admitted is not None and "identify" in lookup.acts(viewer, admitted),
        "is_altered": identity is None,
        "files": attached.sheets(code, files.of_identity(viewer, code) if admitted else ()),
        "back": back,
    }
    return render(request, "cases/identity.html", context)
