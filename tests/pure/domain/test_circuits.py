"""Circuits and their gates: they orient, they never close (practice.md 1.3)."""

import pytest

from cases.domain.circuits import Circuit, Gate, advice, gates_of, needs_visitor_risk
from cases.domain.facets import FACETS
from cases.domain.vocabulary import KnownOrNot, RedirectionDestination, Signal, SignalGroup
from cases.domain.vocabulary import signals_of as of_groups


def test_each_circuit_has_its_gates() -> None:
    """The general one opens at once; a heaped home asks both questions."""
    assert gates_of(Circuit.GENERAL) == ()
    assert gates_of(Circuit.HOARDING) == (Gate.UNFIT_BUILDING, Gate.VISITOR_RISK)
    assert gates_of(Circuit.HOUSING) == (Gate.UNFIT_BUILDING,)


@pytest.mark.parametrize("circuit", Circuit)
def test_what_is_said_answers_a_question(circuit: Circuit) -> None:
    """A plain no orients nobody; a yes or a doubt says what to do first."""
    no = dict.fromkeys(gates_of(circuit), KnownOrNot.NO)
    assert advice(circuit, no) == ()
    for answer in (KnownOrNot.YES, KnownOrNot.UNKNOWN):
        said = advice(circuit, dict.fromkeys(gates_of(circuit), answer))
        assert [one.gate for one in said] == list(gates_of(circuit))
    # A question of another circuit is not read.
    assert advice(Circuit.GENERAL, {Gate.VISITOR_RISK: KnownOrNot.YES}) == ()


def test_an_unfit_building_leads_to_the_hygiene_service() -> None:
    """Lens: is it the person, or the building?"""
    (said,) = advice(Circuit.HOUSING, {Gate.UNFIT_BUILDING: KnownOrNot.YES})
    assert said.destination is RedirectionDestination.HYGIENE_SERVICE


def test_the_danger_for_visitors_is_asked_of_heaped_homes() -> None:
    """By the circuit or by the difficulty, whichever says it."""
    assert needs_visitor_risk("incurie", ())
    assert needs_visitor_risk("general", ("logement_incurie_diogene",))
    assert not needs_visitor_risk("general", ("autre",))
    assert not needs_visitor_risk("", ())


def test_signals_are_twenty_in_four_groups() -> None:
    """F-A, and what says the person's health apart from what says her home."""
    assert len(Signal) == 20
    assert {group: len(of_groups((group,))) for group in SignalGroup} == dict.fromkeys(
        SignalGroup, 5
    )


def test_perception_never_becomes_a_figure() -> None:
    """practice.md 1.3: what a referrer perceives is in no aggregate at all."""
    assert not {"perceived_distress", "litigation", "visitor_risk"} & set(FACETS)
