"""Let in what the trustees give back, once every word of it is proved (T-32).

Promises: an answer enters only when the recovery key signed it, for a member's attested key, on
terms that her office or right still gives, for keys that are the commission's; as a whole or not
at all. Run twice, it adds nothing. The service cannot open what it lets in.

Runs on a connection of the operator's, as ``recovery`` does.

Source: security.md §2.4 (recovery), D6; T-11, T-32.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import models

from cases.access import recovery as access
from cases.access.directory import Directory
from cases.actions.recovery import Recipient, recipient_of, terms_of
from cases.actions.wrapping import Terms, permission_id
from cases.models import Commission, Grant, Situation, SituationUserPermission, Wrap
from cases.vault import outer, recovery_kit
from cases.vault.errors import VaultError
from cases.vault.grants import GrantStatement
from cases.vault.identity import kem_key_id
from cases.vault.offline import AnsweredKey, RecoveryAnswer, RefusedFile
from cases.vault.roots import RootStatement


@dataclass(frozen=True)
class Accepted:
    """What an answer brought: grants written now, those known already, recovery keys renewed."""

    recipients: frozenset[UUID]
    situations: tuple[UUID, ...]
    sections: frozenset[str]
    given: int
    known: int
    rewrapped: int


@dataclass(frozen=True)
class _Checked:
    """An answered key whose signature, place and terms hold."""

    key: AnsweredKey
    statement: GrantStatement
    path: str


def accept(
    *,
    commission: Commission,
    register: Directory,
    answer: RecoveryAnswer,
    at: datetime,
    using: str,
) -> Accepted:
    """Check an answer whole, then write its grants, wraps and projections.

    A grant that stands already is left as it is. An answer under the key in force proves that its
    recovery wraps open: those under former keys go. An answer under a former key renews recovery
    wraps only, and leaves the former ones until an answer under the new key has proved them.

    Raises: RefusedFile, whose message names the field; nothing is then written.
    """
    if answer.commission != commission.pk:
        raise _refusal("commission", "ce fichier est celui d’une autre commission.")
    root = _root_of(commission, register, answer)
    is_former = root.fingerprint != register.root.fingerprint
    checked = _check(commission, register, root, answer, at, using)
    places = {(one.key.situation, one.key.section, one.key.version) for one in checked}
    situations = {one.key.situation for one in checked}
    server_keys = access.situation_keys(situations, using)
    missing = situations - set(server_keys)
    if missing:
        raise RefusedFile(message="La clé du serveur manque pour une situation de ce fichier.")
    given = known = rewrapped = 0
    for one in checked:
        server_key = server_keys[one.key.situation]
        if is_former:
            rewrapped += _renew_wrap(one, register.root, server_key, using)
        elif Grant.objects.using(using).filter(pk=one.key.grant).exists():
            known += 1
        else:
            _write(one, server_key, at, using)
            given += 1
    if not is_former:
        _drop_former(places, register.root, using)
    return Accepted(
        frozenset(one.statement.recipient for one in checked),
        tuple(sorted(situations)),
        frozenset(one.key.section for one in checked),
        given,
        known,
        rewrapped,
    )


def _root_of(commission: Commission, register: Directory, answer: RecoveryAnswer) -> RootStatement:
    for root in (register.root, *access.former_roots(commission)):
        if kem_key_id(root.recovery) == answer.recovery_key_id:
            # Of several roots with one recovery key, the one in force speaks for it.
            return register.root if root.recovery == register.root.recovery else root
    raise _refusal("recovery_key_id", "cette clé de secours n’est pas celle de la commission.")


def _check(
    commission: Commission,
    register: Directory,
    root: RootStatement,
    answer: RecoveryAnswer,
    at: datetime,
    using: str,
) -> list[_Checked]:
    """Check every key of an answer. Raises: RefusedFile naming the first field that is wrong."""
    wanted = {key.situation for key in answer.keys}
    rows = Situation.objects.using(using).filter(pk__in=wanted, commission_id=commission.pk)
    situations = {row.pk: row for row in rows}
    committed = access.commitments(wanted, using)
    known = {
        row.pk: bytes(row.statement)
        for row in Grant.objects.using(using).filter(pk__in=[key.grant for key in answer.keys])
    }
    recipients: dict[UUID, Recipient] = {}
    checked = []
    for place, key in enumerate(answer.keys):
        path = f"keys[{place}]."
        try:
            said = recovery_kit.verify_recovery_grant(root.recovery_signing, key.statement)
        except VaultError:
            raise _refusal(f"{path}statement", "la clé de secours ne l’a pas signé.") from None
        for name in ("grant", "situation", "section"):
            if getattr(said, name) != getattr(key, name):
                raise _refusal(f"{path}{name}", "ce n’est pas ce qui a été signé.")
        try:
            said.require_wrap(key.wrap)
        except VaultError:
            raise _refusal(f"{path}wrap", "ce n’est pas l’enveloppe qui a été signée.") from None
        if key.situation not in situations:
            raise _refusal(f"{path}situation", "elle n’est pas de cette commission.")
        if committed.get((key.situation, key.section, key.version)) != said.commitment:
            raise _refusal(f"{path}version", "ce n’est pas la clé de ce volet.")
        _check_recipient(register, said, path, at)
        if known.get(key.grant, key.statement) != key.statement:
            raise _refusal(f"{path}grant", "une autre habilitation porte cet identifiant.")
        if said.recipient not in recipients:
            recipients[said.recipient] = recipient_of(commission, said.recipient, at, using)
        if root is register.root and key.grant not in known:
            allowed = terms_of(
                recipients[said.recipient], situations[key.situation], key.section, at
            )
            _check_terms(allowed, said, path)
        checked.append(_Checked(key, said, path))
    return checked


def _check_recipient(register: Directory, said: GrantStatement, path: str, at: datetime) -> None:
    try:
        entry = register.of_user(said.recipient, at)
    except VaultError:
        raise _refusal(f"{path}statement.recipient", "sa clé n’est pas attestée.") from None
    if entry.public.key_id != said.recipient_key_id:
        raise _refusal(f"{path}statement.recipient_key_id", "ce n’est pas sa clé attestée.")


def _check_terms(allowed: Sequence[Terms], said: GrantStatement, path: str) -> None:
    """Demand terms that the member's office or right still gives."""
    of_basis = [one for one in allowed if one.basis == said.basis]
    if not of_basis:
        raise _refusal(f"{path}statement.basis", "son mandat ne le donne pas.")
    if said.level != of_basis[0].level:
        raise _refusal(f"{path}statement.level", "son mandat ne le donne pas.")
    if said.not_after > of_basis[0].not_after:
        raise _refusal(f"{path}statement.not_after", "son mandat finit avant.")


