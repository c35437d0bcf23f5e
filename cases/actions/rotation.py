"""Renew a section's key, by a member who manages it (security.md §2.4; T-31; ADR 0005).

Three steps, each whole in its transaction and each resumable after a stop anywhere: ``begin`` makes
the next version and gives it to whoever may still read; ``reseal`` seals texts and files again, by
batches, reopening each before it is written; ``retire`` removes the former versions once nothing
needs them. Between the steps both versions are readable. Only a member's session can do it: the
service by itself opens no text.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass

from cases.access import recording
from cases.access.directory import directory_of
from cases.access.keys import OpenKeys, open_keys, seal, situation_key, unseal
from cases.actions import file_renewal, recipients, wrapping
from cases.actions.recipients import RotationBusy
from cases.domain.sections import ProfessionCategory, Section
from cases.keystore.models import SectionKey
from cases.models import Grant, SealedDocument, Situation, Wrap
from cases.permissions import Refused, Viewer
from cases.policies import require_writable
from cases.vault.errors import Tampered, VaultError

BATCH = 20


@dataclass
class Progress:
    """Where the renewal of a section stands; ``remaining`` counts what is under a former key."""

    section: str
    versions: tuple[int, ...]
    is_due: bool
    remaining: int

    @property
    def is_under_way(self) -> bool:
        """Tell whether former versions are still there."""
        return len(self.versions) > 1

    @property
    def label(self) -> str:
        """Return the section's French name."""
        return Section(self.section).label


def managed(viewer: Viewer, situation: Situation) -> list[str]:
    """Return the sections that the viewer manages with an open key. Raises: VaultLocked."""
    keys = open_keys(viewer, situation)
    return [one.value for one in Section if _manages(viewer, situation, one.value, keys)]


def standing(situation: Situation, sections: Iterable[str]) -> list[Progress]:
    """Return where the renewal of each section stands."""
    found = []
    for section in sections:
        rows = _versions(situation.pk, section)
        if not rows:
            continue
        latest, is_due = rows[-1]
        remaining = (
            SealedDocument.objects.filter(situation=situation, section=section)
            .exclude(key_version=latest)
            .count()
        ) + file_renewal.under(situation, section, (row[0] for row in rows[:-1]))
        found.append(Progress(section, tuple(row[0] for row in rows), is_due, remaining))
    return found


def renew(*, viewer: Viewer, situation: Situation) -> list[Progress]:
    """Renew the keys of every section the viewer manages, or go on with what was begun.

    One batch a section and a call; what remains is in the answer.

    Raises: Refused when she manages none; SituationLimited, AgreementWithdrawn, NotAllowed;
    RotationBusy; VaultLocked.
    """
    sections = managed(viewer, situation)
    if not sections:
        raise Refused("keys", commission=situation.commission_id, objects=(situation.pk,))
    require_writable(situation)
    begun = [one.section for one in standing(situation, sections) if one.is_under_way or one.is_due]
    for section in begun or sections:
        begin(viewer=viewer, situation=situation, section=section)
        advance(viewer=viewer, situation=situation, section=section)
    return standing(situation, sections)


def begin(*, viewer: Viewer, situation: Situation, section: str) -> int:
    """Make a section's next version, wrapped to all who may still read; return it.

    A renewal already begun is taken up where it is instead: two never run in parallel.

    Raises: Refused without a managing right; RotationBusy; VaultLocked.
    """
    keys = _managing(viewer, situation, section)
    if not wrapping.claim(situation.pk, section):
        raise RotationBusy
    return _begin(viewer, situation, section, keys)


def _managing(viewer: Viewer, situation: Situation, section: str) -> OpenKeys:
    """Return the viewer's keys, when one of them manages the section. Raises: Refused."""
    keys = open_keys(viewer, situation)
    if not _manages(viewer, situation, section, keys):
        raise Refused("keys", commission=situation.commission_id, objects=(situation.pk,))
    return keys


def _manages(viewer: Viewer, situation: Situation, section: str, keys: OpenKeys) -> bool:
    """Tell whether the viewer may seal a section's texts again: she must be shown them (C-22)."""
    mandate = viewer.mandate_in(situation.commission_id)
    is_shown = section != Section.HEALTH or (
        mandate is not None and ProfessionCategory(mandate.profession).reads_health
    )
    return is_shown and keys.levels.get(section) == Grant.Level.MANAGE


