"""Signed releases for the council service's tests, true certificates included.

The texts were made by the engine and are committed (``tests/governance/data``; the pure suite
makes them again and compares). Here they are only issued again in the name of a test's own
council: the issuer stands in the manifest, so the manifest, its place in the register and its
signature are written anew; figures and certificate are not touched.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import lzma
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

DATA = Path(__file__).parent / "data"
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_KEY = SIGNER.public_key().public_bytes_raw().hex()
COMMISSION = "Cellule de réflexion et d’aide"
PUBLISHED_AT = dt.datetime(2026, 1, 14, 9, tzinfo=dt.UTC)
Sign = Callable[[bytes], bytes]
_SPACE = uuid.UUID("0d9c8a1e-7d38-4a55-8df0-3b1f2a6c7e90")


@dataclass(frozen=True)
class Released:
    """The texts of one release, ready to be inserted."""

    bundle_text: str
    manifest_text: str
    certificate_text: str
    ledger_line: str
    signature: bytes

    @property
    def bundle(self) -> dict[str, Any]:
        """The bundle, read."""
        value: dict[str, Any] = json.loads(self.bundle_text)
        return value

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest, read."""
        value: dict[str, Any] = json.loads(self.manifest_text)
        return value

    @property
    def id(self) -> str:
        """An id drawn from the texts: the same in two databases."""
        return str(uuid.uuid5(_SPACE, self.manifest_text))


def source_of(slug: str) -> str:
    """Give the opaque number of a council's only commission."""
    return str(uuid.uuid5(_SPACE, slug))


def chain(name: str, slug: str, sign: Sign = SIGNER.sign, **issuer: str) -> list[Released]:
    """Give a committed chain (large, small, total or paper) issued to a council, oldest first."""
    whole = {"council": slug, "commission": COMMISSION, "source": source_of(slug), **issuer}
    made: list[Released] = []
    for texts in _read(name):
        manifest = {
            **json.loads(texts["manifest"]),
            "issuer": whole,
            "previous": sha256(made[-1].ledger_line) if made else None,
        }
        manifest_text = canonical(manifest)
        line = {
            **json.loads(texts["ledger_line"]),
            "previous": manifest["previous"],
            "manifest": sha256(manifest_text),
        }
        made.append(
            Released(
                texts["bundle"],
                manifest_text,
                texts["certificate"],
                canonical(line),
                sign(manifest_text.encode()),
            )
        )
    return made


def signed_again(one: Released, **manifest: Any) -> Released:
    """Give a release whose manifest was changed, then signed with the true key."""
    text = canonical({**one.manifest, **manifest})
    line = {**json.loads(one.ledger_line), "manifest": sha256(text)}
    return replace(
        one,
        manifest_text=text,
        ledger_line=canonical(line),
        signature=SIGNER.sign(text.encode()),
    )


def insert_row(connection: psycopg.Connection[Any], council_id: Any, one: Released) -> str:
    """Insert a release through a connection of the commission's role; return its id."""
    manifest = one.manifest
    columns = {
        "id": one.id,
        "council_id": council_id,
        "commission_label": manifest["issuer"]["commission"],
        "source": manifest["issuer"]["source"],
        "kind": manifest["kind"],
        "rank": manifest["rank"],
        "period_start": manifest["period"]["start"],
        "period_end": manifest["period"]["end"],
        "plan_version": manifest["plan"]["version"],
        "bundle": one.bundle_text,
        "manifest": one.manifest_text,
        "certificate": one.certificate_text,
        "ledger_line": one.ledger_line,
        "signature": one.signature,
        "previous_hash": manifest["previous"] or "",
        "published_at": PUBLISHED_AT + dt.timedelta(days=manifest["rank"]),
    }
    connection.execute(
        f"INSERT INTO clsm_observatory_release ({', '.join(columns)})"
        f" VALUES ({', '.join(['%s'] * len(columns))})",
        list(columns.values()),
    )
    return one.id


def note_row(
    connection: psycopg.Connection[Any],
    council_id: Any,
    slug: str,
    title: str,
    text: str,
    category: str = "missing_offer",
) -> str:
    """Insert an approved note through a connection of the commission's role; return its id."""
    made = str(uuid.uuid5(_SPACE, f"{slug} {title}"))
    connection.execute(
        "INSERT INTO clsm_observatory_note (id, council_id, source, commission_label, title,"
        " text, basis, category, missing_offer, approved_by, published_at) VALUES"
        " (%s, %s, %s, %s, %s, %s, 'structures', %s, '', 'la coordination et le DPO', %s)",
        [made, council_id, source_of(slug), COMMISSION, title, text, category, PUBLISHED_AT],
    )
    return made


def canonical(value: Any) -> str:
    """Write JSON in the one way that fingerprints are taken of."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def sha256(text: str) -> str:
    """Give the fingerprint of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=8)
def _read(name: str) -> list[dict[str, str]]:
    """Read a committed chain."""
    value: list[dict[str, str]] = json.loads(
        lzma.decompress((DATA / f"{name}.json.xz").read_bytes())
    )
    return value
