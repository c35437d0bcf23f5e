"""T-04, T-05, T-10: wraps, outer seals and facets open with one key, in one place."""

from dataclasses import replace

import pytest

from cases.vault.documents import commitment
from cases.vault.errors import InvalidValue, Tampered, UnknownFormat, VaultError, WrongKey
from cases.vault.facets import open_facets, seal_facets
from cases.vault.identity import generate_identity, generate_kem_pair
from cases.vault.outer import outer_open, outer_seal
from cases.vault.wraps import unwrap_key, wrap_key
from tests.pure.vault import cast

CONTEXT = cast.wrap_context()
WRAP = wrap_key(cast.DEK, cast.NADIA.public.kem, CONTEXT)
OUTER = outer_seal(cast.SITUATION_KEY, WRAP, cast.SITUATION, cast.GRANT, 1)
FACETS = seal_facets(cast.STATISTICS.public, "2026-S2", "reviewed", {"age": "25-39"})


def test_control_the_wrap_opens() -> None:
    assert unwrap_key(cast.NADIA, WRAP, CONTEXT) == cast.DEK
    for holder in (generate_identity(), generate_kem_pair()):
        public = holder.public if isinstance(holder.public, bytes) else holder.public.kem
        context = cast.wrap_context(holder)
        assert unwrap_key(holder, wrap_key(cast.DEK, public, context), context) == cast.DEK


def test_t10_wrap_every_byte_and_truncation() -> None:
    broken = cast.flips(WRAP) + [WRAP[:size] for size in range(0, len(WRAP), 7)] + [WRAP + b"\0"]
    for blob in broken:
        with pytest.raises((Tampered, UnknownFormat)):
            unwrap_key(cast.NADIA, blob, CONTEXT)


@pytest.mark.parametrize(
    "change",
    [
        {"situation": cast.OTHER_SITUATION},
        {"section": "health"},
        {"key_version": 2},
        {"commitment": cast.fixed("other commitment")},
    ],
)
def test_t10_wrap_every_other_place(change: dict[str, object]) -> None:
    with pytest.raises(Tampered):
        unwrap_key(cast.NADIA, WRAP, replace(CONTEXT, **change))


def test_a_wrap_is_for_one_holder() -> None:
    with pytest.raises(WrongKey):
        unwrap_key(cast.LUC, WRAP, CONTEXT)
    with pytest.raises(Tampered):
        unwrap_key(cast.LUC, WRAP, cast.wrap_context(cast.LUC))


def test_t04_core_wrap_gives_no_other_section() -> None:
    """T-04: a core wrap renamed health does not open, even with health's true commitment."""
    true_health = commitment(cast.HEALTH_DEK, cast.SITUATION, "health", 1)
    renamed = replace(CONTEXT, section="health", commitment=true_health)
    with pytest.raises(Tampered):
        unwrap_key(cast.NADIA, WRAP, renamed)
    health = wrap_key(
        cast.HEALTH_DEK, cast.LUC.public.kem, replace(renamed, recipient_key_id=cast.LUC.key_id)
    )
    with pytest.raises(WrongKey):
        unwrap_key(cast.NADIA, health, replace(renamed, recipient_key_id=cast.LUC.key_id))
    with pytest.raises(Tampered):
        unwrap_key(cast.NADIA, health, renamed)


def test_a_key_is_wrapped_under_its_own_commitment_only() -> None:
    with pytest.raises(Tampered):
        wrap_key(cast.HEALTH_DEK, cast.NADIA.public.kem, CONTEXT)


@pytest.mark.parametrize("public", [b"", bytes(1216), b"\xff" * 1216, bytes(1215)])
def test_a_public_key_that_is_none_is_refused(public: bytes) -> None:
    with pytest.raises(InvalidValue):
        wrap_key(cast.DEK, public, CONTEXT)


@pytest.mark.parametrize("key_id", ["", "zz", "AB" * 16, "ab" * 15, None])
def test_a_key_id_has_one_form(key_id: object) -> None:
    with pytest.raises(InvalidValue):
        wrap_key(cast.DEK, cast.NADIA.public.kem, replace(CONTEXT, recipient_key_id=key_id))


def test_outer_seal() -> None:
    place = (cast.SITUATION, cast.GRANT, 1)
    assert outer_open(cast.SITUATION_KEY, OUTER, *place) == WRAP
    for blob in [*cast.flips(OUTER), OUTER[:-1], OUTER + b"\0", b"", WRAP]:
        with pytest.raises((Tampered, UnknownFormat)):
            outer_open(cast.SITUATION_KEY, blob, *place)
    others = [
        (cast.OTHER_SITUATION, cast.GRANT, 1),
        (cast.SITUATION, cast.name("other grant"), 1),
        (cast.SITUATION, cast.GRANT, 2),
    ]
    for other in others:
        with pytest.raises(Tampered):
            outer_open(cast.SITUATION_KEY, OUTER, *other)
    with pytest.raises(Tampered):
        outer_open(cast.fixed("other"), OUTER, *place)


def test_facets() -> None:
    assert open_facets(cast.STATISTICS, FACETS, "2026-S2", "reviewed") == {"age": "25-39"}
    for blob in [*cast.flips(FACETS)[::5], FACETS[:-1], FACETS + b"\0", b""]:
        with pytest.raises((Tampered, UnknownFormat)):
            open_facets(cast.STATISTICS, blob, "2026-S2", "reviewed")
    for period, population in (("2026-S1", "reviewed"), ("2026-S2", "referred")):
        with pytest.raises(Tampered):
            open_facets(cast.STATISTICS, FACETS, period, population)
    with pytest.raises(Tampered):
        open_facets(cast.RECOVERY, FACETS, "2026-S2", "reviewed")


def test_t05_the_statistics_key_opens_no_wrap() -> None:
    with pytest.raises(WrongKey):
        unwrap_key(cast.STATISTICS, WRAP, CONTEXT)
    as_wrap = b"\xe3" + FACETS[1:]
    for blob in (WRAP, as_wrap, FACETS):
        with pytest.raises(VaultError):
            unwrap_key(cast.STATISTICS, blob, cast.wrap_context(cast.STATISTICS))
