"""The life cycle, cell by cell (decisions 28 and 29), written by hand and compared."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.domain.exceptions import (
    DomainError,
    FactMissing,
    NotAllowed,
    SituationClosed,
    SituationErased,
)
from cases.domain.lifecycle import (
    REFERRAL_ENDS,
    REFERRAL_TRANSITIONS,
    SITUATION_TRANSITIONS,
    AgreementStatus,
    Fact,
    ReferralAct,
    ReferralState,
    SituationAct,
    SituationState,
    facts_needed,
    mermaid,
    next_referral,
    next_situation,
    page,
    referral_acts,
    situation_acts,
)

ALL_FACTS = frozenset(Fact)

REFERRALS = {
    ("draft", "send"): "received",
    ("draft", "take_back"): "taken_back",
    ("received", "ask_information"): "information_requested",
    ("received", "admit"): "admitted",
    ("received", "not_admit"): "not_admitted",
    ("received", "redirect"): "redirected",
    ("received", "take_back"): "taken_back",
    ("information_requested", "complete"): "received",
    ("information_requested", "admit"): "admitted",
    ("information_requested", "not_admit"): "not_admitted",
    ("information_requested", "redirect"): "redirected",
}

SITUATIONS = {
    (None, "prepare"): "preparing",
    (None, "erase_at_term"): "erased",
    (None, "erase_on_request"): "erased",
    (None, "erase_after_refusal"): "erased",
    ("preparing", "inscribe"): "inscribed",
    ("preparing", "close"): "closed",
    ("preparing", "erase_on_request"): "erased",
    ("preparing", "erase_after_refusal"): "erased",
    ("inscribed", "postpone"): "preparing",
    ("inscribed", "review"): "reviewed",
    ("inscribed", "close"): "closed",
    ("inscribed", "erase_on_request"): "erased",
    ("reviewed", "inscribe_before_restitution"): "inscribed",
    ("reviewed", "restitute"): "restituted",
    ("reviewed", "close"): "closed",
    ("reviewed", "erase_on_request"): "erased",
    ("restituted", "inscribe"): "inscribed",
    ("restituted", "follow"): "follow_up",
    ("restituted", "close"): "closed",
    ("restituted", "erase_on_request"): "erased",
    ("follow_up", "inscribe"): "inscribed",
    ("follow_up", "close"): "closed",
    ("follow_up", "erase_on_request"): "erased",
    ("closed", "reopen"): "preparing",
    ("closed", "archive"): "archived",
    ("closed", "erase_at_term"): "erased",
    ("closed", "erase_on_request"): "erased",
    ("archived", "erase_at_term"): "erased",
    ("archived", "erase_on_request"): "erased",
}

SITUATION_STATES = (None, *SituationState)


@pytest.mark.parametrize(
    ("state", "act"),
    list(itertools.product(ReferralState, ReferralAct)),
    ids=str,
)
def test_every_cell_of_the_referral(state: ReferralState, act: ReferralAct) -> None:
    """Decision 28: the cells of the table, and no other."""
    expected = REFERRALS.get((state.value, act.value))
    if expected is None:
        with pytest.raises(NotAllowed):
            next_referral(state, act, ALL_FACTS)
    else:
        assert next_referral(state, act, ALL_FACTS) == expected
    assert (act in referral_acts(state)) is (expected is not None)


@pytest.mark.parametrize(
    ("state", "act"), list(itertools.product(SITUATION_STATES, SituationAct)), ids=str
)
def test_every_cell_of_the_situation(state: SituationState | None, act: SituationAct) -> None:
    """Decision 29: the cells of the table, and no other."""
    expected = SITUATIONS.get((None if state is None else state.value, act.value))
    if expected is None:
        with pytest.raises(NotAllowed):
            next_situation(state, act, ALL_FACTS)
    else:
        assert next_situation(state, act, ALL_FACTS) == expected
    assert (act in situation_acts(state)) is (expected is not None)


@pytest.mark.parametrize("act", SituationAct)
def test_each_missing_fact_refuses(act: SituationAct) -> None:
    """Each needed fact alone is enough to refuse; control: all of them allow."""
    state = next(s for s in SITUATION_STATES if act in situation_acts(s))
    needed = facts_needed(act)
    next_situation(state, act, needed)
    for fact in needed:
        with pytest.raises(FactMissing) as caught:
            next_situation(state, act, needed - {fact})
        assert fact.label in caught.value.message


def test_the_facts_that_the_rules_ask() -> None:
    """C-02, BR-10, BR-11, C-09, decision 29: agreement, conclusion, restitution, reasons."""
    assert facts_needed(SituationAct.INSCRIBE) == {Fact.AGREEMENT, Fact.SITTING}
    assert facts_needed(SituationAct.REVIEW) == {Fact.CONCLUSION}
    assert facts_needed(SituationAct.RESTITUTE) == {Fact.RESTITUTION}
    assert facts_needed(SituationAct.REOPEN) == {Fact.REASON, Fact.NEW_AGREEMENT}
    assert Fact.REASON in facts_needed(SituationAct.POSTPONE)
    assert Fact.REASON in facts_needed(SituationAct.INSCRIBE_BEFORE_RESTITUTION)
    assert Fact.REASON in facts_needed(SituationAct.CLOSE)
    assert Fact.REASON in facts_needed(ReferralAct.NOT_ADMIT)
    assert facts_needed(ReferralAct.SEND) == {Fact.PERSON_INFORMED}


def test_refusals_say_the_precise_fact() -> None:
    """Closed and erased have their own exceptions; each carries a code and French words."""
    with pytest.raises(SituationClosed) as closed:
        next_situation(SituationState.CLOSED, SituationAct.INSCRIBE, ALL_FACTS)
    with pytest.raises(SituationErased) as erased:
        next_situation(SituationState.ERASED, SituationAct.CLOSE, ALL_FACTS)
    with pytest.raises(NotAllowed) as other:
        next_situation(SituationState.PREPARING, SituationAct.REVIEW, ALL_FACTS)
    codes = [caught.value.code for caught in (closed, erased, other)]
    assert codes == ["situation_closed", "situation_erased", "not_allowed"]
    assert "en préparation" in other.value.message


@given(st.lists(st.sampled_from(list(SituationAct)), max_size=40))
def test_random_lives_keep_their_promises(acts: list[SituationAct]) -> None:
    """Nothing leaves erased; a review is never skipped towards a restitution."""
    state: SituationState | None = None
    seen: list[SituationState | None] = [None]
    for act in acts:
        try:
            following = next_situation(state, act, ALL_FACTS)
        except DomainError:
            continue
        assert state is not SituationState.ERASED
        if following is SituationState.RESTITUTED:
            assert state is SituationState.REVIEWED
        if following is SituationState.REVIEWED:
            assert state is SituationState.INSCRIBED
        if following is SituationState.PREPARING:
            assert state in (None, SituationState.INSCRIBED, SituationState.CLOSED)
        state = following
        seen.append(state)


def test_ends_of_a_referral_have_no_act() -> None:
    """C-56: they only wait for their erasure."""
    for state in (*REFERRAL_ENDS, ReferralState.ADMITTED):
        assert referral_acts(state) == ()


def test_only_three_statuses_allow_naming() -> None:
    """Promise 5: an agreement or a dated, recorded exception."""
    assert {s.value for s in AgreementStatus if s.allows_naming} == {
        "valid",
        "restricted",
        "exception",
    }


def test_the_page_draws_every_arrow_once() -> None:
    """The page shows every cell of both tables."""
    for table, cells in ((REFERRAL_TRANSITIONS, REFERRALS), (SITUATION_TRANSITIONS, SITUATIONS)):
        drawing = mermaid(table)
        assert drawing.count("-->") == len(cells)
        assert drawing in page()
        for (source, _), target in cells.items():
            assert f"{source or '[*]'} --> {target} : " in drawing
