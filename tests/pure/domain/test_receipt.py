"""The receipt as data: ISO/IEC TS 27560's terms, and no name of anybody."""

import json
from uuid import UUID

import pytest

from cases.domain.agreement import Expression, Purpose
from cases.domain.agreement_history import Heard, status
from cases.domain.receipt import ReceiptFacts, receipt
from tests.pure.domain.expressions import day, named, on, stop

RECORD, SITUATION, LUC = UUID(int=11), UUID(int=12), UUID(int=13)


def made(said: Expression, history: list[Expression], number: int = 9) -> dict[str, object]:
    """Return the receipt of an expression, as of the n-th day."""
    at = day(number)
    return receipt(
        ReceiptFacts(
            record=RECORD,
            situation=SITUATION,
            expression=said,
            is_standing=said == Heard.of(history, at).voice,
            status=status(history, at, closed=False),
            issued_at=at,
            controller="Conseil local de santé mentale",
            dpo_contact="dpo@exemple.invalid",
        )
    )


def test_mandatory_terms_are_there() -> None:
    """Header, processing, parties, event: every mandatory field but an address we do not know."""
    said = named(1, expires_on=on(200), members=frozenset({LUC}))
    data = made(said, [said])
    record = data["consent_record"]
    assert set(data["receipt_metadata"]) >= {"schema_version", "receipt_id"}
    assert set(record) >= {"schema_version", "record_id", "pii_principal_id"}
    assert set(record["pii_processing"]) == {"privacy_notice", "language", "purposes"}
    for purpose in record["pii_processing"]["purposes"]:
        assert set(purpose) >= {
            "purpose",
            "pii_information",
            "pii_controllers",
            "storage_locations",
            "retention_period",
            "jurisdiction",
            "recipient_third_parties",
            "withdrawal_method",
        }
        for pii in purpose["pii_information"]:
            assert pii["pii_type"]
    for party in record["party_identification"]:
        assert set(party) >= {"party_id", "party_name", "party_contact", "party_role"}
    assert set(record["event"]) >= {
        "event_time",
        "validity_duration",
        "entity_id",
        "event_type",
        "event_state",
    }
    assert record["event"]["validity_duration"]["until"] == on(200).isoformat()


def test_no_professional_is_named_nor_the_situation() -> None:
    """A number stands for the named ones; ids are not those of the database."""
    said = named(1, members=frozenset({LUC}), excluded_members=frozenset({UUID(int=14)}))
    text = json.dumps(made(said, [said]))
    for secret in (LUC, UUID(int=14), SITUATION):
        assert str(secret) not in text
    assert '"named_professionals": 1' in text
    assert str(RECORD) in text  # Control: an id does show when it is written.


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([named(1)], "consent_given"),
        ([named(1), named(3)], "consent_replaced"),
        ([named(1), stop(3)], "consent_withdrawn"),
        ([named(1, expires_on=on(4))], "consent_expired"),
        ([named(1, is_disputed=True)], "consent_suspended"),
    ],
)
def test_the_state_is_that_of_today(history: list[Expression], expected: str) -> None:
    """event_state follows the history, not the day of the paper."""
    assert made(history[0], history)["consent_record"]["event"]["event_state"] == expected


def test_a_stop_has_its_own_receipt() -> None:
    """A withdrawal and an objection are expressions too; neither has a purpose any more."""
    for objection, expected in ((False, "consent_withdrawn"), (True, "consent_refused")):
        said = stop(3, objection=objection)
        record = made(said, [named(1), said])["consent_record"]
        assert record["event"]["event_state"] == expected
        assert record["pii_processing"]["purposes"] == []


def test_only_the_uses_she_accepted() -> None:
    """One entry a purpose."""
    said = named(1, purposes=frozenset({Purpose.EXAMINATION}))
    purposes = made(said, [said])["consent_record"]["pii_processing"]["purposes"]
    assert [one["purpose_type"] for one in purposes] == ["examen"]
