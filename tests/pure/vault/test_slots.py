"""T-02, T-10, T-11: a slot opens with its secret, its owner, its pepper and its cost only."""

import unicodedata

import pytest

from cases.vault.encoding import u32
from cases.vault.envelope import aes_seal
from cases.vault.errors import InvalidValue, Tampered, UnknownFormat, WrongPassphrase
from cases.vault.member import new_member_vault, open_identity, seal_identity
from cases.vault.session import open_pending, open_session, seal_pending, seal_session
from cases.vault.slots import (
    PRODUCTION,
    SlotKind,
    SlotParameters,
    _associated,
    _slot_keys,
    close_again,
    make_slot,
    open_slot,
    open_slot_with_output,
    slot_output,
    slot_parameters,
)
from tests.pure.vault import cast

STRONGER = SlotParameters(memory_kib=64, iterations=2, lanes=2)


def slot(kind: SlotKind = SlotKind.PASSPHRASE, secret: bytes | str = cast.PASSPHRASE) -> bytes:
    return make_slot(kind, secret, cast.VAULT_KEY, cast.USER, cast.SLOT, cast.pepper, STRONGER)


def opened(blob: bytes, secret: bytes | str = cast.PASSPHRASE) -> bytes:
    return open_slot(blob, secret, cast.USER, cast.SLOT, cast.pepper)


def test_control_production_cost() -> None:
    arguments = (cast.VAULT_KEY, cast.USER, cast.SLOT, cast.pepper)
    blob = make_slot(SlotKind.PASSPHRASE, cast.PASSPHRASE, *arguments)
    assert slot_parameters(blob) == PRODUCTION == SlotParameters(64 * 1024, 3, 4)
    assert opened(blob) == cast.VAULT_KEY
    with pytest.raises(WrongPassphrase):
        opened(blob, cast.PASSPHRASE + ".")


@pytest.mark.parametrize("kind", [SlotKind.PRF, SlotKind.RECOVERY, SlotKind.CEREMONY])
def test_random_secrets(kind: SlotKind) -> None:
    secret = cast.fixed("secret")
    blob = slot(kind, secret)
    assert slot_parameters(blob) is None
    assert opened(blob, secret) == cast.VAULT_KEY
    with pytest.raises(WrongPassphrase):
        opened(blob, cast.fixed("other"))
    for weak in ("text of a person", b"short", b""):
        with pytest.raises(InvalidValue):
            slot(kind, weak)


def test_accents_open_however_they_are_typed() -> None:
    blob = slot()
    forms = {unicodedata.normalize(form, cast.PASSPHRASE) for form in ("NFC", "NFD")}
    assert len(forms) == 2
    assert {opened(blob, form) for form in forms} == {cast.VAULT_KEY}


def test_wrong_owner_or_pepper() -> None:
    """T-02: the dump and the passphrase, without the pepper, open nothing."""
    blob = slot()
    wrong = [
        (cast.name("other"), cast.SLOT, cast.pepper),
        (cast.USER, cast.name("other"), cast.pepper),
        (cast.USER, cast.SLOT, cast.other_pepper),
    ]
    for arguments in wrong:
        with pytest.raises(WrongPassphrase):
            open_slot(blob, cast.PASSPHRASE, *arguments)
    with pytest.raises(InvalidValue):
        open_slot(blob, cast.PASSPHRASE, cast.USER, cast.SLOT, lambda _data: b"short")
    assert opened(blob) == cast.VAULT_KEY


def test_the_output_alone_opens_nothing_without_the_pepper() -> None:
    blob = slot()
    output = slot_output(blob, cast.PASSPHRASE)
    place = (cast.USER, cast.SLOT)
    assert open_slot_with_output(blob, output, *place, cast.pepper) == cast.VAULT_KEY
    with pytest.raises(WrongPassphrase):
        open_slot_with_output(blob, output, *place, cast.other_pepper)
    with pytest.raises(WrongPassphrase):
        open_slot_with_output(slot(), output, *place, cast.pepper)
    with pytest.raises(InvalidValue):
        open_slot_with_output(blob, output[:31], *place, cast.pepper)


def test_another_pepper_closes_the_same_slot() -> None:
    """Rotation of the pepper: the secret opens as before, the former pepper no more."""
    blob = slot()
    output = slot_output(blob, cast.PASSPHRASE)
    place = (cast.USER, cast.SLOT)
    renewed = close_again(blob, output, cast.VAULT_KEY, *place, cast.other_pepper)
    assert open_slot(renewed, cast.PASSPHRASE, *place, cast.other_pepper) == cast.VAULT_KEY
    assert slot_parameters(renewed) == STRONGER
    with pytest.raises(WrongPassphrase):
        open_slot(renewed, cast.PASSPHRASE, *place, cast.pepper)
    for wrong in (b"", output[:31]):
        with pytest.raises(InvalidValue):
            close_again(blob, wrong, cast.VAULT_KEY, *place, cast.other_pepper)


