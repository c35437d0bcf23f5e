"""Sittings and their agenda (BR-04, BR-09)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from cases.domain.vocabulary import PostponementReason
from cases.forms.fields import box, line, one_of, one_shown, several
from cases.models import AgendaItem


class SittingForm(forms.Form):
    """When and where the commission meets."""

    starts_at = forms.DateTimeField(label="Date et heure")
    place = line(
        "Lieu", help_text="Salle et adresse, ou visioconférence.", required=True, limit=160
    )

    def __init__(
        self, *args: Any, commissions: list[tuple[str, str]], at: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        if len(commissions) > 1:
            self.fields["commission"] = one_shown("Commission", commissions)

    def clean_starts_at(self) -> datetime:
        """Refuse a sitting in the past."""
        starts_at: datetime = self.cleaned_data["starts_at"]
        if starts_at <= self.at:
            raise forms.ValidationError("Choisissez une date à venir.")
        return starts_at


class InscribeForm(forms.Form):
    """Put a situation on an agenda."""

    mode = one_shown(
        "La personne sera",
        [
            (AgendaItem.Mode.NAMED.value, "nommée, si son accord le permet"),
            (AgendaItem.Mode.ANONYMOUS.value, "évoquée sans la nommer"),
        ],
    )
    attested = box(
        "Sans la nommer : j’ai vérifié qu’aucun texte ne permet de la reconnaître",
    )

    def __init__(self, *args: Any, sittings: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sitting"] = one_shown("Séance", sittings)
        self.order_fields(["sitting", "mode", "attested"])

    def clean(self) -> dict[str, Any]:
        """Require the attestation when nobody is named (C-03)."""
        data = super().clean() or {}
        if data.get("mode") == AgendaItem.Mode.ANONYMOUS.value and not data.get("attested"):
            self.add_error("attested", "Cochez cette case après avoir vérifié les textes.")
        return data


class RemoveItemForm(forms.Form):
    """Take a situation off an agenda, with a reason (decision 29)."""

    reason = one_of("Motif", PostponementReason, required=True)


class PresenceForm(forms.Form):
    """Who is present for one item: by situation, not by sitting (BR-04)."""

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["present"] = several("Présents pour ce point", members)
