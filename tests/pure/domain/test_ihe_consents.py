"""The situations that IHE's Privacy Consent on FHIR profile describes, as our own data.

Each is decided by the pure rules alone: history → perimeter → ``readable``; the same over real
pages and keys are in ``tests/commission/test_agreement_situations.py``. Names and values are ours;
of the profile we keep the kinds of situation (permit, reject, expired, time frame, author, purpose,
break-glass, one practitioner, everybody but one).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from cases.domain.agreement import Expression, Member, Purpose
from cases.domain.agreement_history import emergency_perimeter, perimeter, status
from cases.domain.lifecycle import ReferralState, SituationState
from cases.domain.reading import (
    Decision,
    GrantBasis,
    GrantFacts,
    GrantLevel,
    ReadingFacts,
    readable,
)
from cases.domain.sections import InformationCategory, ProfessionCategory, Section
from tests.pure.domain.expressions import day, named, on, stop

NURSE = Member(
    ProfessionCategory.HEALTH_PROFESSIONAL, "CMP des Lilas", "psychiatrie_publique", UUID(int=1)
)
COLLEAGUE = replace(NURSE, id=UUID(int=2))
LONG = (day(0), day(900))


def asked(
    history: list[Expression],
    reader: Member,
    at: datetime,
    *,
    state: SituationState = SituationState.INSCRIBED,
    author: str = "CCAS",
    written: int = 1,
    is_emergency: bool = False,
) -> Decision:
    """Ask for a text on housing, as a member whose grant, mandate and charter are in order."""
    basis = GrantBasis.DEPOSITARY if is_emergency else GrantBasis.PERMANENT
    opened = perimeter(history, at, closed=False)
    urgent = emergency_perimeter(history, at, closed=False)
    covers = (urgent if is_emergency else opened).covers(author, on(written))
    return readable(
        ReadingFacts(
            at=at,
            section=Section.HOUSING,
            category=InformationCategory.HOUSING,
            is_mandate_active=True,
            is_charter_signed=True,
            profession=reader.profession,
            grant=GrantFacts(
                Section.HOUSING, GrantLevel.READ, basis, *LONG, is_dormant=is_emergency
            ),
            referral_state=ReferralState.ADMITTED,
            situation_state=state,
            agreement=status(history, at, closed=False),
            agreed_categories=opened.categories,
            agreed_purposes=opened.purposes,
            is_recipient=opened.includes(reader),
            is_covered=covers,
            is_emergency=is_emergency,
            emergency_categories=urgent.categories if covers else frozenset(),
        )
    )


PERMIT = [named(1)]


def test_basic_permit() -> None:
    """She agrees: the members she names read."""
    assert asked(PERMIT, NURSE, day(2)).allow


def test_basic_reject() -> None:
    """She objects: nobody reads, an emergency included; control: the permit of the day before."""
    history = [named(1), stop(2, objection=True)]
    assert asked(history, NURSE, day(1)).allow
    assert not asked(history, NURSE, day(3)).allow
    assert not asked(history, NURSE, day(3), is_emergency=True).allow


def test_expired_denies_like_refused() -> None:
    """The last day still reads; the next denies everything that a refusal denies."""
    history = [named(1, expires_on=on(5))]
    assert asked(history, NURSE, day(5)).allow
    for is_emergency in (False, True):
        expired = asked(history, NURSE, day(6), is_emergency=is_emergency)
        refused = asked([*history, stop(5)], NURSE, day(6), is_emergency=is_emergency)
        assert not expired.allow
        assert not refused.allow


def test_data_time_frame() -> None:
    """Only what was written between two days; control: the days themselves."""
    history = [named(1, written_from=on(3), written_until=on(5))]
    read = [asked(history, NURSE, day(9), written=number).allow for number in range(2, 7)]
    assert read == [False, True, True, True, False]


def test_data_author() -> None:
    """What one structure wrote stays closed; control: what another wrote the same day."""
    history = [named(1, excluded_authors=frozenset({"Habitat Moselle"}))]
    assert not asked(history, NURSE, day(2), author="habitat moselle").allow
    assert asked(history, NURSE, day(2), author="CCAS").allow


def test_purpose() -> None:
    """To examine, not to follow; the same text, the same reader, another state."""
    history = [named(1, purposes=frozenset({Purpose.EXAMINATION}))]
    assert asked(history, NURSE, day(2)).allow
    followed = asked(history, NURSE, day(2), state=SituationState.FOLLOW_UP)
    assert followed.reason == "purpose_not_agreed"
    follow_only = [named(1, purposes=frozenset({Purpose.FOLLOW_UP}))]
    assert asked(follow_only, NURSE, day(2), state=SituationState.FOLLOW_UP).allow
    assert not asked(follow_only, NURSE, day(2)).allow


def test_break_glass_only() -> None:
    """Closed to ordinary readers; a confirmed exceptional access opens what she said, no more."""
    kept = named(
        1,
        is_emergency_only=True,
        professions=frozenset(),
        categories=frozenset({InformationCategory.HOUSING}),
    )
    assert not asked([kept], NURSE, day(2)).allow
    assert asked([kept], NURSE, day(2), is_emergency=True).allow
    other = replace(kept, categories=frozenset({InformationCategory.FAMILY}))
    assert not asked([other], NURSE, day(2), is_emergency=True).allow
    ended = replace(kept, expires_on=on(3))
    assert asked([ended], NURSE, day(3), is_emergency=True).allow
    assert not asked([ended], NURSE, day(4), is_emergency=True).allow


def test_one_practitioner_only() -> None:
    """She names one: a colleague of the same profession and the same structure does not read."""
    history = [named(1, professions=frozenset(), members=frozenset({NURSE.id}))]
    assert asked(history, NURSE, day(2)).allow
    assert asked(history, COLLEAGUE, day(2)).reason == "outside_perimeter"
    assert asked(PERMIT, COLLEAGUE, day(2)).allow  # Control.


def test_everybody_but_one_practitioner() -> None:
    """She refuses one: her colleague reads."""
    history = [named(1, excluded_members=frozenset({NURSE.id}))]
    assert asked(history, NURSE, day(2)).reason == "outside_perimeter"
    assert asked(history, COLLEAGUE, day(2)).allow
