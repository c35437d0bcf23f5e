"""Lines about the institution (E-02, E-19): counted by hand here, never about situations."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from unittest import mock

from django.utils import timezone

from cases.actions import institution
from cases.actions.institution import institution_lines
from cases.disclosure.period import Period
from cases.disclosure.plan import InstitutionLine
from cases.disclosure.plan_file import load_plan
from cases.models import AgendaItem, ItemAttendance, JointAct, Mandate, Sitting
from clsm_core.accounts.clock import now
from clsm_core.accounts.models import Charter, CharterAcceptance
from tests import people
from tests.cases_of import TestCase

PLAN = load_plan()


class Institution(TestCase):
    """Three sittings of a year, with known people; a fourth the year after."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("institution")
        cls.situation, cls.item = people.inscribed(cls.cast)
        cls.year = now().year
        cls.period = Period.year(cls.year)
        Mandate.objects.filter(commission=cls.cast.commission).update(
            starts_on=date(cls.year - 1, 1, 1)
        )

    def setUp(self) -> None:
        self.sittings = [
            self.held(3, ("claire", "nadia", "luc")),
            self.held(6, ("claire", "nadia")),
            self.held(9, ("claire", "nadia", "luc", "marc")),
        ]
        self.held(2, ("claire", "luc"), year=self.year + 1)
        self.held(4, (), state=Sitting.State.CONVENED)

    def held(
        self,
        month: int,
        names: tuple[str, ...],
        *,
        year: int = 0,
        day: int = 10,
        state: str = Sitting.State.CLOSED,
    ) -> Sitting:
        """Write a sitting and who was there: the actions make none in the past."""
        starts = timezone.make_aware(timezone.datetime(year or self.year, month, day, 14))
        with people.as_person(self.cast.claire) as viewer:
            sitting = Sitting.objects.create(
                commission=self.cast.commission,
                starts_at=starts,
                place="Mairie",
                state=state,
                created_by=self.cast.claire.user,
            )
            item = AgendaItem(
                pk=uuid.uuid4(),
                sitting=sitting,
                situation=self.situation,
                rank=1,
                kind=AgendaItem.Kind.FIRST,
                mode=AgendaItem.Mode.NAMED,
            )
            item.save(force_insert=True)
            for name in names:
                ItemAttendance(
                    pk=uuid.uuid4(),
                    item=item,
                    user=self.cast.people[name].user,
                    recorded_at=viewer.at,
                ).save(force_insert=True)
        return sitting

    def lines(self, by: str = "claire") -> dict[str, str]:
        """Return the texts by line."""
        with people.as_person(self.cast.people[by]):
            found = institution_lines(self.cast.commission, self.period, PLAN)
        self.assertEqual({line["element"] for line in found}, {"E-02", "E-19"})
        return {line["id"]: line["text"] for line in found}

    def test_by_hand(self) -> None:
        """3 sittings; 3 + 2 + 4 people, hence 3 on average; nobody of a kind came 11 times."""
        lines = self.lines()
        self.assertEqual(lines["E-02-seances"], "3")
        self.assertEqual(lines["E-02-participants"], "3")
        self.assertEqual(lines["E-02-presence"], "n.d.")
        self.assertEqual(lines["E-19-charte"], "100 %")
        for name in ("E-19-incidents", "E-19-droits", "E-19-revues"):
            self.assertEqual(lines[name], "n.d.")
        self.assertEqual(lines, self.lines("denis"))

    def test_a_kind_of_structure_from_eleven_presences(self) -> None:
        """Claire and Nadia share a kind: 6 presences, 10, then 12 of 14 expected: 85 %."""
        self.held(10, ("claire", "nadia"))
        self.held(11, ("claire", "nadia"))
        self.assertEqual(self.lines()["E-02-presence"], "n.d.")
        self.held(12, ("claire", "nadia"), day=1)
        self.held(12, ("luc",), day=2)
        self.assertEqual(self.lines()["E-02-presence"], "CCAS, service social municipal : 85 %")

    def test_a_guest_is_not_counted(self) -> None:
        """Her presence would say that the situation she was invited for was examined."""
        Mandate.objects.filter(pk=self.cast.luc.mandate.pk).update(role=Mandate.Role.GUEST)
        # 2 + 2 + 3 people.
        self.assertEqual(self.lines()["E-02-participants"], "2")

    def test_a_member_present_for_two_items_is_one_member(self) -> None:
        """Presence is by item in the tables, by sitting here: items are never counted."""
        before = self.lines()
        with people.as_person(self.cast.claire) as viewer:
            other = people.fresh(self.cast, people.shared(self.cast).pk)
            item = AgendaItem(
                pk=uuid.uuid4(),
                sitting=self.sittings[0],
                situation=other,
                rank=2,
                kind=AgendaItem.Kind.FIRST,
                mode=AgendaItem.Mode.NAMED,
            )
            item.save(force_insert=True)
            ItemAttendance(
                pk=uuid.uuid4(),
                item=item,
                user=self.cast.claire.user,
                recorded_at=viewer.at,
            ).save(force_insert=True)
        self.assertEqual(self.lines(), before)

    def test_charters_of_the_last_day(self) -> None:
        """A new version, which one of five members has not signed: 80 %."""
        renewed = Charter.objects.create(
            realm="commission", version=99, body="Nous nous taisons.", published_at=now()
        )
        for name in ("claire", "nadia", "luc", "sophie", "denis"):
            CharterAcceptance.objects.create(
                user=self.cast.people[name].user, charter=renewed, accepted_at=now()
            )
        self.assertEqual(self.lines()["E-19-charte"], "80 %")

    def test_acts_of_few_people_are_bands(self) -> None:
        """Ten requests say nothing, eleven a band, never a number."""
        for number, expected in ((10, "n.d."), (1, "11 à 20"), (9, "11 à 20"), (1, "21 à 30")):
            with people.as_person(self.cast.claire) as viewer:
                for _ in range(number):
                    JointAct(
                        pk=uuid.uuid4(),
                        commission=self.cast.commission,
                        kind=JointAct.Kind.ERASURE,
                        subject=uuid.uuid4(),
                        reason=institution.ON_REQUEST,
                        asked_by=self.cast.claire.user,
                        asked_at=viewer.at,
                    ).save(force_insert=True)
            self.assertEqual(self.lines()["E-19-droits"], expected)

    def test_only_what_the_plan_declares(self) -> None:
        """Its order, its labels; a line that nobody knows to count is left out."""
        asked = (
            InstitutionLine("E-19-charte", "E-19", "Chartes signées"),
            InstitutionLine("E-02-licornes", "E-02", "Licornes"),
            InstitutionLine("E-02-seances", "E-02", "Séances"),
        )
        with people.as_person(self.cast.claire):
            found = institution_lines(
                self.cast.commission, self.period, replace(PLAN, institution=asked)
            )
        self.assertEqual(
            [(line["id"], line["label"]) for line in found],
            [("E-19-charte", "Chartes signées"), ("E-02-seances", "Séances")],
        )

    def test_nothing_of_situations(self) -> None:
        """The same lines whatever the number of situations; a line that counts them is seen."""
        before = self.lines()
        people.referred(self.cast)
        people.inscribed(self.cast)
        self.assertEqual(self.lines(), before)

        def items(window: institution.Window) -> str:
            return str(AgendaItem.objects.filter(sitting__commission=window.commission).count())

        with mock.patch.dict(institution.LINES, {"E-02-seances": items}):
            weak = self.lines()["E-02-seances"]
            people.inscribed(self.cast)
            self.assertNotEqual(self.lines()["E-02-seances"], weak)  # Control.

    def test_the_default_plan_has_no_line_that_nobody_counts(self) -> None:
        """Each line of the installed plan is known here."""
        self.assertLessEqual({line.id for line in PLAN.institution}, set(institution.LINES))
