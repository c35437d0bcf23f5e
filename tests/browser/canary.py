"""Canaries typed in every confidential field, and a scan of every place they must not reach (T-01).

The fields are those of the referral's own lists and of the later forms' free texts. The same scan
must find the control canaries (short, long, binary) put in a clear table, else it proves nothing.
"""

from __future__ import annotations

import base64
import json
import secrets
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from tests.browser.conftest import Stage

CANARIES: dict[str, str] = {}


def typed(field: str, text: str = "") -> str:
    """Return a text for a field, with a canary of its own that is remembered."""
    mark = CANARIES.setdefault(field, f"CANARI{secrets.token_hex(8)}")
    return f"{text} {mark}".strip()


def needles(mark: str) -> list[bytes]:
    """Return the forms under which a canary would be recognised."""
    raw = mark.encode()
    forms = [raw, raw.hex().encode(), raw.hex().upper().encode(), mark.encode("utf-16-le")]
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw)
        forms.append(encoded[(4 if offset else 0) : -4])
    forms += [quote(mark).encode(), json.dumps(mark).strip('"').encode(), raw[::-1]]
    return forms


def found_in(blob: bytes, marks: dict[str, str]) -> set[str]:
    """Return the fields whose canary stands in some bytes."""
    return {
        field for field, mark in marks.items() if any(needle in blob for needle in needles(mark))
    }


CONTROLS = {
    "short": "CONTROLE" + secrets.token_hex(4),
    "long": "CONTROLE" + secrets.token_hex(6),
    "binary": "CONTROLE" + secrets.token_hex(5),
}


def dump(stage: Stage) -> bytes:
    """Return a plain dump of the database, control canaries included."""
    with psycopg.connect(stage.place.server.url(stage.database), autocommit=True) as admin:
        admin.execute("CREATE TABLE IF NOT EXISTS clsm_control (a text, b text, c bytea)")
        admin.execute(
            "INSERT INTO clsm_control VALUES (%s, %s, %s)",
            [
                CONTROLS["short"],
                "x" * 9000 + CONTROLS["long"] + "y" * 9000,
                CONTROLS["binary"].encode(),
            ],
        )
        admin.execute("CHECKPOINT")
    done = subprocess.run(
        [*stage.place.server.program("pg_dump"), "-Fp", stage.place.server.url(stage.database)],
        capture_output=True,
        check=True,
    )
    return done.stdout


def scan(stage: Stage, pages: dict[str, bytes], urls: list[str]) -> dict[str, Any]:
    """Return, by place, the fields found there; every place must be empty but the controls'."""
    places: dict[str, bytes] = {"dump": dump(stage), "urls": "\n".join(urls).encode()}
    for path in [*stage.logs.rglob("*"), stage.place.server.log_path()]:
        if Path(path).is_file():
            places[f"log {Path(path).name}"] = Path(path).read_bytes()
    places |= {f"page {name}": body for name, body in pages.items()}
    hits = {name: found_in(blob, CANARIES) for name, blob in places.items()}
    return {
        "hits": {name: fields for name, fields in hits.items() if fields},
        "controls": found_in(places["dump"], CONTROLS),
        "places": sorted(places),
    }
