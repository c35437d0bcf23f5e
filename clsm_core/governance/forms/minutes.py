"""Forms of minutes: notes of each point, the text as a whole, a reopening."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from clsm_core.governance.forms.individuals import REMINDER, WithoutIndividuals
from clsm_core.governance.models import AgendaPoint, Meeting

MOST_WORDS = 20000


class MinutesForm(WithoutIndividuals, forms.Form):
    """The minutes, point by point."""

    def __init__(
        self, *args: Any, meeting: Meeting, points: Iterable[AgendaPoint], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.points = list(points)
        self.fields["minutes_text"] = forms.CharField(
            label="Texte d’ensemble",
            required=False,
            widget=forms.Textarea,
            max_length=MOST_WORDS,
            initial=meeting.minutes_text,
            help_text=f"Ouverture, contexte, suites. {REMINDER}",
        )
        for number, point in enumerate(self.points, start=1):
            self.fields[f"notes_{point.pk.hex}"] = forms.CharField(
                label=f"{number}. {point.title}",
                required=False,
                widget=forms.Textarea,
                max_length=MOST_WORDS,
                initial=point.notes,
            )
        self.free_text = tuple(self.fields)
        self.ask_to_read_again()

    def notes(self) -> dict[UUID, str]:
        """Return the notes of each point."""
        return {one.pk: self.cleaned_data[f"notes_{one.pk.hex}"] for one in self.points}


class ReopenForm(WithoutIndividuals, forms.Form):
    """Why validated minutes are corrected."""

    free_text = ("reason",)

    reason = forms.CharField(
        label="Motif de la correction",
        max_length=300,
        help_text=f"Il est gardé, et dit à celles et ceux qui ont reçu le compte rendu. {REMINDER}",
    )