def _begin(viewer: Viewer, situation: Situation, section: str, keys: OpenKeys) -> int:
    rows = _versions(situation.pk, section)
    target, is_due = rows[-1]
    if len(rows) > 1 and not is_due:
        if (section, target) not in keys.deks:
            refresh(viewer, situation, keys)
        if (section, target) in keys.deks:
            _complete(viewer, situation, section, target, keys)
            return target
    version = target + 1
    _, server_key = situation_key(situation.pk)
    dek, _ = wrapping.new_section_key(
        situation=situation,
        recovery=directory_of(viewer, situation.commission).root.recovery,
        section=section,
        version=version,
        server_key=server_key,
    )
    keys.deks[section, version] = dek
    given = _complete(viewer, situation, section, version, keys).given
    told = sorted({grant.recipient_id for grant, _ in given})
    recording.done(
        viewer,
        "key.rotated",
        commission=situation.commission_id,
        objects=(situation.pk, *told)[:200],
        sections=[section],
        purpose="begun",
    )
    return version


def _complete(
    viewer: Viewer, situation: Situation, section: str, version: int, keys: OpenKeys
) -> recipients.Renewal:
    """Give a version to everyone who may read and lacks it; return who got it, who waits."""
    renewal = recipients.of_version(viewer, situation, section, version)
    _, server_key = situation_key(situation.pk)
    register = directory_of(viewer, situation.commission)
    for grant, statement in renewal.given:
        (holder,) = wrapping.holders(register, [grant.recipient_id], viewer.at, basis=grant.basis)
        wrapping.give(
            viewer=viewer,
            situation=situation,
            holder=holder,
            section=section,
            version=version,
            dek=keys.deks[section, version],
            server_key=server_key,
            terms=wrapping.Terms(
                level=grant.level,
                basis=grant.basis,
                not_before=grant.not_before,
                not_after=grant.not_after,
                agreement=statement.agreement,
                is_dormant=grant.is_dormant,
                reason=grant.reason,
                item=grant.item_id,
            ),
            previous=grant,
        )
    return renewal


def reseal(*, viewer: Viewer, situation: Situation, section: str, batch: int = BATCH) -> int:
    """Seal up to ``batch`` texts again under the latest version, then files; return how many were.

    Each is opened again before it is written, and written only if nobody changed it meanwhile. A
    text that somebody holds is left for the next time; so is one whose bytes do not open, whose
    key then stays.

    Raises: Refused without a managing right; VaultLocked.
    """
    keys = _managing(viewer, situation, section)
    latest = _versions(situation.pk, section)[-1][0]
    if (section, latest) not in keys.deks:
        return 0
    done, after = 0, uuid.UUID(int=0)
    while done < batch:
        rows = list(
            SealedDocument.objects.select_for_update(skip_locked=True)
            .filter(situation=situation, section=section, pk__gt=after)
            .exclude(key_version=latest)
            .order_by("pk")[: batch - done]
        )
        if not rows:
            break
        after = rows[-1].pk
        done += sum(_reseal_one(viewer, situation, row, keys, latest) for row in rows)
    return done + file_renewal.reseal(
        viewer=viewer, situation=situation, section=section, keys=keys, latest=latest
    )


def _reseal_one(
    viewer: Viewer, situation: Situation, row: SealedDocument, keys: OpenKeys, latest: int
) -> bool:
    former = keys.deks.get((row.section, row.key_version))
    if former is None:
        return False
    try:
        payload = unseal(dek=former, document=row)
    except VaultError:
        recording.alert(
            viewer,
            "document_altered",
            commission=situation.commission_id,
            objects=(situation.pk, row.pk),
            sections=[row.section],
        )
        return False
    version, blob = seal(
        keys=keys,
        situation_id=situation.pk,
        section=row.section,
        row=row.pk,
        row_version=row.row_version,
        payload=payload,
    )
    written = copy(row)
    written.key_version, written.blob = version, blob
    if (
        version != latest
        or unseal(dek=keys.deks[row.section, version], document=written) != payload
    ):
        raise Tampered("resealed")
    changed = SealedDocument.objects.filter(
        pk=row.pk, row_version=row.row_version, key_version=row.key_version
    ).update(key_version=version, blob=blob)
    if changed == 1:
        recording.document_written(viewer, situation, written, bytes(row.blob))
    return changed == 1


