"""Convening opens each point to whom the rule lets, and to nobody longer (C-21, C-24; BR-04)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from cases.access import situations as access
from cases.access.keys import open_keys
from cases.actions import agreements, convening, grants, recusals, rotation, sittings
from cases.domain.agreement_rules import PersonFacts
from cases.domain.reading import Decision, readable
from cases.models import AgendaItem, Grant, Mandate, Sitting, Situation, Wrap
from cases.permissions import Refused, VaultLocked
from clsm_core.accounts.clock import now
from tests import people
from tests.cases_of import Client, CommittingTestCase, TestCase
from tests.commission.newcomers import newcomer
from tests.commission.test_pages_conflicts import key, url

OPEN = {"identity", "core", "social", "housing", "legal", "shareable"}


def sitting_of(cast: people.Cast, *situations: Situation, days: int = 7) -> Sitting:
    """Return a draft sitting with these situations on its agenda."""
    with people.as_person(cast.claire) as viewer:
        made = sittings.create(
            viewer=viewer,
            commission=cast.commission,
            starts_at=viewer.at + timedelta(days=days),
            place="Salle",
        )
        for one in situations:
            sittings.add_item(viewer=viewer, sitting=made, situation=people.fresh(cast, one.pk))
    return made


def item_of(cast: people.Cast, sitting: Sitting) -> AgendaItem:
    """Return the only standing point of a sitting, as Claire sees it."""
    with people.as_person(cast.claire):
        return (
            AgendaItem.objects.select_related("sitting", "situation__commission")
            .filter(sitting=sitting, removed_at__isnull=True)
            .get()
        )


def reads(person: people.Person, code: str) -> set[str]:
    """Return the sections that somebody reads now; none when the situation is not hers."""
    with people.as_person(person) as viewer:
        try:
            opened = access.open_situation(viewer, code)
        except Refused:
            return set()
        return {one.section for one in opened.sections if one.readable}


class Convened(TestCase):
    """A situation agreed with everybody, on the agenda of a sitting in five days."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("convoc")
        cls.situation = people.agreed(cls.cast)
        cls.sitting = sitting_of(cls.cast, cls.situation, days=5)

    def convene(self) -> list[convening.ItemPlan]:
        """Convene as Claire."""
        with people.as_person(self.cast.claire) as viewer:
            return sittings.convene(viewer=viewer, sitting=Sitting.objects.get(pk=self.sitting.pk))

    def lines(self) -> dict[str, convening.Line]:
        """Return the prepared list, by first name."""
        with people.as_person(self.cast.claire) as viewer:
            (plan,) = convening.prepare(viewer, Sitting.objects.get(pk=self.sitting.pk))
        return {line.name.split()[0]: line for line in plan.lines}

    def test_permanent_members_read_what_rule_and_profession_open(self) -> None:
        """C-21, C-22: before, nothing; after, Sophie reads health and Marc does not."""
        code = self.situation.code
        self.assertEqual(reads(self.cast.sophie, code), set())
        self.convene()
        self.assertEqual(reads(self.cast.sophie, code), OPEN | {"health"})
        self.assertEqual(reads(self.cast.marc, code), OPEN)
        self.assertEqual(reads(self.cast.nadia, code), set())

    def test_the_list_says_who_receives_what_and_why_not(self) -> None:
        """What is prepared is what is given; the lead is not on it, nor the depositary."""
        lines = self.lines()
        self.assertEqual(set(lines), {"Sophie", "Marc"})
        self.assertEqual(set(lines["Sophie"].given), OPEN | {"health"})
        self.assertEqual(lines["Marc"].left_out, (("health", "health_reserved"),))
        (plan,) = self.convene()
        self.assertEqual({line.name.split()[0]: line for line in plan.lines}, lines)

    def test_the_rule_of_the_list_is_the_rule_of_reading(self) -> None:
        """One rule: with it refusing, the list gives nothing; control: the true one gives."""
        from unittest import mock

        refusal = Decision(allow=False, rules=("C-07",), reason="outside_perimeter")
        with mock.patch("cases.access.readers.readable", return_value=refusal):
            self.assertFalse(any(line.given for line in self.lines().values()))
        with mock.patch("cases.access.readers.readable", side_effect=readable):
            self.assertTrue(any(line.given for line in self.lines().values()))

    def test_each_grant_says_its_point_its_reason_and_its_end(self) -> None:
        """C-24: for that point, to examine it, from now to seven days after the sitting."""
        self.convene()
        item = item_of(self.cast, self.sitting)
        with people.as_person(self.cast.claire) as viewer:
            rows = list(Grant.objects.filter(item=item))
            closes = (item.sitting.starts_at + timedelta(days=7)).astimezone(viewer.at.tzinfo)
        self.assertEqual({row.recipient_id for row in rows}, self.pks("sophie", "marc"))
        self.assertEqual(
            {(row.basis, row.reason, row.level) for row in rows}, {("permanent", "examen", "read")}
        )
        self.assertTrue(all(row.not_after.date() == closes.date() for row in rows))

    def pks(self, *names: str) -> set[uuid.UUID]:
        """Return the accounts of members of the cast."""
        return {self.cast.people[name].user.pk for name in names}

    def test_convening_twice_gives_nothing_twice(self) -> None:
        """The list is resumable: completed at once, it finds everybody served."""
        self.convene()
        with people.as_person(self.cast.claire):
            before = Grant.objects.filter(situation_id=self.situation.pk).count()
        with people.as_person(self.cast.claire) as viewer:
            again = sittings.complete(
                viewer=viewer, sitting=Sitting.objects.get(pk=self.sitting.pk)
            )
            self.assertEqual(Grant.objects.filter(situation_id=self.situation.pk).count(), before)
        self.assertFalse(again[0].gives)

    def test_a_key_signed_since_is_completed(self) -> None:
        """Paul's key waits for its signatures: he is on the list with that reason, then served."""
        from cases.actions import directory

        paul = newcomer(self.cast)
        lines = self.lines()
        self.assertEqual(lines["Paul"].refusal, convening.KEY_UNSIGNED)
        self.convene()
        self.assertEqual(reads(paul, self.situation.code), set())
        officers = [
            (self.cast.people[n].user, self.cast.people[n].identity) for n in ("claire", "denis")
        ]
        directory.sign_key(
            commission=self.cast.commission, user=paul.user, officers=officers, at=now()
        )
        with people.as_person(self.cast.claire) as viewer:
            sittings.complete(viewer=viewer, sitting=Sitting.objects.get(pk=self.sitting.pk))
        self.assertEqual(reads(paul, self.situation.code), OPEN | {"health"})

    def test_who_is_outside_the_agreement_receives_nothing(self) -> None:
        """C-07: the landlords left out of it; the list says why, and so does a restriction."""
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, self.situation.pk)
            agreements.record(
                viewer=viewer,
                situation=row,
                expression=people.expression(
                    viewer, professions=frozenset({"professionnel_sante"})
                ),
                person=PersonFacts(age=58),
            )
        self.assertEqual(self.lines()["Marc"].refusal, "outside_perimeter")
        self.convene()
        self.assertEqual(reads(self.cast.marc, self.situation.code), set())
        self.assertEqual(reads(self.cast.sophie, self.situation.code), OPEN | {"health"})

    def test_who_stepped_aside_receives_nothing(self) -> None:
        """Set aside before, Sophie is on the list with that reason and gets no key."""
        with people.as_person(self.cast.claire) as viewer:
            recusals.set_aside(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                user_id=self.cast.sophie.user.pk,
                reason="lien_personnel",
            )
        self.assertEqual(self.lines()["Sophie"].refusal, "stepped_aside")
        self.convene()
        self.assertEqual(reads(self.cast.sophie, self.situation.code), set())

    def test_what_the_vault_cannot_open_is_said(self) -> None:
        """Claire holds no right on health any more: it is told, and the rest is given."""
        with people.as_person(self.cast.luc) as viewer:
            held = Grant.objects.filter(
                situation_id=self.situation.pk,
                recipient_id=self.cast.claire.user.pk,
                section="health",
            )
            for pk in held.values_list("pk", flat=True):
                grants.revoke(viewer=viewer, grant_id=pk)
        (plan,) = self.convene()
        self.assertEqual(plan.shut, ("health",))
        self.assertEqual(reads(self.cast.sophie, self.situation.code), OPEN)

    def test_a_closed_vault_convenes_nothing(self) -> None:
        """Decision 23: no vault, no right, and the sitting stays a draft."""
        claire = people.Person(self.cast.claire.user, self.cast.claire.mandate)
        with people.as_person(claire) as viewer, self.assertRaises(VaultLocked):
            sittings.convene(viewer=viewer, sitting=Sitting.objects.get(pk=self.sitting.pk))

    def test_removing_the_point_ends_what_it_gave_and_nothing_else(self) -> None:
        """T-24: Marc was also shared the core for a year; that right stays."""
        with people.as_person(self.cast.luc) as viewer:
            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                recipients=[self.cast.marc.user.pk],
                sections=["core"],
                level="contribute",
            )
        self.convene()
        with people.as_person(self.cast.claire) as viewer:
            sittings.remove_item(
                viewer=viewer,
                item=item_of(self.cast, self.sitting),
                reason="ordre_du_jour_complet",
            )
            self.assertFalse(
                Wrap.objects.filter(
                    grant__item__isnull=False, situation_id=self.situation.pk
                ).exists()
            )
        self.assertEqual(reads(self.cast.sophie, self.situation.code), set())
        self.assertEqual(reads(self.cast.marc, self.situation.code), {"core"})

    def test_a_withdrawal_ends_it(self) -> None:
        """C-04: at the next request, for all but the lead."""
        self.convene()
        with people.as_person(self.cast.luc) as viewer:
            agreements.withdraw(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                kind="withdrawal",
            )
        self.assertEqual(reads(self.cast.sophie, self.situation.code), set())

    def test_a_restriction_ends_what_it_closes(self) -> None:
        """C-08: health closed by the person leaves Sophie the rest of the point's rights."""
        from cases.domain.sections import InformationCategory, Section

        self.convene()
        kept = {one for one in InformationCategory if one.section is not Section.HEALTH}
        with people.as_person(self.cast.luc) as viewer:
            agreements.record(
                viewer=viewer,
                situation=people.fresh(self.cast, self.situation.pk),
                expression=people.expression(viewer, categories=frozenset(kept)),
                person=PersonFacts(age=58),
            )
        self.assertEqual(reads(self.cast.sophie, self.situation.code), OPEN)

    def test_a_point_added_later_gives_its_own_rights(self) -> None:
        """A convened sitting: the added situation opens too, with the coordinator's vault."""
        self.convene()
        other = people.agreed(self.cast)
        with people.as_person(self.cast.claire) as viewer:
            _, plan = sittings.inscribe(
                viewer=viewer,
                sitting=Sitting.objects.get(pk=self.sitting.pk),
                situation=people.fresh(self.cast, other.pk),
            )
        assert plan is not None
        self.assertTrue(plan.gives)
        self.assertEqual(reads(self.cast.marc, other.code), OPEN)

    def test_a_renewal_of_keys_keeps_point_and_reason(self) -> None:
        """T-31: what is repeated under the next version ends with its point as well."""
        self.convene()
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, self.situation.pk)
            rotation.begin(viewer=viewer, situation=row, section="core")
        item = item_of(self.cast, self.sitting)
        with people.as_person(self.cast.claire):
            again = Grant.objects.filter(situation_id=self.situation.pk, key_version=2)
            of_point = again.filter(item=item, reason="examen")
            self.assertEqual({one.recipient_id for one in of_point}, self.pks("sophie", "marc"))
        with people.as_person(self.cast.claire) as viewer:
            sittings.remove_item(viewer=viewer, item=item, reason="ordre_du_jour_complet")
        self.assertEqual(reads(self.cast.sophie, self.situation.code), set())

    def test_a_stranger_a_member_and_the_dpo_convene_nothing(self) -> None:
        """Style 24: the page is the coordinator's; nobody else finds it, anonymous logs in."""
        address = url("sitting_convene", self.sitting.pk)
        self.assertEqual(people.client_of(self.cast.claire).get(address).status_code, 200)
        for name in ("luc", "sophie", "nadia", "denis", "julie"):
            with self.subTest(who=name):
                client = people.client_of(self.cast.people[name])
                self.assertEqual(client.get(address).status_code, 404)
                self.assertEqual(client.post(address, {"state": "draft"}).status_code, 404)
        self.assertIn("/compte/login/", Client().get(address)["Location"])
        self.assertEqual(people.client_of(self.cast.claire).put(address).status_code, 405)

    def test_the_page_convenes_once(self) -> None:
        """The list, then the act; a replay of the form does nothing more."""
        claire = people.client_of(self.cast.claire)
        address = url("sitting_convene", self.sitting.pk)
        page = claire.get(address)
        self.assertContains(page, "hors des professions admises")
        posted = {"state": "draft", "idempotency_key": key()}
        self.assertRedirects(claire.post(address, posted), url("sitting", self.sitting.pk))
        with people.as_person(self.cast.claire):
            before = Grant.objects.filter(situation_id=self.situation.pk).count()
        self.assertEqual(claire.post(address, posted).status_code, 302)
        # A second window that still shows the draft.
        stale = claire.post(address, {"state": "draft", "idempotency_key": key()})
        self.assertEqual(stale.status_code, 404)
        with people.as_person(self.cast.claire):
            self.assertEqual(Grant.objects.filter(situation_id=self.situation.pk).count(), before)

    def test_the_inscription_form_asks_the_secret_for_a_convened_sitting(self) -> None:
        """Decision 23: a convened sitting gives at once; a draft gives nothing and asks nothing."""
        other = people.agreed(self.cast)
        claire = people.client_of(self.cast.claire)
        posted = {"sitting": str(self.sitting.pk), "mode": "nominatif"}
        with people.later(minutes=11):
            asked = claire.post(url("inscribe", other.code), {**posted, "idempotency_key": key()})
            self.assertEqual(asked.status_code, 302)
        self.convene()
        third = people.agreed(self.cast)
        with people.later(minutes=11):
            asked = claire.post(url("inscribe", third.code), {**posted, "idempotency_key": key()})
        self.assertContains(asked, 'name="confirm_passphrase"')


