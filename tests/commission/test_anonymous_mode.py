"""Anonymous evocation, the published practice of a large council (C-03, practice.md 5)."""

from __future__ import annotations

import uuid
from datetime import timedelta

from cases.access.situations import open_situation, reveal_identity
from cases.actions import grants, sittings
from cases.domain.exceptions import DomainError, NotAllowed
from cases.models import Commission, SealedDocument
from tests import people
from tests.cases_of import TestCase


class AnonymousMode(TestCase):
    """A coded situation has no identity row at all, and is examined on an attestation."""

    def setUp(self) -> None:
        self.cast = people.commission(
            f"c{uuid.uuid4().hex[:8]}", mode=Commission.AgreementMode.ANONYMOUS
        )

    def test_a_coded_referral_keeps_no_identity(self) -> None:
        """C-03: even an identity posted with it is not written."""
        situation = people.admitted(self.cast, identification="coded")
        with people.as_person(self.cast.luc) as viewer:
            self.assertFalse(SealedDocument.objects.filter(section="identity").exists())
            self.assertTrue(SealedDocument.objects.filter(section="core").exists())
            self.assertEqual(reveal_identity(viewer, situation.code), {})

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

    def test_the_other_mode_refuses_a_coded_referral(self) -> None:
        """C-02: the default commission receives named referrals only."""
        strict = people.commission(f"s{uuid.uuid4().hex[:8]}")
        with self.assertRaises(NotAllowed):
            people.referred(strict, identification="coded")
