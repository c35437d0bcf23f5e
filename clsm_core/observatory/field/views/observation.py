"""Pages of diagnoses and data series."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import either, form_page, posted
from clsm_core.council.access import council_page, there
from clsm_core.council.models import Council
from clsm_core.council.permissions import Act
from clsm_core.council.uploads import upload_page
from clsm_core.observatory.field import series_file
from clsm_core.observatory.field.actions import diagnoses as actions
from clsm_core.observatory.field.forms import observation as forms
from clsm_core.observatory.field.presenters import observation as presenters
from clsm_core.observatory.field.presenters.frame import page_url
from clsm_core.observatory.field.queries import observation as queries
from clsm_core.observatory.field.queries.needs import needs_of
from clsm_core.observatory.models import Diagnosis, Series
from clsm_core.ui.attachment import attachment

PREVIEW_HEADERS = ("Série", "Territoire", "État", "Valeurs ajoutées", "Valeurs changées")
ERROR_HEADERS = ("Ligne", "À corriger")


@require_safe
@council_page()
def diagnoses(request: Any, council: Council) -> HttpResponse:
    """List the diagnoses."""
    rows = list(queries.diagnoses_of(council))
    page = presenters.diagnoses_page(council, request.member, rows)
    return render(request, "observatory/diagnoses.html", page)


@require_safe
@council_page()
def diagnosis(request: Any, council: Council, diagnosis_id: UUID) -> HttpResponse:
    """Show one diagnosis, its series and what was drawn from it."""
    found, series, needs = _whole(council, diagnosis_id)
    page = presenters.diagnosis_page(council, request.member, found, series, needs)
    return render(request, "observatory/diagnosis.html", page)


@require_safe
@council_page()
def diagnosis_pdf(request: Any, council: Council, diagnosis_id: UUID) -> HttpResponse:
    """Give one diagnosis to hand over."""
    found, series, needs = _whole(council, diagnosis_id)
    content = presenters.diagnosis_paper(council, request.member, found, series, needs, at=now())
    return attachment(content, "diagnostic.pdf")


@either
@council_page(Act.MANAGE)
def diagnosis_new(request: Any, council: Council) -> HttpResponse:
    """Write a diagnosis."""
    form = forms.DiagnosisForm(posted(request), council=council)

    def act() -> str:
        made = actions.write(council=council, diagnosis=None, values=form.values())
        return page_url(council, "diagnosis", made.pk)

    return form_page(
        request,
        form,
        act,
        heading="Nouveau diagnostic",
        cancel_url=page_url(council, "diagnoses"),
        lead="Ce que l’on sait du territoire sur un thème, d’où on le sait, et ce qui manque.",
        done="Le diagnostic est enregistré.",
    )


@either
@council_page(Act.MANAGE)
def diagnosis_edit(request: Any, council: Council, diagnosis_id: UUID) -> HttpResponse:
    """Change a diagnosis."""
    found = there(queries.one_of(queries.diagnoses_of(council), diagnosis_id))
    copy = Diagnosis.objects.get(pk=found.pk)
    form = forms.DiagnosisForm(posted(request), instance=copy, council=council)

    def act() -> str:
        actions.write(council=council, diagnosis=found, values=form.values())
        return page_url(council, "diagnosis", found.pk)

    return form_page(
        request,
        form,
        act,
        heading="Modifier le diagnostic",
        cancel_url=page_url(council, "diagnosis", found.pk),
        row=found,
        done="C’est enregistré.",
    )


@require_safe
@council_page()
def series(request: Any, council: Council) -> HttpResponse:
    """List the data series."""
    rows = list(queries.series_of(council))
    return render(
        request, "observatory/series.html", presenters.series_page(council, request.member, rows)
    )


@require_safe
@council_page()
def series_one(request: Any, council: Council, series_id: UUID) -> HttpResponse:
    """Show one series: its chart and its table."""
    found = there(queries.one_of(queries.series_of(council), series_id))
    page = presenters.one_series_page(council, request.member, found)
    return render(request, "observatory/series_one.html", page)


@require_safe
@council_page()
def series_csv(request: Any, council: Council) -> HttpResponse:
    """Give every series, as the import reads them."""
    rows = list(queries.series_of(council))
    return attachment(presenters.series_csv(rows), "series.csv")


@either
@council_page(Act.MANAGE)
def series_new(request: Any, council: Council) -> HttpResponse:
    """Enter a series."""
    initial = {"diagnosis": request.GET.get("diagnostic")}
    form = forms.SeriesForm(posted(request), council=council, initial=initial)

    def act() -> str:
        made = actions.write_series(
            council=council,
            series=None,
            fields=form.written(),
            values=form.cleaned_data["lines"],
        )
        return page_url(council, "series_one", made.pk)

    return form_page(
        request,
        form,
        act,
        heading="Nouvelle série de données",
        cancel_url=page_url(council, "series"),
        lead="Un même chiffre, suivi d’année en année sur un territoire, avec sa source.",
        done="La série est enregistrée.",
    )


@either
@council_page(Act.MANAGE)
def series_edit(request: Any, council: Council, series_id: UUID) -> HttpResponse:
    """Change a series and its values."""
    found = there(queries.one_of(queries.series_of(council), series_id))
    copy = Series.objects.get(pk=found.pk)
    form = forms.SeriesForm(posted(request), instance=copy, council=council)

    def act() -> str:
        actions.write_series(
            council=council,
            series=found,
            fields=form.written(),
            values=form.cleaned_data["lines"],
        )
        return page_url(council, "series_one", found.pk)

    return form_page(
        request,
        form,
        act,
        heading="Modifier la série",
        cancel_url=page_url(council, "series_one", found.pk),
        row=found,
        done="C’est enregistré.",
    )


@either
@council_page(Act.MANAGE)
def series_remove(request: Any, council: Council, series_id: UUID) -> HttpResponse:
    """Remove a series, once confirmed."""
    found = there(queries.one_of(queries.series_of(council), series_id))

    def act() -> str:
        actions.remove_series(series=found)
        return page_url(council, "series")

    return form_page(
        request,
        django_forms.Form(posted(request)),
        act,
        heading="Supprimer cette série",
        cancel_url=page_url(council, "series_one", found.pk),
        row=found,
        lead=f"« {found.title} » et toutes ses valeurs disparaîtront des pages.",
        submit="Supprimer la série",
        submit_kind="danger",
        done="La série est supprimée.",
    )


@upload_page(forms.MAX_BYTES)
@either
@council_page(Act.MANAGE)
def series_import(request: Any, council: Council) -> HttpResponse:
    """Read a file and show what it would write, line by line; nothing is written here."""
    files = request.FILES if request.method == "POST" else None
    form = forms.SeriesFileForm(posted(request), files, council=council)
    page: dict[str, Any] = {
        "council": council,
        "form": form,
        "columns": series_file.COLUMNS,
        "model_url": page_url(council, "series_model"),
        "cancel_url": page_url(council, "series"),
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "observatory/series_import.html", page)
    page |= _preview(form.changes)
    page["errors"] = [[one.number, one.message] for one in form.errors_by_line]
    page["error_headers"] = ERROR_HEADERS
    page["form"] = forms.ConfirmImportForm(
        council=council,
        initial={
            "told": series_file.text_of(form.changes),
            "seen": series_file.fingerprint(form.changes),
        },
    )
    page["confirm_url"] = page_url(council, "series_write")
    return render(request, "observatory/series_preview.html", page)


@either
@council_page(Act.MANAGE)
def series_write(request: Any, council: Council) -> HttpResponse:
    """Write what a preview showed, all or nothing."""
    form = forms.ConfirmImportForm(posted(request), council=council)

    def act() -> str:
        actions.import_series(
            council=council,
            brought=[one.brought for one in form.changes],
            seen=form.cleaned_data["seen"],
        )
        return page_url(council, "series")

    shown = form.changes if form.is_bound and form.is_valid() else []
    return form_page(
        request,
        form,
        act,
        heading="Importer des séries",
        cancel_url=page_url(council, "series"),
        done="Les séries du fichier sont enregistrées.",
        template="observatory/series_preview.html",
        council=council,
        confirm_url=page_url(council, "series_write"),
        error_headers=ERROR_HEADERS,
        errors=[],
        **_preview(shown),
    )


@require_safe
@council_page(Act.MANAGE)
def series_model(request: Any, council: Council) -> HttpResponse:
    """Give an example file to fill, which holds nothing of the council."""
    return attachment(presenters.series_csv([]), "modele-series.csv")


def _preview(changes: list[series_file.Change]) -> dict[str, Any]:
    return {
        "preview_headers": PREVIEW_HEADERS,
        "preview": presenters.preview(changes),
        "to_write": sum(len(one.added) + len(one.changed) for one in changes),
    }


def _whole(council: Council, diagnosis_id: UUID) -> tuple[Diagnosis, list[Series], list[Any]]:
    found = there(queries.one_of(queries.diagnoses_of(council), diagnosis_id))
    series_found = list(queries.series_of(council).filter(diagnosis=found))
    return found, series_found, list(needs_of(council).filter(diagnosis=found))
