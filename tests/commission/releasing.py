"""Releases for the tests: fictitious coded entries, sealed as the service seals them."""

from __future__ import annotations

import random
import subprocess
import sys
import uuid
from datetime import UTC, date, datetime
from typing import Any

from cases.access.directory import root_of
from cases.actions import audits, releases
from cases.disclosure.plan_file import load_plan
from cases.models import FacetRecord, ReleaseDraft
from cases.vault import facets
from tests import database, people
from tests.cases_of import CommittingTestCase
from tests.pure.disclosure.simulated import rows_for

PLAN = load_plan()
INSIDERS = ("bailleur_social", "psychiatrie_publique")
LAST = datetime.now(UTC).year - 1
SITUATIONS = 60


def entries(
    cast: people.Cast, *, year: int = LAST, size: int = SITUATIONS, quarter: int = 2, seed: int = 1
) -> None:
    """Seal the codes of fictitious situations examined in a quarter."""
    chance = random.Random(f"{year}-{size}-{seed}")
    public = root_of(cast.commission).statistics
    period = f"{year}T{quarter}"
    rows = []
    for row in rows_for(PLAN, "examined", size, seed):
        payload = {**row, PLAN.insider: chance.choice(INSIDERS)}
        blob = facets.seal_facets(public, period, "examined", payload)
        rows.append(
            FacetRecord(commission=cast.commission, population="examined", period=period, blob=blob)
        )
    FacetRecord.objects.bulk_create(rows)


def year_of(year: int = LAST) -> dict[str, date]:
    """Return the bounds of a year."""
    return {"start": date(year, 1, 1), "end": date(year + 1, 1, 1)}


def counted(cast: people.Cast, *, year: int = LAST, by: str = "claire") -> ReleaseDraft:
    """Freeze a year; its proof waits, and no job is queued."""
    with people.as_person(cast.people[by]) as viewer:
        return releases.freeze(
            viewer=viewer, commission=cast.commission, then=lambda pk: None, **year_of(year)
        )


def audited(cast: people.Cast, *, year: int = LAST, size: int = SITUATIONS) -> ReleaseDraft:
    """Seal entries, freeze their year and prove it."""
    entries(cast, year=year, size=size)
    return proved(cast, counted(cast, year=year))


def proved(cast: people.Cast, draft: ReleaseDraft) -> ReleaseDraft:
    """Run a job here, as somebody who may see its row; return the row as it is then."""
    with people.as_person(cast.claire):
        audits.run(draft.pk)
    return row(cast, draft.pk)


def row(cast: people.Cast, pk: uuid.UUID) -> ReleaseDraft:
    """Return a release as its officers see it."""
    with people.as_person(cast.claire):
        return ReleaseDraft.objects.select_related("commission__council", "frozen_by").get(pk=pk)


def seen(cast: people.Cast, draft: ReleaseDraft, by: str = "claire") -> str:
    """Return the digest that a person is shown."""
    with people.as_person(cast.people[by]) as viewer:
        found = releases.find(viewer, draft.pk)
        report = releases.report_of(viewer, found)
        assert report is not None
        return releases.digest(found, report)


def published(cast: people.Cast, draft: ReleaseDraft) -> ReleaseDraft:
    """Have a proved release approved by both officers."""
    for name in ("claire", "denis"):
        digest = seen(cast, draft, name)
        with people.as_person(cast.people[name]) as viewer:
            releases.approve(viewer=viewer, draft_id=draft.pk, seen=digest)
    return row(cast, draft.pk)


def released(cast: people.Cast, *, year: int = LAST, size: int = SITUATIONS) -> ReleaseDraft:
    """Count, prove and publish a year."""
    return published(cast, audited(cast, year=year, size=size))


def worker(case: type[CommittingTestCase], **environment: str) -> subprocess.Popen[str]:
    """Start one pass of the commission's worker, as its own role, in its own process."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "work", "--once"],
        env={
            **case.place.programs_environment(),
            **case.place.environment("commission", case.database_name),
            "PASSWORD_COST": database.CHEAP,
            "SLOT_COST": database.CHEAP,
            **environment,
        },
        cwd=database.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def changed(case: type[CommittingTestCase], pk: uuid.UUID, **values: Any) -> None:
    """Change columns of a release by SQL, as nobody but a superuser can."""
    columns = ", ".join(f"{name} = %s" for name in values)
    with case.as_administrator() as admin:
        admin.execute(
            f"UPDATE cases_releasedraft SET {columns} WHERE id = %s", [*values.values(), pk]
        )
