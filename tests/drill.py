"""``make drill``: the long fault drills at full size; results are printed and kept in ``build``.

- T-43: eight writers, 5,000 events each, 15 % of their transactions rolled back: the chain is
  gapless and verifies.
- T-44: PostgreSQL is stopped without warning during writes, twenty times: no acknowledged event is
  lost, the chain verifies, and no number is missing.
- In `tests/drills/`, each as a process of its own: R (R8 and R11 of releases at full size), T-20
  and T-23 (every address, method and field, everybody), T-26 (one connection, 10,000 requests),
  T-28 (200 lives of situations against the oracle), T-30 (10,000 random steps lose no key), T-31
  (100 renewals killed), T-34 (nothing erased comes back), T-52 (the time of a 404).

``python -m tests.drill T-30 T-31`` runs these only.
"""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Any

import psycopg

from tests import database

WRITERS, EVENTS, ROLLED_BACK = 8, 5_000, 0.15
STOPS = 20
COMMISSION = "clsm_commission"
# Title: the module of tests/drills and its size.
APART = {
    "R": ("figures", 1),
    "T-20": ("tables", 1),
    "T-26": ("pool", 10_000),
    "T-28": ("reading", 200),
    "T-30": ("availability", 10_000),
    "T-31": ("rotation", 100),
    "T-34": ("shredding", 1),
    "T-52": ("timing", 2_000),
}
INSERT = "INSERT INTO audit_body (id, body, salt, mac) VALUES (%s, %s, %s, %s)"


def sealed(key: bytes) -> Any:
    """Return one event ready to insert."""
    from audit.events import Event
    from audit.ledger import seal

    return seal(Event(action="list.shown"), key=key, at=datetime.now(UTC))


def verify(place: Any, name: str, key: bytes) -> int:
    """Verify the commission's lane; return how many events it holds. Raises: AssertionError."""
    from audit.verifier import Row, verify_lanes

    with psycopg.connect(place.url(name, "clsm_dpo")) as reader:
        rows = reader.execute(
            "SELECT s.seq, s.leaf_hash, s.mac, s.h, b.body, b.salt"
            " FROM audit_seal s LEFT JOIN audit_body b ON b.id = s.body_id"
            " WHERE s.lane = 'commission' ORDER BY s.seq"
        ).fetchall()
    seqs = [row[0] for row in rows]
    assert seqs == list(range(1, len(rows) + 1)), "a number is missing"
    built = [
        Row(
            seq=row[0],
            leaf_hash=bytes(row[1]),
            mac=bytes(row[2]),
            h=bytes(row[3]),
            body=bytes(row[4]),
            salt=bytes(row[5]),
        )
        for row in rows
    ]
    reports = verify_lanes({"commission": iter(built)}, mac_keys={"commission": key}, heads={})
    assert all(report.is_sound for report in reports), reports
    return len(rows)


def writers_at_once(place: Any, name: str, key: bytes) -> dict[str, Any]:
    """T-43."""
    kept = [0] * WRITERS

    def write(number: int) -> None:
        chance = random.Random(number)
        with psycopg.connect(place.url(name, COMMISSION)) as writer:
            for _ in range(EVENTS):
                event = sealed(key)
                writer.execute(INSERT, [event.id, event.body, event.salt, event.mac])
                if chance.random() < ROLLED_BACK:
                    writer.rollback()
                else:
                    writer.commit()
                    kept[number] += 1

    threads = [threading.Thread(target=write, args=[number]) for number in range(WRITERS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - start
    assert verify(place, name, key) == sum(kept), "an acknowledged event is missing"
    return {"events": sum(kept), "events_per_second": sum(kept) / spent}


def stops(place: Any, name: str, key: bytes) -> dict[str, Any]:
    """T-44."""
    acknowledged = verify(place, name, key)
    unsure = 0
    for number in range(STOPS):
        ended = threading.Event()
        told = [0, 0]

        def write(ended: threading.Event = ended, told: list[int] = told) -> None:
            with (
                contextlib.suppress(psycopg.Error),
                psycopg.connect(place.url(name, COMMISSION), autocommit=True) as writer,
            ):
                while not ended.is_set():
                    event = sealed(key)
                    told[1] = 1
                    writer.execute(INSERT, [event.id, event.body, event.salt, event.mac])
                    told[0] += 1
                    told[1] = 0

        thread = threading.Thread(target=write)
        thread.start()
        time.sleep(random.Random(number).uniform(0.05, 0.4))
        place.server.stop(fast=False)
        ended.set()
        thread.join()
        place.server.start()
        acknowledged += told[0]
        unsure += told[1]
        held = verify(place, name, key)
        assert acknowledged <= held <= acknowledged + unsure, "an acknowledged event is lost"
        # An event written but not acknowledged may stand or not: count what stands.
        acknowledged, unsure = held, 0
    return {"stops": STOPS, "events": acknowledged}


def apart(module: str, size: int) -> Any:
    """Run a drill as a process; return its result. Raises: AssertionError when it does not hold."""
    command = [sys.executable, "-m", "tests.drills", module, str(size)]
    lines: list[str] = []
    with subprocess.Popen(command, cwd=database.ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip())
            if line.startswith("  "):
                print(line, end="", flush=True)
    assert process.returncode == 0, "\n".join(lines[-20:])
    try:
        return json.loads(lines[-1])
    except ValueError:
        return lines


def ledger_drills(wanted: set[str], results: dict[str, Any]) -> None:
    """Run T-43 and T-44 on a durable server of their own."""
    from deploy.embedded import EmbeddedPostgres
    from deploy.installation import Addresses, Installation

    drills = {"T-43": writers_at_once, "T-44": stops}
    if not wanted & drills.keys():
        return
    server = EmbeddedPostgres(database.LOCAL, "drill", durable=True)
    server.start()
    try:
        place = Installation(server, database.LOCAL / "drill-secrets", Addresses())
        name = database.template(place)
        place.drop("drill")
        place.clone(name, "drill")
        key = bytes.fromhex(place.secrets["commission"]["AUDIT_MAC_KEY"])
        for title, drill in drills.items():
            if title in wanted:
                print(f"… {title}", flush=True)
                results[title] = drill(place, "drill", key)
                print(f"  held: {results[title]}", flush=True)
    finally:
        server.destroy()


def main() -> int:
    """Run the drills named, or all; print what held and keep it; 1 when one did not."""
    wanted = set(sys.argv[1:]) or {"T-43", "T-44", *APART}
    results: dict[str, Any] = {}
    failed = []
    ledger_drills(wanted, results)
    with database.serving():
        for title, (module, size) in APART.items():
            if title not in wanted:
                continue
            print(f"… {title}", flush=True)
            try:
                results[title] = apart(module, size)
            except AssertionError as broken:
                failed.append(title)
                print(f"  did not hold:\n{broken}", flush=True)
            else:
                print(f"  held: {results[title]}", flush=True)
    folder = database.ROOT / "build"
    folder.mkdir(exist_ok=True)
    kept = folder / "drill.json"
    before = json.loads(kept.read_text()) if kept.exists() else {}
    kept.write_text(json.dumps({**before, **results}, indent=1))
    print(f"{len(results)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
