"""Versions of the plan of figures: prepared, approved by two persons, in force for new periods.

Promises: a version never changes; a change of what is counted comes once a year at most; a period
that a release touched keeps the plan of that release. A correction of labels alone may come at any
time: it changes no count, hence nothing that somebody could subtract.

Source: releases.md 5.1; decisions 24 and 36.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from django.utils import timezone

from cases import publish
from cases.access import recording
from cases.disclosure.canonical import canonical
from cases.disclosure.captured import require_captured, require_territory, skeleton
from cases.disclosure.errors import PlanInvalid
from cases.disclosure.period import Period
from cases.disclosure.plan import Plan
from cases.disclosure.plan_file import load_plan, parse_plan
from cases.domain.exceptions import DomainError, NotAllowed
from cases.models import Commission, ReleasePlan
from cases.permissions import Refused, Role, Viewer, require_role
from clsm_core.council.models import CouncilCommune

APPROVERS = (Role.COORDINATOR, Role.DPO)
A_YEAR = timedelta(days=365)
State = ReleasePlan.State
ALTERED = "Le plan des chiffres n’est plus celui que deux personnes ont approuvé."


class PlanRefused(DomainError):
    """The text of a plan breaks a rule; ``place`` is where in its file."""

    code = "plan_invalid"

    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(message)
        self.place = place


# --- which plan -----------------------------------------------------------------------------
def active_row(commission: Commission) -> ReleasePlan | None:
    """Return the version in force, None when the installed plan is."""
    return (
        ReleasePlan.objects.filter(commission=commission, state=State.ACTIVE)
        .select_related("created_by", "approved_by", "activated_by")
        .first()
    )


def active_plan(commission: Commission) -> Plan:
    """Return the plan in force: the installed one when no version ever was.

    Raises: NotAllowed when the row is not what was approved.
    """
    row = active_row(commission)
    return load_plan() if row is None else read(row)


def read(row: ReleasePlan) -> Plan:
    """Return the plan of a version. Raises: NotAllowed when its text is not its fingerprint's."""
    try:
        plan = parse_plan(row.text, name=f"plan {row.version}")
    except PlanInvalid as broken:
        raise NotAllowed(ALTERED, code="plan_altered") from broken
    if plan.sha256 != row.sha256 or plan.version != row.version:
        raise NotAllowed(ALTERED, code="plan_altered")
    return plan


def plan_for(commission: Commission, period: Period) -> Plan:
    """Return the plan with which a period is counted.

    The one in force, unless a release already touches the period under another: then that one,
    from its own certificate. When labels alone differ, the one in force.

    Raises: NotAllowed when two plans touch the period; HistoryBroken.
    """
    active = active_plan(commission)
    used = publish.plans_of(commission, period.start, period.end)
    others = {sha: text for sha, text in used.items() if sha != active.sha256}
    plans = [parse_plan(text, name="certificat") for text in others.values()]
    shapes = {skeleton(plan) for plan in plans}
    if active.sha256 in used:
        shapes.add(skeleton(active))
    if not shapes or shapes == {skeleton(active)}:
        return active
    if len(shapes) > 1:
        raise NotAllowed(
            "Cette période touche des publications faites sous deux plans différents : leurs "
            "tableaux ne s’additionnent pas. Choisissez une période sous un seul plan.",
            code="plan_mixed",
        )
    return plans[-1]


def next_change(commission: Commission) -> date | None:
    """Return the day from which what is counted may change again, None when it may now."""
    last = (
        ReleasePlan.objects.filter(
            commission=commission, activated_at__isnull=False, is_correction=False
        )
        .order_by("-activated_at")
        .values_list("activated_at", flat=True)
        .first()
    )
    return None if last is None else timezone.localtime(last + A_YEAR).date()


# --- a new version --------------------------------------------------------------------------
def check(commission: Commission, text: str) -> Plan:
    """Return the plan of a text that this commission could use. Raises: PlanRefused."""
    try:
        plan = parse_plan(text, name="plan")
        require_captured(plan)
        people = list(
            CouncilCommune.objects.filter(council=commission.council_id).values_list(
                "commune__population", flat=True
            )
        )
        require_territory(plan, inhabitants=sum(people), largest_commune=max(people, default=0))
    except PlanInvalid as invalid:
        _, _, after = invalid.message.partition("champ ")
        place, _, why = after.partition(" : ")
        raise PlanRefused(why or invalid.message, place if why else "") from invalid
    return plan


