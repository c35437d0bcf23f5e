"""The texts of a release: bundle, manifest, certificate, and the line that enters the ledger.

Source: releases.md 5.7; decision 37.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cases.disclosure import ledger as ledgers
from cases.disclosure import solver
from cases.disclosure.canonical import canonical, sha256
from cases.disclosure.ledger import Entry, Line
from cases.disclosure.period import Period
from cases.disclosure.plan import Plan

FORMAT: Final = "clsm-manifest/2"
CERTIFICATE_FORMAT: Final = "clsm-certificate/1"
ENGINE_VERSION: Final = "2"
BUNDLE_NAME: Final = "bundle.json"
CERTIFICATE_NAME: Final = "certificate.json"


@dataclass(frozen=True)
class ReleaseFiles:
    """The texts of a release; the signature covers the bytes of the manifest.

    `report` is confidential: it is for those who approve, and never leaves the commission.
    `protected` are the ids of the small cells, for the verifier run on the commission's side.
    """

    bundle_text: str
    manifest_text: str
    certificate_text: str
    ledger_line: str
    report: dict[str, Any] = field(repr=False)
    protected: tuple[str, ...] = field(repr=False, default=())

    @property
    def bundle(self) -> dict[str, Any]:
        """The bundle, read."""
        value: dict[str, Any] = json.loads(self.bundle_text)
        return value


def write_files(
    plan: Plan,
    period: Period,
    ledger: Sequence[Entry],
    kind: str,
    issuer: Mapping[str, str] | None,
    attackers: Sequence[str],
    bundle: Mapping[str, Any],
    certificate: Mapping[str, Any],
    lines: Sequence[Line],
    *,
    report: dict[str, Any],
    protected: tuple[str, ...] = (),
) -> ReleaseFiles:
    """Write the four texts of a release."""
    bundle_text, certificate_text = canonical(bundle), canonical(certificate)
    hashes = {"bundle": sha256(bundle_text), "certificate": sha256(certificate_text)}
    named = {"version": plan.version, "sha256": plan.sha256}
    manifest_text = canonical(
        {
            "format": FORMAT,
            "engine_version": ENGINE_VERSION,
            "solver": {"name": "HiGHS", "version": solver.version()},
            "kind": kind,
            "issuer": dict(issuer) if issuer else None,
            "rank": len(ledger) + 1,
            "previous": ledger[-1].sha256 if ledger else None,
            "plan": named,
            "parameters": plan.parameters.as_dict(),
            "period": {**period.as_dict(), "months": period.months},
            "attackers": list(attackers),
            "files": [
                {"path": BUNDLE_NAME, "sha256": hashes["bundle"]},
                {"path": CERTIFICATE_NAME, "sha256": hashes["certificate"]},
            ],
            "published": [
                {"id": line.id, "lo": line.lo, "hi": line.hi} for line in lines if line.is_published
            ],
        }
    )
    line = ledgers.entry_line(
        ledger=ledger,
        kind=kind,
        period=period,
        plan=named,
        files={"manifest": sha256(manifest_text), **hashes},
        lines=lines,
    )
    return ReleaseFiles(bundle_text, manifest_text, certificate_text, line, report, protected)
