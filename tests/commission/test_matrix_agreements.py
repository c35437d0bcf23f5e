"""T-20 in every agreement: the pages open to each what the rule and her keys open (decision 48).

One way to each status of an agreement, two situations, people of every kind.
"""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from typing import Any

from django.db import transaction
from django.urls import reverse

from cases.access import situations as access
from cases.access.keys import open_keys
from cases.actions import agreements
from cases.domain.agreement import AgreementKind, ExceptionReason, Purpose
from cases.domain.agreement_rules import PersonFacts
from cases.domain.lifecycle import AgreementStatus
from cases.domain.sections import InformationCategory
from cases.permissions import Refused
from tests import people
from tests.breadth import IS_WHOLE
from tests.commission.everybody import Everybody

WHOLE = frozenset(InformationCategory)
# One way to each agreement status (decision 30), and two that differ inside one.
SAID: dict[str, tuple[AgreementStatus, dict[str, Any]]] = {
    "valid": (AgreementStatus.VALID, {}),
    "restricted": (
        AgreementStatus.RESTRICTED,
        {"categories": frozenset({InformationCategory.HOUSING})},
    ),
    "follow-up alone": (
        AgreementStatus.RESTRICTED,
        {"purposes": frozenset({Purpose.FOLLOW_UP})},
    ),
    "exception": (
        AgreementStatus.EXCEPTION,
        {
            "kind": AgreementKind.URGENCY,
            "reason": ExceptionReason.SERIOUS_DANGER,
            "categories": WHOLE - {InformationCategory.FAMILY},
        },
    ),
    "disputed": (AgreementStatus.ABSENT, {"is_disputed": True}),
    "withdrawn": (AgreementStatus.WITHDRAWN, {}),
    "expired": (AgreementStatus.EXPIRED, {}),
}


class EveryAgreement(Everybody):
    """Each (state, agreement) once per person: the pages say what the decision says."""

    __test__ = True

    def say(self, situation: Any, **changes: Any) -> None:
        """Record what the person says, as the lead."""
        with people.as_person(self.cast.luc) as viewer:
            if "reason" in changes:
                changes |= {"regularise_by": viewer.at.date()}
            agreements.record(
                viewer=viewer,
                situation=people.fresh(self.cast, situation.pk),
                expression=people.expression(viewer, **changes),
                person=PersonFacts(age=58),
            )

    def verdict(self, name: str, situation: Any) -> set[str]:
        """Return the sections that decision and key open to somebody, by the function itself."""
        with people.as_person(self.cast.people[name]) as viewer:
            try:
                row = access.find(viewer, situation.code)
            except Refused:
                return set()
            held = access.live_grants(viewer, row)
            decided, _ = access.decisions(viewer, row, held)
            allowed = {code for code, decision in decided.items() if decision.allow}
            return allowed & open_keys(viewer, row).sections() if allowed else set()

    def shown(self, name: str, situation: Any) -> set[str]:
        """Return the sections whose words somebody finds on the pages."""
        client = people.client_of(self.cast.people[name])
        found = set()
        for section, words in WORDS.items():
            address = reverse("cases:situation_section", args=[situation.code, section])
            if words in client.get(address).content.decode():
                found.add(section)
        return found

    def test_pages_follow_the_decision(self) -> None:
        """T-20, decision 48: two situations × seven agreements × eight people, or four."""
        names = ("luc", "claire", "marc", "denis", "aside", "landlord", "suspended", "guest_in")
        # On the second, whoever held a right by the first holds none: `make drill` asks them too.
        held = {self.situation.pk: names, self.reviewed.pk: names if IS_WHOLE else names[:4]}
        read = 0
        for situation, (title, (status, changes)) in itertools.product(
            (self.situation, self.reviewed), SAID.items()
        ):
            with transaction.atomic(), ExitStack() as time:
                self.reach(situation, title, changes, time)
                for name in held[situation.pk]:
                    expected = self.verdict(name, situation) & set(WORDS)
                    with self.subTest(agreement=title, name=name):
                        self.assertEqual(self.shown(name, situation), expected)
                    read += len(expected)
                with people.as_person(self.cast.claire) as viewer:
                    found = people.fresh(self.cast, situation.pk)
                    self.assertEqual(access.agreements.status(found, viewer.at), status, title)
                transaction.set_rollback(True)
        self.assertGreater(read, 40)

    def reach(self, situation: Any, title: str, changes: dict[str, Any], time: ExitStack) -> None:
        """Bring a situation to one agreement status; some days pass when they must."""
        if title == "withdrawn":
            with people.as_person(self.cast.luc) as viewer:
                row = people.fresh(self.cast, situation.pk)
                agreements.withdraw(viewer=viewer, situation=row, kind="withdrawal")
            return
        if title in ("expired", "exception"):
            # An exception stands for an agreement that is over: it replaces none that holds.
            with people.as_person(self.cast.luc) as viewer:
                today = viewer.at.date()
            self.say(situation, expires_on=today)
            time.enter_context(people.later(days=2))
        if title != "expired":
            self.say(situation, **changes)


# Words of the referral that stand in one section alone.
WORDS = {
    "social": "Elle ne sort plus depuis le printemps.",
    "housing": "Le couloir est encombré.",
    "health": "Elle dit ne plus voir son médecin.",
}
