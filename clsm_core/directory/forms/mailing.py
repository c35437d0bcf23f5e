"""Forms of a mailing list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from clsm_core.directory.models import Category, College, Contact, MailingList


class MailingForm(forms.ModelForm):
    """A list's name, purpose and rule."""

    colleges = forms.MultipleChoiceField(
        label="Collèges",
        choices=College.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tous les contacts de ces collèges.",
    )
    categories = forms.MultipleChoiceField(
        label="Catégories de structures",
        choices=Category.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Et tous ceux des structures de ces catégories.",
    )

    class Meta:
        model = MailingList
        fields = ("name", "purpose", "colleges", "categories")


class PickForm(forms.Form):
    """The contacts added by hand: those kept checked, and those newly checked."""

    def __init__(
        self, *args: Any, offered: Sequence[Contact], picked: Sequence[Contact], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        rows = {one.pk: one for one in (*picked, *offered)}
        self._rows = rows
        self.fields["people"] = forms.TypedMultipleChoiceField(
            label="Contacts de la liste ajoutés à la main",
            required=False,
            coerce=UUID,
            choices=[(pk, _label(one)) for pk, one in rows.items()],
            initial=[one.pk for one in picked],
            widget=forms.CheckboxSelectMultiple,
        )

    @property
    def chosen(self) -> list[Contact]:
        """Return the contacts checked."""
        return [self._rows[pk] for pk in self.cleaned_data["people"]]


def _label(contact: Contact) -> str:
    place = contact.organisation.name if contact.organisation else contact.get_college_display()
    told = "" if contact.accepts_mail else " — n’a pas donné son accord"
    return f"{contact.full_name}, {place}{told}"
