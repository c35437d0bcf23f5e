"""The bits kept of an identity: none before the agreement, a few after (decision 25)."""

from __future__ import annotations

import io
import uuid

from django.conf import settings
from django.core.management import CommandError, call_command

from cases.access import search
from cases.domain.agreement import AgreementKind, ExceptionReason
from cases.vault import hints
from deploy.keys.provider import DUPLICATES
from deploy.privileges import BACKUP
from tests import owner, people
from tests.cases_of import CommittingTestCase
from tests.commission import unnamed
from tests.commission.test_search import KNOWN, NO_IDENTITY
from tests.commission.test_server_keys import own_keys


class Hints(CommittingTestCase):
    """What the tables keep: nothing before the agreement, a few bits after."""

    def setUp(self) -> None:
        self.cast = people.commission(f"h{uuid.uuid4().hex[:8]}")

    def hints(self) -> dict[uuid.UUID, int | None]:
        """Return the hints of this commission, as the dump shows them."""
        with self.as_role(BACKUP) as backup:
            return dict(
                backup.execute(
                    "SELECT id, identity_hint FROM cases_situation WHERE commission_id = %s",
                    [self.cast.commission.pk],
                ).fetchall()
            )

    def test_never_before_the_agreement(self) -> None:
        """Referred, admitted, excepted, agreed without her identity: no bit; then a few."""
        unnamed.many(self.cast)
        pk = unnamed.coded(self.cast).pk
        people.referred(self.cast, identity=unnamed.IDENTITY)
        with people.as_person(self.cast.luc) as viewer:
            today = viewer.at.date()
        unnamed.agree(
            self.cast,
            pk,
            kind=AgreementKind.IMPOSSIBILITY,
            reason=ExceptionReason.HOSPITALISED,
            regularise_by=today,
        )
        unnamed.write(self.cast, pk)
        self.assertEqual(set(self.hints().values()), {None})
        unnamed.agree(self.cast, pk)
        self.assertEqual(set(self.hints().values()), {None})
        unnamed.write(self.cast, pk, version=1)
        held = {one: hint for one, hint in self.hints().items() if hint is not None}
        self.assertEqual(set(held), {pk})
        self.assertLess(held[pk], 2**15)
        unnamed.agree(self.cast, pk, categories=NO_IDENTITY)
        unnamed.write(self.cast, pk, version=2)
        self.assertEqual(set(self.hints().values()), {None})

    def test_a_small_commission_has_none(self) -> None:
        """Too few situations for a value to be shared; and none without a whole name."""
        pk = people.agreed(self.cast).pk
        unnamed.write(self.cast, pk, version=1)
        self.assertEqual(self.hints()[pk], None)
        unnamed.many(self.cast)
        unnamed.write(self.cast, pk, version=2, birth_year="")
        self.assertEqual(self.hints()[pk], None)
        unnamed.write(self.cast, pk, version=3)
        self.assertNotEqual(self.hints()[pk], None)  # Control.

    def test_a_former_key_stays_while_hints_need_it(self) -> None:
        """T-31: found under both versions; destroyed once the identity was written again."""
        with owner.connected(type(self)), own_keys():
            unnamed.many(self.cast)
            pk = people.agreed(self.cast).pk
            unnamed.write(self.cast, pk, version=1)
            unnamed.agree(self.cast, pk, categories=NO_IDENTITY)
            with self.as_administrator() as admin:
                admin.execute(
                    "UPDATE cases_situation SET identity_hint = NULL WHERE id <> %s", [pk]
                )
            told = io.StringIO()
            call_command("rotate_keys", DUPLICATES, stdout=told, stderr=told)
            with people.as_person(self.cast.sophie) as viewer:
                self.assertTrue(search.duplicates(viewer, self.cast.commission, KNOWN).ask)
            with self.assertRaises(CommandError):
                call_command("rotate_keys", DUPLICATES, "--retire", stdout=told, stderr=told)
            self.assertIn("indice(s) de doublon", told.getvalue())
            unnamed.agree(self.cast, pk)
            unnamed.write(self.cast, pk, version=2)
            self.assertEqual(hints.version_of(self.hints()[pk] or 0), 2)
            call_command("rotate_keys", DUPLICATES, "--retire", stdout=told, stderr=told)
            self.assertEqual(settings.KEYS.versions(DUPLICATES), (2,))
