"""Step aside from a situation, or be set aside: a code, never a story."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.domain.rights import InterestReason
from cases.forms.fields import box, one_of, one_shown


class InterestForm(forms.Form):
    """What ties the member herself to the situation."""

    reason = one_shown(
        "Ce qui vous lie",
        InterestReason,
        help_text="Un code suffit : ne racontez rien. L’animation et le DPO le voient.",
    )
    sure = box(
        "Je ne verrai plus rien de cette situation, et ne peux pas revenir dessus moi-même",
        required=True,
    )


class SetAsideForm(forms.Form):
    """Whom the animation sets aside, and who leads when it is the lead."""

    def __init__(
        self,
        *args: Any,
        members: list[tuple[str, str]],
        successors: list[tuple[str, str]],
        lead: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lead = lead
        self.fields["member"] = one_of("Membre", members, required=True)
        self.fields["reason"] = one_shown("Motif", InterestReason)
        if lead:
            self.fields["successor"] = one_of(
                "Si c’est le référent, qui prend la suite",
                successors,
                help_text="Vide : la situation reste sans référent, et « Ma journée » le rappelle.",
            )

    def clean(self) -> dict[str, Any]:
        """Keep a successor for the lead alone."""
        data = super().clean() or {}
        if data.get("successor") and data.get("member") != self.lead:
            self.add_error("successor", "Seul le remplacement du référent demande une suite.")
        if data.get("successor") and data.get("successor") == data.get("member"):
            self.add_error("successor", "Choisissez une autre personne.")
        return data
