"""Known answers asked from the cryptographic library before anything starts.

Promises: `run` returns in a few milliseconds, or raises; a library without the hybrid KEM, or one
that computes otherwise or accepts an altered blob, never serves a page.

Source: security.md §1.3 (self-test); T-15, T-61. Argon2id: RFC 9106 §5.3; Ed25519: RFC 8032 §7.1,
test 2; HKDF: RFC 5869, test case 1; AES-256-GCM: the GCM specification, test case 14.
"""

from base64 import b64decode
from collections.abc import Callable
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from cases.vault.documents import commitment
from cases.vault.envelope import extract_and_expand
from cases.vault.errors import SelfTestFailed, Tampered
from cases.vault.identity import Identity
from cases.vault.wraps import WrapContext, unwrap_key

_SITUATION = UUID(int=1)
_DEK = bytes(range(32))
_PRIVATE = bytes(range(128))
_KEM_PUBLIC_SHA256 = "d99e4496af749b54ee4a2d270c8057450624ecc5dc0866295ffc504a26134ad4"
_COMMITMENT = "f9f7e465360345ccf08c5d8e83f2c492cd507dff6d5841fb7d7ac47ae7ea8586"
# A wrap of `_DEK` made once for `_PRIVATE`; it must open for ever.
_WRAP = b64decode(
    "4wH8JvvVnVBAXUw1vNSdPqRAZZNAVnCbIEU2orp5OUO/qUvRR+pKbmwFX6G3vDSYAyxCq7YVrs1b/YVtB0wW0RQG"
    "c/WAvwhMpFPL2FEwZlVC9e/ueIrSwgXqB3Bf+k+blXN6Z2Ec1MRyQhn/Mk/aoGQd8cHKP0yROjJyR2++dj2wSAJY"
    "cDlfDJAIM6qWNm02C/ryyuvLAiOO3i6r/TFTv2mqVHogwcc3JphVJuyX3FSnV1rnuhYbxaM5epIhOMvS7pcjvOEy"
    "RbqDGRg4+wGWDVcIEX8TVYA1L+wpVXWd0KdkjrBrNswZNMeI029hwDBy4VzvMHJw0KpKbnqsnGKGxyQKlPDOkGun"
    "jRKr9ANd1y6UfhikCx60XOHcU2cq/ndq/N9+cKQFg+Y6yK2oIlxTY3/t1nAczL6tFkNmWDdu5p4e9oPHA4BFkHw/"
    "6x5DeypmjCLghf0cV42jBNcUY1z1JyGXY8E72F2NrJTlzBAyYNNQfVC/WX7+FEc/CX8iyfb/8vud6WxWzOP1wP8b"
    "/bvehQn4VAgwrPXvWjtJIaGSgYsRfrhT+9QdnFIRP3uv1aiA3JqDpmuEoxIzPna4U13K++LynzlaXy8JTg+F/dxC"
    "ZqMdakHA0ETUp8xJJIoL5aaZTI4Ao+xJwaCLdHYe6P2P9IFeg9+qLofrDtt5lPbnwQU6RBUC+e1f2KZ/WaUmrIYg"
    "KiPx6HosGbefKHkKnBaKPN0859UV4v+9PXhD2UmdyAdkZrNcU4N4f+6yf7BjNUWM5Q3fIFEyORO1Drj8nLjjC6yd"
    "Rh+Snx3Nl4woY2oFWCMvL2guIggQ0M7oMpWXXn3oT2XSqT8Ka2UhIZjPDJrq+yvwF3bgrVC7i6MBr05MyUX0B13A"
    "Vczueq42X00EDKMjZenhaLNTd1LNi6EPyrqajG8reike7NHogOOplDVczu1Hl/aFTbQ6mdWPrfbeNss6OqrSX9Qo"
    "y07EXZQ0g0V8b6gnJWlCM6mlhSif4bedu8AL0UJd1DVOc3TUSorLdQw5ML4HiEU6ONVtZRS0MmfbDREpmmXqIfLV"
    "kQ8tBbCOHYtPQJoqAJiCJJkxC6riTl0tJTH8E5cU+GkSUU/3KxzIZeiZEZXJYG5pfwOxyrgmZM92aEn5AtjZ07aJ"
    "2mujCf1y4U3lgGX3v/R0dPPIUKbg2Iyky978sI4P/WOQmaVjgRjcMUMMibpoqWG01nVzuynfPYLHWy4y3/d+OxEt"
    "e/vm9m+QQBHHaWWF4Al5BBHaw6c4isMrklUihOTtYh9ByBojzZTNSSnsRi44RzrWNO6lWfSvGZnEGqc4KDKIYqTL"
    "8hAtU9BOd1M+Q3wl5pY5bTe+eweIcoM6vHxjBrcMoRJ/gER1anvt2t4+ljir8TDUFqHMDJLC8TZypcYQ3r69JB+Q"
    "1e2OuxF4cJc09GsgVGVVMxoMYD5SNUebH51veW2MUSyhpRST1Qg8B+jGNT6519SvwbpZnkWVCfzv+C/vGiSGQKV/"
    "7WXuwIhLkEWBssQ1Dmi20C/W5S5rBpcsC7i9qjrklDxlpZ8MebS+/Dl+pNSLyj5Y"
)


def run() -> None:
    """Ask every primitive for a known answer.

    Raises: SelfTestFailed, naming the primitive.
    """
    checks: dict[str, Callable[[], bool]] = {
        "hkdf": _hkdf,
        "aes_gcm": _aes_gcm,
        "argon2id": _argon2id,
        "ed25519": _ed25519,
        "commitment": _commitment,
        "hybrid_kem": _hybrid_kem,
        "tampering": _tampering,
    }
    for name, check in checks.items():
        try:
            passed = check()
        except Exception:
            # Whatever the library raises, the answer is the same: it must not be used.
            passed = False
        if not passed:
            raise SelfTestFailed(f"self_test_failed_{name}")


def _hkdf() -> bool:
    derived = extract_and_expand(bytes([0x0B] * 22), bytes(range(13)), bytes(range(0xF0, 0xFA)), 42)
    return derived.hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )


def _aes_gcm() -> bool:
    sealed = AESGCM(bytes(32)).encrypt(bytes(12), bytes(16), None)
    return sealed.hex() == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"


def _argon2id() -> bool:
    derived = Argon2id(
        salt=bytes([2] * 16),
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=32,
        ad=bytes([4] * 12),
        secret=bytes([3] * 8),
    ).derive(bytes([1] * 32))
    return derived.hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"


def _ed25519() -> bool:
    key = Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    )
    return key.sign(b"\x72").hex() == (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )


def _commitment() -> bool:
    return commitment(_DEK, _SITUATION, "core", 1).hex() == _COMMITMENT


def _hybrid_kem() -> bool:
    identity = Identity.from_private_bytes(_PRIVATE)
    public = sha256(identity.public.kem).hexdigest()
    return public == _KEM_PUBLIC_SHA256 and unwrap_key(identity, _WRAP, _context()) == _DEK


def _tampering() -> bool:
    altered = _WRAP[:-1] + bytes((_WRAP[-1] ^ 1,))
    try:
        unwrap_key(Identity.from_private_bytes(_PRIVATE), altered, _context())
    except Tampered:
        return True
    return False


def _context() -> WrapContext:
    key_id = Identity.from_private_bytes(_PRIVATE).key_id
    return WrapContext(_SITUATION, "core", 1, key_id, commitment(_DEK, _SITUATION, "core", 1))
