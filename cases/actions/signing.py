"""Officers sign members' keys on a page, each with her own vault (E7; decision 22).

Promises: a key enters the directory only when the officers of the root signed that very key, each
once; what was shown is what is signed; a former key of the same member then ends. One signature is
enough for a guest, who receives nothing but invitations by it.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from cases.access import continuity, recording
from cases.access.directory import Directory, directory_of
from cases.actions import wrapping
from cases.domain.exceptions import DomainError, NotAllowed
from cases.models import Commission, Mandate, MemberKey, MemberVault
from cases.permissions import MEMBER_ROLES, Refused, Viewer
from cases.vault import directory
from cases.vault.directory import DirectoryEntry
from cases.vault.errors import BadSignature
from cases.vault.identity import PublicIdentity


class KeyChanged(DomainError):
    """The member's key is not the one whose words were compared."""

    code = "key_changed"
    message = (
        "Cette clé a changé depuis l’affichage de la page : comparez de nouveau les huit mots."
    )


class SamePerson(DomainError):
    """One officer stands for one signature."""

    code = "same_person"
    message = "Vous avez déjà signé cette clé : la seconde signature revient à l’autre officier."


def sign(*, viewer: Viewer, commission: Commission, user_id: uuid.UUID, seen: str) -> bool:
    """Sign or countersign the key whose words were compared; tell whether it is attested now.

    ``seen`` is the id of the key shown (32 hexadecimal digits).

    Raises: Refused when the viewer is no officer; VaultLocked; KeyChanged; SamePerson; NotAllowed
    for one's own key, an officer's, or somebody without a mandate; BadSignature.
    """
    continuity.require_officer(viewer, commission)
    identity = viewer.open_identity()
    register = directory_of(viewer, commission)
    if not register.root.has_officer(identity.public):
        raise Refused("officer", commission=commission.pk)
    # Beside a departure: it ends the entry made here, or has ended the mandate already.
    wrapping.hold_member(commission.pk, user_id)
    mandate = _mandate(commission, user_id, viewer.at)
    vault = MemberVault.objects.select_for_update().filter(user_id=user_id).first()
    if vault is None:
        raise NotAllowed("Cette personne n’a pas encore créé son coffre.", code="no_vault")
    public = PublicIdentity.from_bytes(bytes(vault.public))
    if public.key_id != seen:
        raise KeyChanged
    live = MemberKey.objects.filter(
        commission=commission, user_id=user_id, revoked_at__isnull=True
    ).order_by("serial")
    _require_not_officer(viewer, register, user_id, public, list(live))
    attested = register.by_user.get(user_id)
    if attested is not None and attested.public.key_id == public.key_id:
        raise NotAllowed("Cette clé est déjà signée.", code="signed")
    waiting = next((row for row in live if continuity.is_signed_once(register, row, public)), None)
    if waiting is None or commission.officers_required == 1:
        row = _first(viewer, commission, mandate, public)
        attests = commission.officers_required == 1 or continuity.is_guest_only(
            continuity.in_office(commission, viewer.at), user_id
        )
    else:
        row = _second(viewer, register, waiting)
        attests = True
    recording.done(
        viewer,
        "member.key_signed",
        commission=commission.pk,
        objects=(user_id,),
        purpose="first" if row.countersigned_by_id is None else "second",
    )
    # A former key ends when the new one stands; an unfinished entry, as soon as another begins.
    ended = [one for one in live if attests or one.countersigned_by_id is None]
    _end(viewer, commission, user_id, [one for one in ended if one.pk != row.pk])
    viewer.keys.pop(("directory", commission.pk), None)
    return attests


def _mandate(commission: Commission, user_id: uuid.UUID, at: datetime) -> Mandate:
    today = at.date()
    found = (
        Mandate.objects.filter(
            commission=commission,
            user_id=user_id,
            status=Mandate.Status.ACTIVE,
            role__in=MEMBER_ROLES,
            starts_on__lte=today,
            ends_on__gte=today,
        )
        .order_by("-ends_on")
        .first()
    )
    if found is None:
        raise NotAllowed("Cette personne n’a pas de mandat en cours.", code="no_mandate")
    return found


def _require_not_officer(
    viewer: Viewer,
    register: Directory,
    user_id: uuid.UUID,
    public: PublicIdentity,
    live: list[MemberKey],
) -> None:
    """Officers' keys change by a ceremony only, and nobody signs her own."""
    is_officers = register.root.has_officer(public) or any(row.is_officer for row in live)
    if user_id == viewer.user_id or is_officers:
        raise NotAllowed(
            "La clé d’un officier ne se signe pas ici : elle change par une cérémonie.",
            code="officer_key",
        )


def _first(
    viewer: Viewer, commission: Commission, mandate: Mandate, public: PublicIdentity
) -> MemberKey:
    serial = MemberKey.objects.filter(commission=commission, user_id=mandate.user_id).count() + 1
    end = datetime.combine(
        mandate.ends_on, datetime.max.time().replace(microsecond=0), viewer.at.tzinfo
    )
    entry = DirectoryEntry(
        member=mandate.user_id,
        commission=commission.pk,
        public=public,
        not_before=viewer.at,
        not_after=end,
        serial=serial,
    )
    row = MemberKey(
        pk=uuid.uuid4(),
        commission=commission,
        user_id=mandate.user_id,
        key_id=public.key_id,
        serial=serial,
        public=public.to_bytes(),
        entry=directory.sign(viewer.open_identity(), entry),
        signed_by_id=viewer.user_id,
        created_at=viewer.at,
    )
    row.save(force_insert=True)
    return row


def _second(viewer: Viewer, register: Directory, row: MemberKey) -> MemberKey:
    """Countersign; the first signature must be the other officer's, whatever the column says."""
    identity = viewer.open_identity()
    if row.signed_by_id == viewer.user_id:
        raise SamePerson
    first = next(one for one in register.root.officers if one.key_id != identity.key_id)
    try:
        whole = directory.countersign(identity, bytes(row.entry), first)
    except BadSignature:
        raise SamePerson from None
    changed = MemberKey.objects.filter(
        pk=row.pk, entry=bytes(row.entry), countersigned_by__isnull=True, revoked_at__isnull=True
    ).update(entry=whole, countersigned_by_id=viewer.user_id)
    if changed != 1:
        raise KeyChanged
    row.countersigned_by_id = viewer.user_id
    return row


def _end(viewer: Viewer, commission: Commission, user_id: uuid.UUID, rows: list[MemberKey]) -> None:
    if not rows:
        return
    MemberKey.objects.filter(pk__in=[row.pk for row in rows]).update(
        revoked_at=viewer.at, statistics_wrap=None
    )
    recording.done(viewer, "member.key_revoked", commission=commission.pk, objects=(user_id,))
