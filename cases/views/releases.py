"""Figures for the steering committee: counted, proved, approved by two persons, published (R19)."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from cases import queries, tasks
from cases.access import recording
from cases.actions import plans
from cases.actions import releases as actions
from cases.domain.exceptions import NotAllowed
from cases.forms.release import FreezeForm, WithdrawForm
from cases.models import Commission, ReleaseApproval, ReleaseDraft
from cases.permissions import Refused, Role, Viewer
from cases.presenters import release_changes
from cases.presenters import releases as presenter
from cases.presenters.home import commission_choices
from cases.views import lookup
from cases.views.doors import page
from cases.views.submission import act_once, once, submit

ROLES = (Role.COORDINATOR, Role.DPO)
State = ReleaseDraft.State
FROZEN = "Les chiffres sont comptés. La vérification commence : elle peut durer quelques minutes."


def _commissions(viewer: Viewer) -> list[Commission]:
    """Return the commissions whose releases the viewer prepares. Raises: Refused."""
    commissions = list(queries.commissions(viewer, ROLES))
    if not commissions:
        raise Refused("role")
    return commissions


@page("GET")
def releases(request: Any, viewer: Viewer) -> HttpResponse:
    """List the releases: what waits, what is published, withdrawn, on paper."""
    commissions = _commissions(viewer)
    recording.shown(viewer, "list.shown")
    # Never the texts: a certificate weighs half a megabyte.
    drafts = (
        ReleaseDraft.objects.filter(commission__in=commissions)
        .only("kind", "period_start", "period_end", "state", "frozen_at", "withdrawn_at")
        .order_by("-frozen_at")
    )
    context = {"groups": presenter.groups(drafts), "headers": presenter.HEADERS}
    return render(request, "cases/releases.html", context)


@page("GET", "POST")
@once
def release_freeze(request: Any, viewer: Viewer) -> HttpResponse:
    """Choose a period, count it, and have it proved."""
    commissions = _commissions(viewer)
    form = FreezeForm(
        request.POST if request.method == "POST" else None,
        commissions=commission_choices(commissions),
        today=viewer.at.date(),
    )
    if request.method == "POST":

        def act() -> str:
            start, end = form.bounds()
            draft = actions.freeze(
                viewer=viewer,
                commission=lookup.commission(viewer, form.cleaned_data.get("commission"), *ROLES),
                start=start,
                end=end,
                then=tasks.ask_for_audit,
            )
            return reverse("cases:release", args=[draft.pk])

        response = submit(request, form, act, done=FROZEN)
        if response is not None:
            return response
    context = {"form": form, "counted": _counted(commissions)}
    return render(request, "cases/release_freeze.html", context)


def _counted(commissions: list[Commission]) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return, by commission, what a release counts: each population, and its number of tables."""
    found = []
    for commission in commissions:
        try:
            plan = plans.active_plan(commission)
        except NotAllowed:
            # Said on the plan's own page; freezing says it again.
            continue
        told = [(one.label, len(plan.tables_of(one.code))) for one in plan.populations.values()]
        found.append((commission.name, told))
    return found


