"""Give, end, renew and hand over the seats of a body.

Promises: a person sits once in a body at a time; a body has one president at a time; a substitute
stands in for a titular of the same body and not beyond; what ended stays in the history.

Source: 001-02, 001-06; domain.md D.1 (composition), D-02.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from clsm_core.accounts.posting import Refusal
from clsm_core.directory.models import Contact
from clsm_core.governance.models import Body, BodyKind, BodyMandate, Quality, SeatRole

ONE_DAY = timedelta(days=1)
CARRIED_OVER = ("college", "role", "quality", "stands_in_for", "has_vote")


@transaction.atomic
def add(
    *, body: Body, contact: Contact, starts_on: date, values: Mapping[str, Any] | None = None
) -> BodyMandate:
    """Give a seat.

    Args:
        values: other fields of the mandate; without a college, the contact's own.
    Raises:
        Refusal: when a rule of this module forbids it.
    """
    _lock(body)
    return _added(body=body, contact=contact, starts_on=starts_on, values=values)


def _added(
    *, body: Body, contact: Contact, starts_on: date, values: Mapping[str, Any] | None = None
) -> BodyMandate:
    """Write a mandate; the caller holds the body."""
    mandate = BodyMandate(body=body, contact=contact, starts_on=starts_on)
    for name, value in (values or {}).items():
        setattr(mandate, name, value)
    mandate.college = mandate.college or contact.college
    _check(mandate)
    mandate.full_clean()
    mandate.save()
    return mandate


@transaction.atomic
def add_many(
    *, body: Body, contacts: Iterable[Contact], starts_on: date, values: Mapping[str, Any]
) -> list[BodyMandate]:
    """Give a seat to several people at once, each in her own college; all or nobody."""
    _lock(body)
    return [
        _added(body=body, contact=contact, starts_on=starts_on, values=values)
        for contact in contacts
    ]


@transaction.atomic
def edit(*, mandate: BodyMandate, values: Mapping[str, Any]) -> BodyMandate:
    """Correct a mandate: its college, role, vote, dates."""
    _lock(mandate.body)
    for name, value in values.items():
        setattr(mandate, name, value)
    _check(mandate)
    left_alone = mandate.substitutes.exclude(ends_on__lt=mandate.starts_on)
    if mandate.quality == Quality.SUBSTITUTE and left_alone.exists():
        raise Refusal(
            "Cette personne a un suppléant : elle reste titulaire tant qu’il siège.",
            field="quality",
        )
    return _saved(mandate)


@transaction.atomic
def end(*, mandate: BodyMandate, ends_on: date) -> BodyMandate:
    """End a mandate on its last day; those who stand in for it end with it.

    Raises:
        Refusal: when the day precedes its beginning, or it already ended by then.
    """
    _lock(mandate.body)
    _end(mandate, ends_on)
    for substitute in _running_substitutes(mandate, ends_on):
        substitute.ends_on = max(ends_on, substitute.starts_on)
        _saved(substitute)
    return mandate


@transaction.atomic
def renew(*, mandate: BodyMandate, ends_on: date | None) -> BodyMandate:
    """Give the same person the same seat again, from the day after its end.

    Raises:
        Refusal: when the mandate has no end.
    """
    _lock(mandate.body)
    if mandate.ends_on is None:
        raise Refusal("Ce mandat n’a pas de fin : il n’y a rien à renouveler.")
    following = {name: getattr(mandate, name) for name in CARRIED_OVER} | {"ends_on": ends_on}
    titular = mandate.stands_in_for
    if titular is not None and titular.ends_on and titular.ends_on <= mandate.ends_on:
        following["stands_in_for"] = BodyMandate.objects.filter(
            body=mandate.body,
            contact=titular.contact,
            quality=Quality.TITULAR,
            starts_on=titular.ends_on + ONE_DAY,
        ).first()
    return _added(
        body=mandate.body,
        contact=mandate.contact,
        starts_on=mandate.ends_on + ONE_DAY,
        values=following,
    )


@transaction.atomic
def replace(*, mandate: BodyMandate, contact: Contact, starts_on: date) -> BodyMandate:
    """Hand a seat over: the former holder leaves the day before, her substitutes stay.

    Raises:
        Refusal: when the new holder would sit before the former one began, or already sits.
    """
    _lock(mandate.body)
    if starts_on <= mandate.starts_on:
        raise Refusal(
            "La personne remplacée n’a pas encore commencé : modifiez plutôt son mandat.",
            field="starts_on",
        )
    last_day = starts_on - ONE_DAY
    planned_end = mandate.ends_on
    if planned_end is not None and planned_end < last_day:
        raise Refusal(
            "Le mandat était déjà fini : ajoutez plutôt un nouveau mandat.", field="starts_on"
        )
    following = {name: getattr(mandate, name) for name in CARRIED_OVER}
    if planned_end is not None and planned_end >= starts_on:
        following["ends_on"] = planned_end
    substitutes = list(_running_substitutes(mandate, last_day))
    mandate.ends_on = last_day
    _saved(mandate)
    new = _added(body=mandate.body, contact=contact, starts_on=starts_on, values=following)
    for one in substitutes:
        kept = {name: getattr(one, name) for name in CARRIED_OVER} | {"ends_on": one.ends_on}
        first_day = max(starts_on, one.starts_on)
        if one.starts_on <= last_day:
            one.ends_on = last_day
            _saved(one)
            _added(
                body=one.body,
                contact=one.contact,
                starts_on=first_day,
                values=kept | {"stands_in_for": new},
            )
        else:
            one.stands_in_for = new
            _saved(one)
    return new


def overlapping(rows: QuerySet[BodyMandate], mandate: BodyMandate) -> QuerySet[BodyMandate]:
    """Return the mandates that run on a day of this one, itself aside."""
    found = rows.exclude(pk=mandate.pk).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=mandate.starts_on)
    )
    return found.filter(starts_on__lte=mandate.ends_on) if mandate.ends_on else found


def _lock(body: Body) -> None:
    """Let one act at a time change who sits in a body: the rules below read other rows."""
    Body.objects.select_for_update(of=("self",)).get(pk=body.pk)


def _end(mandate: BodyMandate, ends_on: date) -> None:
    if ends_on < mandate.starts_on:
        raise Refusal("La fin ne peut pas précéder le début du mandat.", field="ends_on")
    if mandate.ends_on is not None and mandate.ends_on < ends_on:
        raise Refusal("Ce mandat finit déjà avant ce jour.", field="ends_on")
    mandate.ends_on = ends_on
    _saved(mandate)


def _running_substitutes(mandate: BodyMandate, on: date) -> QuerySet[BodyMandate]:
    """Return who stands in for a titular beyond a day."""
    return mandate.substitutes.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))


def _saved(mandate: BodyMandate) -> BodyMandate:
    mandate.version += 1
    mandate.full_clean()
    mandate.save()
    return mandate


def _check(mandate: BodyMandate) -> None:
    """Refuse what the rules of a body forbid."""
    body, contact = mandate.body, mandate.contact
    if body.kind == BodyKind.COMMISSION:
        raise Refusal(
            "La commission n’est ici que par son nom : ses membres n’y sont pas inscrits."
        )
    if contact.council_id != body.council_id:
        raise Refusal("Ce contact n’est pas dans l’annuaire du conseil.", field="contact")
    if mandate.ends_on and mandate.ends_on < mandate.starts_on:
        raise Refusal("La fin ne peut pas précéder le début du mandat.", field="ends_on")
    if mandate.starts_on < body.starts_on:
        raise Refusal("L’instance n’existait pas encore ce jour-là.", field="starts_on")
    if body.ends_on and (mandate.ends_on is None or mandate.ends_on > body.ends_on):
        raise Refusal("L’instance est fermée avant la fin de ce mandat.", field="ends_on")
    siblings = BodyMandate.objects.filter(body=body)
    if overlapping(siblings.filter(contact=contact), mandate).exists():
        raise Refusal(
            "Cette personne siège déjà dans l’instance à ces dates : mettez d’abord fin à son"
            " mandat, ou modifiez-le.",
            field="contact",
        )
    if mandate.role == SeatRole.PRESIDENT:
        if mandate.quality != Quality.TITULAR:
            raise Refusal("La présidence est tenue par un titulaire.", field="role")
        if overlapping(siblings.filter(role=SeatRole.PRESIDENT), mandate).exists():
            raise Refusal("L’instance a déjà une présidence à ces dates.", field="role")
    _check_substitute(mandate)


def _check_substitute(mandate: BodyMandate) -> None:
    titular = mandate.stands_in_for
    if mandate.quality == Quality.TITULAR:
        if titular is not None:
            raise Refusal("Un titulaire ne supplée personne.", field="stands_in_for")
        return
    if titular is None:
        raise Refusal(
            "Dites de quel titulaire cette personne est suppléante.", field="stands_in_for"
        )
    if titular.body_id != mandate.body_id or titular.quality != Quality.TITULAR:
        raise Refusal(
            "Un suppléant supplée un titulaire de la même instance.", field="stands_in_for"
        )
    if not overlapping(BodyMandate.objects.filter(pk=titular.pk), mandate).exists():
        raise Refusal("Ce titulaire ne siège pas à ces dates.", field="stands_in_for")
