"""Make the keys of a section, wrap them to holders under signed grants, project the grants."""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, models, transaction

from cases import queries
from cases.access.directory import Directory
from cases.access.keys import INTAKE, WRAPPING
from cases.actions.milestones import StaleSituation
from cases.domain.sections import Section
from cases.keystore.models import SectionKey, SituationKey
from cases.models import Grant, Situation, SituationUserPermission, Wrap
from cases.permissions import Viewer
from cases.vault import documents, grants, outer, wraps
from cases.vault.identity import kem_key_id

ALL_SECTIONS = tuple(section.value for section in Section)


@dataclass(frozen=True)
class Holder:
    """A recipient of wraps: an account and its attested public identity."""

    user_id: uuid.UUID
    public: Any


@dataclass(frozen=True)
class Terms:
    """The terms of a grant: level, basis, dates, the agreement it rests on; why, for which point.

    The reason is a code and the point that of an agenda: they open nothing and are not signed.
    """

    level: str
    basis: str
    not_before: datetime
    not_after: datetime
    agreement: uuid.UUID | None = None
    is_dormant: bool = False
    reason: str = ""
    item: uuid.UUID | None = None


def claim(situation_id: uuid.UUID, section: str) -> bool:
    """Keep a section's keys to this transaction alone; False when others write under them.

    Never waits, so that two rotations of several sections cannot wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_lock_key(situation_id, section)])
        return bool(cursor.fetchone()[0])


def hold(situation_id: uuid.UUID, section: str) -> None:
    """Keep a section's keys from being retired until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s)", [_lock_key(situation_id, section)]
        )


def hold_member(commission_id: uuid.UUID, user_id: uuid.UUID) -> bool:
    """Keep a member from leaving until this transaction ends; False when she has left.

    A departure then finds what is given here, and ends it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM cases_mandate WHERE commission_id = %s AND user_id = %s"
            " AND status = 'active' ORDER BY id FOR SHARE",
            [commission_id, user_id],
        )
        return bool(cursor.fetchall())


def is_aside(situation: Situation, user_id: uuid.UUID) -> bool:
    """Tell whether a member stands aside from a situation now."""
    return queries.standing_recusals(situation.pk).filter(user_id=user_id).exists()


def _lock_key(situation_id: uuid.UUID, section: str) -> int:
    digest = hashlib.sha256(b"clsm-section" + situation_id.bytes + section.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def new_situation_key(situation_id: uuid.UUID) -> bytes:
    """Make and keep the server's half of a situation's keys; return it (32 bytes)."""
    key = os.urandom(32)
    version, wrapped = settings.KEYS.wrap(WRAPPING, key, situation_id.bytes)
    SituationKey(pk=situation_id, provider_version=version, wrapped=wrapped).save(force_insert=True)
    return key


def new_section_key(
    *, situation: Situation, recovery: bytes, section: str, version: int, server_key: bytes
) -> tuple[bytes, bytes]:
    """Make a section's data key with its wrap to the recovery key; return (key, commitment).

    ``recovery`` is the public key of the directory's verified root, 1216 bytes.

    The database refuses at commit a section key that has no recovery wrap (security.md §2.5).
    """
    dek = documents.new_data_key()
    committed = documents.commitment(dek, situation.pk, section, version)
    SectionKey(situation=situation.pk, section=section, version=version, commitment=committed).save(
        force_insert=True
    )
    wrap_to_recovery(
        situation=situation,
        recovery=recovery,
        section=section,
        version=version,
        dek=dek,
        server_key=server_key,
    )
    return dek, committed


def wrap_to_recovery(
    *,
    situation: Situation,
    recovery: bytes,
    section: str,
    version: int,
    dek: bytes,
    server_key: bytes,
) -> Wrap:
    """Wrap a section's key to a recovery key."""
    key_id, wrap_id = kem_key_id(recovery), uuid.uuid4()
    committed = documents.commitment(dek, situation.pk, section, version)
    context = wraps.WrapContext(situation.pk, section, version, key_id, committed)
    inner = wraps.wrap_key(dek, recovery, context)
    wrap = Wrap(
        pk=wrap_id,
        situation=situation,
        section=section,
        grant=None,
        key_version=version,
        recipient_key_id=key_id,
        # Sealed under its own id: a recovery wrap has no grant.
        blob=outer.outer_seal(server_key, inner, situation.pk, wrap_id, outer.OUTER_VERSION),
    )
    wrap.save(force_insert=True)
    return wrap


