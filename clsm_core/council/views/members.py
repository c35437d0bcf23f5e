"""Members and rights: who enters this council, with what role, until when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from clsm_core.accounts.clock import now
from clsm_core.accounts.models import User
from clsm_core.accounts.posting import form_page, posted
from clsm_core.council.access import council_page, memberships
from clsm_core.council.actions import members as actions
from clsm_core.council.forms.members import EndRoleForm, GiveRoleForm, InviteForm
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act, allows
from clsm_core.council.presenters.members import members_page
from clsm_core.council.queries import members as query
from clsm_core.council.views.found import gone

# The same words whether the address had an account or not.
INVITED = "Le rôle est donné ; un message part à cette adresse."


def _url(council: Council) -> str:
    return reverse("council:members", args=[council.slug])


@require_GET
@council_page(Act.MANAGE)
def show(request: Any, council: Council) -> HttpResponse:
    """List every role of the council, those that ended included."""
    return render(request, "council/members.html", members_page(council, request.member))


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def invite(request: Any, council: Council) -> HttpResponse:
    """Give a role to somebody who is not yet in this council."""
    form = InviteForm(posted(request), today=request.member.today)

    def act() -> str:
        actions.invite(
            council=council,
            who=form.newcomer(),
            role=form.cleaned_data["role"],
            starts_on=form.cleaned_data["starts_on"],
            ends_on=form.cleaned_data["ends_on"],
        )
        return _url(council)

    return form_page(
        request,
        form,
        act,
        heading="Inviter une personne",
        cancel_url=_url(council),
        submit="Donner le rôle et inviter",
        done=INVITED,
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def give_role(request: Any, council: Council) -> HttpResponse:
    """Give one more role to somebody of this council."""
    form = GiveRoleForm(posted(request), council=council, today=request.member.today)

    def act() -> str:
        actions.give_role(
            council=council,
            user=User.objects.get(pk=form.cleaned_data["user"]),
            role=form.cleaned_data["role"],
            starts_on=form.cleaned_data["starts_on"],
            ends_on=form.cleaned_data["ends_on"],
        )
        return _url(council)

    return form_page(
        request,
        form,
        act,
        heading="Donner un rôle à un membre",
        cancel_url=_url(council),
        submit="Donner ce rôle",
        done="Le rôle est donné.",
    )


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def end(request: Any, council: Council, membership_id: UUID) -> HttpResponse:
    """End a role, at once or on a day."""
    row = query.membership_of(council, membership_id)
    if row is None:
        return gone(request)
    form = EndRoleForm(posted(request))
    at = now()

    def act() -> str:
        actions.end_role(membership=row, by=request.user, at=at, last_day=form.last_day)
        return _leave(request, council)

    return form_page(
        request,
        form,
        act,
        heading="Terminer un rôle",
        lead=f"{query.name_of(row)}, rôle « {row.get_role_display()} ». Le rôle reste dans"
        " l’historique du conseil.",
        cancel_url=_url(council),
        submit="Terminer ce rôle",
        submit_kind="danger",
        done="La fin du rôle est enregistrée.",
    )


def _leave(request: Any, council: Council) -> str:
    """Lead to the list, or to the first page when one has just closed one's own door."""
    held = memberships(request.user, request.member.today).filter(council=council)
    still = allows(frozenset(one.role for one in held), Act.MANAGE)
    return _url(council) if still else reverse("home")


@require_http_methods(["GET", "POST"])
@council_page(Act.MANAGE)
def resend(request: Any, council: Council, membership_id: UUID) -> HttpResponse:
    """Write again to somebody of the council: how to come in."""
    row = query.membership_of(council, membership_id)
    if row is None or not row.user.email:
        return gone(request)

    def act() -> str:
        actions.remind(membership=row, on=request.member.today)
        return _url(council)

    return form_page(
        request,
        Form(posted(request)),
        act,
        heading="Renvoyer le message d’entrée",
        lead=f"Un message part à {row.user.email} : comment entrer dans le service. Il ne nomme"
        " personne.",
        cancel_url=_url(council),
        submit="Envoyer le message",
        done="Le message part à cette adresse.",
    )
