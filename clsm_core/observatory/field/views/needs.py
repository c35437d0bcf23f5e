"""Pages of the needs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clsm_core.accounts.posting import either, form_page, posted
from clsm_core.council.access import Member, council_page, there
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.directory.forms.choosing import Names
from clsm_core.governance.models import BodyKind
from clsm_core.observatory.field.actions import needs as actions
from clsm_core.observatory.field.forms import needs as forms
from clsm_core.observatory.field.lines import table_of
from clsm_core.observatory.field.permissions import may_correct, readable_orientations
from clsm_core.observatory.field.presenters import needs as presenters
from clsm_core.observatory.field.presenters.frame import page_url
from clsm_core.observatory.field.queries import needs as queries
from clsm_core.observatory.field.queries.observation import diagnoses_of
from clsm_core.observatory.field.views.doors import PER_PAGE, labels
from clsm_core.observatory.models import Need, NeedState, Origin
from clsm_core.observatory.presenters import key_of
from clsm_core.observatory.queries import shown_reading

DONE = "Le besoin est dans la liste."


@require_safe
@council_page()
def needs(request: Any, council: Council) -> HttpResponse:
    """List the needs, filtered and counted."""
    form = forms.FilterForm(request.GET)
    state = request.GET.get("etat", "")
    filters = form.filters(state if state in NeedState.values else "")
    found = queries.narrowed(queries.needs_of(council), filters)
    shown = queries.in_state(found, filters.state)
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    asked = {name: str(value) for name, value in form.cleaned_data.items() if value}
    context = presenters.list_page(
        council,
        request.member,
        page,
        counts=queries.counts_of(found),
        filters=filters,
        form=form,
        asked=asked,
    )
    context["has_any"] = bool(context["rows"]) or queries.needs_of(council).exists()
    return render(request, "observatory/needs.html", context)


@require_safe
@council_page()
def need(request: Any, council: Council, need_id: UUID) -> HttpResponse:
    """Show one need, where it comes from and what became of it."""
    found = there(queries.need_of(council, need_id))
    page = presenters.need_page(council, request.member, found)
    return render(request, "observatory/need.html", page)


@either
@council_page(Act.PROPOSE)
def new(request: Any, council: Council) -> HttpResponse:
    """Propose a need; the address may say from which orientation or diagnosis it is drawn."""
    names = Names(council)
    form = forms.NeedForm(
        posted(request), member=request.member, names=names, initial=_drawn_from(request)
    )

    def act() -> str:
        made = actions.propose(council=council, values=form.values(), by=request.user)
        return page_url(council, "need", made.pk)

    return form_page(
        request,
        form,
        act,
        heading="Repérer un besoin",
        cancel_url=page_url(council, "needs"),
        lead="Ce qui manque sur le territoire, ou ce qui y revient souvent.",
        submit="Enregistrer ce besoin",
        done=DONE,
        template="observatory/need_form.html",
        names=labels(names),
    )


@either
@council_page(Act.PROPOSE)
def edit(request: Any, council: Council, need_id: UUID) -> HttpResponse:
    """Correct a need; the coordination also says what became of it."""
    found = there(queries.need_of(council, need_id))
    if not may_correct(request.member, found):
        raise Http404
    names = Names(council)
    form = _form_of(request, found, names)

    def act() -> str:
        values = form.values()
        if "state" in form.fields:
            values["state"] = form.cleaned_data["state"]
        actions.correct(need=found, values=values)
        return page_url(council, "need", found.pk)

    return form_page(
        request,
        form,
        act,
        heading="Modifier le besoin",
        cancel_url=page_url(council, "need", found.pk),
        row=found,
        done="C’est enregistré.",
        template="observatory/need_form.html",
        names=labels(names),
    )


@either
@council_page(Act.TRENDS)
def lines(request: Any, council: Council, release_id: UUID, table: str) -> HttpResponse:
    """Make a need of a published line of a proved release, in one click a line."""
    if not request.member.may(Act.PROPOSE):
        raise Http404
    reading = there(shown_reading(council, release_id))
    found = there(table_of(reading, table))
    form = forms.LineForm(posted(request), rows=[(one.code, one.label) for one in found.lines])

    def act() -> str:
        made = actions.from_line(
            council=council,
            release_id=release_id,
            table_id=table,
            row=form.cleaned_data["row"],
            by=request.user,
            on=request.member.today,
        )
        return page_url(council, "need", made.pk)

    page = presenters.lines_page(council, release_id, key_of(reading.release), found)
    return form_page(
        request,
        form,
        act,
        heading="Tirer un besoin des chiffres",
        cancel_url=page["back_url"],
        done=f"{DONE} Complétez-le si besoin : urgence, publics, territoire.",
        template="observatory/lines.html",
        **page,
    )


@either
@council_page(Act.TRENDS)
def from_note(request: Any, council: Council, note_id: UUID) -> HttpResponse:
    """Make a need of an approved note."""
    if not request.member.may(Act.PROPOSE):
        raise Http404
    note = there(queries.note_of(council, note_id))
    form = forms.FoundForm(
        posted(request), initial={"title": note.title, "seen_on": request.member.today}
    )

    def act() -> str:
        made = actions.from_note(council=council, note=note, values=form.values(), by=request.user)
        return page_url(council, "need", made.pk)

    return form_page(
        request,
        form,
        act,
        heading="Faire de cette note un besoin",
        cancel_url=page_url(council, "trends"),
        lead=note.text,
        submit="Enregistrer ce besoin",
        done=DONE,
    )


def _form_of(request: Any, need: Need, names: Names) -> forms.FoundForm:
    """Give the form of a need: what comes from the commission keeps its origin."""
    member: Member = request.member
    # The form writes on its own copy: the need is shown as it is stored.
    copy = Need.objects.get(pk=need.pk)
    form: forms.FoundForm
    if need.origin in forms.RELEASED:
        form = forms.FoundForm(posted(request), instance=copy)
    else:
        form = forms.NeedForm(posted(request), instance=copy, member=member, names=names)
    return forms.with_state(form, need) if member.may(Act.MANAGE) else form


def _drawn_from(request: Any) -> dict[str, Any]:
    """Prefill a need with the orientation or the diagnosis that the address names."""
    member: Member = request.member
    initial: dict[str, Any] = {"seen_on": member.today}
    orientation = _named(readable_orientations(member), request.GET.get("orientation"))
    if orientation is not None:
        is_plenary = orientation.meeting.body.kind == BodyKind.PLENARY
        initial |= {
            "title": orientation.title[:200],
            "origin": Origin.PLENARY if is_plenary else Origin.GROUP,
            "decision": orientation.pk,
            "meeting": orientation.meeting_id,
        }
    diagnosis = _named(diagnoses_of(member.council), request.GET.get("diagnostic"))
    if diagnosis is not None:
        initial |= {"origin": Origin.DIAGNOSIS, "diagnosis": diagnosis.pk}
    return initial


def _named(rows: Any, text: str | None) -> Any:
    """Return the row whose id an address gives, among those one may read."""
    try:
        return rows.filter(pk=UUID(text)).first() if text else None
    except ValueError:
        return None
