"""One situation in a sitting, and somebody of every kind near it (T-20): made once a class.

The people of test_answers.py, and those that it has not: guests before, in and after their window,
members suspended, excluded, aside, without their charter, outside article R1110-2; a depositary.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any
from unittest import mock

from django.contrib.auth import get_user_model

from cases.actions import directory, grants, invitations, recusals, signing
from cases.models import AgendaItem, Commission, Mandate
from cases.permissions import Role
from clsm_core.accounts.clock import now
from clsm_core.accounts.models import CharterAcceptance
from tests import oracle, people
from tests.cases_of import Client
from tests.commission import test_answers
from tests.commission.newcomers import newcomer

# Everybody beyond the nine people of test_answers.py, in the order of the columns.
MORE = (
    "anonymous",
    "inactive",
    "unsigned",
    "suspended",
    "excluded",
    "aside",
    "landlord",
    "depositary",
    "uninvited",
    "guest_before",
    "guest_in",
    "guest_after",
)
AFTER_DAYS = 40
OFFICERS = ("claire", "denis")


class Everybody(test_answers.Answers):
    """The stage of test_answers.py with more people on it; none of its tests."""

    __test__ = False

    @classmethod
    def setUpTestData(cls) -> None:
        """Make everybody, each holding what she would read by if nothing forbade it."""
        super().setUpTestData()
        members = ("inactive", "unsigned", "suspended", "excluded", "aside", "landlord")
        everybody = cls.cast.people
        everybody |= {name: cls._member(name) for name in members}
        with people.as_person(cls.cast.luc) as viewer:
            grants.share(
                viewer=viewer,
                situation=people.fresh(cls.cast, cls.situation.pk),
                recipients=[everybody[name].user.pk for name in members],
                sections=list(oracle.SECTIONS),
                level="contribute",
            )
        cls._forbid()
        everybody["depositary"] = cls.cast.nadia
        for name in ("uninvited", "guest_before", "guest_in", "guest_after"):
            everybody[name] = cls._guest(name)

    @classmethod
    def _member(cls, name: str) -> people.Person:
        """Return a member in office whose key two officers signed."""
        profession = "none" if name == "landlord" else "professionnel_sante"
        accepts = mock.patch.object(CharterAcceptance.objects, "create")
        with accepts if name == "unsigned" else nullcontext():
            person = newcomer(cls.cast, name, profession=profession)
        if name == "landlord":
            Mandate.objects.filter(pk=person.mandate.pk).update(organisation_kind="bailleur_social")
        officers = [(cls.cast.people[one].user, cls.cast.people[one].identity) for one in OFFICERS]
        directory.sign_key(
            commission=cls.cast.commission, user=person.user, officers=officers, at=now()
        )
        return person

    @classmethod
    def _forbid(cls) -> None:
        """Take away, one by one, what each needs beside her right."""
        more = cls.cast.people
        for name in ("suspended", "excluded"):
            Mandate.objects.filter(pk=more[name].mandate.pk).update(status=name)
        get_user_model().objects.filter(pk=more["inactive"].user.pk).update(is_active=False)
        with people.as_person(more["aside"]) as viewer:
            situation = people.fresh(cls.cast, cls.situation.pk)
            recusals.declare(viewer=viewer, situation=situation, reason="autre_lien")

    @classmethod
    def _guest(cls, name: str) -> people.Person:
        """Return a guest invited to the point, who accepted unless she is the one who did not."""
        person = newcomer(cls.cast, name, role=Role.GUEST)
        early = 0 if name == "guest_before" else 7
        Commission.objects.filter(pk=cls.cast.commission.pk).update(item_opens_days=early)
        with people.as_person(cls.cast.claire) as viewer:
            assert person.identity is not None
            signing.sign(
                viewer=viewer,
                commission=cls.cast.commission,
                user_id=person.user.pk,
                seen=person.identity.key_id,
            )
            row = invitations.invite(
                viewer=viewer,
                item=AgendaItem.objects.select_related("sitting", "situation__commission").get(
                    pk=cls.item.pk
                ),
                user_id=person.user.pk,
                sections=oracle.SECTIONS,
            )
        if name != "uninvited":
            with people.as_person(person) as viewer:
                invitations.accept(viewer=viewer, invitation_id=row.pk)
        return person

    def client_of(self, name: str) -> Client:
        """Return the browser of somebody, her vault open when she has one."""
        if name == "anonymous":
            return Client()
        if name in self.cast.people:
            return people.client_of(self.cast.people[name])
        return people.client_of(self.person(name))

    def when(self, name: str) -> AbstractContextManager[Any]:
        """Return the moment of a column: after the point's window for one of the guests."""
        return people.later(days=AFTER_DAYS) if name == "guest_after" else nullcontext()


for inherited in [name for name in dir(test_answers.Answers) if name.startswith("test_")]:
    setattr(Everybody, inherited, None)
