"""Forms of the needs."""

from __future__ import annotations

from typing import Any

from django import forms

from clsm_core.council.access import Member
from clsm_core.directory.forms.choosing import Names, OrganisationField
from clsm_core.governance.forms.bodies import DecisionChoice
from clsm_core.governance.forms.individuals import REMINDER, WithoutIndividuals
from clsm_core.governance.models import BodyKind, Decision, Meeting
from clsm_core.governance.queries.bodies import day_of
from clsm_core.observatory.field.permissions import readable_meetings, readable_orientations
from clsm_core.observatory.field.queries.needs import Filters
from clsm_core.observatory.field.queries.observation import diagnoses_of
from clsm_core.observatory.models import Diagnosis, Need, NeedState, Origin, Urgency
from clsm_core.observatory.vocabulary import Public, Theme
from clsm_core.ui.templatetags.ui import day

# What comes from the commission has acts of its own, that read its proof.
RELEASED = (Origin.RELEASE, Origin.NOTE)
TOLD = [(code, label) for code, label in Origin.choices if code not in RELEASED]
KINDS = {Origin.PLENARY: BodyKind.PLENARY, Origin.GROUP: BodyKind.WORKING_GROUP}
# The field that says more of an origin; the others are emptied.
LINKS = {
    Origin.DIAGNOSIS: ("diagnosis",),
    Origin.PLENARY: ("meeting", "decision"),
    Origin.GROUP: ("meeting", "decision"),
    Origin.PARTNER: ("partner",),
}


class MeetingChoice(forms.ModelChoiceField):
    """Choose a meeting by its body and its day."""

    def label_from_instance(self, meeting: Meeting) -> str:
        """Write a meeting as people say it."""
        return f"{meeting.body.name} · {day(day_of(meeting))}"


class DiagnosisChoice(forms.ModelChoiceField):
    """Choose a diagnosis by its title."""

    def label_from_instance(self, diagnosis: Diagnosis) -> str:
        """Write a diagnosis by its title and the end of its period."""
        return f"{diagnosis.title} ({diagnosis.ends_on.year})"


class FoundForm(WithoutIndividuals, forms.ModelForm):
    """What is said of a need, wherever it comes from."""

    free_text = ("title", "description", "territory")
    theme = forms.ChoiceField(
        label="Thématique", choices=[("", "aucune en particulier"), *Theme.choices], required=False
    )
    publics = forms.MultipleChoiceField(
        label="Publics",
        choices=Public.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Need
        fields = ("title", "description", "theme", "publics", "territory", "urgency", "seen_on")
        labels = {"urgency": "Urgence"}
        help_texts = {
            "title": "Ce qui manque, ou ce qui revient souvent, en une phrase.",
            "description": REMINDER,
            "territory": "Un quartier, une commune, tout le territoire ; jamais une adresse.",
        }

    def values(self) -> dict[str, Any]:
        """Return what is written of the need itself."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class NeedForm(FoundForm):
    """A need that somebody told of, with where it comes from."""

    origin = forms.ChoiceField(label="Origine", choices=TOLD)
    diagnosis = DiagnosisChoice(
        label="Diagnostic",
        queryset=Diagnosis.objects.none(),
        required=False,
        empty_label="aucun",
        help_text="Si le besoin vient d’un diagnostic.",
    )
    meeting = MeetingChoice(
        label="Réunion",
        queryset=Meeting.objects.none(),
        required=False,
        empty_label="aucune",
        help_text="Si le besoin vient de l’assemblée plénière ou d’un groupe de travail.",
    )
    decision = DecisionChoice(
        label="Orientation",
        queryset=Decision.objects.none(),
        required=False,
        empty_label="aucune",
        help_text="L’orientation dont le besoin est tiré, si elle est au registre.",
    )

    class Meta(FoundForm.Meta):
        fields = (*FoundForm.Meta.fields, "origin", "diagnosis", "meeting", "decision")

    field_order = (
        "title",
        "description",
        "origin",
        "diagnosis",
        "meeting",
        "decision",
        "partner",
        "theme",
        "publics",
        "territory",
        "urgency",
        "seen_on",
        "state",
    )

    def __init__(self, *args: Any, member: Member, names: Names, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["diagnosis"].queryset = diagnoses_of(member.council)
        self.fields["meeting"].queryset = readable_meetings(member)
        self.fields["decision"].queryset = readable_orientations(member)
        self.fields["partner"] = OrganisationField(
            names=names,
            label="Partenaire",
            required=False,
            help_text="La structure de l’annuaire qui l’a signalé.",
        )
        if self.instance.partner_id:
            self.fields["partner"].initial = self.instance.partner_id
        self.order_fields(self.field_order)

    def clean(self) -> Any:
        """Ask for what the origin calls for, and empty what it does not."""
        cleaned = super().clean()
        origin = self.cleaned_data.get("origin", "")
        for name in ("diagnosis", "meeting", "decision", "partner"):
            if name not in LINKS.get(origin, ()) and name not in self.errors:
                self.cleaned_data[name] = None
        if origin == Origin.DIAGNOSIS and not self.cleaned_data.get("diagnosis"):
            self.add_error("diagnosis", "Choisissez le diagnostic, ou une autre origine.")
        self._settle_the_meeting(origin)
        return cleaned

    def _settle_the_meeting(self, origin: str) -> None:
        decision, meeting = (self.cleaned_data.get(name) for name in ("decision", "meeting"))
        if decision and not meeting:
            meeting = self.cleaned_data["meeting"] = decision.meeting
        if decision and meeting and decision.meeting_id != meeting.pk:
            self.add_error("decision", "Cette orientation a été prise dans une autre réunion.")
        if meeting and origin in KINDS and meeting.body.kind != KINDS[Origin(origin)]:
            self.add_error("meeting", "Cette réunion est celle d’une autre instance.")

    def values(self) -> dict[str, Any]:
        """Return what is written of the need, its partner included."""
        return {**super().values(), "partner": self.cleaned_data.get("partner")}


class LineForm(forms.Form):
    """The row of a published table of which a need is made."""

    row = forms.ChoiceField(label="Ligne", widget=forms.HiddenInput)

    def __init__(self, *args: Any, rows: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["row"].choices = rows


class FilterForm(forms.Form):
    """What a list of needs is narrowed by; a wrong value narrows nothing."""

    q = forms.CharField(label="Rechercher", required=False, max_length=80)
    origine = forms.ChoiceField(
        label="Origine", required=False, choices=[("", "toutes"), *Origin.choices]
    )
    theme = forms.ChoiceField(
        label="Thématique", required=False, choices=[("", "toutes"), *Theme.choices]
    )
    public = forms.ChoiceField(
        label="Public", required=False, choices=[("", "tous"), *Public.choices]
    )
    urgence = forms.ChoiceField(
        label="Urgence", required=False, choices=[("", "toutes"), *Urgency.choices]
    )

    def filters(self, state: str) -> Filters:
        """Return what was asked."""
        self.is_valid()
        asked = self.cleaned_data
        return Filters(
            origin=asked.get("origine", ""),
            theme=asked.get("theme", ""),
            public=asked.get("public", ""),
            urgency=int(asked["urgence"]) if asked.get("urgence") else None,
            state=state,
            words=asked.get("q", ""),
        )


def with_state(form: FoundForm, need: Need) -> FoundForm:
    """Let the coordination say in the same form what became of the need."""
    form.fields["state"] = forms.ChoiceField(
        label="État",
        choices=NeedState.choices,
        initial=need.state,
        help_text="« Écarté » garde le besoin et son histoire, hors des listes à traiter.",
    )
    return form
