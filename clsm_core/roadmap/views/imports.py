"""Pages of the import of sheets: a file received, its preview, one confirmation.

What was read travels in the page, signed: nothing is stored before the confirmation.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from clsm_core.accounts.clock import now
from clsm_core.accounts.posting import Refusal, either, form_page
from clsm_core.council.access import council_page, there
from clsm_core.council.models import Council
from clsm_core.council.uploads import upload_page
from clsm_core.directory.imports.reading import MAX_BYTES, Table
from clsm_core.roadmap.actions import importing as actions
from clsm_core.roadmap.forms.importing import ConfirmForm, FileForm
from clsm_core.roadmap.models import Roadmap
from clsm_core.roadmap.permissions import MANAGE, is_open
from clsm_core.roadmap.presenters.tables import template_ods
from clsm_core.roadmap.views.lookups import plan_of, plan_url
from clsm_core.ui.attachment import attachment

SALT = "roadmap.import"
HOURS_4 = 4 * 3600
HEADERS = ("Fiche", "Axe", "Pilotes", "Indicateurs", "Dépenses")
ERROR_HEADERS = ("Ligne", "À corriger")


@upload_page(MAX_BYTES)
@either
@council_page(MANAGE)
def read(request: Any, council: Council, roadmap_id: UUID) -> HttpResponse:
    """Receive a file and show what it would add; nothing is written."""
    roadmap = _open(council, roadmap_id)
    is_posted = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if is_posted else FileForm()
    page: dict[str, Any] = {
        "council": council,
        "roadmap": roadmap,
        "form": form,
        "plan_url": plan_url(council, roadmap),
        "headers": HEADERS,
        "error_headers": ERROR_HEADERS,
    }
    if is_posted and form.is_valid():
        table: Table = form.cleaned_data["file"]
        try:
            found = actions.preview(roadmap=roadmap, table=table)
        except Refusal as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            page |= {
                "is_read": True,
                "confirm": ConfirmForm(
                    initial={"kept": _signed(request, roadmap, table._replace(rows=found.rows))}
                ),
                "rows": [_row(one) for one in found.contents],
                "errors": [[str(number), message] for number, message in found.errors],
            }
    return render(request, "roadmap/import.html", page)


@require_POST
@council_page(MANAGE)
def write(request: Any, council: Council, roadmap_id: UUID) -> HttpResponse:
    """Write what was previewed, all or nothing."""
    roadmap = _open(council, roadmap_id)
    form = ConfirmForm(request.POST)

    def act() -> str:
        table = _table(request, roadmap, form.cleaned_data["kept"])
        found = actions.preview(roadmap=roadmap, table=table)
        # Only rows that could be written were kept: one that no longer can stops them all.
        for number, message in found.errors:
            raise Refusal(f"Rien n’est écrit. Ligne {number} : {message}.")
        actions.write(roadmap=roadmap, contents=found.contents, by=request.user)
        return reverse("roadmap:sheets", args=[council.slug, roadmap.pk])

    return form_page(
        request,
        form,
        act,
        heading="Importer des fiches",
        cancel_url=reverse("roadmap:import", args=[council.slug, roadmap.pk]),
        submit="Écrire les fiches",
        done="Les fiches sont proposées.",
    )


@require_safe
@council_page(MANAGE)
def template(request: Any, council: Council) -> HttpResponse:
    """Give an example to fill, which holds nothing of the council."""
    return attachment(template_ods(at=now()), "modele-fiches.ods")


def _open(council: Council, roadmap_id: UUID) -> Roadmap:
    roadmap = plan_of(council, roadmap_id)
    return there(roadmap if is_open(roadmap) else None)


def _signed(request: Any, roadmap: Roadmap, table: Table) -> str:
    kept = {
        "roadmap": str(roadmap.pk),
        "by": str(request.user.pk),
        "headers": list(table.headers),
        "rows": [[number, list(values)] for number, values in table.rows],
    }
    return signing.dumps(kept, salt=SALT, compress=True)


def _table(request: Any, roadmap: Roadmap, text: str) -> Table:
    """Return the table of a confirmation. Raises: Refusal when it is not what was previewed."""
    try:
        kept = signing.loads(text, salt=SALT, max_age=HOURS_4)
    except signing.BadSignature as error:
        raise Refusal("Cet aperçu n’est plus valable : déposez le fichier de nouveau.") from error
    if kept["roadmap"] != str(roadmap.pk) or kept["by"] != str(request.user.pk):
        raise Refusal("Cet aperçu n’est pas le vôtre : déposez le fichier de nouveau.")
    return Table("", kept["headers"], [(number, values) for number, values in kept["rows"]])


def _row(content: Any) -> list[Any]:
    pilots = [line["name"] for line in content.partners if line["role"] in ("pilot", "carrier")]
    return [
        f"{content.axis_number}.{content.number} {content.title}",
        content.axis_title,
        ", ".join(pilots) or "à désigner",
        str(len(content.indicators)),
        str(len(content.budget)),
    ]
