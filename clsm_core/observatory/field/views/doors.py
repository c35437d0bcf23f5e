"""What the views of the field share: the length of a page, the organisations to suggest."""

from __future__ import annotations

from clsm_core.directory.forms.choosing import Names

PER_PAGE = 25


def labels(names: Names) -> list[str]:
    """Return the organisations that the browser suggests."""
    return list(names.labels.values())
