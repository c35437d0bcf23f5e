"""Releases: frozen by an officer, approved by two persons, signed and published (R19)."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date

from cases import publish
from cases.access import recording, statistics
from cases.disclosure.errors import DisclosureError
from cases.domain.exceptions import DomainError, NotAllowed
from cases.models import Commission, ReleaseApproval, ReleaseDraft
from cases.permissions import Refused, Role, Viewer, require_role

APPROVERS = (Role.COORDINATOR, Role.DPO)
APPROVALS = 2


class NotPublishable(DomainError):
    """The engine refuses: too few situations, an overlap, or no proof."""

    code = "not_publishable"


def digest(draft: ReleaseDraft) -> str:
    """Return what an approval approves: the SHA-256 of both texts (hexadecimal)."""
    return hashlib.sha256(f"{draft.bundle}\x00{draft.manifest}".encode()).hexdigest()


def freeze(
    *, viewer: Viewer, commission: Commission, population: str, start: date, end: date
) -> ReleaseDraft:
    """Count the sealed facets of a period and keep the banded result for approval.

    The rows live in this request only; what is stored is already bands (decision 40).

    Raises: Refused; VaultLocked; NotPublishable; NotAllowed when the period is not over.
    """
    require_role(viewer, commission, *APPROVERS)
    if end > viewer.at.date():
        raise NotAllowed("La période n’est pas terminée.", code="period_open")
    pending = ReleaseDraft.objects.filter(
        commission=commission,
        state__in=[ReleaseDraft.State.FROZEN, ReleaseDraft.State.APPROVED_ONCE],
    )
    if pending.exists():
        raise NotAllowed(
            "Une publication attend déjà ses approbations : terminez-la d’abord.", code="pending"
        )
    rows = statistics.open_facets(
        viewer, commission, population=population, periods=publish.quarters(start, end)
    )
    try:
        files = publish.freeze(
            commission=commission, population=population, start=start, end=end, rows=rows
        )
    except DisclosureError as refused:
        raise NotPublishable(str(refused)) from refused
    draft = ReleaseDraft(
        pk=uuid.uuid4(),
        commission=commission,
        population=population,
        period_start=start,
        period_end=end,
        bundle=files.bundle_text,
        manifest=files.manifest_text,
        frozen_by_id=viewer.user_id,
        frozen_at=viewer.at,
    )
    draft.save(force_insert=True)
    recording.shown(
        viewer, "facets.opened", commission=commission.pk, objects=(draft.pk,), purpose="release"
    )
    recording.done(viewer, "release.frozen", commission=commission.pk, objects=(draft.pk,))
    return draft


def approve(*, viewer: Viewer, draft_id: uuid.UUID, seen: str) -> ReleaseDraft:
    """Approve one exact bundle; the second approval, by another person, publishes it.

    ``seen`` is the digest shown with the preview: a bundle that changed since is not approved.

    Raises: Refused; NotAllowed.
    """
    draft = (
        ReleaseDraft.objects.select_for_update(of=("self",))
        .select_related("commission__council")
        .filter(pk=draft_id)
        .first()
    )
    if draft is None or not viewer.holds(draft.commission_id, *APPROVERS):
        raise Refused("release")
    if draft.state not in (ReleaseDraft.State.FROZEN, ReleaseDraft.State.APPROVED_ONCE):
        raise NotAllowed("Cette publication n’attend plus d’approbation.", code="not_pending")
    if seen != digest(draft):
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
        draft.state = ReleaseDraft.State.APPROVED_ONCE
    else:
        draft.state = ReleaseDraft.State.PUBLISHED
        try:
            release_id = publish.publish(
                commission=draft.commission,
                bundle=draft.bundle,
                manifest=draft.manifest,
                at=viewer.at,
            )
        except publish.HistoryMoved as moved:
            raise NotAllowed(
                "Une autre publication est parue entre-temps : abandonnez celle-ci et arrêtez "
                "de nouveau les chiffres.",
                code="history_moved",
            ) from moved
        recording.done(
            viewer,
            "release.published",
            commission=draft.commission_id,
            objects=(draft.pk, release_id),
        )
    draft.save(force_update=True)
    return draft


def drop(*, viewer: Viewer, draft_id: uuid.UUID) -> None:
    """Give up a release that is not published. Raises: Refused; NotAllowed."""
    draft = ReleaseDraft.objects.filter(pk=draft_id).first()
    if draft is None or not viewer.holds(draft.commission_id, *APPROVERS):
        raise Refused("release")
    waiting = [ReleaseDraft.State.FROZEN, ReleaseDraft.State.APPROVED_ONCE]
    dropped = ReleaseDraft.objects.filter(pk=draft_id, state__in=waiting).update(
        state=ReleaseDraft.State.DROPPED
    )
    if not dropped:
        raise NotAllowed("Ces chiffres sont publiés ou déjà abandonnés.", code="not_pending")
    recording.done(viewer, "release.withdrawn", commission=draft.commission_id, objects=(draft.pk,))


def withdraw(*, viewer: Viewer, commission: Commission, release_id: uuid.UUID, reason: str) -> None:
    """Withdraw a published release. Raises: Refused; NotAllowed without a reason."""
    require_role(viewer, commission, *APPROVERS)
    if not reason.strip():
        raise NotAllowed("Indiquez pourquoi la publication est retirée.", code="reason_missing")
    publish.withdraw(
        commission=commission, release_id=release_id, reason=reason.strip(), at=viewer.at
    )
    recording.done(viewer, "release.withdrawn", commission=commission.pk, objects=(release_id,))
