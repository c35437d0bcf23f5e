"""Forms about people of a meeting: who is invited, who came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms

from clsm_core.directory.models import Contact
from clsm_core.governance.actions.attendance import Line
from clsm_core.governance.forms.individuals import REMINDER, WithoutIndividuals
from clsm_core.governance.models import Attendance, Presence, SignedHow
from clsm_core.governance.presenters.names import name_of

# « Not signed » is what nothing says; the sheet and the call are what is chosen.
NAMES_ID = "membres"
EVERYBODY = [
    ("", "chaque ligne à part"),
    (SignedHow.SHEET.value, "tous les présents ont signé la feuille"),
    (SignedHow.CALLED.value, "tous ont répondu à l’appel nominal"),
]
_SIGNED = [(SignedHow.NOT.value, "non signé"), *SignedHow.choices[1:]]


class GuestChoice(forms.ModelMultipleChoiceField):
    """A choice of contacts, by name and organisation."""

    def label_from_instance(self, obj: Any) -> str:
        """Name a person, with what she is and whether she can be written to."""
        house = obj.organisation.name if obj.organisation else ""
        words = ", ".join(filter(None, [name_of(obj), obj.job_title, house]))
        return words if obj.email else f"{words} (sans adresse électronique)"


class GuestsForm(forms.Form):
    """Whom to invite beside the members."""

    guests = GuestChoice(
        Contact.objects.none(),
        label="Invités",
        widget=forms.SelectMultiple(attrs={"size": "8"}),
        help_text="Personnes de l’annuaire qui ne sont pas membres. Pour en choisir plusieurs,"
        " gardez la touche Ctrl enfoncée, ou appuyez longuement sur un téléphone.",
    )

    def __init__(self, *args: Any, contacts: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["guests"].queryset = contacts


class ConveneForm(WithoutIndividuals, GuestsForm):
    """Convene: the word that goes with it, and guests."""

    free_text = ("message",)

    message = forms.CharField(
        label="Mot d’accompagnement",
        required=False,
        widget=forms.Textarea,
        max_length=4000,
        help_text=f"Facultatif. {REMINDER}",
    )
    field_order = ["message", "guests"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["guests"].required = False
        # An empty list asks a question that has no answer.
        if "guests" not in self.data and not self.fields["guests"].queryset.exists():
            del self.fields["guests"]


class NameField(forms.CharField):
    """A person of the page, by the name that its list of names offers."""

    widget = forms.TextInput(attrs={"list": NAMES_ID, "autocomplete": "off"})

    def __init__(self, *, people: Mapping[str, Contact], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.people = {label.casefold(): contact for label, contact in people.items()}

    def clean(self, value: Any) -> Contact | None:
        """Find the person. Raises: ValidationError when no member has this name."""
        typed = " ".join(super().clean(value).split())
        if not typed:
            return None
        found = self.people.get(typed.casefold())
        if found is None:
            raise forms.ValidationError("Choisissez un membre dans la liste proposée.")
        return found


def named(people: Iterable[Contact]) -> dict[str, Contact]:
    """Give each person a name of her own: with her organisation, then a number, if need be."""
    found: dict[str, Contact] = {}
    for one in people:
        house = one.organisation.name if one.organisation else ""
        label = " ".join(name_of(one).split())
        taken = {known.casefold() for known in found}
        if label.casefold() in taken and house:
            label = " ".join(f"{label} ({house})".split())
        base, number = label, 2
        while label.casefold() in taken:
            label, number = f"{base} {number}", number + 1
        found[label] = one
    return found


class AttendanceForm(forms.Form):
    """Who came: three answers a person, all in one form."""

    members_id = NAMES_ID

    def __init__(self, *args: Any, rows: Iterable[Attendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        # One list of names for the whole page: a choice a person would weigh as their square.
        self.members = named([one.contact for one in self.rows if not one.is_guest])
        labels = {contact.pk: label for label, contact in self.members.items()}
        self.fields["all_signed"] = forms.ChoiceField(
            label="Émargement des présents",
            choices=EVERYBODY,
            required=False,
            help_text="Vaut pour chaque personne présente dont la ligne dit « non signé ».",
        )
        for row in self.rows:
            name, key = name_of(row.contact), row.contact_id.hex
            self.fields[f"presence_{key}"] = forms.ChoiceField(
                label=f"Présence de {name}",
                choices=[("", "à noter"), *Presence.choices],
                required=False,
                initial=row.presence,
            )
            self.fields[f"represented_by_{key}"] = NameField(
                people=self.members,
                label=f"Qui représente {name}",
                required=False,
                initial=labels.get(row.represented_by_id, ""),
            )
            self.fields[f"signed_{key}"] = forms.ChoiceField(
                label=f"Émargement de {name}",
                choices=_SIGNED,
                required=False,
                initial=row.signed,
            )

    def lines(self) -> list[Line]:
        """Return what was noted of each person."""
        data = self.cleaned_data
        return [
            Line(
                row=row,
                presence=data[f"presence_{row.contact_id.hex}"],
                represented_by=data[f"represented_by_{row.contact_id.hex}"],
                signed=self._signed(row),
            )
            for row in self.rows
        ]

    def _signed(self, row: Attendance) -> str:
        """Return how a presence was attested: on its own line first, else as everybody's."""
        own = self.cleaned_data[f"signed_{row.contact_id.hex}"] or SignedHow.NOT
        return str(self.cleaned_data["all_signed"] or own) if own == SignedHow.NOT else str(own)


def id_of(text: str) -> UUID | None:
    """Read an id from an address; None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
