"""Anonymous evocation, the published practice of a large council (C-03, practice.md 5)."""

from __future__ import annotations

import uuid
from datetime import timedelta

import psycopg

from audit import recorder
from cases.access.situations import open_situation, reveal_identity
from cases.actions import grants, sittings, situations
from cases.actions.identities import NamingNeedsAgreement
from cases.domain.agreement import AgreementKind, ExceptionReason
from cases.domain.exceptions import AgreementMissing, DomainError, NotAllowed
from cases.domain.sections import InformationCategory
from cases.models import AgendaItem, Commission, SealedDocument, Situation
from deploy.privileges import BACKUP
from tests import people
from tests.cases_of import CommittingTestCase, TestCase
from tests.commission import unnamed
from tests.commission.test_pages_journey import url


class AnonymousMode(TestCase):
    """A coded situation has no identity row at all, and is examined on an attestation."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(
            f"c{uuid.uuid4().hex[:8]}", mode=Commission.AgreementMode.ANONYMOUS
        )

    def test_a_coded_referral_keeps_no_identity(self) -> None:
        """C-03: even an identity posted with it is not written; the attestation is."""
        with recorder.observe() as events:
            situation = people.admitted(self.cast, identification="coded")
        self.assertTrue(situation.is_anonymous)
        sent = [event.purpose for event in events if event.action == "referral.sent"]
        self.assertEqual(sent, ["anonymity_attested"])
        with people.as_person(self.cast.luc) as viewer:
            self.assertFalse(SealedDocument.objects.filter(section="identity").exists())
            opened = open_situation(viewer, situation.code)
            (core,) = opened.section("core").documents
            self.assertTrue(core.payload and core.payload["attest_anonymous"])
            self.assertEqual(reveal_identity(viewer, situation.code), {})

    def test_nobody_refers_without_attesting(self) -> None:
        """C-03: control, the same referral with the attestation goes."""
        with self.assertRaises(NotAllowed) as refused:
            people.referred(self.cast, identification="coded", attest_anonymous=False)
        self.assertEqual(refused.exception.code, "anonymity_not_attested")
        people.referred(self.cast, identification="coded")

    def test_it_is_examined_without_agreement_once_attested(self) -> None:
        """C-03: the presenter attests; members read, never the identity."""
        situation = people.admitted(self.cast, identification="coded")
        with people.as_person(self.cast.luc) as viewer:
            grants.share(
                viewer=viewer,
                situation=people.fresh(self.cast, situation.pk),
                recipients=[self.cast.marc.user.pk],
                sections=["identity", "core", "housing", "health"],
                level="read",
            )
        with people.as_person(self.cast.marc) as viewer:
            opened = open_situation(viewer, situation.code)
            readable = {view.section for view in opened.sections if view.readable}
            self.assertEqual(readable, {"core", "housing"})
        with people.as_person(self.cast.claire) as viewer:
            sitting = sittings.create(
                viewer=viewer,
                commission=self.cast.commission,
                starts_at=viewer.at + timedelta(days=3),
                place="Mairie",
            )
            row = people.fresh(self.cast, situation.pk)
            with self.assertRaises(NotAllowed):
                sittings.add_item(viewer=viewer, sitting=sitting, situation=row)
            item = sittings.add_item(viewer=viewer, sitting=sitting, situation=row, attested=True)
            self.assertEqual(item.mode, "anonyme")
            self.assertEqual(item.anonymity_attested_by_id, viewer.user_id)

    def test_a_named_situation_still_needs_its_agreement(self) -> None:
        """Promise 5 holds in such a commission too: named without agreement, never."""
        situation = people.admitted(self.cast)
        with people.as_person(self.cast.claire) as viewer:
            sitting = sittings.create(
                viewer=viewer,
                commission=self.cast.commission,
                starts_at=viewer.at + timedelta(days=3),
                place="Mairie",
            )
            with self.assertRaises(DomainError):
                sittings.add_item(
                    viewer=viewer,
                    sitting=sitting,
                    situation=people.fresh(self.cast, situation.pk),
                    mode="nominatif",
                )

    def test_it_is_named_by_her_own_agreement_alone(self) -> None:
        """C-03: neither without a word, nor by an exception, nor without her identity in it."""
        pk = unnamed.coded(self.cast).pk
        for changes in (
            None,
            {
                "kind": AgreementKind.IMPOSSIBILITY,
                "reason": ExceptionReason.HOSPITALISED,
                "regularise_by": "soon",
            },
            {"categories": frozenset({InformationCategory.HOUSING})},
        ):
            if changes is not None:
                with people.as_person(self.cast.luc) as viewer:
                    soon = (viewer.at + timedelta(days=30)).date()
                if "regularise_by" in changes:
                    changes = {**changes, "regularise_by": soon}
                unnamed.agree(self.cast, pk, **changes)
            with self.subTest(changes), self.assertRaises(NamingNeedsAgreement):
                unnamed.write(self.cast, pk)
        unnamed.agree(self.cast, pk)
        with recorder.observe() as events:
            unnamed.write(self.cast, pk)
        written = [event for event in events if event.action == "identity.written"]
        self.assertEqual([event.purpose for event in written], ["named"])
        with people.as_person(self.cast.luc) as viewer:
            row = people.fresh(self.cast, pk)
            self.assertFalse(row.is_anonymous)
            self.assertEqual(
                (reveal_identity(viewer, row.code) or {})["last_name"], "Marchandeau-Fictif"
            )
            opened = open_situation(viewer, row.code)
            self.assertIn("Désignée par son nom", [text for _, text in opened.timeline])

    def test_pages_show_no_identity(self) -> None:
        """What is shown, printed or listed says the code alone; the gesture is not offered."""
        situation = people.admitted(self.cast, identification="coded")
        for name, address in (
            ("luc", url("situation", situation.code)),
            ("luc", url("situations")),
            ("claire", url("situation", situation.code)),
        ):
            page = people.client_of(self.cast.people[name]).get(address)
            self.assertNotContains(page, "Dupont-Fictif")
            self.assertNotContains(page, "Afficher l’identité")
        page = people.client_of(self.cast.luc).get(url("situation", situation.code))
        self.assertContains(page, "désignée par son seul code")
        # Control: the same page of a named one offers the gesture.
        named = people.admitted(self.cast)
        page = people.client_of(self.cast.luc).get(url("situation", named.code))
        self.assertContains(page, "Afficher l’identité")


class CodedElsewhere(TestCase):
    """In the default commission a coded referral waits for the agreement (practice.md 5, n° 11)."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission(f"s{uuid.uuid4().hex[:8]}")

    def test_it_is_received_but_evoked_by_nobody(self) -> None:
        """C-02: not an anonymous evocation; nothing is inscribed before an agreement."""
        situation = unnamed.coded(self.cast)
        self.assertFalse(situation.is_anonymous)
        with people.as_person(self.cast.claire) as viewer:
            self.assertFalse(SealedDocument.objects.filter(section="identity").exists())
            sitting = sittings.create(
                viewer=viewer,
                commission=self.cast.commission,
                starts_at=viewer.at + timedelta(days=3),
                place="Mairie",
            )
            row = people.fresh(self.cast, situation.pk)
            for mode in AgendaItem.Mode.values:
                with self.subTest(mode), self.assertRaises(AgreementMissing):
                    sittings.add_item(
                        viewer=viewer, sitting=sitting, situation=row, mode=mode, attested=True
                    )
        unnamed.agree(self.cast, situation.pk)
        with people.as_person(self.cast.claire) as viewer:  # Control.
            sittings.add_item(
                viewer=viewer, sitting=sitting, situation=people.fresh(self.cast, situation.pk)
            )

    def test_screening_says_that_she_is_not_named(self) -> None:
        """The coordinator sees a code and no gesture; there is no identity to compare."""
        situation = people.referred(self.cast, identification="coded")
        page = people.client_of(self.cast.claire).get(url("referral", situation.code))
        self.assertContains(page, "désignée par son seul code")
        self.assertNotContains(page, "Afficher l’identité")
        self.assertContains(page, url("search"))