@page("GET")
def release(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Show a release: how far its proof is, then exactly what would be published."""
    draft = lookup.release(viewer, pk)
    approvals = list(
        ReleaseApproval.objects.filter(draft=draft).select_related("user").order_by("approved_at")
    )
    recording.shown(viewer, "release.shown", commission=draft.commission_id, objects=(draft.pk,))
    # A release of the first shape has no report: it was published before there was one.
    has_report = draft.state in (*actions.WAITING, State.PUBLISHED) and bool(draft.ledger_line)
    report = actions.report_of(viewer, draft) if has_report else None
    waits = draft.state in actions.WAITING
    context = {
        "page": presenter.page(draft, approvals),
        "is_altered": has_report and report is None,
        "is_computing": draft.state == State.COMPUTING,
        "is_refused": draft.state == State.NOT_PUBLISHABLE,
        "is_published": draft.state == State.PUBLISHED,
        "is_dropped": draft.state == State.DROPPED,
        "waits": waits,
        "can_approve": waits
        and report is not None
        and all(one.user_id != viewer.user_id for one in approvals),
        "can_drop": draft.state in (*actions.PENDING, State.NOT_PUBLISHABLE),
        "can_withdraw": draft.release is not None and draft.withdrawn_at is None,
        "digest": actions.digest(draft, report) if report is not None else "",
        "progress": presenter.progress(draft, viewer.at),
        "refusal": presenter.refusal(draft),
        "withdrawal": presenter.withdrawal(draft) if draft.withdrawn_at else "",
        "withdrawn_at": draft.withdrawn_at,
        "proof": presenter.proof(draft, report) if report is not None else None,
        "changes": _changes(draft) if waits and report is not None else None,
    }
    return render(request, "cases/release.html", context)


def _changes(draft: ReleaseDraft) -> release_changes.Changes | None:
    """Return what a release changes since the commission's last one, None when it is the first."""
    last = (
        ReleaseDraft.objects.filter(
            commission=draft.commission_id, state=State.PUBLISHED, kind=ReleaseDraft.Kind.FIGURES
        )
        .exclude(ledger_line="")
        .order_by("-published_at")
        .first()
    )
    if last is None or draft.kind == ReleaseDraft.Kind.PAPER:
        return None
    return release_changes.changes(json.loads(draft.bundle), json.loads(last.bundle))


@page("POST", fresh="Approuver ces chiffres")
@once
def release_approve(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Approve the very figures that were shown; the second approval publishes them."""
    draft = lookup.release(viewer, pk)
    here = reverse("cases:release", args=[pk])

    def act() -> str:
        actions.approve(viewer=viewer, draft_id=draft.pk, seen=request.POST.get("digest", ""))
        return here

    return act_once(request, act, done="Votre approbation est enregistrée.", back=here)


@page("POST")
@once
def release_resume(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Have a proof that stopped go on from where it was."""
    draft = lookup.release(viewer, pk)
    here = reverse("cases:release", args=[pk])

    def act() -> str:
        actions.resume(viewer=viewer, draft_id=draft.pk, then=tasks.ask_for_audit)
        return here

    return act_once(request, act, done="La vérification est redemandée.", back=here)


@page("POST")
@once
def release_drop(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Give up figures that are not published."""
    draft = lookup.release(viewer, pk)
    here = reverse("cases:release", args=[pk])

    def act() -> str:
        actions.drop(viewer=viewer, draft_id=draft.pk)
        return reverse("cases:releases")

    return act_once(request, act, done="Cette publication est abandonnée.", back=here)


@page("GET", "POST", fresh="Retirer une publication")
@once
def release_withdraw(request: Any, viewer: Viewer, pk: UUID) -> HttpResponse:
    """Withdraw a published release, for a reason of a closed list that the council reads."""
    draft = lookup.release(viewer, pk)
    if draft.release is None:
        raise Refused("release", commission=draft.commission_id, objects=(draft.pk,))
    here = reverse("cases:release", args=[pk])
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":

        def act() -> str:
            actions.withdraw(viewer=viewer, draft_id=draft.pk, reason=form.cleaned_data["reason"])
            return here

        response = submit(request, form, act, done="La publication est retirée.")
        if response is not None:
            return response
    else:
        recording.shown(
            viewer, "release.shown", commission=draft.commission_id, objects=(draft.pk,)
        )
    context = {
        "form": form,
        "heading": f"Retirer la publication {presenter.period_label(draft)}",
        "submit": "Retirer la publication",
        "submit_kind": "danger",
        "cancel_url": here,
        "lead": "Le conseil ne la verra plus et lira le motif. Elle reste dans le registre : ce "
        "qui a été vu reste connu, et compte dans toutes les vérifications suivantes.",
    }
    return render(request, "ui/form_page.html", context)
