"""The pure decision of reading: examples by rule, then random facts against an oracle (T-28)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.domain.agreement import Purpose
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
from tests.pure.domain.expressions import ALL_CATEGORIES, day

NOW = day(10)


def grant(section: Section, **changes: object) -> GrantFacts:
    """Return a permanent member's living grant on a section."""
    facts = GrantFacts(
        section=section,
        level=GrantLevel.READ,
        basis=GrantBasis.PERMANENT,
        not_before=day(0),
        not_after=day(30),
    )
    return replace(facts, **changes)


def nurse(section: Section = Section.HEALTH, **changes: object) -> ReadingFacts:
    """Return the facts of a member who may read: the control of every refusal below."""
    facts = ReadingFacts(
        at=NOW,
        section=section,
        is_mandate_active=True,
        is_charter_signed=True,
        profession=ProfessionCategory.HEALTH_PROFESSIONAL,
        grant=grant(section),
        referral_state=ReferralState.ADMITTED,
        situation_state=SituationState.INSCRIBED,
        agreement=AgreementStatus.VALID,
        agreed_categories=ALL_CATEGORIES,
        agreed_purposes=frozenset(Purpose),
        is_recipient=True,
    )
    return replace(facts, **changes)


def refused(facts: ReadingFacts) -> tuple[str, str]:
    """Return the reason and the rule of a refusal, after its control."""
    decision = readable(facts)
    assert not decision.allow
    assert decision.message.endswith(".")
    (rule,) = decision.rules
    return decision.reason, rule


@pytest.mark.parametrize("section", Section)
def test_control_the_right_member_reads(section: Section) -> None:
    """Every refusal below starts from this."""
    assert readable(nurse(section)).allow


@pytest.mark.parametrize(
    ("change", "reason", "rule"),
    [
        ({"is_mandate_active": False}, "mandate_inactive", "BR-02"),
        ({"is_charter_signed": False}, "charter_unsigned", "BR-02"),
        ({"has_stepped_aside": True}, "stepped_aside", "déport"),
        ({"grant": None}, "grant_missing", "C-21"),
        ({"grant": grant(Section.SOCIAL)}, "grant_missing", "C-21"),
        ({"grant": grant(Section.HEALTH, is_dormant=True)}, "grant_dormant", "C-21"),
        ({"grant": grant(Section.HEALTH, is_revoked=True)}, "grant_expired", "C-24"),
        ({"grant": grant(Section.HEALTH, not_after=NOW)}, "grant_expired", "C-24"),
        (
            {"grant": grant(Section.HEALTH, not_before=NOW + timedelta(seconds=1))},
            "grant_expired",
            "C-24",
        ),
        ({"level": GrantLevel.CONTRIBUTE}, "level_too_low", "C-21"),
        ({"profession": ProfessionCategory.NONE}, "health_reserved", "C-22"),
        ({"situation_state": SituationState.ERASED}, "erased", "C-55"),
        ({"situation_state": SituationState.ARCHIVED}, "archived", "C-52"),
        ({"is_limited": True}, "limited", "C-65"),
        ({"is_withdrawn": True}, "withdrawn", "C-04"),
        ({"agreement": AgreementStatus.WITHDRAWN}, "withdrawn", "C-04"),
        ({"agreement": AgreementStatus.EXPIRED}, "agreement_expired", "C-09"),
        ({"agreement": AgreementStatus.ABSENT}, "agreement_missing", "C-02"),
        ({"situation_state": None}, "before_admission", "BR-07"),
        ({"is_recipient": False}, "outside_perimeter", "C-07"),
        (
            {"agreed_categories": frozenset({InformationCategory.HOUSING})},
            "category_not_agreed",
            "C-08",
        ),
    ],
)
def test_each_rule_refuses_alone(change: dict[str, object], reason: str, rule: str) -> None:
    """From facts that allow, one change is enough."""
    assert readable(nurse()).allow
    assert refused(replace(nurse(), **change)) == (reason, rule)


@pytest.mark.parametrize("basis", GrantBasis)
def test_health_never_leaves_the_list_whatever_the_grant(basis: GrantBasis) -> None:
    """C-22: lead, manager, animation: no difference; the same member reads housing."""
    held = grant(Section.HEALTH, basis=basis, level=GrantLevel.MANAGE)
    landlord = nurse(grant=held, profession=ProfessionCategory.NONE, is_lead=True)
    assert refused(landlord) == ("health_reserved", "C-22")
    housing = replace(landlord, section=Section.HOUSING, grant=grant(Section.HOUSING))
    assert readable(housing).allow
    # A health fact filed under another section is still a health fact.
    misfiled = replace(housing, category=InformationCategory.ADDICTIONS)
    assert refused(misfiled) == ("health_reserved", "C-22")


def test_withdrawn_is_gone_for_all_but_the_lead() -> None:
    """C-04, promise 5: no basis, no level keeps it, the lead's eyes excepted."""
    for basis in GrantBasis:
        held = grant(Section.CORE, basis=basis, level=GrantLevel.MANAGE)
        facts = nurse(Section.CORE, grant=held, agreement=AgreementStatus.WITHDRAWN)
        assert refused(facts) == ("withdrawn", "C-04")
        assert readable(replace(facts, is_lead=True)).reason == "lead"


def test_the_lead_is_still_bound_by_the_rest() -> None:
    """Mandate, charter, grant dates, limitation, erasure hold for the lead as well."""
    lead = nurse(is_lead=True, agreement=AgreementStatus.ABSENT, is_recipient=False)
    assert readable(lead).allow
    for change in (
        {"is_mandate_active": False},
        {"grant": None},
        {"is_limited": True},
        {"situation_state": SituationState.ERASED},
    ):
        assert not readable(replace(lead, **change)).allow


