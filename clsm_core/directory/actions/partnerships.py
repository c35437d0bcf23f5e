"""Writing of partnerships: what organisations agreed on, until when (000-24)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from clsm_core.accounts.posting import Refusal
from clsm_core.directory.models import Organisation, Partnership


def save(*, partnership: Partnership, organisations: Sequence[Organisation]) -> Partnership:
    """Write a partnership as it stands, new or corrected, and who takes part.

    Raises:
        Refusal: no organisation takes part, or one is not of this council.
        ValidationError: it would end before it starts, or a field is too long.
    """
    if not organisations:
        raise Refusal("Indiquez au moins une structure.")
    if any(one.council_id != partnership.council_id for one in organisations):
        raise Refusal("Une structure n’est pas dans l’annuaire du conseil.")
    partnership.remarks = partnership.remarks.replace("\r\n", "\n")
    with transaction.atomic():
        if not partnership._state.adding:
            partnership.version += 1
        partnership.full_clean()
        partnership.save()
        partnership.organisations.set(organisations)
    return partnership