def test_t11_lowered_parameters() -> None:
    """T-11: an SQL writer who lowers the cost gets a slot that does not open, nor the output."""
    blob = slot()
    output = slot_output(blob, cast.PASSPHRASE)
    for cheaper in (SlotParameters(8, 1, 1), SlotParameters(64, 1, 2), SlotParameters(32, 2, 2)):
        lowered = blob[:2] + cheaper.to_bytes() + blob[11:]
        with pytest.raises(WrongPassphrase):
            opened(lowered)
        with pytest.raises(WrongPassphrase):
            open_slot_with_output(lowered, output, cast.USER, cast.SLOT, cast.pepper)


@pytest.mark.parametrize(
    "cost",
    [
        u32(2**32 - 1) + u32(1) + b"\x01",
        u32(64) + u32(2**31) + b"\x01",
        u32(64) + u32(0) + b"\x01",
        u32(64) + u32(1) + b"\x00",
        u32(8) + u32(1) + b"\x02",
        u32(512 * 1024) + u32(1) + b"\xff",
    ],
)
def test_a_stored_cost_beyond_the_ceilings_is_never_run(cost: bytes) -> None:
    blob = slot()
    with pytest.raises(UnknownFormat):
        slot_output(blob[:2] + cost + blob[11:], cast.PASSPHRASE)


def test_t10_every_byte_and_truncation() -> None:
    blob = slot()
    for broken in [*cast.flips(blob), *(blob[:size] for size in range(len(blob))), blob + b"\0"]:
        with pytest.raises((WrongPassphrase, UnknownFormat)):
            opened(broken)


def test_the_slot_key_is_committed_to() -> None:
    """A text that authenticates under the slot key, but was not sealed for it, is refused."""
    blob = slot()
    head, place = blob[:27], (cast.USER, cast.SLOT)
    output = slot_output(blob, cast.PASSPHRASE)
    key, proof = _slot_keys(head, output, *place, cast.pepper)
    for tail, accepted in ((proof, True), (bytes(32), False), (proof[:31], False)):
        made = head + aes_seal(key, cast.VAULT_KEY + tail, _associated(head, *place))
        if accepted:
            assert opened(made) == cast.VAULT_KEY
        else:
            with pytest.raises((WrongPassphrase, UnknownFormat)):
                opened(made)


def test_no_secret_in_exceptions_and_representations() -> None:
    with pytest.raises(WrongPassphrase) as caught:
        opened(slot(), "une autre phrase entière")
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "phrase entière" not in repr(caught.value)
    vault = new_member_vault(cast.USER)
    shown = repr(vault) + repr(vault.identity) + repr(vault.identity.public) + repr(cast.RECOVERY)
    for secret in (vault.vault_key, vault.identity.private_bytes()):
        assert repr(secret)[2:20] not in shown
        assert secret.hex()[:16] not in shown


def test_member_vault() -> None:
    vault = new_member_vault(cast.USER)
    again = open_identity(vault.vault_key, vault.sealed_identity, cast.USER)
    assert again.private_bytes() == vault.identity.private_bytes()
    with pytest.raises(Tampered):
        open_identity(vault.vault_key, vault.sealed_identity, cast.name("other"))
    with pytest.raises(Tampered):
        open_identity(cast.VAULT_KEY, vault.sealed_identity, cast.USER)
    sealed = seal_identity(cast.VAULT_KEY, cast.NADIA, cast.USER)
    for broken in [*cast.flips(sealed), *(sealed[:size] for size in range(len(sealed)))]:
        with pytest.raises((Tampered, UnknownFormat)):
            open_identity(cast.VAULT_KEY, broken, cast.USER)


def test_open_session() -> None:
    """T-53: the cookie alone and the server's half alone give nothing; nor does another session."""
    key, binding = cast.fixed("ks"), b"session hash"
    blob = seal_session(key, cast.NADIA, binding)
    assert open_session(key, blob, binding).key_id == cast.NADIA.key_id
    for broken in [*cast.flips(blob), b"", blob[:-1]]:
        with pytest.raises((Tampered, UnknownFormat)):
            open_session(key, broken, binding)
    with pytest.raises(Tampered):
        open_session(cast.fixed("other"), blob, binding)
    with pytest.raises(Tampered):
        open_session(key, blob, b"other session")
    with pytest.raises(InvalidValue):
        seal_session(key, cast.NADIA, b"")


def test_pending_login() -> None:
    key, output = cast.fixed("ks"), cast.fixed("output")
    blob = seal_pending(key, output, cast.USER)
    assert open_pending(key, blob, cast.USER) == output
    for broken in [*cast.flips(blob), b"", blob[:-1]]:
        with pytest.raises((Tampered, UnknownFormat)):
            open_pending(key, broken, cast.USER)
    with pytest.raises(Tampered):
        open_pending(key, blob, cast.name("other"))
    with pytest.raises(Tampered):
        open_pending(cast.fixed("other"), blob, cast.USER)
    with pytest.raises(InvalidValue):
        seal_pending(key, b"short", cast.USER)


def test_a_session_never_opens_as_something_else() -> None:
    key = cast.fixed("ks")
    session = seal_session(key, cast.NADIA, b"session hash")
    with pytest.raises(UnknownFormat):
        open_pending(key, session, cast.USER)
    with pytest.raises(Tampered):
        open_pending(key, b"\xeb" + session[1:], cast.USER)
