"""Earlier paper reports, entered as releases « 0 »: what was seen stays known (decisions 38, 41).

Their exact figures count against every later release, and are never shown as figures.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from cases import publish
from cases.access import recording, sealed_releases
from cases.actions.plans import active_plan
from cases.actions.releases import (
    APPROVERS,
    NotPublishable,
    checked_ledger,
    require_nothing_pending,
)
from cases.disclosure.errors import DisclosureError
from cases.disclosure.period import Period
from cases.disclosure.plan import Plan
from cases.disclosure.release import paper_release
from cases.domain.exceptions import NotAllowed
from cases.models import Commission, ReleaseDraft
from cases.permissions import Role, Viewer, require_role


def plan_of(viewer: Viewer, commission: Commission) -> Plan:
    """Return the plan in whose tables a report is typed. Raises: Refused; NotAllowed."""
    require_role(viewer, commission, Role.COORDINATOR, Role.DPO)
    return active_plan(commission)


def enter(
    *, viewer: Viewer, commission: Commission, period: Period, figures: Sequence[Mapping[str, Any]]
) -> ReleaseDraft:
    """Prepare an earlier report for its two approvals.

    A figure is ``{"population", "table", "groups", "lo", "hi"}``; a total has no table.

    Raises: Refused; NotAllowed when the period is not over, or when another release waits;
    NotPublishable when the figures are none of the plan's.
    """
    require_role(viewer, commission, *APPROVERS)
    if period.end > viewer.at.date():
        raise NotAllowed("La période n’est pas terminée.", code="period_open")
    if not figures:
        raise NotAllowed("Écrivez au moins un chiffre du rapport.", code="fact_missing")
    require_nothing_pending(commission)
    entries = checked_ledger(viewer, commission)
    try:
        files = paper_release(
            active_plan(commission), period, figures, entries, issuer=publish.issuer(commission)
        )
    except DisclosureError as refused:
        raise NotPublishable(refused.message) from refused
    texts = publish.Texts(
        files.bundle_text, files.manifest_text, files.certificate_text, files.ledger_line
    )
    if found := publish.failures(texts, "".join(entry.text for entry in entries)):
        raise NotPublishable(found[0].message)
    draft = ReleaseDraft(
        pk=uuid.uuid4(),
        commission=commission,
        kind=ReleaseDraft.Kind.PAPER,
        state=ReleaseDraft.State.AUDITED,
        period_start=period.start,
        period_end=period.end,
        bundle=texts.bundle,
        manifest=texts.manifest,
        certificate=texts.certificate,
        ledger_line=texts.ledger_line,
        progress_percent=100,
        frozen_by_id=viewer.user_id,
        frozen_at=viewer.at,
    )
    for name, value in sealed_releases.sealed_report(draft, files.report).items():
        setattr(draft, name, value)
    draft.save(force_insert=True)
    recording.done(viewer, "release.paper_entered", commission=commission.pk, objects=(draft.pk,))
    return draft
