"""The situations of IHE's Privacy Consent profile over real pages and keys (C-04…C-10).

Each begins with its positive control: the same person, the same page, before. The pure half is
``tests/pure/domain/test_ihe_consents.py``.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.urls import reverse

from cases.access.keys import open_keys
from cases.actions import agreements, grants, restitutions, reviews, sittings, situations
from cases.domain.agreement import AgreementKind, ExceptionReason, Expression, Purpose
from cases.domain.agreement_rules import PersonFacts
from cases.domain.exceptions import NotAllowed
from cases.domain.sections import InformationCategory, ProfessionCategory
from cases.models import AgendaItem, FacetRecord, Grant, Situation
from cases.permissions import Refused, Viewer
from tests import people
from tests.cases_of import TestCase
from tests.commission import exceptionals

LANDLORD, NURSE, COLLEAGUE = "marc", "sophie", "nadia"
CORE = "Je veux garder mon appartement."
EVERY = frozenset(InformationCategory)
TEAM = frozenset(
    {
        ProfessionCategory.HEALTH_PROFESSIONAL.value,
        ProfessionCategory.SOCIAL_WORKER.value,
        "bailleur_social",
    }
)
USES = frozenset(Purpose)


class Situations(TestCase):
    """One commission; the situation is made anew by each test."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"ihe{uuid.uuid4().hex[:6]}")

    def shared(self, *names: str, **changes: Any) -> Situation:
        """Return a situation agreed and shared with members of the cast."""
        return people.shared(self.cast, *names, **changes)

    def says(self, pk: uuid.UUID, **changes: Any) -> None:
        """Record, as the lead, what the person says now."""
        with people.as_person(self.cast.luc) as viewer:
            agreements.record(
                viewer=viewer,
                situation=people.fresh(self.cast, pk),
                expression=self.said(viewer, **changes),
                person=PersonFacts(age=58),
            )

    def said(self, viewer: Viewer, **changes: Any) -> Expression:
        """Return her agreement with these changes; another kind needs no more than its own."""
        return people.expression(viewer, **{"professions": TEAM, **changes})

    def page(self, name: str, situation: Situation, view: str = "situation", *more: str) -> Any:
        """Ask for a page of a situation as somebody."""
        client = people.client_of(self.cast.people[name])
        return client.get(reverse(f"cases:{view}", args=[situation.code, *more]))

    def reads(self, name: str, situation: Situation, text: str = CORE) -> bool:
        """Tell whether somebody finds a text on the page of a situation."""
        answer = self.page(name, situation)
        return answer.status_code == 200 and text in answer.content.decode()

    def holds(self, name: str, situation: Situation) -> set[str]:
        """Return the sections whose key somebody opens."""
        with people.as_person(self.cast.people[name]) as viewer:
            row = Situation.objects.filter(pk=situation.pk).first()
            return open_keys(viewer, row).sections() if row is not None else set()

    def refusals(self, name: str, situation: Situation) -> dict[str, tuple[int, str]]:
        """Return what each page answers somebody, its code left out."""
        client, code = people.client_of(self.cast.people[name]), situation.code
        asked = {
            "page": ("get", reverse("cases:situation", args=[code])),
            "section": ("get", reverse("cases:situation_section", args=[code, "social"])),
            "identity": ("post", reverse("cases:situation_identity", args=[code])),
            "a new text": ("get", reverse("cases:document_new", args=[code])),
            "readers": ("get", reverse("cases:readers", args=[code])),
        }
        found = {}
        for what, (method, address) in asked.items():
            answer = getattr(client, method)(address)
            found[what] = (answer.status_code, answer.content.decode().replace(code, ""))
        return found

    def test_basic_permit_then_reject(self) -> None:
        """Agreed, they read; objected, gone for all but the lead, keys included (C-04)."""
        situation = self.shared(LANDLORD, NURSE)
        self.assertTrue(self.reads(LANDLORD, situation))
        self.assertTrue(self.reads(NURSE, situation))
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, situation.pk)
            agreements.withdraw(viewer=viewer, situation=row, kind="objection")
        for name in (LANDLORD, NURSE, "claire"):
            self.assertEqual(self.page(name, situation).status_code, 404, name)
            self.assertEqual(self.holds(name, situation), set(), name)
        self.assertTrue(self.reads("luc", situation))

    def test_expired_denies_exactly_like_refused(self) -> None:
        """The same codes, the same bodies but for the situation's code; control: both opened."""
        expired, refused = self.shared(LANDLORD), self.shared(LANDLORD)
        self.assertEqual(self.page(LANDLORD, expired).status_code, 200)
        self.assertEqual(self.page(LANDLORD, refused).status_code, 200)
        with people.later(days=1):
            with people.as_person(self.cast.luc) as viewer:
                day = viewer.at.date()
            self.says(expired.pk, expires_on=day)
            with people.as_person(self.cast.luc) as viewer:
                row = people.fresh(self.cast, refused.pk)
                agreements.withdraw(viewer=viewer, situation=row, kind="withdrawal")
            self.assertTrue(self.reads(LANDLORD, expired))  # The last day counts whole.
        with people.later(days=3):
            one = self.refusals(LANDLORD, expired)
            self.assertEqual({code for code, _ in one.values()}, {404})
            self.assertEqual(one, self.refusals(LANDLORD, refused))

    def test_data_time_frame(self) -> None:
        """What was written before her first day stays closed to the others, not to the lead."""
        situation = self.shared(NURSE)
        self.assertTrue(self.reads(NURSE, situation))
        with people.later(days=3):
            self.write(situation, "Écrit au troisième jour.")
            with people.as_person(self.cast.luc) as viewer:
                day = viewer.at.date()
            self.says(situation.pk, written_from=day)
            self.assertTrue(self.reads(NURSE, situation, "Écrit au troisième jour."))
            self.assertFalse(self.reads(NURSE, situation))
            self.assertTrue(self.reads("luc", situation))
            self.assertEqual(self.identity(NURSE, situation), 404)
        with people.later(days=5):
            self.says(situation.pk, written_until=day)
            self.write(situation, "Écrit trop tard.")
            self.assertTrue(self.reads(NURSE, situation))
            self.assertFalse(self.reads(NURSE, situation, "Écrit trop tard."))

    def write(self, situation: Situation, text: str) -> uuid.UUID:
        """Write a note in the core as the lead."""
        with people.as_person(self.cast.luc) as viewer:
            return situations.write(
                viewer=viewer,
                situation=people.fresh(self.cast, situation.pk),
                section="core",
                category="",
                text=text,
            ).pk

    def identity(self, name: str, situation: Situation) -> int:
        """Reveal the identity as somebody; return the answer's code."""
        client = people.client_of(self.cast.people[name])
        return client.post(reverse("cases:situation_identity", args=[situation.code])).status_code

    def test_a_text_changed_after_her_last_day_is_closed(self) -> None:
        """What was added later is as late as its change."""
        situation = self.shared(NURSE)
        note = self.write(situation, "Premier état.")
        with people.as_person(self.cast.luc) as viewer:
            day = viewer.at.date()
        self.says(situation.pk, written_until=day)
        self.assertTrue(self.reads(NURSE, situation, "Premier état."))
        with people.later(days=2):
            with people.as_person(self.cast.luc) as viewer:
                situations.rewrite(viewer=viewer, document_id=note, text="Second état.", version=1)
            self.assertFalse(self.reads(NURSE, situation, "Second état."))
            self.assertTrue(self.reads(NURSE, situation))

    def test_data_author(self) -> None:
        """The landlord's referral stays closed to the others: texts, identity, projector, edit."""
        situation, item = people.inscribed(self.cast, NURSE)
        note = self.write(situation, "Écrit par l’hôpital.")
        screen = reverse("cases:sitting_live", args=[item.sitting_id])
        claire = people.client_of(self.cast.claire)
        question = "Comment renouer le lien ?"
        self.assertContains(claire.get(screen), question)
        self.assertTrue(self.reads(NURSE, situation))
        self.assertEqual(self.identity(NURSE, situation), 200)
        self.says(situation.pk, excluded_authors=frozenset({"HABITAT  public"}))
        self.assertFalse(self.reads(NURSE, situation))
        self.assertTrue(self.reads(NURSE, situation, "Écrit par l’hôpital."))
        self.assertEqual(self.identity(NURSE, situation), 404)
        luc = people.client_of(self.cast.luc)
        self.assertNotContains(claire.get(screen), question)
        self.assertTrue(self.reads("luc", situation))
        edit = reverse("cases:document_edit", args=[situation.code, note])
        nurse = people.client_of(self.cast.sophie)
        self.assertEqual(luc.get(edit).status_code, 200)
        self.assertEqual(nurse.get(edit).status_code, 200)
        self.says(situation.pk, excluded_authors=frozenset({"Centre hospitalier"}))
        self.assertEqual(nurse.get(edit).status_code, 404)
        with people.as_person(self.cast.sophie) as viewer, self.assertRaises(Refused):
            situations.rewrite(viewer=viewer, document_id=note, text="x", version=99)

    def test_purpose_follow_up(self) -> None:
        """To examine, not to follow: closed to the others once it is given back to her."""
        situation, _ = people.reviewed(self.cast, LANDLORD)
        self.says(situation.pk, purposes=frozenset({Purpose.EXAMINATION}))
        self.assertTrue(self.reads(LANDLORD, situation))
        with people.as_person(self.cast.luc) as viewer:
            restitutions.record(
                viewer=viewer,
                situation=people.fresh(self.cast, situation.pk),
                given_on=viewer.at.date(),
                mode="rencontre",
                answers={},
                words="",
            )
        self.assertEqual(self.page(LANDLORD, situation).status_code, 404)
        self.assertTrue(self.reads("luc", situation))
        self.says(situation.pk, purposes=USES)
        self.assertTrue(self.reads(LANDLORD, situation))

    def test_purpose_examination(self) -> None:
        """No inscription without it, and an inscription that stood is undone (promise 5)."""
        situation = self.shared(LANDLORD)
        with people.as_person(self.cast.claire) as viewer:
            sitting = sittings.create(
                viewer=viewer,
                commission=self.cast.commission,
                starts_at=viewer.at + timedelta(days=7),
                place="Mairie",
            )
            item = sittings.add_item(
                viewer=viewer, sitting=sitting, situation=people.fresh(self.cast, situation.pk)
            )
        self.says(situation.pk, purposes=frozenset({Purpose.FOLLOW_UP, Purpose.STATISTICS}))
        with people.as_person(self.cast.claire) as viewer:
            item.refresh_from_db()
            self.assertIsNotNone(item.removed_at)
            row = people.fresh(self.cast, situation.pk)
            self.assertEqual(row.state, "preparing")
            with self.assertRaises(NotAllowed) as refused:
                sittings.add_item(viewer=viewer, sitting=sitting, situation=row)
        self.assertEqual(refused.exception.code, "purpose_not_agreed")

    def test_purpose_statistics(self) -> None:
        """Refused, nothing is coded from then on; control: coded without the refusal."""
        before = FacetRecord.objects.count()
        people.reviewed(self.cast)
        after = FacetRecord.objects.count()
        self.assertEqual(after - before, 3)  # The referral, its admission, the first review.
        refused = people.inscribed(self.cast)[0]
        start = FacetRecord.objects.count()
        self.says(refused.pk, purposes=frozenset({Purpose.EXAMINATION, Purpose.FOLLOW_UP}))
        self.review(refused)
        with people.as_person(self.cast.luc) as viewer:
            situations.close(
                viewer=viewer,
                situation=people.fresh(self.cast, refused.pk),
                reason="demenagement",
                outcome_housing="",
                outcome_care="",
            )
        self.assertEqual(FacetRecord.objects.count(), start)

    def review(self, situation: Situation) -> None:
        """Examine a situation inscribed at an open sitting."""
        with people.as_person(self.cast.claire) as viewer:
            item = AgendaItem.objects.select_related("sitting", "situation__commission").get(
                situation=situation.pk, removed_at__isnull=True
            )
            reviews.record(
                viewer=viewer,
                item=item,
                presence="oui",
                analysis=[],
                shareable_text="",
                proposals=[],
                no_proposal=True,
                review_due_on=viewer.at.date() + timedelta(days=60),
            )

    def test_break_glass_only(self) -> None:
        """Closed to ordinary readers at once; a confirmed exceptional access opens what she said.

        Control: before she said so they read, and without a confirmation nobody does.
        """
        situation = exceptionals.situation(self.cast)
        with people.as_person(self.cast.luc) as viewer:
            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, situation.pk),
                recipients=[self.cast.sophie.user.pk],
                sections=["core", "social", "health"],
                level="read",
            )
        self.assertTrue(self.reads(NURSE, situation, exceptionals.SECRET))
        self.says(
            situation.pk,
            is_emergency_only=True,
            professions=frozenset(),
            categories=frozenset({InformationCategory.MENTAL_HEALTH}),
        )
        self.assertEqual(self.page(NURSE, situation).status_code, 404)
        self.assertEqual(self.holds(NURSE, situation), set())
        access = exceptionals.ask(self.cast, situation.code)
        self.assertEqual(exceptionals.reads(self.cast.nadia, situation.code), "")
        exceptionals.confirm(self.cast, access.pk)
        opened = exceptionals.reads(self.cast.nadia, situation.code)
        self.assertIn(exceptionals.HEALTH, opened)
        self.assertNotIn("Elle ne sort plus depuis le printemps.", opened)
        # Still nobody else, and nobody once she objects.
        self.assertEqual(self.page(NURSE, situation).status_code, 404)
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, situation.pk)
            agreements.withdraw(viewer=viewer, situation=row, kind="objection")
        self.assertEqual(exceptionals.reads(self.cast.nadia, situation.code), "")

    def test_break_glass_keeps_her_authors_closed(self) -> None:
        """An emergency opens no text of an author whose writings she left closed."""
        for excluded in (frozenset(), frozenset({"Habitat public"})):
            situation = exceptionals.situation(self.cast, excluded_authors=excluded)
            exceptionals.opened(self.cast, situation.code)
            read = exceptionals.reads(self.cast.nadia, situation.code)
            self.assertEqual(exceptionals.HEALTH in read, not excluded)

    def test_one_practitioner_only(self) -> None:
        """She names one: every other right ends at once, and cannot be given again."""
        situation = self.shared(LANDLORD, NURSE)
        self.assertTrue(self.reads(LANDLORD, situation))
        only = frozenset({self.cast.sophie.user.pk})
        self.says(situation.pk, professions=frozenset(), members=only)
        self.assertTrue(self.reads(NURSE, situation))
        self.assertEqual(self.page(LANDLORD, situation).status_code, 404)
        self.assertEqual(self.holds(LANDLORD, situation), set())
        self.assertRefusedShare(situation, LANDLORD)

    def test_everybody_but_one_practitioner(self) -> None:
        """She refuses one, whatever his profession: the others read on."""
        situation = self.shared(LANDLORD, NURSE)
        self.assertTrue(self.reads(NURSE, situation))
        self.says(situation.pk, excluded_members=frozenset({self.cast.sophie.user.pk}))
        self.assertEqual(self.page(NURSE, situation).status_code, 404)
        self.assertEqual(self.holds(NURSE, situation), set())
        self.assertTrue(self.reads(LANDLORD, situation))
        self.assertRefusedShare(situation, NURSE)

    def assertRefusedShare(self, situation: Situation, name: str) -> None:
        """Check that nobody gives the right again."""
        with people.as_person(self.cast.luc) as viewer, self.assertRaises(grants.NotShareable):
            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, situation.pk),
                recipients=[self.cast.people[name].user.pk],
                sections=["core"],
                level="read",
            )

    def test_a_refusal_by_name_reaches_every_right(self) -> None:
        """The coordinator's own reception, a sleeping right, and being made the lead (C-07)."""
        situation = self.shared(LANDLORD)
        self.assertTrue(self.holds("claire", situation))
        refused = frozenset({self.cast.claire.user.pk, self.cast.nadia.user.pk})
        self.says(situation.pk, excluded_members=refused)
        self.assertEqual(self.holds("claire", situation), set())
        self.assertFalse(self.reads("claire", situation))
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, situation.pk)
            left = Grant.objects.filter(situation=row, revoked_at__isnull=True)
            self.assertFalse(left.filter(recipient__in=refused).exists())
            with self.assertRaises(grants.NotShareable):
                grants.give_lead(viewer=viewer, situation=row, lead=self.cast.nadia.user.pk)

    def test_an_exception_keeps_what_she_refused_by_name(self) -> None:
        """Her agreement over, an urgency opens to the team, not to whom she had refused."""
        situation = self.shared(LANDLORD, NURSE)
        with people.as_person(self.cast.luc) as viewer:
            tomorrow = viewer.at.date() + timedelta(days=1)
        self.says(
            situation.pk,
            excluded_members=frozenset({self.cast.sophie.user.pk}),
            expires_on=tomorrow,
        )
        with people.later(days=4):
            with people.as_person(self.cast.luc) as viewer:
                agreements.record(
                    viewer=viewer,
                    situation=people.fresh(self.cast, situation.pk),
                    expression=Expression(
                        kind=AgreementKind.URGENCY,
                        expressed_at=viewer.at,
                        recorded_at=viewer.at,
                        reason=ExceptionReason.SERIOUS_DANGER,
                        categories=EVERY,
                        professions=TEAM,
                        regularise_by=viewer.at.date() + timedelta(days=10),
                    ),
                    person=PersonFacts(age=58),
                )
            self.assertTrue(self.reads(LANDLORD, situation))
            self.assertRefusedShare(situation, NURSE)
