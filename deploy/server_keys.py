"""Renew the keys of the service's provider (security.md §2.4; T-31).

A new version is made, every row is sealed again under it by batches, and the former versions are
destroyed apart, once nothing needs them. A stop anywhere loses nothing: both versions stand, and
the same command goes on. Versions are compared, never only identifiers.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import OperationalError, connections, transaction

from cases.access.exceptional_words import CONCLUSION, WORDS
from cases.access.sealed_releases import JOB_KEY, REPORT
from cases.models import VaultSlot
from cases.vault import hints
from cases.vault.errors import VaultError
from cases.vault.grants import SERVER_KEY_ID, peek_grantor, verify_server_grant
from deploy.keys.provider import (
    ANSWERS,
    DUPLICATES,
    EXCEPTIONAL,
    INTAKE,
    NOTES,
    PEPPER,
    RELEASE_JOB,
    RELEASES,
    TICKETS,
    VIEWER,
    WRAPPING,
)
from deploy.privileges import GUARD
from deploy.projection import OWNER
from deploy.provisioning import write_pads

BATCH = 200
LONGEST_WAIT_SECONDS = 60.0
LOCK_TRIES = 20
BUSY = (
    "Une requête ouverte depuis longtemps peut encore se servir de l’ancienne clé : recommencez "
    "plus tard, rien n’est détruit."
)
ROTATED = (WRAPPING, ANSWERS, PEPPER, INTAKE, VIEWER, DUPLICATES, EXCEPTIONAL, RELEASE_JOB, NOTES)
REFUSALS = {
    RELEASES: (
        "La clé qui signe les publications ne se renouvelle pas seule : le conseil la connaît par "
        "RELEASE_PUBLIC_KEY, et les publications déjà diffusées sont vérifiées avec elle. Arrêtez "
        "les deux services, posez la nouvelle version, mettez sa clé publique dans la "
        "configuration du conseil en gardant l’ancienne publiée, puis redémarrez."
    ),
    TICKETS: (
        "La clé qui signe les passages vers le conseil ne se renouvelle pas seule : le conseil la "
        "connaît par TICKET_PUBLIC_KEY. Arrêtez les deux services, posez la nouvelle version, "
        "mettez sa clé publique dans la configuration du conseil, puis redémarrez : un passage "
        "dure une minute, aucun n’est perdu."
    ),
}

Told = Callable[[int, int], None]
"""Called after each batch with how many rows were treated and how many there were."""


class KeysRefused(RuntimeError):
    """What was asked of the server's keys cannot be done; the text says why, in French."""


@dataclass(frozen=True)
class _Sealed:
    """A column of blobs sealed by the provider, with the version beside each.

    Each is bound to its row's key, and to ``place`` when a row holds several.
    """

    table: str
    key: str
    version: str
    blob: str
    place: bytes = b""


SEALED = {
    WRAPPING: (_Sealed("cases_keystore_situationkey", "situation", "provider_version", "wrapped"),),
    ANSWERS: (_Sealed("cases_situation", "id", "answer_version", "answer"),),
    EXCEPTIONAL: (
        _Sealed("cases_exceptionalaccess", "id", "words_version", "words", WORDS),
        _Sealed(
            "cases_exceptionalaccess", "id", "conclusion_version", "conclusion_words", CONCLUSION
        ),
    ),
    NOTES: (_Sealed("cases_releasenote", "id", "words_version", "words"),),
    RELEASE_JOB: (
        _Sealed("cases_releasedraft", "id", "job_key_version", "job_key", JOB_KEY),
        _Sealed("cases_releasedraft", "id", "report_version", "report", REPORT),
    ),
}


def rotate(purpose: str, told: Told | None = None) -> int:
    """Make a key's next version and move every row to it; return the version in force.

    Goes on with a renewal that was stopped instead of beginning another.

    Raises: KeysRefused; ProviderDown; KeyRefused when a blob does not open.
    """
    _require(purpose)
    if not _is_unfinished(purpose):
        _new_version(purpose)
    elif purpose == VIEWER:
        _provision_pads()
    if purpose in SEALED:
        _rewrap(purpose, told)
    return int(settings.KEYS.current_version(purpose))


def _require(purpose: str) -> None:
    if purpose in REFUSALS:
        raise KeysRefused(REFUSALS[purpose])
    if purpose not in ROTATED:
        raise KeysRefused("Clés à renouveler : " + ", ".join(ROTATED) + ".")
    if OWNER not in connections:
        raise KeysRefused("OWNER_DATABASE_URL manque : l’adresse du propriétaire.")


@contextmanager
def _as_guard() -> Iterator[Any]:
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {GUARD}")
        yield cursor


def _is_unfinished(purpose: str) -> bool:
    """Tell whether rows wait under a former version, or pads under none."""
    current = settings.KEYS.current_version(purpose)
    if purpose in SEALED:
        return any(version < current for version in references(purpose))
    if purpose == VIEWER:
        return current not in _pads()
    return False


def _new_version(purpose: str) -> None:
    if purpose != VIEWER:
        settings.KEYS.new_version(purpose)
        return
    # Whoever asks who is looking waits here for the new pads: no request finds them missing. A
    # request that lasts is not waited for with the door shut, but tried again after.
    for attempt in range(LOCK_TRIES):
        try:
            with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1s'")
                cursor.execute("LOCK TABLE clsm_viewer_key IN ACCESS EXCLUSIVE MODE")
                settings.KEYS.new_version(purpose)
                _write_pads()
        except OperationalError:
            if attempt == LOCK_TRIES - 1:
                raise KeysRefused(BUSY) from None
            time.sleep(0.5)
        else:
            return


