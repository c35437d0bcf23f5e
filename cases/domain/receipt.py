"""The receipt of an expression of the person, under the terms of ISO/IEC TS 27560:2023.

Promises: no name of anybody. The person is an opaque id; professionals designated by name are a
number; structures are named, since they are to whom the information goes. What was said in words is
never here.

How the terms are filled:

| Section of the specification | Here |
|---|---|
| receipt metadata: schema_version, receipt_id | ours; an id derived from the record's |
| record header: schema_version, record_id, pii_principal_id | the expression; an opaque id |
| pii_processing: privacy_notice, language | version, day, form of the note; French |
| purposes: purpose, purpose_type, lawful_basis | the three uses; the agreement lifts a professional
  secret (article L1110-4 CSP), the processing itself rests on a public task (C-16) |
| pii_information: pii_type, pii_optional, special_pii_category | categories of information |
| pii_controllers, party_identification | the council, the DPO |
| collection_method, processing_method | how it was given; read by authorised members |
| storage_locations, processing_locations | those of the note, which the software does not know |
| retention_period | that of the commission's rules (C-50) |
| jurisdiction, geographic_restrictions | France |
| recipient_third_parties | kinds, structures, number of named professionals; those refused |
| withdrawal_method, privacy_rights, authority_party | any means; the DPO; the CNIL |
| event: event_time, validity_duration, entity_id, event_type, event_state | what was expressed,
  until when, and what it amounts to today |

Not filled, because unknown to the software: party_address. Beyond the specification, under
``extension``: limits on texts and emergency-only, which it has no term for.

Source: ISO/IEC TS 27560:2023 as mapped by the W3C DPVCG guide "consent-27560" (2024-08-01); the
specification itself was not read. C-05, C-06, C-16; promise 5.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from cases.domain.agreement import (
    LEGAL_ZONE,
    AgreementKind,
    AgreementMode,
    Expression,
    Purpose,
    recipient_label,
)
from cases.domain.lifecycle import AgreementStatus
from cases.domain.retention import RetentionPolicy
from cases.domain.sections import InformationCategory, Section

SCHEMA = "clsm.accord/1 (ISO/IEC TS 27560:2023)"
WITHDRAWAL = (
    "À tout moment, par tout moyen : de vive voix, par téléphone, par écrit, à la personne "
    "référente ou au délégué à la protection des données. Aucune explication n’est demandée ; "
    "le partage cesse aussitôt."
)
AUTHORITY = "CNIL, 3 place de Fontenoy, TSA 80715, 75334 Paris cedex 07, www.cnil.fr"
_SPECIAL = frozenset({Section.HEALTH})


@dataclass(frozen=True, kw_only=True)
class ReceiptFacts:
    """What a receipt is made of.

    Args:
        record, situation: ids of the expression and of its situation.
        expression: what was said.
        is_standing: no later expression replaced it, nothing stopped it.
        status: of the agreement at ``issued_at``.
        controller: the council's name; dpo_contact: how its DPO is reached.
        impact_assessment: its reference, empty when unknown.
    """

    record: UUID
    situation: UUID
    expression: Expression
    is_standing: bool
    status: AgreementStatus
    issued_at: datetime
    controller: str
    dpo_contact: str
    impact_assessment: str = ""


def receipt(facts: ReceiptFacts) -> dict[str, object]:
    """Return the receipt and the record it copies, as plain JSON values."""
    said = facts.expression
    record = {
        "schema_version": SCHEMA,
        "record_id": str(facts.record),
        "pii_principal_id": str(principal_id(facts.situation)),
        "pii_processing": _processing(facts),
        "party_identification": [
            {"party_id": "controller", "party_role": "PII controller",
             "party_name": facts.controller, "party_contact": facts.dpo_contact},
            {"party_id": "dpo", "party_role": "data protection officer",
             "party_name": "Délégué à la protection des données",
             "party_contact": facts.dpo_contact},
        ],
        "event": {
            "event_time": said.expressed_at.astimezone(LEGAL_ZONE).isoformat(timespec="minutes"),
            "recorded_time": said.recorded_at.astimezone(LEGAL_ZONE).isoformat(timespec="minutes"),
            "validity_duration": _validity(said),
            "entity_id": said.giver.value if said.giver else "",
            "event_type": _type(said),
            "event_state": state(facts),
        },
        "extension": {
            "emergency_only": said.is_emergency_only,
            "excluded_authors": sorted(said.excluded_authors),
            "written_from": _day(said.written_from),
            "written_until": _day(said.written_until),
            "disputed": said.is_disputed,
        },
    }  # fmt: skip
    return {
        "receipt_metadata": {
            "schema_version": SCHEMA,
            "receipt_id": str(uuid5(facts.record, "receipt")),
            "issued_at": facts.issued_at.astimezone(LEGAL_ZONE).isoformat(timespec="minutes"),
        },
        "consent_record": record,
    }


def principal_id(situation: UUID) -> UUID:
    """Return the opaque id of the person: the same on all her receipts, no id of the database."""
    return uuid5(situation, "pii-principal")


def state(facts: ReceiptFacts) -> str:
    """Return what became of the expression, in the terms of the consent life cycle."""
    kind = facts.expression.kind
    if kind is AgreementKind.OBJECTION:
        return "consent_refused"
    if kind is AgreementKind.WITHDRAWAL:
        return "consent_withdrawn"
    if facts.status is AgreementStatus.WITHDRAWN:
        return "consent_withdrawn"
    if not facts.is_standing:
        return "consent_replaced"
    if facts.status is AgreementStatus.EXPIRED:
        return "consent_expired"
    return "consent_suspended" if facts.expression.is_disputed else "consent_given"


def _processing(facts: ReceiptFacts) -> dict[str, object]:
    said = facts.expression
    return {
        "privacy_notice": {
            "version": said.notice_version,
            "handed_on": _day(said.notice_handed_on),
            "form": said.notice_form.value if said.notice_form else "",
        },
        "language": "fr",
        "purposes": [_purpose(facts, one) for one in Purpose if one in said.purposes]
        if not said.kind.is_stop
        else [],
    }


def _purpose(facts: ReceiptFacts, purpose: Purpose) -> dict[str, object]:
    said = facts.expression
    months = RetentionPolicy().active_months
    return {
        "purpose": purpose.label,
        "purpose_type": purpose.value,
        "lawful_basis": "Accord au partage d’informations couvertes par le secret (article L1110-4 "
        "du code de la santé publique) ; mission d’intérêt public pour le traitement",
        "pii_information": [_pii(one) for one in InformationCategory if one in said.categories],
        "pii_controllers": ["controller"],
        "collection_method": said.mode.value if said.mode else AgreementMode.ORAL.value,
        "processing_method": "lecture par des membres habilités, sans décision automatisée",
        "storage_locations": ["ceux de la note d’information"],
        "processing_locations": ["ceux de la note d’information"],
        "retention_period": {
            "duration": f"P{months}M",
            "from": "dernier contact avec la personne",
        },
        "geographic_restrictions": ["FR"],
        "jurisdiction": "FR",
        "recipient_third_parties": _recipients(said),
        "withdrawal_method": WITHDRAWAL,
        "privacy_rights": ["accès", "rectification", "effacement", "limitation", "opposition"],
        "impact_assessment": facts.impact_assessment,
        "authority_party": AUTHORITY,
    }


def _pii(category: InformationCategory) -> dict[str, object]:
    return {
        "pii_type": category.label,
        "pii_attribute_id": category.value,
        "pii_optional": True,
        "special_pii_category": category.section in _SPECIAL,
    }


def _recipients(said: Expression) -> dict[str, object]:
    return {
        "kinds": [recipient_label(code) for code in sorted(said.professions)],
        "organisations": sorted(said.organisations),
        "named_professionals": len(said.members),
        "excluded_organisations": sorted(said.excluded_organisations),
        "excluded_named_professionals": len(said.excluded_members),
    }


def _type(said: Expression) -> str:
    if said.kind.is_stop or said.kind.is_exception:
        return said.kind.value
    return "explicit_consent"


def _validity(said: Expression) -> dict[str, object]:
    until = said.regularise_by if said.kind.is_exception else said.expires_on
    return {
        "from": _day(said.expressed_at.astimezone(LEGAL_ZONE).date()),
        "until": _day(until) or "clôture de la situation, ou retrait",
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
