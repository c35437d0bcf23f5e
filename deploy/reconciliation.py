"""Compare documents, ended rights and withdrawals with the ledger (T-12; security.md §1.4 iii).

An older row that was put back still opens: its own seal cannot tell; a right whose end was wiped
still verifies, since nobody signs an end. The ledger can tell both: every writing leaves a hash of
its bytes there, every end the ids of the rights. What is proved is as good as the ledger:
`verify_ledger` proves that one, with a head kept elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from hmac import compare_digest
from typing import Any
from uuid import UUID

from audit import export
from audit.verifier import Row, body_mac
from cases.access.recording import PROVED_DIGITS, proof_of_expression
from cases.models import Agreement
from deploy import exceptional_register
from deploy.privileges import GUARD

ROLLED_BACK = "document_rolled_back"
REPLACED = "document_replaced"
DELETED = "document_deleted"
INSERTED = "document_inserted"
SURVIVED = "document_survived"
REVIVED = "grant_revived"
STATE = "state_not_recorded"
FORGED = "event_forged"
# A file's row holds the digest of its sealed bytes, as a document's holds its bytes.
OF_A_FILE = {
    ROLLED_BACK: "file_rolled_back",
    REPLACED: "file_replaced",
    DELETED: "file_deleted",
    INSERTED: "file_inserted",
    SURVIVED: "file_survived",
}

OF_AN_EXPRESSION = {
    REPLACED: "expression_replaced",
    DELETED: "expression_deleted",
    INSERTED: "expression_inserted",
    SURVIVED: "expression_survived",
}

_DOCUMENTS = "SELECT id, situation_id, encode(sha256(blob), 'hex') FROM cases_sealeddocument"
_FILES = "SELECT id, situation_id, encode(digest, 'hex') FROM cases_attachment"
_EXPRESSIONS = ("agreement.recorded", "agreement.withdrawn", "agreement.objected")
_WRITINGS = ("document.written", "file.written")
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
    files: dict[UUID, Written] = field(default_factory=dict)
    expressions: dict[UUID, Written] = field(default_factory=dict)
    erased: set[UUID] = field(default_factory=set)
    stopped: dict[UUID, bool] = field(default_factory=dict)
    accesses: exceptional_register.Told = field(default_factory=exceptional_register.Told)
    revoked: set[UUID] = field(default_factory=set)
    forged: list[Finding] = field(default_factory=list)
    covered: list[Finding] = field(default_factory=list)
    is_purged: bool = False


@dataclass(frozen=True)
class Held:
    """What the tables hold now."""

    documents: dict[UUID, tuple[UUID, str]]
    files: dict[UUID, tuple[UUID, str]]
    situations: dict[UUID, tuple[UUID, str, bool]]
    grants: dict[UUID, UUID]
    expressions: dict[UUID, tuple[UUID, str]] = field(default_factory=dict)
    accesses: dict[UUID, exceptional_register.Held] = field(default_factory=dict)


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
    story.accesses.hear(action, objects)
    if action in _WRITINGS:
        proofs = dict(code.split(":", 1) for code in event["fields"])
        for row in objects[1:]:
            _wrote(story, action == "file.written", situation, row, proofs)
    elif action == "grant.revoked":
        ids = (code.removeprefix("grant:") for code in event["fields"])
        story.revoked |= {UUID(hex=one) for one in ids}
    elif action == "document.deleted":
        for document in objects[1:]:
            story.documents.setdefault(document, Written(situation)).is_deleted = True
    elif action == "file.deleted":
        for file in objects[1:]:
            story.files.setdefault(file, Written(situation)).is_deleted = True
    elif action == "situation.erased":
        story.erased.add(situation)
    elif action in _EXPRESSIONS:
        told = dict(code.split(":", 1) for code in event["fields"])
        story.stopped[situation] = told["stopped"] == "1"
        for row in objects[1:]:
            said = story.expressions.setdefault(row, Written(situation))
            said.proofs.append(told["said"])


def _wrote(story: Story, is_file: bool, situation: UUID, row: UUID, proofs: dict[str, str]) -> None:
    """Add one writing; what it replaced must be what was last written."""
    rows = story.files if is_file else story.documents
    known = rows.setdefault(row, Written(situation))
    former = proofs.get("from", "")
    if known.proofs and former and former != known.proofs[-1]:
        found = _misplaced(known, situation, row, former)
        story.covered.append(_of_file(found) if is_file else found)
    known.proofs.append(proofs.get("blob", ""))


def _of_file(found: Finding) -> Finding:
    return replace(found, kind=OF_A_FILE[found.kind])


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
        cursor.execute(_FILES)
        files = {row[0]: (row[1], row[2][:PROVED_DIGITS]) for row in cursor.fetchall()}
        cursor.execute(_SITUATIONS)
        situations = {row[0]: (row[1], row[2], row[3]) for row in cursor.fetchall()}
        cursor.execute(_GRANTS)
        grants = dict(cursor.fetchall())
        cursor.execute(exceptional_register.QUERY)
        accesses = exceptional_register.read(cursor.fetchall())
        expressions = {
            row.pk: (row.situation_id, proof_of_expression(row))
            for row in Agreement.objects.using(owner.alias).iterator()
        }
        cursor.execute("RESET ROLE")
    return Held(documents, files, situations, grants, expressions, accesses)


def unproved(story: Story, held: Held) -> int:
    """Count the documents older than the oldest event that is kept: nothing to compare with."""
    if not story.is_purged:
        return 0
    old = held.documents.keys() - story.documents.keys()
    return len(old) + len(held.files.keys() - story.files.keys())


def compare(story: Story, held: Held) -> set[Finding]:
    """Name what differs between the ledger and the tables."""
    found = {*story.forged, *story.covered, *_differences(story, story.documents, held.documents)}
    found |= {_of_file(one) for one in _differences(story, story.files, held.files)}
    for one in _differences(story, story.expressions, held.expressions):
        found.add(replace(one, kind=OF_AN_EXPRESSION[one.kind]))
    for grant in story.revoked & held.grants.keys():
        found.add(Finding(REVIVED, held.grants[grant], grant))
    for kind, situation, access in exceptional_register.differences(
        story.accesses, held.accesses, story.erased, is_purged=story.is_purged
    ):
        found.add(Finding(kind, situation, access))
    for situation, stopped in story.stopped.items():
        row = held.situations.get(situation)
        if row is not None and situation not in story.erased and row[2] != stopped:
            found.add(Finding(STATE, situation))
    return found


def _differences(
    story: Story, written: dict[UUID, Written], rows: dict[UUID, tuple[UUID, str]]
) -> Iterator[Finding]:
    """Name the sealed rows that are not what was last written, and those that went in silence."""
    for row, (situation, proof) in rows.items():
        known = written.get(row)
        if situation in story.erased:
            yield Finding(SURVIVED, situation, row)
        elif known is None or not known.proofs:
            if not story.is_purged:
                yield Finding(INSERTED, situation, row)
        elif known.situation != situation or proof != known.proofs[-1]:
            yield _misplaced(known, situation, row, proof)
    for row, known in written.items():
        gone = row not in rows and not known.is_deleted
        if gone and known.situation not in story.erased:
            yield Finding(DELETED, known.situation, row)


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
