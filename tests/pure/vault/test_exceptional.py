"""EE: an exceptional access counts when two people signed exactly this (T-11, T-14)."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from cases.vault import exceptional
from cases.vault.encoding import canonical_json
from cases.vault.errors import BadSignature, Expired, InvalidValue, VaultError
from cases.vault.exceptional import AccessStatement
from cases.vault.grants import sign_grant, verify_grant
from cases.vault.identity import Identity, PublicIdentity
from tests.pure.vault import cast

KEYS = {one.key_id: one.public for one in (cast.NADIA, cast.LUC, cast.CLAIRE)}


def of_key(key_id: str, at: datetime) -> PublicIdentity:
    """Stand for the directory: these three are attested, nobody else."""
    if key_id not in KEYS:
        raise BadSignature("directory_entry")
    return KEYS[key_id]


def confirmed(second: Identity = cast.LUC, **changes: object) -> bytes:
    """Return an access of Nadia's, confirmed by somebody."""
    said = cast.confirmed_access()
    values = {
        "confirmer": said.confirmer,
        "confirmed_at": said.confirmed_at,
        "ends_at": said.ends_at,
    }
    asked = exceptional.ask(cast.NADIA, cast.access_statement())
    return exceptional.confirm(second, asked, cast.NADIA.public, **(values | changes))


def test_two_people_open_it() -> None:
    """The control of all that follows."""
    statement = exceptional.verify_confirmed(confirmed(), of_key)
    assert statement == cast.confirmed_access()
    statement.require_valid_at(cast.EARLY + timedelta(hours=4))
    for outside in (cast.EARLY, cast.EARLY + timedelta(hours=4, minutes=10)):
        with pytest.raises(Expired):
            statement.require_valid_at(outside)


def test_asked_alone_it_opens_nothing() -> None:
    asked = exceptional.ask(cast.NADIA, cast.access_statement())
    assert exceptional.verify_asked(cast.NADIA.public, asked) == cast.access_statement()
    with pytest.raises(BadSignature):
        exceptional.verify_confirmed(asked, of_key)
    with pytest.raises(BadSignature):
        cast.access_statement().require_valid_at(cast.EARLY)


@pytest.mark.parametrize(
    ("second", "confirmer"), [(cast.NADIA, "luc"), (cast.LUC, "nadia"), (cast.NADIA, "nadia")]
)
def test_nobody_confirms_her_own(second: Identity, confirmer: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        confirmed(second, confirmer=cast.name(confirmer))
    assert refused.value.code == "same_signer"


@pytest.mark.parametrize(("kind", "hours"), [("break_glass", 4), ("dpo", 24)])
def test_nobody_signs_for_longer_than_its_kind(kind: str, hours: int) -> None:
    begins = cast.confirmed_access().confirmed_at
    assert begins is not None
    cast.confirmed_access(kind=kind, ends_at=begins + timedelta(hours=hours))
    for ends in (begins + timedelta(hours=hours, seconds=1), begins, begins - timedelta(hours=1)):
        with pytest.raises(InvalidValue):
            cast.confirmed_access(kind=kind, ends_at=ends)
    with pytest.raises(InvalidValue):
        cast.confirmed_access(confirmed_at=cast.EARLY - timedelta(seconds=1))


def _resigned(change: Callable[[AccessStatement], AccessStatement]) -> bytes:
    """Return what an accomplice writes who holds the second key alone."""
    blob = confirmed()
    _, signatures = exceptional.split_statement(exceptional.ACCESS, blob, 2)
    body = change(cast.confirmed_access()).to_bytes()
    second = cast.LUC.sign(exceptional._second_message(body, signatures[0]))
    return body + signatures[0] + second


def test_the_second_person_changes_nothing_of_what_was_asked() -> None:
    assert exceptional.verify_confirmed(_resigned(lambda one: one), of_key)
    for field, value in (
        ("sections", ("core", "health", "identity")),
        ("situation", cast.OTHER_SITUATION),
        ("access", cast.name("another")),
        ("reason_sha256", exceptional.reason_digest("danger_pour_autrui")),
        ("holder", cast.name("marc")),
        ("kind", "dpo"),
    ):
        changed = cast.confirmed_access(**{field: value})
        with pytest.raises(BadSignature):
            exceptional.verify_confirmed(_resigned(lambda _, said=changed: said), of_key)


def test_the_first_person_lengthens_nothing() -> None:
    """Who holds the first key alone has no second signature to give."""
    blob = confirmed()
    _, signatures = exceptional.split_statement(exceptional.ACCESS, blob, 2)
    later = cast.EARLY + timedelta(hours=1)
    said = cast.confirmed_access(confirmed_at=later, ends_at=later + timedelta(hours=4))
    for second in (signatures[1], cast.NADIA.sign(exceptional._second_message(b"", b""))):
        with pytest.raises(BadSignature):
            exceptional.verify_confirmed(said.to_bytes() + signatures[0] + second, of_key)


def test_a_signature_of_another_purpose_is_worth_nothing() -> None:
    asked = cast.access_statement()
    grant = sign_grant(cast.CLAIRE, cast.grant_statement())
    with pytest.raises(VaultError):
        exceptional.verify_asked(cast.NADIA.public, asked.to_bytes() + grant[-64:])
    with pytest.raises(VaultError):
        verify_grant(cast.NADIA.public, exceptional.ask(cast.NADIA, asked))
    first = exceptional.ask(cast.NADIA, asked)[-64:]
    body = cast.confirmed_access().to_bytes()
    with pytest.raises(BadSignature):
        exceptional.verify_confirmed(body + first + first, of_key)


def test_a_key_that_nobody_attests_opens_nothing() -> None:
    blob = confirmed(cast.DENIS, confirmer=cast.name("denis"))
    with pytest.raises(BadSignature):
        exceptional.verify_confirmed(blob, of_key)


def test_every_altered_byte_is_refused() -> None:
    blob = confirmed()
    for altered in cast.flips(blob):
        with pytest.raises(VaultError):
            exceptional.verify_confirmed(altered, of_key)


@pytest.mark.parametrize("field", sorted(AccessStatement.__dataclass_fields__))
@pytest.mark.parametrize("value", [None, 1, True, "", "x", [], {}, ["core", 1]])
def test_t14_signed_nonsense(field: str, value: object) -> None:
    valid = json.loads(cast.confirmed_access().to_bytes()[6:])
    text = canonical_json(valid | {field: value})
    body = b"\xee\x01" + len(text).to_bytes(4, "big") + text
    with pytest.raises(VaultError):
        exceptional.peek(body + bytes(128))
    same = canonical_json(valid)
    exceptional.peek(b"\xee\x01" + len(same).to_bytes(4, "big") + same + bytes(128))  # Control.
