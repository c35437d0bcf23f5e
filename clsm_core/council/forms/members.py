"""Roles in a council: to a new address, to somebody already there, until when."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from clsm_core.council.actions.members import Newcomer
from clsm_core.council.models import Council, CouncilRole
from clsm_core.council.queries import members
from clsm_core.council.words import ROLE_HELP

AT_ONCE, ON_A_DAY = "now", "day"


def _role_choices() -> list[tuple[str, str]]:
    return [(str(role), f"{role.label.capitalize()} : {ROLE_HELP[role]}") for role in CouncilRole]


class RoleForm(forms.Form):
    """A role between two days."""

    role = forms.ChoiceField(label="Rôle", choices=_role_choices, widget=forms.RadioSelect)
    starts_on = forms.DateField(label="Premier jour")
    ends_on = forms.DateField(
        label="Dernier jour",
        required=False,
        help_text="Celui du mandat. Vide : sans date de fin.",
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["starts_on"].initial = today

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning, or already past."""
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", "La fin ne peut pas précéder le début.")
        elif ends and ends < self.today:
            self.add_error("ends_on", "Cette date est passée : le rôle n’ouvrirait rien.")
        return cleaned


class InviteForm(RoleForm):
    """Somebody who is not yet in this council."""

    email = forms.EmailField(
        label="Adresse électronique",
        help_text="Un message y part, avec un lien pour choisir une phrase de passe.",
    )
    first_name = forms.CharField(label="Prénom", max_length=80)
    last_name = forms.CharField(label="Nom", max_length=80)
    job_title = forms.CharField(label="Fonction", max_length=120, required=False)
    organisation = forms.CharField(label="Structure", max_length=160, required=False)

    field_order = ["email", "first_name", "last_name", "job_title", "organisation"]

    def newcomer(self) -> Newcomer:
        """Return who is invited."""
        return Newcomer(
            **{
                name: self.cleaned_data[name]
                for name in ("email", "first_name", "last_name", "job_title", "organisation")
            }
        )


class GiveRoleForm(RoleForm):
    """Somebody of this council, past members included."""

    user = forms.ChoiceField(
        label="Personne",
        error_messages={"invalid_choice": "Cette personne n’est pas de ce conseil."},
    )

    field_order = ["user"]

    def __init__(self, *args: Any, council: Council, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = {str(one.user_id): members.name_of(one) for one in members.memberships_of(council)}
        self.fields["user"].choices = sorted(named.items(), key=lambda pair: pair[1].lower())


class EndRoleForm(forms.Form):
    """When a role ends."""

    when = forms.ChoiceField(
        label="Fin du rôle",
        choices=[
            (AT_ONCE, "Tout de suite : la prochaine page ne s’ouvre plus"),
            (ON_A_DAY, "À la fin d’un jour"),
        ],
        initial=AT_ONCE,
        widget=forms.RadioSelect,
    )
    ends_on = forms.DateField(label="Dernier jour", required=False)

    def clean(self) -> dict[str, Any]:
        """Require a day when one is announced."""
        cleaned = super().clean() or self.cleaned_data
        is_owed = cleaned.get("when") == ON_A_DAY and not cleaned.get("ends_on")
        if is_owed and "ends_on" not in self.errors:
            self.add_error("ends_on", "Indiquez le dernier jour.")
        return cleaned

    @property
    def last_day(self) -> date | None:
        """The day chosen, None at once."""
        day: date | None = self.cleaned_data["ends_on"]
        return day if self.cleaned_data["when"] == ON_A_DAY else None
