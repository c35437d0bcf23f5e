"""Pages of a sheet: read, proposed, written section by section and line by line."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clsm_core.accounts.posting import either, form_page, posted
from clsm_core.council.access import council_page, there
from clsm_core.council.models import Council
from clsm_core.governance.forms.bodies import values_of
from clsm_core.observatory.models import Need
from clsm_core.roadmap.actions import copying
from clsm_core.roadmap.actions import sheets as actions
from clsm_core.roadmap.forms import sheets as forms
from clsm_core.roadmap.forms.lines import line_form
from clsm_core.roadmap.models import ActionSheet, Axis, Indicator, Partner, SheetStatus
from clsm_core.roadmap.permissions import MANAGE, PROPOSE, READ
from clsm_core.roadmap.presenters import sheet as presenters
from clsm_core.roadmap.queries import plans as plan_queries
from clsm_core.roadmap.queries import sheets as queries
from clsm_core.roadmap.shape import BY_SLUG, FOLLOWED_SECTIONS, KIND_BY_SLUG, Kind
from clsm_core.roadmap.views.lookups import followed, listed, plan_url, sheet_url, written


@require_safe
@council_page(READ)
def sheet(request: Any, council: Council, sheet_id: UUID) -> HttpResponse:
    """Show one sheet, field by field."""
    found = there(queries.sheet_of(council, sheet_id))
    page = presenters.sheet_page(council, request.member, found)
    return render(request, "roadmap/sheet.html", page)


@either
@council_page(PROPOSE)
def new(request: Any, council: Council) -> HttpResponse:
    """Propose a sheet, from an axis or from a need."""
    axes = plan_queries.open_axes(council)
    home = reverse("roadmap:list", args=[council.slug])
    some = list(axes[:2])
    if not some:
        page = {"council": council, "list_url": home}
        return render(request, "roadmap/no_axis.html", page)
    need = _asked(Need.objects.filter(council=council), request.GET.get("besoin", ""))
    only = some[0] if len(some) == 1 else None
    initial = {"axis": _asked(axes, request.GET.get("axe", "")) or only}
    if need is not None:
        initial |= {"title": need.title, "context": need.description}
    form = forms.ProposalForm(posted(request), council=council, initial=initial)

    def act() -> str:
        values = values_of(form)
        axis = values.pop("axis")
        made = actions.propose(axis=axis, values=values, by=request.user, need=need)
        return sheet_url(council, made)

    return form_page(
        request,
        form,
        act,
        heading="Proposer une fiche-action",
        cancel_url=home,
        lead="Un axe et un titre suffisent pour commencer. Les objectifs, les partenaires, les"
        " indicateurs et le budget s’ajoutent ensuite, un par un.",
        submit="Proposer",
        done="La fiche est proposée : complétez-la.",
    )


def _asked(rows: Any, text: str) -> Any:
    """Return the row of an address, None when there is none or it is not the council's."""
    try:
        return rows.filter(pk=UUID(text)).first()
    except ValueError:
        return None


@either
@council_page(PROPOSE)
def edit(request: Any, council: Council, sheet_id: UUID, part: str) -> HttpResponse:
    """Write one section of a sheet."""
    section = there(BY_SLUG.get(part))
    find = followed if part in FOLLOWED_SECTIONS else written
    found = find(request, council, sheet_id)
    form = forms.section_form(posted(request), sheet=found, section=section)
    url = sheet_url(council, found)

    def act() -> str:
        actions.edit(sheet=found, section=section, values=form.values())
        return url

    return form_page(
        request,
        form,
        act,
        heading=section.title,
        cancel_url=url,
        row=found,
        lead=f"Fiche {found.code} — {found.title}",
        done="C’est enregistré.",
    )


@either
@council_page(PROPOSE)
def line_new(request: Any, council: Council, sheet_id: UUID, part: str) -> HttpResponse:
    """Add a line to a list of a sheet."""
    kind = there(KIND_BY_SLUG.get(part))
    found = listed(request, council, sheet_id, kind)
    form = line_form(posted(request), sheet=found, kind=kind)
    url = sheet_url(council, found)

    def act() -> str:
        actions.add_line(sheet=found, kind=kind, values=values_of(form))
        return f"{url}#{part}"

    return form_page(
        request,
        form,
        act,
        heading=kind.add,
        cancel_url=url,
        row=found,
        lead=f"Fiche {found.code} — {found.title}",
        submit="Ajouter",
        template="roadmap/line.html",
        names=_names(form, kind),
        done="C’est ajouté.",
    )


