"""Who leads a situation, or several, from now on (C-04, C-25)."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.domain.rights import LeadReason
from cases.forms.fields import box, one_of, several

ALL = "all"


class LeadForm(forms.Form):
    """One situation, one new lead."""

    reason = one_of("Motif", LeadReason, required=True)

    def __init__(
        self, *args: Any, successors: list[tuple[str, str]], has_lead: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"] = one_of("Nouveau référent", successors, required=True)
        if has_lead:
            self.fields["keeps"] = box(
                "L’ancien référent continue d’y contribuer, comme membre, dans les limites de "
                "l’accord"
            )
        self.order_fields(["lead", "reason", "keeps"])


class ReassignForm(forms.Form):
    """Several situations, one person who takes them."""

    reason = one_of("Motif", LeadReason, required=True)

    def __init__(
        self,
        *args: Any,
        situations: list[tuple[str, str]],
        successors: list[tuple[str, str]],
        has_former: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["situations"] = several("Situations", situations, required=True)
        self.fields["to"] = one_of("Qui les prend", successors, required=True)
        if has_former:
            self.fields["keeps"] = box("Garder aussi ses accès, dans les limites de l’accord")
        self.order_fields(["situations", "to", "reason", "keeps"])


class ExtendForm(forms.Form):
    """Which rights go on: one line a situation and a member."""

    def __init__(self, *args: Any, lines: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"] = several("Habilitations à prolonger", lines, required=True)
