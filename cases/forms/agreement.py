"""The person's agreement, and its end (C-05, C-06, C-10…C-13).

The rules live in ``cases.domain.agreement_rules``; this form only asks, and puts their errors on
its fields. What restricts is found again from the agreement before; what opens is asked anew: a box
already ticked is nobody's agreement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms

from cases.domain.agreement import (
    LEGAL_ZONE,
    Accompaniment,
    AgreementGiver,
    AgreementKind,
    AgreementMode,
    ExceptionReason,
    Expression,
    NoticeForm,
    Purpose,
)
from cases.domain.agreement_rules import PersonFacts
from cases.domain.sections import InformationCategory, ProfessionCategory
from cases.domain.vocabulary import PersonPresenceWish, ProtectionMeasure, ReferrerCategory
from cases.forms.fields import Grouped, box, day, line, long_text, one_of, one_shown, several
from cases.models import Mandate

MINOR_AGE = 17
RECORDED_KINDS = (
    AgreementKind.NAMED_SHARING,
    AgreementKind.ANONYMOUS_EVOCATION,
    AgreementKind.IMPOSSIBILITY,
    AgreementKind.URGENCY,
)
# A rule's field that this form asks under another name.
RENAMED = {"expressed_at": "expressed_on"}
# Sealed with the identity, in one document; a situation without a name has none of them.
WORDS = ("words", "speaker", "capacity", "opinion")
SEALED = "Scellé avec l’identité."
KEPT = (
    "excluded_organisations",
    "excluded_members",
    "excluded_authors",
    "written_from",
    "written_until",
    "is_emergency_only",
)
LIMITS = "Les limites qu’elle pose"
EXCEPTION = "Si l’accord n’a pas pu être demandé"
OTHERS = "Si la personne est mineure ou protégée"
Choices = list[tuple[str, str]]


class AgreementForm(Grouped):
    """What the person agrees to, with whom, until when."""

    groups = (
        (
            "Ce que dit la personne",
            "",
            ("kind", "words", "expressed_on", "giver", "mode"),
        ),
        (
            "La note d’information",
            "Un accord oral est possible : la note écrite est quand même remise.",
            ("notice_version", "notice_handed_on", "notice_form", "security_described"),
        ),
        (
            "Ce qu’elle accepte de partager, et avec qui",
            "Ce qui n’est pas coché reste fermé, même à un membre présent en séance.",
            ("categories", "professions", "organisations", "purposes", "expires_on"),
        ),
        ("La séance", "", ("presence", "accompaniment")),
        (
            LIMITS,
            "Un refus par le nom l’emporte toujours. Ces limites valent tout de suite.",
            ("members", *KEPT),
        ),
        (
            EXCEPTION,
            "À remplir seulement pour une impossibilité ou une urgence. Injoignable, son identité "
            "reste fermée jusqu’à ce qu’elle soit informée.",
            ("reason", "regularise_by"),
        ),
        (
            OTHERS,
            "",
            (
                "is_minor",
                "measure",
                "cannot_express",
                "speaker",
                "capacity",
                "opinion",
                "opinion_recorded",
                "is_disputed",
            ),
        ),
    )
    folded = frozenset({LIMITS, EXCEPTION, OTHERS})

    kind = one_shown("Nature", [(kind.value, kind.label) for kind in RECORDED_KINDS])
    words = long_text(
        "Dans ses mots",
        help_text=f"Ce qu’elle accepte, ce qu’elle ne veut pas, comme elle le dit. {SEALED}",
    )
    expressed_on = day("Exprimé le", required=True)
    giver = one_of("Par", AgreementGiver)
    mode = one_of("Comment", AgreementMode)
    notice_version = line("Version de la note", limit=20)
    notice_handed_on = day("Note remise le")
    notice_form = one_of("Forme de la note", NoticeForm)
    security_described = box(
        "J’ai expliqué à la personne comment ses informations sont protégées et qui peut les lire"
    )
    categories = several("Informations", InformationCategory)
    professions = several("Professionnels", [])
    organisations = several("Structures nommées", [])
    purposes = several("Pour", Purpose)
    expires_on = day(
        "Valable jusqu’au", help_text="Vide : jusqu’à la clôture, sauf retrait de la personne."
    )
    presence = one_of("Souhaite-t-elle être présente ?", PersonPresenceWish)
    accompaniment = several("Souhaite-t-elle être accompagnée ?", Accompaniment)
    members = several("Professionnels admis par leur nom", [])
    excluded_organisations = several("Structures refusées", [])
    excluded_members = several("Professionnels refusés par leur nom", [])
    excluded_authors = several(
        "Écrits qui restent fermés aux autres",
        [],
        help_text="Tout ce que cette structure a écrit, saisine et identité comprises si elles en "
        "viennent.",
    )
    written_from = day("Seulement ce qui est écrit à partir du")
    written_until = day("Et jusqu’au")
    is_emergency_only = box(
        "Seulement en cas d’urgence : rien n’est partagé, sauf par un accès exceptionnel"
    )
    reason = one_of("Pourquoi", ExceptionReason)
    regularise_by = day("Accord à demander avant le", help_text="Six mois au plus.")
    is_minor = box("La personne a moins de 18 ans")
    measure = one_of("Mesure de protection", ProtectionMeasure)
    cannot_express = box("La personne n’est pas en état d’accepter ou de refuser")
    speaker = line("Qui a parlé pour elle", help_text=f"Son nom, à quel titre. {SEALED}")
    capacity = long_text(
        "Comment sa capacité à décider a été appréciée", help_text=f"Par qui, quand. {SEALED}"
    )
    opinion = long_text("Son propre avis, même partiel", help_text=SEALED)
    opinion_recorded = box("Son propre avis, même partiel, a été recueilli")
    is_disputed = box("Elle et son représentant ne sont pas d’accord : partage suspendu")

    def __init__(
        self,
        *args: Any,
        members: Iterable[Mandate],
        at: datetime,
        lead: UUID | None = None,
        authors: Sequence[str] = (),
        before: Expression | None = None,
        names: dict[UUID, str] | None = None,
        is_anonymous: bool = False,
        **kwargs: Any,
    ) -> None:
        """Build the form.

        Args:
            members: who sits in the commission now.
            lead: reads whatever is agreed, hence is neither named nor refused.
            authors: structures whose people may have written here.
            before: her standing word, whose limits are found again.
            names: of the professionals it names, who may have left.
            is_anonymous: no word is asked, none is kept (C-03).
        """
        limits = _limits(before)
        super().__init__(*args, **{**kwargs, "initial": {**limits, **kwargs.get("initial", {})}})
        self.at = at
        members = list(members)
        self.fields["professions"].choices = recipients(members)
        structures = {member.organisation for member in members if member.organisation}
        former = before.excluded_organisations if before else frozenset()
        self._offer("organisations", _names(structures))
        self._offer("excluded_organisations", _names(structures | former))
        self._offer(
            "excluded_authors",
            _names({*authors} | (before.excluded_authors if before else frozenset())),
        )
        people = {
            str(member.user_id): f"{member.user.full_name}, {member.organisation}"
            for member in members
            if member.user_id != lead
        }
        self._offer("members", list(people.items()))
        gone = before.excluded_members if before else frozenset()
        known = {str(pk): (names or {}).get(pk, "ancien membre") for pk in gone}
        self._offer("excluded_members", list((known | people).items()))
        # Her opinion is a text, or the sole fact that it was asked where no text is kept.
        for name in WORDS if is_anonymous else ("opinion_recorded",):
            del self.fields[name]

    def _offer(self, name: str, choices: Choices) -> None:
        """Set the choices of a field, which goes when it has none."""
        self.fields[name].choices = choices
        if not choices:
            del self.fields[name]

    @property
    def keeps_limits(self) -> bool:
        """Tell whether limits of the agreement before stand in the form already."""
        return any(self.initial.get(name) for name in KEPT)

    def expression(self) -> Expression:
        """Return what was typed as the rules read it."""
        data = self.cleaned_data
        return Expression(
            kind=AgreementKind(data["kind"]),
            expressed_at=moment_of(data["expressed_on"], self.at),
            recorded_at=self.at,
            giver=AgreementGiver(data["giver"]) if data["giver"] else None,
            mode=AgreementMode(data["mode"]) if data["mode"] else None,
            notice_version=data["notice_version"],
            notice_handed_on=data["notice_handed_on"],
            notice_form=NoticeForm(data["notice_form"]) if data["notice_form"] else None,
            security_described=data["security_described"],
            categories=frozenset(InformationCategory(code) for code in data["categories"]),
            professions=_chosen(data, "professions"),
            organisations=_chosen(data, "organisations"),
            excluded_organisations=_chosen(data, "excluded_organisations"),
            members=frozenset(UUID(pk) for pk in _chosen(data, "members")),
            excluded_members=frozenset(UUID(pk) for pk in _chosen(data, "excluded_members")),
            excluded_authors=_chosen(data, "excluded_authors"),
            written_from=data["written_from"],
            written_until=data["written_until"],
            purposes=frozenset(Purpose(code) for code in data["purposes"]),
            is_emergency_only=data["is_emergency_only"],
            reason=ExceptionReason(data["reason"]) if data["reason"] else None,
            regularise_by=data["regularise_by"],
            expires_on=data["expires_on"],
            opinion_recorded=bool(data.get("opinion") or data.get("opinion_recorded")),
            is_disputed=data["is_disputed"],
        )

    def person(self) -> PersonFacts:
        """Return what the rules need to know of the person."""
        data = self.cleaned_data
        return PersonFacts(
            age=MINOR_AGE if data["is_minor"] else None,
            measure=ProtectionMeasure(data["measure"] or ProtectionMeasure.NONE.value),
            can_express=not data["cannot_express"],
        )

    def sealed_words(self) -> dict[str, Any]:
        """Return what is sealed: words, and what they rest on; nothing where nobody is named."""
        data = self.cleaned_data
        if "words" not in self.fields:
            return {}
        said = {name: data[name].strip() for name in WORDS if data[name].strip()}
        if data["measure"] not in ("", ProtectionMeasure.NONE.value):
            said["measure"] = data["measure"]
        for name in ("is_minor", "cannot_express"):
            if data[name]:
                said[name] = True
        return said

    def refuse(self, errors: dict[str, list[str]]) -> None:
        """Put the rules' errors on the fields that mend them."""
        for name, texts in errors.items():
            field = RENAMED.get(name, name)
            if field == "opinion_recorded" and field not in self.fields:
                field = "opinion"
            for text in texts:
                self.add_error(field if field in self.fields else None, text)


