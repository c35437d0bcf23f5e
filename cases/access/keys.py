"""The third lock: open a section's data key for the viewer, or fail.

A key opens only when the signed grant is verified (grantor attested by the directory, dates,
level, section, wrap and commitment), the server's outer seal opens, and the member's private key
opens the inner wrap. Nothing here looks at policies or at the database's rules: each lock holds
with the two others gone (T-22).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings

from cases.access import exceptional, recording
from cases.access.directory import Directory, directory_of
from cases.domain.exceptional import LASTS, AccessKind
from cases.keystore.models import SectionKey, SituationKey
from cases.models import Grant, SealedDocument, Situation, Wrap
from cases.permissions import Viewer
from cases.queries import GrantRow
from cases.vault import documents, grants, outer, recovery_kit, wraps
from cases.vault.errors import BadSignature, VaultError, WrongKey
from cases.vault.grants import GrantStatement

WRAPPING = "situation-keys"
INTAKE = "intake-signing"
# What an alert says was changed (T-11).
GRANT = "grant_not_verified"
WRAP = "wrap_altered"
COMMITMENT = "commitment_altered"
SERVER_HALF = "situation_key_altered"
DOCUMENT = "document_altered"


class Altered(VaultError):
    """A row is not what was sealed or signed; ``code`` is the alert's."""


@dataclass
class OpenKeys:
    """The data keys that a viewer opened in a situation, by section and version."""

    deks: dict[tuple[str, int], bytes] = field(default_factory=dict, repr=False)
    levels: dict[str, str] = field(default_factory=dict)
    refused: int = 0

    def sections(self) -> set[str]:
        """Return the sections of which a key is open."""
        return {section for section, _ in self.deks}

    def latest(self, section: str) -> tuple[int, bytes]:
        """Return the version and key that seal new documents. Raises: KeyError."""
        version = max(v for s, v in self.deks if s == section)
        return version, self.deks[section, version]


def situation_key(situation_id: uuid.UUID) -> tuple[int, bytes]:
    """Return the server's half of a situation's keys: (provider version, 32 bytes)."""
    row = SituationKey.objects.get(pk=situation_id)
    key = settings.KEYS.unwrap(
        WRAPPING, row.provider_version, bytes(row.wrapped), situation_id.bytes
    )
    return row.provider_version, key


def verified(grant: Grant | GrantRow, register: Directory) -> GrantStatement:
    """Return what a grant's signature says, once the row is shown to say the same.

    Raises: BadSignature when the signature, its signer or a column differs.
    """
    blob = bytes(grant.statement)
    grantor, key_id = grants.peek_grantor(blob)
    if key_id == grants.SERVER_KEY_ID:
        # Made in a referrer's request, who has no key: the server signs intake grants only.
        statement = _server_signed(blob)
    elif grantor == recovery_kit.RECOVERY_GRANTOR:
        # Given by the trustees, when no member could (T-32).
        statement = recovery_kit.verify_recovery_grant(register.root.recovery_signing, blob)
    else:
        signer = register.of_key(key_id, grant.granted_at)
        statement = grants.verify_grant(signer.public, blob)
        if signer.member != statement.grantor:
            raise BadSignature("grantor")
    told = (
        statement.grant,
        statement.situation,
        statement.section,
        statement.recipient,
        statement.level,
        statement.basis,
        statement.not_before,
        statement.not_after,
    )
    rows = (
        grant.pk,
        grant.situation_id,
        grant.section,
        grant.recipient_id,
        grant.level,
        grant.basis,
        grant.not_before,
        grant.not_after,
    )
    is_control = statement.basis == Grant.Basis.DPO
    lasts = statement.not_after - statement.not_before
    if is_control and (lasts > LASTS[AccessKind.CONTROL] or statement.level != Grant.Level.READ):
        # Whoever signed it: a control reads for a day (C-73).
        raise BadSignature("grant_columns")
    # A sleeping right is woken by an act, never by a column (decision 19).
    if told != rows or (statement.basis == Grant.Basis.DEPOSITARY and not grant.is_dormant):
        raise BadSignature("grant_columns")
    return statement


def _server_signed(blob: bytes) -> GrantStatement:
    """Return an intake grant under one of the versions of the server's key. Raises: BadSignature"""
    for public in settings.KEYS.publics(INTAKE):
        try:
            return grants.verify_server_grant(public, blob)
        except BadSignature:
            continue
    raise BadSignature


def alert(
    viewer: Viewer, situation: Situation, code: str, grant: Grant | GrantRow | None = None
) -> None:
    """Say that a row of a situation's keys was changed. Raises: LedgerUnavailable."""
    recording.alert(
        viewer,
        code,
        commission=situation.commission_id,
        objects=(situation.pk,) if grant is None else (situation.pk, grant.pk),
        sections=() if grant is None else [grant.section],
    )


