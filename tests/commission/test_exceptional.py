"""Break-glass: two people open a sleeping right for four hours, and nothing else does (§2.4)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from audit import recorder
from cases.access import exceptional as access
from cases.access import exceptional_register, situations
from cases.access.keys import open_keys
from cases.actions import agreements, exceptional, grants, proposals, rotation
from cases.actions import situations as writings
from cases.actions.sealing import SectionSealed
from cases.domain.exceptions import DomainError, NotAllowed
from cases.models import Grant, Mandate, Proposal, Recusal
from cases.permissions import Refused
from clsm_core.accounts.clock import now
from tests import people
from tests.cases_of import CommittingTestCase
from tests.commission import exceptionals as made


class Emergency(CommittingTestCase):
    """Nadia keeps a sleeping right; Luc leads; Claire coordinates; Marc and Sophie are members."""

    def setUp(self) -> None:
        self.cast = people.commission(f"x{uuid.uuid4().hex[:8]}")
        self.situation = made.situation(self.cast)
        self.code = self.situation.code

    def nadia(self) -> str:
        """Return what the depositary is shown."""
        return made.reads(self.cast.nadia, self.code)

    def test_it_opens_for_four_hours_and_no_longer(self) -> None:
        """Nothing before the second person; her reading is told apart in the ledger."""
        self.assertEqual(self.nadia(), "")
        row = made.ask(self.cast, self.code)
        self.assertEqual(self.nadia(), "")
        made.confirm(self.cast, row.pk)
        with recorder.observe() as events:
            shown = self.nadia()
        self.assertIn(made.SECRET, shown)
        self.assertIn(made.HEALTH, shown)  # Nadia is a social worker of the list (C-22).
        told = [one for one in events if one.action == "situation.shown"]
        self.assertEqual([one.purpose for one in told], ["emergency"])
        with people.later(hours=3, minutes=59):
            self.assertIn(made.SECRET, self.nadia())
        with people.later(hours=4, seconds=1):
            self.assertEqual(self.nadia(), "")

    def test_she_finds_it_meanwhile_and_no_guardian_row_is_written(self) -> None:
        """The list and the identity's gesture follow; nothing projects a sleeping right."""
        with people.as_person(self.cast.nadia) as viewer:
            self.assertEqual(situations.list_situations(viewer), [])
        made.opened(self.cast, self.code)
        with people.as_person(self.cast.nadia) as viewer, recorder.observe() as events:
            lines = situations.list_situations(viewer)
            identity = situations.reveal_identity(viewer, self.code)
        self.assertEqual([line.situation.code for line in lines], [self.code])
        self.assertEqual((identity or {})["last_name"], "Dupont-Fictif")
        (told,) = [one for one in events if one.action == "identity.revealed"]
        self.assertEqual(told.purpose, "emergency")
        with made.administrator() as admin:
            (rows,) = admin.execute(
                "SELECT count(*) FROM cases_situationuserpermission WHERE user_id = %s",
                [self.cast.nadia.user.pk],
            ).fetchone()
        self.assertEqual(rows, 0)

    def test_she_never_writes_shares_nor_moves_the_situation(self) -> None:
        """Reading alone: no act on the page, and every action refuses her."""
        pk = people.reviewed(self.cast)[0].pk
        with people.as_person(self.cast.claire):
            code = people.fresh(self.cast, pk).code
        made.opened(self.cast, code)
        with people.as_person(self.cast.nadia) as viewer:
            found = situations.open_situation(viewer, code)
            self.assertEqual(found.acts, frozenset({"reveal"}))
            self.assertFalse(any(section.writable for section in found.sections))
            row = people.fresh(self.cast, pk)
            with self.assertRaises(SectionSealed):
                writings.write(
                    viewer=viewer, situation=row, section="core", category="", text="non"
                )
            with self.assertRaises(Refused):
                grants.share(
                    viewer=viewer,
                    situation=row,
                    recipients=[self.cast.sophie.user.pk],
                    sections=["core"],
                    level="read",
                )
            proposal = Proposal.objects.filter(situation=row).first()
            assert proposal is not None
            with self.assertRaises(Refused):
                proposals.progress(
                    viewer=viewer, proposal_id=proposal.pk, status="done", reason="", version=1
                )
            for act in ("withdraw", "record_agreement"):
                with self.subTest(act), self.assertRaises(Refused):
                    self._speak(viewer, row, act)

    def _speak(self, viewer: Any, row: Any, act: str) -> None:
        if act == "withdraw":
            agreements.withdraw(viewer=viewer, situation=row, kind="withdrawal")
        else:
            made.agreements.record(
                viewer=viewer,
                situation=row,
                expression=people.expression(viewer),
                person=made.PersonFacts(age=58),
                presence="oui",
            )

    def test_either_the_lead_and_the_desk_close_it(self) -> None:
        """Nobody else does; closed, it does not open again."""
        for name in ("nadia", "claire", "denis", "luc"):
            row = made.opened(self.cast, self.code)
            self.assertIn(made.SECRET, self.nadia())
            with self.assertRaises(Refused):
                made.end(self.cast, row.pk, "marc")
            made.end(self.cast, row.pk, name)
            with self.subTest(name):
                self.assertEqual(self.nadia(), "")
                with self.assertRaises(NotAllowed):
                    made.confirm(self.cast, row.pk, "luc")

    def test_standing_tells_who_and_until_when(self) -> None:
        """What a page of the situation may show, to its readers."""
        made.opened(self.cast, self.code, "luc")
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.situation.pk)
            (told,) = access.standing(situation, viewer.at)
            found = situations.open_situation(viewer, self.code)
        self.assertEqual(
            (told.holder, told.confirmer), (self.cast.nadia.user.full_name, "Luc Perrin")
        )
        self.assertIn("identité", told.sections)
        self.assertEqual(told.until - told.since, timedelta(hours=4))
        self.assertEqual(found.exceptional, (told,))
        with people.later(hours=5), people.as_person(self.cast.luc) as viewer:
            self.assertEqual(access.standing(situation, viewer.at), ())


