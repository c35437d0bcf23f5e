"""The sections of governance, named the same way on each of its lists."""

from __future__ import annotations

from clsm_core.council.access import Member
from clsm_core.council.permissions import Act
from clsm_core.council.presenters.sections import open_sections
from clsm_core.ui.components import Tab

SECTIONS = (
    ("Instances", "governance:home", Act.READ),
    ("Réunions", "governance:meetings", Act.READ),
    ("Décisions", "governance:decisions", Act.READ),
    ("Documents-cadres", "governance:framework", Act.READ),
    ("Passation", "governance:dossier", Act.VALIDATE),
)


def sections(member: Member, current: str) -> list[Tab]:
    """Return the sections that a member may open.

    Args:
        current: the name of the address that is shown.
    """
    return open_sections(member, SECTIONS, current)