class ThroughItsWindow(CommittingTestCase):
    """A sitting in twelve days: rights open seven days before, and close seven days after."""

    def setUp(self) -> None:
        self.cast = people.commission(f"fen{uuid.uuid4().hex[:6]}")
        self.situation = people.agreed(self.cast)
        self.sitting = sitting_of(self.cast, self.situation, days=12)
        with people.as_person(self.cast.claire) as viewer:
            sittings.convene(viewer=viewer, sitting=Sitting.objects.get(pk=self.sitting.pk))

    def answers(self) -> dict[str, Any]:
        """Ask every page of the situation as Sophie, from a browser of that moment."""
        client = people.client_of(self.cast.sophie)
        code = self.situation.code
        return {
            name: client.get(url(name, code, *more)).status_code
            for name, *more in (
                ("situation",),
                ("situation_section", "health"),
                ("readers",),
                ("step_aside",),
            )
        } | {"identity": client.post(url("situation_identity", code)).status_code}

    def test_before_during_after(self) -> None:
        """C-24: 404, then 200, then 404, in every address."""
        for days, expected in ((0, 404), (4, 404), (6, 200), (12, 200), (19, 200), (21, 404)):
            with self.subTest(days=days), people.later(days=days):
                self.assertEqual(set(self.answers().values()), {expected})

    def test_the_rights_to_come_are_in_the_lists_row_and_open_nothing(self) -> None:
        """The key is wrapped already: control for the dates, which alone keep it shut."""
        with people.as_person(self.cast.sophie) as viewer:
            self.assertTrue(Wrap.objects.filter(grant__recipient=self.cast.sophie.user).exists())
            row = Situation(pk=self.situation.pk, commission=self.cast.commission)
            self.assertEqual(open_keys(viewer, row).deks, {})

    def test_a_date_moved_by_sql_opens_nothing(self) -> None:
        """T-11: not_before brought back in the row: the signature says otherwise."""
        with self.as_administrator() as admin:
            admin.execute(
                "UPDATE cases_grant SET not_before = not_before - interval '20 days'"
                " WHERE recipient_id = %s",
                [str(self.cast.sophie.user.pk)],
            )
        self.assertEqual(reads(self.cast.sophie, self.situation.code), set())
        with people.later(days=6), self.as_administrator() as admin:
            admin.execute(
                "UPDATE cases_grant SET not_before = not_before + interval '20 days'"
                " WHERE recipient_id = %s",
                [str(self.cast.sophie.user.pk)],
            )
            self.assertEqual(reads(self.cast.sophie, self.situation.code), OPEN | {"health"})


class Roles(TestCase):
    """Users' representatives are called too; guests and substitutes are not, by themselves."""

    def test_who_is_called(self) -> None:
        """BR-06, decision 22."""
        from cases.actions import directory

        cast = people.commission("roles")
        officers = [(cast.people[n].user, cast.people[n].identity) for n in ("claire", "denis")]
        for name, role in (
            ("ines", Mandate.Role.USERS_REPRESENTATIVE),
            ("gaelle", Mandate.Role.GUEST),
            ("sacha", Mandate.Role.SUBSTITUTE),
        ):
            person = newcomer(cast, name, role=role)
            directory.sign_key(
                commission=cast.commission, user=person.user, officers=officers, at=now()
            )
        sitting = sitting_of(cast, people.agreed(cast))
        with people.as_person(cast.claire) as viewer:
            (plan,) = convening.prepare(viewer, Sitting.objects.get(pk=sitting.pk))
        self.assertEqual(
            {line.name.split()[0] for line in plan.lines if line.given},
            {"Sophie", "Marc", "Ines"},
        )
