"""Versions of the plan of figures: immutable, by two people, once a year (releases.md 5.1)."""

from __future__ import annotations

import json
import uuid
from datetime import date
from typing import Any
from unittest import mock

from django.db import DatabaseError, transaction
from django.urls import reverse

from audit import recorder
from cases import publish
from cases.actions import plans
from cases.disclosure.canonical import canonical
from cases.disclosure.errors import HistoryBroken
from cases.disclosure.period import Period
from cases.disclosure.plan_file import load_plan, parse_plan
from cases.domain.exceptions import NotAllowed
from cases.models import ReleasePlan
from cases.permissions import Refused
from clsm_core.observatory import interface
from tests import people
from tests.cases_of import CommittingTestCase, TestCase
from tests.commission import planning
from tests.commission.planning import approved, in_force, prepared, relabelled, text_of, without
from tests.commission.posted_forms import form_of


class PlanRules(TestCase):
    """Who, when, what."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("plans")
        cls.other = people.commission("voisine")

    def test_two_people_put_a_version_in_force(self) -> None:
        """One approval leaves the installed plan; the same person cannot give both."""
        row = prepared(self.cast, "2027.1", without("E-07"))
        approved(self.cast, row, "claire")
        with people.as_person(self.cast.claire):
            self.assertEqual(plans.active_plan(self.cast.commission).version, load_plan().version)
        with self.assertRaises(NotAllowed) as refused:
            approved(self.cast, row, "claire")
        self.assertEqual(refused.exception.code, "same_person")
        with recorder.observe() as events:
            approved(self.cast, row, "denis")
        self.assertIn("plan.activated", [event.action for event in events])
        with people.as_person(self.cast.claire):
            plan = plans.active_plan(self.cast.commission)
        self.assertEqual(plan.version, "2027.1")
        self.assertNotIn("E-07", {table.id for table in plan.tables})

    def test_nobody_else(self) -> None:
        """A member, a referrer, the neighbours: absent; the neighbours keep their own plan."""
        row = prepared(self.cast, "2027.1", without("E-07"))
        for person in (self.cast.luc, self.cast.julie, self.other.claire, self.other.denis):
            with people.as_person(person) as viewer:
                with self.assertRaises(Refused):
                    plans.approve(viewer=viewer, plan_id=row.pk, seen=row.sha256)
                with self.assertRaises(Refused):
                    plans.drop(viewer=viewer, plan_id=row.pk)
                with self.assertRaises(Refused):
                    plans.prepare(
                        viewer=viewer,
                        commission=self.cast.commission,
                        text=text_of("2027.2"),
                        note="x",
                    )
        approved(self.cast, row, "claire", "denis")  # Control.
        with people.as_person(self.other.claire):
            self.assertEqual(plans.active_plan(self.other.commission).version, load_plan().version)

    def test_once_a_year(self) -> None:
        """A second change waits, with its date; labels alone do not."""
        in_force(self.cast, "2027.1", without("E-07"))
        with self.assertRaises(NotAllowed) as refused:
            prepared(self.cast, "2027.2", without("E-03"))
        self.assertEqual(refused.exception.code, "plan_too_soon")
        with people.as_person(self.cast.claire):
            day = plans.next_change(self.cast.commission)
        assert day is not None
        self.assertIn(f"{day:%d/%m/%Y}", refused.exception.message)
        in_force(self.cast, "2027.2", without("E-07"), relabelled)
        with people.later(days=366):
            in_force(self.cast, "2028.1", without("E-03"))
        self.assertEqual({row.version for row in self.versions("retired")}, {"2027.1", "2027.2"})

    def versions(self, state: str) -> list[ReleasePlan]:
        """Return the versions in a state."""
        with people.as_person(self.cast.claire):
            return list(ReleasePlan.objects.filter(commission=self.cast.commission, state=state))

    def test_a_year_is_counted_again_at_the_approval(self) -> None:
        """A correction that became a change meanwhile is refused."""
        row = prepared(self.cast, "2027.1", relabelled, without("E-07"))
        approved(self.cast, row, "claire")
        later = mock.patch.object(plans, "next_change", return_value=date(2999, 1, 1))
        with later, self.assertRaises(NotAllowed) as refused:
            approved(self.cast, row, "denis")
        self.assertEqual(refused.exception.code, "plan_too_soon")
        approved(self.cast, row, "denis")  # Control.

    def test_one_version_waits_at_a_time(self) -> None:
        """Two tabs: the second is told; what is dropped leaves room, and never comes back."""
        row = prepared(self.cast, "2027.1", without("E-07"))
        with self.assertRaises(NotAllowed) as refused:
            prepared(self.cast, "2027.2", without("E-03"))
        self.assertEqual(refused.exception.code, "pending")
        with people.as_person(self.cast.denis) as viewer:
            plans.drop(viewer=viewer, plan_id=row.pk)
        with self.assertRaises(NotAllowed) as refused:
            approved(self.cast, row, "claire")
        self.assertEqual(refused.exception.code, "not_pending")
        in_force(self.cast, "2027.1", without("E-03"))

    def test_what_was_not_shown_is_not_approved(self) -> None:
        """Another fingerprint, a version name used, nothing changed."""
        row = prepared(self.cast, "2027.1", without("E-07"))
        with people.as_person(self.cast.denis) as viewer, self.assertRaises(NotAllowed) as refused:
            plans.approve(viewer=viewer, plan_id=row.pk, seen="0" * 64)
        self.assertEqual(refused.exception.code, "stale")
        approved(self.cast, row, "claire", "denis")
        with self.assertRaises(plans.PlanRefused) as taken:
            prepared(self.cast, "2027.1", without("E-07"), relabelled)
        self.assertEqual(taken.exception.place, "version")
        with self.assertRaises(NotAllowed) as same:
            prepared(self.cast, "2027.9", without("E-07"))
        self.assertEqual(same.exception.code, "nothing_changes")

    def test_what_the_product_does_not_capture(self) -> None:
        """An unknown facet, a missing one, codes that no form gives."""

        def invented(plan: dict[str, Any]) -> None:
            plan["facets"].append({**plan["facets"][1], "code": "religion", "label": "Religion"})

        def renamed(plan: dict[str, Any]) -> None:
            facet = next(one for one in plan["facets"] if one["code"] == "severity_factor")
            facet["codes"].append(["autre_chose", "Autre chose"])

        def gone(plan: dict[str, Any]) -> None:
            plan["facets"] = [one for one in plan["facets"] if one["code"] != "household"]
            without("E-07")(plan)

        for change in (invented, renamed, gone):
            with self.subTest(change.__name__), self.assertRaises(plans.PlanRefused):
                prepared(self.cast, "2027.1", change)
        prepared(self.cast, "2027.1", without("E-07"))  # Control.

    def test_zones_need_a_large_territory(self) -> None:
        """Never under 10,000 inhabitants, nor a zone under 5,000."""

        def with_zones(plan: dict[str, Any]) -> None:
            whole = load_plan().data["tables"]
            plan["tables"] = [one for one in whole if one["id"] != "E-07"]

        for inhabitants in ((), (9000,), (4000,)):
            if inhabitants:
                planning.territory(self.cast, *inhabitants)
            with self.subTest(inhabitants), self.assertRaises(plans.PlanRefused) as refused:
                prepared(self.cast, "2027.1", with_zones)
            self.assertTrue(refused.exception.place.startswith("tables["))
        planning.territory(self.cast, 1000)
        prepared(self.cast, "2027.1", with_zones)  # Control.

    def test_a_period_keeps_the_plan_that_touched_it(self) -> None:
        """The active one for new periods, the former one beside its releases, never two."""
        former = load_plan()
        row = in_force(self.cast, "2027.1", without("E-07"))
        relabel = parse_plan(text_of("2026.9", without("E-07"), relabelled))
        year = Period.year(2026)
        cases: list[tuple[list[Any], str]] = [
            ([], "2027.1"),
            ([former], former.version),
            ([relabel], "2027.1"),
        ]
        for used, expected in cases:
            texts = {one.sha256: canonical(one.data) for one in used}
            with (
                self.subTest(expected),
                people.as_person(self.cast.claire),
                mock.patch.object(publish, "plans_of", return_value=texts),
            ):
                found = plans.plan_for(self.cast.commission, year)
                self.assertEqual(found.version, expected)
        texts = {former.sha256: canonical(former.data), row.sha256: row.text}
        with (
            people.as_person(self.cast.claire),
            mock.patch.object(publish, "plans_of", return_value=texts),
            self.assertRaises(NotAllowed) as refused,
        ):
            plans.plan_for(self.cast.commission, year)
        self.assertEqual(refused.exception.code, "plan_mixed")

    def test_the_plans_that_touched_a_period(self) -> None:
        """From the certificates: whatever overlaps, altered ones refused."""
        plan = load_plan()

        def made(year: int, text: str) -> interface.PublishedTexts:
            period = {**Period.year(year).as_dict(), "months": 12}
            line = {"rank": 1, "period": period, "plan": {"sha256": plan.sha256}}
            proof = json.dumps({"plan": json.loads(text)})
            return interface.PublishedTexts("", "", proof, json.dumps(line), b"")

        start, end = date(2026, 1, 1), date(2027, 1, 1)
        for year, expected in ((2025, set()), (2026, {plan.sha256}), (2027, set())):
            history = [made(year, plan.text)]
            with mock.patch.object(interface, "history", return_value=history):
                found = publish.plans_of(self.cast.commission, start, end)
            self.assertEqual(set(found), expected)
            for text in found.values():
                self.assertEqual(parse_plan(text).sha256, plan.sha256)
        history = [made(2026, text_of(plan.version))]
        altered = mock.patch.object(interface, "history", return_value=history)
        with altered, self.assertRaises(HistoryBroken):
            publish.plans_of(self.cast.commission, start, end)


class PlanRows(CommittingTestCase):
    """The database keeps a version, whatever the service or a hand in SQL says."""

    @classmethod
    def setUpClass(cls) -> None:
        """Open the neighbours' commission once."""
        super().setUpClass()
        cls.other = people.commission("voisins")

    def setUp(self) -> None:
        self.cast = people.commission(f"p{uuid.uuid4().hex[:8]}")

    def attempt(self, name: str, row: ReleasePlan, **changes: Any) -> int:
        """Update a row as the service's role in somebody's context, past every action."""
        with people.as_person(self.cast.people[name]) as viewer, transaction.atomic():
            values = {
                key: (viewer.at if value == "now" else value) for key, value in changes.items()
            }
            return ReleasePlan.objects.filter(pk=row.pk).update(**values)

    def test_a_version_is_never_edited(self) -> None:
        """Text, fingerprint, version, author: the trigger refuses, draft or in force."""
        draft = prepared(self.cast, "2027.1", without("E-07"))
        for stage in ("draft", "active"):
            if stage == "active":
                approved(self.cast, draft, "claire", "denis")
            for changes in (
                {"text": text_of("2027.1")},
                {"sha256": "0" * 64},
                {"version": "2027.8"},
                {"is_correction": True},
                {"created_by_id": self.cast.denis.user.pk},
            ):
                with self.subTest(stage, **changes), self.assertRaises(DatabaseError):
                    self.attempt("claire", draft, **changes)

    def test_two_people_whatever_the_service_says(self) -> None:
        """Herself twice, in another's name, without the first, backwards, put away alone."""
        row = prepared(self.cast, "2027.1", without("E-07"))
        claire, denis = self.cast.claire.user.pk, self.cast.denis.user.pk
        in_name = {"approved_by_id": denis, "approved_at": "now"}
        alone = {"state": "active", "activated_by_id": claire, "activated_at": "now"}
        for changes in (in_name, alone, {**alone, "approved_by_id": denis, "approved_at": "now"}):
            with self.subTest(**changes), self.assertRaises(DatabaseError):
                self.attempt("claire", row, **changes)
        approved(self.cast, row, "claire")
        for name, changes in (("claire", alone), ("claire", {**alone, "activated_by_id": denis})):
            with self.subTest(name, **changes), self.assertRaises(DatabaseError):
                self.attempt(name, row, **changes)
        approved(self.cast, row, "denis")  # Control.
        for changes in ({"state": "draft"}, {"state": "dropped"}, {"state": "retired"}):
            with self.subTest(**changes), self.assertRaises(DatabaseError):
                self.attempt("claire", row, **changes)

    def test_the_neighbours_rows_are_not_there(self) -> None:
        """Row-level security: neither read, nor changed, nor written for them."""
        row = prepared(self.cast, "2027.1", without("E-07"))
        with people.as_person(self.other.claire) as viewer:
            self.assertFalse(ReleasePlan.objects.filter(pk=row.pk).exists())
            self.assertEqual(ReleasePlan.objects.filter(pk=row.pk).update(state="dropped"), 0)
            for changes in (
                {"commission": self.cast.commission},
                {"commission": self.other.commission, "state": "active"},
                {"commission": self.other.commission, "created_by": self.other.denis.user},
            ):
                values = {
                    "pk": uuid.uuid4(),
                    "version": "2099.1",
                    "text": row.text,
                    "sha256": row.sha256,
                    "note": "x",
                    "created_by": self.other.claire.user,
                    "created_at": viewer.at,
                    **changes,
                }
                refusal = self.assertRaises(DatabaseError)
                with self.subTest(**changes), refusal, transaction.atomic():
                    ReleasePlan(**values).save(force_insert=True)
        self.assertEqual(planning.state_of(self.cast, row), "draft")  # Control: it is there.

    def test_a_hand_past_the_trigger_is_seen(self) -> None:
        """The fingerprint refuses what a superuser wrote; before, the same plan was read."""
        row = in_force(self.cast, "2027.1", without("E-07"))
        with people.as_person(self.cast.claire):
            self.assertEqual(plans.active_plan(self.cast.commission).version, "2027.1")
        with self.as_administrator() as administrator:
            administrator.execute("ALTER TABLE cases_releaseplan DISABLE TRIGGER clsm_plan_step")
            administrator.execute(
                "UPDATE cases_releaseplan SET text = %s WHERE id = %s",
                [canonical(json.loads(text_of("2027.1"))), row.pk],
            )
            administrator.execute("ALTER TABLE cases_releaseplan ENABLE TRIGGER clsm_plan_step")
        with people.as_person(self.cast.claire), self.assertRaises(NotAllowed) as refused:
            plans.active_plan(self.cast.commission)
        self.assertEqual(refused.exception.code, "plan_altered")

    def test_pages(self) -> None:
        """Read, prepared, compared, approved by two people, given as a file."""
        claire, denis = people.client_of(self.cast.claire), people.client_of(self.cast.denis)
        shown = claire.get(reverse("cases:plan"))
        self.assertContains(shown, "Du plus fin au plus large")
        self.assertContains(shown, load_plan().version)
        address = reverse("cases:plan_new")
        posted = form_of(claire.get(address).content.decode(), address)
        posted |= {"version": ["2027.1"], "note": ["Un tableau de moins."]}
        del posted["table_E-07"]
        posted.pop("table_E-16", None)
        broken = {
            **posted,
            "layout_sex_deux": ["Femmes = femme\nAutres = homme, femme"],
            "floor": ["10"],
            "note": ["Ma phrase reste."],
        }
        refused = claire.post(address, broken)
        self.assertContains(refused, "est déjà dans la ligne 1")
        self.assertContains(refused, "Ma phrase reste.")
        self.assertContains(refused, "Autres = homme, femme")
        self.assertNotContains(refused, 'name="table_E-07" id="id_table_E-07" checked')
        made = claire.post(address, posted)
        self.assertEqual(made.status_code, 302, made.content.decode()[:2000])
        again = claire.post(address, posted)
        self.assertEqual(again["Location"], made["Location"])  # The same key makes one version.
        page = claire.get(made["Location"])
        self.assertContains(page, "Tableau retiré : Composition du foyer.")
        with people.as_person(self.cast.claire):
            row = ReleasePlan.objects.get(commission=self.cast.commission)
        approve = reverse("cases:plan_approve", args=[row.pk])
        for client in (claire, denis):
            client.post(approve, {"digest": row.sha256})
        self.assertContains(claire.get(made["Location"]), "en vigueur")
        given = claire.get(reverse("cases:plan_file"))
        self.assertEqual(parse_plan(given.content.decode()).sha256, row.sha256)
        theirs = {"commission": str(self.other.commission.pk)}
        for name in ("plan", "plan_new", "plan_import", "plan_file"):
            self.assertEqual(claire.get(reverse(f"cases:{name}"), theirs).status_code, 404)
        for name in ("plan_version", "plan_version_file"):
            neighbour = people.client_of(self.other.claire)
            self.assertEqual(
                neighbour.get(reverse(f"cases:{name}", args=[row.pk])).status_code, 404
            )

    def test_the_form_gives_the_plan_back(self) -> None:
        """What the form shows, posted as it is, counts what the plan counts."""
        claire = people.client_of(self.cast.claire)
        planning.territory(self.cast, 60_000, 20_000)
        address = reverse("cases:plan_new")
        posted = form_of(claire.get(address).content.decode(), address)
        posted |= {"version": ["2027.1"], "note": ["Rien."]}
        refused = claire.post(address, posted)
        self.assertContains(refused, "Rien ne change par rapport au plan en vigueur.")

    def test_a_cycle_is_said_beside_its_table(self) -> None:
        """The import says the field; the neighbour's version is not a base."""
        claire = people.client_of(self.cast.claire)

        def cycle(plan: dict[str, Any]) -> None:
            crossed = next(one for one in plan["tables"] if one["id"] == "E-05-age-sexe")
            plan["tables"].append({**crossed, "id": "E-05-encore"})

        address = reverse("cases:plan_import")
        text = text_of("2027.1", cycle)
        refused = claire.post(address, {"text": text, "note": "Deux fois."})
        self.assertContains(refused, "forment une boucle")
        self.assertContains(refused, "E-05-encore")
        neighbours = prepared(self.other, "2027.3", without("E-07"))
        asked = claire.get(reverse("cases:plan_new"), {"depuis": str(neighbours.pk)})
        self.assertEqual(asked.status_code, 404)
        made = claire.post(address, {"text": text_of("2027.1", without("E-07")), "note": "Moins."})
        self.assertEqual(made.status_code, 302)

    def test_the_year_between_two_changes_survives_a_late_tab(self) -> None:
        """A form opened before the change and sent after is refused, everything typed kept."""
        claire = people.client_of(self.cast.claire)
        address = reverse("cases:plan_import")
        claire.get(address)
        in_force(self.cast, "2027.1", without("E-07"))
        late = claire.post(address, {"text": text_of("2027.2", without("E-03")), "note": "Tard."})
        self.assertContains(late, "une fois par an")
        self.assertContains(late, "Tard.")
