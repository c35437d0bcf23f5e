"""Who sits in the commission, and under which key."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from cases.access import continuity
from cases.domain.sections import ProfessionCategory
from cases.models import Mandate
from cases.permissions import Viewer
from clsm_core.ui.components import Cell, Fact
from clsm_core.ui.templatetags.ui import short_day

HEADERS = ("Nom", "Fonction, structure", "Rôle", "Peut lire la santé", "Mandat jusqu’au")


def rows(members: Iterable[Mandate], *, linked: bool = False) -> list[list[Cell | str]]:
    """Return the lines of the list of members; for the desks, each leads to its page."""
    return [
        [
            Cell(mandate.user.full_name, url=reverse("cases:member", args=[mandate.pk]))
            if linked
            else mandate.user.full_name,
            ", ".join(filter(None, (mandate.user.job_title, mandate.organisation))) or "—",
            Mandate.Role(mandate.role).label,
            _health(mandate),
            short_day(mandate.ends_on),
        ]
        for mandate in members
    ]


def facts(viewer: Viewer, mandate: Mandate) -> list[Fact]:
    """Return what the desks see of a member: her mandate and her key."""
    return [
        Fact("Fonction", mandate.user.job_title),
        Fact("Structure", mandate.organisation),
        Fact("Rôle", Mandate.Role(mandate.role).label),
        Fact("Mandat", f"{mandate.get_status_display()}, jusqu’au {short_day(mandate.ends_on)}"),
        Fact("Peut lire la santé", _health(mandate)),
        Fact("Clé", _key(viewer, mandate)),
    ]


def _key(viewer: Viewer, mandate: Mandate) -> str:
    if any(
        one.user_id == mandate.user_id
        for one in continuity.waiting_keys(viewer, mandate.commission)
    ):
        return "en attente de signature"
    register = continuity.register_of(viewer, mandate.commission)
    if register is not None and mandate.user_id in register.by_user:
        return "signée"
    if register is not None and mandate.user_id in register.guests:
        return "signée par un officier, pour des invitations seulement"
    return "aucune"


def _health(mandate: Mandate) -> str:
    known = mandate.profession in ProfessionCategory.codes()
    reads = known and ProfessionCategory(mandate.profession).reads_health
    return "oui, avec l’accord de la personne" if reads else "jamais"
