"""The whole directory as files, each recorded before it is handed over."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from clsm_core.accounts.clock import now
from clsm_core.council.access import council_page, there
from clsm_core.council.models import Council
from clsm_core.directory import events, files
from clsm_core.directory.permissions import READ, may_carry_addresses
from clsm_core.directory.queries import contacts, organisations
from clsm_core.ui.attachment import attachment

NAMES = ("annuaire.pdf", "annuaire.ods", "structures.csv", "contacts.csv")


@require_safe
@council_page(READ)
def export(request: Any, council: Council, name: str) -> HttpResponse:
    """Give the directory: its organisations, and its contacts to who may carry addresses."""
    there(name if name in NAMES else None)
    carries = may_carry_addresses(request.member)
    there(name if carries or name != "contacts.csv" else None)
    events.handed_over(request, name)
    at = now()
    listed = organisations.listed(council, request.member.today, state="", category="")
    people = contacts.active_contacts(council)
    if name == "structures.csv":
        return attachment(files.organisations_csv(list(listed)), name)
    if name == "contacts.csv":
        return attachment(files.contacts_csv(list(people)), name)
    if name == "annuaire.ods":
        body = files.directory_ods(
            list(listed),
            list(people) if carries else None,
            title=f"Annuaire – {council.name}",
            at=at,
        )
    else:
        body = files.directory_pdf(
            council, list(listed), list(people), with_addresses=carries, at=at
        )
    return attachment(body, name)
