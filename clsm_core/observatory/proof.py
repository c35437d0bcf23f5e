"""Check a release before a single figure of it is shown.

A release is refused when its signature, its fingerprints or its place (council, population,
period) is wrong; the chain from the first release tells whether one was taken away.

Source: decisions 35-37; releases.md 5.7.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from audit.verifier import BadSignature, verify_signature

BUNDLE_NAME = "bundle.json"
FORMAT = "clsm-release/1"


class ReleaseRefused(Exception):
    """A release does not carry what it claims; `reason` is for the page, in French."""

    code = "release_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StoredRelease(Protocol):
    """The columns of a release that are compared with its signed texts."""

    bundle: str
    manifest: str
    signature: Any
    commission_label: str
    population: str
    period_start: Any
    period_end: Any


@dataclass(frozen=True)
class ProvedRelease:
    """The texts of a release whose signature and fingerprints were checked."""

    bundle: dict[str, Any]
    manifest: dict[str, Any]
    sha256: str


def prove(release: StoredRelease, *, council_slug: str, public_key: bytes) -> ProvedRelease:
    """Read a release.

    Raises:
        ReleaseRefused: nothing of it may be shown.
    """
    try:
        verify_signature(public_key, release.manifest.encode(), bytes(release.signature))
    except BadSignature as error:
        raise ReleaseRefused("la signature n’est pas celle de la commission") from error
    manifest: dict[str, Any] = json.loads(release.manifest)
    named = {file["path"]: file["sha256"] for file in manifest["files"]}
    if manifest["format"] != FORMAT or named.get(BUNDLE_NAME) != fingerprint(release.bundle):
        raise ReleaseRefused("les chiffres ne sont pas ceux qui ont été signés")
    written = (
        manifest["issuer"]["council"],
        manifest["issuer"]["commission"],
        manifest["population"],
        manifest["period"]["start"],
        manifest["period"]["end"],
    )
    stored = (
        council_slug,
        release.commission_label,
        release.population,
        release.period_start.isoformat(),
        release.period_end.isoformat(),
    )
    if written != stored:
        raise ReleaseRefused("elle a été signée pour un autre conseil ou une autre période")
    return ProvedRelease(json.loads(release.bundle), manifest, fingerprint(release.manifest))


def chain_is_whole(manifests: Iterable[str]) -> bool:
    """Tell whether manifests name each other from a first one to a last one, none missing."""
    texts = list(manifests)
    following = {json.loads(text)["previous_release_hash"]: text for text in texts}
    if len(following) != len(texts):
        return False
    previous: str | None = None
    for _ in texts:
        text = following.get(previous)
        if text is None:
            return False
        previous = fingerprint(text)
    return True


def fingerprint(text: str) -> str:
    """Give the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
