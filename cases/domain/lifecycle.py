"""The life of a referral and of a situation: what may follow what, and with which facts.

Two tables hold everything; the functions only read them. The page `docs/cycle-de-vie.md` is
printed by `python -m cases.domain.lifecycle` and compared in the checks.

Source: decisions 28-30; C-02, C-09, BR-10, BR-11.
"""

import sys
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cases.domain.choice import Choice
from cases.domain.exceptions import FactMissing, NotAllowed, SituationClosed, SituationErased


class ReferralState(Choice):
    """Where a referral stands; always set (decision 28)."""

    DRAFT = "draft", "brouillon"
    RECEIVED = "received", "reçue"
    INFORMATION_REQUESTED = "information_requested", "complément demandé"
    ADMITTED = "admitted", "admise"
    NOT_ADMITTED = "not_admitted", "non recevable"
    REDIRECTED = "redirected", "réorientée"
    TAKEN_BACK = "taken_back", "reprise par son auteur"


class SituationState(Choice):
    """Where a situation stands; null until its referral is admitted (decision 29)."""

    PREPARING = "preparing", "en préparation"
    INSCRIBED = "inscribed", "inscrite"
    REVIEWED = "reviewed", "examinée"
    RESTITUTED = "restituted", "restituée"
    FOLLOW_UP = "follow_up", "en suivi"
    CLOSED = "closed", "close"
    ARCHIVED = "archived", "archivée"
    ERASED = "erased", "effacée"
    """Only the tombstone is left: code and dates."""


class AgreementStatus(Choice):
    """What the person's agreement amounts to at one moment (decision 30)."""

    VALID = "valid", "valide"
    RESTRICTED = "restricted", "valide, avec restrictions"
    EXCEPTION = "exception", "exception consignée"
    """Impossibility or urgency, until its date (C-10)."""
    EXPIRED = "expired", "expiré"
    WITHDRAWN = "withdrawn", "retiré ou refusé"
    ABSENT = "absent", "non recueilli"

    @property
    def allows_naming(self) -> bool:
        """Tell whether a named item may stand on an agenda (promise 5, C-02)."""
        return self in (
            AgreementStatus.VALID,
            AgreementStatus.RESTRICTED,
            AgreementStatus.EXCEPTION,
        )


class ReferralAct(Choice):
    """What may be done with a referral."""

    SEND = "send", "transmettre"
    ASK_INFORMATION = "ask_information", "demander un complément"
    COMPLETE = "complete", "compléter"
    ADMIT = "admit", "admettre"
    NOT_ADMIT = "not_admit", "déclarer non recevable"
    REDIRECT = "redirect", "réorienter"
    TAKE_BACK = "take_back", "reprendre"


class SituationAct(Choice):
    """What may be done with a situation."""

    PREPARE = "prepare", "ouvrir la situation"
    INSCRIBE = "inscribe", "inscrire à l’ordre du jour"
    POSTPONE = "postpone", "ajourner"
    REVIEW = "review", "examiner"
    INSCRIBE_BEFORE_RESTITUTION = "inscribe_before_restitution", "réinscrire avant restitution"
    RESTITUTE = "restitute", "restituer à la personne"
    FOLLOW = "follow", "suivre"
    CLOSE = "close", "clore"
    REOPEN = "reopen", "rouvrir"
    ARCHIVE = "archive", "archiver"
    ERASE_AT_TERM = "erase_at_term", "effacer à son terme"
    ERASE_ON_REQUEST = "erase_on_request", "effacer à la demande de la personne"
    ERASE_AFTER_REFUSAL = "erase_after_refusal", "effacer après un refus d’accord"


class Fact(Choice):
    """What an act needs, checked by whoever does it."""

    REASON = "reason", "un motif"
    DESTINATION = "destination", "une destination"
    PERSON_INFORMED = "person_informed", "l’information de la personne, ou une date prévue"
    AGREEMENT = "agreement", "un accord valide ou une exception datée"
    NEW_AGREEMENT = "new_agreement", "un nouvel accord"
    SITTING = "sitting", "une séance"
    CONCLUSION = "conclusion", "une proposition, ou « aucune » avec une date de revue"
    RESTITUTION = "restitution", "la restitution : par qui, quand, comment"
    TERM_REACHED = "term_reached", "le terme de conservation"
    ACCEPTED_REQUEST = "accepted_request", "une demande d’effacement acceptée"
    REFUSED_AGREEMENT = "refused_agreement", "le refus de la personne"


