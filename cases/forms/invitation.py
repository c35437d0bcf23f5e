"""Invite somebody to a point of an agenda; answer an invitation (BR-04, decision 22)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from cases.domain.rights import SHARED_FOR, DeclineReason
from cases.domain.sections import ProfessionCategory, Section
from cases.domain.vocabulary import ReferrerCategory
from cases.forms.fields import day, line, one_of, one_shown, several
from cases.forms.sharing import SECTION_WORDS

LIMIT = 120


class RoomGuestForm(forms.Form):
    """A guest who comes into the room, without an account."""

    name = line("Nom", required=True, limit=LIMIT)
    function = line("Fonction", required=True, limit=LIMIT)
    organisation = line(
        "Structure",
        help_text="Telle que l’accord de la personne la nomme.",
        required=True,
        limit=LIMIT,
    )
    kind = one_of("Catégorie de structure", ReferrerCategory, required=True)
    profession = one_of(
        "Profession (article R1110-2)",
        ProfessionCategory,
        help_text="« Hors de la liste » si vous n’êtes pas sûr.",
        required=True,
    )
    commitment_on = day(
        "Engagement de confidentialité signé le",
        help_text="Sur papier, avant la séance. Peut être noté plus tard.",
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_commitment_on(self) -> date | None:
        """Refuse a day to come."""
        return _not_to_come(self.cleaned_data["commitment_on"], self.today)


class DigitalGuestForm(forms.Form):
    """A member with a guest's mandate, who receives an access for this point alone."""

    reason = one_shown("Motif", [(one.value, one.label) for one in SHARED_FOR])

    def __init__(self, *args: Any, guests: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["guest"] = one_of("Invité", guests, required=True)
        self.fields["sections"] = several(
            "Volets",
            [(section.value, words) for section, words in SECTION_WORDS.items()],
            help_text="Seulement ce que l’accord et sa profession permettent sera donné.",
            required=True,
        )
        self.initial.setdefault("sections", [Section.CORE.value])
        self.order_fields(["guest", "sections", "reason"])


class CommitmentForm(forms.Form):
    """The day a guest in the room signed."""

    on = day("Engagement signé le", required=True)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_on(self) -> date | None:
        """Refuse a day to come."""
        return _not_to_come(self.cleaned_data["on"], self.today)


class DeclineForm(forms.Form):
    """Why a guest does not come: a code, nothing else."""

    reason = one_shown("Pourquoi", DeclineReason)


def _not_to_come(value: date | None, today: date) -> date | None:
    if value is not None and value > today:
        raise forms.ValidationError("Ce jour n’est pas encore venu.")
    return value
