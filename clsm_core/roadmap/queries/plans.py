"""Roadmaps of a council, their axes and objectives, and the decisions that may found them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Prefetch, QuerySet, Value, When

from clsm_core.council.models import Council
from clsm_core.governance.models import BodyKind, Decision, DecisionKind, DecisionState
from clsm_core.roadmap.models import (
    ActionSheet,
    Axis,
    Partner,
    PartnerRole,
    Roadmap,
    RoadmapState,
    SpecificObjective,
    StrategicObjective,
)

# What a committee calls the decision by which it adopts a roadmap.
FORCE_KINDS = (DecisionKind.ORIENTATION, DecisionKind.PRIORITY, DecisionKind.ACTION)


def roadmaps_of(council: Council) -> QuerySet[Roadmap]:
    """Give the roadmaps of a council: in force, in preparation, over; the latest first."""
    order = Case(
        When(state=RoadmapState.CURRENT, then=Value(0)),
        When(state=RoadmapState.DRAFT, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return (
        Roadmap.objects.filter(council=council)
        .select_related("decision", "renews", "council")
        .order_by(order, "-starts_on", "-created_at")
    )


def roadmap_of(council: Council, roadmap_id: UUID) -> Roadmap | None:
    """Give one roadmap of the council, None when it is not there."""
    return roadmaps_of(council).filter(pk=roadmap_id).first()


def axes_of(roadmap: Roadmap) -> QuerySet[Axis]:
    """Give the axes of a roadmap with objectives, sheets and pilots, in a few queries."""
    leading = Partner.objects.filter(role__in=(PartnerRole.PILOT, PartnerRole.CARRIER))
    sheets = ActionSheet.objects.select_related("axis", "objective").prefetch_related(
        Prefetch("partner_lines", queryset=leading, to_attr="leaders")
    )
    return Axis.objects.filter(roadmap=roadmap).prefetch_related(
        Prefetch("sheets", queryset=sheets.order_by("number")), "objectives__specifics"
    )


def axis_of(council: Council, axis_id: UUID) -> Axis | None:
    """Give one axis of the council, None when it is not there."""
    return (
        Axis.objects.filter(council=council, roadmap__council=council, pk=axis_id)
        .select_related("roadmap", "council")
        .first()
    )


def strategic_of(council: Council, objective_id: UUID) -> StrategicObjective | None:
    """Give one strategic objective of the council, None when it is not there."""
    return (
        StrategicObjective.objects.filter(axis__council=council, pk=objective_id)
        .select_related("axis__roadmap")
        .first()
    )


def specific_of(council: Council, objective_id: UUID) -> SpecificObjective | None:
    """Give one specific objective of the council, None when it is not there."""
    return (
        SpecificObjective.objects.filter(strategic__axis__council=council, pk=objective_id)
        .select_related("strategic__axis__roadmap")
        .first()
    )


def specifics_of(axis: Axis) -> QuerySet[SpecificObjective]:
    """Give the specific objectives of an axis, in their order."""
    return (
        SpecificObjective.objects.filter(strategic__axis=axis)
        .select_related("strategic")
        .order_by("strategic__rank", "rank")
    )


def open_axes(council: Council) -> QuerySet[Axis]:
    """Give the axes of the council's roadmaps that are not over."""
    return (
        Axis.objects.filter(council=council)
        .exclude(roadmap__state=RoadmapState.CLOSED)
        .select_related("roadmap")
        .order_by("-roadmap__starts_on", "number")
    )


def committee_decisions(council: Council, kinds: Any) -> QuerySet[Decision]:
    """Give the decisions of the steering committee of these kinds, that were not dropped."""
    return (
        Decision.objects.filter(
            council=council, kind__in=kinds, meeting__body__kind=BodyKind.STEERING
        )
        .exclude(state=DecisionState.DROPPED)
        .select_related("meeting__body")
    )
