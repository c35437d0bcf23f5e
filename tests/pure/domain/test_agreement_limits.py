"""Limits and uses that the person sets: readers by name, texts, purposes (C-07, C-08, C-15)."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.domain.agreement import Expression, Member, Perimeter, Purpose
from cases.domain.agreement_history import (
    emergency_categories,
    emergency_perimeter,
    limits,
    perimeter,
    refuses_statistics,
    uses,
)
from cases.domain.sections import InformationCategory, ProfessionCategory
from tests.pure.domain.expressions import ALL_CATEGORIES, anonymous, day, named, on, stop, urgency

LUC = UUID(int=1)
NURSE = Member(ProfessionCategory.HEALTH_PROFESSIONAL, "CMP des Lilas", "psychiatrie_publique", LUC)
LANDLORD = Member(ProfessionCategory.NONE, "Habitat Moselle", "bailleur_social", UUID(int=2))
USES = frozenset(Purpose)


def test_a_named_professional_is_admitted_alone() -> None:
    """C-07: one practitioner and no other; control: the profession admits her colleague."""
    alone = Perimeter(members=frozenset({LUC}))
    colleague = replace(NURSE, id=UUID(int=3))
    assert alone.includes(NURSE)
    assert not alone.includes(colleague)
    assert not alone.includes(replace(NURSE, id=None))
    assert Perimeter(professions=frozenset({"professionnel_sante"})).includes(colleague)


@pytest.mark.parametrize(
    "refused",
    [
        {"excluded_members": frozenset({LUC})},
        {"excluded_organisations": frozenset({"cmp  DES lilas"})},
    ],
)
def test_a_refusal_by_name_wins_over_everything(refused: dict[str, object]) -> None:
    """C-07: over the profession, the structure and her own name; her colleague still reads."""
    opened = Perimeter(
        professions=frozenset({"professionnel_sante"}),
        organisations=frozenset({"CMP des Lilas"}),
        members=frozenset({LUC}),
    )
    assert opened.includes(NURSE)  # Control.
    assert not replace(opened, **refused).includes(NURSE)
    assert replace(opened, **refused).excludes(NURSE)
    assert replace(opened, **refused).includes(replace(NURSE, organisation="CCAS", id=UUID(int=4)))


def test_texts_are_covered_by_author_and_day() -> None:
    """C-08: bounds are days that count; a structure is known without case nor spaces."""
    limited = Perimeter(
        excluded_authors=frozenset({"Habitat Moselle"}),
        written_from=date(2026, 3, 2),
        written_until=date(2026, 3, 9),
    )
    assert limited.limits_texts
    assert not Perimeter().limits_texts
    assert limited.covers("CCAS", date(2026, 3, 2))
    assert limited.covers("CCAS", date(2026, 3, 9))
    assert not limited.covers("CCAS", date(2026, 3, 1))
    assert not limited.covers("CCAS", date(2026, 3, 10))
    assert not limited.covers("habitat  moselle ", date(2026, 3, 5))
    assert Perimeter().covers("habitat moselle", date(1999, 1, 1))


def test_limits_outlive_what_is_in_force() -> None:
    """A refusal by name stands while the agreement sleeps, ends or is disputed; a stop ends it."""
    refusing = named(1, excluded_members=frozenset({LUC}))
    for said in (
        refusing,
        replace(refusing, is_emergency_only=True, professions=frozenset()),
        replace(refusing, is_disputed=True),
        replace(refusing, expires_on=on(2)),
    ):
        assert limits([said], day(5)).excludes(NURSE), said
    assert not limits([refusing, stop(3)], day(5)).excludes(NURSE)
    assert not limits([], day(5)).excludes(NURSE)
    assert not limits([refusing, named(4)], day(5)).excludes(NURSE)


def test_what_it_may_be_used_for() -> None:
    """The person's last word; everything while nobody asked her, nothing once she stopped."""
    follow = frozenset({Purpose.FOLLOW_UP})
    assert uses([], day(1), closed=False) == USES
    assert uses([named(1, purposes=follow)], day(2), closed=False) == follow
    assert uses([anonymous(1, purposes=follow)], day(2), closed=False) == follow
    assert uses([named(1, purposes=follow), stop(2)], day(3), closed=False) == frozenset()
    assert uses([named(1, purposes=follow), named(2)], day(3), closed=False) == USES
    over = named(1, purposes=follow, expires_on=on(2))
    assert uses([over], day(5), closed=False) == follow
    assert uses([over, urgency(4, until=9)], day(5), closed=False) == USES


