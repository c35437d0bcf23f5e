"""Write the identity of a person: with her agreement or a dated exception, by who may (C-01).

The first writing in an anonymous situation names it, for good. The hint of duplicates is kept with
an identity that the person agreed to share, and never before (decision 25).
"""

from __future__ import annotations

from typing import Any

from cases.access import agreements, identities, keys, recording, search
from cases.access.agreements import Standing
from cases.access.identities import IDENTITY, KIND
from cases.access.writing import writes_section
from cases.actions import sealing
from cases.actions.milestones import change, note
from cases.domain.exceptions import DomainError, NotAllowed
from cases.domain.identity import FIELDS, validate
from cases.domain.lifecycle import AgreementStatus
from cases.domain.sections import InformationCategory
from cases.models import SealedDocument, Situation
from cases.permissions import Refused, Viewer
from cases.policies import require_writable

GIVEN = (AgreementStatus.VALID, AgreementStatus.RESTRICTED)


class IdentityNeedsAgreement(DomainError):
    """C-01: nothing of an identity is written before the person agreed."""

    code = "identity_needs_agreement"
    message = (
        "L’identité s’écrit et se complète avec l’accord de la personne, ou une exception datée : "
        "recueillez d’abord l’accord. Jusque-là, elle reste chez la personne qui a saisi la "
        "commission ; ce que vous avez écrit est gardé ci-dessous."
    )


class NamingNeedsAgreement(DomainError):
    """C-03: a situation examined without a name is named by the person's own agreement alone."""

    code = "naming_needs_agreement"
    message = (
        "Cette situation est examinée sans nom. Pour la nommer, il faut l’accord de la personne "
        "pour un partage nominatif, identité comprise : une exception ne suffit pas."
    )


class InvalidIdentity(DomainError):
    """Something may not be written; ``errors`` says what, field by field."""

    code = "invalid_identity"
    message = "L’identité ne peut pas être enregistrée : corrigez les champs indiqués."

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__()
        self.errors = errors


class IdentityChanged(Exception):
    """Somebody else changed the identity: both texts are shown (style 22)."""

    def __init__(self, current: dict[str, Any], version: int) -> None:
        super().__init__("identity changed")
        self.current = current
        self.version = version


def require_writer(viewer: Viewer, situation: Situation) -> None:
    """Require whoever writes in the identity section of a situation in work.

    Raises: Refused; SituationLimited, AgreementWithdrawn, NotAllowed.
    """
    require_writable(situation)
    if not writes_section(viewer, situation, IDENTITY):
        raise Refused("identity", commission=situation.commission_id, objects=(situation.pk,))


def require_agreed(situation: Situation, agreed: Standing) -> None:
    """Require what lets an identity be written now (C-01, C-03).

    Raises: IdentityNeedsAgreement, NamingNeedsAgreement.
    """
    if situation.is_anonymous and not _is_shared(agreed):
        raise NamingNeedsAgreement
    if not agreed.status.allows_naming:
        raise IdentityNeedsAgreement


def _is_shared(agreed: Standing) -> bool:
    """Tell whether the person herself agreed that her identity be shared."""
    is_open = InformationCategory.IDENTITY in agreed.perimeter.categories
    return agreed.status in GIVEN and is_open


def write(
    *, viewer: Viewer, situation: Situation, content: dict[str, Any], version: int
) -> SealedDocument:
    """Write or change an identity; ``version`` is that of the text read, 0 when there was none.

    Raises: Refused; IdentityNeedsAgreement, NamingNeedsAgreement; InvalidIdentity;
    IdentityChanged, StaleSituation; SectionSealed; VaultLocked.
    """
    require_writer(viewer, situation)
    agreed = agreements.standing(situation, viewer.at)
    require_agreed(situation, agreed)
    payload = {name: content[name] for name in FIELDS if content.get(name)}
    if errors := validate(payload):
        raise InvalidIdentity(errors)
    opened = keys.open_keys(viewer, situation)
    row = identities.row_of(situation)
    _require_unchanged(viewer, situation, row, version)
    is_named_now = situation.is_anonymous
    fields: dict[str, Any] = {
        "identity_hint": search.hint_of(situation.commission_id, payload)
        if _is_shared(agreed)
        else None
    }
    if is_named_now:
        fields["is_anonymous"] = False
    # Its version rises even so: of two first writings at once, the second is refused.
    change(viewer, situation, **fields)
    if row is None:
        row = sealing.write_document(
            viewer=viewer,
            situation=situation,
            keys=opened,
            section=IDENTITY,
            kind=KIND,
            payload=payload,
            category=InformationCategory.IDENTITY.value,
        )
    else:
        sealing.rewrite_document(
            viewer=viewer, document=row, keys=opened, payload=payload, version=version
        )
    if is_named_now:
        note(viewer, situation, "named")
    recording.done(
        viewer,
        "identity.written",
        commission=situation.commission_id,
        objects=(situation.pk, row.pk),
        sections=[IDENTITY],
        purpose="named" if is_named_now else "",
    )
    return row


def _require_unchanged(
    viewer: Viewer, situation: Situation, row: SealedDocument | None, version: int
) -> None:
    """Raises: IdentityChanged with what stands now, when it is not what the writer read."""
    if (row.row_version if row else 0) == version:
        return
    if row is None:
        raise NotAllowed("L’identité a été effacée entre-temps.", code="stale")
    current, now = identities.open_to_change(viewer, situation)
    raise IdentityChanged(current or {}, now)
