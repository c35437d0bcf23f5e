"""Releases: counted by an officer, proved in the background, approved by two persons, published.

Nothing of the rows is kept; the counts wait sealed for the job alone; what is approved is every
text and the report, to the byte (R19). Source: decisions 36-40; releases.md 5.4.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from cases import publish
from cases.access import recording, sealed_releases, statistics
from cases.actions.institution import institution_lines
from cases.actions.plans import plan_for
from cases.disclosure.errors import DisclosureError, HistoryBroken, LedgerInvalid
from cases.disclosure.ledger import Entry
from cases.disclosure.period import Period
from cases.disclosure.release import needed_atoms
from cases.disclosure.snapshot import snapshot_of
from cases.domain.exceptions import DomainError, NotAllowed
from cases.domain.withdrawal import WithdrawalReason
from cases.models import Commission, ReleaseApproval, ReleaseDraft
from cases.permissions import Refused, Role, Viewer, require_role

APPROVERS = (Role.COORDINATOR, Role.DPO)
APPROVALS = 2
State = ReleaseDraft.State
WAITING = (State.AUDITED, State.APPROVED_ONCE)
PENDING = (State.COMPUTING, *WAITING)
ALTERED = (
    "Ces chiffres ne sont plus ceux qui ont été vérifiés : personne ne peut les approuver. "
    "Abandonnez-les ; la DPO en est alertée."
)


class NotPublishable(DomainError):
    """The engine refuses: too few situations, an overlap, or no proof."""

    code = "not_publishable"


def freeze(
    *,
    viewer: Viewer,
    commission: Commission,
    start: date,
    end: date,
    then: Callable[[uuid.UUID], None],
) -> ReleaseDraft:
    """Count the sealed facets of a period, and leave the counts sealed for the job to prove.

    ``then`` asks for the job; it is given the new release's id, in this transaction.

    Raises: Refused; VaultLocked; NotPublishable; NotAllowed when the period is not over, or when
    another release waits.
    """
    require_role(viewer, commission, *APPROVERS)
    if end > viewer.at.date():
        raise NotAllowed("La période n’est pas terminée.", code="period_open")
    require_nothing_pending(commission)
    entries = checked_ledger(viewer, commission)
    draft = ReleaseDraft(
        pk=uuid.uuid4(),
        commission=commission,
        kind=ReleaseDraft.Kind.FIGURES,
        period_start=start,
        period_end=end,
        frozen_by_id=viewer.user_id,
        frozen_at=viewer.at,
    )
    try:
        period = Period(start, end)
        plan = plan_for(commission, period)
        atoms = needed_atoms(entries, period)
        # Before the first row: the ledger says that they were opened even if counting fails.
        recording.shown(
            viewer,
            "facets.opened",
            commission=commission.pk,
            objects=(draft.pk,),
            purpose="release",
        )
        snapshot = snapshot_of(plan, atoms, statistics.open_entries(viewer, commission, atoms))
    except DisclosureError as refused:
        raise NotPublishable(refused.message) from refused
    job = {
        "plan": plan.text,
        "period": period.as_dict(),
        "ledger": "".join(entry.text for entry in entries),
        "withdrawn": withdrawn_ranks(commission),
        "issuer": publish.issuer(commission),
        "institution": institution_lines(commission, period, plan),
        "snapshot": snapshot.to_json(),
    }
    sealed_releases.seal_counts(draft, json.dumps(job, ensure_ascii=False))
    draft.save(force_insert=True)
    recording.done(viewer, "release.frozen", commission=commission.pk, objects=(draft.pk,))
    then(draft.pk)
    return draft


def withdrawn_ranks(commission: Commission) -> list[int]:
    """Return the ranks of the releases that were withdrawn: nothing is compared with them."""
    rows = ReleaseDraft.objects.filter(commission=commission, withdrawn_at__isnull=False)
    lines = rows.values_list("ledger_line", flat=True)
    return sorted(int(json.loads(line)["rank"]) for line in lines if line)


def require_nothing_pending(commission: Commission) -> None:
    """Demand that no release of the commission waits. Raises: NotAllowed."""
    if ReleaseDraft.objects.filter(commission=commission, state__in=PENDING).exists():
        raise NotAllowed(
            "Une publication attend déjà sa vérification ou ses approbations : terminez-la ou "
            "abandonnez-la d’abord.",
            code="pending",
        )


def checked_ledger(viewer: Viewer, commission: Commission) -> list[Entry]:
    """Return the commission's chain of releases, checked.

    Raises: NotPublishable when an entry is missing or altered, which raises the alert.
    """
    try:
        return publish.ledger(commission)
    except (HistoryBroken, LedgerInvalid) as broken:
        recording.alert(viewer, "release_history_altered", commission=commission.pk)
        raise NotPublishable(broken.message) from broken


def find(viewer: Viewer, draft_id: uuid.UUID) -> ReleaseDraft:
    """Return a release, locked until the end of the transaction. Raises: Refused."""
    draft = (
        ReleaseDraft.objects.select_for_update(of=("self",))
        .select_related("commission__council")
        .filter(pk=draft_id)
        .first()
    )
    if draft is None or not viewer.holds(draft.commission_id, *APPROVERS):
        raise Refused("release")
    return draft


def resume(*, viewer: Viewer, draft_id: uuid.UUID, then: Callable[[uuid.UUID], None]) -> None:
    """Ask again for a job that stopped; it goes on from where it was. Raises: Refused; NotAllowed.

    A job still at work keeps the release: the second one finds it taken and leaves.
    """
    draft = find(viewer, draft_id)
    if draft.state != State.COMPUTING:
        raise NotAllowed("Cette vérification est terminée.", code="not_pending")
    recording.done(viewer, "release.resumed", commission=draft.commission_id, objects=(draft.pk,))
    then(draft.pk)


def report_of(viewer: Viewer, draft: ReleaseDraft) -> dict[str, Any] | None:
    """Return what the job found, None when the row is no longer what it left: the alert is raised.

    Raises: LedgerUnavailable; ProviderDown.
    """
    try:
        return sealed_releases.opened_report(draft)
    except sealed_releases.ReportAltered:
        recording.alert(
            viewer, "release_altered", commission=draft.commission_id, objects=(draft.pk,)
        )
        return None


def digest(draft: ReleaseDraft, report: Mapping[str, Any]) -> str:
    """Return what an approval approves (hexadecimal)."""
    return sealed_releases.digest(draft, report)


def approve(*, viewer: Viewer, draft_id: uuid.UUID, seen: str) -> ReleaseDraft:
    """Approve exact texts; the second approval, by another person, publishes them.

    ``seen`` is the digest shown with the preview: what changed since is not approved.

    Raises: Refused; NotAllowed.
    """
    draft = find(viewer, draft_id)
    if draft.state not in WAITING:
        raise NotAllowed("Cette publication n’attend plus d’approbation.", code="not_pending")
    report = report_of(viewer, draft)
    if report is None:
        raise NotAllowed(ALTERED, code="release_altered")
    if seen != digest(draft, report):
        raise NotAllowed(
            "Les chiffres ont changé depuis leur affichage : relisez-les.", code="stale"
        )
    approvals = list(draft.approvals.all())
    if any(approval.user_id == viewer.user_id for approval in approvals):
        raise NotAllowed(
            "Vous avez déjà approuvé : une autre personne doit le faire.", code="same_person"
        )
    if any(approval.digest != seen for approval in approvals):
        raise NotAllowed("La première approbation porte sur d’autres chiffres.", code="stale")
    mandate = viewer.mandate_in(draft.commission_id)
    assert mandate is not None
    ReleaseApproval(
        pk=uuid.uuid4(),
        draft=draft,
        user_id=viewer.user_id,
        role=mandate.role,
        digest=seen,
        approved_at=viewer.at,
    ).save(force_insert=True)
    recording.done(viewer, "release.approved", commission=draft.commission_id, objects=(draft.pk,))
    if len(approvals) + 1 < APPROVALS:
        draft.state = State.APPROVED_ONCE
    else:
        _publish(viewer, draft)
    draft.save(force_update=True)
    return draft


def _publish(viewer: Viewer, draft: ReleaseDraft) -> None:
    """Publish, and note it on the row. Raises: NotAllowed."""
    texts = publish.Texts(draft.bundle, draft.manifest, draft.certificate, draft.ledger_line)
    try:
        draft.release = publish.publish(commission=draft.commission, texts=texts, at=viewer.at)
    except publish.HistoryMoved as moved:
        raise NotAllowed(
            "Une autre publication est parue entre-temps : abandonnez celle-ci et arrêtez "
            "de nouveau les chiffres.",
            code="history_moved",
        ) from moved
    except HistoryBroken as broken:
        recording.alert(viewer, "release_history_altered", commission=draft.commission_id)
        raise NotAllowed(broken.message, code=broken.code) from broken
    draft.state = State.PUBLISHED
    draft.published_at = viewer.at
    recording.done(
        viewer,
        "release.published",
        commission=draft.commission_id,
        objects=(draft.pk, draft.release),
    )


def drop(*, viewer: Viewer, draft_id: uuid.UUID) -> None:
    """Give up a release that is not published; its counts go at once. Raises: Refused; NotAllowed.

    A job at work finds the row taken from it, and stops.
    """
    draft = find(viewer, draft_id)
    if draft.state not in (*PENDING, State.NOT_PUBLISHABLE):
        raise NotAllowed("Ces chiffres sont publiés ou déjà abandonnés.", code="not_pending")
    ReleaseDraft.objects.filter(pk=draft.pk).update(
        state=State.DROPPED, report=None, report_version=None, **sealed_releases.EMPTIED
    )
    recording.done(viewer, "release.dropped", commission=draft.commission_id, objects=(draft.pk,))


def withdraw(*, viewer: Viewer, draft_id: uuid.UUID, reason: WithdrawalReason) -> None:
    """Withdraw a published release: the council reads the reason, chosen in a closed list.

    Raises: Refused; NotAllowed when it is not published, or is withdrawn already.
    """
    draft = find(viewer, draft_id)
    if draft.state != State.PUBLISHED or draft.release is None or draft.withdrawn_at is not None:
        raise NotAllowed("Cette publication n’est pas en ligne.", code="not_pending")
    publish.withdraw(
        commission=draft.commission,
        release_id=draft.release,
        reason=reason.label,
        at=viewer.at,
    )
    draft.withdrawn_at, draft.withdrawn_by_id = viewer.at, viewer.user_id
    draft.withdrawn_reason = reason.value
    draft.save(
        force_update=True, update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"]
    )
    recording.done(
        viewer,
        "release.withdrawn",
        commission=draft.commission_id,
        objects=(draft.pk, draft.release),
    )