def give(
    *,
    viewer: Viewer,
    situation: Situation,
    holder: Holder,
    section: str,
    version: int,
    dek: bytes,
    server_key: bytes,
    terms: Terms,
    by_server: bool = False,
    previous: Grant | None = None,
) -> Grant:
    """Wrap a data key to a holder under a signed grant (E3 in E4, E6).

    ``previous`` is the grant that this one replaces: its row is locked and its section claimed
    already. Otherwise the version is kept from being retired, and the holder from leaving.

    Raises: StaleSituation when it was, or when she has just left or stepped aside.
    """
    if previous is None and not hold_member(situation.commission_id, holder.user_id):
        raise StaleSituation
    if previous is None and not by_server and is_aside(situation, holder.user_id):
        # She stepped aside while this page was open.
        raise StaleSituation
    if previous is None and not by_server:
        hold(situation.pk, section)
        if not SectionKey.objects.filter(
            situation=situation.pk, section=section, version=version
        ).exists():
            raise StaleSituation
    committed = documents.commitment(dek, situation.pk, section, version)
    context = wraps.WrapContext(situation.pk, section, version, holder.public.key_id, committed)
    inner = wraps.wrap_key(dek, holder.public.kem, context)
    grant_id = uuid.uuid4()
    statement = grants.GrantStatement(
        grant=grant_id,
        situation=situation.pk,
        section=section,
        recipient=holder.user_id,
        recipient_key_id=holder.public.key_id,
        level=terms.level,
        not_before=terms.not_before,
        not_after=terms.not_after,
        basis=terms.basis,
        agreement=terms.agreement,
        wrap_sha256=grants.wrap_digest(inner),
        commitment=committed,
        previous=previous.pk if previous else None,
        grantor=viewer.user_id,
        grantor_key_id=(grants.SERVER_KEY_ID if by_server else viewer.open_identity().key_id),
    )
    if by_server:
        signed = grants.sign_server_grant(
            lambda message: settings.KEYS.sign(INTAKE, message), statement
        )
    else:
        signed = grants.sign_grant(viewer.open_identity(), statement)
    grant = Grant(
        pk=grant_id,
        situation=situation,
        section=section,
        recipient_id=holder.user_id,
        key_version=version,
        level=terms.level,
        basis=terms.basis,
        reason=terms.reason,
        item_id=terms.item,
        is_dormant=terms.is_dormant,
        not_before=terms.not_before,
        not_after=terms.not_after,
        statement=signed,
        granted_by_id=viewer.user_id,
        granted_at=viewer.at,
    )
    grant.save(force_insert=True)
    Wrap(
        situation=situation,
        section=section,
        grant=grant,
        key_version=version,
        recipient_key_id=holder.public.key_id,
        blob=outer.outer_seal(server_key, inner, situation.pk, grant_id, outer.OUTER_VERSION),
    ).save(force_insert=True)
    if not terms.is_dormant:
        project(situation=situation, user_id=holder.user_id, section=section, level=terms.level)
    return grant


_permission_ids: dict[str, int] = {}


def permission_id(codename: str) -> int:
    """Return the id of a guardian permission on situations (fixed by the migrations)."""
    if codename not in _permission_ids:
        from django.contrib.auth.models import Permission

        _permission_ids[codename] = Permission.objects.get(
            content_type__app_label="cases",
            content_type__model="situation",
            codename=codename,
        ).pk
    return _permission_ids[codename]


def project(*, situation: Situation, user_id: uuid.UUID, section: str, level: str) -> None:
    """Write guardian's row for a live grant (decision 21); nothing when it stands already."""
    wanted = permission_id(f"{level}_{section}")
    exists = SituationUserPermission.objects.filter(
        content_object=situation, user_id=user_id, permission_id=wanted
    ).exists()
    if exists:
        return
    row = SituationUserPermission(content_object=situation, user_id=user_id, permission_id=wanted)
    # A complement's referrer sees no row: her first sending may have projected the same right.
    with contextlib.suppress(IntegrityError), transaction.atomic():
        # Past guardian's own save(), which reads the situation: a referrer may not.
        models.Model.save_base(row, force_insert=True)


def unproject(*, situation: Situation, user_id: uuid.UUID, section: str, level: str) -> None:
    """Remove guardian's row once no live grant says the same."""
    stands = Grant.objects.filter(
        situation=situation,
        recipient_id=user_id,
        section=section,
        level=level,
        is_dormant=False,
        revoked_at__isnull=True,
    ).exists()
    if not stands:
        SituationUserPermission.objects.filter(
            content_object=situation,
            user_id=user_id,
            permission_id=permission_id(f"{level}_{section}"),
        ).delete()


def holders(
    register: Directory, user_ids: Iterable[uuid.UUID], at: datetime, *, basis: str = ""
) -> list[Holder]:
    """Return the attested holders among accounts; a guest's right asks for one signature.

    Raises: BadSignature, Expired.
    """
    entry = register.of_guest if basis == Grant.Basis.GUEST else register.of_user
    return [Holder(user_id, entry(user_id, at).public) for user_id in user_ids]
