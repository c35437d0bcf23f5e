"""Write, sign and publish the framework documents of a council.

Promises: a signed version never changes its text nor loses a signatory, a new version does; only
what is signed is published; versions of a kind are numbered without gap.

Source: 000-10, 002-01; domain.md D.1 (document-cadre), D-07.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Council
from clsm_core.governance.models import FrameworkDocument, Signatory
from clsm_core.governance.validity import end_of

SIGNED = "Cette version est signée : elle ne change plus. Préparez une nouvelle version."


@transaction.atomic
def create(*, council: Council, kind: str, values: Mapping[str, Any]) -> FrameworkDocument:
    """Write the first version of a document, or the next one of its kind."""
    document = FrameworkDocument(council=council, kind=kind, number=_next(council, kind))
    for name, value in values.items():
        setattr(document, name, value)
    document.full_clean()
    document.save()
    return document


@transaction.atomic
def new_version(*, document: FrameworkDocument) -> FrameworkDocument:
    """Prepare the next version: same text, same signatories, nobody has signed yet.

    Raises:
        Refusal: when a version of the same kind is already in preparation.
    """
    council = document.council
    number = _next(council, document.kind)
    waiting = FrameworkDocument.objects.filter(council=council, kind=document.kind, is_signed=False)
    if waiting.exists():
        raise Refusal("Une version est déjà en préparation : signez-la ou modifiez-la.")
    new = FrameworkDocument(
        council=council,
        kind=document.kind,
        number=number,
        title=document.title,
        text=document.text,
        duration_months=document.duration_months,
    )
    new.full_clean()
    new.save()
    for one in document.signatories.order_by("organisation__sort_key"):
        Signatory(
            document=new,
            organisation=one.organisation,
            representative=one.representative,
            capacity=one.capacity,
        ).save()
    return new


def edit(*, document: FrameworkDocument, values: Mapping[str, Any]) -> FrameworkDocument:
    """Change a version in preparation. Raises: Refusal once it is signed."""
    _refuse_signed(document)
    for name, value in values.items():
        setattr(document, name, value)
    return _saved(document)


def set_validity(
    *, document: FrameworkDocument, starts_on: date, duration_months: int | None
) -> FrameworkDocument:
    """Correct from when and for how long a signed version holds; its end is computed.

    Raises:
        Refusal: while it is not signed.
    """
    if not document.is_signed:
        raise Refusal("Cette version n’est pas encore signée.")
    document.starts_on = starts_on
    document.duration_months = duration_months
    return _saved(document)


def add_signatory(*, document: FrameworkDocument, values: Mapping[str, Any]) -> Signatory:
    """Name who signs, for which organisation. Raises: Refusal once the version is signed."""
    return edit_signatory(signatory=Signatory(document=document), values=values)


def edit_signatory(*, signatory: Signatory, values: Mapping[str, Any]) -> Signatory:
    """Change who signs.

    Raises:
        Refusal: once the version is signed, or for an organisation of another council.
    """
    document = signatory.document
    _refuse_signed(document)
    for name, value in values.items():
        setattr(signatory, name, value)
    if signatory.organisation.council_id != document.council_id:
        raise Refusal("Cette structure n’est pas dans l’annuaire du conseil.", field="organisation")
    signatory.full_clean()
    signatory.save()
    _saved(document)
    return signatory


def remove_signatory(*, signatory: Signatory) -> None:
    """Take a signatory out of a version in preparation.

    Raises:
        Refusal: once the version, or that signatory, is signed.
    """
    _refuse_signed(signatory.document)
    if signatory.signed_on is not None:
        raise Refusal("Cette signature est déjà inscrite : elle ne se retire pas.")
    signatory.delete()
    _saved(signatory.document)


def sign(*, signatory: Signatory, on: date, today: date) -> FrameworkDocument:
    """Write the day on which somebody signed; the last signature signs the version.

    Raises:
        Refusal: for a day to come, or a signature already written.
    """
    document = signatory.document
    if on > today:
        raise Refusal("Une signature ne s’inscrit pas à l’avance.", field="signed_on")
    if signatory.signed_on is not None:
        raise Refusal("Cette signature est déjà inscrite.")
    signatory.signed_on = on
    signatory.full_clean()
    signatory.save()
    dates = list(document.signatories.values_list("signed_on", flat=True))
    if not document.is_signed and all(dates):
        document.is_signed = True
        document.starts_on = max(dates)
    return _saved(document)


def mark_signed(*, document: FrameworkDocument, on: date) -> FrameworkDocument:
    """Declare a version signed and in force from a day, even if some signatures are not dated.

    Raises:
        Refusal: when it already is.
    """
    if document.is_signed:
        raise Refusal("Cette version est déjà signée.")
    document.is_signed = True
    document.starts_on = on
    return _saved(document)


def publish(*, document: FrameworkDocument, is_published: bool) -> FrameworkDocument:
    """Show a signed version to the public, or take it back. Raises: Refusal while unsigned."""
    if is_published and not document.is_signed:
        raise Refusal("Seule une version signée se publie.")
    document.is_published = is_published
    return _saved(document)


def _next(council: Council, kind: str) -> int:
    # One numbering at a time for a council: the next waits here.
    Council.objects.select_for_update(no_key=True).get(pk=council.pk)
    last = FrameworkDocument.objects.filter(council=council, kind=kind).aggregate(
        last=Max("number")
    )["last"]
    return (last or 0) + 1


def _refuse_signed(document: FrameworkDocument) -> None:
    if document.is_signed:
        raise Refusal(SIGNED)


def _saved(document: FrameworkDocument) -> FrameworkDocument:
    document.ends_on = end_of(document.starts_on, document.duration_months)
    document.version += 1
    document.full_clean()
    document.save()
    return document
