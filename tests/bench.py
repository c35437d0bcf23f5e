"""``make bench``: budgets measured as ratios in one run, printed and kept in ``build/bench.json``.

Each line is {ours, reference, ratio, budget, ok}; times are seconds a repetition, medians, on this
machine, whatever else it was doing. Nothing here is a test: no other command reads the result.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from tests import database, suite

ROUNDS = 15


def median(act: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Return the median duration of an act (seconds), after one warm-up."""
    act()
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def machine() -> str:
    """Return what measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )


def line(ours: float, reference: float, budget: float, *, at_most: bool = True) -> dict[str, Any]:
    """Return one result; ``at_most`` false when a larger ratio is better."""
    ratio = ours / reference
    kept = ratio <= budget if at_most else ratio >= budget
    return {
        "ours": ours,
        "reference": reference,
        "ratio": ratio,
        "budget": budget,
        "ok": kept,
    }


def situation_page() -> dict[str, Any]:
    """Measure the page of a situation against the same page of plain values, without a log.

    Both pass the whole service: session, gate, menu, template; the plain one reads one row.
    """
    from unittest import mock

    from django.urls import reverse

    from cases.access import situations
    from cases.models import Situation
    from tests import people

    cast = people.commission("bench")
    situation, _ = people.reviewed(cast, "marc")
    client = people.client_of(cast.luc)
    address = reverse("cases:situation", args=[situation.code])

    def page() -> None:
        assert client.get(address).status_code == 200

    ours = median(page)
    with people.as_person(cast.luc) as viewer:
        opened = situations.open_situation(viewer, situation.code)

    def plain(viewer: Any, code: str) -> Any:
        assert Situation.objects.filter(code=code).exists()
        return opened

    with mock.patch.object(situations, "open_situation", plain):
        reference = median(page)
    return {**line(ours, reference, 2.0), "more_ms": (ours - reference) * 1000}


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

    def many(act: Callable[[], Any]) -> Callable[[], None]:
        def repeat() -> None:
            for _ in range(50):
                act()

        return repeat

    plain = median(many(lambda: envelope.aes_seal(key, dek, b"")))
    return {
        "wrap, versus AES-256-GCM of a key": line(
            median(many(lambda: wraps.wrap_key(dek, identity.public.kem, context))), plain, 500
        ),
        "unwrap, versus AES-256-GCM of a key": line(
            median(many(lambda: wraps.unwrap_key(identity, wrapped, context))), plain, 500
        ),
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


def release() -> dict[str, Any]:
    """Measure a release of 300 situations, proof included, against its 30 s budget."""
    from cases.disclosure.bundle import build_release
    from cases.disclosure.counts import count_rows
    from cases.disclosure.period import Period
    from cases.disclosure.plan_file import load_plan
    from tests.pure.disclosure.simulated import rows_for

    plan = load_plan()
    counts = count_rows(plan, "examined", rows_for(plan, "examined", 300, 1))
    period = Period(date(2025, 1, 1), date(2026, 1, 1))
    issuer = {"council": "banc", "commission": "banc"}
    spent = median(lambda: build_release(plan, counts, period, [], issuer=issuer), 3)
    return line(spent, 30.0, 1.0)


def main() -> int:
    """Run every measure; exit 1 when a budget is not kept."""
    results: dict[str, dict[str, Any]] = {}
    with suite.running("commission"):
        print(f"Machine: {machine()}")
        measures: list[tuple[str, Callable[[], Any]]] = [
            ("situation page, versus the same page already open", situation_page),
            ("ledger append, 8 writers, versus a bare insert", ledger_append),
            ("keys", keys),
            ("passphrase opening, versus bare Argon2id", passphrase),
            ("release of 300 situations, versus 30 s", release),
        ]
        for name, measure in measures:
            print(f"… {name}", flush=True)
            found = measure()
            results |= found if name == "keys" else {name: found}
    folder = database.ROOT / "build"
    folder.mkdir(exist_ok=True)
    (folder / "bench.json").write_text(json.dumps({"machine": machine(), **results}, indent=1))
    for name, found in results.items():
        mark = "ok " if found["ok"] else "OVER"
        print(f"{mark} {name}: {found['ratio']:.2f} × (budget {found['budget']:.2f})")
    return 0 if all(found["ok"] for found in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
