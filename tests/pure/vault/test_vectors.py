"""T-15: what was encoded, signed or sealed once reads the same for ever."""

import io
import json
from itertools import combinations
from typing import Any

import pytest

from cases.vault import directory, exceptional, selftest
from cases.vault.documents import commitment, document_key_version, open_document
from cases.vault.encoding import canonical_json, lp, pad, u32, unpad
from cases.vault.errors import SelfTestFailed, VaultError
from cases.vault.facets import open_facets
from cases.vault.files import CHUNK, open_stream
from cases.vault.grants import sign_grant, verify_grant
from cases.vault.identity import PublicIdentity
from cases.vault.member import open_identity
from cases.vault.offline import read_answer, read_request
from cases.vault.outer import outer_key_version, outer_open
from cases.vault.recovery import combine, parse_share
from cases.vault.recovery_code import format_recovery_code, parse_recovery_code
from cases.vault.recovery_kit import sign_recovery_grant, verify_recovery_grant
from cases.vault.roots import verify_chain
from cases.vault.session import open_pending, open_session
from cases.vault.slots import SlotKind, open_slot, slot_kind
from cases.vault.words import WORDS
from cases.vault.wraps import unwrap_key
from tests.pure.vault import cast
from tests.pure.vault.make_vectors import MAKERS, PLACE

VECTORS: dict[str, Any] = json.loads(PLACE.read_text("utf-8"))


def vector(key: str) -> bytes:
    return bytes.fromhex(VECTORS[key])


def test_every_format_has_a_vector() -> None:
    assert set(VECTORS) == set(MAKERS)


def test_encodings() -> None:
    assert lp("é", b"", None, u32(7), 7, cast.ROW) == vector("lp")
    assert canonical_json(cast.PAYLOAD) == vector("json")
    assert pad(b"abc") == vector("padded")
    assert unpad(vector("padded")) == b"abc"
    assert commitment(cast.DEK, cast.SITUATION, "core", 1) == vector("commitment")


def test_lp_is_the_layout_of_the_specification() -> None:
    assert lp("ab", None, b"").hex() == "0003" + "00000002" + "6162" + "ffffffff" + "00000000"


def test_public_identity() -> None:
    assert PublicIdentity.from_bytes(vector("claire_public")) == cast.CLAIRE.public
    assert cast.CLAIRE.public.to_bytes() == vector("claire_public")
    assert cast.CLAIRE.key_id == VECTORS["claire_key_id"]
    assert " ".join(cast.CLAIRE.public.words()) == VECTORS["claire_words"]
    assert cast.RECOVERY.key_id == VECTORS["recovery_key_id"]


def test_document() -> None:
    assert vector("document")[:6].hex() == "e10100000001"
    assert document_key_version(vector("document")) == 1
    assert open_document(cast.DEK, vector("document"), cast.document_context()) == cast.PAYLOAD


def test_root() -> None:
    assert vector("root")[:2].hex() == "ed01"
    assert verify_chain([vector("root")], VECTORS["root_fingerprint"]) == cast.root()
    assert cast.root().fingerprint == VECTORS["root_fingerprint"]


@pytest.mark.parametrize(
    ("key", "holder"), [("wrap", cast.NADIA), ("wrap_to_recovery", cast.RECOVERY)]
)
def test_wrap(key: str, holder: Any) -> None:
    assert vector(key)[:2].hex() == "e301"
    assert len(vector(key)) == 1170
    assert unwrap_key(holder, vector(key), cast.wrap_context(holder)) == cast.DEK


def test_outer() -> None:
    assert vector("outer")[:6].hex() == "e40100000003"
    assert outer_key_version(vector("outer")) == 3
    opened = outer_open(cast.SITUATION_KEY, vector("outer"), cast.SITUATION, cast.GRANT, 3)
    assert opened == b"inner wrap"


@pytest.mark.parametrize(
    ("key", "kind", "secret"),
    [
        ("slot_passphrase", SlotKind.PASSPHRASE, cast.PASSPHRASE),
        ("slot_prf", SlotKind.PRF, cast.fixed("prf")),
        ("slot_recovery", SlotKind.RECOVERY, cast.fixed("code", 20)),
        ("slot_ceremony", SlotKind.CEREMONY, cast.fixed("ceremony")),
    ],
)
def test_slot(key: str, kind: SlotKind, secret: bytes | str) -> None:
    blob = vector(key)
    assert blob[:2] == bytes((0xE5, kind))
    assert slot_kind(blob) is kind
    assert open_slot(blob, secret, cast.USER, cast.SLOT, cast.pepper) == cast.VAULT_KEY


def test_recovery_code() -> None:
    assert parse_recovery_code(VECTORS["recovery_code"]) == cast.fixed("code", 20)
    assert format_recovery_code(cast.fixed("code", 20)) == VECTORS["recovery_code"]


def test_identity_session_and_pending() -> None:
    private = cast.NADIA.private_bytes()
    assert vector("identity")[:2].hex() == "e901"
    opened = open_identity(cast.VAULT_KEY, vector("identity"), cast.USER)
    assert opened.private_bytes() == private
    assert vector("session")[:2].hex() == "ea01"
    again = open_session(cast.fixed("ks"), vector("session"), b"session hash")
    assert again.private_bytes() == private
    assert vector("pending")[:2].hex() == "eb01"
    output = open_pending(cast.fixed("ks"), vector("pending"), cast.USER)
    assert output == cast.fixed("output")


