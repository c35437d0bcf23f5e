"""Close a situation, and take it up again."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.domain.vocabulary import (
    CareOutcome,
    ClosureReason,
    HousingOutcome,
    MissingOffer,
    RightsOutcome,
)
from cases.forms.fields import long_text, one_of, one_shown, several

REOPENING_REASONS = [
    ("nouvelle_demande", "La personne demande de nouveau de l’aide"),
    ("faits_nouveaux", "Des faits nouveaux"),
    ("close_par_erreur", "La situation a été close par erreur"),
]


NOTHING = "aucun"
UNKNOWN = ("inconnu", "Non connu")
RIGHTS = [*RightsOutcome.choices(), (NOTHING, "Rien de cela"), UNKNOWN]
LACKING = [*MissingOffer.choices(), (NOTHING, "Rien n’a manqué"), UNKNOWN]


class CloseForm(forms.Form):
    """Why it ends, and where things stand."""

    reason = one_of("Motif", ClosureReason, required=True)
    outcome_housing = one_of("Logement, à la clôture", HousingOutcome, required=True)
    outcome_care = one_of(
        "Soins, à la clôture",
        CareOutcome,
        help_text="« Non connu » si ce n’est pas votre métier de le savoir.",
        required=True,
    )
    outcome_rights = several("À la clôture, la personne a", RIGHTS, required=True)
    missing_offer = several(
        "Ce qui a manqué sur le territoire",
        LACKING,
        help_text="Sert aux seuls chiffres anonymes remis au comité de pilotage : la réponse "
        "n’est pas gardée avec la situation.",
        required=True,
    )
    words = long_text(
        "Ce que dit la personne de ce qui a été fait",
        help_text="Avec ses mots, si elle a souhaité le dire.",
    )

    def __init__(self, *args: Any, is_withdrawn: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_withdrawn:
            # Nothing more is written after a withdrawal (promise 5).
            del self.fields["words"]

    def clean(self) -> dict[str, Any]:
        """Refuse "nothing" or "not known" beside something."""
        data = super().clean() or {}
        for name in ("outcome_rights", "missing_offer"):
            said = set(data.get(name) or ())
            if len(said) > 1 and said & {NOTHING, UNKNOWN[0]}:
                self.add_error(name, "Décochez « rien » ou « non connu », ou le reste.")
        return data


class ReopenForm(forms.Form):
    """Take up a closed situation: the former agreement has lapsed (C-09)."""

    reason = one_shown("Motif", REOPENING_REASONS)
