"""What is read of the framework documents: versions, who signed, what holds today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from clsm_core.council.models import Council
from clsm_core.directory.models import Category
from clsm_core.governance.models import (
    Decision,
    DecisionKind,
    DecisionState,
    Document,
    FrameworkDocument,
    FrameworkKind,
    Signatory,
)
from clsm_core.governance.validity import Standing, ends_soon, standing_of

# 002-01: the local authority and the public psychiatry commit themselves together.
AUTHORITY = frozenset({Category.ELECTED, Category.MUNICIPAL})
PSYCHIATRY = frozenset(
    {Category.PUBLIC_PSYCHIATRY, Category.ADULT_PSYCHIATRY, Category.CHILD_PSYCHIATRY}
)
FOUNDING = frozenset({FrameworkKind.CHARTER, FrameworkKind.CONVENTION})


@dataclass(frozen=True)
class Carriage:
    """Whether the local authority and the psychiatry have both signed what founds the council."""

    authority: bool
    psychiatry: bool

    @property
    def is_joint(self) -> bool:
        """Tell whether both have."""
        return self.authority and self.psychiatry


def loaded(documents: QuerySet[FrameworkDocument]) -> QuerySet[FrameworkDocument]:
    """Load versions with who signs them, the latest of each kind first."""
    return (
        documents.select_related("council", "decision")
        .prefetch_related("signatories__organisation")
        .order_by("kind", "-number")
    )


def documents_of(council: Council) -> QuerySet[FrameworkDocument]:
    """Return every version of a council."""
    return loaded(FrameworkDocument.objects.filter(council=council))


def document_of(
    visible: QuerySet[FrameworkDocument], document_id: UUID
) -> FrameworkDocument | None:
    """Return one version among those one may read."""
    return loaded(visible).filter(pk=document_id).first()


def published_file(council: Council, file_id: UUID) -> Document | None:
    """Return a file of a published version, None for any other."""
    return Document.objects.filter(
        council=council,
        framework__in=published(council),
        is_withdrawn=False,
        pk=file_id,
    ).first()


def published(council: Council) -> QuerySet[FrameworkDocument]:
    """Return what the public may read: signed and published."""
    return documents_of(council).filter(is_published=True, is_signed=True)


def signatory_of(council: Council, document_id: UUID, signatory_id: UUID) -> Signatory | None:
    """Return who signs a version of the council, None when it is not there."""
    return (
        Signatory.objects.filter(document__council=council, document=document_id, pk=signatory_id)
        .select_related("document__council", "organisation")
        .first()
    )


def validating_decisions(council: Council) -> QuerySet[Decision]:
    """Return the decisions that may validate a framework document."""
    return (
        Decision.objects.filter(council=council, kind=DecisionKind.CHARTER)
        .exclude(state=DecisionState.DROPPED)
        .select_related("meeting__body")
    )


def standing(document: FrameworkDocument, on: date) -> Standing:
    """Return where a version stands on a day."""
    return standing_of(
        is_signed=document.is_signed,
        starts_on=document.starts_on,
        ends_on=document.ends_on,
        on=on,
    )


def superseded(documents: Iterable[FrameworkDocument], on: date) -> set[UUID]:
    """Return the versions that a later one, in force or over, has taken the place of."""
    begun: dict[str, int] = {}
    everything = list(documents)
    for one in everything:
        if standing(one, on) in (Standing.SIGNED, Standing.EXPIRED):
            begun[one.kind] = max(begun.get(one.kind, 0), one.number)
    return {one.pk for one in everything if one.is_signed and one.number < begun.get(one.kind, 0)}


def to_renew(documents: Iterable[FrameworkDocument], on: date) -> list[FrameworkDocument]:
    """Return the versions that end within six months or have ended, with no other after (D-07)."""
    everything = list(documents)
    old = superseded(everything, on)
    followed = {one.kind: one.number for one in everything if standing(one, on) == Standing.TO_COME}
    return [
        one
        for one in everything
        if one.is_signed
        and one.pk not in old
        and ends_soon(one.ends_on, on)
        and followed.get(one.kind, 0) < one.number
    ]


def carriage_of(documents: Iterable[FrameworkDocument], on: date) -> Carriage:
    """Tell who has signed the charter or the convention that holds today.

    Source: 002-01; domain.md D.6 criterion 1.
    """
    everything = list(documents)
    old = superseded(everything, on)
    signed = {
        signatory.organisation.category
        for one in everything
        if one.kind in FOUNDING and one.pk not in old and standing(one, on) == Standing.SIGNED
        for signatory in one.signatories.all()
        if signatory.signed_on is not None and signatory.signed_on <= on
    }
    return Carriage(bool(signed & AUTHORITY), bool(signed & PSYCHIATRY))
