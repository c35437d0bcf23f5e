"""The demonstration's data: fictitious for sure, entered without Django, the same for a seed."""

from __future__ import annotations

import re
from random import Random

import pytest

from cases.domain.facets import FACETS, Population, fold
from cases.domain.sections import InformationCategory
from cases.domain.vocabulary import ProposalType
from cases.vault.passphrases import LEAST_LENGTH, check_passphrase
from deploy.demo import cast, credentials, endings, figures, texts
from deploy.demo.parameters import Parameters

RFC_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("at", "digits"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_one_time_codes_are_those_of_rfc_6238(at: int, digits: str) -> None:
    """RFC 6238, appendix B, SHA-1, last six digits."""
    code, left = credentials.current_code(RFC_SEED, at)
    assert code == digits
    assert 1 <= left <= 30


@pytest.mark.parametrize("seed", [0, 1, 2, 999_999_999])
def test_passphrases_are_long_and_accepted(seed: int) -> None:
    """Every login of the cast could have chosen its own (T-30)."""
    drawn = {person.login: credentials.passphrase(seed, person.login) for person in cast.PEOPLE}
    for person in cast.PEOPLE:
        words = drawn[person.login]
        assert len(words) >= LEAST_LENGTH
        check_passphrase(words, [person.first, person.last, person.organisation])
    assert len(set(drawn.values())) == len(drawn)


def test_nobody_of_the_cast_exists() -> None:
    """Addresses of a domain that cannot exist (RFC 2606), logins that differ."""
    assert all(person.email.endswith("@exemple.invalid") for person in cast.PEOPLE)
    assert all(re.fullmatch(r"[a-z.]+", person.login) for person in cast.PEOPLE)
    assert len({person.login for person in cast.PEOPLE}) == len(cast.PEOPLE)
    structures = [person.organisation for person in cast.PEOPLE]
    assert all("(fiction)" in structure for structure in structures)


@pytest.mark.parametrize("slug", [cast.METZ, cast.TERRES])
def test_each_commission_can_open(slug: str) -> None:
    """Decisions 16 and 19: a coordinator, a DPO, a depositary, somebody to lead."""
    for role in (cast.COORDINATOR, cast.DPO, cast.DEPOSITARY, cast.REFERRER):
        assert cast.holder(slug, role)
    assert any(person.council == slug and not person.posts for person in cast.PEOPLE)


def test_every_parameter_says_where_it_comes_from() -> None:
    """practice.md 3.6: an invented figure is never shown as measured."""
    assert len(figures.PARAMETERS) > 15
    for parameter in figures.PARAMETERS:
        assert parameter.status in (figures.PUBLISHED, figures.PARTLY, figures.INVENTED)
        assert parameter.status == figures.INVENTED or parameter.source, parameter.name


def test_a_drawn_situation_uses_the_closed_lists() -> None:
    """Its codes may be sealed as facets; two draws of one seed are the same."""
    names = {"problems": "problem", "severity_factors": "severity_factor"}
    rest = {
        "agreement_status": "obtenu",
        "presence": "non",
        "delay_to_review": "0-30",
        "proposal_type": ("reprise_suivi",),
    }
    for seed in range(200):
        drawn = figures.draw(Random(seed), is_rural=bool(seed % 2))
        assert drawn == figures.draw(Random(seed), is_rural=bool(seed % 2))
        values = {
            names.get(name, name): tuple(value) if isinstance(value, list) else value
            for name, value in drawn.content().items()
        }
        examined = {
            code: value
            for code, value in {**values, **rest}.items()
            if code in FACETS and FACETS[code].population is Population.EXAMINED
        }
        fold(Population.EXAMINED, examined)
        fold(Population.REFERRED, {"referrer_category": drawn.origin.value})


def test_texts_hold_no_real_telephone_and_known_codes() -> None:
    """Numbers reserved for fiction; proposals of the closed list, in a category."""
    for seed in range(50):
        said = texts.identity(Random(seed), is_woman=True, birth_year=1960, town="57000 Metz")
        assert re.fullmatch(r"06 39 98 \d\d \d\d", said["phone"])
    for kind, _, category, _ in texts.PROPOSALS:
        assert kind in ProposalType.codes()
        assert category in InformationCategory.codes()
        assert category in texts.ANALYSIS


@pytest.mark.parametrize("count", [1, 6, 12, 45, 300])
def test_kept_endings_leave_room_for_chance(count: int) -> None:
    """At most half of a commission is arranged; the usual size shows every ending."""
    kept = list(endings.forced(count))
    assert len(kept) <= count / 2
    if count >= 300:
        assert {ending for ending, _ in kept} == set(endings.Ending)


def test_the_small_commission_follows_the_large_one() -> None:
    """45 situations beside 300 (decision 39); never none."""
    assert Parameters().situations == 300
    assert Parameters().small_situations == 45
    assert Parameters(situations=1).small_situations >= 1
    assert Parameters(seed=3).chance("a").random() == Parameters(seed=3).chance("a").random()
    assert Parameters(seed=3).chance("a").random() != Parameters(seed=4).chance("a").random()
