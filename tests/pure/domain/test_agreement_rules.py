"""What a form must refuse: C-05, C-06, C-10…C-13, C-18; control: the complete form passes."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from cases.domain.agreement import (
    AgreementGiver,
    AgreementMode,
    ExceptionReason,
    Expression,
    Purpose,
)
from cases.domain.agreement_rules import PersonFacts, is_reconfirmation_due, validate
from cases.domain.retention import add_months
from cases.domain.sections import InformationCategory
from cases.domain.vocabulary import ProtectionMeasure
from tests.pure.domain.expressions import anonymous, day, named, on, stop, urgency

ADULT = PersonFacts(age=44)


def fields(expression: Expression, person: PersonFacts = ADULT) -> set[str]:
    """Return the fields in error."""
    return set(validate(expression, person))


def test_complete_expressions_pass() -> None:
    """Positive control."""
    for expression in (named(1), anonymous(1), urgency(1, until=5), stop(1)):
        assert fields(expression) == set()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"giver": None}, "giver"),
        ({"mode": None}, "mode"),
        ({"notice_version": ""}, "notice_version"),
        ({"notice_handed_on": None}, "notice_handed_on"),
        ({"notice_form": None}, "notice_form"),
        ({"purposes": frozenset()}, "purposes"),
        ({"purposes": frozenset({Purpose.STATISTICS})}, "purposes"),
        ({"written_from": on(5), "written_until": on(4)}, "written_until"),
        (
            {"members": frozenset({UUID(int=1)}), "excluded_members": frozenset({UUID(int=1)})},
            "excluded_members",
        ),
        ({"is_emergency_only": True}, "is_emergency_only"),
        ({"security_described": False}, "security_described"),
        ({"categories": frozenset()}, "categories"),
        ({"professions": frozenset()}, "professions"),
        ({"professions": frozenset({"voisin"})}, "professions"),
        ({"professions": frozenset({"none"})}, "professions"),
        ({"notice_handed_on": on(2)}, "notice_handed_on"),
        ({"expires_on": on(0)}, "expires_on"),
        ({"expressed_at": day(2)}, "expressed_at"),
        (
            {
                "organisations": frozenset({"CCAS"}),
                "excluded_organisations": frozenset({"ccas "}),
            },
            "excluded_organisations",
        ),
    ],
)
def test_an_incomplete_agreement_is_refused(change: dict[str, object], field: str) -> None:
    """C-05: the error stands on the field that mends it, in French."""
    errors = validate(replace(named(1), **change), ADULT)
    assert set(errors) == {field}
    assert all(message.endswith(".") for message in errors[field])


def test_an_oral_agreement_still_needs_the_notice() -> None:
    """C-06."""
    oral = named(1, mode=AgreementMode.ORAL)
    assert fields(oral) == set()
    assert fields(replace(oral, notice_handed_on=None)) == {"notice_handed_on"}


def test_an_exception_needs_a_reason_and_a_date() -> None:
    """C-10."""
    assert fields(urgency(1, until=5, reason=None)) == {"reason"}
    assert fields(urgency(1, until=5, regularise_by=None)) == {"regularise_by"}
    assert fields(urgency(3, until=1)) == {"regularise_by"}


def test_an_exception_does_not_last() -> None:
    """Six months at most: our choice; the last day passes."""
    start = on(1)
    longest = (add_months(start, 6) - start).days + 1
    assert fields(urgency(1, until=longest)) == set()
    assert fields(urgency(1, until=longest + 1)) == {"regularise_by"}


def test_somebody_unreachable_stays_unnamed() -> None:
    """domain.md, product decision 1: her identity is closed until she has been told."""
    gone = urgency(1, until=5, reason=ExceptionReason.UNREACHABLE)
    assert fields(gone) == set()
    named_too = gone.categories | {InformationCategory.IDENTITY}
    assert fields(replace(gone, categories=named_too)) == {"categories"}
    assert fields(replace(gone, categories=named_too, reason=ExceptionReason.UNABLE)) == set()


def test_only_the_person_keeps_it_for_emergencies() -> None:
    """Alone it is an agreement without recipients; pleaded by somebody else it is refused."""
    kept = named(1, is_emergency_only=True, professions=frozenset())
    assert fields(kept) == set()
    assert fields(replace(kept, categories=frozenset())) == {"categories"}
    assert fields(urgency(1, until=5, is_emergency_only=True)) >= {"is_emergency_only"}


def test_a_professional_named_is_enough() -> None:
    """C-05: one recipient, by a name, a structure or a profession."""
    nobody = named(1, professions=frozenset())
    assert fields(nobody) == {"professions"}
    assert fields(replace(nobody, members=frozenset({UUID(int=1)}))) == set()
    assert fields(replace(nobody, organisations=frozenset({"CCAS"}))) == set()


def test_a_stop_asks_for_nothing_but_its_author() -> None:
    """Any means will do."""
    assert fields(stop(1, giver=None)) == {"giver"}


@pytest.mark.parametrize("measure", ProtectionMeasure)
def test_who_agrees_for_a_protected_adult(measure: ProtectionMeasure) -> None:
    """C-11 and C-12: the person herself, unless she is unable and the measure represents her."""
    able = PersonFacts(age=44, measure=measure)
    unable = PersonFacts(age=44, measure=measure, can_express=False)
    by_guardian = named(1, giver=AgreementGiver.GUARDIAN, opinion_recorded=True)
    assert fields(named(1), able) == set()
    assert fields(by_guardian, able) == {"giver"}
    if measure.may_represent_person:
        assert fields(by_guardian, unable) == set()
        assert fields(replace(by_guardian, opinion_recorded=False), unable) == {"opinion_recorded"}
        assert "giver" in fields(named(1), unable)
    else:
        assert fields(by_guardian, unable) == {"giver"}


def test_a_minor_agrees_through_a_parent_with_her_own_opinion() -> None:
    """C-13; seventeen is a minor, eighteen is not."""
    parent = named(1, giver=AgreementGiver.PARENT, opinion_recorded=True)
    assert fields(parent, PersonFacts(age=17)) == set()
    both = replace(parent, giver=AgreementGiver.PARENTS)
    assert fields(both, PersonFacts(age=17)) == set()
    assert fields(both, PersonFacts(age=18)) == {"giver"}
    assert fields(parent, PersonFacts(age=18)) == {"giver"}
    assert fields(replace(parent, opinion_recorded=False), PersonFacts(age=17)) == {
        "opinion_recorded"
    }
    assert fields(named(1, giver=AgreementGiver.MINOR), PersonFacts(age=17)) == {
        "giver",
        "opinion_recorded",
    }


def test_reconfirmation_after_twelve_months() -> None:
    """C-18: due the day after the anniversary."""
    assert add_months(on(0), 12) == date(2027, 3, 2)
    assert not is_reconfirmation_due(day(0), day(365))
    assert is_reconfirmation_due(day(0), day(366))