State = TypeVar("State", ReferralState, SituationState)
Act = TypeVar("Act", ReferralAct, SituationAct)


@dataclass(frozen=True)
class Transition(Generic[State, Act]):
    """One line of a table: an act, the states it starts from, the state it leads to.

    A source that is None is a situation whose referral is not admitted.
    """

    act: Act
    sources: tuple[State | None, ...]
    target: State
    facts: frozenset[Fact] = frozenset()


_R, _S = ReferralState, SituationState
_UNDER_SCREENING = (_R.RECEIVED, _R.INFORMATION_REQUESTED)
_IN_WORK = (_S.PREPARING, _S.INSCRIBED, _S.REVIEWED, _S.RESTITUTED, _S.FOLLOW_UP)

REFERRAL_TRANSITIONS: tuple[Transition[ReferralState, ReferralAct], ...] = (
    Transition(ReferralAct.SEND, (_R.DRAFT,), _R.RECEIVED, frozenset({Fact.PERSON_INFORMED})),
    Transition(
        ReferralAct.ASK_INFORMATION,
        (_R.RECEIVED,),
        _R.INFORMATION_REQUESTED,
        frozenset({Fact.REASON}),
    ),
    Transition(ReferralAct.COMPLETE, (_R.INFORMATION_REQUESTED,), _R.RECEIVED),
    Transition(ReferralAct.ADMIT, _UNDER_SCREENING, _R.ADMITTED),
    Transition(ReferralAct.NOT_ADMIT, _UNDER_SCREENING, _R.NOT_ADMITTED, frozenset({Fact.REASON})),
    Transition(
        ReferralAct.REDIRECT, _UNDER_SCREENING, _R.REDIRECTED, frozenset({Fact.DESTINATION})
    ),
    Transition(ReferralAct.TAKE_BACK, (_R.DRAFT, _R.RECEIVED), _R.TAKEN_BACK),
)

SITUATION_TRANSITIONS: tuple[Transition[SituationState, SituationAct], ...] = (
    Transition(SituationAct.PREPARE, (None,), _S.PREPARING),
    Transition(
        SituationAct.INSCRIBE,
        (_S.PREPARING, _S.RESTITUTED, _S.FOLLOW_UP),
        _S.INSCRIBED,
        frozenset({Fact.AGREEMENT, Fact.SITTING}),
    ),
    Transition(SituationAct.POSTPONE, (_S.INSCRIBED,), _S.PREPARING, frozenset({Fact.REASON})),
    Transition(SituationAct.REVIEW, (_S.INSCRIBED,), _S.REVIEWED, frozenset({Fact.CONCLUSION})),
    Transition(
        SituationAct.INSCRIBE_BEFORE_RESTITUTION,
        (_S.REVIEWED,),
        _S.INSCRIBED,
        frozenset({Fact.AGREEMENT, Fact.SITTING, Fact.REASON}),
    ),
    Transition(
        SituationAct.RESTITUTE, (_S.REVIEWED,), _S.RESTITUTED, frozenset({Fact.RESTITUTION})
    ),
    Transition(SituationAct.FOLLOW, (_S.RESTITUTED,), _S.FOLLOW_UP),
    Transition(SituationAct.CLOSE, _IN_WORK, _S.CLOSED, frozenset({Fact.REASON})),
    Transition(
        SituationAct.REOPEN,
        (_S.CLOSED,),
        _S.PREPARING,
        frozenset({Fact.REASON, Fact.NEW_AGREEMENT}),
    ),
    Transition(SituationAct.ARCHIVE, (_S.CLOSED,), _S.ARCHIVED, frozenset({Fact.TERM_REACHED})),
    Transition(
        # From closed: a commission without an archive erases at the first term (C-50).
        SituationAct.ERASE_AT_TERM,
        (None, _S.CLOSED, _S.ARCHIVED),
        _S.ERASED,
        frozenset({Fact.TERM_REACHED}),
    ),
    Transition(
        SituationAct.ERASE_ON_REQUEST,
        (None, *_IN_WORK, _S.CLOSED, _S.ARCHIVED),
        _S.ERASED,
        frozenset({Fact.ACCEPTED_REQUEST}),
    ),
    Transition(
        SituationAct.ERASE_AFTER_REFUSAL,
        (None, _S.PREPARING),
        _S.ERASED,
        frozenset({Fact.REFUSED_AGREEMENT}),
    ),
)

