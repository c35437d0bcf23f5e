"""What a file of districts would write, before it does."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from clsm_core.council.forms.territory import DistrictsConfirmForm, DistrictsFileForm
from clsm_core.council.models import Council
from clsm_core.council.words import number, plural
from clsm_core.ui.components import Cell

HEADERS = ("Ligne", "Code", "Nom", "Commune", "Population", "Ce qui sera fait")


def preview_page(council: Council, form: DistrictsFileForm) -> dict[str, Any]:
    """Give the values of the preview: each line, and whether it is new, changed or the same."""
    lines, source = form.cleaned_data["lines"], form.cleaned_data["source"]
    present = {one.code: one for one in council.districts.select_related("commune")}
    names = dict(council.communes.values_list("code", "name"))
    rows, counts = [], {"nouveau": 0, "modifié": 0, "inchangé": 0}
    for line in lines:
        known = present.get(line.code)
        fate = "nouveau"
        if known is not None:
            held = (
                known.name,
                known.commune.code if known.commune else "",
                known.population,
                known.population_year,
                known.source,
            )
            wanted = (line.name, line.insee, line.population, line.year, source or known.source)
            fate = "inchangé" if held == wanted else "modifié"
        counts[fate] += 1
        people = "non renseignée"
        if line.population is not None:
            people = f"{number(line.population)} ({line.year})"
        rows.append(
            [
                Cell(line.number, is_number=True),
                Cell(line.code, is_code=True),
                line.name,
                names.get(line.insee, "—"),
                Cell(people, is_number=True),
                fate,
            ]
        )
    confirm = DistrictsConfirmForm(
        initial={"text": form.cleaned_data["text"], "source": source}, known=form.known
    )
    return {
        "council": council,
        "headers": HEADERS,
        "rows": rows,
        "summary": f"{plural(len(rows), 'ligne')} : {counts['nouveau']} à ajouter,"
        f" {counts['modifié']} à mettre à jour, {counts['inchangé']} sans changement.",
        "form": confirm,
        "action": reverse("council:districts_confirm", args=[council.slug]),
        "submit": "Enregistrer ces quartiers",
        "cancel_url": reverse("council:districts_import", args=[council.slug]),
    }
