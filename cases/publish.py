"""The only way out of the commission: proved, banded, signed figures (decisions 36-40).

Receives plain texts and gives them to the observatory's interface; it imports nothing else of it
but the verifier, and it reads no situation. Nothing goes out, and nothing is even counted, while
one entry of the commission's chain is not what was signed.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings

from audit.verifier import BadSignature, verify_signature
from cases.disclosure.canonical import canonical, sha256
from cases.disclosure.errors import HistoryBroken, LedgerInvalid
from cases.disclosure.ledger import Entry, parse_ledger
from cases.models import Commission, ReleaseDraft
from clsm_core.observatory import certificate, interface

SIGNING = "release-signing"


@dataclass(frozen=True)
class Texts:
    """What is published, to the byte."""

    bundle: str
    manifest: str
    certificate: str
    ledger_line: str


class HistoryMoved(Exception):
    """Another release was published meanwhile: this one was proved without it."""


def issuer(commission: Commission) -> dict[str, str]:
    """Return who publishes, as the manifest says it."""
    return {
        "council": commission.council.slug,
        "commission": commission.name,
        "source": str(commission.pk),
    }


def ledger(commission: Commission) -> list[Entry]:
    """Return every release ever made by a commission, oldest first, once each is checked.

    Texts, chain and signatures must agree; what the commission knows that it published must be
    there.

    Raises: HistoryBroken, which names the rank.
    """
    made = interface.history(council=commission.council, source=commission.pk)
    try:
        entries = parse_ledger("".join(one.ledger_line for one in made))
    except LedgerInvalid as broken:
        raise HistoryBroken(f"{broken.message} Prévenez le DPO.") from broken
    if len(entries) != len(made):
        raise _broken(len(entries) + 1)
    keys = settings.KEYS.publics(SIGNING)
    for entry, one in zip(entries, made, strict=True):
        named = (entry.bundle, entry.manifest, entry.certificate)
        if named != (sha256(one.bundle), sha256(one.manifest), sha256(one.certificate)):
            raise _broken(entry.rank)
        said = json.loads(one.manifest)
        if (said["rank"], said["issuer"]["source"]) != (entry.rank, str(commission.pk)):
            raise _broken(entry.rank)
        if not _is_signed(keys, one.manifest, bytes(one.signature)):
            raise _broken(entry.rank)
    _require_own(commission, {one.ledger_line for one in made}, len(entries))
    return entries


def _is_signed(keys: Sequence[bytes], manifest: str, signature: bytes) -> bool:
    for key in keys:
        try:
            verify_signature(key, manifest.encode(), signature)
        except BadSignature:
            continue
        return True
    return False


def _require_own(commission: Commission, lines: set[str], number: int) -> None:
    """Demand each release that the commission itself remembers: the last one of a chain too."""
    own = ReleaseDraft.objects.filter(
        commission=commission, state=ReleaseDraft.State.PUBLISHED
    ).exclude(ledger_line="")
    for line in own.values_list("ledger_line", flat=True):
        if line not in lines:
            raise _broken(number + 1)


def _broken(rank: int) -> HistoryBroken:
    return HistoryBroken(
        f"La publication n° {rank} manque ou a été modifiée : rien ne peut être publié tant que "
        "l’historique n’est pas rétabli. Prévenez le DPO."
    )


def failures(texts: Texts, earlier: str, *, protected: Sequence[str] = ()) -> list[Any]:
    """Return what the independent verifier refuses in a release; ``earlier`` is its ledger.

    An unreadable text is a refusal like another.
    """
    try:
        return list(
            certificate.verify_texts(
                texts.bundle,
                texts.manifest,
                texts.certificate,
                earlier + texts.ledger_line,
                protected=protected,
            )
        )
    except certificate.Unreadable as unreadable:
        return [certificate.Failure("", str(unreadable))]


def publish(*, commission: Commission, texts: Texts, at: datetime) -> uuid.UUID:
    """Verify, sign and insert a release in the observatory; return its id.

    Raises:
        HistoryBroken: an earlier release is missing or altered, or this one is not proved.
        HistoryMoved: it does not follow the last release made.
    """
    entries = ledger(commission)
    last = entries[-1].sha256 if entries else None
    if json.loads(texts.manifest)["previous"] != last:
        raise HistoryMoved
    if failures(texts, "".join(entry.text for entry in entries)):
        raise HistoryBroken(
            "Le certificat de cette publication ne se vérifie pas : elle ne peut pas paraître. "
            "Abandonnez-la et prévenez le DPO."
        )
    release = interface.publish(
        council=commission.council,
        bundle=texts.bundle,
        manifest=texts.manifest,
        certificate=texts.certificate,
        ledger_line=texts.ledger_line,
        signature=settings.KEYS.sign(SIGNING, texts.manifest.encode()),
        at=at,
    )
    return release.pk


def withdraw(*, commission: Commission, release_id: uuid.UUID, reason: str, at: datetime) -> None:
    """Stop showing a release; it stays in the history, since what was seen stays known.

    Raises: Release.DoesNotExist when it is another commission's.
    """
    interface.withdraw(
        council=commission.council,
        source=commission.pk,
        release_id=release_id,
        reason=reason,
        at=at,
    )


def plans_of(commission: Commission, start: date, end: date) -> dict[str, str]:
    """Return the plans under which releases already touch some days, ``end`` excluded.

    By fingerprint, the plan's JSON as the release's own certificate carries it; withdrawn releases
    and paper reports count, since what was seen stays known.

    Raises: HistoryBroken when a certificate carries another plan than the ledger says.
    """
    found: dict[str, str] = {}
    for one in interface.history(council=commission.council, source=commission.pk):
        line = json.loads(one.ledger_line)
        period, sha = line["period"], line["plan"]["sha256"]
        if period["start"] < end.isoformat() and start.isoformat() < period["end"]:
            text = canonical(json.loads(one.certificate).get("plan"))
            if sha256(text) != sha:
                raise _broken(line["rank"])
            found[sha] = text
    return found


def publish_note(
    *,
    commission: Commission,
    title: str,
    text: str,
    basis: str,
    category: str,
    missing_offer: str,
    approved_by: str,
    at: datetime,
) -> uuid.UUID:
    """Insert a note approved by two persons in the observatory; return its id there.

    ``missing_offer`` is in French words: the council does not know the commission's codes.
    """
    note = interface.publish_note(
        council=commission.council,
        source=commission.pk,
        commission_label=commission.name,
        title=title,
        text=text,
        basis=basis,
        category=category,
        missing_offer=missing_offer,
        approved_by=approved_by,
        at=at,
    )
    return note.pk


def withdraw_note(*, commission: Commission, note_id: uuid.UUID, reason: str, at: datetime) -> None:
    """Stop showing a note. Raises: Note.DoesNotExist when it is another commission's."""
    interface.withdraw_note(
        council=commission.council, source=commission.pk, note_id=note_id, reason=reason, at=at
    )
