"""The pure decision of reading against the specification said again, over random facts (T-28)."""

import random
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cases.domain.agreement import Purpose
from cases.domain.choice import Choice
from cases.domain.lifecycle import AgreementStatus, ReferralState, SituationState
from cases.domain.reading import (
    Decision,
    GrantBasis,
    GrantFacts,
    GrantLevel,
    ReadingFacts,
    readable,
)
from cases.domain.sections import InformationCategory, ProfessionCategory, Section, categories_of
from tests.pure.domain.expressions import day

NOW = day(10)
REASONS = (
    "mandate_inactive",
    "charter_unsigned",
    "stepped_aside",
    "grant_missing",
    "grant_dormant",
    "invitation_unanswered",
    "grant_expired",
    "level_too_low",
    "health_reserved",
    "erased",
    "limited",
    "archived",
    "withdrawn",
    "before_admission",
    "anonymous",
    "agreement_expired",
    "agreement_missing",
    "outside_perimeter",
    "purpose_not_agreed",
    "text_not_agreed",
    "category_not_agreed",
    "emergency_refused",
    "lead",
    "control",
    "emergency",
    "screening",
    "preparation",
    "agreement",
)
DRAWN = 20_000


def drawn(number: int) -> ReadingFacts:
    """Draw facts that mostly pass what concerns the reader, so that every rule is reached."""
    chance = random.Random(number)

    def mostly() -> bool:
        return chance.random() < 0.93

    def any_of(kind: type[Choice]) -> Any:
        return chance.choice(list(kind))

    def some_of(kind: type[Choice]) -> frozenset[Any]:
        share = chance.random()
        return frozenset(one for one in kind if chance.random() < share)

    section = any_of(Section)
    opens, ends = chance.choice([(0, 30)] * 12 + [(0, 10), (0, 9), (11, 30), (10, 11)])
    held = GrantFacts(
        section=section if mostly() else any_of(Section),
        level=any_of(GrantLevel),
        basis=any_of(GrantBasis),
        not_before=day(opens),
        not_after=day(ends),
        is_revoked=not mostly(),
        is_dormant=chance.random() < 0.2,
    )
    return ReadingFacts(
        at=NOW,
        section=section,
        category=any_of(InformationCategory) if chance.random() < 0.5 else None,
        level=GrantLevel.READ if mostly() else any_of(GrantLevel),
        is_mandate_active=mostly(),
        is_charter_signed=mostly(),
        profession=any_of(ProfessionCategory),
        has_stepped_aside=not mostly(),
        is_lead=chance.random() < 0.2,
        grant=held if mostly() else None,
        referral_state=any_of(ReferralState),
        situation_state=chance.choice([None, *SituationState]),
        agreement=any_of(AgreementStatus),
        agreed_categories=some_of(InformationCategory),
        agreed_purposes=some_of(Purpose),
        is_recipient=mostly(),
        is_refused_by_name=not mostly(),
        is_covered=mostly(),
        has_accepted=mostly(),
        is_emergency=chance.random() < 0.7,
        emergency_categories=some_of(InformationCategory),
        is_anonymous=not mostly(),
        is_withdrawn=not mostly(),
        is_limited=not mostly(),
    )


facts_at_random = st.integers(0, 2**63).map(drawn)


def oracle(f: ReadingFacts) -> bool:
    """Say the specification again, in another shape."""
    g = f.grant
    order = [GrantLevel.READ, GrantLevel.CONTRIBUTE, GrantLevel.MANAGE]
    bound = f.is_mandate_active and f.is_charter_signed and not f.has_stepped_aside
    holds = (
        g is not None
        and g.section == f.section
        and not g.is_revoked
        and (f.is_emergency or not g.is_dormant)
        and (f.has_accepted or g.basis is not GrantBasis.GUEST)
        and g.not_before <= f.at < g.not_after
        and order.index(f.level) <= order.index(g.level)
    )
    says_health = f.section == Section.HEALTH or f.category in categories_of(Section.HEALTH)
    may_know = f.profession is not ProfessionCategory.NONE or not says_health
    gone = f.situation_state in (SituationState.ERASED, SituationState.ARCHIVED) or f.is_limited
    stopped = f.is_withdrawn or f.agreement is AgreementStatus.WITHDRAWN
    if not (bound and holds and may_know) or gone or (stopped and not f.is_lead):
        return False
    assert g is not None
    if f.level is not GrantLevel.READ and (g.is_dormant or g.basis is GrantBasis.DPO):
        return False
    intake = g.basis in (GrantBasis.INTAKE, GrantBasis.DEPOSITARY)
    if f.is_lead or g.basis is GrantBasis.DPO:
        return True
    if f.is_refused_by_name:
        return False
    if g.is_dormant:
        return opens(f, f.emergency_categories, whole=bool(f.emergency_categories))
    if f.situation_state is None:
        return intake and f.referral_state is not ReferralState.DRAFT
    if intake and f.situation_state is SituationState.PREPARING:
        return True
    if f.is_anonymous and f.situation_state is not SituationState.CLOSED:
        return f.section is not Section.IDENTITY and f.category is not InformationCategory.IDENTITY
    if f.agreement not in (
        AgreementStatus.VALID,
        AgreementStatus.RESTRICTED,
        AgreementStatus.EXCEPTION,
    ):
        return False
    is_followed = f.situation_state in (SituationState.RESTITUTED, SituationState.FOLLOW_UP)
    used = Purpose.FOLLOW_UP if is_followed else Purpose.EXAMINATION
    return (
        (f.is_recipient or intake)
        and used in f.agreed_purposes
        and f.is_covered
        and opens(f, f.agreed_categories, whole=True)
    )


def opens(f: ReadingFacts, categories: frozenset[InformationCategory], *, whole: bool) -> bool:
    """Tell whether these categories open what is asked; ``whole`` for what has none."""
    if f.category is not None:
        return f.category in categories
    return (
        whole
        if f.section in (Section.CORE, Section.SHAREABLE)
        else bool(categories_of(f.section) & categories)
    )


@settings(max_examples=2000)
@given(facts_at_random)
def test_the_decision_equals_the_oracle(facts: ReadingFacts) -> None:
    """T-28: allow or refuse, over random facts."""
    decision = readable(facts)
    assert decision.allow is oracle(facts)
    assert decision.rules
    assert bool(decision.message) is not decision.allow


def test_many_facts_reach_every_rule_and_agree() -> None:
    """T-28 on a fixed, larger draw; control: each answer of the decision is met in it."""
    met = set()
    for number in range(DRAWN):
        facts = drawn(number)
        decision = readable(facts)
        assert decision.allow is oracle(facts), facts
        met.add(decision.reason)
    assert met == set(REASONS)


def test_a_defect_of_one_rule_is_seen() -> None:
    """Control: a decision that forgets purposes differs from the oracle somewhere."""
    everything = frozenset(Purpose)
    assert any(
        readable(replace(facts, agreed_purposes=everything)).allow is not oracle(facts)
        for facts in map(drawn, range(DRAWN))
    )


@given(facts_at_random)
def test_silence_denies(facts: ReadingFacts) -> None:
    """Deny by default: facts left at their defaults never allow."""
    bare = ReadingFacts(at=facts.at, section=facts.section, category=facts.category)
    assert readable(bare) == Decision(
        allow=False,
        rules=("BR-02",),
        reason="mandate_inactive",
        message="Votre mandat n’est pas en cours.",
    )
