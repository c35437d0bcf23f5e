"""Forms of agendas: points, moves, subjects, templates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from clsm_core.governance.actions.agendas import DOWN, UP
from clsm_core.governance.forms.individuals import REMINDER, WithoutIndividuals
from clsm_core.governance.forms.meetings import BodyChoice, TemplateChoice
from clsm_core.governance.models import (
    AgendaPoint,
    Body,
    Meeting,
    MeetingTemplate,
    PointPurpose,
)
from clsm_core.governance.times import when

LINES_HELP = (
    "Un point par ligne : intitulé ; attendu ; minutes. L’attendu est « information », « échange »"
    " ou « décision ». Exemple : Approbation du compte rendu ; décision ; 5"
)
MOST_LINES = 40


class PointForm(WithoutIndividuals, forms.ModelForm):
    """A point of an agenda."""

    free_text = ("title", "details")

    minutes = forms.IntegerField(label="Durée (minutes)", min_value=1, max_value=480, initial=15)

    class Meta:
        model = AgendaPoint
        fields = ("title", "purpose", "minutes", "presenter", "details")
        help_texts = {
            "purpose": "Ce que la réunion en fera.",
            "presenter": "Facultatif : qui présente, par son nom ou sa structure.",
            "details": f"Ce que les membres liront avant la réunion. {REMINDER}",
        }


class SubjectForm(PointForm):
    """A subject proposed for a later meeting."""

    body = BodyChoice(Body.objects.none(), label="Instance", empty_label="choisissez une instance")

    def __init__(self, *args: Any, bodies: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies
        self.order_fields(["body"])


class MoveForm(forms.Form):
    """Where a point goes, from a button of the agenda."""

    direction = forms.ChoiceField(
        label="Déplacer ce point",
        choices=[(UP, "plus tôt"), (DOWN, "plus tard")],
        widget=forms.RadioSelect,
    )


class MeetingChoice(forms.ModelChoiceField):
    """A choice of meetings, by their days."""

    def label_from_instance(self, obj: Any) -> str:
        """Name a meeting by its day and title."""
        return " – ".join(filter(None, [when(obj), obj.title]))


class PlaceForm(forms.Form):
    """On which agenda a subject goes."""

    meeting = MeetingChoice(Meeting.objects.none(), label="Réunion", empty_label=None)

    def __init__(self, *args: Any, meetings: QuerySet[Meeting], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = meetings


class CarryForm(PlaceForm):
    """To which later meeting a point goes, or back among the subjects."""

    meeting = MeetingChoice(
        Meeting.objects.none(),
        label="Reporter à",
        required=False,
        empty_label="la liste des sujets, sans date",
    )


class ApplyForm(forms.Form):
    """Which template is added to an agenda."""

    template = TemplateChoice(MeetingTemplate.objects.none(), label="Modèle", empty_label=None)

    def __init__(self, *args: Any, templates: QuerySet[MeetingTemplate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = templates


class TemplateNameForm(forms.Form):
    """The name of a template made from an agenda."""

    name = forms.CharField(
        label="Nom du modèle", max_length=120, help_text="Par exemple « Comité ordinaire »."
    )


class TemplateForm(WithoutIndividuals, forms.ModelForm):
    """A template of agenda, written as lines."""

    free_text = ("name", "points")

    points = forms.CharField(label="Points", widget=forms.Textarea, help_text=LINES_HELP)

    class Meta:
        model = MeetingTemplate
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.lines and "points" not in self.initial:
            self.initial["points"] = as_text(self.instance.lines)

    def clean_points(self) -> list[dict[str, Any]]:
        """Read the lines. Raises: ValidationError that says which one is wrong."""
        found, errors = [], []
        lines = [line.strip() for line in self.cleaned_data["points"].splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(f"{MOST_LINES} points au plus.")
        for number, line in enumerate(lines, start=1):
            read = _line(line)
            if read is None:
                errors.append(f"Ligne {number} : écrivez « intitulé ; attendu ; minutes ».")
            else:
                found.append(read)
        if errors:
            raise forms.ValidationError(errors)
        return found


def as_text(lines: list[dict[str, Any]]) -> str:
    """Write the points of a template as its form reads them."""
    return "\n".join(
        f"{one['title']} ; {PointPurpose(one['purpose']).label} ; {one['minutes']}" for one in lines
    )


def _line(line: str) -> dict[str, Any] | None:
    """Read « title ; purpose ; minutes », from the end: a title may hold a semicolon."""
    parts = [part.strip() for part in line.rsplit(";", 2)]
    labels = {one.label: one.value for one in PointPurpose}
    if len(parts) != 3 or not parts[0] or len(parts[0]) > 200:
        return None
    purpose = labels.get(parts[1].lower())
    minutes = parts[2].removesuffix("min").strip()
    if purpose is None or not minutes.isascii() or not minutes.isdigit():
        return None
    if not 1 <= int(minutes) <= 480:
        return None
    return {"title": parts[0], "purpose": purpose, "minutes": int(minutes)}
