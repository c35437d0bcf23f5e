"""Compare documents, ended rights and withdrawals with the ledger (T-12; security.md §1.4 iii).

An older row that was put back still opens: its own seal cannot tell; a right whose end was wiped
still verifies, since nobody signs an end. The ledger can tell both: every writing leaves a hash of
its bytes there, every end the ids of the rights. What is proved is as good as the ledger:
`verify_ledger` proves that one, with a head kept elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Any
from uuid import UUID

from audit import export
from audit.verifier import Row, body_mac
from cases.access.recording import PROVED_DIGITS
from cases.domain.agreement import AgreementKind
from deploy.privileges import GUARD

ROLLED_BACK = "document_rolled_back"
REPLACED = "document_replaced"
DELETED = "document_deleted"
INSERTED = "document_inserted"
SURVIVED = "document_survived"
REVIVED = "grant_revived"
STATE = "state_not_recorded"
FORGED = "event_forged"

_DOCUMENTS = "SELECT id, situation_id, encode(sha256(blob), 'hex') FROM cases_sealeddocument"
_GRANTS = "SELECT id, situation_id FROM cases_grant WHERE revoked_at IS NULL"
_SITUATIONS = "SELECT id, commission_id, code, is_withdrawn FROM cases_situation"


@dataclass(frozen=True, order=True)
class Finding:
    """Something that the ledger contradicts; ``versions_back`` counts for a rollback only.

    ``document`` names the row: a document, or the grant that came back to life.
    """

    kind: str
    situation: UUID
    document: UUID | None = None
    versions_back: int = 0


@dataclass
class Written:
    """What the ledger knows of one document: its situation, and its hashes from first to last."""

    situation: UUID
    proofs: list[str] = field(default_factory=list)
    is_deleted: bool = False


@dataclass
class Story:
    """What the ledger tells of documents and situations."""

    documents: dict[UUID, Written] = field(default_factory=dict)
    erased: set[UUID] = field(default_factory=set)
    stopped: dict[UUID, bool] = field(default_factory=dict)
    revoked: set[UUID] = field(default_factory=set)
    forged: list[Finding] = field(default_factory=list)
    covered: list[Finding] = field(default_factory=list)
    is_purged: bool = False


@dataclass(frozen=True)
class Held:
    """What the tables hold now."""

    documents: dict[UUID, tuple[UUID, str]]
    situations: dict[UUID, tuple[UUID, str, bool]]
    grants: dict[UUID, UUID]


def read_story(mac_keys: dict[str, bytes]) -> Story:
    """Read the ledger through the DPO's role; events of a lane whose key is known are checked."""
    story = Story()
    # The service writes documents; commands of the owner come after what they work upon.
    for lane in sorted(export.lanes(), key=lambda name: name != "commission"):
        for event in _events(export.rows_of(lane), mac_keys.get(lane), story):
            _tell(story, event)
    return story


def _events(rows: Iterable[Row], key: bytes | None, story: Story) -> Iterator[dict[str, Any]]:
    for row in rows:
        if row.body is None or row.salt is None:
            story.is_purged = True
            continue
        event = json.loads(row.body)
        if key is not None and not compare_digest(body_mac(key, row.salt, row.body), row.mac):
            objects = event.get("objects") or [str(UUID(int=0))]
            story.forged.append(Finding(FORGED, UUID(objects[0])))
            continue
        yield event


def _tell(story: Story, event: dict[str, Any]) -> None:
    objects = [UUID(one) for one in event["objects"]]
    if not objects:
        return
    situation, action = objects[0], event["action"]
    if action == "document.written":
        proofs = dict(code.split(":", 1) for code in event["fields"])
        for document in objects[1:]:
            _wrote(story, situation, document, proofs)
    elif action == "grant.revoked":
        ids = (code.removeprefix("grant:") for code in event["fields"])
        story.revoked |= {UUID(hex=one) for one in ids}
    elif action == "document.deleted":
        for document in objects[1:]:
            story.documents.setdefault(document, Written(situation)).is_deleted = True
    elif action == "situation.erased":
        story.erased.add(situation)
    elif action == "agreement.withdrawn":
        story.stopped[situation] = True
    elif action == "agreement.recorded" and not AgreementKind(event["purpose"]).is_exception:
        story.stopped[situation] = False


def _wrote(story: Story, situation: UUID, document: UUID, proofs: dict[str, str]) -> None:
    """Add one writing; what it replaced must be what was last written."""
    known = story.documents.setdefault(document, Written(situation))
    former = proofs.get("from", "")
    if known.proofs and former and former != known.proofs[-1]:
        story.covered.append(_misplaced(known, situation, document, former))
    known.proofs.append(proofs.get("blob", ""))


def _misplaced(written: Written, situation: UUID, document: UUID, proof: str) -> Finding:
    """Name bytes that are not the last written: older ones, or none that ever were."""
    if written.situation != situation or proof not in written.proofs:
        return Finding(REPLACED, situation, document)
    ranks = [rank for rank, one in enumerate(written.proofs) if one == proof]
    return Finding(ROLLED_BACK, situation, document, len(written.proofs) - 1 - max(ranks))


def read_tables(owner: Any) -> Held:
    """Read the hashes of documents with the guard's eyes, inside a transaction of the owner."""
    with owner.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {GUARD}")
        cursor.execute(_DOCUMENTS)
        documents = {row[0]: (row[1], row[2][:PROVED_DIGITS]) for row in cursor.fetchall()}
        cursor.execute(_SITUATIONS)
        situations = {row[0]: (row[1], row[2], row[3]) for row in cursor.fetchall()}
        cursor.execute(_GRANTS)
        grants = dict(cursor.fetchall())
        cursor.execute("RESET ROLE")
    return Held(documents, situations, grants)


def unproved(story: Story, held: Held) -> int:
    """Count the documents older than the oldest event that is kept: nothing to compare with."""
    return len(held.documents.keys() - story.documents.keys()) if story.is_purged else 0


def compare(story: Story, held: Held) -> set[Finding]:
    """Name what differs between the ledger and the tables."""
    found = {*story.forged, *story.covered}
    for document, (situation, proof) in held.documents.items():
        written = story.documents.get(document)
        if situation in story.erased:
            found.add(Finding(SURVIVED, situation, document))
        elif written is None:
            if not story.is_purged:
                found.add(Finding(INSERTED, situation, document))
        elif written.situation != situation or proof != written.proofs[-1]:
            found.add(_misplaced(written, situation, document, proof))
    for document, written in story.documents.items():
        gone = document not in held.documents and not written.is_deleted
        if gone and written.situation not in story.erased:
            found.add(Finding(DELETED, written.situation, document))
    for grant in story.revoked & held.grants.keys():
        found.add(Finding(REVIVED, held.grants[grant], grant))
    for situation, stopped in story.stopped.items():
        row = held.situations.get(situation)
        if row is not None and situation not in story.erased and row[2] != stopped:
            found.add(Finding(STATE, situation))
    return found


def reconcile(
    owner: Any, atomic: Any, mac_keys: dict[str, bytes]
) -> tuple[set[Finding], Held, int]:
    """Return what differs, what the tables hold, and how many documents nothing proves any more.

    Compared twice when something differs: a writing may fall between the two readings. ``atomic``
    opens a transaction of ``owner``.
    """
    found: set[Finding] | None = None
    while True:
        with atomic():
            held = read_tables(owner)
        story = read_story(mac_keys)
        differs = compare(story, held)
        if found is not None or not differs:
            return differs & (found or differs), held, unproved(story, held)
        found = differs
