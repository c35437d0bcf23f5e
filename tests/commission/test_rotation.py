"""Section keys renewed by a member: begun, resealed, retired, whatever happens between (T-31)."""

from __future__ import annotations

from typing import Any

from audit import recorder
from cases.access.directory import directory_of
from cases.access.keys import open_keys, unseal, verified
from cases.actions import agreements, grants, referrals, rotation
from cases.actions import situations as acts
from cases.domain.agreement import AgreementKind
from cases.domain.exceptions import DomainError
from cases.keystore.models import SectionKey
from cases.models import Grant, SealedDocument, Situation, SituationUserPermission
from cases.permissions import Refused
from cases.vault.grants import peek_grantor
from tests import people
from tests.cases_of import TestCase


def texts(viewer: Any, situation: Situation, section: str) -> list[Any]:
    """Return what a viewer's own keys open in a section."""
    opened = open_keys(viewer, situation)
    rows = SealedDocument.objects.filter(situation=situation, section=section).order_by("pk")
    return [unseal(dek=opened.deks[section, row.key_version], document=row) for row in rows]


def versions(situation: Situation, section: str) -> list[int]:
    """Return the versions of a section's key."""
    rows = SectionKey.objects.filter(situation=situation.pk, section=section)
    return sorted(rows.values_list("version", flat=True))


def notes(viewer: Any, situation: Situation, number: int, category: str = "logement") -> None:
    """Write short texts."""
    for rank in range(number):
        acts.write(
            viewer=viewer,
            situation=situation,
            section="housing",
            category=category,
            text=f"Visite {rank}",
        )


