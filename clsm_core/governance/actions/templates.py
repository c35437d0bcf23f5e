"""Templates of agenda that are of no more use are deleted: meetings made from them keep theirs."""

from __future__ import annotations

from clsm_core.governance.models import MeetingTemplate


def delete(*, template: MeetingTemplate) -> None:
    """Delete a template of agenda."""
    template.delete()
