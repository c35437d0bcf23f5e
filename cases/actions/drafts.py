"""A referral being written: sealed under a key half of which is in the browser (decision 19)."""

from __future__ import annotations

import json
import os
import uuid
from datetime import timedelta
from typing import Any

from cases.domain.exceptions import DomainError
from cases.models import Commission, ReferralDraft
from cases.permissions import REFERRING_ROLES, Refused, Viewer, require_role
from cases.vault.drafts import open_draft, seal_draft

LIFETIME = timedelta(days=14)
KEY_BYTES = 32


class DraftGone(DomainError):
    """The draft was sent, or removed, by another post: writing it again would send it twice."""

    code = "draft_gone"
    message = "Cette saisine est déjà envoyée, ou son brouillon a été effacé."


def save(
    *,
    viewer: Viewer,
    commission: Commission,
    content: dict[str, Any],
    key: bytes | None,
    draft_id: uuid.UUID | None,
) -> tuple[uuid.UUID, bytes]:
    """Keep a draft for fourteen days; return (its id, the half for the cookie).

    Raises: Refused when the account may not refer; DraftGone when the draft is not hers or is no
    longer there.
    """
    require_role(viewer, commission, *REFERRING_ROLES)
    held = ReferralDraft.objects.filter(pk=draft_id, user_id=viewer.user_id).first()
    if draft_id is not None and held is None:
        raise DraftGone
    if held is None or key is None or len(key) != KEY_BYTES:
        key = os.urandom(KEY_BYTES)
        held = ReferralDraft(
            pk=uuid.uuid4(),
            user_id=viewer.user_id,
            commission=commission,
            server_half=os.urandom(KEY_BYTES),
            blob=b"",
            changed_at=viewer.at,
            expires_at=viewer.at + LIFETIME,
        )
        held.blob = _seal(held, key, content)
        held.save(force_insert=True)
        return held.pk, key
    # Waits for a post that is sending this draft, then finds it gone.
    kept = ReferralDraft.objects.filter(pk=held.pk, user_id=viewer.user_id).update(
        blob=_seal(held, key, content),
        changed_at=viewer.at,
        expires_at=viewer.at + LIFETIME,
    )
    if kept != 1:
        raise DraftGone
    return held.pk, key


def _seal(draft: ReferralDraft, key: bytes, content: dict[str, Any]) -> bytes:
    plain = json.loads(json.dumps(content, default=str))
    return seal_draft(key, bytes(draft.server_half), draft.pk, plain)


def load(*, viewer: Viewer, draft_id: uuid.UUID, key: bytes) -> dict[str, Any]:
    """Return a draft's content.

    Raises: Refused when it is another's, over, or opened from another browser.
    """
    held = ReferralDraft.objects.filter(pk=draft_id, user_id=viewer.user_id).first()
    if held is None or held.expires_at <= viewer.at or len(key) != KEY_BYTES:
        raise Refused("draft")
    return open_draft(key, bytes(held.server_half), held.pk, bytes(held.blob))


def latest(*, viewer: Viewer, commission: Commission) -> uuid.UUID | None:
    """Return the id of the account's last draft in a commission, None when there is none."""
    held = (
        ReferralDraft.objects.filter(
            user_id=viewer.user_id, commission=commission, expires_at__gt=viewer.at
        )
        .order_by("-changed_at")
        .first()
    )
    return held.pk if held else None


def drop(*, viewer: Viewer, draft_id: uuid.UUID) -> None:
    """Remove a draft (sent, or taken back before being sent)."""
    ReferralDraft.objects.filter(pk=draft_id, user_id=viewer.user_id).delete()
