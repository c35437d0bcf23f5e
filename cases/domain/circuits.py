"""The ways into a commission, and the questions that orient before the form is filled.

The gates never decide for anybody: they say who answers first and what to be careful of, then the
referral goes on if it is still needed. An emergency alone stops (BR-08).

Source: practice.md 1.1 (Lens), 1.2 F-E, 1.3 `Circuit`; domain.md B.2.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cases.domain.choice import Choice
from cases.domain.vocabulary import KnownOrNot, Problem, RedirectionDestination


class Circuit(Choice):
    """What the referral is mostly about."""

    GENERAL = "general", "Plusieurs difficultés qui se mêlent"
    HOARDING = "incurie", "Un logement très encombré ou laissé à l’abandon"
    HOUSING = "logement", "Un logement menacé : impayés, voisinage, procédure"


class Gate(Choice):
    """A question asked before the form."""

    UNFIT_BUILDING = (
        "insalubrite_bati",
        "Le bâtiment lui-même est-il dégradé : humidité, réseaux dangereux, toiture, structure ?",
    )
    VISITOR_RISK = (
        "risque_intervenant",
        "Se rendre sur place présente-t-il un danger : sol, feu, animal, menaces ?",
    )


_GATES: Mapping[Circuit, tuple[Gate, ...]] = {
    Circuit.GENERAL: (),
    Circuit.HOARDING: (Gate.UNFIT_BUILDING, Gate.VISITOR_RISK),
    Circuit.HOUSING: (Gate.UNFIT_BUILDING,),
}


@dataclass(frozen=True)
class Advice:
    """What a gate says: a title, what to do first, and who answers first, if anybody."""

    gate: Gate
    title: str
    text: str
    destination: RedirectionDestination | None = None


_ADVICE: Mapping[tuple[Gate, KnownOrNot], Advice] = {
    (Gate.UNFIT_BUILDING, KnownOrNot.YES): Advice(
        Gate.UNFIT_BUILDING,
        "Prévenez d’abord le service d’hygiène",
        "Un bâtiment insalubre relève de la commune ou de l’agence régionale de santé : eux seuls "
        "peuvent le faire visiter et faire réparer. Si la personne a aussi besoin d’aide, "
        "continuez la saisine : les deux vont ensemble.",
        RedirectionDestination.HYGIENE_SERVICE,
    ),
    (Gate.UNFIT_BUILDING, KnownOrNot.UNKNOWN): Advice(
        Gate.UNFIT_BUILDING,
        "Un regard technique aidera",
        "Quand on ne sait pas si le bâtiment est en cause, le service d’hygiène peut le constater. "
        "Vous pouvez continuer la saisine sans attendre.",
        RedirectionDestination.HYGIENE_SERVICE,
    ),
    (Gate.VISITOR_RISK, KnownOrNot.YES): Advice(
        Gate.VISITOR_RISK,
        "N’y retournez pas seul",
        "Dites le danger dans la saisine : chaque professionnel qui se déplacera le lira. Pour un "
        "risque de feu, de gaz ou d’effondrement, prévenez tout de suite les pompiers (18).",
    ),
    (Gate.VISITOR_RISK, KnownOrNot.UNKNOWN): Advice(
        Gate.VISITOR_RISK,
        "Allez-y à deux la première fois",
        "Tant qu’on ne sait pas, une première visite se fait à deux et se prépare avec la "
        "personne ou quelqu’un en qui elle a confiance.",
    ),
}


def gates_of(circuit: Circuit) -> tuple[Gate, ...]:
    """Return the questions of a circuit, in order."""
    return _GATES[circuit]


def advice(circuit: Circuit, answers: Mapping[Gate, KnownOrNot]) -> tuple[Advice, ...]:
    """Return what to do first after these answers; nothing when the form may open at once."""
    given = ((gate, answers.get(gate)) for gate in gates_of(circuit))
    return tuple(
        _ADVICE[gate, answer]
        for gate, answer in given
        if answer is not None and (gate, answer) in _ADVICE
    )


def needs_visitor_risk(circuit: str, problems: tuple[str, ...]) -> bool:
    """Tell whether the danger for visitors must be answered (practice.md 1.3: incurie)."""
    return circuit == Circuit.HOARDING or Problem.HOARDING.value in problems