REFERRAL_ENDS = frozenset({_R.NOT_ADMITTED, _R.REDIRECTED, _R.TAKEN_BACK})
"""Referrals that wait only for their erasure (C-56)."""


def next_referral(
    state: ReferralState, act: ReferralAct, facts: Collection[Fact] = ()
) -> ReferralState:
    """Return the state of a referral after an act.

    Raises:
        NotAllowed: the act does not start from this state.
        FactMissing: the act needs a fact that is not among `facts`.
    Source: decision 28.
    """
    return _next(REFERRAL_TRANSITIONS, state, act, facts)


def next_situation(
    state: SituationState | None, act: SituationAct, facts: Collection[Fact] = ()
) -> SituationState:
    """Return the state of a situation after an act; None is a referral not admitted.

    Raises:
        SituationErased: nothing is left to act on.
        SituationClosed: the act needs a situation in work.
        NotAllowed: the act does not start from this state.
        FactMissing: the act needs a fact that is not among `facts`.
    Source: decision 29.
    """
    return _next(SITUATION_TRANSITIONS, state, act, facts)


def referral_acts(state: ReferralState) -> tuple[ReferralAct, ...]:
    """List the acts that start from this state."""
    return tuple(line.act for line in REFERRAL_TRANSITIONS if state in line.sources)


def situation_acts(state: SituationState | None) -> tuple[SituationAct, ...]:
    """List the acts that start from this state."""
    return tuple(line.act for line in SITUATION_TRANSITIONS if state in line.sources)


def facts_needed(act: ReferralAct | SituationAct) -> frozenset[Fact]:
    """Return what must be known before this act."""
    tables: tuple[tuple[Transition[Any, Any], ...], ...]
    tables = (REFERRAL_TRANSITIONS, SITUATION_TRANSITIONS)
    return next(line.facts for table in tables for line in table if line.act is act)


def _next(
    table: tuple[Transition[State, Act], ...],
    state: State | None,
    act: Act,
    facts: Collection[Fact],
) -> State:
    """Read one table; refuse with the most precise words there are."""
    for line in table:
        if line.act is not act or state not in line.sources:
            continue
        missing = sorted(line.facts - set(facts))
        if missing:
            words = ", ".join(fact.label for fact in missing)
            raise FactMissing(f"Pour {act.label}, il manque : {words}.")
        return line.target
    if state is SituationState.ERASED:
        raise SituationErased
    if state in (SituationState.CLOSED, SituationState.ARCHIVED):
        raise SituationClosed
    words = "saisine non admise" if state is None else state.label
    raise NotAllowed(f"Impossible de {act.label} : l’état est « {words} ».")


def mermaid(table: tuple[Transition[Any, Any], ...]) -> str:
    """Draw one table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    for state in type(table[0].target):
        lines.append(f"    {state.value} : {state.label}")
    for line in table:
        for source in line.sources:
            start = "[*]" if source is None else source.value
            lines.append(f"    {start} --> {line.target.value} : {line.act.label}")
    return "\n".join(lines)


def _facts_table(table: tuple[Transition[Any, Any], ...]) -> str:
    """List the acts of one table with their states and facts."""
    lines = ["| Acte | Depuis | Vers | Il faut |", "|---|---|---|---|"]
    for line in table:
        sources = ", ".join("saisine non admise" if s is None else s.label for s in line.sources)
        facts = ", ".join(fact.label for fact in sorted(line.facts)) or "—"
        lines.append(f"| {line.act.label} | {sources} | {line.target.label} | {facts} |")
    return "\n".join(lines)


def page() -> str:
    """Write the page of the life cycle in French."""
    parts = ["# Cycle de vie", "", "Page produite par `python -m cases.domain.lifecycle`.", ""]
    tables: tuple[tuple[str, tuple[Transition[Any, Any], ...]], ...]
    tables = (("Saisine", REFERRAL_TRANSITIONS), ("Situation", SITUATION_TRANSITIONS))
    for title, table in tables:
        parts += [f"## {title}", "", "```mermaid", mermaid(table), "```", ""]
        parts += [_facts_table(table), ""]
    parts += [
        "Le retrait de l’accord et la limitation du traitement (RGPD, article 18) sont des",
        "marques posées sur la situation, non des états : une fois levées, elle se retrouve",
        "là où elle était. Une saisine non recevable, réorientée ou reprise est effacée à son",
        "terme ; une situation effacée ne garde que son code et ses dates.",
        "",
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(page())