def test_grant() -> None:
    assert vector("grant")[:2].hex() == "e601"
    assert verify_grant(cast.CLAIRE.public, vector("grant")) == cast.grant_statement()
    assert sign_grant(cast.CLAIRE, cast.grant_statement()) == vector("grant")


def test_entry() -> None:
    assert vector("entry")[:2].hex() == "e701"
    officers = [cast.DENIS.public, cast.CLAIRE.public]
    assert directory.verify(vector("entry"), officers, required=2) == cast.directory_entry()


def test_exceptional_access() -> None:
    asked, confirmed = vector("access_asked"), vector("access")
    assert asked[:2].hex() == confirmed[:2].hex() == "ee01"
    assert exceptional.verify_asked(cast.NADIA.public, asked) == cast.access_statement()
    assert exceptional.ask(cast.NADIA, cast.access_statement()) == asked
    keys = {one.key_id: one.public for one in (cast.NADIA, cast.LUC)}
    opened = exceptional.verify_confirmed(confirmed, lambda key_id, at: keys[key_id])
    assert opened == cast.confirmed_access()


def test_facets() -> None:
    assert vector("facets")[:2].hex() == "e801"
    opened = open_facets(cast.STATISTICS, vector("facets"), "2026-S2", "reviewed")
    assert opened == {"age": "25-39", "needs": ["logement"]}


def test_shares() -> None:
    shares = [parse_share(line) for line in VECTORS["shares"]]
    for chosen in combinations(shares, 3):
        assert combine(chosen) == cast.fixed("recovery")
    assert [share.line() for share in shares] == VECTORS["shares"]


@pytest.mark.parametrize(
    ("key", "plaintext", "chunk", "chunks"),
    [
        ("file", cast.PLAINTEXT, CHUNK, 1),
        ("file_chunks", cast.PLAINTEXT * 10, 256, 2),
        ("file_empty", b"", CHUNK, 1),
    ],
)
def test_file(key: str, plaintext: bytes, chunk: int, chunks: int) -> None:
    blob = vector(key)
    assert blob[:2].hex() == "e201"
    assert blob[34:46] == chunk.to_bytes(4, "big") + len(plaintext).to_bytes(8, "big")
    assert len(blob) == 46 + len(plaintext) + 16 * chunks
    opened = open_stream(cast.DEK, io.BytesIO(blob), cast.file_context())
    assert b"".join(opened) == plaintext


def test_recovery_grant() -> None:
    public = vector("recovery_signing_public")
    assert cast.RECOVERY_SIGNER.public == public
    assert cast.RECOVERY_SIGNER.key_id == VECTORS["recovery_signing_key_id"]
    assert vector("recovery_grant")[:2].hex() == "e601"
    statement = verify_recovery_grant(public, vector("recovery_grant"))
    assert statement == cast.recovery_statement()
    assert sign_recovery_grant(cast.RECOVERY_SIGNER, statement) == vector("recovery_grant")


def test_recovery_files() -> None:
    request = read_request(vector("recovery_request"))
    (asked,) = request.keys
    assert request == cast.recovery_request(asked)
    context = cast.wrap_context(cast.RECOVERY)
    assert unwrap_key(cast.RECOVERY, asked.wrap, context) == cast.DEK
    assert request.to_bytes() == vector("recovery_request")
    answer = read_answer(vector("recovery_answer"))
    (given,) = answer.keys
    assert unwrap_key(cast.NADIA, given.wrap, cast.wrap_context()) == cast.DEK
    again = cast.wrap_context(cast.NEW_RECOVERY)
    assert unwrap_key(cast.NEW_RECOVERY, given.recovery_wrap, again) == cast.DEK
    statement = verify_recovery_grant(vector("recovery_signing_public"), given.statement)
    statement.require_wrap(given.wrap)
    assert answer.to_bytes() == vector("recovery_answer")


def test_word_list_never_changes() -> None:
    assert len(WORDS) == len({word[:4] for word in WORDS}) == 256
    assert all(word.isascii() and word.islower() and 4 <= len(word) <= 8 for word in WORDS)


def test_self_test_passes() -> None:
    selftest.run()


@pytest.mark.parametrize("name", ["_hkdf", "_aes_gcm", "_argon2id", "_commitment", "_tampering"])
def test_self_test_can_fail(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, name, lambda: False)
    with pytest.raises(SelfTestFailed) as caught:
        selftest.run()
    assert caught.value.code == f"self_test_failed{name}"


def test_self_test_names_a_library_that_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "_WRAP", b"\xe3\x01")
    with pytest.raises(SelfTestFailed) as caught:
        selftest.run()
    assert caught.value.code == "self_test_failed_hybrid_kem"


def test_every_error_has_its_code_and_its_french_message() -> None:
    kinds = [VaultError, *VaultError.__subclasses__()]
    assert len({kind.default_code for kind in kinds}) == len(kinds)
    for kind in kinds:
        refusal = kind()
        assert (refusal.code, refusal.message) == (kind.default_code, kind.default_message)
        assert refusal.message.endswith(".")
