"""Forms of the annual reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from clsm_core.governance.forms.individuals import REMINDER, WithoutIndividuals
from clsm_core.reports.models import COMMENT, AnnualReport, ReportPart

MOST_WORDS = 6000


class StartForm(forms.Form):
    """Which year is reported on."""

    year = forms.TypedChoiceField(
        label="Année",
        coerce=int,
        help_text="Le bilan se remplit avec ce que le conseil a enregistré cette année-là.",
    )

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(one, str(one)) for one in years]


class CommentForm(WithoutIndividuals, forms.Form):
    """What the coordination says of a part, before its figures."""

    def __init__(self, *args: Any, report: AnnualReport, part: ReportPart, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = f"{COMMENT}{part.value}"
        self.fields[self.name] = forms.CharField(
            label="Commentaire",
            required=False,
            widget=forms.Textarea,
            max_length=MOST_WORDS,
            initial=getattr(report, self.name),
            help_text=f"Il ouvre la partie, avant ses chiffres. {REMINDER}",
        )
        self.free_text = (self.name,)
        self.ask_to_read_again()

    @property
    def text(self) -> str:
        """Return what was written."""
        return str(self.cleaned_data[self.name])