def test_a_refusal_to_be_counted_lasts() -> None:
    """From then on, through a withdrawal and an exception; only a later agreement lifts it."""
    kept = USES - {Purpose.STATISTICS}
    refused = named(2, purposes=kept)
    assert not refuses_statistics([named(1)], day(3))  # Control.
    assert refuses_statistics([named(1), refused], day(3))
    assert not refuses_statistics([named(1), refused], day(1))
    assert refuses_statistics([refused, stop(3)], day(4))
    assert refuses_statistics([refused, urgency(3, until=9)], day(4))
    assert not refuses_statistics([refused, named(4)], day(5))
    assert refuses_statistics([named(1), stop(2, purposes=kept)], day(3))
    assert not refuses_statistics([stop(2)], day(3))


def test_an_emergency_opens_what_she_said_with_her_limits() -> None:
    """Break-glass: her categories, her authors, her days; everything when nobody asked her."""
    kept = named(
        1,
        is_emergency_only=True,
        professions=frozenset(),
        categories=frozenset({InformationCategory.SOMATIC_HEALTH}),
        excluded_authors=frozenset({"Habitat Moselle"}),
    )
    assert perimeter([kept], day(2), closed=False).categories == frozenset()
    assert emergency_categories([kept], day(2), closed=False) == {
        InformationCategory.SOMATIC_HEALTH
    }
    assert not emergency_perimeter([kept], day(2), closed=False).covers("Habitat Moselle", on(2))
    assert emergency_categories([], day(2), closed=False) == ALL_CATEGORIES
    assert emergency_categories([kept], day(2), closed=True) == frozenset()
    assert emergency_categories([anonymous(1)], day(2), closed=False) == ALL_CATEGORIES - {
        InformationCategory.IDENTITY
    }


# Random histories.
purposes = st.frozensets(st.sampled_from(list(Purpose)), min_size=1)


@st.composite
def spoken(draw: st.DrawFn) -> Expression:
    """Draw an expression with limits and uses of any kind."""
    first = draw(st.integers(0, 9))
    if draw(st.booleans()):
        return draw(
            st.sampled_from([stop(first), urgency(first, until=first + 3), anonymous(first)])
        )
    return named(
        first,
        purposes=draw(purposes),
        excluded_members=draw(st.sampled_from([frozenset(), frozenset({LUC})])),
        is_emergency_only=draw(st.booleans()),
        expires_on=draw(st.none() | st.integers(first, first + 5).map(on)),
    )


histories = st.lists(spoken(), max_size=6)


@given(history=histories, number=st.integers(0, 15))
def test_whoever_is_refused_by_name_never_reads(history: list[Expression], number: int) -> None:
    """The perimeter in force and the emergency's never include whom the standing word refuses."""
    moment = day(number)
    if limits(history, moment).excludes(NURSE):
        assert not perimeter(history, moment, closed=False).includes(NURSE)
        assert not emergency_perimeter(history, moment, closed=False).includes(NURSE)


@given(history=histories, number=st.integers(0, 15))
def test_a_stop_leaves_no_use_and_no_emergency(history: list[Expression], number: int) -> None:
    """C-04: a withdrawal today ends every use and every emergency, whatever was said before."""
    stopped = [*history, stop(number)]
    assert uses(stopped, day(number), closed=False) == frozenset()
    assert emergency_categories(stopped, day(number), closed=False) == frozenset()


@given(history=histories, extra=histories, number=st.integers(0, 15))
def test_what_is_recorded_later_changes_nothing_before(
    history: list[Expression], extra: list[Expression], number: int
) -> None:
    """C-15: the past answers the same, however much is added."""
    later = [one for one in extra if one.recorded_at > day(number)]
    for asked in (refuses_statistics, limits):
        assert asked([*history, *later], day(number)) == asked(history, day(number))
    assert uses([*history, *later], day(number), closed=False) == uses(
        history, day(number), closed=False
    )
