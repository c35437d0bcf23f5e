"""Referrals as their author and as the screening see them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from cases.access.facts import OpenSituation, SectionView, SituationLine
from cases.domain.lifecycle import ReferralAct, ReferralState, referral_acts
from cases.domain.sections import Section
from cases.models import ReferralAnswer
from cases.presenters import documents, words
from cases.presenters.dates import on
from cases.presenters.documents import Words
from cases.presenters.situation import Act, SectionSheet, section_sheet
from clsm_core.ui.components import Cell, Fact

KINDS = {
    ReferralState.ADMITTED.value: "done",
    ReferralState.INFORMATION_REQUESTED.value: "attention",
}
MINE_HEADERS = ("Code", "Envoyée le", "Où elle en est", "Réponse le")
SCREENING_HEADERS = ("Code", "Reçue le", "État", "Informer la personne")
NEXT_WORDS = {
    ReferralState.RECEIVED.value: "La commission l’étudie. Vous lirez sa réponse ici.",
    ReferralState.INFORMATION_REQUESTED.value: "La commission a besoin d’un complément.",
    ReferralState.ADMITTED.value: "La situation sera examinée, avec l’accord de la personne. Le "
    "référent vous contactera s’il a besoin de vous.",
    ReferralState.NOT_ADMITTED.value: "Elle ne sera pas examinée. Ce que vous avez écrit sera "
    "effacé au plus tard dans six mois.",
    ReferralState.REDIRECTED.value: "Elle ne sera pas examinée ici : voyez vers qui vous tourner.",
    ReferralState.TAKEN_BACK.value: "Vous l’avez reprise. Ce que vous avez écrit sera effacé.",
}
# Once answered, a referral is not compared any more.
COMPARED = (ReferralState.RECEIVED.value, ReferralState.INFORMATION_REQUESTED.value)
SECTIONS = (Section.SOCIAL, Section.HOUSING, Section.HEALTH, Section.LEGAL)
SCREENING_PAGES = {
    ReferralAct.ADMIT: ("Admettre", "admettre"),
    ReferralAct.ASK_INFORMATION: ("Demander un complément", "complement"),
    ReferralAct.NOT_ADMIT: ("Non recevable…", "refuser"),
    ReferralAct.REDIRECT: ("Réorienter…", "reorienter"),
}


@dataclass(frozen=True)
class MyReferral:
    """What a referrer sees of what she sent: the answer, never the content."""

    id: uuid.UUID
    code: str
    state: str
    kind: str
    sent_at: datetime
    answered_at: datetime | None
    next_words: str
    reason: str
    message: str
    can_complete: bool
    can_take_back: bool


@dataclass(frozen=True)
class ScreeningPage:
    """A referral on the coordinator's desk."""

    code: str
    state: str
    sent_at: datetime
    question: str
    said: list[Words]
    parts: list[tuple[str, list[Fact]]]
    sections: list[SectionSheet]
    primary: Act | None
    others: list[Act]
    is_coded: bool
    can_reveal: bool
    can_compare: bool


def mine_rows(answers: Iterable[ReferralAnswer]) -> list[list[Cell | str]]:
    """Return the lines of one's own referrals."""
    return [
        [
            Cell(row.code, url=reverse("cases:my_referral", args=[row.code]), is_code=True),
            on(row.created_at),
            Cell(ReferralState(row.referral_state).label, kind=KINDS.get(row.referral_state, "")),
            on(row.answered_at) or "—",
        ]
        for row in answers
    ]


def mine(row: ReferralAnswer, opened_answer: Callable[[], str]) -> MyReferral:
    """Return the page of one's own referral."""
    state = ReferralState(row.referral_state)
    possible = referral_acts(state)
    return MyReferral(
        id=row.id,
        code=row.code,
        state=state.label,
        kind=KINDS.get(state.value, ""),
        sent_at=row.created_at,
        answered_at=row.answered_at,
        next_words=NEXT_WORDS.get(state.value, ""),
        reason=words.reason(row.answer_reason),
        message=opened_answer() if row.answer is not None else "",
        can_complete=ReferralAct.COMPLETE in possible,
        can_take_back=ReferralAct.TAKE_BACK in possible,
    )


def is_waiting(line: SituationLine) -> bool:
    """Tell whether a referral waits for the coordinator."""
    return line.situation.referral_state == ReferralState.RECEIVED.value


def screening_rows(lines: Iterable[SituationLine]) -> list[list[Cell | str]]:
    """Return the lines of the referrals to screen."""
    return [
        [
            Cell(
                line.situation.code,
                url=reverse("cases:referral", args=[line.situation.code]),
                is_code=True,
            ),
            on(line.situation.created_at),
            Cell(line.situation.referral_label, kind="attention" if is_waiting(line) else ""),
            _information(line),
        ]
        for line in lines
    ]


def _information(line: SituationLine) -> Cell | str:
    due = line.situation.information_due_on
    if due is None:
        return "informée"
    words_of_date = f"avant le {on(due)}"
    return Cell(words_of_date, kind="attention") if line.is_overdue else words_of_date


def screening(opened: OpenSituation) -> ScreeningPage:
    """Return the page of a referral being screened."""
    code = opened.situation.code
    core = opened.section(Section.CORE.value)
    state = ReferralState(opened.situation.referral_state)
    possible = [act for act in SCREENING_PAGES if act in referral_acts(state)]
    is_coded = opened.situation.is_anonymous or _is_coded(core)
    may_reveal = opened.section(Section.IDENTITY.value).readable and not is_coded
    pages = [
        Act(SCREENING_PAGES[act][0], reverse("cases:screen", args=[code, SCREENING_PAGES[act][1]]))
        for act in possible
    ]
    return ScreeningPage(
        code=code,
        state=state.label,
        sent_at=opened.situation.created_at,
        question=documents.question(core),
        said=documents.person_words(core),
        parts=[part for sheet in documents.sheets(core) for part in sheet.parts],
        sections=[section_sheet(code, opened.section(section.value)) for section in SECTIONS],
        primary=pages[0] if pages else None,
        others=pages[1:],
        is_coded=is_coded,
        can_reveal=may_reveal,
        can_compare=may_reveal and state.value in COMPARED,
    )


def _is_coded(core: SectionView) -> bool:
    """Tell whether the referral designates the person without her name."""
    return any(one.payload and one.payload.get("attest_anonymous") for one in core.documents)
