"""Writing of organisations: entered, corrected, verified, set aside; never deleted."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.council.models import Council
from clsm_core.directory.models import Organisation
from clsm_core.directory.naming import set_organisation_keys

TEXTS = ("missions", "objectives", "access_terms")


def create(*, council: Council, **fields: Any) -> Organisation:
    """Enter an organisation in the directory of a council.

    Raises:
        Refusal: an active organisation has the same name and postcode there.
        ValidationError: a field is too long, or its code unknown.
    """
    return save(organisation=Organisation(council=council, **fields))


def save(*, organisation: Organisation) -> Organisation:
    """Write an organisation as it stands, new or corrected.

    Raises:
        Refusal: an active organisation has the same name and postcode in the council.
        ValidationError: a field is too long, or its code unknown.
    """
    for name in TEXTS:
        setattr(organisation, name, getattr(organisation, name).replace("\r\n", "\n"))
    set_organisation_keys(organisation)
    with transaction.atomic():
        _require_free_name(organisation)
        if not organisation._state.adding:
            organisation.version += 1
        organisation.full_clean(validate_unique=False, validate_constraints=False)
        organisation.save()
    return organisation


def verify(*, organisation: Organisation, on: date) -> None:
    """Say that somebody checked an entry with the organisation itself (D-09)."""
    organisation.verified_on = on
    organisation.version += 1
    organisation.save()


def deactivate(*, organisation: Organisation) -> None:
    """Set an organisation aside: it leaves the lists and the guide, its past stays."""
    organisation.is_active = False
    organisation.version += 1
    organisation.save()


def reactivate(*, organisation: Organisation) -> None:
    """Bring back an organisation that was set aside.

    Raises:
        Refusal: another one took its name and postcode meanwhile.
    """
    organisation.is_active = True
    save(organisation=organisation)


def _require_free_name(organisation: Organisation) -> None:
    if not organisation.is_active:
        return
    same = Organisation.objects.filter(
        council=organisation.council, sort_key=organisation.sort_key, is_active=True
    ).exclude(pk=organisation.pk)
    if same.exists():
        raise Refusal(
            "Une structure active porte déjà ce nom, avec le même code postal. Complétez plutôt"
            " sa fiche, ou précisez le nom.",
            field="name",
        )