class TwoPeople(CommittingTestCase):
    """Who may be the second person, and when."""

    def setUp(self) -> None:
        self.cast = people.commission(f"p{uuid.uuid4().hex[:8]}")
        self.situation = made.situation(self.cast)
        self.code = self.situation.code

    def assertShut(self) -> None:
        """Check that the depositary reads nothing."""
        self.assertEqual(made.reads(self.cast.nadia, self.code), "")

    def test_nobody_confirms_her_own(self) -> None:
        """The action, then the vault's own rule."""
        row = made.ask(self.cast, self.code)
        with self.assertRaises(exceptional.SamePerson):
            made.confirm(self.cast, row.pk, "nadia")
        self.assertShut()

    def test_a_permanent_member_the_coordinator_or_the_lead_confirms(self) -> None:
        """Never a referrer, the DPO who reviews, another commission's, or who stepped aside."""
        other = people.commission(f"q{uuid.uuid4().hex[:8]}")
        row = made.ask(self.cast, self.code)
        with people.as_person(self.cast.sophie) as viewer:
            Recusal(
                pk=uuid.uuid4(),
                situation_id=self.situation.pk,
                user_id=viewer.user_id,
                kind=Recusal.Kind.DECLARED,
                reason="lien_familial",
                declared_by_id=viewer.user_id,
                declared_at=viewer.at,
            ).save(force_insert=True)
        for person in (self.cast.julie, self.cast.denis, self.cast.sophie, other.claire):
            with (
                self.subTest(person.user.first_name),
                people.as_person(person) as viewer,
                self.assertRaises(Refused),
            ):
                exceptional.confirm(viewer=viewer, pk=row.pk)
        self.assertShut()
        made.confirm(self.cast, row.pk, "marc")  # Control: permanent, without any right there.
        self.assertIn(made.SECRET, made.reads(self.cast.nadia, self.code))

    def test_a_guest_does_not_confirm(self) -> None:
        """Marc, invited to one point, is no permanent member; he was one before (control)."""
        row = made.ask(self.cast, self.code)
        with people.as_person(self.cast.marc) as viewer:
            self.assertIn("confirm", exceptional_register.find(viewer, row.pk)[1].may)
        Mandate.objects.filter(pk=self.cast.marc.mandate.pk).update(role=Mandate.Role.GUEST)
        with self.assertRaises(Refused):
            made.confirm(self.cast, row.pk, "marc")

    def test_a_mandate_that_ended_meanwhile_confirms_nothing(self) -> None:
        """Of the second person, or of who asked; hers also closes what stands open."""
        row = made.ask(self.cast, self.code)
        ended = Mandate.Status.ENDED
        Mandate.objects.filter(pk=self.cast.marc.mandate.pk).update(status=ended)
        with self.assertRaises(Refused):
            made.confirm(self.cast, row.pk, "marc")
        Mandate.objects.filter(pk=self.cast.nadia.mandate.pk).update(status=ended)
        with self.assertRaises(NotAllowed) as refused:
            made.confirm(self.cast, row.pk)
        self.assertEqual(refused.exception.code, "asker_left")
        active = Mandate.Status.ACTIVE
        Mandate.objects.filter(pk=self.cast.nadia.mandate.pk).update(status=active)
        made.confirm(self.cast, row.pk)
        self.assertIn(made.SECRET, made.reads(self.cast.nadia, self.code))  # Control.
        Mandate.objects.filter(pk=self.cast.nadia.mandate.pk).update(status=ended)
        self.assertShut()

    def test_a_confirmation_counts_once(self) -> None:
        """Replayed by another, after an end, or twelve hours late: nothing."""
        row = made.opened(self.cast, self.code)
        with self.assertRaises(NotAllowed):
            made.confirm(self.cast, row.pk, "luc")
        made.end(self.cast, row.pk, "nadia")
        for name in ("claire", "luc"):
            with self.subTest(name), self.assertRaises(NotAllowed):
                made.confirm(self.cast, row.pk, name)
        self.assertShut()
        again = made.ask(self.cast, self.code)
        with people.later(hours=12, minutes=1), self.assertRaises(NotAllowed) as refused:
            made.confirm(self.cast, again.pk)
        self.assertEqual(refused.exception.code, "decided")
        with people.later(hours=12, minutes=1):
            third = made.ask(self.cast, self.code)
            made.confirm(self.cast, third.pk)
            self.assertIn(made.SECRET, made.reads(self.cast.nadia, self.code))

    def test_declined_or_taken_back_it_opens_nothing(self) -> None:
        """By the second person, or by who asked."""
        for name in ("claire", "nadia"):
            row = made.ask(self.cast, self.code)
            with people.as_person(self.cast.people[name]) as viewer:
                exceptional.decline(viewer=viewer, pk=row.pk)
            self.assertShut()
            with self.subTest(name), self.assertRaises(NotAllowed):
                made.confirm(self.cast, row.pk, "luc")

    def test_who_stepped_aside_does_not_ask_and_reads_no_more(self) -> None:
        """A declared interest closes what two people opened."""
        made.opened(self.cast, self.code)
        self.assertIn(made.SECRET, made.reads(self.cast.nadia, self.code))  # Control.
        with people.as_person(self.cast.nadia) as viewer:
            Recusal(
                pk=uuid.uuid4(),
                situation_id=self.situation.pk,
                user_id=viewer.user_id,
                kind=Recusal.Kind.DECLARED,
                reason="lien_familial",
                declared_by_id=viewer.user_id,
                declared_at=viewer.at,
            ).save(force_insert=True)
        self.assertShut()
        with self.assertRaises(Refused):
            made.ask(self.cast, self.code)


