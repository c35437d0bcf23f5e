"""Files of a situation: deposit one, read one whole or by ranges, delete one (security.md §3)."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from cases.access import files, situations
from cases.access.situations import require_vault
from cases.actions import acceptance, waiting
from cases.actions import files as actions
from cases.actions.acceptance import Received, Scanned
from cases.actions.waiting import FileGone, TooManyWaiting
from cases.domain.exceptions import DomainError
from cases.domain.sections import Section
from cases.files.ranges import Unsatisfiable
from cases.files.refusals import FileRefused, NotScanned
from cases.forms.document import place_of
from cases.forms.files import CHOOSE, DepositForm
from cases.models import Agreement, Situation
from cases.permissions import Refused, VaultLocked, Viewer
from cases.presenters import files as presenter
from cases.vault.errors import VaultError
from cases.views import lookup
from cases.views.brake import counted
from cases.views.doors import page
from cases.views.submission import LOCKED, ActForm, act_once, once, submit

NOT_KEPT = "La pièce n’a pas pu être gardée : choisissez-la de nouveau avant d’envoyer."


@page("GET", "POST")
@once
def file_new(request: Any, viewer: Viewer, code: str) -> HttpResponse:
    """Deposit a file; one that was accepted is never asked for twice."""
    situation = lookup.situation_for(viewer, code, "write")
    if request.method == "GET":
        require_vault(viewer)
    agreement = _agreement(situation, request.GET.get("accord", ""))
    writable = frozenset(
        section
        for section, grant in situations.live_grants(viewer, situation).items()
        if grant.is_current(viewer.at) and grant.level.rank >= 1
    )
    if agreement is not None and Section.IDENTITY.value not in writable:
        raise Refused("agreement", commission=situation.commission_id, objects=(situation.pk,))
    is_post = request.method == "POST"
    form = DepositForm(
        request.POST if is_post else None,
        request.FILES if is_post else None,
        writable=writable,
        is_proof=agreement is not None,
        waiting=_offered(viewer, situation),
        initial={"place": request.GET.get("sujet", "")},
    )
    if is_post:
        response = _deposit(request, viewer, situation, form, agreement)
        if response is not None:
            return response
    context = {
        "form": form,
        "code": code,
        "heading": "Joindre la preuve de l’accord" if agreement else "Déposer une pièce",
        "here": reverse("cases:situation", args=[code]),
        "is_proof": agreement is not None,
        "waiting": [
            (one, presenter.waiting_words(one.name, one.length, one.expires_at))
            for one in waiting.held(viewer=viewer, situation=situation)
        ],
        "unscanned": presenter.unscanned(),
    }
    return render(request, "cases/file_new.html", context)


def _agreement(situation: Situation, pk: str) -> Agreement | None:
    """Return the expression that a file will prove, None when none is named. Raises: Refused."""
    if not pk:
        return None
    with suppress(ValueError):
        found = Agreement.objects.filter(pk=UUID(pk), situation=situation).first()
        if found is not None:
            return found
    raise Refused("agreement", commission=situation.commission_id, objects=(situation.pk,))


def _offered(viewer: Viewer, situation: Situation) -> list[tuple[str, str]]:
    return [
        (str(one.id), presenter.waiting_words(one.name, one.length, one.expires_at))
        for one in waiting.held(viewer=viewer, situation=situation)
        if not one.is_altered
    ]


def _deposit(
    request: Any,
    viewer: Viewer,
    situation: Situation,
    form: DepositForm,
    agreement: Agreement | None,
) -> HttpResponse | None:
    """Let the file in and deposit it; None when the form comes back, the file kept."""
    form.full_clean()
    received = _received(request, viewer, situation, form)
    scanned, is_infected = None, False
    if received is not None and form.is_valid():
        scanned, is_infected = _scanned(viewer, situation, form, received)

    def act() -> str:
        said = form.cleaned_data
        section, category = place_of(said["place"]) if agreement is None else ("", "")
        made = actions.deposit(
            viewer=viewer,
            situation=situation,
            section=section,
            category=category,
            sort=said["sort"],
            title=said["title"],
            scanned=scanned,
            agreement=agreement,
        )
        return _page_of(situation.code, made.section)

    if scanned is not None:
        done = "La pièce est déposée, scellée."
        response = submit(request, form, act, done=done)
        if response is not None:
            return response
    if received is not None and received.waiting is None and not is_infected:
        _keep(viewer, situation, form, received)
    return None


def _page_of(code: str, section: str) -> str:
    if section in (Section.CORE.value, Section.IDENTITY.value):
        return reverse("cases:situation", args=[code])
    return reverse("cases:situation_section", args=[code, section])


def _received(
    request: Any, viewer: Viewer, situation: Situation, form: DepositForm
) -> Received | None:
    """Return the file just sent, or the one that waits; its refusal stands on the form."""
    sent = request.FILES.get("file")
    try:
        if sent is not None:
            return acceptance.examine(
                viewer=viewer,
                situation=situation,
                name=sent.name or "",
                size=sent.size or 0,
                content=sent.read(),
            )
        if chosen := form.cleaned_data.get("draft"):
            return waiting.take_up(viewer=viewer, situation=situation, pk=UUID(chosen))
        form.add_error("file", CHOOSE)
    except (FileRefused, FileGone, VaultError) as refused:
        form.add_error("file", refused.message)
    except VaultLocked:
        form.add_error(None, LOCKED)
    return None


def _scanned(
    viewer: Viewer, situation: Situation, form: DepositForm, received: Received
) -> tuple[Scanned | None, bool]:
    """Return the file once scanned, and whether it is infected: it is then kept nowhere."""
    try:
        return acceptance.scan(viewer=viewer, situation=situation, received=received), False
    except FileRefused as infected:
        form.add_error("file", infected.message)
        if received.waiting is not None:
            waiting.drop(viewer=viewer, situation=situation, pk=received.waiting)
        return None, True
    except (NotScanned, VaultError) as refused:
        form.add_error(None, refused.message)
        return None, False


def _keep(viewer: Viewer, situation: Situation, form: DepositForm, received: Received) -> None:
    """Keep a file whose form comes back, and choose it there."""
    if not form.errors:
        return
    try:
        kept = waiting.keep(viewer=viewer, situation=situation, received=received)
    except TooManyWaiting as refused:
        form.add_error(None, refused.message)
    except (DomainError, VaultError):
        form.add_error(None, NOT_KEPT)
    else:
        words = presenter.waiting_words(kept.name, kept.length, kept.expires_at)
        others = [one for one in _offered(viewer, situation) if one[0] != str(kept.id)]
        form.offer([*others, (str(kept.id), words)], chosen=str(kept.id))


@page("POST")
@once
def file_drop(request: Any, viewer: Viewer, code: str, pk: UUID) -> HttpResponse:
    """Delete a file that waits; it is its sender's alone."""
    situation = situations.find(viewer, code)
    back = reverse("cases:file_new", args=[code])

    def act() -> str:
        waiting.drop(viewer=viewer, situation=situation, pk=pk)
        return back

    return act_once(request, act, done="La pièce en attente est supprimée.", back=back)


