"""``make bench``: budgets measured as ratios in one run, printed and kept in ``build/bench.json``.

Each line is {ours, reference, ratio, budget, ok}; times are seconds a repetition, medians, on this
machine, whatever else it was doing. Nothing here is a test: no other command reads the result.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from tests import bench_files, bench_lists, bench_page, bench_releases, database, suite
from tests.measures import line, median


def machine() -> str:
    """Return what measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )


def ledger_append() -> dict[str, Any]:
    """Measure 8 writers appending to the ledger against the same bare inserts (decision 51)."""
    import psycopg
    from django.conf import settings
    from django.db import connection

    from audit.events import Event
    from audit.ledger import seal

    place = database.installation()
    name = connection.settings_dict["NAME"]
    admin = place.server.url(name)
    with psycopg.connect(admin, autocommit=True) as setup:
        setup.execute("CREATE TABLE bench_bare (id uuid, body bytea, salt bytea, mac bytea)")
    rows = 150

    def write(statement: str) -> None:
        from datetime import UTC, datetime

        with psycopg.connect(place.url(name, "clsm_commission"), autocommit=True) as writer:
            for _ in range(rows):
                sealed = seal(
                    Event(action="list.shown"), key=settings.AUDIT_MAC_KEY, at=datetime.now(UTC)
                )
                writer.execute(statement, [sealed.id, sealed.body, sealed.salt, sealed.mac])

    def run(statement: str) -> float:
        writers = [threading.Thread(target=write, args=[statement]) for _ in range(8)]
        start = time.perf_counter()
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        return (time.perf_counter() - start) / (8 * rows)

    with psycopg.connect(admin, autocommit=True) as setup:
        setup.execute("GRANT INSERT ON bench_bare TO clsm_commission")
    values = "(id, body, salt, mac) VALUES (%s, %s, %s, %s)"
    bare = run(f"INSERT INTO bench_bare {values}")
    chained = run(f"INSERT INTO audit_body {values}")
    # Decision 51 sets events a second, not a bound on the ratio: 100 events/s.
    return {**line(chained, bare, 0.01 / bare), "events_per_second": 1 / chained}


def keys() -> dict[str, dict[str, Any]]:
    """Measure wraps and unwraps against plain AES-256-GCM of the same 32 bytes."""
    import uuid

    from cases.vault import documents, envelope, wraps
    from cases.vault.identity import generate_identity

    identity = generate_identity()
    dek = documents.new_data_key()
    place = uuid.uuid4()
    context = wraps.WrapContext(
        place, "core", 1, identity.key_id, documents.commitment(dek, place, "core", 1)
    )
    wrapped = wraps.wrap_key(dek, identity.public.kem, context)
    key = envelope.new_key()
    batch = 50

    def a_key(act: Callable[[], Any]) -> float:
        return median(lambda: [act() for _ in range(batch)]) / batch

    plain = a_key(lambda: envelope.aes_seal(key, dek, b""))
    wrap = a_key(lambda: wraps.wrap_key(dek, identity.public.kem, context))
    unwrap = a_key(lambda: wraps.unwrap_key(identity, wrapped, context))
    return {
        "wrap, versus AES-256-GCM of a key": {
            **line(wrap, plain, 500),
            "wraps_per_second": 1 / wrap,
        },
        "unwrap, versus AES-256-GCM of a key": {
            **line(unwrap, plain, 500),
            "unwraps_per_second": 1 / unwrap,
        },
    }


def passphrase() -> dict[str, Any]:
    """Measure the opening of a vault by its passphrase against the login's own hash."""
    import uuid

    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    from cases.vault import slots
    from cases.vault.envelope import new_key

    user, slot = uuid.uuid4(), uuid.uuid4()
    pepper = lambda data: b"p" * 32  # noqa: E731
    blob = slots.make_slot(
        slots.SlotKind.PASSPHRASE, "brume lampadaire caillou", new_key(), user, slot, pepper
    )

    def opening() -> None:
        slots.open_slot(blob, "brume lampadaire caillou", user, slot, pepper)

    def bare() -> None:
        Argon2id(salt=b"s" * 16, length=32, iterations=3, lanes=4, memory_cost=65536).derive(b"x")

    return line(median(opening, 7), median(bare, 7), 1.5)


def told(name: str, found: dict[str, Any]) -> str:
    """Return the line printed for a result, with whatever it says beside the ratio."""
    beside = {
        "more_ms": "{:+.1f} ms",
        "ours_ms": "{:.1f} ms in all",
        "queries": "{:.0f} queries",
        "over_drawing": "over its drawing alone {:.2f} ×",
        "over_drawing_ms": "{:+.1f} ms",
        "events_per_second": "{:.0f} events/s",
        "wraps_per_second": "{:.0f} wraps/s",
        "unwraps_per_second": "{:.0f} unwraps/s",
        "mb_per_second": "{:.0f} MB/s",
        "peak_kb": "{:.0f} kB at most",
        "numbers_in_the_block": "{:.0f} numbers shown",
    }
    more = [words.format(found[key]) for key, words in beside.items() if key in found]
    mark = "ok " if found["ok"] else "OVER"
    budget = f"{found['ratio']:.2f} × (budget {found['budget']:.2f})"
    return f"{mark} {name}: {', '.join([budget, *more])}"


def main() -> int:
    """Run every measure; exit 1 when a budget is not kept."""
    results: dict[str, dict[str, Any]] = {}
    with suite.running("commission"):
        print(f"Machine: {machine()}")
        measures: list[tuple[str, Callable[[], Any]]] = [
            ("situation page, versus the same page of plain columns", bench_page.situation_page),
            ("ledger append, 8 writers, versus a bare insert", ledger_append),
            ("keys", keys),
            ("files", bench_files.files),
            ("passphrase opening, versus bare Argon2id", passphrase),
            ("releases", bench_releases.releases),
            # Last: it fills the database with a million grants.
            ("lists", bench_lists.lists_at_scale),
        ]
        for name, measure in measures:
            print(f"… {name}", flush=True)
            found = measure()
            results |= {name: found} if "ratio" in found else found
    folder = database.ROOT / "build"
    folder.mkdir(exist_ok=True)
    (folder / "bench.json").write_text(json.dumps({"machine": machine(), **results}, indent=1))
    for name, found in results.items():
        print(told(name, found))
    return 0 if all(found["ok"] for found in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