class PersonsWord(CommittingTestCase):
    """What the person said of sharing holds in an emergency (C-04, C-08, C-22)."""

    def setUp(self) -> None:
        self.cast = people.commission(f"w{uuid.uuid4().hex[:8]}")

    def refused(self, code: str) -> str:
        """Return the code of the refusal to ask."""
        with self.assertRaises((Refused, DomainError)) as refused:
            made.ask(self.cast, code)
        return str(refused.exception.code)

    def test_a_withdrawal_closes_it_at_once(self) -> None:
        """Gone from her list, from her page, and from what she may ask for."""
        situation = made.situation(self.cast)
        made.opened(self.cast, situation.code)
        self.assertIn(made.SECRET, made.reads(self.cast.nadia, situation.code))  # Control.
        with people.as_person(self.cast.luc) as viewer:
            agreements.withdraw(
                viewer=viewer,
                situation=people.fresh(self.cast, situation.pk),
                kind="withdrawal",
            )
        self.assertEqual(made.reads(self.cast.nadia, situation.code), "")
        self.assertEqual(self.refused(situation.code), "exceptional")

    def test_a_withdrawal_closes_it_even_if_nobody_wrote_the_end(self) -> None:
        """Reading looks at the person's word itself, in each lock."""
        situation = made.situation(self.cast)
        made.opened(self.cast, situation.code)
        with people.as_person(self.cast.luc) as viewer:
            agreements.withdraw(
                viewer=viewer,
                situation=people.fresh(self.cast, situation.pk),
                kind="withdrawal",
            )
        with made.administrator() as admin:
            admin.execute("UPDATE cases_exceptionalaccess SET ended_at = NULL")
        self.assertEqual(made.reads(self.cast.nadia, situation.code), "")
        with people.as_person(self.cast.nadia) as viewer:
            self.assertEqual(access.under_way(viewer), {})

    def test_an_agreement_that_ended_opens_nothing(self) -> None:
        """What has expired denies like what was refused: asked before, or after."""
        today = now().date()
        situation = made.situation(self.cast, expires_on=today + timedelta(days=2))
        with people.later(days=2):
            made.opened(self.cast, situation.code)
            self.assertIn(made.SECRET, made.reads(self.cast.nadia, situation.code))  # Control.
        with people.later(days=4):
            self.assertEqual(self.refused(situation.code), "nothing_opens")

    def test_an_agreement_kept_for_emergencies_opens(self) -> None:
        """Ordinary readers have nothing; the depositary reads the categories that were named."""
        from cases.domain.sections import InformationCategory as Category

        kept = frozenset({Category.HOUSING})
        situation = made.situation(
            self.cast, is_emergency_only=True, categories=kept, professions=frozenset()
        )
        row = made.opened(self.cast, situation.code)
        self.assertIn(made.SECRET, made.reads(self.cast.nadia, situation.code))
        self.assertNotIn(made.HEALTH, made.reads(self.cast.nadia, situation.code))
        self.assertEqual(row.sections, ["core", "housing", "shareable"])
        with people.as_person(self.cast.nadia) as viewer, self.assertRaises(Refused):
            situations.reveal_identity(viewer, situation.code)

    def test_whom_she_refused_by_name_asks_for_nothing(self) -> None:
        """The depositary herself, or her structure; another's name changes nothing (control)."""
        nadia, marc = self.cast.nadia.user.pk, self.cast.marc.user.pk
        for changes in (
            {"excluded_members": frozenset({nadia})},
            {"excluded_organisations": frozenset({" ccas "})},
        ):
            situation = made.situation(self.cast, **changes)
            with self.subTest(str(changes)):
                # Her sleeping right ended with that word, or opens nothing any more.
                self.assertIn(self.refused(situation.code), ("exceptional", "nothing_opens"))
        made.ask(self.cast, made.situation(self.cast, excluded_members=frozenset({marc})).code)

    def test_nobody_asked_the_person_yet(self) -> None:
        """Admitted, without any word of hers: life may depend on it, everything opens."""
        situation = people.admitted(self.cast, person_words=made.SECRET)
        made.opened(self.cast, situation.code)
        self.assertIn(made.SECRET, made.reads(self.cast.nadia, situation.code))

    def test_health_stays_with_its_professions(self) -> None:
        """C-22: a depositary outside the list asks for everything but health, and reads no more."""
        Mandate.objects.filter(pk=self.cast.nadia.mandate.pk).update(profession="none")
        situation = made.situation(self.cast)
        row = made.opened(self.cast, situation.code)
        shown = made.reads(self.cast.nadia, situation.code)
        self.assertIn(made.SECRET, shown)
        self.assertNotIn(made.HEALTH, shown)
        self.assertNotIn("health", row.sections)
        with people.as_person(self.cast.nadia) as viewer:
            keys = open_keys(viewer, people.fresh(self.cast, situation.pk))
        self.assertNotIn("health", keys.sections())

    def test_a_lead_who_can_be_reached_is_not_passed_over(self) -> None:
        """Nor is a situation that is closed, or a referral that nobody admitted yet."""
        situation = made.situation(self.cast)
        with self.assertRaises(NotAllowed) as refused:
            made.ask(self.cast, situation.code, is_lead_absent=False)
        self.assertEqual(refused.exception.code, "lead_present")
        referral = people.referred(self.cast)
        with people.as_person(self.cast.claire) as viewer:
            code = people.fresh(self.cast, referral.pk).code
            self.assertEqual(viewer.user_id, self.cast.claire.user.pk)
        self.assertEqual(self.refused(code), "exceptional")

    def test_a_key_that_was_renewed_meanwhile_opens_too(self) -> None:
        """Whatever version a text is sealed under, her sleeping right was repeated under it."""
        situation = made.situation(self.cast)
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, situation.pk)
            rotation.begin(viewer=viewer, situation=row, section="core")
        with people.as_person(self.cast.nadia) as viewer:
            held = Grant.objects.filter(recipient_id=viewer.user_id, section="core")
            self.assertIn(2, set(held.values_list("key_version", flat=True)))
        made.opened(self.cast, situation.code)
        self.assertIn(made.SECRET, made.reads(self.cast.nadia, situation.code))
