"""The sheets of a roadmap as a spreadsheet, and the empty one to fill."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from clsm_core.roadmap.exchange import HEADERS, row_of
from clsm_core.roadmap.models import ActionSheet
from clsm_core.ui.spreadsheet import Sheet, ods_bytes

EXAMPLE = {
    "Axe": 1,
    "Intitulé de l’axe": "Parcours",
    "Numéro": 1,
    "Titre": "Ouvrir une permanence",
    "Thématiques": "accès aux soins ; santé mentale et précarité",
    "Objectifs opérationnels": "Réunir les équipes [volet : animation]",
    "Pilotes": "Centre social",
    "Indicateurs de processus": "Permanences tenues [mode : saisi ; cible : 10 par an]",
    "Budget": "Location de la salle [nature : action ; exercice : 2026 ; prévu : 500]",
    "Financements": "ARS [exercice : 2026 ; montant : 500 ; état : demandé]",
}


def sheets_ods(sheets: Iterable[ActionSheet], *, title: str, at: datetime) -> bytes:
    """Return sheets, one a row, in the form that an import reads."""
    rows = [row_of(sheet) for sheet in sheets]
    return ods_bytes([Sheet("Fiches-action", HEADERS, rows)], title=title, at=at)


def template_ods(*, at: datetime) -> bytes:
    """Return a spreadsheet with its heads and one example to replace."""
    row = [EXAMPLE.get(head, "") for head in HEADERS]
    return ods_bytes(
        [Sheet("Fiches-action", HEADERS, [row])], title="Modèle de fiches-action", at=at
    )
