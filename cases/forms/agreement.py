"""The person's agreement, and its end (C-05, C-06, C-10…C-13).

The rules live in ``cases.domain.agreement_rules``; this form only asks, and puts their errors on
its fields.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms

from cases.domain.agreement import (
    LEGAL_ZONE,
    AgreementGiver,
    AgreementKind,
    AgreementMode,
    ExceptionReason,
    Expression,
)
from cases.domain.agreement_rules import PersonFacts
from cases.domain.sections import InformationCategory, ProfessionCategory
from cases.domain.vocabulary import PersonPresenceWish, ProtectionMeasure, ReferrerCategory
from cases.forms.fields import Grouped, box, day, line, one_of, one_shown, several
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


class AgreementForm(Grouped):
    """What the person agrees to, with whom, until when."""

    groups = (
        (
            "Ce que dit la personne",
            "",
            ("kind", "expressed_on", "giver", "mode", "notice_version", "notice_handed_on"),
        ),
        (
            "Ce qu’elle accepte de partager, et avec qui",
            "Ce qui n’est pas coché reste fermé, même à un membre présent en séance.",
            ("categories", "professions", "organisations", "excluded_organisations"),
        ),
        ("Comment c’est protégé, jusqu’à quand", "", ("security_described", "expires_on")),
        (
            "Si l’accord n’a pas pu être demandé",
            "À remplir seulement pour une impossibilité ou une urgence.",
            ("reason", "regularise_by"),
        ),
        (
            "Si la personne est mineure ou protégée",
            "",
            ("is_minor", "measure", "cannot_express", "opinion_recorded", "is_disputed"),
        ),
        ("La séance", "", ("presence",)),
    )
    folded = frozenset(
        {"Si l’accord n’a pas pu être demandé", "Si la personne est mineure ou protégée"}
    )

    kind = one_shown("Nature", [(kind.value, kind.label) for kind in RECORDED_KINDS])
    expressed_on = day("Exprimé le", required=True)
    giver = one_of("Par", AgreementGiver)
    mode = one_of(
        "Forme",
        AgreementMode,
        help_text="Un accord oral est possible : la note d’information est quand même remise.",
    )
    notice_version = line("Version de la note d’information", limit=20)
    notice_handed_on = day("Note remise le")
    categories = several("Informations", InformationCategory)
    professions = several("Professionnels", [])
    organisations = several("Structures nommées", [])
    excluded_organisations = several(
        "Structures refusées", [], help_text="Un refus par le nom l’emporte toujours."
    )
    security_described = box(
        "J’ai expliqué à la personne comment ses informations sont protégées et qui peut les lire"
    )
    expires_on = day(
        "Valable jusqu’au", help_text="Vide : jusqu’à la clôture, sauf retrait de la personne."
    )
    reason = one_of("Pourquoi", ExceptionReason)
    regularise_by = day("Accord à demander avant le")
    is_minor = box("La personne a moins de 18 ans")
    measure = one_of("Mesure de protection", ProtectionMeasure)
    cannot_express = box("La personne n’est pas en état d’accepter ou de refuser")
    opinion_recorded = box("Son propre avis, même partiel, est noté dans la situation")
    is_disputed = box("Elle et son représentant ne sont pas d’accord : partage suspendu")
    presence = one_of("Souhaite-t-elle être présente ?", PersonPresenceWish)

    def __init__(self, *args: Any, members: Iterable[Mandate], at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        members = list(members)
        self.fields["professions"].choices = recipients(members)
        names = sorted({member.organisation for member in members if member.organisation})
        for field in ("organisations", "excluded_organisations"):
            self.fields[field].choices = [(name, name) for name in names]

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
            security_described=data["security_described"],
            categories=frozenset(InformationCategory(code) for code in data["categories"]),
            professions=frozenset(data["professions"]),
            organisations=frozenset(data["organisations"]),
            excluded_organisations=frozenset(data["excluded_organisations"]),
            reason=ExceptionReason(data["reason"]) if data["reason"] else None,
            regularise_by=data["regularise_by"],
            expires_on=data["expires_on"],
            opinion_recorded=data["opinion_recorded"],
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

    def refuse(self, errors: dict[str, list[str]]) -> None:
        """Put the rules' errors on the fields that mend them."""
        for name, texts in errors.items():
            field = RENAMED.get(name, name)
            for text in texts:
                self.add_error(field if field in self.fields else None, text)


class WithdrawForm(forms.Form):
    """The end of sharing, at once (C-04)."""

    kind = one_shown(
        "La personne",
        [
            (AgreementKind.WITHDRAWAL.value, "retire l’accord qu’elle avait donné"),
            (AgreementKind.OBJECTION.value, "s’oppose au partage"),
        ],
    )
    understood = forms.BooleanField(
        label="J’ai compris : au prochain geste, la situation disparaît pour tous, sauf pour "
        "le référent, qui doit la clore"
    )


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


def moment_of(on: date, at: datetime) -> datetime:
    """Return the instant of a day: now when it is today, its noon in legal time otherwise."""
    if on == at.astimezone(LEGAL_ZONE).date():
        return at
    return datetime.combine(on, time(12), LEGAL_ZONE)
