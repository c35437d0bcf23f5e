"""The only way out of the commission: frozen, banded, signed figures (decisions 36–40).

Receives plain coded rows and gives texts; it imports the observatory's interface and nothing else
of it, and it reads no situation.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings

from cases.disclosure.bundle import ReleaseFiles, build_release
from cases.disclosure.counts import count_rows
from cases.disclosure.period import Period
from cases.disclosure.plan_file import load_plan
from cases.models import Commission
from clsm_core.observatory import interface

SIGNING = "release-signing"


def issuer(commission: Commission) -> dict[str, str]:
    """Return who publishes, as the manifest says it."""
    return {"council": commission.council.slug, "commission": commission.name}


def history(commission: Commission) -> list[ReleaseFiles]:
    """Return every release ever made by a commission, oldest first."""
    made = interface.history(council=commission.council, commission_label=commission.name)
    return [ReleaseFiles(one.bundle, one.manifest) for one in made]


def quarters(start: date, end: date) -> list[str]:
    """Return the quarters from ``start`` (included) to ``end`` (excluded), such as ``2026T3``."""
    found = []
    year, quarter = start.year, (start.month - 1) // 3
    while (year, quarter * 3 + 1) < (end.year, end.month):
        found.append(f"{year}T{quarter + 1}")
        year, quarter = (year, quarter + 1) if quarter < 3 else (year + 1, 0)
    return found


def freeze(
    *,
    commission: Commission,
    population: str,
    start: date,
    end: date,
    rows: Sequence[Mapping[str, Any]],
) -> ReleaseFiles:
    """Build the release of a population over a period, ``end`` excluded.

    Raises: DisclosureError and its kinds, whose messages are French.
    """
    plan = load_plan()
    counts = count_rows(plan, population, rows)
    return build_release(
        plan, counts, Period(start, end), history(commission), issuer=issuer(commission)
    )


class HistoryMoved(Exception):
    """Another release was published meanwhile: this one was proved without it."""


def publish(*, commission: Commission, bundle: str, manifest: str, at: datetime) -> uuid.UUID:
    """Sign and insert a release in the observatory; return its id.

    Raises: HistoryMoved when it does not follow the last release made.
    """
    made = history(commission)
    last = made[-1].sha256 if made else None
    if json.loads(manifest)["previous_release_hash"] != last:
        raise HistoryMoved
    signature = settings.KEYS.sign(SIGNING, manifest.encode())
    release = interface.publish(
        council=commission.council, bundle=bundle, manifest=manifest, signature=signature, at=at
    )
    return release.pk


def withdraw(*, commission: Commission, release_id: uuid.UUID, reason: str, at: datetime) -> None:
    """Stop showing a release; it stays in the history, since what was seen stays known.

    Raises: Release.DoesNotExist when it is another commission's.
    """
    interface.withdraw(
        council=commission.council,
        commission_label=commission.name,
        release_id=release_id,
        reason=reason,
        at=at,
    )
