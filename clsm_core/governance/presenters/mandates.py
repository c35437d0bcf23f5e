"""What the page of a mandate shows."""

from __future__ import annotations

from datetime import date
from typing import Any

from clsm_core.council.models import Council
from clsm_core.governance.models import BodyMandate
from clsm_core.governance.presenters.bodies import term
from clsm_core.governance.presenters.names import name_of
from clsm_core.ui.components import Fact


def mandate_page(council: Council, mandate: BodyMandate, today: date) -> dict[str, Any]:
    """Give the values of one mandate."""
    contact = mandate.contact
    titular = mandate.stands_in_for
    has_ended = bool(mandate.ends_on and mandate.ends_on < today)
    return {
        "council": council,
        "body": mandate.body,
        "mandate": mandate,
        "has_ended": has_ended,
        "is_to_come": mandate.starts_on > today,
        "facts": [
            Fact("Membre", name_of(contact)),
            Fact("Fonction", contact.job_title),
            Fact("Structure", contact.organisation.name if contact.organisation else ""),
            Fact("Collège", mandate.get_college_display()),
            Fact("Rôle", mandate.get_role_display()),
            Fact("Qualité", mandate.get_quality_display()),
            *([Fact("Suppléant de", name_of(titular.contact))] if titular else []),
            Fact("Voix", "délibérative" if mandate.has_vote else "consultative"),
            Fact("Dates", term(mandate)),
        ],
        "substitutes": [
            (name_of(one.contact), term(one))
            for one in mandate.substitutes.select_related("contact").order_by("starts_on")
        ],
    }
