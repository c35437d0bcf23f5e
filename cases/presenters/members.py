"""Who sits in the commission, and who may see a situation by what right."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cases.access.facts import OpenSituation, SectionView
from cases.domain.sections import ProfessionCategory, Section
from cases.models import Mandate
from clsm_core.ui.components import Cell
from clsm_core.ui.templatetags.ui import short_day

HEADERS = ("Nom", "Fonction, structure", "Rôle", "Peut lire la santé", "Mandat jusqu’au")
READER_HEADERS = ("Volet", "Vous", "Qui d’autre peut l’ouvrir")


@dataclass(frozen=True)
class Reader:
    """Somebody who may read a situation, with the grants that may be ended."""

    name: str
    function: str
    role: str
    sections: str
    until: date | None
    grants: tuple[uuid.UUID, ...]


def rows(members: Iterable[Mandate]) -> list[list[Cell | str]]:
    """Return the lines of the list of members."""
    return [
        [
            mandate.user.full_name,
            ", ".join(filter(None, (mandate.user.job_title, mandate.organisation))) or "—",
            Mandate.Role(mandate.role).label,
            _health(mandate),
            short_day(mandate.ends_on),
        ]
        for mandate in members
    ]


def _health(mandate: Mandate) -> str:
    known = mandate.profession in ProfessionCategory.codes()
    reads = known and ProfessionCategory(mandate.profession).reads_health
    return "oui, avec l’accord de la personne" if reads else "jamais"


def readers(opened: OpenSituation) -> list[Reader]:
    """Return who may read a situation now."""
    return [
        Reader(
            name=member.name,
            function=" · ".join(filter(None, (member.function, member.organisation))),
            role=member.role_label,
            sections=", ".join(member.sections),
            until=member.until,
            grants=member.grants,
        )
        for member in opened.group
    ]


def section_rows(opened: OpenSituation) -> list[list[Cell | str]]:
    """Return, for each section, whether the viewer reads it and who holds it."""
    return [
        [section.label.capitalize(), _own(section), ", ".join(section.holders) or "personne"]
        for section in opened.sections
    ]


def _own(section: SectionView) -> Cell | str:
    if section.readable:
        if section.section == Section.IDENTITY.value:
            return "oui, par un geste enregistré"
        return "oui, lecture et écriture" if section.writable else "oui, lecture"
    return Cell("scellé", kind="")
