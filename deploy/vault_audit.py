"""What must be true of every key at every moment, checked row by row (security.md §2.5).

The recovery key opens every section; two members do, or the shortage is flagged; every right is
what somebody attested signed; every wrap, seal and key is where it belongs and opens. Nothing is
opened further than the server's own half: no member's key, hence no text.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import Model

from cases.access import exceptional_words, note_texts, sealed_releases
from cases.access.directory import Directory, pinned_root
from cases.access.keys import WRAPPING, verified
from cases.access.vaults import PEPPER_PURPOSE
from cases.actions.referrals import ANSWERS
from cases.domain.lifecycle import SituationState
from cases.domain.sections import Section
from cases.keystore.models import SectionKey, SituationKey
from cases.models import (
    Commission,
    Erasure,
    ExceptionalAccess,
    Grant,
    JointAct,
    KeyShortage,
    MemberVault,
    ReleaseDraft,
    ReleaseNote,
    SealedDocument,
    Situation,
    VaultSlot,
    Wrap,
)
from cases.vault import outer
from cases.vault.errors import VaultError
from cases.vault.grants import GrantStatement, wrap_digest
from cases.vault.identity import kem_key_id
from deploy import exceptional_register, file_store, projection
from deploy.keys.provider import KeyRefused

Key = tuple[str, int]
"""A section and a version."""

# What the provider seals beside keys: the purpose, the rows and the column of the key's version.
SEALED_BY_SERVER: tuple[tuple[str, type[Model], str], ...] = (
    (ANSWERS, Situation, "answer_version"),
    (exceptional_words.PURPOSE, ExceptionalAccess, "words_version"),
    (exceptional_words.PURPOSE, ExceptionalAccess, "conclusion_version"),
    (sealed_releases.PURPOSE, ReleaseDraft, "job_key_version"),
    (sealed_releases.PURPOSE, ReleaseDraft, "report_version"),
    (note_texts.PURPOSE, ReleaseNote, "words_version"),
)

SENTENCES = {
    "recovery_wrap_missing": "la clé de secours n’ouvre pas ce volet",
    "shortage_unflagged": "moins de deux membres ouvrent ce volet, et rien ne le signale",
    "shortage_outdated": "une pénurie de clés est signalée à tort",
    "grant_not_verified": "une habilitation n’est pas ce qui a été signé",
    "exceptional_altered": "un accès exceptionnel n’est pas ce que deux personnes ont signé",
    "grant_without_wrap": "une habilitation en cours n’a pas de clé",
    "commitment_altered": "une habilitation porte sur une autre clé que celle du volet",
    "wrap_altered": "une clé enveloppée ne s’ouvre pas ou n’est pas celle de son habilitation",
    "wrap_of_revoked": "une habilitation retirée a encore sa clé",
    "wrap_orphan": "une clé enveloppée ne correspond à aucune clé de volet",
    "document_without_key": "un texte porte une clé qui n’existe plus",
    "projection_missing": "une permission manque (rebuild_permissions)",
    "projection_extra": "une permission ne vient d’aucune habilitation (rebuild_permissions)",
    "situation_key_missing": "la clé de la situation manque",
    "situation_key_altered": "la clé de la situation ne s’ouvre pas",
    "key_orphan": "une clé n’appartient à aucune situation",
    "erased_remains": "des clés d’une situation effacée sont encore là",
    "erasure_unproved": "un effacement confirmé manque au journal des effacements",
    "directory_root": "l’annuaire n’est plus celui que ses officiers ont signé",
    "directory_entry": "une entrée de l’annuaire n’est plus ce qui a été signé",
    "directory_unpinned": "la racine de l’annuaire n’est pas inscrite dans DIRECTORY_ROOTS",
    "recovery_key_altered": "la clé de secours inscrite n’est pas celle de l’annuaire",
    "slot_missing": "il manque la phrase de passe ou le kit de secours",
    "file_altered": "une pièce jointe n’est plus ce qui a été scellé",
    "file_missing": "les octets d’une pièce jointe ont disparu",
    "file_misplaced": "une pièce jointe n’est pas à la place de sa description",
    "file_without_key": "une pièce jointe porte une clé qui n’existe plus",
    "file_waiting_lost": "les octets d’une pièce en attente ont disparu",
    "version_missing": "une version de clé dont des lignes dépendent n’existe plus",
}


@dataclass(frozen=True)
class Fault:
    """Something that is not as it must be: its code, where, and the objects concerned."""

    code: str
    place: str
    commission: uuid.UUID | None = None
    objects: tuple[uuid.UUID, ...] = ()

    @property
    def sentence(self) -> str:
        """Say it in French, by codes."""
        return f"{self.place} : {SENTENCES[self.code]}."


@dataclass
class Report:
    """What was counted, and what is wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    versions: dict[str, Counter[int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def audit(alias: str) -> Report:
    """Check every key of the database through an alias that sees every row."""
    report = Report()
    with projection.seeing_everything(alias):
        at = projection.time_of(alias)
        directories = _directories(alias, report)
        for chunk in projection.chunks(alias):
            _Chunk(alias, chunk, directories, at, report).check()
        report.faults += _exceptional(alias, directories)
        report.faults += _shortages(alias)
        report.faults += _strays(alias)
        _versions(alias, report)
        report.faults += _slots()
    _files(alias, report)
    return report


def _directories(alias: str, report: Report) -> dict[uuid.UUID, Directory]:
    found, broken = projection.registers(alias)
    for commission in broken:
        report.faults.append(_of(commission, "directory_root"))
    for register in found.values():
        commission = register.commission
        if commission.recovery_key_id != kem_key_id(register.root.recovery):
            report.faults.append(_of(commission, "recovery_key_altered"))
        report.faults += [_of(commission, "directory_entry", user) for user in register.broken]
        if pinned_root(commission.pk) is None:
            if settings.DIRECTORY_ROOTS:
                report.faults.append(_of(commission, "directory_unpinned"))
            else:
                place = f"Commission {commission.slug}"
                report.remarks.append(f"{place} : {SENTENCES['directory_unpinned']}.")
    report.counts["commissions"] = len(found) + len(broken)
    return found


def _of(commission: Commission, code: str, *objects: uuid.UUID) -> Fault:
    return Fault(code, f"Commission {commission.slug}", commission.pk, objects)


class _Chunk:
    """A few situations with all their rows, read by one query a table."""

    def __init__(
        self,
        alias: str,
        situations: list[Situation],
        directories: dict[uuid.UUID, Directory],
        at: datetime,
        report: Report,
    ) -> None:
        ids = [situation.pk for situation in situations]
        self.situations, self.directories, self.at = situations, directories, at
        self.report = report
        self.rows = projection.rows_of(alias, situations)
        self.grants = projection.grants_of(alias, situations)
        self.server = {row.pk: row for row in SituationKey.objects.using(alias).filter(pk__in=ids)}
        self.keys: dict[uuid.UUID, dict[Key, bytes]] = {}
        for key in SectionKey.objects.using(alias).filter(situation__in=ids):
            held = self.keys.setdefault(key.situation, {})
            held[key.section, key.version] = bytes(key.commitment)
        self.wraps: dict[uuid.UUID, list[Wrap]] = {}
        rows = Wrap.objects.using(alias).filter(situation__in=ids).select_related("grant")
        for wrap in rows:
            self.wraps.setdefault(wrap.situation_id, []).append(wrap)
        # Without the server's seal: still closed under each holder's key.
        self.inner: dict[uuid.UUID, bytes] = {}
        self.documents: dict[uuid.UUID, Counter[Key]] = {}
        documents = SealedDocument.objects.using(alias).filter(situation__in=ids)
        for situation, *key in documents.values_list("situation_id", "section", "key_version"):
            self.documents.setdefault(situation, Counter())[tuple(key)] += 1

    def check(self) -> None:
        """Check each situation."""
        for situation in self.situations:
            self.report.counts["situations"] += 1
            self.report.faults += self._check(situation)

    def _check(self, situation: Situation) -> Iterator[Fault]:
        keys = self.keys.get(situation.pk, {})
        register = self.directories.get(situation.commission_id)
        self.report.counts["keys"] += len(keys)
        yield from self._texts(situation, keys)
        server_key = None
        try:
            server_key = self._server_key(situation)
        except KeyRefused:
            yield _at(situation, "situation_key_altered")
        if server_key is None and situation.pk not in self.server:
            yield _at(situation, "situation_key_missing")
        yield from self._wraps(situation, keys, register, server_key)
        if register is not None:
            yield from self._rights(situation, keys, register)

    def _texts(self, situation: Situation, keys: dict[Key, bytes]) -> Iterator[Fault]:
        held = self.documents.get(situation.pk, Counter())
        self.report.counts["documents"] += held.total()
        for section in sorted(
            {section for section, version in held if (section, version) not in keys}
        ):
            yield _at(situation, "document_without_key", section)

    def _server_key(self, situation: Situation) -> bytes | None:
        row = self.server.get(situation.pk)
        if row is None:
            return None
        versions = self.report.versions.setdefault(WRAPPING, Counter())
        versions[row.provider_version] += 1
        opened: bytes = settings.KEYS.unwrap(
            WRAPPING, row.provider_version, bytes(row.wrapped), situation.pk.bytes
        )
        return opened

    def _wraps(
        self,
        situation: Situation,
        keys: dict[Key, bytes],
        register: Directory | None,
        server_key: bytes | None,
    ) -> Iterator[Fault]:
        recovered: set[Key] = set()
        in_force = kem_key_id(register.root.recovery) if register else None
        for wrap in self.wraps.get(situation.pk, ()):
            self.report.counts["wraps"] += 1
            place = (wrap.section, wrap.key_version)
            if place not in keys:
                yield _at(situation, "wrap_orphan", wrap.section)
                continue
            if wrap.grant is not None and wrap.grant.revoked_at is not None:
                yield _at(situation, "wrap_of_revoked", wrap.section)
            if server_key is not None:
                try:
                    self.inner[wrap.pk] = _inner(wrap, server_key)
                except VaultError:
                    yield _at(situation, "wrap_altered", wrap.section)
                    continue
            if wrap.grant_id is None and wrap.recipient_key_id == in_force:
                recovered.add(place)
        if in_force is not None:
            for section in sorted({section for section, _ in set(keys) - recovered}):
                yield _at(situation, "recovery_wrap_missing", section)

    def _rights(
        self, situation: Situation, keys: dict[Key, bytes], register: Directory
    ) -> Iterator[Fault]:
        grants = self.grants.get(situation.pk, [])
        wrapped = {wrap.grant_id: wrap for wrap in self.wraps.get(situation.pk, ())}
        for grant in grants:
            if grant.not_after <= self.at:
                continue
            self.report.counts["grants"] += 1
            try:
                statement = verified(grant, register)
            except VaultError:
                yield _at(situation, "grant_not_verified", grant.section)
                continue
            wrap = wrapped.get(grant.pk)
            if wrap is None:
                yield _at(situation, "grant_without_wrap", grant.section)
            elif not self._is_signed_for(wrap, grant, statement):
                yield _at(situation, "wrap_altered", grant.section)
            elif statement.commitment != keys.get((grant.section, grant.key_version)):
                yield _at(situation, "commitment_altered", grant.section)
        said = projection.projected(grants, register, self.at)
        stands = self.rows.get(situation.pk, set())
        for code, rights in (
            ("projection_missing", said.due - stands),
            ("projection_extra", stands - said.due - said.ended),
        ):
            for section in sorted({codename.split("_", 1)[1] for _, codename in rights}):
                yield _at(situation, code, section)

    def _is_signed_for(self, wrap: Wrap, grant: Grant, statement: GrantStatement) -> bool:
        """Tell whether a grant's wrap is the one it was signed with; one that is shut was told."""
        place = (grant.section, grant.key_version, statement.recipient_key_id)
        if (wrap.section, wrap.key_version, wrap.recipient_key_id) != place:
            return False
        inner = self.inner.get(wrap.pk)
        return inner is None or wrap_digest(inner) == statement.wrap_sha256


def _inner(wrap: Wrap, server_key: bytes) -> bytes:
    """Return a wrap without the server's seal. Raises: VaultError."""
    blob = bytes(wrap.blob)
    return outer.outer_open(
        server_key,
        blob,
        wrap.situation_id,
        wrap.grant_id or wrap.pk,
        outer.OUTER_VERSION,
    )


def _at(situation: Situation, code: str, section: str = "") -> Fault:
    place = f"{situation.code}, volet {Section(section).label}" if section else situation.code
    return Fault(code, place, situation.commission_id, (situation.pk,))


def _exceptional(alias: str, directories: dict[uuid.UUID, Directory]) -> Iterator[Fault]:
    """Find the exceptional accesses that two people did not sign so."""
    for row in exceptional_register.unverified(alias, directories):
        found = row.situation
        yield Fault("exceptional_altered", found.code, found.commission_id, (found.pk, row.pk))


def _shortages(alias: str) -> Iterator[Fault]:
    """Compare the flags with what the database counts now."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT situation, section FROM clsm_short_sections(NULL)")
        short = set(cursor.fetchall())
    flagged = set(KeyShortage.objects.using(alias).values_list("situation_id", "section"))
    concerned = {situation for situation, _ in short ^ flagged}
    known = Situation.objects.using(alias).in_bulk(list(concerned))
    for code, pairs in (
        ("shortage_unflagged", short - flagged),
        ("shortage_outdated", flagged - short),
    ):
        for situation, section in sorted(pairs, key=str):
            if situation in known:
                yield _at(known[situation], code, section)


def _strays(alias: str) -> Iterator[Fault]:
    """Find keys of no situation, keys of erased ones, and erasures without their proof."""
    stored = set(SituationKey.objects.using(alias).values_list("pk", flat=True))
    stored |= set(SectionKey.objects.using(alias).values_list("situation", flat=True).distinct())
    known = {
        row.pk: row
        for row in Situation.objects.using(alias).only("pk", "code", "state", "commission_id")
    }
    for pk in sorted(stored - known.keys(), key=str):
        yield Fault("key_orphan", str(pk), None, (pk,))
    erased = {pk for pk, row in known.items() if row.state == SituationState.ERASED}
    for pk in sorted(stored & erased, key=str):
        yield _at(known[pk], "erased_remains")
    proved = set(Erasure.objects.using(alias).values_list("pk", flat=True))
    confirmed = JointAct.objects.using(alias).filter(kind=JointAct.Kind.ERASURE, is_confirmed=True)
    unproved = (erased | set(confirmed.values_list("subject", flat=True))) - proved
    for pk in sorted(unproved, key=str):
        place = known[pk].code if pk in known else str(pk)
        yield Fault("erasure_unproved", place, None, (pk,))


def _versions(alias: str, report: Report) -> None:
    """Count the rows under each version of the provider's keys; each must still stand."""
    for purpose, model, column in SEALED_BY_SERVER:
        held = model._default_manager.using(alias).filter(**{f"{column}__isnull": False})
        versions = report.versions.setdefault(purpose, Counter())
        versions.update(held.values_list(column, flat=True))
    report.versions[PEPPER_PURPOSE] = Counter(
        VaultSlot.objects.values_list("pepper_version", flat=True)
    )
    for purpose, versions in report.versions.items():
        for version in sorted(set(versions) - set(settings.KEYS.versions(purpose))):
            report.faults.append(Fault("version_missing", f"{purpose}, version {version}"))


def _files(alias: str, report: Report) -> None:
    """Compare the files with their objects, once the keys were: it reads every sealed byte."""
    found = file_store.check(alias)
    report.counts["files"] = found.checked
    report.faults += [_at(situation, code, section) for code, situation, section in found.faults]
    if found.unnamed:
        report.remarks.append(
            f"{found.unnamed} objet(s) sans ligne : sweep_files les supprime après une heure."
        )


def _slots() -> Iterator[Fault]:
    """Find the vaults that a forgotten passphrase or a lost paper would close for ever."""
    needed = {VaultSlot.Kind.PASSPHRASE.value, VaultSlot.Kind.RECOVERY.value}
    held: dict[Any, set[str]] = {}
    for user, kind in VaultSlot.objects.values_list("user_id", "kind"):
        held.setdefault(user, set()).add(kind)
    for vault in MemberVault.objects.select_related("user"):
        if needed - held.get(vault.user_id, set()):
            place = f"Compte {vault.user.reference}"
            yield Fault("slot_missing", place, None, (vault.user_id,))