class Rows(CommittingTestCase):
    """The tables themselves: no identity while anonymous, and no way back."""

    @classmethod
    def setUpClass(cls) -> None:
        """Examine one person without her name, then name another."""
        super().setUpClass()
        cls.cast = people.commission("anon", mode=Commission.AgreementMode.ANONYMOUS)
        cls.anonymous = people.admitted(cls.cast, identification="coded").pk
        with people.as_person(cls.cast.luc) as viewer:
            situations.write(
                viewer=viewer,
                situation=people.fresh(cls.cast, cls.anonymous),
                section="core",
                category="",
                text="À rappeler.",
            )
        cls.named = people.admitted(cls.cast, identification="coded").pk
        unnamed.agree(cls.cast, cls.named)
        unnamed.write(cls.cast, cls.named)

    def rows(self, pk: uuid.UUID) -> set[str]:
        """Return the sections of which a situation has texts, as the dump shows them."""
        with self.as_role(BACKUP) as backup:
            found = backup.execute(
                "SELECT section FROM cases_sealeddocument WHERE situation_id = %s"
                " UNION ALL SELECT section FROM cases_attachment WHERE situation_id = %s",
                [pk, pk],
            ).fetchall()
        return {section for (section,) in found}

    def test_a_dump_holds_no_identity(self) -> None:
        """C-03: no row, not even a sealed one; control: the named one has its own."""
        self.assertIn("core", self.rows(self.anonymous))
        self.assertNotIn("identity", self.rows(self.anonymous))
        self.assertIn("identity", self.rows(self.named))

    def change(self, statement: str, *values: object) -> int:
        """Run SQL as the lead could with the service's own role, then undo it."""
        from django.db import connection, transaction

        with people.as_person(self.cast.luc), connection.cursor() as cursor:
            cursor.execute(statement, values)
            changed = cursor.rowcount
            transaction.set_rollback(True)
        return changed

    def test_the_database_refuses_too(self) -> None:
        """An attacker with the service's role writes no identity and makes nobody anonymous."""
        insert = (
            "INSERT INTO cases_sealeddocument (id, situation_id, section, kind, category,"
            " row_version, key_version, blob, created_by_id, created_at, changed_at)"
            " VALUES (%s, %s, %s, 'identity', '', 1, 1, '', %s, now(), now())"
        )
        author = self.cast.luc.user.pk
        for section, pk, is_refused in (
            ("identity", self.anonymous, True),
            ("core", self.anonymous, False),
            ("identity", self.named, False),
        ):
            with self.subTest(section=section, named=pk == self.named):
                if is_refused:
                    with self.assertRaisesMessage(Exception, "no identity"):
                        self.change(insert, uuid.uuid4(), pk, section, author)
                else:
                    self.assertEqual(self.change(insert, uuid.uuid4(), pk, section, author), 1)
        with self.assertRaisesMessage(Exception, "stays named"):
            self.change("UPDATE cases_situation SET is_anonymous = true WHERE id = %s", self.named)
        hint = "UPDATE cases_situation SET identity_hint = 5 WHERE id = %s"
        with self.assertRaisesMessage(Exception, "without an agreement"):
            self.change(hint, self.anonymous)
        self.assertEqual(self.change(hint, self.named), 1)  # Control.

    def test_the_owner_is_held_as_well(self) -> None:
        """By a trigger, not by a policy alone."""
        with self.as_administrator() as admin, self.assertRaises(psycopg.errors.RaiseException):
            admin.execute(
                "UPDATE cases_situation SET is_anonymous = true WHERE id = %s", [self.named]
            )
        with people.as_person(self.cast.luc):
            self.assertFalse(Situation.objects.get(pk=self.named).is_anonymous)
