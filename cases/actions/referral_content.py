"""What a referral says, sorted into the sections that hold it (decision 20)."""

from __future__ import annotations

from typing import Any

from cases.access.keys import OpenKeys
from cases.actions import sealing
from cases.domain.sections import InformationCategory, Section
from cases.models import Situation
from cases.permissions import Viewer

SOCIAL_FIELDS = ("age_band", "sex", "household", "link", "story", "tried_steps")
HOUSING_FIELDS = ("housing_type", "landlord_type", "zone", "signals", "housing_text")
HEALTH_FIELDS = ("problems", "severity", "severity_factors", "care_status", "health_text")
CORE_FIELDS = (
    "question",
    "person_words",
    "presence_wish",
    "person_informed",
    "informed_by",
    "criteria",
    "referrer_category",
)


def write(
    viewer: Viewer,
    situation: Situation,
    keys: OpenKeys,
    content: dict[str, Any],
    is_anonymous: bool,
) -> None:
    """Write one document a section; in coded mode there is no identity row at all (C-03)."""
    parts = [
        (Section.CORE, "", CORE_FIELDS),
        (Section.SOCIAL, InformationCategory.SOCIAL_SITUATION, SOCIAL_FIELDS),
        (Section.HOUSING, InformationCategory.HOUSING, HOUSING_FIELDS),
        (Section.HEALTH, InformationCategory.MENTAL_HEALTH, HEALTH_FIELDS),
    ]
    for section, category, names in parts:
        payload = {name: _plain(content[name]) for name in names if content.get(name)}
        if payload:
            sealing.write_document(
                viewer=viewer,
                situation=situation,
                keys=keys,
                section=section.value,
                kind="referral",
                payload=payload,
                category=str(category),
            )
    identity = {
        name: _plain(value) for name, value in (content.get("identity") or {}).items() if value
    }
    if identity and not is_anonymous:
        sealing.write_document(
            viewer=viewer,
            situation=situation,
            keys=keys,
            section=Section.IDENTITY.value,
            kind="identity",
            payload=identity,
            category=InformationCategory.IDENTITY.value,
        )


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [str(one) for one in value]
    return value if isinstance(value, (bool, int)) else str(value)
