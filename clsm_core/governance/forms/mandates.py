"""Forms of the seats of a body."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from clsm_core.directory.models import College, Contact
from clsm_core.governance.forms.bodies import ContactChoice, ContactsChoice
from clsm_core.governance.models import Body, BodyMandate
from clsm_core.governance.queries import bodies as queries


class SeatChoice(forms.ModelChoiceField):
    """Choose a titular of the body by name."""

    def label_from_instance(self, mandate: BodyMandate) -> str:
        """Write who sits, and for which college."""
        return (
            f"{mandate.contact.full_name or 'personne oubliée'} · {mandate.get_college_display()}"
        )


class MandateForm(forms.ModelForm):
    """A seat: in whose name, in which role, until when."""

    stands_in_for = SeatChoice(
        label="Suppléant de",
        queryset=BodyMandate.objects.none(),
        required=False,
        empty_label="—",
        help_text="Pour un suppléant seulement : le titulaire qu’il remplace.",
    )

    class Meta:
        model = BodyMandate
        fields = ("college", "role", "quality", "stands_in_for", "has_vote", "starts_on", "ends_on")
        help_texts = {"ends_on": "Laissez vide tant que la fin n’est pas connue."}

    def __init__(self, *args: Any, body: Body, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seats = queries.sitting_now(body, on)
        if self.instance.pk:
            # Who stood in for somebody that left keeps her in the list.
            seats = (seats | body.mandates.filter(pk=self.instance.stands_in_for_id)).exclude(
                pk=self.instance.pk
            )
        self.fields["stands_in_for"].queryset = seats.select_related("contact").distinct()


class NewMandateForm(MandateForm):
    """A new seat, for a contact of the council."""

    contact = ContactChoice(
        label="Membre",
        queryset=Contact.objects.none(),
        help_text="Les contacts actifs de l’annuaire qui ne siègent pas déjà dans l’instance.",
    )
    field_order = ("contact",)

    def __init__(self, *args: Any, body: Body, on: date, **kwargs: Any) -> None:
        super().__init__(*args, body=body, on=on, **kwargs)
        self.fields["contact"].queryset = queries.available_contacts(body, on)
        # A form may not wait for a script to fill this in: empty means the contact's own.
        self.fields["college"].required = False
        self.fields["college"].help_text = "Laissez vide : celui du contact."
        self.fields["starts_on"].initial = on


class SeveralForm(forms.Form):
    """Several new members at once."""

    contacts = ContactsChoice(
        label="Membres",
        queryset=Contact.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="Chacun siège dans le collège de sa fiche.",
    )
    has_vote = forms.BooleanField(label="Voix délibérative", required=False, initial=True)
    starts_on = forms.DateField(label="Depuis le")
    ends_on = forms.DateField(
        label="Jusqu’au", required=False, help_text="Laissez vide tant que la fin n’est pas connue."
    )

    def __init__(self, *args: Any, body: Body, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = queries.available_contacts(body, on)
        # Grouped by college: a plenary assembly counts a hundred people.
        self.fields["contacts"].queryset = found
        self.fields["contacts"].choices = [
            (
                College(college).label.capitalize(),
                [
                    (one.pk, self.fields["contacts"].label_from_instance(one))
                    for one in found
                    if one.college == college
                ],
            )
            for college in College.values
            if any(one.college == college for one in found)
        ]
        self.fields["starts_on"].initial = on


class EndForm(forms.Form):
    """The last day of a mandate."""

    ends_on = forms.DateField(label="Dernier jour du mandat")


class RenewForm(forms.Form):
    """The end of the mandate that follows."""

    ends_on = forms.DateField(
        label="Nouvelle fin",
        required=False,
        help_text="Le nouveau mandat commence le lendemain de la fin du précédent. Laissez vide"
        " tant que sa fin n’est pas connue.",
    )


class ReplaceForm(forms.Form):
    """Who takes a seat over, and when."""

    contact = ContactChoice(label="Nouveau membre", queryset=Contact.objects.none())
    starts_on = forms.DateField(
        label="À partir du", help_text="Le mandat actuel prend fin la veille."
    )

    def __init__(self, *args: Any, body: Body, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = queries.available_contacts(body, on)
        self.fields["starts_on"].initial = on