def _refusal(name: str, what: str) -> RefusedFile:
    return RefusedFile(message=f"Champ « {name} » : {what}")


# --- writing ---
def _write(one: _Checked, server_key: bytes, at: datetime, using: str) -> None:
    key, said = one.key, one.statement
    is_dormant = said.basis == Grant.Basis.DEPOSITARY
    Grant(
        pk=key.grant,
        situation_id=key.situation,
        section=key.section,
        recipient_id=said.recipient,
        key_version=key.version,
        level=said.level,
        basis=said.basis,
        is_dormant=is_dormant,
        not_before=said.not_before,
        not_after=said.not_after,
        statement=key.statement,
        # Nobody with an account gave it: the signature says so.
        granted_by_id=said.recipient,
        granted_at=at,
    ).save(using=using, force_insert=True)
    Wrap(
        situation_id=key.situation,
        section=key.section,
        grant_id=key.grant,
        key_version=key.version,
        recipient_key_id=said.recipient_key_id,
        blob=outer.outer_seal(server_key, key.wrap, key.situation, key.grant, outer.OUTER_VERSION),
    ).save(using=using, force_insert=True)
    if not is_dormant:
        _project(said, using)


def _project(said: GrantStatement, using: str) -> None:
    wanted = permission_id(f"{said.level}_{said.section}")
    row = {
        "content_object_id": said.situation,
        "user_id": said.recipient,
        "permission_id": wanted,
    }
    if not SituationUserPermission.objects.using(using).filter(**row).exists():
        models.Model.save_base(SituationUserPermission(**row), using=using, force_insert=True)


def _renew_wrap(one: _Checked, root: RootStatement, server_key: bytes, using: str) -> int:
    """Add the wrap to the recovery key in force; 0 once no former one waits for it.

    Raises: RefusedFile.
    """
    key, key_id = one.key, kem_key_id(root.recovery)
    inner = key.recovery_wrap
    # Only the new shares could open it: its form is all that can be looked at here.
    if inner is None or len(inner) != len(key.wrap) or inner[:2] != key.wrap[:2]:
        raise _refusal(f"{one.path}recovery_wrap", "ce n’est pas l’enveloppe attendue.")
    held = Wrap.objects.using(using).filter(
        situation_id=key.situation,
        section=key.section,
        key_version=key.version,
        grant__isnull=True,
    )
    if not held.exclude(recipient_key_id=key_id).exists():
        return 0
    # One that stands beside a former one was never proved either.
    held.filter(recipient_key_id=key_id).delete()
    wrap_id = uuid.uuid4()
    Wrap(
        pk=wrap_id,
        situation_id=key.situation,
        section=key.section,
        grant=None,
        key_version=key.version,
        recipient_key_id=key_id,
        blob=outer.outer_seal(server_key, inner, key.situation, wrap_id, outer.OUTER_VERSION),
    ).save(using=using, force_insert=True)
    return 1


def _drop_former(places: Iterable[tuple[UUID, str, int]], root: RootStatement, using: str) -> None:
    """Remove the former keys' wraps of sections whose wrap to the key in force has just opened."""
    for situation, section, version in places:
        held = Wrap.objects.using(using).filter(
            situation_id=situation, section=section, key_version=version, grant__isnull=True
        )
        if held.filter(recipient_key_id=kem_key_id(root.recovery)).exists():
            held.exclude(recipient_key_id=kem_key_id(root.recovery)).delete()
