"""Who may change a text, or add one: nobody who may not read it now (C-08)."""

from __future__ import annotations

from dataclasses import replace

from cases.access import agreements
from cases.access.situations import decisions, live_grants, reading_facts
from cases.access.texts import coverings, facts_of_text
from cases.domain.reading import GrantLevel, readable
from cases.domain.sections import ProfessionCategory, Section
from cases.models import SealedDocument, Situation
from cases.permissions import Viewer


def reads_text(viewer: Viewer, situation: Situation, row: SealedDocument) -> bool:
    """Tell whether the first lock lets the viewer read one text now, before it is changed."""
    grants = live_grants(viewer, situation)
    agreed = agreements.standing(situation, viewer.at)
    facts = reading_facts(viewer, situation, grants, Section(row.section), agreed)
    covered = coverings(situation, {row.section: facts}, agreed)[row.section]
    return readable(facts_of_text(facts, row, covered)).allow


def writes_section(viewer: Viewer, situation: Situation, section: str) -> bool:
    """Tell whether the first lock lets the viewer write in a section now.

    Whoever may no longer read it, since the agreement ended or leaves her out, adds nothing to it.
    C-22 alone does not count: a scribe writes what was said of health, and does not read it back.
    """
    _, facts = decisions(viewer, situation, live_grants(viewer, situation))
    asked = replace(
        facts[section],
        level=GrantLevel.CONTRIBUTE,
        profession=ProfessionCategory.HEALTH_PROFESSIONAL,
    )
    return readable(asked).allow
