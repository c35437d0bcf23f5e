"""T-20, pure: each cell of the hand-written matrix against the decision, over the full product."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from unittest import mock

import pytest

from cases.domain import matrix, reading
from cases.domain.agreement import Member, Perimeter, Purpose
from cases.domain.lifecycle import AgreementStatus, ReferralState, SituationState
from cases.domain.matrix import MATRIX, SECTIONS, Reads
from cases.domain.reading import GrantBasis, GrantFacts, GrantLevel, ReadingFacts, readable
from cases.domain.sections import InformationCategory, ProfessionCategory, Section
from cases.domain.vocabulary import ReferrerCategory
from tests.pure.domain.expressions import ALL_CATEGORIES, day

NOW = day(10)
NURSE, NOBODY = ProfessionCategory.HEALTH_PROFESSIONAL, ProfessionCategory.NONE
IN_FORCE = ("valid", "restricted", "exception")
HEALTH = ("sante_psychique", "sante_somatique", "addictions")
LEVELS = ["read", "contribute", "manage"]
# Where something is read, and a state of each column.
STATES = (
    *((referral, None) for referral in ReferralState),
    *((ReferralState.ADMITTED, state) for state in SituationState),
)
COLUMN_OF = {
    None: "referral",
    "preparing": "preparing",
    "inscribed": "examined",
    "reviewed": "examined",
    "restituted": "followed",
    "follow_up": "followed",
    "closed": "closed",
    "archived": "archived",
    "erased": "erased",
}


def held(basis: GrantBasis, **changes: object) -> GrantFacts:
    """Return a living right to manage, on a section set later."""
    facts = GrantFacts(Section.CORE, GrantLevel.MANAGE, basis, day(0), day(30))
    return replace(facts, **changes)


def reader(*bases: GrantBasis, **changes: object) -> tuple[ReadingFacts, ...]:
    """Return somebody for whom everything else is open, under each of these rights."""
    open_to = {
        "at": NOW,
        "section": Section.CORE,
        "is_mandate_active": True,
        "is_charter_signed": True,
        "profession": NURSE,
        "agreed_categories": ALL_CATEGORIES,
        "agreed_purposes": frozenset(Purpose),
        "is_recipient": True,
        "has_accepted": True,
        "is_emergency": True,
        "emergency_categories": ALL_CATEGORIES,
    }
    return tuple(ReadingFacts(**{**open_to, "grant": held(basis), **changes}) for basis in bases)


def whatever(**changes: object) -> tuple[ReadingFacts, ...]:
    """Return somebody whom every right and the lead itself would not let in."""
    return (
        *reader(GrantBasis.INTAKE, **changes),
        *reader(GrantBasis.LEAD, is_lead=True, **changes),
    )


MEMBERS = (GrantBasis.PERMANENT, GrantBasis.SUBSTITUTE)
TOMORROW = NOW + timedelta(seconds=1)
# Who a row is, in facts; several when nothing of it may matter.
WHO: dict[str, tuple[ReadingFacts, ...]] = {
    # Whoever has no mandate in force here: the service gives no other fact of them.
    **{
        code: whatever(is_mandate_active=False)
        for code in ("nobody", "staff", "inactive", "suspended", "excluded", "out_of_term")
    },
    "referrer": whatever(is_mandate_active=False),
    "unsigned": whatever(is_charter_signed=False),
    "aside": whatever(has_stepped_aside=True),
    "without": (
        *reader(GrantBasis.LEAD, grant=None),
        *reader(GrantBasis.LEAD, grant=None, is_lead=True),
    ),
    "to_come": reader(*MEMBERS, grant=held(GrantBasis.PERMANENT, not_before=TOMORROW)),
    "ended": (
        *reader(*MEMBERS, grant=held(GrantBasis.PERMANENT, not_after=NOW)),
        *reader(*MEMBERS, grant=held(GrantBasis.LEAD, is_revoked=True), is_lead=True),
    ),
    "uninvited": reader(GrantBasis.GUEST, has_accepted=False),
    "guest_before": reader(GrantBasis.GUEST, grant=held(GrantBasis.GUEST, not_before=TOMORROW)),
    "guest_after": reader(GrantBasis.GUEST, grant=held(GrantBasis.GUEST, not_after=NOW)),
    "asleep": reader(
        GrantBasis.DEPOSITARY,
        grant=held(GrantBasis.DEPOSITARY, is_dormant=True),
        is_emergency=False,
    ),
    "dpo": reader(GrantBasis.DPO, grant=None),
    "member": reader(*MEMBERS),
    "guest": reader(GrantBasis.GUEST),
    "coordinator": reader(GrantBasis.INTAKE),
    "lead": reader(GrantBasis.LEAD, GrantBasis.PERMANENT, GrantBasis.INTAKE, is_lead=True),
    "woken": reader(GrantBasis.DEPOSITARY, grant=held(GrantBasis.DEPOSITARY, is_dormant=True)),
    "control": reader(GrantBasis.DPO),
}


def column(f: ReadingFacts) -> str:
    """Return the column of the matrix in which the facts stand."""
    if f.situation_state == "erased":
        return "erased"
    if f.is_limited:
        return "limited"
    if f.situation_state == "archived":
        return "archived"
    if f.is_withdrawn or f.agreement == "withdrawn":
        return "withdrawn"
    if f.situation_state is None and f.referral_state == "draft":
        return "draft"
    return COLUMN_OF[f.situation_state]


def expected(who: str, f: ReadingFacts) -> bool:
    """Read the matrix: the cell, then its second table, then the levels."""
    place = column(f)
    reads = MATRIX[who].cells[place]
    opened_by, in_anonymous, to_anybody = SECTIONS[f.section.value]
    if reads is Reads.NOTHING:
        return False
    if f.profession is NOBODY and (not to_anybody or f.category in HEALTH):
        return False
    assert f.grant is not None
    most = "read" if reads in (Reads.CONTROL, Reads.URGENT) else f.grant.level.value
    if LEVELS.index(f.level.value) > LEVELS.index(most):
        return False
    if who in ("lead", "control"):
        return True
    if f.is_refused_by_name:
        return False
    if reads is Reads.ALL:
        return True
    is_anonymous = f.is_anonymous and place in ("preparing", "examined", "followed")
    if reads is Reads.AGREED and is_anonymous:
        return in_anonymous and f.category != "identite"
    agreed = f.emergency_categories if reads is Reads.URGENT else f.agreed_categories
    if f.category is not None:
        is_open = f.category in agreed
    elif opened_by == "any agreement":
        is_open = reads is Reads.AGREED or bool(agreed)
    else:
        is_open = bool(set(opened_by.split(", ")) & {one.value for one in agreed})
    if reads is Reads.URGENT:
        return is_open
    used = "suivi" if place == "followed" else "examen"
    return (
        f.agreement in IN_FORCE
        and (f.is_recipient or who == "coordinator")
        and used in f.agreed_purposes
        and f.is_covered
        and is_open
    )


def situations() -> Iterator[dict[str, object]]:
    """Give every state with every agreement and every mark: 15 × 6 × 8."""
    marks = itertools.product((False, True), repeat=3)
    for (referral, state), status, (withdrawn, limited, anonymous) in itertools.product(
        STATES, AgreementStatus, marks
    ):
        yield {
            "referral_state": referral,
            "situation_state": state,
            "agreement": status,
            "is_withdrawn": withdrawn,
            "is_limited": limited,
            "is_anonymous": anonymous,
        }


def disagreements(who: str, cases: Iterator[ReadingFacts]) -> list[str]:
    """Return where the decision is not what the matrix says, a few words each."""
    wrong = []
    for facts in cases:
        answer = readable(facts)
        if answer.allow is not expected(who, facts):
            wrong.append(f"{who}: {answer.reason} for {facts}")
            if len(wrong) == 3:
                break
    return wrong


def by_section_and_level(who: str) -> Iterator[ReadingFacts]:
    """Every state × agreement × mark × section × level asked, in and out of R1110-2."""
    for person in WHO[who]:
        grants = {one: person.grant and replace(person.grant, section=one) for one in Section}
        for around in situations():
            base = replace(person, **around)
            for section, profession in itertools.product(Section, (NURSE, NOBODY)):
                grant = grants[section]
                for level in GrantLevel:
                    yield replace(
                        base, section=section, profession=profession, grant=grant, level=level
                    )


def by_agreement(who: str) -> Iterator[ReadingFacts]:
    """Every state × agreement × section × what the person opened, to whom, for what."""
    (person, *_) = WHO[who]
    texts = (None, InformationCategory.MENTAL_HEALTH, InformationCategory.HOUSING)
    opened = (
        ALL_CATEGORIES,
        frozenset(),
        frozenset({InformationCategory.HOUSING, InformationCategory.ADDICTIONS}),
    )
    uses = (*(frozenset({purpose}) for purpose in Purpose), frozenset(Purpose), frozenset())
    for (referral, state), status, section, category, categories in itertools.product(
        STATES, AgreementStatus, Section, texts, opened
    ):
        base = replace(
            person,
            referral_state=referral,
            situation_state=state,
            agreement=status,
            section=section,
            category=category,
            grant=person.grant and replace(person.grant, section=section),
            agreed_categories=categories,
            emergency_categories=categories,
        )
        for purposes, recipient, covered in itertools.product(uses, (True, False), (True, False)):
            yield replace(
                base, agreed_purposes=purposes, is_recipient=recipient, is_covered=covered
            )
        yield replace(base, is_refused_by_name=True)
        yield replace(base, is_refused_by_name=True, is_anonymous=True)


@pytest.mark.parametrize("who", MATRIX)
def test_each_state_agreement_section_and_level(who: str) -> None:
    """T-20: 15 states × 6 agreements × 8 marks × 7 sections × 3 levels × 2, each row."""
    assert disagreements(who, by_section_and_level(who)) == []


@pytest.mark.parametrize("who", ["member", "guest", "coordinator", "lead", "woken", "control"])
def test_each_agreement(who: str) -> None:
    """T-20: readers who read something, over what the person opened."""
    assert disagreements(who, by_agreement(who)) == []


@pytest.mark.parametrize("profession", ProfessionCategory)
def test_each_profession_in_its_own_right(profession: ProfessionCategory) -> None:
    """C-22, C-07: member of each category; only those of the list read health."""
    (member, _) = WHO["member"]
    for section, status in itertools.product(Section, AgreementStatus):
        grant = held(GrantBasis.PERMANENT, section=section)
        facts = replace(
            member,
            section=section,
            grant=grant,
            profession=profession,
            agreement=status,
            situation_state=SituationState.INSCRIBED,
        )
        is_closed = section == "health" and profession == "none"
        assert readable(facts).allow is (status in IN_FORCE and not is_closed)


@pytest.mark.parametrize("kind", ReferrerCategory)
def test_each_kind_of_structure_is_a_recipient_when_it_is_named(kind: ReferrerCategory) -> None:
    """C-07: by its kind or by the reader's profession, and « outside the list » names nobody."""
    for profession in ProfessionCategory:
        member = Member(profession, "Une structure", kind.value)
        for named in (*ReferrerCategory, *ProfessionCategory):
            opened = Perimeter(categories=ALL_CATEGORIES, professions=frozenset({named.value}))
            by_name = named.value != "none" and named.value in (kind.value, profession.value)
            assert opened.includes(member) is by_name


