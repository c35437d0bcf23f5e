"""Pages of the steering committee: priorities, transmissions to the ARS, the one screen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import either, form_page, posted
from clsm_core.council.access import council_page, there
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.observatory import presenters as releases
from clsm_core.observatory.field.actions import priorities as priority_actions
from clsm_core.observatory.field.actions import transmissions as actions
from clsm_core.observatory.field.forms import observation as forms
from clsm_core.observatory.field.presenters import steering as presenters
from clsm_core.observatory.field.presenters.frame import page_url
from clsm_core.observatory.field.queries import needs as need_queries
from clsm_core.observatory.field.queries import observation as queries
from clsm_core.observatory.models import NeedState, Priority, Transmission
from clsm_core.observatory.queries import notes_of, readings_of
from clsm_core.ui.attachment import attachment

NEEDS_ORDER = ("urgency", "-seen_on", "pk")


@require_safe
@council_page()
def priorities(request: Any, council: Council) -> HttpResponse:
    """Show the priorities that run, and how they changed since the first."""
    rows = list(queries.priorities_of(council))
    page = presenters.priorities_page(council, request.member, rows)
    return render(request, "observatory/priorities.html", page)


@require_safe
@council_page()
def priority(request: Any, council: Council, priority_id: UUID) -> HttpResponse:
    """Show one priority, its decision and the needs that it answers."""
    found = there(queries.one_of(queries.priorities_of(council), priority_id))
    page = presenters.priority_page(council, request.member, found)
    return render(request, "observatory/priority.html", page)


@either
@council_page(Act.MANAGE)
def priority_new(request: Any, council: Council) -> HttpResponse:
    """Keep a priority; the address may name the need that it answers."""
    need = _named_need(council, request.GET.get("besoin"))
    initial: dict[str, Any] = {"starts_on": request.member.today}
    if need is not None:
        initial |= {"title": need.title, "chosen": [need.pk]}
    form = forms.PriorityForm(posted(request), council=council, initial=initial)

    def act() -> str:
        made = priority_actions.write(
            council=council,
            priority=None,
            values=form.values(),
            needs=form.cleaned_data["chosen"],
        )
        return page_url(council, "priority", made.pk)

    return form_page(
        request,
        form,
        act,
        heading="Retenir une priorité",
        cancel_url=page_url(council, "priorities"),
        lead="Ce que le comité de pilotage a décidé de traiter d’abord, et pour quels besoins.",
        submit="Retenir cette priorité",
        done="La priorité est retenue.",
        template="observatory/priority_form.html",
        council=council,
    )


@either
@council_page(Act.MANAGE)
def priority_edit(request: Any, council: Council, priority_id: UUID) -> HttpResponse:
    """Change a priority that runs."""
    found = there(queries.one_of(queries.priorities_of(council).filter(ends_on=None), priority_id))
    copy = Priority.objects.get(pk=found.pk)
    form = forms.PriorityForm(posted(request), instance=copy, council=council)

    def act() -> str:
        priority_actions.write(
            council=council,
            priority=found,
            values=form.values(),
            needs=form.cleaned_data["chosen"],
        )
        return page_url(council, "priority", found.pk)

    return form_page(
        request,
        form,
        act,
        heading="Modifier la priorité",
        cancel_url=page_url(council, "priority", found.pk),
        row=found,
        done="C’est enregistré.",
        template="observatory/priority_form.html",
        council=council,
    )


@either
@council_page(Act.MANAGE)
def priority_end(request: Any, council: Council, priority_id: UUID) -> HttpResponse:
    """End a priority, with its reason."""
    found = there(queries.one_of(queries.priorities_of(council).filter(ends_on=None), priority_id))
    today = request.member.today
    form = forms.EndForm(posted(request), initial={"ends_on": today})

    def act() -> str:
        values = form.cleaned_data
        priority_actions.end(
            priority=found, on=values["ends_on"], reason=values["end_reason"], today=today
        )
        return page_url(council, "priority", found.pk)

    return form_page(
        request,
        form,
        act,
        heading="Terminer la priorité",
        cancel_url=page_url(council, "priority", found.pk),
        row=found,
        lead=f"« {found.title} ». Elle reste dans l’histoire du conseil, avec son motif.",
        submit="Terminer la priorité",
        done="La priorité est terminée.",
    )


@require_safe
@council_page()
def transmissions(request: Any, council: Council) -> HttpResponse:
    """List what was told to the ARS; say when nothing was this year (D-08)."""
    page = presenters.transmissions_page(
        council,
        request.member,
        list(queries.transmissions_of(council)),
        sent_this_year=queries.sent_in(council, request.member.today.year),
    )
    return render(request, "observatory/transmissions.html", page)


@require_safe
@council_page()
def transmission(request: Any, council: Council, transmission_id: UUID) -> HttpResponse:
    """Show one transmission, its needs and the answer."""
    found = there(queries.one_of(queries.transmissions_of(council), transmission_id))
    needs = list(found.needs.order_by(*NEEDS_ORDER))
    page = presenters.transmission_page(council, request.member, found, needs)
    return render(request, "observatory/transmission.html", page)


@require_safe
@council_page(Act.TRENDS)
def transmission_pdf(request: Any, council: Council, transmission_id: UUID) -> HttpResponse:
    """Give the note to the ARS."""
    found = there(queries.one_of(queries.transmissions_of(council), transmission_id))
    needs = list(found.needs.order_by(*NEEDS_ORDER))
    content = presenters.transmission_paper(council, found, needs, at=now())
    return attachment(content, f"note-ars-{found.on:%Y-%m-%d}.pdf")


@either
@council_page(Act.MANAGE)
def transmission_new(request: Any, council: Council) -> HttpResponse:
    """Keep that needs were told to the ARS; those never told are ticked."""
    need = _named_need(council, request.GET.get("besoin"))
    waiting = need_queries.open_needs(council).filter(transmissions=None)
    chosen = [need.pk] if need else list(waiting.values_list("pk", flat=True))
    initial = {"on": request.member.today, "chosen": chosen}
    form = forms.TransmissionForm(posted(request), council=council, initial=initial)

    def act() -> str:
        return page_url(council, "transmission", _sent(request, council, form, None).pk)

    return form_page(
        request,
        form,
        act,
        heading="Transmettre à l’ARS",
        cancel_url=page_url(council, "transmissions"),
        lead="Cochez les besoins, enregistrez, puis envoyez la note PDF par vos moyens habituels.",
        submit="Enregistrer la transmission",
        done="La transmission est notée. La note est prête à envoyer.",
    )


@either
@council_page(Act.MANAGE)
def transmission_edit(request: Any, council: Council, transmission_id: UUID) -> HttpResponse:
    """Correct a transmission until the ARS has answered."""
    rows = queries.transmissions_of(council).filter(answered_on=None)
    found = there(queries.one_of(rows, transmission_id))
    copy = Transmission.objects.get(pk=found.pk)
    form = forms.TransmissionForm(posted(request), instance=copy, council=council)

    def act() -> str:
        return page_url(council, "transmission", _sent(request, council, form, found).pk)

    return form_page(
        request,
        form,
        act,
        heading="Modifier la transmission",
        cancel_url=page_url(council, "transmission", found.pk),
        row=found,
        done="C’est enregistré.",
    )


@either
@council_page(Act.MANAGE)
def transmission_answer(request: Any, council: Council, transmission_id: UUID) -> HttpResponse:
    """Keep what the ARS answered, or correct it."""
    found = there(queries.one_of(queries.transmissions_of(council), transmission_id))
    today = request.member.today
    initial = {"answered_on": found.answered_on or today, "answer": found.answer}
    form = forms.AnswerForm(posted(request), initial=initial)

    def act() -> str:
        values = form.cleaned_data
        actions.answer(
            transmission=found, text=values["answer"], on=values["answered_on"], today=today
        )
        return page_url(council, "transmission", found.pk)

    return form_page(
        request,
        form,
        act,
        heading="Noter la réponse de l’ARS",
        cancel_url=page_url(council, "transmission", found.pk),
        row=found,
        done="La réponse est notée.",
    )


@require_safe
@council_page(Act.TRENDS)
def synthesis(request: Any, council: Council) -> HttpResponse:
    """Show on one screen what the committee needs to keep its priorities (001-08)."""
    member = request.member
    chain = releases.chain_of(readings_of(council), request.GET.get("commission", ""))
    waiting = need_queries.needs_of(council).filter(state=NeedState.SEEN)
    page = presenters.synthesis_page(
        council,
        member,
        orientations=queries.orientations_of(council),
        trends=releases.trends_page(council, chain, notes_of(council)),
        urgencies=need_queries.by_urgency(council),
        needs=list(waiting[: presenters.FIRST_NEEDS]),
        priorities=list(queries.current(queries.priorities_of(council), member.today)),
        decisions=list(queries.open_decisions(council)[: presenters.FIRST_DECISIONS]),
        sent_this_year=queries.sent_in(council, member.today.year),
    )
    return render(request, "observatory/synthesis.html", page)


def _sent(
    request: Any, council: Council, form: forms.TransmissionForm, found: Transmission | None
) -> Transmission:
    values = form.cleaned_data
    return actions.send(
        council=council,
        transmission=found,
        on=values["on"],
        message=values["message"],
        needs=values["chosen"],
        today=request.member.today,
    )


def _named_need(council: Council, text: str | None) -> Any:
    """Return the open need whose id an address gives."""
    try:
        return need_queries.open_needs(council).filter(pk=UUID(text)).first() if text else None
    except ValueError:
        return None