def prepare(*, viewer: Viewer, commission: Commission, text: str, note: str) -> ReleasePlan:
    """Keep a new version, to be approved by two persons.

    Raises: Refused; PlanRefused; NotAllowed when one waits, when nothing changes, or when the last
    change is less than a year old.
    """
    require_role(viewer, commission, *APPROVERS)
    if not note.strip():
        raise NotAllowed("Dites en une phrase ce qui change.", code="reason_missing")
    plan = check(commission, text)
    if ReleasePlan.objects.filter(commission=commission, state=State.DRAFT).exists():
        raise NotAllowed(
            "Une version attend déjà ses approbations : terminez-la ou abandonnez-la d’abord.",
            code="pending",
        )
    active = active_plan(commission)
    _require_new_version(commission, plan, active)
    is_correction = skeleton(plan) == skeleton(active)
    if not is_correction:
        _require_a_year(commission, viewer.at)
    row = ReleasePlan(
        pk=uuid.uuid4(),
        commission=commission,
        version=plan.version,
        text=canonical(plan.data),
        sha256=plan.sha256,
        is_correction=is_correction,
        note=note.strip(),
        created_by_id=viewer.user_id,
        created_at=viewer.at,
    )
    row.save(force_insert=True)
    recording.done(viewer, "plan.prepared", commission=commission.pk, objects=(row.pk,))
    return row


def _require_new_version(commission: Commission, plan: Plan, active: Plan) -> None:
    if plan.data == {**active.data, "version": plan.version}:
        raise NotAllowed("Rien ne change par rapport au plan en vigueur.", code="nothing_changes")
    taken = ReleasePlan.objects.filter(commission=commission, version=plan.version)
    # A release says a version beside its fingerprint: a name is given once.
    if plan.version in (active.version, load_plan().version) or (
        taken.exclude(state=State.DROPPED).exists()
    ):
        raise PlanRefused("Ce nom de version a déjà servi.", "version")


def _require_a_year(commission: Commission, at: datetime) -> None:
    day = next_change(commission)
    if day is not None and timezone.localtime(at).date() < day:
        raise NotAllowed(
            "Ce qui est compté ne change qu’une fois par an : une nouvelle version pourra être "
            f"préparée à partir du {day:%d/%m/%Y}. D’ici là, seuls des libellés peuvent être "
            "corrigés.",
            code="plan_too_soon",
        )


def approve(*, viewer: Viewer, plan_id: uuid.UUID, seen: str) -> ReleasePlan:
    """Approve one exact version; the second approval, by another person, puts it in force.

    ``seen`` is the fingerprint shown. Raises: Refused; PlanRefused; NotAllowed.
    """
    row = _find(viewer, plan_id)
    _require_waiting(row)
    plan = read(row)
    if seen != row.sha256:
        raise NotAllowed("Cette version n’est pas celle qui a été affichée.", code="stale")
    if row.approved_by_id == viewer.user_id:
        raise NotAllowed(
            "Vous avez déjà approuvé : une autre personne doit le faire.", code="same_person"
        )
    if row.approved_by_id is None:
        row.approved_by_id, row.approved_at = viewer.user_id, viewer.at
        row.save(force_update=True, update_fields=["approved_by", "approved_at"])
        recording.done(viewer, "plan.approved", commission=row.commission_id, objects=(row.pk,))
        return row
    # Rules may have moved since it was written: the software, the territory, the plan in force.
    check(row.commission, row.text)
    if skeleton(plan) != skeleton(active_plan(row.commission)):
        if row.is_correction:
            raise NotAllowed(
                "Le plan en vigueur a changé depuis : abandonnez cette version et préparez-la de "
                "nouveau.",
                code="stale",
            )
        _require_a_year(row.commission, viewer.at)
    # The database retires the former version in the same statement: one is always in force.
    row.state, row.activated_by_id, row.activated_at = State.ACTIVE, viewer.user_id, viewer.at
    row.save(force_update=True, update_fields=["state", "activated_by", "activated_at"])
    recording.done(viewer, "plan.activated", commission=row.commission_id, objects=(row.pk,))
    return row


def drop(*, viewer: Viewer, plan_id: uuid.UUID) -> None:
    """Give up a version that is not in force. Raises: Refused; NotAllowed."""
    row = _find(viewer, plan_id)
    _require_waiting(row)
    row.state = State.DROPPED
    row.save(force_update=True, update_fields=["state"])
    recording.done(viewer, "plan.dropped", commission=row.commission_id, objects=(row.pk,))


def _find(viewer: Viewer, plan_id: uuid.UUID) -> ReleasePlan:
    """Return a version, locked until the end of the transaction. Raises: Refused."""
    row = (
        ReleasePlan.objects.select_for_update(of=("self",))
        .select_related("commission")
        .filter(pk=plan_id)
        .first()
    )
    if row is None or not viewer.holds(row.commission_id, *APPROVERS):
        raise Refused("plan")
    return row


def _require_waiting(row: ReleasePlan) -> None:
    if row.state != State.DRAFT:
        raise NotAllowed("Cette version n’attend plus d’approbation.", code="not_pending")
