"""Forms of the bodies."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from clsm_core.council.models import Council
from clsm_core.directory.models import SURVEY_CATEGORIES, Contact
from clsm_core.governance.actions.bodies import USUAL
from clsm_core.governance.forms.individuals import REMINDER, WithoutIndividuals
from clsm_core.governance.models import (
    Body,
    BodyKind,
    CategoryInvitation,
    Decision,
    InvitationStatus,
)
from clsm_core.governance.queries import bodies as queries


class ContactChoice(forms.ModelChoiceField):
    """Choose a contact of the council by name, with her organisation."""

    def label_from_instance(self, contact: Contact) -> str:
        """Write a contact as a list shows it."""
        return contact_label(contact)


class ContactsChoice(forms.ModelMultipleChoiceField):
    """Choose several contacts of the council."""

    def label_from_instance(self, contact: Contact) -> str:
        """Write a contact as a list shows it."""
        return contact_label(contact)


class DecisionChoice(forms.ModelChoiceField):
    """Choose a decision by its number and title."""

    def label_from_instance(self, decision: Decision) -> str:
        """Write a decision as the register cites it."""
        return f"{decision.code} · {decision.title}"


def contact_label(contact: Contact) -> str:
    """Write a contact: name, then organisation or college."""
    place = contact.organisation.name if contact.organisation else contact.get_college_display()
    return f"{contact.full_name} · {place}"


def values_of(form: Any) -> dict[str, Any]:
    """Return what a valid form asks to write: its fields, without the author's confirmation."""
    return {name: value for name, value in form.cleaned_data.items() if name != "is_general"}


class UsualForm(forms.Form):
    """Which of the usual bodies to open."""

    kinds = forms.MultipleChoiceField(
        label="Instances à ouvrir",
        choices=[(kind.value, name) for kind, (name, *_) in USUAL.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="La commission n’est ouverte ici que par son nom : ses membres et ses travaux"
        " restent dans l’autre service.",
    )
    starts_on = forms.DateField(
        label="Depuis le", help_text="Le jour où elles ont été créées, même ancien."
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].initial = [BodyKind.STEERING, BodyKind.PLENARY]
        self.fields["starts_on"].initial = on


class BodyForm(WithoutIndividuals, forms.ModelForm):
    """What is written of a body."""

    free_text = ("purpose",)

    class Meta:
        model = Body
        fields = ("name", "purpose", "meetings_per_year", "quorum_percent", "is_published")
        help_texts = {
            "purpose": f"Ce que l’instance décide, prépare ou suit. {REMINDER}",
            "meetings_per_year": "Sert à comparer les réunions tenues à celles qui sont prévues.",
            "quorum_percent": "Part des membres votants présents ou représentés ; 0 si aucun"
            " quorum n’est demandé.",
            "is_published": "Le public ne lit que le nom et les missions, jamais les membres.",
        }


class NewBodyForm(BodyForm):
    """A body that needs no decision."""

    kind = forms.ChoiceField(
        label="Type",
        choices=[one for one in BodyKind.choices if one[0] != BodyKind.WORKING_GROUP],
        help_text="Un groupe de travail se crée à part, par une décision du comité de pilotage.",
    )
    starts_on = forms.DateField(label="Depuis le")
    field_order = ("kind", "name", "starts_on")


class GroupForm(BodyForm):
    """What is written of a working group."""

    class Meta(BodyForm.Meta):
        fields = ("name", "group_kind", "theme", *BodyForm.Meta.fields[1:])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group_kind"].required = True


class NewGroupForm(GroupForm):
    """A working group, with the decision that founds it and its referents (D-03)."""

    decision = DecisionChoice(
        label="Décision du comité de pilotage",
        queryset=Decision.objects.none(),
        help_text="Une décision de type « création d’un groupe » qui n’a pas encore servi.",
    )
    referents = ContactsChoice(
        label="Référents",
        queryset=Contact.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="Au moins un : il anime le groupe et en rend compte à l’assemblée plénière.",
    )
    starts_on = forms.DateField(label="Depuis le")
    field_order = ("decision", "name", "group_kind", "theme", "referents", "starts_on")

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].queryset = queries.founding_decisions(council)
        self.fields["referents"].queryset = queries.active_contacts(council)


class CloseForm(forms.Form):
    """The last day of a body."""

    ends_on = forms.DateField(label="Dernier jour")


class CategoriesForm(forms.Form):
    """One answer for each category of the national survey (003-14)."""

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = dict(CategoryInvitation.objects.filter(body=body).values_list("category", "status"))
        for category in SURVEY_CATEGORIES:
            self.fields[category.value] = forms.ChoiceField(
                label=category.label[0].upper() + category.label[1:],
                choices=InvitationStatus.choices,
                required=False,
                initial=kept.get(category.value, InvitationStatus.UNANSWERED),
            )

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """Give each field with its errors, for the summary of what is to be mended."""
        return [(field, field.errors) for field in self]
