"""The proposals explained to the person, and what she says of each (BR-11, CH-05)."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from cases.domain.vocabulary import (
    AnswerOfPerson,
    NotDoneReason,
    ProposalStatus,
    RestitutionMode,
)
from cases.forms.fields import Grouped, day, long_text, one_of, one_shown
from cases.forms.review import not_after

SETTLED = frozenset({ProposalStatus.NOT_DONE.value, ProposalStatus.DROPPED.value})


class RestitutionForm(Grouped):
    """When, how, and the answer to each proposal."""

    given_on = day("Faite le", required=True)
    mode = one_of("Forme", RestitutionMode, required=True)
    words = long_text(
        "Ce que dit la personne",
        help_text="Avec ses mots. Ce texte rejoint le socle : tous ceux qui ouvrent la "
        "situation le lisent.",
    )

    def __init__(
        self, *args: Any, proposals: list[tuple[uuid.UUID, str]], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.proposals = proposals
        for key, title in proposals:
            self.fields[f"answer_{key}"] = one_shown(title, AnswerOfPerson)
        self.groups = (
            ("La rencontre", "", ("given_on", "mode")),
            (
                "Son avis sur chaque proposition",
                "La personne peut accepter l’une et refuser l’autre, ou prendre le temps.",
                tuple(f"answer_{key}" for key, _ in proposals),
            ),
            ("Sa parole", "", ("words",)),
        )

    def clean_given_on(self) -> date:
        """Refuse a restitution to come."""
        return not_after(
            self.cleaned_data["given_on"], self.today, "Notez la restitution une fois faite."
        )

    def answers(self) -> dict[uuid.UUID, str]:
        """Return the answer to each proposal."""
        return {key: self.cleaned_data[f"answer_{key}"] for key, _ in self.proposals}


class AnswerForm(Grouped):
    """The person's answer to one proposal, given later."""

    answer = one_shown("La personne est", AnswerOfPerson)
    on = day("Avis donné le", required=True)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date:
        """Refuse an answer to come."""
        return not_after(self.cleaned_data["on"], self.today, "Cette date est à venir.")


class ProgressForm(Grouped):
    """Where the work on a proposal stands."""

    status = one_shown(
        "État",
        [(one.value, one.label) for one in ProposalStatus if one is not ProposalStatus.PROPOSED],
    )
    reason = one_of(
        "Pourquoi elle n’est pas faite",
        NotDoneReason,
        help_text="Obligatoire si elle est non réalisée ou abandonnée. Ces motifs montrent, "
        "sans nommer personne, ce qui manque sur le territoire.",
    )

    def clean(self) -> dict[str, Any]:
        """Require why, when nothing was done (E-13)."""
        data = super().clean() or {}
        if data.get("status") in SETTLED and not data.get("reason"):
            self.add_error("reason", "Indiquez pourquoi.")
        return data