class WithdrawForm(forms.Form):
    """The end of sharing, at once (C-04); no reason is asked, no text."""

    kind = one_shown(
        "La personne",
        [
            (AgreementKind.WITHDRAWAL.value, "retire l’accord qu’elle avait donné"),
            (AgreementKind.OBJECTION.value, "s’oppose au partage"),
        ],
    )
    giver = one_of("Qui le dit", AgreementGiver, required=True)
    expressed_on = day("Dit le", required=True)
    refuses_statistics = box("Elle ne veut pas non plus être comptée, même sans son nom")
    understood = forms.BooleanField(
        label="J’ai compris : au prochain geste, la situation disparaît pour tous, sauf pour "
        "le référent, qui doit la clore"
    )

    def refuse(self, errors: dict[str, list[str]]) -> None:
        """Put the rules' errors on the fields that mend them."""
        for name, texts in errors.items():
            field = RENAMED.get(name, name)
            for text in texts:
                self.add_error(field if field in self.fields else None, text)


def recipients(members: list[Mandate]) -> list[tuple[str, list[tuple[str, str]]]]:
    """List the professions and the kinds of structures that sit in the commission, no other."""
    professions = {member.profession for member in members}
    kinds = {member.organisation_kind for member in members}
    groups = [
        (
            "Professions",
            [
                (one.value, one.label)
                for one in ProfessionCategory
                if one.value in professions and one is not ProfessionCategory.NONE
            ],
        ),
        (
            "Sortes de structures",
            [(one.value, one.label) for one in ReferrerCategory if one.value in kinds],
        ),
    ]
    return [(title, choices) for title, choices in groups if choices]


def _limits(before: Expression | None) -> dict[str, Any]:
    """Return what her standing word keeps closed, as the form's first values."""
    if before is None:
        return {}
    return {
        "excluded_organisations": sorted(before.excluded_organisations),
        "excluded_members": sorted(str(pk) for pk in before.excluded_members),
        "excluded_authors": sorted(before.excluded_authors),
        "written_from": before.written_from,
        "written_until": before.written_until,
        "is_emergency_only": before.is_emergency_only,
    }


def _chosen(data: dict[str, Any], name: str) -> frozenset[str]:
    """Return what was chosen in a list, which a form without choices does not have."""
    return frozenset(data.get(name) or ())


def _names(found: Iterable[str]) -> Choices:
    return [(name, name) for name in sorted({name for name in found if name})]


def moment_of(on: date, at: datetime) -> datetime:
    """Return the instant of a day: now when it is today, its noon in legal time otherwise."""
    if on == at.astimezone(LEGAL_ZONE).date():
        return at
    return datetime.combine(on, time(12), LEGAL_ZONE)