class RotationTests(TestCase):
    """Luc leads; Marc and Claire read; Marc's right is ended."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = people.commission("rotation")
        cls.pk = people.shared(
            cls.cast, "marc", "claire", sections=("core", "housing", "social")
        ).pk

    def end_marc(self) -> None:
        """End Marc's grants on housing."""
        with people.as_person(self.cast.luc) as viewer:
            rows = Grant.objects.filter(
                situation=self.pk, section="housing", recipient=self.cast.marc.user
            )
            grants.revoke_all(
                viewer=viewer, situation=people.fresh(self.cast, self.pk), grants=list(rows)
            )
            self.settle()

    def settle(self) -> None:
        """Run what the database does at commit."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    def test_the_next_write_renews_a_key_that_is_due(self) -> None:
        """Whoever left reads nothing of what is written after; everybody else reads all."""
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.pk)
            before = texts(viewer, situation, "housing")
        self.assertTrue(before)
        self.end_marc()
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.pk)
            self.assertTrue(
                SectionKey.objects.get(situation=self.pk, section="housing").is_rotation_due
            )
            with recorder.observe() as events:
                notes(viewer, situation, 1)
            self.settle()
            self.assertEqual(versions(situation, "housing"), [2])
            self.assertEqual(
                set(
                    SealedDocument.objects.filter(situation=self.pk, section="housing").values_list(
                        "key_version", flat=True
                    )
                ),
                {2},
            )
        told = [
            (event.purpose, event.sections) for event in events if event.action == "key.rotated"
        ]
        self.assertEqual(told, [("begun", ("housing",)), ("finished", ("housing",))])
        for person in (self.cast.luc, self.cast.claire):
            with people.as_person(person) as viewer:
                situation = people.fresh(self.cast, self.pk)
                found = texts(viewer, situation, "housing")
                self.assertEqual(len(found), len(before) + 1)
                self.assertEqual([one for one in found if one in before], before)
        with people.as_person(self.cast.marc) as viewer:
            self.assertNotIn(
                "housing", open_keys(viewer, people.fresh(self.cast, self.pk)).sections()
            )

    def test_the_new_grants_repeat_the_former_ones(self) -> None:
        """Level, basis, dates, agreement, sleep; signed by whoever renews; the former one named."""
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.pk)
            register = directory_of(viewer, situation.commission)
            rows = Grant.objects.filter(situation=self.pk, section="core", revoked_at__isnull=True)
            former = {(g.recipient_id, g.basis): (g, verified(g, register)) for g in rows}
            self.assertEqual(len(former), 4)  # Coordinator, depositary, lead, Marc.
            projected = set(
                SituationUserPermission.objects.filter(content_object=self.pk).values_list(
                    "user_id", "permission__codename"
                )
            )
            rotation.begin(viewer=viewer, situation=situation, section="core")
            self.assertTrue(rotation.advance(viewer=viewer, situation=situation, section="core"))
            self.settle()
            rows = Grant.objects.filter(situation=self.pk, section="core", revoked_at__isnull=True)
            self.assertEqual({(g.recipient_id, g.basis) for g in rows}, set(former))
            for grant in rows:
                old, said = former[grant.recipient_id, grant.basis]
                now = verified(grant, register)
                self.assertEqual(
                    (
                        grant.level,
                        grant.is_dormant,
                        grant.not_before,
                        grant.not_after,
                        grant.key_version,
                    ),
                    (old.level, old.is_dormant, old.not_before, old.not_after, 2),
                )
                self.assertEqual((now.agreement, now.previous), (said.agreement, old.pk))
                self.assertEqual(peek_grantor(bytes(grant.statement))[0], self.cast.luc.user.pk)
            self.assertEqual(
                set(
                    SituationUserPermission.objects.filter(content_object=self.pk).values_list(
                        "user_id", "permission__codename"
                    )
                ),
                projected,
            )
        with people.as_person(self.cast.nadia) as viewer:
            self.assertEqual(
                open_keys(viewer, Situation(pk=self.pk, commission=self.cast.commission)).deks, {}
            )

    def test_who_only_contributes_writes_under_the_present_key(self) -> None:
        """A key that is due waits for somebody who manages the section."""
        self.end_marc()
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.pk)
            grants.share(
                viewer=viewer,
                situation=situation,
                recipients=[self.cast.sophie.user.pk],
                sections=["housing"],
                level="contribute",
            )
        with people.as_person(self.cast.sophie) as viewer:
            situation = people.fresh(self.cast, self.pk)
            notes(viewer, situation, 1)
            self.assertEqual(versions(situation, "housing"), [1])
        with people.as_person(self.cast.claire) as viewer:
            situation = people.fresh(self.cast, self.pk)
            notes(viewer, situation, 1)
            self.assertEqual(versions(situation, "housing"), [2])
            self.assertEqual(len(texts(viewer, situation, "housing")), 3)

    def test_more_than_a_batch_goes_on_at_the_next_write(self) -> None:
        """Both versions are readable meanwhile; a new reader receives both."""
        with people.as_person(self.cast.luc) as viewer:
            notes(viewer, people.fresh(self.cast, self.pk), 45)
        self.end_marc()
        seen = []
        for _ in range(3):
            with people.as_person(self.cast.luc) as viewer:
                situation = people.fresh(self.cast, self.pk)
                notes(viewer, situation, 1)
                seen.append(versions(situation, "housing"))
            with people.as_person(self.cast.claire) as viewer:
                texts(viewer, people.fresh(self.cast, self.pk), "housing")
        self.assertEqual(seen, [[1, 2], [1, 2], [2]])

    def test_an_edit_meanwhile_is_kept(self) -> None:
        """The text keeps its version: a form opened before the renewal is not stale."""
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.pk)
            notes(viewer, situation, 1)
            row = SealedDocument.objects.filter(situation=self.pk, kind="note").get()
            rotation.begin(viewer=viewer, situation=situation, section="housing")
            rotation.reseal(viewer=viewer, situation=situation, section="housing")
        with people.as_person(self.cast.luc) as viewer:
            acts.rewrite(viewer=viewer, document_id=row.pk, text="Reprise", version=row.row_version)
            row.refresh_from_db()
            self.assertEqual((row.row_version, row.key_version), (2, 2))
            self.assertEqual(versions(people.fresh(self.cast, self.pk), "housing"), [2])

    def test_a_complement_folds_into_one_version(self) -> None:
        """ADR 0005: two versions of the social section become one."""
        pk = people.referred(self.cast).pk
        with people.as_person(self.cast.claire) as viewer:
            referrals.ask_information(
                viewer=viewer,
                situation=people.fresh(self.cast, pk),
                reason="precision",
                message="?",
            )
        with people.as_person(self.cast.julie) as viewer:
            referrals.complete(viewer=viewer, situation_id=pk, text="La voisine a appelé.")
        with people.as_person(self.cast.claire) as viewer:
            situation = people.fresh(self.cast, pk)
            before = texts(viewer, situation, "social")
            self.assertEqual(versions(situation, "social"), [1, 2])
            referrals.admit(viewer=viewer, situation=situation, lead=self.cast.luc.user.pk)
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, pk)
            rotation.renew(viewer=viewer, situation=situation)
            self.settle()
            self.assertEqual(versions(situation, "social"), [2])
            self.assertCountEqual(map(str, texts(viewer, situation, "social")), map(str, before))

    def test_rights_that_ended_are_not_renewed(self) -> None:
        """A narrower agreement, a mandate that ended: nothing is given again."""
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.pk)
            type(self.cast.marc.mandate).objects.filter(pk=self.cast.marc.mandate.pk).update(
                status="ended"
            )
            rotation.begin(viewer=viewer, situation=situation, section="core")
            self.assertTrue(rotation.advance(viewer=viewer, situation=situation, section="core"))
            self.settle()
            rows = Grant.objects.filter(situation=self.pk, section="core", revoked_at__isnull=True)
            self.assertNotIn(self.cast.marc.user.pk, {row.recipient_id for row in rows})
            self.assertFalse(
                SituationUserPermission.objects.filter(
                    content_object=self.pk,
                    user=self.cast.marc.user,
                    permission__codename__endswith="_core",
                ).exists()
            )

    def test_only_who_manages_renews(self) -> None:
        """Marc contributes: refused; a withdrawn situation is refused to all."""
        with people.as_person(self.cast.marc) as viewer:
            situation = people.fresh(self.cast, self.pk)
            with self.assertRaises(Refused):
                rotation.begin(viewer=viewer, situation=situation, section="core")
            with self.assertRaises(Refused):
                rotation.renew(viewer=viewer, situation=situation)
        with people.as_person(self.cast.luc) as viewer:
            situation = people.fresh(self.cast, self.pk)
            agreements.withdraw(
                viewer=viewer, situation=situation, kind=AgreementKind.WITHDRAWAL.value
            )
            with self.assertRaises(DomainError):
                rotation.renew(viewer=viewer, situation=situation)