def test_a_document_needs_its_own_category() -> None:
    """C-08, decision 20: the section opens with one category, the document with its own."""
    agreed = frozenset({InformationCategory.MENTAL_HEALTH})
    assert readable(nurse(agreed_categories=agreed)).allow
    own = nurse(agreed_categories=agreed, category=InformationCategory.MENTAL_HEALTH)
    other = nurse(agreed_categories=agreed, category=InformationCategory.ADDICTIONS)
    assert readable(own).allow
    assert refused(other) == ("category_not_agreed", "C-08")


def test_screening_belongs_to_the_intake() -> None:
    """BR-07: before admission only the holders of referrals read, and never a draft."""
    held = grant(Section.CORE, basis=GrantBasis.INTAKE)
    facts = nurse(
        Section.CORE,
        grant=held,
        situation_state=None,
        referral_state=ReferralState.RECEIVED,
        agreement=AgreementStatus.ABSENT,
        is_recipient=False,
    )
    assert readable(facts).reason == "screening"
    assert refused(replace(facts, referral_state=ReferralState.DRAFT))[1] == "BR-07"
    assert refused(replace(facts, grant=grant(Section.CORE)))[1] == "BR-07"
    preparing = replace(
        facts, situation_state=SituationState.PREPARING, referral_state=ReferralState.ADMITTED
    )
    assert readable(preparing).reason == "preparation"
    inscribed = replace(preparing, situation_state=SituationState.INSCRIBED)
    assert refused(inscribed) == ("agreement_missing", "C-02")


def test_the_animation_is_a_recipient_within_the_categories() -> None:
    """C-08 binds the animation once the situation is at work."""
    held = grant(Section.HOUSING, basis=GrantBasis.INTAKE)
    facts = nurse(Section.HOUSING, grant=held, is_recipient=False)
    assert readable(facts).allow
    narrow = replace(facts, agreed_categories=frozenset({InformationCategory.FAMILY}))
    assert refused(narrow) == ("category_not_agreed", "C-08")


def test_anonymous_mode_shows_everything_but_the_identity() -> None:
    """C-03: no agreement, no identity; an objection still closes it."""
    facts = nurse(Section.CORE, agreement=AgreementStatus.ABSENT, is_anonymous=True)
    assert readable(facts).reason == "anonymous"
    identity = nurse(Section.IDENTITY, agreement=AgreementStatus.ABSENT, is_anonymous=True)
    assert refused(identity) == ("anonymous", "C-03")
    assert not readable(replace(facts, is_anonymous=False)).allow
    assert refused(replace(facts, agreement=AgreementStatus.WITHDRAWN))[1] == "C-04"


# Random facts against the specification, written as one sentence a rule.

maybe_grant = st.none() | st.builds(
    GrantFacts,
    section=st.sampled_from(Section),
    level=st.sampled_from(GrantLevel),
    basis=st.sampled_from(GrantBasis),
    not_before=st.sampled_from([day(0), day(11)]),
    not_after=st.sampled_from([day(9), day(10), day(30)]),
    is_revoked=st.booleans(),
    is_dormant=st.booleans(),
)
random_facts = st.builds(
    ReadingFacts,
    at=st.just(NOW),
    section=st.sampled_from(Section),
    category=st.none() | st.sampled_from(InformationCategory),
    level=st.sampled_from(GrantLevel),
    is_mandate_active=st.sampled_from([True, True, True, False]),
    is_charter_signed=st.sampled_from([True, True, True, False]),
    profession=st.sampled_from([ProfessionCategory.NONE, ProfessionCategory.SOCIAL_WORKER]),
    has_stepped_aside=st.sampled_from([False, False, False, True]),
    is_lead=st.booleans(),
    grant=maybe_grant,
    referral_state=st.sampled_from(ReferralState),
    situation_state=st.none() | st.sampled_from(SituationState),
    agreement=st.sampled_from(AgreementStatus),
    agreed_categories=st.frozensets(st.sampled_from(InformationCategory)),
    is_recipient=st.booleans(),
    is_anonymous=st.booleans(),
    is_withdrawn=st.booleans(),
    is_limited=st.booleans(),
)


def oracle(f: ReadingFacts) -> bool:
    """Say the specification again, in another shape."""
    g = f.grant
    order = [GrantLevel.READ, GrantLevel.CONTRIBUTE, GrantLevel.MANAGE]
    bound = f.is_mandate_active and f.is_charter_signed and not f.has_stepped_aside
    holds = (
        g is not None
        and g.section == f.section
        and not g.is_revoked
        and not g.is_dormant
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
    intake = g.basis in (GrantBasis.INTAKE, GrantBasis.DEPOSITARY)
    if f.is_lead:
        return True
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
    if f.category is not None:
        agreed = f.category in f.agreed_categories
    elif f.section in (Section.CORE, Section.SHAREABLE):
        agreed = True
    else:
        agreed = bool(categories_of(f.section) & f.agreed_categories)
    return agreed and (f.is_recipient or intake)


@settings(max_examples=2000)
@given(random_facts)
def test_the_decision_equals_the_oracle(facts: ReadingFacts) -> None:
    """T-28: allow or refuse, over random facts."""
    decision = readable(facts)
    assert decision.allow is oracle(facts)
    assert decision.rules
    assert bool(decision.message) is not decision.allow


@given(random_facts)
def test_silence_denies(facts: ReadingFacts) -> None:
    """Deny by default: facts left at their defaults never allow."""
    bare = ReadingFacts(at=facts.at, section=facts.section, category=facts.category)
    assert readable(bare) == Decision(
        allow=False,
        rules=("BR-02",),
        reason="mandate_inactive",
        message="Votre mandat n’est pas en cours.",
    )