@either
@council_page(PROPOSE)
def line(request: Any, council: Council, sheet_id: UUID, part: str, line_id: UUID) -> HttpResponse:
    """Change a line of a list, or its place."""
    kind = there(KIND_BY_SLUG.get(part))
    found = listed(request, council, sheet_id, kind)
    row = there(queries.line_of(found, kind, line_id))
    form = line_form(posted(request), sheet=found, kind=kind, line=row)
    url = sheet_url(council, found)

    def act() -> str:
        values = values_of(form)
        place = values.pop("place")
        actions.edit_line(line=row, kind=kind, values=values, place=place)
        return f"{url}#{part}"

    return form_page(
        request,
        form,
        act,
        heading=f"Modifier : {kind.one}",
        cancel_url=url,
        row=found,
        lead=f"Fiche {found.code} — {found.title}",
        template="roadmap/line.html",
        names=_names(form, kind),
        remove_url=reverse("roadmap:line_remove", args=[council.slug, found.pk, part, row.pk]),
        done="C’est enregistré.",
    )


def _names(form: Any, kind: Kind) -> list[str]:
    """Return the names that the browser suggests for a partner."""
    if kind.model is not Partner:
        return []
    return sorted(label for _, label in form.fields["organisation"].choices)


@either
@council_page(PROPOSE)
def line_remove(
    request: Any, council: Council, sheet_id: UUID, part: str, line_id: UUID
) -> HttpResponse:
    """Remove a line, once confirmed."""
    kind = there(KIND_BY_SLUG.get(part))
    found = listed(request, council, sheet_id, kind)
    row = there(queries.line_of(found, kind, line_id))
    url = sheet_url(council, found)
    name = next(filter(None, (getattr(row, one, "") for one in ("text", "name", "label"))), "")

    def act() -> str:
        actions.remove_line(line=row, kind=kind)
        return f"{url}#{part}"

    return form_page(
        request,
        Form(posted(request)),
        act,
        heading=f"Retirer : {kind.one}",
        cancel_url=url,
        row=found,
        lead=f"« {name or kind.one} » quittera la fiche {found.code}.{_lost(row)}",
        submit="Retirer",
        submit_kind="danger",
        done="C’est retiré.",
    )


def _lost(row: Any) -> str:
    """Say what goes with a line: the yearly values of an indicator."""
    years = [str(one.year) for one in row.values.all()] if isinstance(row, Indicator) else []
    return f" Ses valeurs seront effacées : {', '.join(years)}." if years else ""


@either
@council_page(MANAGE)
def duplicate(request: Any, council: Council, sheet_id: UUID) -> HttpResponse:
    """Propose a copy of a sheet."""
    found = there(queries.bare_sheet_of(council, sheet_id))
    form = forms.DuplicateForm(
        posted(request),
        council=council,
        initial={"axis": found.axis_id, "title": f"{found.title} (copie)"[:200]},
    )

    def act() -> str:
        values = values_of(form)
        made = copying.duplicate(
            sheet=found, axis=values["axis"], title=values["title"], by=request.user
        )
        return sheet_url(council, made)

    return form_page(
        request,
        form,
        act,
        heading="Dupliquer la fiche",
        cancel_url=sheet_url(council, found),
        lead="Les textes et les listes sont repris. L’état, les chiffres, les dépenses réalisées et"
        " les bilans ne le sont pas.",
        submit="Dupliquer",
        done="Voici la copie, proposée.",
    )


@either
@council_page(MANAGE)
def move(request: Any, council: Council, sheet_id: UUID) -> HttpResponse:
    """Put a sheet in another axis of its roadmap."""
    found = written(request, council, sheet_id)
    form = forms.MoveForm(posted(request), sheet=found)
    url = sheet_url(council, found)

    def act() -> str:
        axis: Axis = form.cleaned_data["axis"]
        actions.move_to_axis(sheet=found, axis=axis)
        return url

    return form_page(
        request,
        form,
        act,
        heading="Changer d’axe",
        cancel_url=url,
        row=found,
        lead=f"La fiche {found.code} prend le numéro suivant de son nouvel axe.",
        submit="Changer d’axe",
        done="La fiche a changé d’axe.",
    )


@either
@council_page(PROPOSE)
def remove(request: Any, council: Council, sheet_id: UUID) -> HttpResponse:
    """Remove a sheet that was only proposed, once confirmed."""
    found: ActionSheet = written(request, council, sheet_id)
    if found.status != SheetStatus.PROPOSED and request.method != "POST":
        raise Http404

    def act() -> str:
        actions.remove(sheet=found)
        return plan_url(council, found.axis.roadmap)

    return form_page(
        request,
        Form(posted(request)),
        act,
        heading="Supprimer la proposition",
        cancel_url=sheet_url(council, found),
        row=found,
        lead=f"La fiche {found.code} « {found.title} » et ses listes seront effacées."
        " L’historique en garde la trace.",
        submit="Supprimer",
        submit_kind="danger",
        done="La proposition est supprimée.",
    )
