"""« Ma journée »: what is due today, by role."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from cases import queries
from cases.access import invitations, situations
from cases.actions import extensions
from cases.domain.lifecycle import ReferralState
from cases.models import Commission, ReleaseDraft, ReleaseNote, ReleasePlan, Sitting
from cases.permissions import MEMBER_ROLES, REFERRING_ROLES, Role, Viewer
from cases.presenters import exceptional, listing, notes, pairs, referrals, releases
from cases.presenters.dates import when
from clsm_core.accounts.gate import has_second_factor
from clsm_core.ui.components import Cell, Tile

LINES_SHOWN = 12
REFERRALS_SHOWN = 5


@dataclass(frozen=True)
class Day:
    """What the first page shows; an absent part is an empty one."""

    can_refer: bool = False
    is_member: bool = False
    is_coordinator: bool = False
    is_dpo: bool = False
    has_mandate: bool = True
    tiles: list[Tile] = field(default_factory=list)
    due: list[list[Cell | str]] = field(default_factory=list)
    situation_count: int = 0
    next_sitting: Any = None
    next_sitting_words: str = ""
    mine: list[list[Cell | str]] = field(default_factory=list)
    draft_url: str = ""
    to_approve: list[tuple[str, str]] = field(default_factory=list)


def day(viewer: Viewer, *, has_draft: bool) -> Day:
    """Gather the day of a person, whatever roles she adds up."""
    is_member = bool(viewer.commissions_with(MEMBER_ROLES))
    is_coordinator = bool(viewer.commissions_with([Role.COORDINATOR]))
    is_dpo = bool(viewer.commissions_with([Role.DPO]))
    can_refer = bool(viewer.commissions_with(REFERRING_ROLES))
    # Nothing is read back before a second factor (decision 19).
    may_read_back = has_second_factor(viewer.user)
    lines = situations.list_situations(viewer) if is_member else []
    to_renew = listing.agreements_to_renew(viewer) if is_member else frozenset()
    counts = listing.due_counts(lines, to_renew)
    tiles = _screening_tiles(viewer) if is_coordinator else []
    if is_coordinator or is_dpo:
        tiles += pairs.tiles(viewer)
    tiles += exceptional.tiles(viewer)
    if is_member:
        tiles += _right_tiles(viewer, coordinates=is_coordinator)
        tiles += listing.due_tiles(counts)
    dated = sorted(
        (line for line in lines if line.next_date is not None), key=lambda one: one.next_date
    )
    sitting = _next_sitting(viewer) if is_member else None
    return Day(
        can_refer=can_refer,
        is_member=is_member,
        is_coordinator=is_coordinator,
        is_dpo=is_dpo,
        has_mandate=bool(viewer.mandates),
        tiles=tiles,
        due=listing.rows(dated[:LINES_SHOWN]),
        situation_count=len(lines),
        next_sitting=sitting,
        next_sitting_words=when(sitting.starts_at) if sitting else "",
        mine=referrals.mine_rows(queries.answers(viewer)[:REFERRALS_SHOWN])
        if can_refer and may_read_back
        else [],
        draft_url=reverse("cases:referral_step", args=["personne"]) if has_draft else "",
        to_approve=_to_approve(viewer) if is_coordinator or is_dpo else [],
    )


def _screening_tiles(viewer: Viewer) -> list[Tile]:
    waiting = queries.referrals(viewer).filter(referral_state=ReferralState.RECEIVED.value).count()
    label = "saisines à étudier" if waiting != 1 else "saisine à étudier"
    return [Tile(label, waiting, reverse("cases:referrals"), kind="attention" if waiting else "")]


def _right_tiles(viewer: Viewer, *, coordinates: bool) -> list[Tile]:
    """Return what rights ask for: an answer to invitations, a lead for whom has none."""
    tiles = []
    if waiting := invitations.waiting(viewer):
        label = "invitation attend" if waiting == 1 else "invitations attendent"
        url = reverse("cases:my_invitations")
        tiles.append(Tile(f"{label} votre réponse", waiting, url, kind="attention"))
    if ending := extensions.ending_soon(viewer):
        label = "situation où un accès finit bientôt"
        if ending > 1:
            label = "situations où un accès finit bientôt"
        tiles.append(Tile(label, ending, reverse("cases:extend"), kind="attention"))
    if not coordinates:
        return tiles
    alone = queries.situations(viewer).filter(
        state__in=queries.WORKING_STATES,
        lead__isnull=True,
        commission__in=viewer.commissions_with([Role.COORDINATOR]),
    )
    if number := alone.count():
        label = "situation sans référent" if number == 1 else "situations sans référent"
        tiles.append(Tile(label, number, reverse("cases:leaderless"), kind="attention"))
    return tiles


def _next_sitting(viewer: Viewer) -> Sitting | None:
    coming = queries.sittings(viewer).exclude(state=Sitting.State.CLOSED)
    opened = coming.filter(state=Sitting.State.OPEN).first()
    return opened or coming.filter(starts_at__gte=viewer.at).order_by("starts_at").first()


def _to_approve(viewer: Viewer) -> list[tuple[str, str]]:
    """Name what waits for this person's own approval, each with its page; no word is opened."""
    held = viewer.commissions_with([Role.COORDINATOR, Role.DPO])
    drafts = (
        ReleaseDraft.objects.filter(
            commission__in=held,
            state__in=[ReleaseDraft.State.AUDITED, ReleaseDraft.State.APPROVED_ONCE],
        )
        .exclude(approvals__user_id=viewer.user_id)
        .only("kind", "period_start", "period_end")
    )
    plans = ReleasePlan.objects.filter(commission__in=held, state=ReleasePlan.State.DRAFT).only(
        "version", "approved_by_id"
    )
    written = ReleaseNote.objects.filter(
        commission__in=held,
        state__in=[ReleaseNote.State.WRITTEN, ReleaseNote.State.APPROVED_ONCE],
    ).only("category", "missing_offer", "approved_by_id")
    return [
        *(
            (releases.name(one), reverse("cases:release", args=[one.pk]))
            for one in drafts.order_by("frozen_at")
        ),
        *(
            (
                f"Plan des chiffres, version {one.version}",
                reverse("cases:plan_version", args=[one.pk]),
            )
            for one in plans
            if one.approved_by_id != viewer.user_id
        ),
        *(
            (f"Note, {notes.subject(one)}", reverse("cases:note", args=[one.pk]))
            for one in written.order_by("written_at")
            if one.approved_by_id != viewer.user_id
        ),
    ]


def commission_choices(commissions: list[Commission]) -> list[tuple[str, str]]:
    """List commissions for a form."""
    return [(str(commission.pk), commission.name) for commission in commissions]
