"""Open the texts of a section, one decision a text: its category, who wrote it, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cases.access import agreements, keys, summaries
from cases.access.covering import Covering, covering
from cases.access.facts import DocumentView
from cases.domain.agreement import Perimeter
from cases.domain.reading import ReadingFacts, readable
from cases.domain.sections import InformationCategory
from cases.models import SealedDocument, Situation
from cases.permissions import Viewer


def opened_texts(
    viewer: Viewer,
    situation: Situation,
    section: str,
    facts: ReadingFacts,
    opened: keys.OpenKeys,
    rows: list[SealedDocument],
    covered: Covering,
) -> tuple[DocumentView, ...]:
    """Open the documents of a readable section that the person lets be shown (C-08).

    Their own category decides, who wrote them, and when.
    """
    shown = []
    for row in rows:
        if row.section != section:
            continue
        of_text = facts_of_text(facts, row, covered)
        if not readable(of_text).allow:
            continue
        category = of_text.category
        dek = opened.deks.get((section, row.key_version))
        if dek is None:
            continue
        shown.append(
            DocumentView(
                id=row.pk,
                kind=row.kind,
                section=section,
                category=row.category,
                category_label=category.label if category else "",
                payload=keys.shown(viewer, situation, dek, row),
                author=summaries.name_of(row.created_by),
                changed_at=row.changed_at,
                version=row.row_version,
                is_covered=of_text.is_covered,
            )
        )
    return tuple(shown)


def coverings(
    situation: Situation, facts: Mapping[str, ReadingFacts], agreed: agreements.Standing
) -> dict[str, Covering]:
    """Return, by section, which texts the person opened to this reader.

    Under an exceptional access it is what she said of emergencies.
    """
    made: dict[Perimeter, Covering] = {}
    found = {}
    for section, fact in facts.items():
        is_emergency = fact.grant is not None and fact.grant.is_dormant
        opened = agreed.emergency_perimeter if is_emergency else agreed.perimeter
        if opened not in made:
            made[opened] = covering(situation, opened)
        found[section] = made[opened]
    return found


def facts_of_text(facts: ReadingFacts, row: SealedDocument, covered: Covering) -> ReadingFacts:
    """Return what the first lock decides upon for one text of a section."""
    is_covered = covered.opens(row)
    return replace(
        facts,
        category=InformationCategory(row.category) if row.category else None,
        is_covered=is_covered,
        # What she left closed stays closed in an emergency too.
        emergency_categories=facts.emergency_categories if is_covered else frozenset(),
    )