def _provision_pads() -> None:
    with transaction.atomic(using=OWNER):
        _write_pads()


def _write_pads() -> None:
    versions = settings.KEYS.versions(VIEWER)
    write_pads(connections[OWNER], {one: settings.KEYS.raw(VIEWER, one) for one in versions})


def _pads() -> set[int]:
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT id FROM clsm_viewer_key")
        return {row[0] for row in cursor.fetchall()}


def _rewrap(purpose: str, told: Told | None) -> None:
    """Seal every row again under the current version; a row changed meanwhile is left to itself."""
    current = settings.KEYS.current_version(purpose)
    total = sum(n for version, n in references(purpose).items() if version != current)
    done = 0
    for sealed in SEALED[purpose]:
        for number in _rewrap_column(purpose, sealed, current):
            done += number
            if told is not None:
                told(done, total)


def _rewrap_column(purpose: str, sealed: _Sealed, current: int) -> Iterator[int]:
    """Seal a column again by batches; give how many rows each held."""
    after = uuid.UUID(int=0)
    while True:
        with _as_guard() as cursor:
            cursor.execute(
                f"SELECT {sealed.key}, {sealed.version}, {sealed.blob} FROM {sealed.table}"
                f" WHERE {sealed.version} <> %s AND {sealed.key} > %s"
                f" ORDER BY {sealed.key} LIMIT %s FOR UPDATE",
                [current, after, BATCH],
            )
            rows = cursor.fetchall()
            for key, version, blob in rows:
                renewed, again = settings.KEYS.rewrap(
                    purpose, version, bytes(blob), key.bytes + sealed.place
                )
                cursor.execute(
                    f"UPDATE {sealed.table} SET {sealed.version} = %s, {sealed.blob} = %s"
                    f" WHERE {sealed.key} = %s AND {sealed.version} = %s AND {sealed.blob} = %s",
                    [renewed, again, key, version, blob],
                )
        if not rows:
            return
        after = rows[-1][0]
        yield len(rows)


def references(purpose: str) -> Counter[int]:
    """Return how many rows need each version of a key.

    Raises: KeysRefused for a purpose that is not renewed here.
    """
    _require(purpose)
    if purpose in SEALED:
        needed: Counter[int] = Counter()
        with _as_guard() as cursor:
            for sealed in SEALED[purpose]:
                cursor.execute(
                    f"SELECT {sealed.version}, count(*) FROM {sealed.table}"
                    f" WHERE {sealed.blob} IS NOT NULL GROUP BY 1"
                )
                needed.update(dict(cursor.fetchall()))
        return needed
    if purpose == PEPPER:
        return Counter(VaultSlot.objects.values_list("pepper_version", flat=True))
    if purpose == INTAKE:
        return _intake_grants()
    if purpose == DUPLICATES:
        return _hints()
    return Counter()


def _hints() -> Counter[int]:
    """Count the hints of each version: no key makes one again but with its identity open."""
    with _as_guard() as cursor:
        cursor.execute("SELECT identity_hint FROM cases_situation WHERE identity_hint IS NOT NULL")
        return Counter(hints.version_of(hint) for (hint,) in cursor.fetchall())


def _intake_grants() -> Counter[int]:
    """Count the grants in force that each version of the server's key signed."""
    publics = {one: settings.KEYS.public(INTAKE, one) for one in settings.KEYS.versions(INTAKE)}
    found: Counter[int] = Counter()
    with _as_guard() as cursor:
        cursor.execute(
            "SELECT statement FROM cases_grant WHERE revoked_at IS NULL"
            " AND basis IN ('intake', 'depositary') AND not_after > clsm_now()"
        )
        for (statement,) in cursor.fetchall():
            found.update(_signed_by(bytes(statement), publics))
    return found


def _signed_by(blob: bytes, publics: dict[int, bytes]) -> Iterator[int]:
    try:
        if peek_grantor(blob)[1] != SERVER_KEY_ID:
            return
    except VaultError:
        return
    for version, public in publics.items():
        try:
            verify_server_grant(public, blob)
        except VaultError:
            continue
        yield version


def retire(purpose: str) -> tuple[list[int], Counter[int]]:
    """Destroy the former versions that nothing needs; return them, and what needs the others.

    Transactions that were open may still write under a former version: they are waited for first.

    Raises: KeysRefused when they do not end; ProviderDown; KeyRefused.
    """
    _require(purpose)
    current = settings.KEYS.current_version(purpose)
    former = [one for one in settings.KEYS.versions(purpose) if one != current]
    if not former:
        return [], Counter()
    _wait_for_open_transactions()
    if purpose == VIEWER:
        with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
            cursor.execute("DELETE FROM clsm_viewer_key WHERE id <> %s", [current])
    needed = references(purpose)
    destroyed = [one for one in former if not needed[one]]
    for version in destroyed:
        settings.KEYS.destroy(purpose, version)
    return destroyed, Counter({one: needed[one] for one in former if needed[one]})


def _wait_for_open_transactions() -> None:
    """Wait for the end of every transaction open now, as an index built beside writers does."""
    query = (
        "SELECT l.virtualtransaction FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
        " WHERE l.locktype = 'virtualxid' AND l.granted AND a.usename IS NOT NULL"
        " AND a.datname = current_database() AND l.pid <> pg_backend_pid()"
    )
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    with connections[OWNER].cursor() as cursor:
        cursor.execute(query)
        open_now = {row[0] for row in cursor.fetchall()}
        while open_now:
            if time.monotonic() > deadline:
                raise KeysRefused(BUSY)
            time.sleep(0.1)
            cursor.execute(query)
            open_now &= {row[0] for row in cursor.fetchall()}
