"""The sections of a part of the council, named the same way on each of its pages."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from clsm_core.council.access import Member
from clsm_core.council.permissions import Act
from clsm_core.ui.components import Tab


def open_sections(
    member: Member, sections: Iterable[tuple[str, str, Act]], current: str
) -> list[Tab]:
    """Return the sections that a member may open.

    Args:
        sections: label, name of the address, act that opens it.
        current: the name of the address that is shown.
    """
    return [
        Tab(label, reverse(name, args=[member.council.slug]), name == current)
        for label, name, act in sections
        if member.may(act)
    ]
