"""Before a referral: the emergency that is not one, the circuit, and the gates that orient."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.domain.circuits import Circuit, Gate, gates_of
from cases.domain.vocabulary import KnownOrNot
from cases.forms.fields import one_shown


class StartForm(forms.Form):
    """The gate: danger now is never a referral (BR-08)."""

    urgency = one_shown(
        "Y a-t-il un danger immédiat pour la personne ou pour quelqu’un d’autre ?",
        [("oui", "Oui"), ("non", "Non")],
        help_text="Par exemple : idées suicidaires avec un projet, violence en cours, incendie, "
        "personne inconsciente. La commission se réunit par séances et ne répond pas à l’urgence.",
    )
    circuit = one_shown(
        "De quoi s’agit-il surtout ?",
        Circuit,
        help_text="Pour un logement, une ou deux questions d’orientation viennent d’abord.",
        required=False,
    )

    def __init__(self, *args: Any, commissions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["circuit"].initial = Circuit.GENERAL.value
        if len(commissions) > 1:
            self.fields["commission"] = one_shown("Commission saisie", commissions)


class GateForm(forms.Form):
    """The questions of a circuit, asked before the form opens."""

    def __init__(self, *args: Any, circuit: Circuit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for gate in gates_of(circuit):
            self.fields[gate.value] = one_shown(gate.label, KnownOrNot)

    def answers(self) -> dict[Gate, KnownOrNot]:
        """Return what was answered."""
        return {
            Gate(name): KnownOrNot(value)
            for name, value in self.cleaned_data.items()
            if name in Gate.codes()
        }