def test_every_cell_is_written() -> None:
    """A row without its facts, or the reverse, fails; so does a cell nobody knows."""
    assert set(WHO) == set(MATRIX)
    assert {section.value for section in Section} == set(SECTIONS)
    for row in MATRIX.values():
        assert set(row.cells) == set(matrix.COLUMNS)
        assert row.rules
    with pytest.raises(ValueError, match="maybe"):
        matrix._row("who | maybe - - - - - - - - - | C-00 | whoever")
    columns = {column(replace(WHO["member"][0], **around)) for around in situations()}
    assert columns == set(matrix.COLUMNS)


@pytest.mark.parametrize(
    ("who", "function"),
    [
        ("aside", "_refused_for_reader"),
        ("ended", "_refused_by_grant"),
        ("member", "_refused_by_situation"),
    ],
)
def test_a_rule_left_out_is_seen(who: str, function: str) -> None:
    """Control: a decision that forgets a whole family of refusals differs from the matrix."""
    with mock.patch.object(reading, function, return_value=None):
        assert disagreements(who, by_section_and_level(who)) != []


def test_a_cell_that_changes_is_seen() -> None:
    """Control: one cell written otherwise is a disagreement."""
    row = MATRIX["member"]
    opened = replace(row, cells={**row.cells, "withdrawn": Reads.ALL})
    with mock.patch.dict(MATRIX, {"member": opened}):
        assert disagreements("member", by_agreement("member")) != []