@page("GET")
@counted
def file(request: Any, viewer: Viewer, code: str, pk: UUID) -> HttpResponseBase:
    """Send a file, whole or the one range asked for; every request decides again."""
    # A validator is never given: a range under one is a range of something else.
    wanted = "" if "If-Range" in request.headers else request.headers.get("Range", "")
    try:
        opened = files.read(viewer, code, pk, wanted=wanted)
    except files.FileAltered:
        context = {"code": code, "here": reverse("cases:situation", args=[code])}
        return render(request, "cases/file_altered.html", context, status=409)
    except Unsatisfiable as beyond:
        response = HttpResponse(status=416)
        response.headers["Content-Range"] = f"bytes */{beyond.length}"
        return response
    part = opened.part
    if request.method == "HEAD":
        opened.pieces.close()
        response = HttpResponse(status=206 if part.is_partial else 200)
    else:
        response = StreamingHttpResponse(opened.pieces, status=206 if part.is_partial else 200)
    headers = {
        "Content-Type": opened.media_type,
        "Content-Length": str(part.stop - part.start),
        "Content-Disposition": f'attachment; filename="{opened.name}"',
        "Accept-Ranges": "bytes",
    }
    if part.is_partial:
        headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{opened.length}"
    for name, value in headers.items():
        response.headers[name] = value
    response.csp_sandbox = True
    return response


@page("GET", "POST")
@once
def file_delete(request: Any, viewer: Viewer, code: str, pk: UUID) -> HttpResponse:
    """Delete a file for good, its author or whoever manages its section."""
    situation, row, line = _deletable(viewer, code, pk)
    if request.method == "GET":
        require_vault(viewer)
    back = _page_of(code, row.section)
    form = ActForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":

        def act() -> str:
            actions.delete(viewer=viewer, situation=situation, attachment=row)
            return back

        response = submit(request, form, act, done="La pièce est supprimée.")
        if response is not None:
            return response
    context = {
        "form": form,
        "code": code,
        "file": presenter.sheet(code, line) if line is not None else None,
        "cancel_url": back,
    }
    return render(request, "cases/file_delete.html", context)


def _deletable(viewer: Viewer, code: str, pk: UUID) -> tuple[Situation, Any, Any]:
    """Return a file that the viewer may delete; undescribed when the vault is closed.

    Raises: Refused.
    """
    situation = lookup.situation_for(viewer, code, "write")
    row = files.attachment(viewer, situation, pk)
    grant = situations.live_grants(viewer, situation).get(row.section)
    if not files.can_delete(viewer, row, grant) or row.agreement_id is not None:
        raise Refused("file", commission=situation.commission_id, objects=(row.pk,))
    if viewer.identity is None:
        return situation, row, None
    return files.described(viewer, code, pk)
