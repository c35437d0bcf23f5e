"""The page of one situation: where it stands, what is expected, its sections and its people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse

from cases.access.facts import OpenSituation, ProposalView, SectionView
from cases.access.files import FileLine
from cases.domain.agreement import Accompaniment
from cases.domain.lifecycle import AgreementStatus, SituationState
from cases.domain.sections import Section
from cases.domain.vocabulary import AnswerOfPerson, PersonPresenceWish, ProposalStatus
from cases.presenters import documents, exceptional, files, words
from cases.presenters.documents import DocumentSheet, Words
from cases.presenters.files import FileSheet
from clsm_core.ui.components import Cell, Moment, Tab
from clsm_core.ui.templatetags.ui import day, short_day

TABS = (Section.SOCIAL, Section.HOUSING, Section.HEALTH, Section.LEGAL, Section.SHAREABLE)
TAB_WORDS = {Section.SHAREABLE.value: "À restituer"}
ASK = "la personne qui anime la commission"

ACTS = {
    "record_agreement": ("Recueillir l’accord", "cases:agreement"),
    "share": ("Partager avec des membres", "cases:share"),
    "inscribe": ("Inscrire à une séance", "cases:inscribe"),
    "restitute": ("Noter la restitution", "cases:restitute"),
    "write": ("Écrire un texte", "cases:document_new"),
    "deposit": ("Déposer une pièce", "cases:file_new"),
    "export": ("Exporter une copie numérotée", "cases:export"),
    "identify": ("Écrire ou compléter l’identité", "cases:identity_edit"),
    "lead": ("Changer de référent", "cases:lead"),
    "step_aside": ("Me déporter", "cases:step_aside"),
    "control": ("Demander à lire pour un contrôle", "cases:control_ask"),
    "withdraw": ("Enregistrer un retrait ou une opposition", "cases:withdraw"),
    "close": ("Clore la situation", "cases:close"),
    "reopen": ("Rouvrir la situation", "cases:reopen"),
}
# The act that moves a situation on, by its state; the first one allowed is the page's button.
NEXT = {
    SituationState.PREPARING.value: ("inscribe", "share"),
    SituationState.REVIEWED.value: ("restitute",),
    SituationState.RESTITUTED.value: ("follow",),
    SituationState.FOLLOW_UP.value: ("write",),
    SituationState.CLOSED.value: ("reopen",),
}
STATUS_KINDS = {
    ProposalStatus.DONE.value: "done",
    ProposalStatus.NOT_DONE.value: "attention",
}
PROPOSAL_HEADERS = ("Proposition", "Qui", "Échéance", "Avis de la personne", "État")


@dataclass(frozen=True)
class Act:
    """Something that may be done now: a page to open, or a button that acts."""

    label: str
    url: str
    posts: bool = False


@dataclass(frozen=True)
class SectionSheet:
    """A section on a page: its documents, or its seal."""

    code: str
    label: str
    readable: bool
    message: str
    holders: str
    documents: list[DocumentSheet]
    url: str
    files: list[FileSheet] = field(default_factory=list)


@dataclass(frozen=True)
class SituationPage:
    """Everything that the page shows."""

    code: str
    state: str
    tags: list[tuple[str, str]]
    primary: Act | None
    others: list[Act]
    advice: str
    can_reveal: bool
    has_identity_section: bool
    band: list[tuple[str, object]]
    agreement_label: str
    agreement_tone: str
    tabs: list[Tab]
    said: list[Words]
    presence: str
    question: str
    core: list[DocumentSheet]
    sections: list[SectionSheet]
    rows: list[list[Cell | str]]
    sealed_proposals: int
    group: list[tuple[str, object]]
    moments: list[Moment]
    banners: list[tuple[str, str]] = field(default_factory=list)
    is_anonymous: bool = False
    core_files: list[FileSheet] = field(default_factory=list)


def page(
    opened: OpenSituation,
    *,
    today: date,
    current: str = "",
    lines: Mapping[str, Iterable[FileLine]] | None = None,
) -> SituationPage:
    """Return the page of a situation; ``current`` is the code of the section being read.

    ``lines`` are the files of each section that is open.
    """
    situation = opened.situation
    held = lines or {}
    core = opened.section(Section.CORE.value)
    identity = opened.section(Section.IDENTITY.value)
    primary, others = acts(opened)
    return SituationPage(
        code=situation.code,
        state=situation.state_label,
        tags=tags(opened, today),
        primary=primary,
        others=others,
        advice=advice(opened),
        can_reveal="reveal" in opened.acts and not situation.is_anonymous,
        has_identity_section=identity.readable,
        band=band(opened),
        agreement_label=agreement_words(opened),
        agreement_tone=opened.agreement.tone,
        tabs=tabs(opened, current),
        said=documents.person_words(core),
        presence=beside(opened),
        question=documents.question(core),
        core=documents.sheets(core),
        sections=[
            section_sheet(situation.code, opened.section(code.value), held.get(code.value, ()))
            for code in TABS
        ],
        core_files=files.sheets(situation.code, held.get(Section.CORE.value, ())),
        rows=[proposal_row(one) for one in opened.proposals],
        sealed_proposals=opened.sealed_proposals,
        group=[
            (
                member.role_label.capitalize(),
                ", ".join(filter(None, (member.name, member.function, member.organisation))),
            )
            for member in opened.group
        ],
        moments=[Moment(on, text) for on, text in opened.timeline],
        banners=exceptional.banners(opened.exceptional),
        is_anonymous=situation.is_anonymous,
    )


def acts(opened: OpenSituation) -> tuple[Act | None, list[Act]]:
    """Return the act that moves the situation on, and the others in their own order."""
    code = opened.situation.code
    allowed = opened.acts
    first = ""
    if opened.situation.is_withdrawn:
        first = "close" if "close" in allowed else ""
    elif "record_agreement" in allowed and _needs_agreement(opened):
        first = "record_agreement"
    else:
        wanted = NEXT.get(opened.situation.state or "", ())
        first = next((act for act in wanted if act in allowed), "")
    if first == "follow":
        primary: Act | None = Act("Engager le suivi", reverse("cases:follow", args=[code]), True)
    else:
        primary = _act(first, code) if first else None
    others = [_act(name, code) for name in ACTS if name in allowed and name != first]
    if "follow" in allowed and first != "follow":
        others.append(Act("Engager le suivi", reverse("cases:follow", args=[code]), True))
    return primary, others


def _act(name: str, code: str) -> Act:
    label, url_name = ACTS[name]
    return Act(label, reverse(url_name, args=[code]))


def _needs_agreement(opened: OpenSituation) -> bool:
    if opened.situation.is_anonymous or opened.situation.state == SituationState.CLOSED.value:
        return False
    return opened.agreement.status in (
        AgreementStatus.ABSENT.value,
        AgreementStatus.EXPIRED.value,
    )


def advice(opened: OpenSituation) -> str:
    """Say in one sentence what is expected now."""
    situation = opened.situation
    if situation.is_withdrawn:
        return (
            "La personne a retiré son accord ou s’est opposée au partage. Vous seul voyez encore "
            "cette situation, pour la clore."
        )
    if situation.is_limited:
        return "Le traitement est limité à la demande de la personne : adressez-vous au DPO."
    if _needs_agreement(opened):
        return "Sans accord, la situation ne peut être ni partagée ni inscrite à une séance."
    if situation.state == SituationState.PREPARING.value:
        return "Accord recueilli : partagez les volets utiles, puis inscrivez à une séance."
    if situation.state == SituationState.INSCRIBED.value:
        return "Inscrite à une séance : l’examen se note depuis la page de la séance."
    if situation.state == SituationState.REVIEWED.value:
        return "Les propositions attendent d’être expliquées à la personne, une par une."
    if situation.state == SituationState.RESTITUTED.value:
        return "La personne connaît les propositions : le suivi peut commencer."
    return ""


def tags(opened: OpenSituation, today: date) -> list[tuple[str, str]]:
    """Return the state and what is due, as tags."""
    situation = opened.situation
    found = [(situation.state_label, "")]
    if situation.is_withdrawn:
        found.append(("accord retiré", "danger"))
    due = situation.restitution_due_on
    if due and situation.state == SituationState.REVIEWED.value:
        late = "en retard depuis le" if due < today else "à faire avant le"
        found.append((f"restitution {late} {short_day(due)}", "attention"))
    review = situation.review_due_on
    if review and situation.state in (
        SituationState.FOLLOW_UP.value,
        SituationState.RESTITUTED.value,
    ):
        found.append((f"à revoir le {short_day(review)}", "attention" if review < today else ""))
    if opened.agreement.ask_again and not _needs_agreement(opened):
        found.append((opened.agreement.ask_again, "attention"))
    inform = situation.information_due_on
    if inform and situation.state in (None, SituationState.PREPARING.value):
        found.append((f"informer la personne avant le {short_day(inform)}", "attention"))
    return found


def agreement_words(opened: OpenSituation) -> str:
    """Say the agreement in a few words: status, how many recipients, until when."""
    agreement = opened.agreement
    parts = [agreement.status_label]
    if agreement.recipients:
        number = len(agreement.recipients)
        parts.append(f"{number} destinataire{'s' if number > 1 else ''}")
    if agreement.regularise_by:
        parts.append(f"à demander avant le {short_day(agreement.regularise_by)}")
    elif agreement.expires_on:
        parts.append(f"jusqu’au {short_day(agreement.expires_on)}")
    elif agreement.recipients:
        parts.append("jusqu’à la clôture")
    return " · ".join(parts)


def band(opened: OpenSituation) -> list[tuple[str, object]]:
    """Return the clear facts beside the masked identity; the age only to whom reads it."""
    found: list[tuple[str, object]] = []
    social = opened.section(Section.SOCIAL.value)
    for document in social.documents:
        if document.payload and document.payload.get("age_band"):
            age = words.CODED["age_band"][1]
            found.append(("Âge", words.value_in_words(age, document.payload["age_band"])))
            break
    found.append(("Référent", opened.situation.lead_name))
    return found


def beside(opened: OpenSituation) -> str:
    """Say whether the person wants to be there, and who beside her."""
    agreement = opened.agreement
    found = [
        words.label(PersonPresenceWish, agreement.presence),
        *(words.label(Accompaniment, code) for code in agreement.accompaniment),
    ]
    return ", avec ".join(filter(None, (found[0], " et ".join(found[1:]))))


def tabs(opened: OpenSituation, current: str) -> list[Tab]:
    """Return the tabs; a sealed section stays named."""
    code = opened.situation.code
    found = [
        Tab("Vue d’ensemble", reverse("cases:situation", args=[code]), current=not current),
        *(
            Tab(
                TAB_WORDS.get(section.value, section.label.capitalize()),
                reverse("cases:situation_section", args=[code, section.value]),
                current=current == section.value,
                is_sealed=not opened.section(section.value).readable,
            )
            for section in TABS
        ),
    ]
    found.append(
        Tab("Qui peut voir", reverse("cases:readers", args=[code]), current=current == "readers")
    )
    return found


def section_sheet(code: str, section: SectionView, lines: Iterable[FileLine] = ()) -> SectionSheet:
    """Return a section ready for a page."""
    return SectionSheet(
        code=section.section,
        label=TAB_WORDS.get(section.section, section.label),
        readable=section.readable,
        message=section.message,
        holders=", ".join(section.holders),
        documents=documents.sheets(section),
        url=reverse("cases:situation_section", args=[code, section.section]),
        files=files.sheets(code, lines),
    )


def proposal_title(proposal: ProposalView) -> str:
    """Name a proposal, or say that its words are sealed."""
    if not proposal.readable:
        return f"Proposition scellée (volet {Section(proposal.section).label})"
    return proposal.title or proposal.kind_label


def proposal_row(proposal: ProposalView) -> list[Cell | str]:
    """Return one line of the table of proposals."""
    answer = words.label(AnswerOfPerson, proposal.answer)
    is_waiting = proposal.answer == AnswerOfPerson.PENDING.value
    # A sealed one has nothing to open: it stays named, without a link.
    url = reverse("cases:proposal", args=[proposal.id]) if proposal.readable else ""
    return [
        Cell(proposal_title(proposal), url=url),
        proposal.holder or "—",
        short_day(proposal.due_on) or "—",
        Cell("à restituer", kind="attention") if is_waiting else answer,
        Cell(proposal.status_label, kind=STATUS_KINDS.get(proposal.status, "")),
    ]


def agreement_facts(opened: OpenSituation) -> list[tuple[str, object]]:
    """Return the agreement in full: what, with whom, until when; nothing when none is held."""
    agreement = opened.agreement
    if not agreement.categories:
        return []
    found: list[tuple[str, object]] = [
        ("Exprimé le", day(agreement.expressed_on)),
        ("Informations partagées", ", ".join(agreement.categories)),
        ("Avec", ", ".join(agreement.recipients)),
        ("Jamais avec", ", ".join(agreement.excluded) or "aucune exclusion"),
        ("Textes", " ; ".join(agreement.limits)),
        ("Pour", " ; ".join(agreement.purposes)),
        ("Jusqu’au", day(agreement.expires_on) or "la clôture, ou son retrait"),
    ]
    return [fact for fact in found if fact[1]]


def history_url(opened: OpenSituation, *, is_dpo: bool) -> str:
    """Return where every expression is, for whoever collects them and for the DPO."""
    if is_dpo or "record_agreement" in opened.acts:
        return reverse("cases:agreement_history", args=[opened.situation.code])
    return ""
