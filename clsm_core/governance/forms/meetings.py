"""Forms of meetings: one, a series, a cancellation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.db.models import QuerySet

from clsm_core.governance.forms.individuals import REMINDER, WithoutIndividuals
from clsm_core.governance.models import Body, Meeting, MeetingMode, MeetingTemplate
from clsm_core.governance.recurrence import MOST, Rhythm

RHYTHMS = [
    (Rhythm.WEEKDAY.value, "le même jour de la semaine : le deuxième mardi, par exemple"),
    (Rhythm.DAY.value, "le même quantième : le 12, par exemple"),
]
_PLACE_HELP = "Salle et adresse. Laissez vide si tout se passe à distance."


class BodyChoice(forms.ModelChoiceField):
    """A choice of bodies, by their names."""

    def label_from_instance(self, obj: Any) -> str:
        """Name a body."""
        return str(obj.name)


class TemplateChoice(forms.ModelChoiceField):
    """A choice of templates of agenda, by their names."""

    def label_from_instance(self, obj: Any) -> str:
        """Name a template and how many points it has."""
        return f"{obj.name} ({len(obj.lines)} points)"


def _with_bodies(form: forms.BaseForm, bodies: QuerySet[Body]) -> None:
    form.fields["body"].queryset = bodies


def _field(field: Any, **options: Any) -> Any:
    """Give the form field of a model field; an address without a scheme is a secure one."""
    if isinstance(field, models.URLField):
        options["assume_scheme"] = "https"
    return field.formfield(**options)


class _Placed(WithoutIndividuals, forms.ModelForm):
    """What one meeting and a series have in common."""

    free_text = ("title",)

    starts_at = forms.DateTimeField(
        label="Début", widget=forms.DateTimeInput, help_text="Jour et heure, en heure légale."
    )
    duration_minutes = forms.IntegerField(
        label="Durée (minutes)", min_value=15, max_value=720, initial=120
    )

    class Meta:
        model = Meeting
        formfield_callback = _field
        fields = ("title", "starts_at", "duration_minutes", "mode", "place", "link")
        help_texts = {
            "title": "Facultatif : ce qui la distingue des autres, comme « Bilan annuel ».",
            "place": _PLACE_HELP,
            "link": "Adresse de la visioconférence. Elle figure dans la convocation.",
        }

    def clean(self) -> Any:
        """Demand a place, a link, or both, as people meet."""
        cleaned = super().clean()
        mode, place, link = (self.cleaned_data.get(name) for name in ("mode", "place", "link"))
        if mode in (MeetingMode.ON_SITE, MeetingMode.BOTH) and not place:
            self.add_error("place", "Dites où la réunion a lieu.")
        if mode in (MeetingMode.REMOTE, MeetingMode.BOTH) and not link:
            self.add_error("link", "Donnez le lien de connexion.")
        return cleaned


class MeetingForm(_Placed):
    """Change a meeting."""


class NewMeetingForm(_Placed):
    """Plan a meeting of a body."""

    body = BodyChoice(Body.objects.none(), label="Instance", empty_label="choisissez une instance")
    template = TemplateChoice(
        MeetingTemplate.objects.none(),
        label="Modèle d’ordre du jour",
        required=False,
        empty_label="aucun",
    )

    def __init__(
        self,
        *args: Any,
        bodies: QuerySet[Body],
        templates: QuerySet[MeetingTemplate],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _with_bodies(self, bodies)
        if templates.exists():
            self.fields["template"].queryset = templates
        else:
            del self.fields["template"]
        self.order_fields(["body", "title", "starts_at", "duration_minutes"])


class SeriesForm(NewMeetingForm):
    """Plan meetings that come back."""

    every_months = forms.IntegerField(label="Tous les … mois", min_value=1, max_value=12, initial=3)
    count = forms.IntegerField(label="Nombre de réunions", min_value=2, max_value=MOST, initial=4)
    rhythm = forms.ChoiceField(
        label="Ce qui ne change pas",
        choices=RHYTHMS,
        initial=Rhythm.WEEKDAY.value,
        widget=forms.RadioSelect,
        help_text="Les jours fériés ne sont pas connus : chaque date se corrige ensuite.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_at"].label = "Début de la première"
        self.order_fields(
            ["body", "title", "starts_at", "duration_minutes", "every_months", "count", "rhythm"]
        )

    def first(self) -> datetime:
        """Return when the first meeting begins."""
        start: datetime = self.cleaned_data["starts_at"]
        return start


class CancelForm(WithoutIndividuals, forms.Form):
    """Cancel a meeting, with a reason that its members read."""

    free_text = ("reason",)

    reason = forms.CharField(
        label="Motif",
        max_length=200,
        help_text=f"Il figure dans le message aux personnes convoquées. {REMINDER}",
    )
