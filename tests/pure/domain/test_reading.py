"""The pure decision of reading: one example a rule, each with its control."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cases.domain.agreement import Purpose
from cases.domain.lifecycle import AgreementStatus, ReferralState, SituationState
from cases.domain.reading import (
    GrantBasis,
    GrantFacts,
    GrantLevel,
    ReadingFacts,
    purpose_of,
    readable,
)
from cases.domain.sections import InformationCategory, ProfessionCategory, Section
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
        ({"is_refused_by_name": True}, "outside_perimeter", "C-07"),
        ({"grant": grant(Section.HEALTH, basis=GrantBasis.GUEST)}, "invitation_unanswered", "C-24"),
        ({"agreed_purposes": frozenset({Purpose.FOLLOW_UP})}, "purpose_not_agreed", "C-08"),
        ({"agreed_purposes": frozenset()}, "purpose_not_agreed", "C-08"),
        ({"is_covered": False}, "text_not_agreed", "C-08"),
        (
            {"grant": grant(Section.HEALTH, is_dormant=True), "is_emergency": True},
            "emergency_refused",
            "C-04",
        ),
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
    landlord = nurse(
        grant=held, profession=ProfessionCategory.NONE, is_lead=True, has_accepted=True
    )
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
        facts = nurse(
            Section.CORE, grant=held, agreement=AgreementStatus.WITHDRAWN, has_accepted=True
        )
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


def test_a_guest_reads_once_she_accepted_and_inside_her_window() -> None:
    """C-24, decision 22: acceptance first, then the dates; neither replaces the other."""
    held = grant(Section.CORE, basis=GrantBasis.GUEST)
    facts = nurse(Section.CORE, grant=held)
    assert refused(facts) == ("invitation_unanswered", "C-24")
    assert readable(replace(facts, has_accepted=True)).reason == "agreement"
    for dates in ({"not_before": NOW + timedelta(seconds=1)}, {"not_after": NOW}):
        outside = replace(facts, has_accepted=True, grant=replace(held, **dates))
        assert refused(outside) == ("grant_expired", "C-24")
    # Accepting is asked of guests alone: a member's right does not wait for it.
    assert readable(nurse(Section.CORE, has_accepted=False)).allow


@pytest.mark.parametrize("state", SituationState)
def test_the_purpose_follows_the_state(state: SituationState) -> None:
    """C-08: examined before, followed after; statistics open nothing to anybody."""
    followed = state in (SituationState.RESTITUTED, SituationState.FOLLOW_UP)
    needed = Purpose.FOLLOW_UP if followed else Purpose.EXAMINATION
    assert purpose_of(state) is needed
    if state in (SituationState.ARCHIVED, SituationState.ERASED):
        return
    for purpose in Purpose:
        facts = nurse(situation_state=state, agreed_purposes=frozenset({purpose}))
        if purpose is needed:
            assert readable(facts).allow
        else:
            assert refused(facts) == ("purpose_not_agreed", "C-08")


def test_the_animation_is_held_by_purposes_and_covered_texts() -> None:
    """C-08: recipient of every agreement, never beyond it; the lead alone is (C-04)."""
    held = grant(Section.HOUSING, basis=GrantBasis.INTAKE, level=GrantLevel.MANAGE)
    facts = nurse(Section.HOUSING, grant=held, is_recipient=False)
    assert readable(facts).allow
    for change, reason in (
        ({"agreed_purposes": frozenset({Purpose.FOLLOW_UP})}, "purpose_not_agreed"),
        ({"is_covered": False}, "text_not_agreed"),
    ):
        assert refused(replace(facts, **change)) == (reason, "C-08")
        assert readable(replace(facts, **change, is_lead=True)).reason == "lead"


def test_a_refusal_by_name_holds_in_any_evocation() -> None:
    """C-07: coded evocations, the animation, an emergency; the lead and a control excepted."""
    coded = nurse(Section.CORE, agreement=AgreementStatus.ABSENT, is_anonymous=True)
    held = grant(Section.CORE, basis=GrantBasis.INTAKE)
    preparing = nurse(Section.CORE, grant=held, situation_state=SituationState.PREPARING)
    for facts in (coded, preparing, dormant(Section.CORE)):
        assert readable(facts).allow
        assert refused(replace(facts, is_refused_by_name=True)) == ("outside_perimeter", "C-07")
    lead = nurse(Section.CORE, is_lead=True, is_refused_by_name=True)
    assert readable(lead).reason == "lead"
    control = grant(Section.CORE, basis=GrantBasis.DPO)
    assert readable(nurse(Section.CORE, grant=control, is_refused_by_name=True)).allow


def dormant(section: Section = Section.HOUSING, **changes: object) -> ReadingFacts:
    """Return the facts of a depositary whose exceptional access is under way."""
    held = grant(section, basis=GrantBasis.DEPOSITARY, level=GrantLevel.MANAGE, is_dormant=True)
    facts = nurse(
        section,
        grant=held,
        is_emergency=True,
        agreement=AgreementStatus.ABSENT,
        agreed_categories=frozenset(),
        agreed_purposes=frozenset(),
        is_recipient=False,
        emergency_categories=ALL_CATEGORIES,
    )
    return replace(facts, **changes)


def test_a_sleeping_right_opens_for_an_exceptional_access_alone() -> None:
    """Security.md §2.4: asleep nothing, whatever the agreement; woken, it reads and no more."""
    assert readable(dormant()).reason == "emergency"
    assert refused(dormant(is_emergency=False)) == ("grant_dormant", "C-21")
    asleep = dormant(
        is_emergency=False,
        agreement=AgreementStatus.VALID,
        agreed_categories=ALL_CATEGORIES,
        agreed_purposes=frozenset(Purpose),
        is_recipient=True,
    )
    assert refused(asleep) == ("grant_dormant", "C-21")
    for level in (GrantLevel.CONTRIBUTE, GrantLevel.MANAGE):
        assert refused(dormant(level=level)) == ("level_too_low", "C-21")
    # An exceptional access wakes a sleeping right; it gives none.
    assert refused(dormant(grant=None)) == ("grant_missing", "C-21")
    # Nor does it add anything to a right that is awake.
    awake = nurse(is_emergency=True, emergency_categories=ALL_CATEGORIES, is_recipient=False)
    assert refused(awake) == ("outside_perimeter", "C-07")


def test_what_the_person_kept_closed_stays_closed_in_an_emergency() -> None:
    """C-04: section, document, and what holds no category of its own."""
    housing = frozenset({InformationCategory.HOUSING})
    assert readable(dormant(emergency_categories=housing)).allow
    assert readable(dormant(Section.CORE, emergency_categories=housing)).allow
    assert readable(dormant(Section.SHAREABLE, emergency_categories=housing)).allow
    closed = dormant(Section.SOCIAL, emergency_categories=housing)
    assert refused(closed) == ("emergency_refused", "C-04")
    for section in (Section.HOUSING, Section.CORE):
        nothing = dormant(section, emergency_categories=frozenset())
        assert refused(nothing) == ("emergency_refused", "C-04")
    family = frozenset({InformationCategory.FAMILY})
    own = dormant(Section.SOCIAL, emergency_categories=family, category=InformationCategory.FAMILY)
    assert readable(own).allow
    other = replace(own, category=InformationCategory.BUDGET_AND_RIGHTS)
    assert refused(other) == ("emergency_refused", "C-04")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_mandate_active": False}, "mandate_inactive"),
        ({"has_stepped_aside": True}, "stepped_aside"),
        ({"is_limited": True}, "limited"),
        ({"is_withdrawn": True}, "withdrawn"),
        ({"agreement": AgreementStatus.WITHDRAWN}, "withdrawn"),
        ({"situation_state": SituationState.ARCHIVED}, "archived"),
        ({"situation_state": SituationState.ERASED}, "erased"),
        ({"grant": grant(Section.HOUSING, is_dormant=True, not_after=NOW)}, "grant_expired"),
    ],
)
def test_an_exceptional_access_lifts_nothing_else(change: dict[str, object], reason: str) -> None:
    """Each of the other refusals holds in an emergency as well; health too (C-22)."""
    assert readable(dormant()).allow
    assert refused(dormant(**change))[0] == reason
    health = dormant(Section.HEALTH, profession=ProfessionCategory.NONE)
    assert refused(health) == ("health_reserved", "C-22")


def test_a_control_reads_without_an_agreement_and_never_writes() -> None:
    """C-73: given with a reason for a day, it is no sharing; the rest still binds it."""
    held = grant(Section.HOUSING, basis=GrantBasis.DPO, level=GrantLevel.MANAGE)
    facts = nurse(
        Section.HOUSING,
        grant=held,
        profession=ProfessionCategory.NONE,
        agreement=AgreementStatus.ABSENT,
        agreed_categories=frozenset(),
        agreed_purposes=frozenset(),
        is_recipient=False,
        is_covered=False,
    )
    assert readable(facts).reason == "control"
    for level in (GrantLevel.CONTRIBUTE, GrantLevel.MANAGE):
        assert refused(replace(facts, level=level)) == ("level_too_low", "C-21")
    for change, reason in (
        ({"grant": replace(held, not_after=NOW)}, "grant_expired"),
        ({"grant": None}, "grant_missing"),
        ({"agreement": AgreementStatus.WITHDRAWN}, "withdrawn"),
        ({"is_limited": True}, "limited"),
        (
            {"section": Section.HEALTH, "grant": replace(held, section=Section.HEALTH)},
            "health_reserved",
        ),
    ):
        assert refused(replace(facts, **change))[0] == reason
