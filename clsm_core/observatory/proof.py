"""Check a release before a single figure of it is shown.

A release is refused when its signature, its fingerprints, its place (council, commission, rank,
period), the register that leads to it or its certificate is wrong. The check is costly: its verdict
is remembered, in this process only, by the fingerprint of everything that it read, so that a row
changed in any of its columns is checked anew.

Source: decisions 35-37; releases.md 5.7.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

from audit.verifier import BadSignature, verify_signature
from clsm_core.observatory import certificate as certificates
from clsm_core.observatory.texts import (
    BUNDLE_FORMAT,
    BUNDLE_NAME,
    CERTIFICATE_NAME,
    MANIFEST_FORMAT,
    fingerprint,
)

REMEMBERED: Final = 64
"""Verdicts kept in memory: a fingerprint, and the texts read (200 kB for a full plan)."""

UNREADABLE: Final = "elle ne peut pas être lue"
FORGED: Final = "la signature n’est pas celle de la commission"
OTHER_FIGURES: Final = "les chiffres ou leur certificat ne sont pas ceux qui ont été signés"
ELSEWHERE: Final = "elle a été signée pour un autre conseil ou une autre période"
BROKEN_CHAIN: Final = "une publication plus ancienne manque ou a été modifiée"
UNPROVED: Final = "son certificat ne prouve pas qu’aucun petit groupe ne peut être retrouvé"


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
    certificate: str
    ledger_line: str
    signature: Any
    commission_label: str
    source: UUID
    kind: str
    rank: int
    period_start: Any
    period_end: Any


@dataclass(frozen=True)
class ProvedRelease:
    """The texts of a release whose signature, chain and certificate were checked.

    Attributes:
        sha256: fingerprint of the manifest, in hexadecimal.
        ledger: the register from the first release to this one, as the certificate reads it.
    """

    bundle: dict[str, Any]
    manifest: dict[str, Any]
    sha256: str
    ledger: str


_verdicts: OrderedDict[bytes, ProvedRelease | str] = OrderedDict()


def prove(
    release: StoredRelease, lines: Sequence[str], *, council_slug: str, public_key: bytes
) -> ProvedRelease:
    """Read a release; `lines` are those of the register up to its own, from the first.

    Raises:
        ReleaseRefused: nothing of it may be shown.
    """
    key = _everything_read(release, lines, council_slug, public_key)
    verdict = _verdicts.get(key)
    if verdict is None:
        try:
            verdict = _prove(release, lines, council_slug, public_key)
        except ReleaseRefused as error:
            verdict = error.reason
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            verdict = UNREADABLE
        _verdicts[key] = verdict
        while len(_verdicts) > REMEMBERED:
            _verdicts.popitem(last=False)
    if isinstance(verdict, str):
        raise ReleaseRefused(verdict)
    return verdict


def _prove(
    release: StoredRelease, lines: Sequence[str], council_slug: str, public_key: bytes
) -> ProvedRelease:
    """Check everything. Raises: ReleaseRefused, or what an unreadable text raises."""
    try:
        verify_signature(public_key, release.manifest.encode(), bytes(release.signature))
    except BadSignature as error:
        raise ReleaseRefused(FORGED) from error
    manifest: dict[str, Any] = json.loads(release.manifest)
    _check_files(release, manifest)
    _check_place(release, manifest, council_slug)
    _check_chain(release, manifest, lines)
    bundle: dict[str, Any] = json.loads(release.bundle)
    if manifest["format"] != MANIFEST_FORMAT or bundle["format"] != BUNDLE_FORMAT:
        raise ReleaseRefused(UNREADABLE)
    ledger = "".join(lines)
    if certificates.verify_texts(release.bundle, release.manifest, release.certificate, ledger):
        raise ReleaseRefused(UNPROVED)
    return ProvedRelease(bundle, manifest, fingerprint(release.manifest), ledger)


def _everything_read(
    release: StoredRelease, lines: Sequence[str], council_slug: str, public_key: bytes
) -> bytes:
    """Give one fingerprint of all that the check reads, each part closed by its length."""
    digest = hashlib.sha256()
    for part in (
        public_key,
        bytes(release.signature),
        *(
            str(value).encode()
            for value in (
                council_slug,
                release.commission_label,
                release.source,
                release.kind,
                release.rank,
                release.period_start,
                release.period_end,
                release.bundle,
                release.manifest,
                release.certificate,
                release.ledger_line,
                *lines,
            )
        ),
    ):
        digest.update(part + len(part).to_bytes(8, "big"))
    return digest.digest()


def _check_files(release: StoredRelease, manifest: dict[str, Any]) -> None:
    """Compare the texts with the fingerprints that were signed. Raises: ReleaseRefused."""
    named = {file["path"]: file["sha256"] for file in manifest["files"]}
    held = {
        BUNDLE_NAME: fingerprint(release.bundle),
        CERTIFICATE_NAME: fingerprint(release.certificate),
    }
    if named != held:
        raise ReleaseRefused(OTHER_FIGURES)


def _check_place(release: StoredRelease, manifest: dict[str, Any], council_slug: str) -> None:
    """Compare the row with what was signed. Raises: ReleaseRefused."""
    issuer = manifest["issuer"]
    written = (
        issuer["council"],
        issuer["commission"],
        UUID(issuer["source"]),
        manifest["kind"],
        manifest["rank"],
        manifest["period"]["start"],
        manifest["period"]["end"],
    )
    stored = (
        council_slug,
        release.commission_label,
        release.source,
        release.kind,
        release.rank,
        release.period_start.isoformat(),
        release.period_end.isoformat(),
    )
    if written != stored:
        raise ReleaseRefused(ELSEWHERE)


def _check_chain(release: StoredRelease, manifest: dict[str, Any], lines: Sequence[str]) -> None:
    """Follow the register from its first line to the release. Raises: ReleaseRefused."""
    if len(lines) != release.rank or lines[-1] != release.ledger_line:
        raise ReleaseRefused(BROKEN_CHAIN)
    previous: str | None = None
    for rank, line in enumerate(lines, start=1):
        entry = json.loads(line)
        if (entry["rank"], entry["previous"]) != (rank, previous):
            raise ReleaseRefused(BROKEN_CHAIN)
        previous, before = fingerprint(line), previous
    # The signature covers the manifest, which names the line before; the line names the manifest.
    if manifest["previous"] != before or entry["manifest"] != fingerprint(release.manifest):
        raise ReleaseRefused(BROKEN_CHAIN)
