"""Forms of a contact."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django import forms

from clsm_core.directory.forms.choosing import Names, OrganisationField
from clsm_core.directory.models import Contact
from clsm_core.directory.queries import contacts


class ContactForm(forms.ModelForm):
    """Who a person is for the council, and how she may be reached.

    Args:
        has_account: whether the account that she uses may be chosen, among those of the council.
    """

    class Meta:
        model = Contact
        fields = (
            "last_name",
            "first_name",
            "job_title",
            "college",
            "is_referent",
            "email",
            "phone",
            "accepts_mail",
            "accepts_mail_since",
        )
        labels: ClassVar = {"accepts_mail": "Accepte de recevoir les informations du conseil"}
        help_texts: ClassVar = {
            "college": "Au nom de qui cette personne siège ou s’exprime.",
            "email": "Une adresse professionnelle ou associative, jamais celle d’un tiers.",
            "accepts_mail": "Sans cet accord, la personne n’entre dans aucune liste de diffusion."
            " Les convocations des instances où elle siège ne sont pas concernées.",
        }

    def __init__(
        self, *args: Any, names: Names, today: date, has_account: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        place = self.instance.organisation
        field = OrganisationField(
            names=names,
            label="Structure",
            required=False,
            help_text="Commencez à écrire son nom. Laissez vide pour un habitant, par exemple.",
        )
        # An organisation set aside since stays the contact's until somebody changes it.
        self._aside = place if place and place.pk not in names.labels else None
        if self._aside:
            field.help_text = (
                f"Actuellement : {self._aside.name}, inactive. Laissez vide pour la garder."
            )
        self.fields = {
            "last_name": self.fields.pop("last_name"),
            "first_name": self.fields.pop("first_name"),
            "job_title": self.fields.pop("job_title"),
            "organisation": field,
            **self.fields,
        }
        if place and place.pk in names.labels:
            self.initial["organisation"] = place.pk
        if has_account:
            one = self.instance
            accounts = contacts.accounts_of(one.council, today)
            if one.account_id and one.account_id not in accounts:
                accounts[one.account_id] = contacts.account_name(one.council, one)
            self.fields["account_id"] = forms.TypedChoiceField(
                label="Compte dans ce logiciel",
                required=False,
                coerce=UUID,
                empty_value=None,
                choices=[("", "aucun"), *accounts.items()],
                help_text="Parmi les comptes qui ont un rôle dans ce conseil.",
                initial=self.instance.account_id,
            )

    def clean(self) -> dict[str, Any]:
        """Hold together the agreement and its date; give the typed relations to the row."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since = cleaned.get("accepts_mail_since")
        if since and since > self._today:
            self.add_error(
                "accepts_mail_since", "Cette date est à venir : donnez celle de l’accord."
            )
        if cleaned.get("accepts_mail") and not since and "accepts_mail_since" not in self.errors:
            self.add_error("accepts_mail_since", "Indiquez quand la personne a donné son accord.")
        if since and not cleaned.get("accepts_mail"):
            self.add_error(
                "accepts_mail", "Une date d’accord est donnée : cochez la case, ou effacez la date."
            )
        if "organisation" in cleaned:
            cleaned["organisation"] = cleaned["organisation"] or self._aside
            self.instance.organisation = cleaned["organisation"]
        if "account_id" in cleaned:
            self.instance.account_id = cleaned["account_id"]
        return cleaned
