"""Forms of the register of decisions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from clsm_core.directory.models import Contact
from clsm_core.governance.forms.bodies import ContactChoice
from clsm_core.governance.forms.individuals import REMINDER, WithoutIndividuals
from clsm_core.governance.models import (
    AgendaPoint,
    Body,
    Decision,
    DecisionKind,
    DecisionState,
    Meeting,
    Vote,
    VoteRule,
)
from clsm_core.governance.queries import bodies as body_queries
from clsm_core.governance.queries import decisions as queries

VOTE_FIELDS = ("rule", "is_secret", "voters", "in_favour", "against", "abstained")
COUNTS = VOTE_FIELDS[2:]


class PointChoice(forms.ModelChoiceField):
    """Choose a point of the meeting's agenda."""

    def label_from_instance(self, point: AgendaPoint) -> str:
        """Write a point by its title."""
        return point.title


class DecisionForm(WithoutIndividuals, forms.ModelForm):
    """A decision and, where a rule asks for one, its vote."""

    free_text = ("title", "text")

    owner = ContactChoice(
        label="Responsable",
        queryset=Contact.objects.none(),
        required=False,
        empty_label="à désigner",
        help_text="Qui en rend compte ; elle ou il peut noter les suivis.",
    )
    point = PointChoice(
        label="Point de l’ordre du jour",
        queryset=AgendaPoint.objects.none(),
        required=False,
        empty_label="aucun en particulier",
    )
    rule = forms.ChoiceField(
        label="Vote",
        choices=[("", "sans vote"), *VoteRule.choices],
        required=False,
        help_text="Choisissez une règle si l’instance a voté : le résultat se calcule.",
    )
    is_secret = forms.BooleanField(label="À bulletin secret", required=False)
    voters = forms.IntegerField(
        label="Membres votants", min_value=0, max_value=9999, required=False
    )
    in_favour = forms.IntegerField(label="Pour", min_value=0, max_value=9999, required=False)
    against = forms.IntegerField(label="Contre", min_value=0, max_value=9999, required=False)
    abstained = forms.IntegerField(label="Abstentions", min_value=0, max_value=9999, required=False)

    class Meta:
        model = Decision
        fields = ("title", "kind", "text", "point", "owner", "due_on")
        help_texts = {
            "title": "Une phrase qui dit ce qui est décidé.",
            "text": REMINDER,
            "due_on": "Le jour où elle doit être faite ; vide si elle s’applique d’elle-même.",
        }

    def __init__(
        self, *args: Any, meeting: Meeting, vote: Vote | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        contacts = body_queries.active_contacts(meeting.body.council)
        if self.instance.owner_id:
            # Who is responsible stays in the list after leaving the directory.
            contacts = contacts | Contact.objects.filter(
                council=meeting.body.council, pk=self.instance.owner_id
            ).select_related("organisation")
        self.fields["owner"].queryset = contacts
        self.fields["point"].queryset = queries.points_of(meeting)
        if vote is not None:
            for name in VOTE_FIELDS:
                self.fields[name].initial = getattr(vote, name)

    def clean(self) -> Any:
        """Ask for the counts once a rule is chosen."""
        cleaned = super().clean()
        if self.cleaned_data.get("rule"):
            for name in COUNTS:
                if self.cleaned_data.get(name) is None and name not in self.errors:
                    self.add_error(name, "Indiquez un nombre, même zéro.")
        return cleaned

    @property
    def main_fields(self) -> list[Any]:
        """Give what is written of the decision, then the author's confirmation if it is asked."""
        return [field for field in self if field.name not in VOTE_FIELDS]

    @property
    def counts(self) -> list[Any]:
        """Give the counts of the vote."""
        return [self[name] for name in COUNTS]

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """Give each field with its errors, for the summary of what is to be mended."""
        return [(field, field.errors) for field in self]

    def values(self) -> dict[str, Any]:
        """Return what is written of the decision itself."""
        return {name: self.cleaned_data[name] for name in self._meta.fields if name in self.fields}

    def voices(self) -> dict[str, Any] | None:
        """Return what is written of the vote, None without one."""
        if not self.cleaned_data.get("rule"):
            return None
        return {name: self.cleaned_data[name] for name in VOTE_FIELDS}


class NewDecisionForm(DecisionForm):
    """A decision to write in the register, with where it stands already."""

    class Meta(DecisionForm.Meta):
        fields = (*DecisionForm.Meta.fields, "state")
        help_texts = {
            **DecisionForm.Meta.help_texts,
            "state": "« Fait » si elle s’applique dès la réunion.",
        }

    field_order = ("title", "kind", "text", "point", "owner", "due_on", "state")


class FollowUpForm(WithoutIndividuals, forms.Form):
    """A dated line of what was done."""

    free_text = ("text",)

    on = forms.DateField(label="Date")
    state = forms.ChoiceField(label="État", choices=DecisionState.choices)
    text = forms.CharField(
        label="Ce qui a été fait",
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        max_length=4000,
        help_text=REMINDER,
    )


class FilterForm(forms.Form):
    """What a list of decisions is narrowed by; a wrong value narrows nothing."""

    q = forms.CharField(label="Rechercher", required=False, max_length=80)
    instance = forms.ChoiceField(label="Instance", required=False)
    type = forms.ChoiceField(
        label="Type", required=False, choices=[("", "tous"), *DecisionKind.choices]
    )
    annee = forms.ChoiceField(label="Année", required=False)
    responsable = forms.ChoiceField(label="Responsable", required=False)

    def __init__(
        self, *args: Any, bodies: list[Body], years: list[int], owners: list[Contact], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instance"].choices = [("", "toutes"), *((str(b.pk), b.name) for b in bodies)]
        self.fields["annee"].choices = [("", "toutes"), *((str(y), str(y)) for y in years)]
        self.fields["responsable"].choices = [
            ("", "tous"),
            *((str(one.pk), one.full_name or "personne oubliée") for one in owners),
        ]

    def filters(self, state: str) -> queries.Filters:
        """Return what was asked."""
        self.is_valid()
        asked = self.cleaned_data
        return queries.Filters(
            body=UUID(asked["instance"]) if asked.get("instance") else None,
            kind=asked.get("type", ""),
            year=int(asked["annee"]) if asked.get("annee") else None,
            owner=UUID(asked["responsable"]) if asked.get("responsable") else None,
            state=state,
            words=asked.get("q", ""),
        )
