"""The history of the person's agreement, its receipt on paper and as data."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from cases.access.agreement_history import ExpressionView, OpenHistory
from cases.access.agreements import text_limits
from cases.domain.agreement import (
    Accompaniment,
    AgreementKind,
    Expression,
    Purpose,
    recipient_label,
)
from cases.domain.receipt import AUTHORITY, WITHDRAWAL, ReceiptFacts
from cases.domain.sections import InformationCategory
from cases.domain.vocabulary import PersonPresenceWish, ProtectionMeasure
from cases.presenters import words
from clsm_core.ui.components import Fact
from clsm_core.ui.templatetags.ui import day, moment

TITLES = {
    AgreementKind.NAMED_SHARING: "Accord pour un partage nominatif",
    AgreementKind.ANONYMOUS_EVOCATION: "Accord pour une évocation anonyme",
    AgreementKind.OBJECTION: "Opposition au partage",
    AgreementKind.WITHDRAWAL: "Retrait de l’accord",
    AgreementKind.IMPOSSIBILITY: "Accord impossible à recueillir",
    AgreementKind.URGENCY: "Urgence",
}
HEADINGS = {
    AgreementKind.OBJECTION: "Votre opposition au partage",
    AgreementKind.WITHDRAWAL: "Le retrait de votre accord",
}
STOPPED = (
    "Vos informations ne sont plus partagées : les accès ont pris fin et la situation a quitté "
    "l’ordre du jour. La personne référente la garde, le temps de la clore."
)


@dataclass(frozen=True)
class Sheet:
    """One expression as the page shows it."""

    id: uuid.UUID
    title: str
    is_standing: bool
    kind: str
    said: str
    facts: list[Fact]
    sealed_facts: list[Fact]
    has_sealed_words: bool
    is_altered: bool
    receipt_url: str
    data_url: str
    proof_url: str


@dataclass(frozen=True)
class HistoryPage:
    """Everything that the page shows."""

    code: str
    status: str
    tone: str
    ask_again: str
    beside: list[Fact] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    can_record: bool = False
    can_reveal: bool = False


def page(opened: OpenHistory, *, revealed: bool = False) -> HistoryPage:
    """Return the history, newest first."""
    code = opened.situation.code
    return HistoryPage(
        code=code,
        status=opened.status_words,
        tone=opened.tone,
        ask_again=opened.ask_again,
        beside=beside(opened.expressions),
        sheets=[sheet(opened, one) for one in opened.expressions],
        can_record=opened.can_record,
        can_reveal=opened.can_reveal and not revealed,
    )


def beside(expressions: Iterable[ExpressionView]) -> list[Fact]:
    """Return what the person asked for beside her, the last time she said it."""
    last = next((one for one in expressions if one.presence or one.accompaniment), None)
    if last is None:
        return []
    return [
        Fact("Présence à la séance", words.label(PersonPresenceWish, last.presence)),
        Fact("Accompagnement", _accompanied(last) or "non demandé"),
    ]


def sheet(opened: OpenHistory, one: ExpressionView) -> Sheet:
    """Return one expression ready for the page."""
    said, code = one.expression, opened.situation.code
    payload = one.words or {}
    kind = "danger" if said.kind.is_stop else "attention" if said.kind.is_exception else ""
    return Sheet(
        id=one.id,
        title=TITLES[said.kind],
        is_standing=one.is_standing,
        kind="done" if one.is_standing and not kind else kind,
        said=str(payload.get("words", "")),
        facts=facts(one, opened.names),
        sealed_facts=sealed_facts(payload),
        has_sealed_words=one.has_words and one.words is None and not one.is_altered,
        is_altered=one.is_altered,
        receipt_url="" if said.kind.is_exception else _url("agreement_receipt", code, one.id),
        data_url="" if said.kind.is_exception else _url("agreement_receipt_data", code, one.id),
        proof_url=_proof_url(code, one.id) if opened.can_prove else "",
    )


def _url(name: str, code: str, pk: uuid.UUID) -> str:
    return reverse(f"cases:{name}", args=[code, pk])


def _proof_url(code: str, pk: uuid.UUID) -> str:
    """Return where the signed form is filed, empty while the service takes no file."""
    try:
        return f"{reverse('cases:file_new', args=[code])}?accord={pk}"
    except NoReverseMatch:
        return ""


def facts(one: ExpressionView, names: dict[uuid.UUID, str]) -> list[Fact]:
    """Return what an expression says, in words; what it does not say is left out."""
    said = one.expression
    found = [
        ("Exprimé le", day(timezone.localdate(said.expressed_at))),
        ("Par", said.giver.label if said.giver else ""),
        ("Comment", said.mode.label if said.mode else ""),
        ("Recueilli par", f"{one.collected_by}, enregistré le {moment(one.recorded_at)}"),
        ("Note d’information", _notice(said)),
        ("Motif", said.reason.label if said.reason else ""),
        ("À demander avant le", day(said.regularise_by)),
        *opened_facts(said, names),
        ("Son propre avis", "recueilli" if said.opinion_recorded and not one.words else ""),
        ("Désaccord", "suspendu, en attente du juge" if said.is_disputed else ""),
    ]
    return [Fact(label, value) for label, value in found if value]


def opened_facts(said: Expression, names: dict[uuid.UUID, str]) -> list[tuple[str, str]]:
    """Return what an expression opens, to whom, for what, until when, and what it keeps closed."""
    if said.kind.is_stop:
        refused = Purpose.STATISTICS not in said.purposes
        return [("Chiffres du conseil", "refuse d’y être comptée" if refused else "")]
    is_named = said.kind is AgreementKind.NAMED_SHARING
    return [
        ("Informations", _listed(one.label for one in _categories(said))),
        ("Avec", _listed(_to_whom(said, names))),
        ("Jamais avec", _listed(_never(said, names))),
        ("Textes", _listed(text_limits(said))),
        ("Pour", _listed(one.label for one in Purpose if one in said.purposes)),
        ("Seulement en cas d’urgence", "oui" if said.is_emergency_only else ""),
        ("Jusqu’au", day(said.expires_on) or ("la clôture, ou son retrait" if is_named else "")),
    ]


def _categories(said: Expression) -> list[InformationCategory]:
    return [one for one in InformationCategory if one in said.categories]


def _to_whom(said: Expression, names: dict[uuid.UUID, str]) -> list[str]:
    kinds = [recipient_label(code) for code in sorted(said.professions)]
    return [*kinds, *sorted(said.organisations), *_people(said.members, names)]


def _never(said: Expression, names: dict[uuid.UUID, str]) -> list[str]:
    return [*sorted(said.excluded_organisations), *_people(said.excluded_members, names)]


def _people(members: Iterable[uuid.UUID], names: dict[uuid.UUID, str]) -> list[str]:
    return sorted(names.get(pk, "ancien membre") for pk in members)


def _notice(said: Expression) -> str:
    if not said.notice_version:
        return ""
    form = f", {said.notice_form.label}" if said.notice_form else ""
    return f"version {said.notice_version}{form}, remise le {day(said.notice_handed_on)}"


def _listed(values: Iterable[str]) -> str:
    return " ; ".join(values)


def _accompanied(one: ExpressionView) -> str:
    return ", ".join(words.label(Accompaniment, code) for code in one.accompaniment)


def sealed_facts(payload: dict[str, object]) -> list[Fact]:
    """Return what was sealed beside her words: who spoke, on what ground, her own opinion."""
    measure = str(payload.get("measure", ""))
    found = [
        ("Qui a parlé pour elle", str(payload.get("speaker", ""))),
        ("Mesure de protection", words.label(ProtectionMeasure, measure) if measure else ""),
        ("Moins de 18 ans", "oui" if payload.get("is_minor") else ""),
        ("En état de décider", "non" if payload.get("cannot_express") else ""),
        ("Appréciation de sa capacité", str(payload.get("capacity", ""))),
        ("Son propre avis", str(payload.get("opinion", ""))),
    ]
    return [Fact(label, value) for label, value in found if value]


def receipt_facts(opened: OpenHistory, one: ExpressionView, at: datetime) -> ReceiptFacts:
    """Return what the receipt as data is made of."""
    return ReceiptFacts(
        record=one.id,
        situation=opened.situation.id,
        expression=one.expression,
        is_standing=one.is_standing,
        status=opened.status,
        issued_at=at,
        controller=opened.council_name,
        dpo_contact=opened.dpo_contact,
        impact_assessment=opened.impact_assessment,
    )


def receipt_document(opened: OpenHistory, one: ExpressionView, at: datetime) -> dict[str, object]:
    """Return what the receipt on paper says: her words first, then plain sentences to her."""
    said = one.expression
    on = day(timezone.localdate(said.expressed_at))
    spoke = "" if said.giver is None else f" ; a parlé : {said.giver.label}"
    how = f", {said.mode.label}" if said.mode else ""
    return {
        "council": opened.council_name,
        "commission": opened.situation.commission_name,
        "number": str(one.id)[:8],
        "issued": day(timezone.localdate(at)),
        "heading": HEADINGS.get(said.kind, "Votre accord"),
        "lead": f"Dit le {on}{how}{spoke}. Recueilli par {one.collected_by}.",
        "words": str((one.words or {}).get("words", "")),
        "parts": _parts(opened, one),
        "withdrawal": WITHDRAWAL,
        "contacts": [
            f"Votre référent : {opened.situation.lead_name}"
            if opened.situation.lead_name
            else "La personne qui anime la commission",
            f"Le délégué à la protection des données : {opened.dpo_contact}",
            f"En cas de désaccord : {AUTHORITY}",
        ],
    }


def _plain(label: str) -> str:
    """Leave out the reference to the list of professions, which means nothing to the person."""
    return label.split(" (")[0]


def _closed_texts(said: Expression) -> list[str]:
    """Return the texts that stay closed, said to the person."""
    found = [f"ce qu’a écrit {name}" for name in sorted(said.excluded_authors)]
    if said.written_from:
        found.append(f"ce qui a été écrit avant le {day(said.written_from)}")
    if said.written_until:
        found.append(f"ce qui a été écrit après le {day(said.written_until)}")
    return found


def _part(title: str, text: str, lines: Iterable[str] = ()) -> dict[str, object]:
    return {"title": title, "text": text, "lines": list(lines)}


def _parts(opened: OpenHistory, one: ExpressionView) -> list[dict[str, object]]:
    said = one.expression
    if said.kind.is_stop:
        counted = Purpose.STATISTICS in said.purposes
        more = "" if counted else " Votre situation n’entre plus dans les chiffres du conseil."
        return [_part("Ce qui change", STOPPED + more)]
    parts = []
    if said.kind is AgreementKind.NAMED_SHARING:
        if said.is_emergency_only:
            parts.append(
                _part(
                    "Seulement en cas d’urgence",
                    "Rien n’est partagé d’ordinaire. En cas de danger pour votre vie ou votre "
                    "santé, un accès exceptionnel, demandé par une personne et confirmé par une "
                    "autre, peut ouvrir ces informations. Il est noté, et le délégué à la "
                    "protection des données le contrôle.",
                )
            )
        parts.append(_part("Ce qui peut être lu", "", [c.label for c in _categories(said)]))
        if not said.is_emergency_only:
            readers = [_plain(words) for words in _to_whom(said, opened.names)]
            parts.append(_part("Par qui", "", readers))
    else:
        parts.append(
            _part(
                "Ce qui est fait",
                "Votre situation est présentée sans votre nom, ni rien qui permette de vous "
                "reconnaître.",
            )
        )
    never = [*_never(said, opened.names), *_closed_texts(said)]
    if never:
        parts.append(_part("Ce qui reste fermé", "", never))
    parts.append(_part("Pour", "", [p.label for p in Purpose if p in said.purposes]))
    until = day(said.expires_on)
    parts.append(
        _part("Jusqu’à quand", f"Jusqu’au {until}." if until else "Jusqu’à la fin du suivi.")
    )
    wished = [fact for fact in beside([one]) if fact.value]
    if wished:
        parts.append(_part("À la séance", "", [f"{label} : {value}" for label, value in wished]))
    parts.append(_part("La note d’information", f"Vous l’avez reçue : {_notice(said)}."))
    return parts
