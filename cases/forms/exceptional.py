"""Ask for an exceptional access, and conclude on one (security.md §2.4, C-73)."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.domain.choice import Choice
from cases.domain.exceptional import LONGEST_WORDS, ControlReason, EmergencyReason
from cases.forms.fields import NO_NAME, box, one_shown, several

SEALED_HELP = (
    f"{NO_NAME} La DPO, l’animation, la personne référente et la seconde personne le lisent ; il "
    "est scellé par le serveur."
)


def _shown(kind: type[Choice]) -> list[tuple[str, str]]:
    """List a closed list as lines that stand alone."""
    return [(code, label[:1].upper() + label[1:]) for code, label in kind.choices()]


def short_words(label: str, *, help_text: str, required: bool) -> forms.CharField:
    """Build the short text that says why, or what is concluded."""
    return forms.CharField(
        label=label,
        help_text=f"{help_text} {LONGEST_WORDS} caractères au plus.",
        required=required,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": LONGEST_WORDS}),
    )


class EmergencyForm(forms.Form):
    """A vital interest, a lead who cannot be reached."""

    reason = one_shown("Quel intérêt vital est en jeu ?", _shown(EmergencyReason))
    words = short_words("Pourquoi maintenant", help_text=SEALED_HELP, required=True)
    is_lead_absent = box("J’ai cherché à joindre la personne référente, sans y parvenir")


class ControlForm(forms.Form):
    """What the DPO must read, and why."""

    sections = several("Volets à lire", [], required=True)
    reason = one_shown("Motif", _shown(ControlReason))
    words = short_words("Ce qu’il faut vérifier", help_text=SEALED_HELP, required=True)

    def __init__(self, *args: Any, sections: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sections"].choices = sections


class FollowUpForm(forms.Form):
    """What the DPO concludes."""

    conclusion = one_shown("Conclusion", [])
    words = short_words("Ce qu’il en reste à dire", help_text=SEALED_HELP, required=False)

    def __init__(self, *args: Any, conclusions: type[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["conclusion"].choices = _shown(conclusions)
