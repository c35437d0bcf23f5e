"""The draft of a referral: half of its key lies in the browser (decision 19)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings

from cases import queries
from cases.actions import drafts
from cases.middleware import cookie_key
from cases.models import Commission
from cases.permissions import REFERRING_ROLES, Refused, Viewer
from cases.vault.errors import VaultError

LIFETIME_SECONDS = 14 * 86400


def find(request: Any, viewer: Viewer) -> tuple[Commission, UUID, dict[str, Any]] | None:
    """Return (commission, id, content) of the draft this browser can open, None without one."""
    key = cookie_key(request, settings.DRAFT_COOKIE_NAME)
    if not key:
        return None
    for commission in queries.commissions(viewer, REFERRING_ROLES):
        held = drafts.latest(viewer=viewer, commission=commission)
        if held is None:
            continue
        try:
            return commission, held, drafts.load(viewer=viewer, draft_id=held, key=key)
        except (Refused, VaultError):
            continue
    return None


def stands(request: Any, viewer: Viewer) -> bool:
    """Tell whether this browser can resume a draft."""
    return find(request, viewer) is not None


def keep(
    request: Any,
    viewer: Viewer,
    commission: Commission,
    content: dict[str, Any],
    draft_id: UUID | None,
) -> None:
    """Seal the draft and renew the browser's half."""
    held = cookie_key(request, settings.DRAFT_COOKIE_NAME) or None
    _, key = drafts.save(
        viewer=viewer, commission=commission, content=content, key=held, draft_id=draft_id
    )
    request.clsm_cookies[settings.DRAFT_COOKIE_NAME] = (key, LIFETIME_SECONDS)


def forget(request: Any, viewer: Viewer, draft_id: UUID) -> None:
    """Remove the draft and the browser's half."""
    drafts.drop(viewer=viewer, draft_id=draft_id)
    request.clsm_cookies[settings.DRAFT_COOKIE_NAME] = None
