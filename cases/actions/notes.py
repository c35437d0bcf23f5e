"""Notes written by hand for the steering committee: checked, approved by two persons, published.

Promises: no count, no name, no place smaller than a commune goes up in words; the words are checked
when they are written and again by each person who approves, with the identities that *she* may
open. What a message says is the word the author typed, nothing else.

Source: decision 35; C-98; decision 24 (who approves).
"""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError

from cases import publish
from cases.access import note_texts, recording
from cases.access.note_texts import NoteText
from cases.domain.exceptions import DomainError, NotAllowed, UnknownCode
from cases.domain.note_identities import compare
from cases.domain.note_words import Finding, read
from cases.domain.vocabulary import MissingOffer
from cases.models import Commission, Mandate, ReleaseNote
from cases.permissions import Refused, Role, Viewer, require_role

APPROVERS = (Role.COORDINATOR, Role.DPO)
FUNCTIONS: dict[str, str] = {
    Role.COORDINATOR: "l’animation",
    Role.DPO: "le délégué à la protection des données",
}
LONGEST_TITLE = 120
LONGEST_TEXT = 1000
LONGEST_REASON = 300
State = ReleaseNote.State
WAITING = (State.WRITTEN, State.APPROVED_ONCE)


class NoteWords(DomainError):
    """Words say a number, a person or a place; ``findings`` holds them by field."""

    code = "note_words"
    message = "Certains mots ne peuvent pas aller dans une note : voyez sous chaque champ."

    def __init__(self, findings: dict[str, list[Finding]]) -> None:
        super().__init__()
        self.findings = findings


class NoteToConfirm(NoteWords):
    """Only words with a harmless meaning are left: the author confirms it."""

    code = "note_to_confirm"
    message = "Relisez ces mots, puis confirmez qu’ils ne disent ni un nombre ni une personne."


def findings(viewer: Viewer, commission: Commission, said: NoteText) -> dict[str, list[Finding]]:
    """Return what the title and the text must not say, by field.

    Raises: VaultLocked; LedgerUnavailable.
    """
    known = note_texts.known_to(viewer)
    places = list(commission.council.districts.values_list("name", flat=True))
    found: dict[str, list[Finding]] = {}
    for name, text in (("title", said.title), ("text", said.text)):
        words = [*read(text, places=places), *compare(text, known)]
        # One word, one reason: the first that blocks.
        told_once: dict[str, Finding] = {}
        for one in sorted(words, key=lambda one: not one.is_blocking):
            told_once.setdefault(one.word, one)
        if told_once:
            found[name] = list(told_once.values())
    return found


def _require_words(found: dict[str, list[Finding]], *, is_confirmed: bool) -> None:
    blocking = {
        name: [one for one in words if one.is_blocking]
        for name, words in found.items()
        if any(one.is_blocking for one in words)
    }
    if blocking:
        raise NoteWords(blocking)
    if found and not is_confirmed:
        raise NoteToConfirm(found)


def write(
    *,
    viewer: Viewer,
    commission: Commission,
    title: str,
    text: str,
    basis: str,
    category: str,
    missing_offer: str = "",
    is_confirmed: bool = False,
) -> ReleaseNote:
    """Keep a note, sealed, to be approved by two persons.

    Raises: Refused; VaultLocked; UnknownCode; NoteWords; NoteToConfirm.
    """
    require_role(viewer, commission, *APPROVERS)
    _require_codes(basis, category, missing_offer)
    said = NoteText(title.strip(), text.strip())
    if not said.title or not said.text:
        raise NotAllowed("Écrivez un titre et un texte.", code="fact_missing")
    if len(said.title) > LONGEST_TITLE or len(said.text) > LONGEST_TEXT:
        raise NotAllowed("Cette note est trop longue.", code="too_long")
    _require_words(findings(viewer, commission, said), is_confirmed=is_confirmed)
    row = ReleaseNote(
        pk=uuid.uuid4(),
        commission=commission,
        basis=basis,
        category=category,
        missing_offer=missing_offer,
        written_by_id=viewer.user_id,
        written_at=viewer.at,
    )
    row.words_version, row.words = note_texts.sealed(row, said)
    row.save(force_insert=True)
    recording.done(viewer, "note.written", commission=commission.pk, objects=(row.pk,))
    return row


def _require_codes(basis: str, category: str, missing_offer: str) -> None:
    if basis not in ReleaseNote.Basis.values or category not in ReleaseNote.Category.values:
        raise UnknownCode
    is_missing = category == ReleaseNote.Category.MISSING_OFFER
    if missing_offer and (not is_missing or missing_offer not in MissingOffer.codes()):
        raise UnknownCode