def retire(*, viewer: Viewer, situation: Situation, section: str) -> bool:
    """Remove the former versions once no text or file carries them; True when one is left.

    Everyone who may read holds the latest one first, grants given meanwhile included. Former grants
    end with their wraps; guardian's rows stay wherever the new grant says the same.

    Raises: Refused without a managing right; RotationBusy when somebody writes under them;
    VaultLocked.
    """
    keys = _managing(viewer, situation, section)
    if not wrapping.claim(situation.pk, section):
        raise RotationBusy
    rows = _versions(situation.pk, section)
    latest, former = rows[-1][0], [row[0] for row in rows[:-1]]
    if not former:
        return True
    needed = SealedDocument.objects.filter(
        situation=situation, section=section, key_version__in=former
    )
    if (section, latest) not in keys.deks or needed.exists():
        return False
    if file_renewal.under(situation, section, former):
        return False
    if _complete(viewer, situation, section, latest, keys).waiting:
        return False
    ended = list(
        Grant.objects.filter(
            situation=situation,
            section=section,
            key_version__in=former,
            revoked_at__isnull=True,
            not_after__gt=viewer.at,
        )
    )
    of_former = {"situation": situation, "section": section, "key_version__in": former}
    Wrap.objects.filter(**of_former).delete()
    Grant.objects.filter(pk__in=[grant.pk for grant in ended]).update(
        revoked_at=viewer.at, revoked_by_id=viewer.user_id
    )
    for user_id, level in {(grant.recipient_id, grant.level) for grant in ended}:
        wrapping.unproject(situation=situation, user_id=user_id, section=section, level=level)
    SectionKey.objects.filter(situation=situation.pk, section=section, version__in=former).delete()
    for version in former:
        keys.deks.pop((section, version), None)
    recording.done(
        viewer,
        "key.rotated",
        commission=situation.commission_id,
        objects=(situation.pk,),
        sections=[section],
        purpose="finished",
    )
    return True


def prepare(*, viewer: Viewer, situation: Situation, keys: OpenKeys, section: str) -> bool:
    """Ready a section's keys for a write; True when its renewal is now in this transaction's hands.

    Keys made in this very request (a referral's) are left alone: nobody else can reach them.
    """
    if viewer.keys.get(situation.pk) is not keys:
        return False
    rows = _versions(situation.pk, section)
    is_wanted = bool(rows) and (rows[-1][1] or len(rows) > 1)
    is_managed = _manages(viewer, situation, section, keys)
    if is_wanted and is_managed and wrapping.claim(situation.pk, section):
        _begin(viewer, situation, section, keys)
        return True
    wrapping.hold(situation.pk, section)
    known = {version for version, _ in _versions(situation.pk, section)}
    held = [version for code, version in keys.deks if code == section]
    if not held or max(held) != max(known, default=0):
        refresh(viewer, situation, keys)
    return False


def advance(*, viewer: Viewer, situation: Situation, section: str) -> bool:
    """Seal one batch again and retire the former versions if it was the last. Raises: VaultLocked.

    True when the renewal is complete.
    """
    reseal(viewer=viewer, situation=situation, section=section)
    return retire(viewer=viewer, situation=situation, section=section)


def refresh(viewer: Viewer, situation: Situation, keys: OpenKeys) -> None:
    """Open the viewer's keys again, in place: somebody renewed them since."""
    viewer.keys.pop(situation.pk, None)
    fresh = open_keys(viewer, situation)
    keys.deks, keys.levels, keys.refused = fresh.deks, fresh.levels, fresh.refused
    viewer.keys[situation.pk] = keys


def _versions(situation_id: uuid.UUID, section: str) -> list[tuple[int, bool]]:
    """Return a section's versions and whether each is due, oldest first."""
    return list(
        SectionKey.objects.filter(situation=situation_id, section=section)
        .order_by("version")
        .values_list("version", "is_rotation_due")
    )