def open_keys(viewer: Viewer, situation: Situation) -> OpenKeys:
    """Open every data key that the viewer's grants give in a situation.

    What does not verify opens nothing, is counted in ``refused`` and raises its alert.

    Raises: VaultLocked; LedgerUnavailable.
    """
    cached = viewer.keys.get(situation.pk)
    if isinstance(cached, OpenKeys):
        return cached
    identity = viewer.open_identity()
    opened = OpenKeys()
    held = list(
        Wrap.objects.filter(
            situation=situation, grant__recipient_id=viewer.user_id, grant__revoked_at__isnull=True
        ).select_related("grant")
    )
    if held:
        try:
            register = directory_of(viewer, situation.commission)
            _, server_key = situation_key(situation.pk)
        except settings.KEYS_REFUSED:
            alert(viewer, situation, SERVER_HALF)
            opened.refused, held = len(held), []
        except (BadSignature, SituationKey.DoesNotExist):
            # The directory has raised its alert; or every grant has ended, and the database's own
            # lock keeps the server's half shut.
            opened.refused, held = len(held), []
    commitments = _commitments(situation.pk) if held else {}
    for wrap in held:
        grant = wrap.grant
        if grant is None or not _is_awake(viewer, grant):
            continue
        try:
            dek = _open_wrap(viewer, wrap, grant, identity, register, server_key, commitments)
        except VaultError as refused:
            opened.refused += 1
            if isinstance(refused, Altered):
                alert(viewer, situation, refused.code, grant)
            continue
        opened.deks[grant.section, wrap.key_version] = dek
        level = Grant.Level.READ if is_exceptional(grant) else grant.level
        opened.levels[grant.section] = _higher(opened.levels.get(grant.section), level)
    viewer.keys[situation.pk] = opened
    return opened


def is_exceptional(grant: Grant | GrantRow) -> bool:
    """Tell whether a right opens nothing by itself: a depositary's, or a control's."""
    return grant.is_dormant or grant.basis == Grant.Basis.DPO


def _is_awake(viewer: Viewer, grant: Grant) -> bool:
    """Tell whether a right may open now: by itself, or because two people signed that it may."""
    if not is_exceptional(grant):
        return True
    kind = AccessKind.EMERGENCY if grant.is_dormant else AccessKind.CONTROL
    return grant.section in exceptional.sections_of(viewer, grant.situation_id, kind)


def _open_wrap(viewer, wrap, grant, identity, register, server_key, commitments) -> bytes:
    """Open one wrap under its grant. Raises: Altered; Expired; WrongKey under former keys."""
    try:
        statement = verified(grant, register)
    except VaultError:
        raise Altered(GRANT) from None
    statement.require_valid_at(viewer.at)
    if statement.recipient_key_id != identity.key_id:
        raise WrongKey
    expected = commitments.get((grant.section, wrap.key_version), b"")
    if statement.commitment != expected:
        raise Altered(COMMITMENT)
    context = wraps.WrapContext(
        situation=wrap.situation_id,
        section=grant.section,
        key_version=wrap.key_version,
        recipient_key_id=identity.key_id,
        commitment=expected,
    )
    sealed = bytes(wrap.blob)
    try:
        # A situation has one server half for life: another number was not written by the service.
        inner = outer.outer_open(
            server_key, sealed, wrap.situation_id, grant.pk, outer.OUTER_VERSION
        )
        statement.require_wrap(inner)
        return wraps.unwrap_key(identity, inner, context)
    except VaultError:
        raise Altered(WRAP) from None


def _commitments(situation_id: uuid.UUID) -> dict[tuple[str, int], bytes]:
    rows = SectionKey.objects.filter(situation=situation_id)
    return {(row.section, row.version): bytes(row.commitment) for row in rows}


def _higher(one: str | None, other: str) -> str:
    order = [level.value for level in Grant.Level]
    return other if one is None else max(one, other, key=order.index)


def seal(
    *,
    keys: OpenKeys,
    situation_id: uuid.UUID,
    section: str,
    row: uuid.UUID,
    row_version: int,
    payload: dict[str, object],
) -> tuple[int, bytes]:
    """Seal a document under the section's latest key; return (key version, E1 blob)."""
    version, dek = keys.latest(section)
    context = documents.DocumentContext(
        table="cases_sealeddocument",
        row=row,
        section=section,
        row_version=row_version,
        situation=situation_id,
        key_version=version,
    )
    return version, documents.seal_document(dek, payload, context)


def unseal(*, dek: bytes, document: SealedDocument) -> dict[str, object]:
    """Open a document's row. Raises: Tampered when any byte or its place changed."""
    context = documents.DocumentContext(
        table="cases_sealeddocument",
        row=document.pk,
        section=document.section,
        row_version=document.row_version,
        situation=document.situation_id,
        key_version=document.key_version,
    )
    return documents.open_document(dek, bytes(document.blob), context)


def shown(
    viewer: Viewer, situation: Situation, dek: bytes, document: SealedDocument
) -> dict[str, object] | None:
    """Return what a document says, None when it is altered, which raises the alert (T-10).

    Raises: LedgerUnavailable.
    """
    try:
        return unseal(dek=dek, document=document)
    except VaultError:
        recording.alert(
            viewer,
            DOCUMENT,
            commission=situation.commission_id,
            objects=(situation.pk, document.pk),
            sections=[document.section],
        )
        return None


def missing_sections(keys: OpenKeys, sections: Iterable[str]) -> list[str]:
    """Return the sections of which no key is open."""
    return [section for section in sections if section not in keys.sections()]
