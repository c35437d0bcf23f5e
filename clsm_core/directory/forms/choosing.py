"""Choose an organisation by typing its name, among those of one council.

A list of two thousand lines is no list: the name is typed, the browser suggests, the server
recognises whatever the accents, and proposes when it does not.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from clsm_core.council.models import Council
from clsm_core.directory.models import Organisation
from clsm_core.directory.queries import organisations
from clsm_core.ui.plain import plain

DATALIST = "structures-de-l-annuaire"


class Names:
    """The active organisations of a council, each under one label."""

    def __init__(self, council: Council) -> None:
        rows = organisations.names_of(council)
        self._council = council
        times: dict[str, int] = defaultdict(int)
        for _, name, _, _ in rows:
            times[plain(name)] += 1
        self.labels: dict[UUID, str] = {}
        self._by_label: dict[str, UUID] = {}
        for pk, name, postcode, city in rows:
            place = " ".join(part for part in (postcode, city) if part)
            label = f"{name} ({place})" if times[plain(name)] > 1 and place else name
            self.labels[pk] = label
            self._by_label[plain(label)] = pk

    def find(self, text: str) -> Organisation:
        """Return the organisation that a text names.

        Raises:
            ValidationError: none does; the message proposes the closest.
        """
        pk = self._by_label.get(plain(text))
        if pk is None:
            raise ValidationError(self._hint(text))
        return Organisation.objects.get(pk=pk, council=self._council)

    def _hint(self, text: str) -> str:
        asked = plain(text)
        close = difflib.get_close_matches(asked, self._by_label, n=3, cutoff=0.5)
        close += [key for key in self._by_label if asked in key and key not in close][:3]
        words = ", ".join(f"« {self.labels[self._by_label[key]]} »" for key in close[:4])
        if words:
            return f"Aucune structure active ne porte exactement ce nom. Peut-être : {words} ?"
        return "Aucune structure active ne porte ce nom : ajoutez-la d’abord à l’annuaire."


class OrganisationField(forms.CharField):
    """A typed name that becomes an organisation of the council."""

    def __init__(self, *, names: Names, **kwargs: Any) -> None:
        super().__init__(max_length=400, **kwargs)
        self._names = names
        self.widget.attrs |= {"list": DATALIST, "autocomplete": "off"}

    @property
    def choices(self) -> list[tuple[Organisation, str]]:
        """Give the words of each organisation, for who compares both texts of a stale edit."""
        return [(Organisation(pk=pk), label) for pk, label in self._names.labels.items()]

    def prepare_value(self, value: Any) -> Any:
        """Show the label of a stored organisation, and what was typed otherwise."""
        if isinstance(value, Organisation):
            value = value.pk
        return self._names.labels.get(value, value) if isinstance(value, UUID) else value

    def clean(self, value: Any) -> Any:
        """Return the organisation, None for an empty field.

        Raises:
            ValidationError: no active organisation of the council has this name.
        """
        text = super().clean(value)
        return self._names.find(text) if text else None
