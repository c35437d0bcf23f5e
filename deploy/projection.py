"""Guardian's rows as the signed grants make them: compared, and made again (decision 21)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.models import Permission
from django.db import connections, transaction

from cases.access.directory import Directory
from cases.access.keys import verified
from cases.domain.lifecycle import SituationState
from cases.models import Commission, Grant, Situation, SituationUserPermission
from cases.vault.errors import VaultError
from deploy.privileges import GUARD

OWNER, BACKUP = "owner", "backup"
# Situations read at once: memory stays small however many there are.
CHUNK = 200

Right = tuple[uuid.UUID, str]
"""An account and a guardian codename (``level_section``)."""


@contextmanager
def seeing_everything(alias: str, *, writes: bool = False) -> Iterator[None]:
    """Read every row in one snapshot: as the backup's role, or as the guard for the owner."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        if not writes:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if alias == OWNER:
            cursor.execute(f"SET LOCAL ROLE {GUARD}")
        yield


def reader() -> str:
    """Return the alias that reads every row. Raises: LookupError when none is configured."""
    for alias in (BACKUP, OWNER):
        if alias in connections:
            return alias
    raise LookupError


def time_of(alias: str) -> datetime:
    """Return the database's time."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT clsm_now()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def chunks(alias: str) -> Iterator[list[Situation]]:
    """Return the situations that are not erased, by code, a few at once."""
    rows = Situation.objects.using(alias).exclude(state=SituationState.ERASED).order_by("code")
    last = ""
    while chunk := list(rows.filter(code__gt=last)[:CHUNK]):
        yield chunk
        last = chunk[-1].code


def registers(alias: str) -> tuple[dict[uuid.UUID, Directory], list[Commission]]:
    """Return the verified directory of each commission at work, and the commissions without one."""
    found: dict[uuid.UUID, Directory] = {}
    broken = []
    for commission in Commission.objects.using(alias).exclude(recovery_key_id=""):
        try:
            # Its tables carry no policy: the service's own connection reads them.
            found[commission.pk] = Directory(commission)
        except VaultError:
            broken.append(commission)
    return found, broken


@dataclass
class Projection:
    """What guardian's rows of a situation must be, and what they may also be.

    ``ended`` are rows of grants that reached their date: nothing reads them, nothing needs them.
    """

    due: set[Right] = field(default_factory=set)
    ended: set[Right] = field(default_factory=set)


def projected(grants: Iterable[Grant], register: Directory | None, at: datetime) -> Projection:
    """Return what the unrevoked grants of a situation project, those that verify only."""
    found = Projection()
    for grant in grants:
        if grant.is_dormant or grant.revoked_at is not None or register is None:
            continue
        try:
            verified(grant, register)
        except VaultError:
            continue
        right = (grant.recipient_id, f"{grant.level}_{grant.section}")
        (found.due if grant.not_after > at else found.ended).add(right)
    return found


def rows_of(alias: str, situations: Iterable[Situation]) -> dict[uuid.UUID, set[Right]]:
    """Return guardian's rows of situations."""
    found: dict[uuid.UUID, set[Right]] = {}
    rows = SituationUserPermission.objects.using(alias).filter(content_object__in=situations)
    for situation, user, codename in rows.values_list(
        "content_object_id", "user_id", "permission__codename"
    ):
        found.setdefault(situation, set()).add((user, codename))
    return found


def grants_of(alias: str, situations: Iterable[Situation]) -> dict[uuid.UUID, list[Grant]]:
    """Return the unrevoked grants of situations."""
    found: dict[uuid.UUID, list[Grant]] = {}
    rows = Grant.objects.using(alias).filter(situation__in=situations, revoked_at__isnull=True)
    for grant in rows:
        found.setdefault(grant.situation_id, []).append(grant)
    return found


@dataclass(frozen=True)
class Difference:
    """A situation whose rows are not what its grants say: how many are missing, how many more."""

    code: str
    missing: int
    extra: int


def compare(*, repairs: bool) -> list[Difference]:
    """Compare every situation's rows with its signed grants; write what differs when asked.

    Raises: LookupError without an owner's connection.
    """
    if OWNER not in connections:
        raise LookupError
    differences = []
    with seeing_everything(OWNER, writes=True):
        at = time_of(OWNER)
        directories, _ = registers(OWNER)
        permissions = dict(
            Permission.objects.using(OWNER)
            .filter(content_type__app_label="cases", content_type__model="situation")
            .values_list("codename", "pk")
        )
        for chunk in chunks(OWNER):
            rows, grants = rows_of(OWNER, chunk), grants_of(OWNER, chunk)
            for situation in chunk:
                said = projected(
                    grants.get(situation.pk, ()), directories.get(situation.commission_id), at
                )
                stands = rows.get(situation.pk, set())
                missing, extra = said.due - stands, stands - said.due - said.ended
                if missing or extra:
                    differences.append(Difference(situation.code, len(missing), len(extra)))
                if repairs:
                    _write(situation, missing, stands - said.due, permissions)
    return differences


def _write(
    situation: Situation, missing: set[Right], gone: set[Right], permissions: dict[str, int]
) -> None:
    with connections[OWNER].cursor() as cursor:
        for user, codename in sorted(missing, key=str):
            cursor.execute(
                "INSERT INTO cases_situationuserpermission"
                " (id, content_object_id, user_id, permission_id) VALUES (%s, %s, %s, %s)",
                [uuid.uuid4(), situation.pk, user, permissions[codename]],
            )
        for user, codename in sorted(gone, key=str):
            cursor.execute(
                "DELETE FROM cases_situationuserpermission WHERE content_object_id = %s"
                " AND user_id = %s AND permission_id = %s",
                [situation.pk, user, permissions[codename]],
            )