def approve(*, viewer: Viewer, note_id: uuid.UUID, seen: str) -> ReleaseNote:
    """Approve one exact note; the second approval, by another person, publishes it.

    ``seen`` is the digest of what was shown. Raises: Refused; VaultLocked; NotAllowed; NoteWords.
    """
    row = _find(viewer, note_id)
    if row.state not in WAITING:
        raise NotAllowed("Cette note n’attend plus d’approbation.", code="not_pending")
    said = _words(viewer, row)
    digest = note_texts.digest(row, said)
    if seen != digest or (row.digest and row.digest != digest):
        raise NotAllowed("Cette note n’est pas celle qui a été affichée.", code="stale")
    if row.approved_by_id == viewer.user_id:
        raise NotAllowed(
            "Vous avez déjà approuvé : une autre personne doit le faire.", code="same_person"
        )
    # What may be confirmed was, by the author; it is shown beside the button.
    _require_words(findings(viewer, row.commission, said), is_confirmed=True)
    if row.approved_by_id is None:
        row.state, row.approved_by_id, row.approved_at = (
            State.APPROVED_ONCE,
            viewer.user_id,
            viewer.at,
        )
        row.digest = digest
        row.save(force_update=True, update_fields=["state", "approved_by", "approved_at", "digest"])
        recording.done(viewer, "note.approved", commission=row.commission_id, objects=(row.pk,))
        return row
    _publish(viewer, row, said)
    return row


def _publish(viewer: Viewer, row: ReleaseNote, said: NoteText) -> None:
    try:
        row.published_as = publish.publish_note(
            commission=row.commission,
            title=said.title,
            text=said.text,
            basis=row.basis,
            category=row.category,
            missing_offer=MissingOffer(row.missing_offer).label if row.missing_offer else "",
            approved_by=_functions(row, viewer),
            at=viewer.at,
        )
    except ValidationError as refused:
        raise NotAllowed(
            "Le conseil refuse cette note : elle contient un chiffre ou un code inconnu.",
            code="note_refused",
        ) from refused
    row.state, row.published_by_id, row.published_at = State.PUBLISHED, viewer.user_id, viewer.at
    row.save(
        force_update=True,
        update_fields=["state", "published_by", "published_at", "published_as"],
    )
    recording.done(
        viewer,
        "note.published",
        commission=row.commission_id,
        objects=(row.pk, row.published_as),
    )


def _functions(row: ReleaseNote, viewer: Viewer) -> str:
    """Return who approved, by their functions: the council reads no member's name."""
    mandates = Mandate.objects.filter(commission=row.commission_id, role__in=APPROVERS)
    first = mandates.filter(user=row.approved_by_id).values_list("role", flat=True)
    mandate = viewer.mandate_in(row.commission_id)
    roles = {*first[:1], mandate.role if mandate else ""}
    words = [FUNCTIONS[role] for role in APPROVERS if role in roles]
    return " et ".join(words) if len(words) > 1 else f"{words[0]} (deux personnes)"


def drop(*, viewer: Viewer, note_id: uuid.UUID) -> None:
    """Give up a note that is not published; its words are gone. Raises: Refused; NotAllowed."""
    row = _find(viewer, note_id)
    if row.state not in WAITING:
        raise NotAllowed("Cette note est publiée ou déjà abandonnée.", code="not_pending")
    row.state, row.words, row.words_version = State.DROPPED, None, None
    row.save(force_update=True, update_fields=["state", "words", "words_version"])
    recording.done(viewer, "note.dropped", commission=row.commission_id, objects=(row.pk,))


def withdraw(*, viewer: Viewer, note_id: uuid.UUID, reason: str) -> None:
    """Withdraw a published note; the council reads the reason, checked like a note.

    Raises: Refused; VaultLocked; NotAllowed; NoteWords.
    """
    row = _find(viewer, note_id)
    if row.state != State.PUBLISHED:
        raise NotAllowed("Cette note n’est pas publiée.", code="not_published")
    reason = reason.strip()
    if not reason:
        raise NotAllowed("Indiquez pourquoi la note est retirée.", code="reason_missing")
    if len(reason) > LONGEST_REASON:
        raise NotAllowed("Ce motif est trop long.", code="too_long")
    found = findings(viewer, row.commission, NoteText("", reason))
    _require_words({"reason": found["text"]} if found else {}, is_confirmed=True)
    publish.withdraw_note(
        commission=row.commission, note_id=row.published_as, reason=reason, at=viewer.at
    )
    row.state, row.withdrawn_by_id, row.withdrawn_at = State.WITHDRAWN, viewer.user_id, viewer.at
    row.save(force_update=True, update_fields=["state", "withdrawn_by", "withdrawn_at"])
    recording.done(
        viewer,
        "note.withdrawn",
        commission=row.commission_id,
        objects=(row.pk, row.published_as),
    )


def harmless(said: NoteText) -> list[Finding]:
    """Return the words that the author confirmed, shown to whoever approves."""
    return [one for text in (said.title, said.text) for one in read(text) if not one.is_blocking]


def _words(viewer: Viewer, row: ReleaseNote) -> NoteText:
    said = note_texts.opened(viewer, row)
    if said is None:
        raise NotAllowed(
            "Le texte de cette note a été altéré : abandonnez-la. La DPO en est alertée.",
            code="tampered",
        )
    return said


def _find(viewer: Viewer, note_id: uuid.UUID) -> ReleaseNote:
    """Return a note, locked until the end of the transaction. Raises: Refused."""
    row = (
        ReleaseNote.objects.select_for_update(of=("self",))
        .select_related("commission__council")
        .filter(pk=note_id)
        .first()
    )
    if row is None or not viewer.holds(row.commission_id, *APPROVERS):
        raise Refused("note")
    return row
