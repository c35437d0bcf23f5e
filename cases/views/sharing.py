"""Share a situation with members, see who may read it, end a right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries
from cases.access import agreements, situations
from cases.actions import grants
from cases.domain.rights import GrantReason
from cases.domain.sections import Section
from cases.forms.sharing import ShareForm
from cases.permissions import Role, Viewer
from cases.presenters import readers as presenter
from cases.presenters import situation as page_presenter
from cases.presenters.sittings import member_choices
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import act_once, once, submit

USUAL = timedelta(days=365)
USUAL_SECTIONS = (Section.CORE.value, Section.SOCIAL.value, Section.HOUSING.value)


@page("GET", "POST", fresh="Donner des accès")
@once
def share(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Give members a level on sections until a day."""
    situation = lookup.situation_for(viewer, code, "share")
    today = viewer.at.date()
    aside = set(queries.standing_recusals(situation.pk).values_list("user_id", flat=True))
    members = member_choices(
        one
        for one in queries.members(situation.commission, viewer.at)
        if one.role != Role.GUEST and one.user_id not in aside
    )
    form = ShareForm(
        request.POST if request.method == "POST" else None,
        members=[choice for choice in members if choice[0] != str(viewer.user_id)],
        today=today,
        initial={
            "level": "read",
            "reason": GrantReason.FOLLOW_UP.value,
            "until": today + USUAL,
            "sections": USUAL_SECTIONS,
        },
    )
    here = reverse("cases:readers", args=[code])
    if request.method == "POST":

        def act() -> str:
            data = form.cleaned_data
            given = grants.share(
                viewer=viewer,
                situation=situation,
                recipients=[UUID(pk) for pk in data["recipients"]],
                sections=data["sections"],
                level=data["level"],
                start=data["start"],
                until=data["until"],
                reason=data["reason"],
            )
            _tell(request, given, dict(members), len(data["sections"]))
            return here

        response = submit(request, form, act)
        if response is not None:
            return response
    context = {
        "form": form,
        "heading": f"Partager — {code}",
        "submit": "Partager",
        "cancel_url": reverse("cases:situation", args=[code]),
        "lead": "Donnez à chacun le moins possible : les volets dont il a besoin, le temps "
        "nécessaire. Le volet santé ne s’ouvre jamais hors des professions admises. Une personne "
        "invitée se convie à un point de l’ordre du jour, depuis la page de la séance.",
    }
    return render(request, "ui/form_page.html", context)


def _tell(request: Any, given: dict[UUID, list[str]], names: dict[str, str], asked: int) -> None:
    """Say what each member received; a right left out is said, never silent."""
    for user_id, sections in given.items():
        name = names[str(user_id)].split(" — ")[0]
        received = ", ".join(Section(code).label for code in sections)
        if not sections:
            messages.warning(
                request, f"{name} : rien de nouveau, son accès existe déjà ou l’accord l’exclut."
            )
        elif len(sections) < asked:
            messages.warning(request, f"{name} : {received}. Le reste ne peut pas lui être ouvert.")
        else:
            messages.success(request, f"{name} : {received}.")


@page("GET")
def readers(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Show everybody who may read a situation, why, until when, and who may not."""
    opened = situations.open_situation(viewer, code, wanted=[Section.CORE.value])
    situation = situations.find(viewer, code)
    agreed = agreements.standing(situation, viewer.at)
    is_dpo = viewer.holds(situation.commission_id, Role.DPO)
    context = {
        "page": page_presenter.page(opened, today=viewer.at.date(), current="readers"),
        "shown": presenter.page(viewer, opened, situation, agreed),
        "section_headers": presenter.SECTION_HEADERS,
        "outside_headers": presenter.OUTSIDE_HEADERS,
        "can_share": "share" in opened.acts,
        "can_end": "share" in opened.acts or is_dpo,
        "coordinates": viewer.holds(situation.commission_id, Role.COORDINATOR),
        "is_dpo": is_dpo,
    }
    return render(request, "cases/readers.html", context)


@page("POST")
@once
def grant_revoke(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """End the rights of one member now; no vault is asked for (T-24)."""
    situations.find(viewer, code)
    here = reverse("cases:readers", args=[code])

    def act() -> str:
        for pk in _posted_ids(request):
            grants.revoke(viewer=viewer, grant_id=pk)
        return here

    return act_once(request, act, done="Ce droit a pris fin.", back=here)


def _posted_ids(request: Any) -> list[UUID]:
    try:
        return [UUID(pk) for pk in request.POST.getlist("grant")]
    except ValueError as malformed:
        raise Http404 from malformed
