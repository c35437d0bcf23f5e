"""Screening a referral: admit, ask for more, refuse with a reason, redirect (decision 28)."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.domain.vocabulary import Intensity, RedirectionDestination, RefusalReason
from cases.forms.fields import NO_NAME, one_of, one_shown

ANSWER_LIMIT = 500
INFORMATION_REASONS = [
    (RefusalReason.NOT_ENOUGH_INFORMATION.value, RefusalReason.NOT_ENOUGH_INFORMATION.label),
    (RefusalReason.NO_AGREEMENT.value, RefusalReason.NO_AGREEMENT.label),
    (RefusalReason.ORDINARY_LAW.value, RefusalReason.ORDINARY_LAW.label),
]


def answer(label: str, *, required: bool) -> forms.CharField:
    """Build the message that the referrer will read (500 characters, decision 19)."""
    return forms.CharField(
        label=label,
        help_text=f"500 caractères au plus. {NO_NAME} Le saisissant lira exactement ce texte.",
        required=required,
        max_length=ANSWER_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AdmitForm(forms.Form):
    """Admit, and name who leads the situation."""

    def __init__(self, *args: Any, leads: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"] = one_of(
            "Référent de la situation",
            leads,
            help_text="La personne qui recueille l’accord, rend compte à la personne et clôt. "
            "Elle doit avoir un coffre.",
            required=True,
        )
        self.fields["intensity"] = one_of(
            "Suivi pressenti",
            Intensity,
            help_text="Une première idée, pour répartir le travail ; elle ne s’impose à personne.",
        )


class AskForm(forms.Form):
    """Ask the referrer for more."""

    reason = one_of("Motif", INFORMATION_REASONS, required=True)
    message = answer("Ce qui manque", required=True)


class RefuseForm(forms.Form):
    """Not admitted: the referrer always learns why."""

    reason = one_of("Motif", RefusalReason, required=True)
    message = answer("Message au saisissant", required=True)


class RedirectForm(forms.Form):
    """Redirect to whoever answers better."""

    destination = one_shown("Vers qui", RedirectionDestination)
    message = answer("Message au saisissant", required=False)


class CompleteForm(forms.Form):
    """The referrer's answer to a question of the commission."""

    text = forms.CharField(
        label="Votre complément",
        help_text="Il est scellé comme la saisine : seule l’animation de la commission l’ouvre.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
